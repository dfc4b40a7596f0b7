"""Amounts of other currencies in the register: kept as stated, compared so, and given out so."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.endings import merge
from db.services.exports import FileKind, export_table
from db.services.filings import draw_register, load_filing, tables_of
from db.services.imports import publish_import, undo_batch
from db.services.portfolios import currency_of, list_portfolios, load_portfolio, set_currency
from risk.dora.drawing import Identifier
from risk.dora.packages import FilingFacts
from risk.money.rates import quoted_on
from risk.money.stated import Period, stated_of
from tests.db.inventories import ACME, counted, dependency, fund_hash, inventory, publish, startup

DAY = {"as_of": "2024-03-28"}  # 1 EUR = 1.0811 USD = 0.8551 GBP
ONE = {key: value for key, value in ACME.items() if not key.endswith("_usd")}


def at(store: Store, monkeypatch: pytest.MonkeyPatch, year: int, month: int, day: int) -> None:
    """Let it be another day in the store."""
    monkeypatch.setattr(store, "now", lambda: datetime(year, month, day, 12, tzinfo=UTC))


def exported(store: Store, portfolio: str = "Fund", kind: FileKind = FileKind.CSV) -> bytes:
    found = export_table(
        store, LOCAL_OWNER, "inventory", portfolio=portfolio, kind=kind, today=date(2026, 11, 24)
    )
    return found.data


def again(store: Store, data: bytes, portfolio: str = "Fund") -> Any:
    return publish_import(store, LOCAL_OWNER, data=data, file_name="again.csv", portfolio=portfolio)


def test_euros_are_kept_and_the_model_gets_dollars(store: Store):
    publish(store, ONE | DAY | {"Annual spend (EUR)": "12000", "ARR (€)": "1000000.50"})
    found = dependency(store)
    assert found.spend_usd_per_month == 1081.10
    assert found.spend_stated == "EUR 12000 per year; 1 EUR = 1.0811 USD on 2024-03-28"
    acme = startup(store)
    assert acme.annual_revenue_usd == 1_081_100.54  # 1,000,000.50 × 1.0811 = 1,081,100.54055
    assert acme.stated == {"annual_revenue_usd": "EUR 1000000.5; 1 EUR = 1.0811 USD on 2024-03-28"}


def test_without_a_day_of_its_own_an_amount_has_the_rate_of_the_import(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    at(store, monkeypatch, 2024, 3, 31)  # Easter Sunday: the rate is of Thursday
    publish(store, ONE | {"spend_eur": "1000"})
    assert dependency(store).spend_usd_per_month == 1081.10
    assert str(dependency(store).spend_stated).endswith("on 2024-03-28")


def test_the_same_euros_are_no_change_by_another_days_rate(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    at(store, monkeypatch, 2024, 3, 28)
    row = ONE | {"spend_eur": "1000", "Cash (EUR)": "5"}
    publish(store, row)
    before, cash = dependency(store), startup(store)
    at(store, monkeypatch, 2025, 3, 28)
    assert counted(publish(store, row | {"sector": ""})) == (0, 0, 1, 0)
    after = dependency(store)
    # It was said again on that day, by the rate of the first one.
    assert after == replace(before, recorded_on=date(2025, 3, 28))
    assert startup(store).stated == cash.stated
    assert startup(store).cash_usd == cash.cash_usd


def test_other_euros_are_a_change_told_in_euros(store: Store):
    publish(store, ONE | DAY | {"spend_eur": "1000", "Cash (EUR)": "5"})
    first = fund_hash(store)
    changed = publish(store, ONE | DAY | {"spend_eur": "1100", "Cash (EUR)": "6"})
    assert counted(changed) == (0, 1, 0, 0)
    told = {one.field: (one.before, one.after) for one in changed.changes.rows[0].fields}
    assert told == {"spend_usd": ("EUR 1000", "EUR 1100"), "cash_usd": ("EUR 5", "EUR 6")}
    assert dependency(store).spend_usd_per_month == 1189.21
    undo_batch(store, LOCAL_OWNER, changed.batch)
    assert fund_hash(store) == first


def test_dollars_replace_euros_unless_they_are_what_these_came_to(store: Store):
    publish(store, ONE | DAY | {"spend_eur": "1000"})
    same = publish(store, ONE | DAY | {"spend_usd": "1081.10"})
    assert counted(same) == (0, 0, 1, 0)
    assert dependency(store).spend_stated is not None
    publish(store, ONE | DAY | {"spend_usd": "1000"})
    assert (dependency(store).spend_usd_per_month, dependency(store).spend_stated) == (1000, None)


def test_a_currency_without_a_rate_is_unknown_in_usd_and_erases_the_old_amount(store: Store):
    publish(store, ONE | {"spend_usd": "1000", "cash_usd": "5"})
    publish(store, ONE | {"Monthly spend": "700", "Cash": "8", "Currency": "NGN"})
    found = dependency(store)
    assert (found.spend_usd_per_month, found.spend_stated) == (None, "NGN 700")
    assert (startup(store).cash_usd, startup(store).stated) == (None, {"cash_usd": "NGN 8"})


def test_records_that_state_different_euros_are_told_so_and_by_their_days_not(store: Store):
    rows = [
        ONE | {"use_case": "a", "Cash (EUR)": "5", "as_of": "2024-03-28"},
        ONE | {"use_case": "b", "Cash (EUR)": "5", "as_of": "2025-03-28"},
    ]
    assert publish(store, *rows).disagreements == ()
    rows[1]["Cash (EUR)"] = "6"
    (problem,) = publish(store, *rows).disagreements
    assert "EUR 5" in problem.message
    assert "EUR 6" in problem.message


@pytest.mark.parametrize("kind", list(FileKind))
def test_an_inventory_with_other_currencies_is_read_back_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch, kind: FileKind
):
    at(store, monkeypatch, 2024, 3, 28)
    publish(
        store,
        ONE | {"use_case": "a", "Monthly spend": "700", "Currency": "GBP", "Cash": "10.05"},
        ONE | {"use_case": "b", "Monthly spend": "800", "Currency": "NGN"},
        ONE | {"use_case": "c", "Monthly spend": "900.50", "Currency": "USD"},
    )
    publish(store, {"startup": "Beta", "provider": "OpenAI", "Annual cost": "1000"})
    data = exported(store, kind=kind)
    at(store, monkeypatch, 2026, 3, 2)  # with another rate
    changes = again(store, data).changes
    # Four dependencies, and a line of the cash, whose source is another.
    assert (changes.new, changes.changed, changes.unchanged) == (0, 0, 5)
    again(store, data, "Other")
    first, second = (load_portfolio(store, LOCAL_OWNER, name) for name in ("Fund", "Other"))
    for one, other in zip(first.startups, second.startups, strict=True):
        assert (one.cash_usd, one.stated) == (other.cash_usd, other.stated)
        for mine, theirs in zip(one.use_cases, other.use_cases, strict=True):
            pairs = [(d.spend_usd_per_month, d.spend_stated) for d in mine.dependencies]
            assert pairs == [(d.spend_usd_per_month, d.spend_stated) for d in theirs.dependencies]
    assert exported(store, "Other") == exported(store)


def test_an_expense_in_a_register_of_information_keeps_its_currency_both_ways(store: Store):
    row = {"startup": "Bank", "provider": "OpenAI", "use_case": "Chat"}
    publish(store, row | {"Annual cost": "120000.10", "Currency": "CHF"} | DAY)
    facts = FilingFacts(day=date(2026, 12, 31), currency="CHF")
    names = {"Bank": "ZZZZ00EXAMPLEBANK116", "OpenAI": "ZZZZ00PROVIDERLLMX04"}
    codes = {name.casefold(): Identifier(code=lei, sort="LEI") for name, lei in names.items()}
    number = draw_register(store, LOCAL_OWNER, "Fund", facts=facts, identifiers=codes)
    files = tables_of(load_filing(store, LOCAL_OWNER, number))
    assert b"eba_CU:CHF,120000.1\r\n" in files["b_02.01.csv"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    again(store, archive.getvalue(), "Again")
    (bank,) = load_portfolio(store, LOCAL_OWNER, "Again").startups
    (found,) = bank.use_cases[0].dependencies
    assert stated_of(str(found.spend_stated)).said == "CHF 120000.1 per year"


def test_an_inventory_in_dollars_has_no_columns_of_currencies(store: Store):
    publish(store, ACME | {"spend_usd": "5"})
    assert b"currency" not in exported(store)
    assert b"_stated" not in exported(store)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from([*quoted_on(), "NGN", "KWD"]),
    st.sampled_from(list(Period)),
    st.dates(date(2010, 1, 1), date(2026, 10, 30)),
)
def test_amount_and_currency_outlive_import_export_and_import(
    store: Store, amount: Any, currency: str, per: Period, day: date
):
    name = f"{currency} {amount} {per} {day}"
    header = f"{'Annual' if per is Period.YEAR else 'Monthly'} cost ({currency})"
    row = ONE | {"provider": "OpenAI", header: str(amount), "as_of": day.isoformat()}
    again(store, inventory(row), name)
    again(store, exported(store, name), f"{name} again")
    pairs = []
    for portfolio in (name, f"{name} again"):
        (acme,) = load_portfolio(store, LOCAL_OWNER, portfolio).startups
        found = acme.use_cases[0].dependencies[0]
        pairs.append((found.spend_usd_per_month, found.spend_stated))
    assert pairs[0] == pairs[1]
    if (currency, per) == ("USD", Period.MONTH):
        assert pairs[0] == (float(amount), None)
    else:
        said = stated_of(str(pairs[0][1]))
        wanted = per if per is Period.YEAR else None
        assert (said.amount, said.currency, said.per) == (amount, currency, wanted)


def test_a_portfolio_is_shown_in_the_currency_that_somebody_chose(store: Store):
    publish(store, ONE)
    assert currency_of(store, LOCAL_OWNER, "fund") == "USD"
    before = fund_hash(store)
    assert set_currency(store, LOCAL_OWNER, "FUND", " eur ") == "EUR"
    (listed,) = list_portfolios(store, LOCAL_OWNER)
    assert (listed.currency, currency_of(store, LOCAL_OWNER, "Fund")) == ("EUR", "EUR")
    # Not a fact of the register: answers that are kept still hold.
    assert fund_hash(store) == before
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.action, newest.before, newest.after) == (
        "manage portfolio",
        {"currency": "USD"},
        {"currency": "EUR"},
    )


@pytest.mark.parametrize("currency", ["NGN", "RUB", "euros", ""])
def test_a_currency_that_the_bank_does_not_quote_is_refused_with_those_that_it_does(
    store: Store, currency: str
):
    publish(store, ONE)
    with pytest.raises(Refused, match=r"Choose one of AUD, .*EUR.*ZAR"):
        set_currency(store, LOCAL_OWNER, "Fund", currency)
    with pytest.raises(PortfolioNotFound):
        set_currency(store, LOCAL_OWNER, "Nobody", "EUR")


def test_a_complete_file_that_leaves_an_amount_blank_erases_what_was_stated(store: Store):
    publish(store, ONE | DAY | {"spend_eur": "1000", "Cash (EUR)": "5"})
    done = publish(store, ONE | DAY | {"spend_eur": "", "Cash (EUR)": ""}, complete_for="source")
    told = {one.field: (one.before, one.after) for one in done.changes.rows[0].fields}
    assert told["spend_usd"] == ("EUR 1000", None)
    assert told["cash_usd"] == ("EUR 5", None)
    found = dependency(store)
    assert (found.spend_usd_per_month, found.spend_stated) == (None, None)
    assert (startup(store).cash_usd, startup(store).stated) == (None, {})
    undo_batch(store, LOCAL_OWNER, done.batch)
    assert str(dependency(store).spend_stated).startswith("EUR 1000;")


def test_a_file_without_the_column_leaves_an_amount_as_it_was_stated(store: Store):
    publish(store, ONE | DAY | {"spend_eur": "1000"})
    publish(store, ONE | {"region": "eu"})
    assert str(dependency(store).spend_stated).startswith("EUR 1000;")


def test_an_amount_whose_currency_cannot_be_read_is_unknown_and_no_dollars(store: Store):
    publish(store, ONE | {"Monthly spend": "700", "Cash": "8", "Currency": "various"})
    found = dependency(store)
    assert (found.spend_usd_per_month, found.spend_stated) == (None, None)
    assert (startup(store).cash_usd, startup(store).stated) == (None, {})


def test_what_is_paid_in_euros_for_several_providers_is_shared_out_in_euros(store: Store):
    cell = {"provider": "OpenAI, Anthropic", "model": "", "spend_eur": "10.01"}
    publish(store, ONE | DAY | cell, assume={"all": "all"})
    found = load_portfolio(store, LOCAL_OWNER, "Fund").startups[0].use_cases[0].dependencies
    shared = [stated_of(str(one.spend_stated)) for one in found]
    assert sorted(one.amount for one in shared) == [Decimal("5.00"), Decimal("5.01")]
    # 5.00 × 1.0811 = 5.4055, 5.01 × 1.0811 = 5.416311: half a cent goes to the even one.
    assert sorted(one.spend_usd_per_month or 0 for one in found) == [5.41, 5.42]


def test_two_dependencies_made_one_cost_the_euros_of_both(store: Store):
    one = ONE | DAY | {"spend_eur": "1000"}
    publish(store, one, one | {"provider": "Azure OpenAI", "spend_eur": "500.50"})
    merge(
        store,
        LOCAL_OWNER,
        "Fund",
        "Acme",
        "Azure OpenAI",
        use_case="chat",
        provider="OpenAI",
    )
    found = dependency(store)
    assert found.spend_stated == "EUR 1500.5; 1 EUR = 1.0811 USD on 2024-03-28"
    # 1081.10 + 541.09
    assert found.spend_usd_per_month == 1622.19
