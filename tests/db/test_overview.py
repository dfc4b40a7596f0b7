"""The week of a stored portfolio: what is decided leaves it, and news comes into it."""

from datetime import UTC, datetime

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.decision_results import Promise
from db.services.decisions import decided_dependencies, record_decision, withdraw_decision
from db.services.dependence import dependence
from db.services.kept_answers import (
    keep_answer,
    keep_ending,
    keep_margin_ranges,
    latest_answer,
    margin_ranges,
    worst_ending,
)
from db.services.overview import portfolio_week
from db.services.scoring import stress
from db.services.signals import add_signal
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.signals import Signal
from risk.portfolio.results import Action
from risk.portfolio.week import Item, News, Sort
from risk.scenarios.results import Scenario
from tests.db.test_kept_answers import TODAY, demo_store  # noqa: F401 - a fixture


def week(store: Store) -> tuple[Item, ...]:
    return portfolio_week(store, LOCAL_OWNER, "demo", today=TODAY)


def test_what_is_decided_leaves_the_week_until_it_is_taken_back(demo_store: Store):  # noqa: F811
    first = next(one.about for one in week(demo_store) if one.sort is Sort.ACT)
    assert isinstance(first, Action)
    promise = Promise(dependency_key=first.dependency_key, aal_removed_usd=first.aal_removed_usd)
    number = record_decision(
        demo_store, LOCAL_OWNER, "demo", first.startup, first.what, owner="Ann", promise=promise
    )
    assert decided_dependencies(demo_store, LOCAL_OWNER, "demo") == {
        (first.startup, first.dependency_key)
    }
    keys = [one.about.dependency_key for one in week(demo_store) if isinstance(one.about, Action)]
    assert keys
    assert first.dependency_key not in keys
    withdraw_decision(demo_store, LOCAL_OWNER, number, reason="test")
    assert decided_dependencies(demo_store, LOCAL_OWNER, "demo") == frozenset()


def test_news_of_the_last_weeks_is_in_the_week_and_older_news_is_not(demo_store: Store):  # noqa: F811
    for day, kind in ((1, "founder_or_chair_resigns"), (23, "chief_executive_dismissed")):
        at = datetime(2026, 11 if day == 23 else 9, day, tzinfo=UTC)
        signal = Signal(provider="OpenAI", kind=kind, at=at, source="test")
        add_signal(demo_store, LOCAL_OWNER, signal)
    (heard,) = [one.about for one in week(demo_store) if one.sort is Sort.NEWS]
    assert isinstance(heard, News)
    assert (heard.provider, heard.meaning) == ("OpenAI", "the board dismisses the chief executive")


def test_ranges_of_shares_are_kept_beside_an_answer(demo_store: Store):  # noqa: F811
    assert margin_ranges(demo_store, LOCAL_OWNER, "demo", today=TODAY, wait=False) is None
    waited = margin_ranges(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    keep_answer(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert keep_margin_ranges(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert not keep_margin_ranges(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    kept = margin_ranges(demo_store, LOCAL_OWNER, "demo", today=TODAY, wait=False)
    assert kept == waited
    assert kept is not None
    # What each provider's page shows is the same.
    found = dependence(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert kept.providers["OpenAI"] == found["OpenAI"].margin_range
    # The answer is read as it was, and holds no more than it did.
    answer = latest_answer(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert answer is not None
    share = answer.whole.concentration["developer"].shares["OpenAI"]
    assert kept.developers["OpenAI"].low < share < kept.developers["OpenAI"].high


def test_whose_end_costs_most_is_kept_beside_an_answer(demo_store: Store):  # noqa: F811
    at_once = worst_ending(demo_store, LOCAL_OWNER, "demo", today=TODAY, wait=False)
    assert at_once is None
    assert not keep_ending(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    keep_answer(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    assert keep_ending(demo_store, LOCAL_OWNER, "demo", today=TODAY)
    kept = worst_ending(demo_store, LOCAL_OWNER, "demo", today=TODAY, wait=False)
    assert kept is not None
    scenario = Scenario(id="", title="", root=kept.provider, kind=FailureKind.WIND_DOWN)
    tested = stress(demo_store, LOCAL_OWNER, "demo", scenario, today=TODAY)
    assert kept.median_usd == pytest.approx(tested.total_median_usd, rel=1e-9)
