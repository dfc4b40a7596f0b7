"""Noting signals about a provider, and asking how likely it falters."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, refusal

DISMISSED = (
    *("signals", "add", "--provider", "OpenAI", "--kind", "chief_executive_dismissed"),
    *("--date", "2023-11-17", "--source", "OpenAI, 17 November 2023"),
)


def test_a_signal_is_noted_and_listed(url: str):
    assert answer(*DISMISSED, "--reliability", "0.9", url=url) == {"signal": 1}
    (found,) = answer("signals", "list", "--provider", "openai", url=url)
    assert {name: found[name] for name in found if name not in ("by", "at")} == {
        "signal": 1,
        "provider": "OpenAI",
        "kind": "chief_executive_dismissed",
        "date": "2023-11-17",
        "intensity": 1.0,
        "reliability": 0.9,
        "source": "OpenAI, 17 November 2023",
    }


def test_a_hazard_shows_the_chance_before_and_after_and_what_made_it(url: str):
    answer(*DISMISSED, url=url)
    hazard = answer("hazard", "OpenAI", "--as-of", "2023-11-17", url=url)
    after = hazard["wind_down_90d"]
    # tests/hazard/test_wind_down.py: .003218 before, .025175 after a factor of 8 on the odds.
    assert after["probability_before_signals"] == pytest.approx(0.003218, abs=1e-6)
    assert after["probability"] == pytest.approx(0.025175, abs=2e-6)
    assert after["low"] < after["probability"] < after["high"]
    (line,) = after["waterfall"]
    assert line["ln_units"] == pytest.approx(2.0794, abs=1e-4)
    assert after["log_odds_before"] + line["ln_units"] == pytest.approx(after["log_odds_after"])
    assert (line["group"], line["date"]) == ("governance", "2023-11-17")


def test_a_signal_of_a_later_day_is_not_known_yet(url: str):
    answer(*DISMISSED, url=url)
    after = answer("hazard", "OpenAI", "--as-of", "2023-11-16", url=url)["wind_down_90d"]
    assert (after["waterfall"], after["verbal"]) == ([], "no evidence")


def test_rates_have_ranges_and_say_what_they_rest_on(ask: Callable[..., Any]):
    hazard = ask("hazard", "OpenAI")
    rates = {(one["kind"], one["level"]): one for one in hazard["rates"]}
    critical = rates["outage", "critical"]
    assert critical["low"] < critical["rate_per_year"] == 7 < critical["high"]
    assert critical["law"]["shape"] == 7.5
    assert critical["towards_market"]["weights"] == (
        "20 % market average, 80 % this provider's record"
    )
    assert rates["price_shock", "price"]["towards_market"] is None


def test_people_read_the_waterfall_from_before_to_after(url: str):
    answer(*DISMISSED, url=url)
    shown = CliRunner().invoke(
        cli.app, ["hazard", "OpenAI", "--as-of", "2023-11-17", "--database", url]
    )
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.index("Before any signal") < shown.stdout.index("dismisses the chief")
    assert "+2.08" in shown.stdout
    assert "Positive evidence for a wind-down" in shown.stdout
    assert "scores use today's figure" in shown.stdout.replace("\n", " ")


def test_a_provider_without_a_rate_of_wind_down_says_so(ask: Callable[..., Any], demo_url: str):
    assert ask("hazard", "TSMC")["wind_down_90d"] is None
    shown = CliRunner().invoke(cli.app, ["hazard", "TSMC", "--database", demo_url])
    assert "No rate of a wind-down" in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hazard", "Nobody"), "Nobody"),
        (
            (*DISMISSED[:4], "--kind", "gossip", "--date", "2023-11-17", "--source", "x"),
            "down_round",
        ),
        ((*DISMISSED[:6], "--date", "2999-01-01", "--source", "x"), "still to come"),
        ((*DISMISSED[:6], "--date", "yesterday", "--source", "x"), "yesterday"),
        ((*DISMISSED, "--intensity", "2"), "intensity"),
        (("signals", "list", "--provider", "Nobody"), "Nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    demo_url: str, words: tuple[str, ...], said: str
):
    assert said in refusal(*words, url=demo_url)
