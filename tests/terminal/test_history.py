"""Kept figures and what changed since a day, through the terminal."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.scoring import score_portfolio
from tests.db.inventories import inventory as csv_of
from tests.terminal.running import CSV, answer, inventory, refusal

TEN_DAYS_AGO = datetime.now(UTC).replace(hour=9) - timedelta(days=10)


@pytest.fixture
def fund(url: str) -> str:
    """A portfolio that was imported and answered ten days ago."""
    store = open_store(url, clock=lambda: TEN_DAYS_AGO)
    named = {"file_name": "a.csv", "portfolio": "Fund", "assume": {"complete_for": "nothing"}}
    publish_import(store, LOCAL_OWNER, data=CSV.encode(), **named)
    score_portfolio(store, LOCAL_OWNER, "Fund", today=TEN_DAYS_AGO.date())
    store.close()
    return url


def history(url: str, *more: str) -> object:
    return answer("history", "--portfolio", "Fund", *more, url=url)


def test_a_score_leaves_its_figures(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    assert history(url) == []
    scored = answer("score", "--portfolio", "Fund", url=url)["portfolio"]
    answer("score", "--portfolio", "Fund", url=url)
    (run,) = history(url)
    assert (run["startups"], run["by_startup"]) == (2, True)
    assert run["aal_usd"] == scored["aal_usd"]
    assert run["aal_interval_usd"] == scored["aal_interval_usd"]


def test_steps_since_a_day_add_up(fund: str, tmp_path: Path):
    more = {"startup": "Cole", "use_case": "chat", "provider": "OpenAI", "model": "gpt-4o"}
    file = inventory(tmp_path, csv_of(more).decode())
    answer("import", file, "--portfolio", "Fund", "--addition", url=fund)
    found = history(fund, "--since", f"{TEN_DAYS_AGO:%Y-%m-%d}")
    total = found["after_usd"] - found["before_usd"]
    assert found["change_usd"] == total
    assert sum(one["usd"] for one in found["steps"]) == pytest.approx(total, abs=1e-6)
    assert [one["step"] for one in found["steps"]] == [
        "rest",
        "days that passed",
        "register",
        "assumptions",
        "news and incidents",
    ]
    assert found["run"]["startups"] == 2
    assert found["movers"][0] | {"after_usd": 0, "change_usd": 0, "register_usd": 0} == {
        "startup": "Cole",
        "before_usd": None,
        "after_usd": 0,
        "change_usd": 0,
        "register_usd": 0,
        "why": "new",
    }


def test_people_read_the_steps_and_of_what_day_the_figures_are(fund: str):
    day = TEN_DAYS_AGO + timedelta(days=4)
    command = ["history", "--portfolio", "Fund", "--since", f"{day:%Y-%m-%d}", "--database", fund]
    shown = CliRunner().invoke(cli.app, command)
    assert shown.exit_code == 0
    assert f"kept on {TEN_DAYS_AGO.day} {TEN_DAYS_AGO:%b %Y}, the last before" in shown.stdout
    listed = CliRunner().invoke(cli.app, ["history", "--portfolio", "Fund", "--database", fund])
    assert f"{TEN_DAYS_AGO.day} {TEN_DAYS_AGO:%b %Y}" in listed.stdout


def test_a_day_without_register_is_refused_in_a_sentence(fund: str):
    tomorrow = date.today() + timedelta(days=2)
    said = refusal("history", "--portfolio", "Fund", "--since", f"{tomorrow}", url=fund)
    assert "still to come" in said
    before = refusal("history", "--portfolio", "Fund", "--since", "2020-01-31", url=fund)
    assert "its register begins on" in before
