"""Incidents in the terminal."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer

WORDS = ("incident", "--portfolio", "demo", "--provider", "openai")
DISMISSED = (*WORDS, "--news", "chief_executive_dismissed", "--source", "axios.com")


def test_the_chance_before_and_after_the_news_and_whom_to_call(ask: Callable[..., Any]) -> None:
    found = ask(*DISMISSED)
    chance = found["hazard"]["wind_down_90d"]
    # ln 8 on the odds (tests/hazard/test_wind_down.py).
    assert chance["before"] == pytest.approx(0.003218, abs=1e-5)
    assert chance["probability"] == pytest.approx(0.0252, abs=2e-4)
    assert chance["low"] < chance["probability"] < chance["high"]
    assert (found["provider"], found["news"]) == ("OpenAI", "chief_executive_dismissed")
    rows = found["startups"]
    assert [one["rank"] for one in rows] == list(range(1, len(rows) + 1))
    assert {"watched_by", "contact_email", "say", "break_even_probability"} <= set(rows[0])
    assert (found["signal"], found["link"]) == (None, None)
    assert len(found["would_change_most"]) == 3


def test_an_outage_is_answered_by_the_stress_test(ask: Callable[..., Any]) -> None:
    found = ask(*WORDS, "--news", "outage", "--hours", "6")
    stressed = ask(
        "stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "outage", "--days", "0.25"
    )
    assert found["happened"] == "outage"
    assert found["hazard"] == {}
    assert found["loss_if_wind_down_usd"] == pytest.approx(stressed["total_usd"])


@pytest.fixture
def own_demo(demo_file: Path, tmp_path: Path) -> str:
    """A store with the demo portfolio that a test writes to."""
    return f"sqlite:///{shutil.copy(demo_file, tmp_path / 'demo.sqlite3')}"


def test_kept_news_counts_from_then_on_and_only_once(own_demo: str) -> None:
    heard = (*WORDS, "--news", "funding_round_failed", "--source", "ft.com")
    first = answer(*heard, "--keep", url=own_demo)
    assert first["signal"]
    again = answer(*heard, url=own_demo)
    assert again["hazard"]["wind_down_90d"]["before"] == pytest.approx(
        first["hazard"]["wind_down_90d"]["before"], rel=1e-3
    )
    after = answer(*WORDS, url=own_demo)
    assert after["hazard"]["wind_down_90d"]["probability"] == pytest.approx(
        first["hazard"]["wind_down_90d"]["probability"], rel=0.1
    )


def test_the_message_has_figures_ranges_hour_and_link(own_demo: str) -> None:
    words = [*DISMISSED, "--message", "--share", "--database", own_demo]
    printed = CliRunner().invoke(cli.app, words).output
    assert "OpenAI: The board dismisses the chief executive" in printed
    assert "axios.com" in printed
    assert "Chance that OpenAI ends within 90 days: " in printed
    assert "/s/#" in printed
    assert "1. " in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*WORDS, "--news", "aliens"), "There is no kind of news “aliens”. Known: "),
        ((*WORDS, "--at", "noon"), "“noon” is no time: write one such as "),
        ((*WORDS, "--at", "2999-01-01T00:00"), "is still to come"),
        ((*WORDS[:3], "--provider", "Nix"), "no provider “Nix”"),
        ((*WORDS, "--keep"), "Only news is kept"),
        ((*WORDS, "--message", "--json"), "not for both"),
        ((*WORDS, "--redact", "names"), "add --share"),
        ((*DISMISSED, "--keep", "--source", ""), "Say where the signal was heard"),
    ],
)
def test_bad_usage_is_refused_with_what_to_write(
    demo_url: str, words: tuple[str, ...], said: str
) -> None:
    result = CliRunner().invoke(cli.app, [*words, "--database", demo_url])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
