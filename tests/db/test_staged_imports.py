"""New rows are staged by column and published at once: the register of a plan row by row."""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from db.engine import Store
from db.errors import Refused
from db.importing import staging
from db.importing.covering import added_on
from db.importing.staging import staged
from db.records import BatchRecord, PortfolioRecord, StagingRecord, StartupRecord
from db.register.rows import REGISTER_TABLES, STARTUPS, StoredRegister, read_register
from db.services import publishing
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    PortfolioChanged,
    PublishedBatch,
    list_batches,
    preview_import,
    publish_import,
    undo_batch,
)
from db.services.portfolios import list_portfolios, load_portfolio, state_hash
from db.services.setup import initialise
from risk.inventory.progress import unheard
from tests.db.inventories import ACME, Row, counted, fund_hash, inventory, publish, startup
from tests.oracle.merging import plan_import, stored_rows

FULL: Row = ACME | {
    "website": "https://acme.example",
    "notes": "met in May",
    "annual_revenue_usd": "1234567.89",
    "cash_usd": "0.01",
    "gross_margin": "0.7",
    "engineers": "12",
    "spend_usd": "1200.50",
    "share": "0.4",
    "criticality": "4",
    "buffer_hours": "2.5",
    "depth": "agents",
    "fallback": "tested",
    "fallback_provider": "Anthropic",
    "fallback_tested_on": "2026-05-01",
    "exit_plan": "written",
    "renewal": "2027-03-31",
    "as_of": "2026-11-01",
    "source": "board deck",
}


