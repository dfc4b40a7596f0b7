"""Taking an import back: exactly what was there before, except what was touched since."""

import secrets
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from db import migration
from db.engine import Store
from db.errors import BatchNotFound, PortfolioNotFound, Refused
from db.register.fingerprints import fingerprints
from db.register.rows import STARTUPS
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    list_batches,
    undo_batch,
)
from db.services.portfolios import list_portfolios, load_portfolio, save_portfolio, state_hash
from risk.inventory.records import Portfolio
from tests.db.inventories import (
    ACME,
    Row,
    counted,
    dependency,
    fund_hash,
    publish,
    startup,
)


def test_undo_restores_exactly_what_was_there(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, replace(demo, name="Fund"))
    one = demo.startups[0]
    before = fund_hash(store)
    published = publish(
        store,
        {"startup": one.name, "provider": "Mistral", "cash_usd": "1", "source": "call"},
        {"startup": "Brand new", "provider": "Cohere", "cash_usd": "2", "source": ""},
    )
    assert fund_hash(store) != before
    result = undo_batch(store, LOCAL_OWNER, published.batch)
    assert (result.removed, result.restored, result.kept) == (2, 1, 0)
    assert fund_hash(store) == before


def test_undo_of_the_import_that_made_the_portfolio_takes_the_portfolio_too(store: Store):
    nothing = fund_hash(store)
    published = publish(store, ACME)
    undo_batch(store, LOCAL_OWNER, published.batch)
    assert fund_hash(store) == nothing
    assert list_portfolios(store, LOCAL_OWNER) == ()
    with pytest.raises(PortfolioNotFound):
        load_portfolio(store, LOCAL_OWNER, "Fund")
    assert [one.undone for one in list_batches(store, LOCAL_OWNER, "fund")] == [True]
    again = publish(store, ACME)
    assert (again.already, counted(again)) == (False, (1, 0, 0, 0))
    assert startup(store).name == "Acme"


@pytest.mark.parametrize("order", [(2, 1), (1, 2)])
def test_two_imports_undone_in_any_order_leave_nothing_of_either(
    store: Store, order: tuple[int, int]
):
    publish(store, ACME | {"spend_usd": "1", "cash_usd": "10"})
    before = fund_hash(store)
    batches = {
        1: publish(store, ACME | {"spend_usd": "2", "share": "0.5"}).batch,
        2: publish(
            store, ACME | {"spend_usd": "3", "cash_usd": "20"}, ACME | {"use_case": "b"}
        ).batch,
    }
    for one in order:
        undo_batch(store, LOCAL_OWNER, batches[one])
    assert fund_hash(store) == before


def test_undo_keeps_and_names_what_a_later_import_changed(store: Store):
    first = publish(store, ACME | {"spend_usd": "1"}, ACME | {"use_case": "b", "spend_usd": "9"})
    publish(store, ACME | {"spend_usd": "2"})
    result = undo_batch(store, LOCAL_OWNER, first.batch)
    assert (result.removed, result.restored) == (1, 0)
    assert result.kept_rows == ("Acme", "Acme · chat", "Acme · chat · OpenAI")
    assert dependency(store).spend_usd_per_month == 2


def test_undo_keeps_what_a_later_import_confirmed(store: Store):
    first = publish(store, ACME | {"spend_usd": "1"})
    second = publish(store, ACME)
    assert counted(second) == (0, 0, 1, 0)
    undo_batch(store, LOCAL_OWNER, first.batch)
    assert dependency(store).spend_usd_per_month == 1
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert list_portfolios(store, LOCAL_OWNER) == ()


def test_what_a_later_import_confirmed_is_its_own_once_the_first_is_undone(store: Store):
    first = publish(store, ACME | {"spend_usd": "1"}, ACME | {"use_case": "search"})
    second = publish(store, ACME | {"spend_usd": "2"}, ACME | {"use_case": "search"})
    third = publish(store, ACME, ACME | {"use_case": "search"})
    undo_batch(store, LOCAL_OWNER, first.batch)
    undo_batch(store, LOCAL_OWNER, second.batch)
    # Only the third still speaks of them: its spend is that of before the second, which nobody
    # states any more, but it confirmed the record as it was then.
    assert dependency_names(store) == ["chat", "search"]
    with store.write() as session:
        session.execute(update(STARTUPS).values(sector="edited"))
    undone = undo_batch(store, LOCAL_OWNER, third.batch)
    assert (undone.kept_rows, undone.kept_because) == (("Acme",), ("it was edited since",))
    assert dependency_names(store) == []


