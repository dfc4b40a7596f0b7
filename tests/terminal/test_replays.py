"""Replays in the terminal."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

import cli

NOVEMBER = ("replay", "openai-crisis-2023", "--portfolio", "demo")


def test_the_crises_are_listed_with_their_sources(ask: Callable[..., Any]) -> None:
    found = ask("replay")
    assert [one["id"] for one in found][:1] == ["openai-crisis-2023"]
    assert len(found) >= 3
    assert all(one["sources"] for one in found)


def test_an_hour_has_exactly_the_documented_fields(ask: Callable[..., Any]) -> None:
    document = ask(*NOVEMBER, "--at", "2023-11-20T12:00")
    assert set(document) == {
        "provider",
        "as_of",
        "happened",
        "known",
        "hazard",
        "expected_loss_usd",
        "loss_if_wind_down_usd",
        "loss_if_wind_down_low_usd",
        "loss_if_wind_down_median_usd",
        "loss_if_wind_down_high_usd",
        "newly_out_of_cash",
        "move_all_usd",
        "call",
        "prepare",
        "watch",
        "startups",
        "would_change_most",
        "advice",
    }
    chance = document["hazard"]["wind_down_90d"]
    assert set(chance) == {"probability", "low", "high", "before"}
    assert chance["low"] < chance["probability"] < chance["high"]
    # A time without zone is on the clock of the crisis, Pacific.
    assert document["as_of"] == "2023-11-20T12:00:00-08:00"
    assert all(one["at"] <= document["as_of"] and one["source"] for one in document["known"])
    assert document["expected_loss_usd"] == pytest.approx(
        chance["probability"] * document["loss_if_wind_down_usd"]
    )
    rows = document["startups"]
    losses = [one["loss_if_wind_down_usd"] for one in rows]
    assert sum(losses) == pytest.approx(document["loss_if_wind_down_usd"])
    order = ["call", "prepare", "watch"]
    places = [(order.index(one["urgency"]), -one["loss_median_usd"]) for one in rows]
    assert places == sorted(places)
    assert [document[one] for one in order] == [
        sum(row["urgency"] == one for row in rows) for one in order
    ]
    assert document["advice"]


def test_the_same_hour_in_another_zone_is_the_same_answer(ask: Callable[..., Any]) -> None:
    pacific = ask(*NOVEMBER, "--at", "2023-11-19T23:00")
    utc = ask(*NOVEMBER, "--at", "2023-11-20T07:00+00:00")
    assert {**pacific, "as_of": None} == {**utc, "as_of": None}


def test_the_news_can_fall_on_another_developer(ask: Callable[..., Any]) -> None:
    words = ("replay", "inflection-2024", "--portfolio", "demo", "--at", "2024-03-20")
    assert ask(*words)["startups"] == []
    assert ask(*words, "--provider", "cohere")["startups"]


def test_people_read_what_to_do_and_what_nobody_could_know_yet(demo_url: str) -> None:
    words = [*NOVEMBER, "--at", "2023-11-19T23:55", "--database", demo_url]
    printed = " ".join(CliRunner().invoke(cli.app, words).output.split())
    assert "wind-down within 90 days" in printed
    assert "Call " in printed
    assert "Nobody could know yet: 505 of 770 employees threaten to leave" in printed
    assert "judgement" in printed
    assert "cannot judge them" in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "--portfolio", "demo"), "There is no replay “nowhere”. Known: openai-crisis"),
        (("inflection-2024",), "Name the --portfolio"),
        (("inflection-2024", "--portfolio", "demo", "--at", "noon"), "“noon” is no time: write"),
        (("inflection-2024", "--portfolio", "demo", "--provider", "Nix"), "no provider “Nix”"),
    ],
)
def test_bad_usage_is_refused_with_what_to_write(
    demo_url: str, words: tuple[str, ...], said: str
) -> None:
    result = CliRunner().invoke(cli.app, ["replay", *words, "--database", demo_url])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