@pytest.fixture
def in_parts() -> Iterator[None]:
    """Two rows fill a transaction."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "_AT_ONCE", 2)
        yield


def rows_left(store: Store) -> int:
    """How many rows of any portfolio, hidden ones included, the register holds."""
    with store.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(t)) or 0 for t in REGISTER_TABLES
        )


def stagings(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(StagingRecord)) or 0


@pytest.mark.usefixtures("in_parts")
def test_every_column_arrives(store: Store):
    rows = [FULL, FULL | {"use_case": "b", "notes": "more", "fallback_provider": ""}]
    published_as_planned_row_by_row(store, "Fund", rows)
    found = startup(store)
    assert (found.cash_usd, found.as_of) == (0.01, date(2026, 11, 1))
    assert found.notes == "met in May\nmore"


RECORDS = st.fixed_dictionaries(
    {
        "startup": st.sampled_from(["Acme", " ACME", "Zeta", "Été", "Long " + "x" * 190]),
        "use_case": st.sampled_from(["", "chat", "Chat ", "search", "Unnamed use case"]),
        "provider": st.sampled_from(
            ["OpenAI", "openai", "Slack", "Claude on Bedrock", "(depends on nothing)"]
        ),
        "model": st.sampled_from(["", "gpt-4o", "GPT-4o"]),
        "spend_usd": st.sampled_from(["", "1", "2.50", "0.015"]),
        "cash_usd": st.sampled_from(["", "10", "20"]),
        "engineers": st.sampled_from(["", "3"]),
        "criticality": st.sampled_from(["", "1", "5"]),
        "requirement": st.sampled_from(["", "all", "shared"]),
        "use_case_revenue_share": st.sampled_from(["", "0.5"]),
        "tags": st.sampled_from(["", "b2b", "b2b; seed"]),
        "provider_notice_days": st.sampled_from(["", "90"]),
        "evidence": st.sampled_from(["", "confirmed", "imputed"]),
        "fallback_provider": st.sampled_from(["", "Mistral"]),
        "notes": st.sampled_from(["", "a", "b"]),
        "renewal": st.sampled_from(["", "2027-01-31"]),
        "as_of": st.sampled_from(["", "2026-01-31", "2026-05-31"]),
        "source": st.sampled_from(["", "call", "\\.\n=1"]),
    }
)
FILES = st.lists(st.lists(RECORDS, min_size=1, max_size=6), min_size=1, max_size=3)
SLOWLY: Any = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def published_as_planned_row_by_row(
    store: Store, portfolio: str, rows: list[Row]
) -> PublishedBatch | None:
    """Publish a file; changes and register are those of the plan row by row. None: refused."""
    only_adds = {"complete_for": "nothing"}
    data: Any = {"data": inventory(*rows), "file_name": "inventory.csv", "assume": only_adds}
    before = register_of(store, portfolio)
    try:
        done = publish_import(store, LOCAL_OWNER, portfolio=portfolio, **data)
    except Refused:
        return None
    if done.already:
        return done
    plan = plan_import(done.intake.rows, before, file_name="inventory.csv")
    assert done.changes.new_startups == plan.changes.new_startups
    assert counted(done) == counted(replace(done, changes=plan.changes))
    assert Counter(done.changes.rows) == Counter(plan.changes.rows)
    assert Counter(done.disagreements) == Counter(plan.disagreements)
    after = stored_rows(register_of(store, portfolio))
    for name in ("startups", "facts", "use_cases", "dependencies"):
        planned, kept = getattr(plan, name), getattr(after, name)
        for key, row in planned.items():
            assert row.values == {column: kept[key][column] for column in row.values}
            of_batch = row.stored is None or row.is_changed
            batch = done.batch if of_batch else row.stored["batch_id"]
            assert kept[key]["batch_id"] == batch
        assert kept.keys() == planned.keys() | getattr(stored_rows(before), name).keys()
    return done


def register_of(store: Store, portfolio: str) -> StoredRegister:
    with store.read() as session:
        query = select(PortfolioRecord).where(PortfolioRecord.name == portfolio)
        found = session.scalar(query)
        return read_register(session, found.id) if found else StoredRegister()


@pytest.mark.usefixtures("in_parts")
@given(FILES, st.randoms(use_true_random=False))
@SLOWLY
def test_any_files_give_the_register_of_a_plan_by_row_and_undo_leaves_what_was_there(
    store: Store, files: list[list[Row]], order: Any
):
    name = f"Fund {secrets.token_hex(8)}"
    nothing = state_hash(store, LOCAL_OWNER, name)
    done = [published_as_planned_row_by_row(store, name, rows) for rows in files]
    batches = list({one.batch: None for one in done if one is not None})
    order.shuffle(batches)
    for batch in batches:
        undo_batch(store, LOCAL_OWNER, batch)
    assert state_hash(store, LOCAL_OWNER, name) == nothing


@pytest.mark.usefixtures("in_parts")
def test_a_preview_says_what_publishing_then_does(store: Store):
    publish(store, ACME)
    data = inventory(ACME | {"spend_usd": "3"}, ACME | {"startup": "Zeta", "spend_usd": ""})
    preview = preview_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    published = publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    assert counted(published) == (1, 1, 0, 0)
    assert published.changes == preview.changes
    assert [row.status for row in published.changes.rows[:]] == ["new", "changed"]


@pytest.mark.usefixtures("in_parts")
def test_the_same_file_again_is_the_same_batch(store: Store):
    first = publish(store, FULL)
    again = publish(store, FULL)
    assert (again.batch, again.already) == (first.batch, True)
    assert len(list_batches(store, LOCAL_OWNER)) == 1
    assert stagings(store) == 0


@pytest.mark.usefixtures("in_parts")
def test_nobody_sees_staged_rows_and_an_import_that_gives_up_leaves_none(store: Store):
    publish(store, ACME)
    before, rows = fund_hash(store), rows_left(store)

    def look(share: float) -> None:
        if stagings(store):
            assert fund_hash(store) == before
            assert [one.name for one in list_portfolios(store, LOCAL_OWNER)] == ["Fund"]
            assert len(list_batches(store, LOCAL_OWNER)) == 1
            assert rows_left(store) > rows
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(store, *(ACME | {"startup": f"S{n}"} for n in range(5)), progress=look)
    assert (fund_hash(store), rows_left(store), stagings(store)) == (before, rows, 0)


@pytest.mark.usefixtures("in_parts")
def test_others_may_add_the_same_startup_while_rows_are_staged(store: Store):
    wrote = []

    def interfere(share: float) -> None:
        if stagings(store) and not wrote:
            wrote.append(True)
            publish(store, ACME | {"startup": "S1", "spend_usd": "7", "cash_usd": "9"})

    published = publish(
        store,
        *(ACME | {"startup": f"S{n}", "spend_usd": "1"} for n in range(3)),
        progress=interfere,
    )
    # S1 was added meanwhile, so its record is changed rather than new; its cash stays.
    assert counted(published) == (2, 1, 0, 0)
    assert startup(store, "S1").cash_usd == 9
    assert startup(store, "S1").use_cases[0].dependencies[0].spend_usd_per_month == 1
    assert stagings(store) == 0
    undo_batch(store, LOCAL_OWNER, published.batch)
    assert startup(store, "S1").use_cases[0].dependencies[0].spend_usd_per_month == 7


@pytest.mark.usefixtures("in_parts")
def test_an_import_that_begins_while_another_ends_takes_nothing_from_it(store: Store):
    publish(store, ACME)
    publish_staged = publishing._publish_staged
    with ExitStack() as begun, pytest.MonkeyPatch.context() as patch:

        def and_another_begins(job: publishing.Job, *prepared: Any) -> Any:
            published = publish_staged(job, *prepared)
            # SQLite gives the number of the first one's hidden portfolio again at once.
            begun.enter_context(
                staged(
                    store,
                    job.reading,
                    (),
                    by="Eve",
                    covering=added_on(date(2026, 11, 1)),
                    progress=unheard,
                )
            )
            return published

        patch.setattr(publishing, "_publish_staged", and_another_begins)
        publish(store, ACME | {"startup": "S1"})
        assert stagings(store) == 1
        found = load_portfolio(store, LOCAL_OWNER, "Fund")
        assert [one.name for one in found.startups] == ["Acme", "S1"]
    assert stagings(store) == 0
    assert len(list_batches(store, LOCAL_OWNER)) == 2


def test_who_expected_another_revision_is_asked_again(store: Store):
    publish(store, ACME)
    revision = load_portfolio(store, LOCAL_OWNER, "Fund").revision
    publish(store, ACME | {"spend_usd": "1"})
    rows = rows_left(store)
    with pytest.raises(PortfolioChanged):
        publish(store, ACME | {"startup": "Zeta"}, expected_revision=revision)
    assert (rows_left(store), stagings(store)) == (rows, 0)


@pytest.mark.usefixtures("in_parts")
def test_undo_keeps_and_names_rows_that_were_edited_since(store: Store):
    rows = [FULL | {"startup": f"S{n}", "use_case": f"u{n}"} for n in range(5)]
    published = publish(store, *rows)
    with store.write() as session:
        session.execute(update(STARTUPS).where(STARTUPS.c.name == "S2").values(sector="edited"))
    result = undo_batch(store, LOCAL_OWNER, published.batch)
    assert (result.removed, result.restored) == (5, 0)
    assert result.kept_rows == ("S2",)
    assert result.kept_because == ("it was edited since",)
    assert [one.name for one in load_portfolio(store, LOCAL_OWNER, "Fund").startups] == ["S2"]


@pytest.mark.usefixtures("in_parts")
def test_undo_keeps_what_a_later_import_changed_and_then_leaves_nothing(store: Store):
    rows = [FULL | {"startup": f"S{n}"} for n in range(3)]
    large = publish(store, *rows)
    later = publish(store, FULL | {"startup": "S1", "spend_usd": "99"})
    result = undo_batch(store, LOCAL_OWNER, large.batch)
    assert result.removed == 2
    assert "S1 · chat · OpenAI" in result.kept_rows
    assert set(result.kept_because) == {"a later import speaks of it too"}
    undo_batch(store, LOCAL_OWNER, later.batch)
    assert list_portfolios(store, LOCAL_OWNER) == ()
    assert rows_left(store) == 0


@pytest.mark.usefixtures("in_parts")
def test_numbers_of_removed_rows_are_not_given_again(store: Store):
    first = publish(store, *(ACME | {"startup": f"S{n}"} for n in range(3)))
    with store.read() as session:
        highest = session.scalar(select(func.max(StartupRecord.id))) or 0
    undo_batch(store, LOCAL_OWNER, first.batch)
    publish(store, ACME | {"startup": "New"})
    with store.read() as session:
        assert (session.scalar(select(func.min(StartupRecord.id))) or 0) > highest


def test_the_rows_of_an_import_that_died_are_dropped_at_the_next_start(
    store: Store, address: str, in_parts: None
):
    publish(store, ACME)
    before, rows = fund_hash(store), rows_left(store)
    with pytest.MonkeyPatch.context() as patch:
        # The process ends here: nothing is dropped, and the system frees its lease.
        patch.setattr(staging, "drop", lambda *arguments: None)
        patch.setattr("db.services.publishing._publish_staged", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(store, *(ACME | {"startup": f"S{n}"} for n in range(5)))
    assert stagings(store) == 1
    assert rows_left(store) > rows
    assert fund_hash(store) == before
    initialise(store)
    assert (rows_left(store), stagings(store), fund_hash(store)) == (rows, 0, before)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(BatchRecord)) == 1
        assert session.scalar(select(func.count()).select_from(PortfolioRecord)) == 1
        if store.is_sqlite:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.usefixtures("in_parts")
def test_a_start_does_not_drop_the_rows_of_an_import_at_work(store: Store, address: str):
    looked = []

    def start(share: float) -> None:
        if stagings(store) and not looked:
            looked.append(stagings(store))
            initialise(store)
            looked.append(stagings(store))

    published = publish(store, *(ACME | {"startup": f"S{n}"} for n in range(5)), progress=start)
    assert looked == [1, 1]
    assert counted(published) == (5, 0, 0, 0)
