"""The model's numbers: listed, changed with a reason, and tried at both ends."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.portfolios import save_portfolio
from risk.assumptions import DEFAULTS, assumption_rows
from risk.inventory.records import Portfolio
from tests.terminal.running import answer, refusal

SET = ("assumptions", "set", "churn_maximum")


@pytest.fixture
def own(url: str, demo: Portfolio) -> str:
    """A store of the test's own with two small portfolios, Fund and Other."""
    store = open_store(url)
    for name in ("Fund", "Other"):
        save_portfolio(store, LOCAL_OWNER, replace(demo, name=name, startups=demo.startups[:2]))
    store.close()
    return url


def value(url: str, portfolio: str) -> dict[str, Any]:
    document = answer("assumptions", "--portfolio", portfolio, url=url)
    return next(one for one in document if one["name"] == "churn_maximum")


def test_every_number_is_listed_with_the_documented_fields(ask: Callable[..., Any]):
    document = ask("assumptions", "--portfolio", "demo")
    assert [one["name"] for one in document] == [row.name for row in assumption_rows(DEFAULTS)]
    for one in document:
        assert set(one) == {
            "name",
            "portfolio",
            "value",
            "default",
            "unit",
            "low",
            "high",
            "plausible_low",
            "plausible_high",
            "meaning",
            "source",
            "changed",
            "by",
            "at",
            "reason",
        }


def test_a_number_is_changed_for_one_portfolio_with_the_reason_and_put_back(own: str):
    (changed,) = answer(*SET, "0.4", "--reason", "own data", "--portfolio", "Fund", url=own)
    assert (changed["value"], changed["default"], changed["changed"]) == (0.4, 0.5, True)
    assert (changed["reason"], changed["by"]) == ("own data", LOCAL_OWNER.name)
    assert value(own, "Fund")["value"] == 0.4
    assert value(own, "Other")["value"] == 0.5
    (back,) = answer(*SET, "default", "--reason", "no", "--portfolio", "Fund", url=own)
    assert (back["value"], back["changed"], back["reason"]) == (0.5, False, "no")


def test_without_a_portfolio_all_change_and_those_that_differ_are_listed(own: str):
    answer(*SET, "0.4", "--reason", "own data", url=own)
    assert value(own, "Fund")["value"] == value(own, "Other")["value"] == 0.4
    found = [one for one in answer("assumptions", url=own) if one["name"] == "churn_maximum"]
    assert [(one["portfolio"], one["value"]) for one in found] == [
        (None, 0.5),
        ("Fund", 0.4),
        ("Other", 0.4),
    ]


def test_options_count_before_set_too(own: str):
    words = ["assumptions", "--portfolio", "Fund", "--database", own, "--json", *SET[1:]]
    result = CliRunner().invoke(cli.app, [*words, "0.4", "--reason", "own data"])
    assert result.exit_code == 0, result.output
    assert value(own, "Fund")["value"] == 0.4
    assert value(own, "Other")["value"] == 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "churn_maximum", "7", "--reason", "x"), "must lie between 0 and 1 (share), not 7"),
        (("set", "churn_maximum", "much", "--reason", "x"), "“much” is no number"),
        (("set", "luck", "1", "--reason", "x"), "no assumption called “luck”"),
        (("set", "churn_maximum", "0.4", "--reason", " "), "Say why"),
        (("set", "churn_maximum", "0.4", "--reason", "x", "--portfolio", "none"), "none"),
        (("--portfolio", "none"), "none"),
    ],
)
def test_what_cannot_be_changed_is_said_in_a_sentence(own: str, words: tuple[str, ...], said: str):
    assert said in refusal("assumptions", *words, url=own)
    assert value(own, "Fund")["value"] == 0.5


def test_a_change_needs_a_reason(own: str):
    result = CliRunner().invoke(cli.app, [*SET, "0.4", "--database", own])
    assert result.exit_code == 2
    assert "--reason" in result.output


def test_a_store_without_portfolios_has_nothing_to_change(url: str):
    assert "no portfolio yet" in refusal(*SET, "0.4", "--reason", "x", url=url)
    assert len(answer("assumptions", url=url)) == len(assumption_rows(DEFAULTS))


def test_what_drives_the_result_is_tried_at_both_ends(own: str):
    found = answer("sensitivity", "--portfolio", "Fund", url=own)
    assert set(found) == {
        *("portfolio", "aal_usd", "median_usd", "startups", "sampled", "drivers", "unread")
    }
    score = answer("score", "--portfolio", "Fund", url=own)["portfolio"]
    assert found["aal_usd"] == pytest.approx(score["aal_usd"], rel=1e-6)
    assert {one["sort"] for one in found["drivers"]} == {"judgement", "rates of a kind", "facts"}
    swings = [one["aal_swing_usd"] for one in found["drivers"]]
    assert swings == sorted(swings, reverse=True)
    wait = next(one for one in found["drivers"] if one["driver"] == "churn_maximum")
    assert (wait["low"], wait["high"]) == ({"churn_maximum": 0.25}, {"churn_maximum": 0.8})
    assert wait["aal_low_usd"] < found["aal_usd"] < wait["aal_high_usd"]


def test_every_number_can_be_tried(own: str):
    found = answer("sensitivity", "--portfolio", "Fund", "--all", url=own)
    moved = {name for one in found["drivers"] for name in one["low"]}
    assert {row.name for row in assumption_rows(DEFAULTS)} <= moved | set(found["unread"])


@pytest.mark.parametrize(
    "words",
    [
        ("assumptions",),
        ("assumptions", "--portfolio", "Fund"),
        ("assumptions", "set", "legal_days", "20", "--reason", "two [bold] lawyers"),
        ("sensitivity", "--portfolio", "Fund"),
        ("sensitivity", "--portfolio", "Fund", "--all"),
    ],
)
def test_every_table_of_these_can_be_printed(own: str, words: tuple[str, ...]):
    result = CliRunner().invoke(cli.app, [*words, "--database", own])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
