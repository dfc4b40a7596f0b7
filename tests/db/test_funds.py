"""Funds and holdings on both databases: imported, replaced, ended, taken back, and valued."""

from datetime import date, timedelta

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.funds import (
    HoldingsFile,
    HoldingsImport,
    fund_losses,
    import_holdings,
    list_funds,
    list_holdings,
    state_fund,
    undo_holdings,
)
from db.services.imports import publish_import
from db.services.past import as_of
from db.services.portfolios import list_portfolios
from db.services.slices import sliced_store
from risk.assumptions import DEFAULTS, override
from risk.inventory.intake_results import Outcome
from risk.money.rates import rate_on

TODAY = date(2026, 11, 29)
HEADER = "company,fund,cost,value,ownership,currency,as_of\n"
FIRST = HEADER + (
    "Acme,One,1000000,2500000,12.5%,USD,2026-09-30\n"
    "Zeta,One,500000,,,USD,2026-09-30\n"
    "Acme,Two,300000,1000000,5%,USD,2026-09-30\n"
    "Stranger,Two,100000,400000,20%,USD,2026-09-30\n"
)
SECOND = HEADER + "ACME,One,1000000,3000000,12.5%,USD,2026-12-31\n"


@pytest.fixture
def fund_store(store: Store) -> Store:
    inventory = b"startup,provider,annual_revenue_usd,gross_margin\nAcme,OpenAI,9000000,0.7\n"
    publish_import(
        store,
        LOCAL_OWNER,
        data=inventory + b"Zeta,Anthropic,4000000,0.6\n",
        file_name="a.csv",
        portfolio="Fund",
    )
    return store


def put(store: Store, text: str, *, dry_run: bool = False, **how: object) -> HoldingsImport:
    file = HoldingsFile(data=text.encode(), file_name="holdings.csv", **how)  # type: ignore[arg-type]
    return import_holdings(store, LOCAL_OWNER, "Fund", file, dry_run=dry_run)


def held(store: Store) -> list[tuple[str, str, float | None]]:
    return [(one.fund, one.company, one.value) for one in list_holdings(store, LOCAL_OWNER, "Fund")]


def test_a_first_file_makes_funds_and_tells_whom_the_register_does_not_know(
    fund_store: Store,
) -> None:
    assert put(fund_store, FIRST, dry_run=True).number is None
    assert held(fund_store) == []
    found = put(fund_store, FIRST)
    assert (found.new, found.changed, found.unchanged, found.outside) == (4, 0, 0, ("Stranger",))
    funds = list_funds(fund_store, LOCAL_OWNER, "Fund")
    assert [(one.name, one.holdings, one.outside, one.value) for one in funds] == [
        ("One", 2, 0, 2.5e6),
        ("Two", 2, 1, 1.4e6),
    ]
    stranger = list_holdings(fund_store, LOCAL_OWNER, "Fund")[-1]
    assert (stranger.company, stranger.startup, stranger.ownership) == ("Stranger", None, 0.2)


def test_the_next_file_replaces_by_fund_and_company_and_ends_only_if_it_is_complete(
    fund_store: Store,
) -> None:
    put(fund_store, FIRST)
    again = put(fund_store, FIRST)
    assert (again.number, again.unchanged) == (None, 4)
    added = put(fund_store, SECOND)
    assert (added.new, added.changed, added.ended) == (0, 1, ())
    assert ("One", "ACME", 3e6) in held(fund_store)
    complete = put(fund_store, SECOND, complete=True)
    # Of the fund that it names, it no longer names Zeta; of fund Two it says nothing.
    assert complete.ended == (("One", "Zeta"),)
    assert held(fund_store) == [
        ("One", "ACME", 3e6),
        ("Two", "Acme", 1e6),
        ("Two", "Stranger", 4e5),
    ]


def test_imports_are_taken_back_newest_first_and_stand_in_the_trail(fund_store: Store) -> None:
    put(fund_store, FIRST)
    before = held(fund_store)
    put(fund_store, SECOND, complete=True)
    assert undo_holdings(fund_store, LOCAL_OWNER, "Fund") == "holdings.csv"
    assert held(fund_store) == before
    undo_holdings(fund_store, LOCAL_OWNER, "Fund")
    assert (held(fund_store), list_funds(fund_store, LOCAL_OWNER, "Fund")) == ([], ())
    with pytest.raises(Refused, match="nothing to take back"):
        undo_holdings(fund_store, LOCAL_OWNER, "Fund")
    kinds = [(one.action, one.object_kind) for one in list_audit(fund_store, LOCAL_OWNER)[:4]]
    assert kinds.count(("undo", "holdings")) == 2
    assert kinds.count(("import", "holdings")) == 2


def test_a_currency_that_nobody_quotes_costs_its_line(fund_store: Store) -> None:
    found = put(fund_store, FIRST.replace("5%,USD", "5%,XAU", 1))
    assert (found.read.outcome, found.read.rejected, found.new) == (Outcome.PARTIAL, 1, 3)
    assert "XAU" in found.read.problems[0].message


