"""Forecasts and losses through the terminal: kept, answered, scored, refused in a sentence."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, inventory, refusal

FUND = ("--portfolio", "Fund")


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    answer("import", inventory(tmp_path), *FUND, url=url)
    return url


def test_forecasts_are_kept_once_listed_and_answered(fund: str) -> None:
    made = answer("forecasts", "keep", *FUND, "--provider", "OpenAI", url=fund)
    assert made["known"] == 0
    kept = {one["question"]: one for one in made["kept"]}
    assert {"wind_down", "long_outage", "outage_hours"} <= set(kept)
    assert 0 < kept["wind_down"]["low"] < kept["wind_down"]["probability"]
    assert len(kept["outage_hours"]["quantiles"]) == 5
    again = answer("forecasts", "keep", *FUND, "--provider", "openai", url=fund)
    assert (again["kept"], again["known"]) == ([], len(kept))
    listed = answer("forecasts", "list", *FUND, url=fund)
    assert {one["state"] for one in listed} == {"ahead"}
    assert {one["outcome"] for one in listed} == {None}
    number = str(kept["wind_down"]["forecast"])
    settled = answer("forecasts", "settle", number, "--void", "--source", "asked wrongly", url=fund)
    assert settled["outcome"] == "void"
    scored = answer("forecasts", "score", *FUND, url=fund)
    assert scored["states"]["void"] == 1
    assert (scored["enough"], scored["scores"], scored["amounts"]) == (False, [], None)


def test_an_answer_is_one_thing(fund: str) -> None:
    command = ("forecasts", "settle", "1", "--source", "x")
    assert "Say one of" in refusal(*command, url=fund)
    assert "Say one of" in refusal(*command, "--yes", "--no", url=fund)
    assert "no forecast 1" in refusal(*command, "--void", url=fund)


def test_losses_are_noted_listed_scored_and_taken_back(fund: str) -> None:
    about = ("--startup", "Acme Notes", "--provider", "OpenAI", "--kind", "outage")
    noted = answer(
        *("losses", "note", *FUND, *about, "--from", "2026-01-05", "--to", "2026-01-06"),
        *("--usd", "1200.50", "--source", "its finance team"),
        url=fund,
    )
    (one,) = answer("losses", "list", *FUND, url=fund)
    assert (one["loss"], one["amount_usd"], one["held"]) == (noted["loss"], 1200.5, None)
    assert one["predicted_median_usd"] is None
    scored = answer("losses", "score", *FUND, url=fund)
    assert (scored["noted"], scored["unpredicted"], scored["compared"]) == (1, 1, 0)
    assert scored["realised_usd"] is None
    answer("losses", "undo", str(noted["loss"]), "--reason", "wrong company", url=fund)
    assert answer("losses", "list", *FUND, url=fund) == []
