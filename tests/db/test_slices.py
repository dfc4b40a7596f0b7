"""Slices of a portfolio on both databases: parts that add up to the whole, on the same worlds."""

from datetime import date
from pathlib import Path

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.exports import export_table
from db.services.funds import HoldingsFile, fund_losses, import_holdings
from db.services.imports import publish_import
from db.services.kept_answers import keep_answer, latest_answer
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.scoring import score_portfolio, stress
from db.services.slices import slice_choices, sliced_store
from db.services.startup_pages import startups_page
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.results import Scenario

TODAY = date(2026, 11, 29)
INVENTORY = (
    "startup,provider,country,sector,annual_revenue_usd\n"
    "Acme,OpenAI,DE,legal,9000000\n"
    "Beta,Anthropic,DE,health,\n"
    "Gamma,Azure OpenAI,US,legal,4000000\n"
    "Delta,OpenAI,,,2000000\n"
    "Epsilon,Mistral,us,health,\n"
)
HOLDINGS = b"company,fund,ownership,value\nAcme,One,0.1,1e6\nGamma,One,0.1,1e6\nGamma,Two,0.2,2e6\n"
END = Scenario(id="x", title="x", root="OpenAI", kind=FailureKind.WIND_DOWN)


@pytest.fixture
def book(store: Store) -> Store:
    publish_import(store, LOCAL_OWNER, data=INVENTORY.encode(), file_name="a.csv", portfolio="Fund")
    return store


def part(store: Store, *slices: str) -> Store:
    return sliced_store(store, LOCAL_OWNER, "Fund", slices)


def loss(store: Store) -> float:
    return score_portfolio(store, LOCAL_OWNER, "Fund", today=TODAY).aal_usd


def names(store: Store) -> list[str]:
    found = score_portfolio(store, LOCAL_OWNER, "Fund", today=TODAY)
    return sorted(one.startup for one in found.startups)


def test_the_values_of_a_field_and_what_is_not_stated_are_counted(book: Store) -> None:
    found = slice_choices(book, LOCAL_OWNER, "Fund")
    # A country is one country however it is written.
    assert dict(found["country"]) == {"DE": 2, "us": 2, "": 1}
    assert dict(found["sector"]) == {"health": 2, "legal": 2, "": 1}
    assert "fund" not in found


def test_several_values_of_a_field_mean_any_and_several_fields_all(book: Store) -> None:
    assert names(part(book, "country=DE")) == ["Acme", "Beta"]
    assert names(part(book, "country=us")) == ["Epsilon", "Gamma"]
    assert names(part(book, "country=DE", "country=US")) == ["Acme", "Beta", "Epsilon", "Gamma"]
    assert names(part(book, "country=DE", "sector=legal")) == ["Acme"]
    assert names(part(book, "country=")) == ["Delta"]


@pytest.mark.parametrize("field", ["country", "sector"])
def test_expected_losses_of_all_values_add_up_to_the_portfolios_to_the_cent(
    book: Store, field: str
) -> None:
    values = slice_choices(book, LOCAL_OWNER, "Fund")[field]
    parts = [loss(part(book, f"{field}={value}")) for value in values]
    assert sum(parts) == pytest.approx(loss(book), abs=0.005)
    assert len(parts) == 3
    tested = [
        stress(part(book, f"{field}={value}"), LOCAL_OWNER, "Fund", END, today=TODAY).total_usd
        for value in values
    ]
    whole = stress(book, LOCAL_OWNER, "Fund", END, today=TODAY).total_usd
    assert whole > 0
    # Who leaves together waits together: a part alone finds shorter queues.
    assert sum(tested) == pytest.approx(whole, rel=0.05)