def dependency_names(store: Store) -> list[str]:
    return [one.name for one in startup(store).use_cases]


def test_a_batch_is_undone_once_and_must_exist(store: Store):
    batch = publish(store, ACME).batch
    undo_batch(store, LOCAL_OWNER, batch)
    with pytest.raises(Refused, match=f"Batch {batch} was undone already"):
        undo_batch(store, LOCAL_OWNER, batch)
    with pytest.raises(BatchNotFound, match="There is no batch 999"):
        undo_batch(store, LOCAL_OWNER, 999)


def test_a_startup_that_stays_keeps_the_sources_of_its_facts(store: Store):
    first = publish(store, ACME | {"cash_usd": "5", "source": "call"})
    second = publish(store, ACME | {"use_case": "search"})
    undo_batch(store, LOCAL_OWNER, first.batch)
    assert (startup(store).cash_usd, startup(store).sources) == (5, {"cash_usd": "call"})
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert list_portfolios(store, LOCAL_OWNER) == ()


def record(row: Row) -> tuple[str, ...]:
    return row["startup"], row["use_case"], row["provider"]


ROWS = st.fixed_dictionaries(
    {
        "startup": st.sampled_from(["Acme", "Zeta"]),
        "use_case": st.sampled_from(["chat", "search"]),
        "provider": st.sampled_from(["OpenAI", "Slack"]),
        "spend_usd": st.sampled_from(["", "1", "2"]),
        "cash_usd": st.sampled_from(["", "10", "20"]),
        "criticality": st.sampled_from(["", "1", "5"]),
        "source": st.sampled_from(["", "call"]),
    }
)
FILES = st.lists(ROWS, min_size=1, max_size=4, unique_by=record)


SCOPES = st.sampled_from(["nothing", "source", "portfolio", "startup"])


@given(
    st.lists(st.tuples(FILES, SCOPES), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_was_imported_undoing_all_of_it_in_any_order_leaves_what_was_there(
    store: Store, files: list[tuple[list[Row], str]], order: Random
):
    portfolio = f"Fund {secrets.token_hex(8)}"
    publish(store, ACME | {"cash_usd": "10", "source": "board"}, portfolio=portfolio)
    before = state_hash(store, LOCAL_OWNER, portfolio)
    published = [
        publish(store, *rows, portfolio=portfolio, complete_for=scope) for rows, scope in files
    ]
    batches = list({one.batch for one in published if not one.already})
    order.shuffle(batches)
    for batch in batches:
        undo_batch(store, LOCAL_OWNER, batch)
    assert state_hash(store, LOCAL_OWNER, portfolio) == before


def test_a_batch_of_before_a_column_came_is_undone_all_the_same(store: Store):
    # What a migration adds is unknown of older rows, which are not taken for edited.
    publish(store, {"startup": "Acme", "provider": "OpenAI"})
    before = fund_hash(store)
    batch = publish(store, {"startup": "Zeta", "provider": "Cohere", "exit_plan": "none"})
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0011")
        migration.upgrade(connection)
    undone = undo_batch(store, LOCAL_OWNER, batch.batch)
    assert (undone.removed, undone.kept) == (1, 0)
    assert fund_hash(store) == before


def test_the_mark_of_a_row_knows_a_later_column_only_where_it_is_stated():
    def mark(**columns: object) -> int:
        return int(
            fingerprints({name: np.array([one], object) for name, one in columns.items()})[0]
        )

    assert mark(share=0.5, depth=None, switch_begun=None) == mark(share=0.5, depth=None)
    stated = {mark(share=0.5, switch_begun=one) for one in ("yes", "no", None)}
    assert len(stated) == 3
    assert mark(share=0.5, depth=None) != mark(share=0.5)