def test_holdings_and_values_in_euros_stay_and_count_in_dollars(fund_store: Store) -> None:
    day = date(2026, 9, 30)
    rate = rate_on("EUR", day)
    assert rate is not None
    per_euro = float(rate.usd_per_euro)
    put(fund_store, f"{HEADER}Acme,One,1000000,2000000,10%,EUR,{day}\n")
    (one,) = list_holdings(fund_store, LOCAL_OWNER, "Fund")
    assert (one.value, one.currency) == (2e6, "EUR")
    assert one.value_usd == pytest.approx(2e6 * per_euro, abs=0.01)
    assert one.cost_usd == pytest.approx(1e6 * per_euro, abs=0.01)
    state_fund(fund_store, LOCAL_OWNER, "Fund", "One", 5e7, on=day, source="Q3", currency="eur")
    (fund,) = list_funds(fund_store, LOCAL_OWNER, "Fund")
    assert (fund.nav, fund.currency, fund.value) == (5e7, "EUR", one.value_usd)
    assert fund.nav_usd == pytest.approx(5e7 * per_euro, abs=0.01)
    # A later value without a currency is in the fund's.
    state_fund(fund_store, LOCAL_OWNER, "Fund", "One", 6e7, on=day, source="Q3, audited")
    (fund,) = list_funds(fund_store, LOCAL_OWNER, "Fund")
    assert (fund.nav, fund.currency) == (6e7, "EUR")
    with pytest.raises(Refused, match="XAU"):
        state_fund(fund_store, LOCAL_OWNER, "Fund", "One", 1.0, on=day, source="x", currency="XAU")


def test_a_question_and_a_refused_file_write_nothing(fund_store: Store) -> None:
    asked = put(fund_store, 'company,fund,value\nAcme,One,"1,234"\n')
    assert (asked.read.outcome, asked.number) == (Outcome.CONFIRM, None)
    refused = put(fund_store, "a,b\n1,2\n")
    assert (refused.read.outcome, refused.number) == (Outcome.REJECT_FILE, None)
    assert held(fund_store) == []


def test_net_asset_values_have_a_day_and_a_source(fund_store: Store) -> None:
    day = date(2026, 9, 30)
    for nav, on, source in ((5.0, None, "x"), (5.0, date(2030, 1, 1), "x"), (-1.0, day, "x")):
        with pytest.raises(Refused):
            state_fund(fund_store, LOCAL_OWNER, "Fund", "One", nav, on=on, source=source)
    with pytest.raises(Refused):
        state_fund(fund_store, LOCAL_OWNER, "Fund", " ", 5.0, on=day, source="x")
    with pytest.raises(Refused):
        state_fund(fund_store, LOCAL_OWNER, "Fund", "One", 5.0, on=day, source=" ")
    state_fund(fund_store, LOCAL_OWNER, "Fund", "one", 1e8, on=day, source="Q3 report")
    state_fund(fund_store, LOCAL_OWNER, "Fund", "One", 2e8, on=day, source="Q3 report, audited")
    (one,) = list_funds(fund_store, LOCAL_OWNER, "Fund")
    assert (one.name, one.nav, one.nav_as_of, one.source) == (
        "one",
        2e8,
        day,
        "Q3 report, audited",
    )
    # What a file of holdings would have made of it stays when that is taken back.
    put(fund_store, FIRST)
    undo_holdings(fund_store, LOCAL_OWNER, "Fund")
    assert [one.name for one in list_funds(fund_store, LOCAL_OWNER, "Fund")] == ["one"]


def test_holdings_are_read_as_of_a_past_day(fund_store: Store) -> None:
    begun = fund_store.now()
    fund_store.now = lambda: begun + timedelta(days=1)
    put(fund_store, FIRST)
    fund_store.now = lambda: begun + timedelta(days=3)
    put(fund_store, SECOND, complete=True)
    fund_store.now = lambda: begun + timedelta(days=4)
    day = begun.date() + timedelta(days=2)
    past = as_of(fund_store, LOCAL_OWNER, "Fund", day)
    assert ("One", "Acme", 2.5e6) in held(past)
    assert len(held(past)) == 4
    assert len(held(fund_store)) == 3
    then = sliced_store(past, LOCAL_OWNER, "Fund", ["fund=One"])
    now = sliced_store(fund_store, LOCAL_OWNER, "Fund", ["fund=One"])
    counted = [list_portfolios(one, LOCAL_OWNER)[0].startups for one in (then, now)]
    assert counted == [2, 1]
    before = as_of(fund_store, LOCAL_OWNER, "Fund", begun.date())
    assert held(before) == []


def test_losses_rest_on_the_worlds_of_the_portfolio(fund_store: Store) -> None:
    put(fund_store, FIRST)
    state_fund(
        fund_store, LOCAL_OWNER, "Fund", "One", 1e7, on=date(2026, 9, 30), source="Q3 report"
    )
    found = fund_losses(fund_store, LOCAL_OWNER, "Fund", today=TODAY)
    one, two = found.losses.funds
    assert (one.fund, two.fund, one.nav_usd, two.nav_usd) == ("One", "Two", 1e7, None)
    assert 0 < one.expected_usd < 2.5e6
    assert (one.no_ownership, one.no_value, two.outside) == (1, 1, 1)
    assert found.losses.together.expected_usd == pytest.approx(one.expected_usd + two.expected_usd)
    # Twice as much value for a dollar of margin is more that is lost, up to what stakes are worth.
    dearer = fund_losses(
        fund_store,
        LOCAL_OWNER,
        "Fund",
        today=TODAY,
        assumptions=override(DEFAULTS, {"value_multiple": 6.0}),
    )
    assert dearer.losses.together.expected_usd > 1.2 * found.losses.together.expected_usd
