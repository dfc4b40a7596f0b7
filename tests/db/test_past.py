"""The register as of a past day: what was known then, which no later month changes."""

import secrets
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.imports import undo_batch
from db.services.past import as_of
from db.services.portfolio_changes import rename_portfolio
from db.services.portfolios import list_portfolios, load_portfolio, save_portfolio
from db.services.scoring import score_portfolio
from risk.inventory.records import Portfolio
from tests.db.inventories import ACME, Row, publish
from tests.db.test_months import MONTHS, agreeing, said

FIRST = date(2026, 1, 31)
ZETA: Row = ACME | {"startup": "Zeta"}


def past(store: Store, day: date, portfolio: str = "Fund") -> Store:
    return as_of(store, LOCAL_OWNER, portfolio, day)


def test_a_past_day_shows_what_was_known_at_its_end(store: Store):
    spends = ACME | {"spend_usd": "100"}
    publish(store, spends, ZETA, day=FIRST)
    second = date(2026, 2, 28)
    publish(store, spends | {"spend_usd": "120"}, complete_for="portfolio", day=second)
    was = load_portfolio(past(store, FIRST), LOCAL_OWNER, "Fund")
    assert [one.name for one in was.startups] == ["Acme", "Zeta"]
    (dependency,) = was.startups[0].use_cases[0].dependencies
    assert (dependency.spend_usd_per_month, dependency.recorded_on) == (100, FIRST)
    still = load_portfolio(past(store, second - timedelta(days=1)), LOCAL_OWNER, "Fund")
    assert still == was
    now = load_portfolio(past(store, second), LOCAL_OWNER, "Fund")
    assert now == load_portfolio(store, LOCAL_OWNER, "Fund")
    assert [one.startups for one in list_portfolios(past(store, FIRST), LOCAL_OWNER)] == [2]
    assert [one.name for one in list_portfolios(store, LOCAL_OWNER)] == ["Fund"]


def test_the_score_of_a_past_day_is_that_of_its_month_to_the_cent(store: Store):
    today = store.now().date()
    publish(store, ACME, ZETA, day=FIRST)
    before = score_portfolio(store, LOCAL_OWNER, "Fund", today=today)
    publish(store, ACME | {"model": "gpt-4.1"}, complete_for="portfolio", day=date(2026, 2, 28))
    after = score_portfolio(past(store, FIRST), LOCAL_OWNER, "Fund", today=today)
    assert after.aal_usd == before.aal_usd
    assert [one.startup for one in after.startups] == [one.startup for one in before.startups]


def test_what_was_undone_was_never_imported_on_any_day(store: Store):
    publish(store, ACME, day=FIRST)
    wrong = publish(store, ZETA, day=date(2026, 2, 28))
    publish(store, ACME | {"sector": "health"}, day=date(2026, 3, 31))
    undo_batch(store, LOCAL_OWNER, wrong.batch)
    was = load_portfolio(past(store, date(2026, 3, 1)), LOCAL_OWNER, "Fund")
    assert [(one.name, one.sector) for one in was.startups] == [("Acme", None)]


def test_a_file_of_an_earlier_day_counts_from_when_it_was_known(store: Store):
    publish(store, ACME, day=date(2026, 3, 31))
    publish(store, ZETA, day=FIRST)
    with pytest.raises(Refused, match="begins on 31 March 2026"):
        past(store, FIRST)
    assert len(load_portfolio(store, LOCAL_OWNER, "Fund").startups) == 2


def test_a_day_to_come_or_before_the_register_is_refused(store: Store):
    publish(store, ACME, day=FIRST)
    with pytest.raises(Refused, match="still to come"):
        past(store, store.now().date() + timedelta(days=1))
    with pytest.raises(Refused, match="its register begins on 31 January 2026"):
        past(store, FIRST - timedelta(days=1))


def test_what_was_saved_whole_begins_then(store: Store):
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=()))
    with pytest.raises(Refused, match="its register begins on"):
        past(store, FIRST)


def test_a_past_register_that_was_dropped_is_not_read_as_empty(store: Store):
    publish(store, ACME, day=FIRST)
    publish(store, ZETA, day=date(2026, 8, 31))
    old = past(store, FIRST)
    for month in range(2, 9):
        past(store, date(2026, month, 1))
    with pytest.raises(Refused, match="Ask for that day again"):
        load_portfolio(old, LOCAL_OWNER, "Fund")
    assert len(load_portfolio(past(store, FIRST), LOCAL_OWNER, "Fund").startups) == 1


@given(MONTHS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_later_month_changes_a_past_one(store: Store, months: list[list[Row]]):
    name = f"Fund {secrets.token_hex(8)}"
    seen = []
    for number, month in enumerate(months):
        day = FIRST + timedelta(days=30 * number)
        publish(store, *agreeing(month), portfolio=name, complete_for="portfolio", day=day)
        seen.append((day, said(store, name)))
        for then, what in seen:
            assert said(past(store, then, name), name) == what


def test_what_was_saved_whole_begins_then_under_whatever_name(store: Store):
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=()))
    rename_portfolio(store, LOCAL_OWNER, "Fund", "Book")
    rename_portfolio(store, LOCAL_OWNER, "Book", "Own book")
    with pytest.raises(Refused, match="its register begins on"):
        past(store, FIRST, "Own book")