def test_a_slice_of_everything_is_the_whole(book: Store) -> None:
    values = slice_choices(book, LOCAL_OWNER, "Fund")["sector"]
    everything = part(book, *(f"sector={value}" for value in values))
    whole = score_portfolio(book, LOCAL_OWNER, "Fund", today=TODAY)
    sliced = score_portfolio(everything, LOCAL_OWNER, "Fund", today=TODAY)
    assert sliced.aal_usd == whole.aal_usd
    assert sliced.tvar95_usd == whole.tvar95_usd
    assert sliced.concentration == whole.concentration
    assert sliced.data_digest == whole.data_digest


def test_lists_pages_and_exports_are_of_the_slice(book: Store) -> None:
    germany = part(book, "country=DE")
    assert list_portfolios(germany, LOCAL_OWNER)[0].startups == 2
    assert list_portfolios(book, LOCAL_OWNER)[0].startups == 5
    page = startups_page(germany, LOCAL_OWNER, "Fund", today=TODAY)
    assert (page.total, [one.name for one in page.startups]) == (2, ["Acme", "Beta"])
    records = load_portfolio(germany, LOCAL_OWNER, "Fund")
    assert [one.name for one in records.startups] == ["Acme", "Beta"]
    file = export_table(germany, LOCAL_OWNER, "inventory", portfolio="Fund", today=TODAY)
    assert b"Acme" in file.data
    assert b"Gamma" not in file.data


def test_an_answer_that_was_kept_is_the_wholes_and_no_slices(book: Store) -> None:
    keep_answer(book, LOCAL_OWNER, "Fund", today=TODAY)
    germany = part(book, "country=DE")
    assert latest_answer(germany, LOCAL_OWNER, "Fund", today=TODAY) is None
    assert names(germany) == ["Acme", "Beta"]
    with pytest.raises(Refused, match="some companies"):
        keep_answer(germany, LOCAL_OWNER, "Fund", today=TODAY)


def test_a_field_or_a_value_that_is_not_there_is_refused_with_those_that_are(book: Store) -> None:
    for text in ("country", "planet=Mars"):
        with pytest.raises(Refused, match="The fields are"):
            part(book, text)
    with pytest.raises(Refused, match="DE"):
        part(book, "country=FR")
    with pytest.raises(Refused, match="fund"):
        part(book, "fund=One")
    with pytest.raises(Refused, match="all of these"):
        part(book, "country=", "sector=legal")
    assert part(book) is book


def test_a_fund_is_a_slice_by_what_it_holds(book: Store) -> None:
    file = HoldingsFile(data=HOLDINGS, file_name="h.csv")
    assert names(book) == ["Acme", "Beta", "Delta", "Epsilon", "Gamma"]
    import_holdings(book, LOCAL_OWNER, "Fund", file)
    assert dict(slice_choices(book, LOCAL_OWNER, "Fund")["fund"]) == {"One": 2, "Two": 1, "": 3}
    assert names(part(book, "fund=one")) == ["Acme", "Gamma"]
    assert names(part(book, "fund=One", "fund=Two")) == ["Acme", "Gamma"]
    assert names(part(book, "fund=One", "country=DE")) == ["Acme"]
    assert names(part(book, "fund=")) == ["Beta", "Delta", "Epsilon"]
    two = fund_losses(part(book, "fund=Two"), LOCAL_OWNER, "Fund", today=TODAY)
    assert [one.name for one in two.funds] == ["Two"]
    whole = fund_losses(book, LOCAL_OWNER, "Fund", today=TODAY)
    of_two = next(one for one in whole.losses.funds if one.fund == "Two")
    assert two.losses.together.expected_usd == pytest.approx(of_two.expected_usd)


def test_what_is_written_through_a_view_is_written_to_the_whole(
    book: Store, tmp_path: Path
) -> None:
    germany = part(book, "country=DE")
    more = b"startup,provider,country\nZeta,OpenAI,FR\n"
    publish_import(germany, LOCAL_OWNER, data=more, file_name="b.csv", portfolio="Fund")
    assert "Zeta" in names(book)
    assert names(germany) == ["Acme", "Beta"]
