"""Every write leaves a row that cannot be changed, and a missing row shows."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from db.auditing import append_to_audit, hash_of
from db.engine import Store
from db.errors import StoreError
from db.records import AuditRecord, table_of
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.audit import (
    AuditFilter,
    actors_and_actions,
    count_audit,
    list_audit,
    verify_audit,
)
from db.services.imports import publish_import, undo_batch
from db.services.portfolios import save_portfolio
from db.services.share_contents import Wanted
from db.services.shares import ShareKind, create_share
from db.sharing.presets import Preset
from risk.inventory.records import Portfolio

ANN = Actor("Ann", ActorRole.ANALYST)
AUDIT = table_of(AuditRecord)
#: Without money, so that nothing has to be worked out for it.
WANTED = Wanted(portfolio="Fund", preset=Preset.MONEY, today=date(2026, 11, 25))
EMPTY = Portfolio(name="Fund", startups=())


def save(store: Store, times: int) -> None:
    for _ in range(times):
        save_portfolio(store, ANN, EMPTY)


def disarm(store: Store) -> None:
    """Take the triggers away, as somebody with the database's own tools could."""
    with store.write() as session:
        if store.is_sqlite:
            session.execute(text("DROP TRIGGER audit_refuses_update"))
            session.execute(text("DROP TRIGGER audit_refuses_delete"))
            session.execute(text("DROP TRIGGER audit_head_refuses_update"))
            session.execute(text("DROP TRIGGER snapshots_refuse_update"))
            session.execute(text("DROP TRIGGER snapshots_refuse_delete"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
            session.execute(text("ALTER TABLE audit_head DISABLE TRIGGER ALL"))
            session.execute(text("ALTER TABLE snapshots DISABLE TRIGGER ALL"))


def test_a_write_says_who_did_what_to_which_object(store: Store):
    published = publish_import(
        store,
        ANN,
        data=b"startup,provider\nAcme,OpenAI\n",
        file_name="a.csv",
        portfolio="Fund",
    )
    undo_batch(store, ANN, published.batch)
    undone, imported = list_audit(store, LOCAL_OWNER)
    assert (imported.actor, imported.role, imported.action) == ("Ann", "analyst", "import")
    assert imported.object_name == f"Fund: batch {published.batch}"
    assert imported.after is not None
    assert (imported.after["file_name"], imported.after["new"]) == ("a.csv", 1)
    assert (undone.action, undone.after) == ("undo", {"removed": 1, "restored": 0, "kept": 0})
    assert [undone.number, imported.number] == [2, 1]


def test_no_statement_changes_the_trail(store: Store):
    save(store, 2)
    for statement in (
        "UPDATE audit SET actor = 'nobody' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 1"
        if store.is_sqlite
        else "TRUNCATE audit",
        "UPDATE audit_head SET number = number - 1",
        "UPDATE audit_head SET hash = 'x'",
        "DELETE FROM audit_head",
    ):
        with pytest.raises(StoreError, match="insert-only"), store.write() as session:
            session.execute(text(statement))
        assert [one.actor for one in list_audit(store, LOCAL_OWNER)] == ["Ann", "Ann"], statement
        assert verify_audit(store, LOCAL_OWNER).broken_at is None, statement


WAYS_THAT_POSTGRESQL_HAS = (
    "INSERT INTO {table} SELECT * FROM {table} WHERE true"
    " ON CONFLICT ({key}) DO UPDATE SET {value} = 'x'",
    "UPDATE {table} SET {value} = 'x'",
    "DELETE FROM {table}",
)
WAYS_TO_REPLACE = (
    *WAYS_THAT_POSTGRESQL_HAS,
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "REPLACE INTO {table} SELECT * FROM {table}",
    "UPDATE OR REPLACE {table} SET {key} = {key}, {value} = 'x'",
    "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
)
KEPT_FOR_GOOD = (
    ("audit", "number", "actor"),
    ("audit_head", "only_row", "hash"),
    ("snapshots", "link_id", "content"),
)


def rows_of(connection: Connection, table: str) -> list[Any]:
    return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")))  # noqa: S608


def test_no_way_to_replace_a_row_passes_the_triggers_of_a_bare_connection(store: Store):
    save(store, 1)
    create_share(store, LOCAL_OWNER, WANTED, kind=ShareKind.SNAPSHOT)
    # Without the settings of ours: SQLite's own default asks no DELETE trigger at a REPLACE.
    bare = create_engine(store.write_engine.url)
    with bare.connect() as connection:
        before = {table: rows_of(connection, table) for table, _, _ in KEPT_FOR_GOOD}
    for way in WAYS_TO_REPLACE if store.is_sqlite else WAYS_THAT_POSTGRESQL_HAS:
        for table, key, value in KEPT_FOR_GOOD:
            statement = way.format(table=table, key=key, value=value)
            with bare.connect() as connection:
                with pytest.raises(DBAPIError, match=r"insert-only|is never"):
                    connection.execute(text(statement))
                connection.rollback()
                assert rows_of(connection, table) == before[table], statement
    bare.dispose()
    assert all(before.values())


def test_an_untouched_trail_holds(store: Store):
    save(store, 3)
    check = verify_audit(store, LOCAL_OWNER)
    assert (check.rows, check.broken_at) == (3, None)


@pytest.mark.parametrize(
    ("statement", "broken_at", "because"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE number = 2", 2, "row 2 was changed"),
        ("UPDATE audit SET previous_hash = hash WHERE number = 3", 3, "row 3 was changed"),
        ("DELETE FROM audit WHERE number = 2", 2, "row 2 is missing"),
        ("DELETE FROM audit WHERE number = 1", 1, "row 1 is missing"),
        (
            "DELETE FROM audit WHERE number > 1",
            2,
            "row 2 and what followed, up to row 3, is missing",
        ),
    ],
)
def test_a_change_behind_the_triggers_shows(
    store: Store, statement: str, broken_at: int, because: str
):
    save(store, 3)
    disarm(store)
    with store.write() as session:
        session.execute(text(statement))
    check = verify_audit(store, LOCAL_OWNER)
    assert (check.broken_at, check.because) == (broken_at, because)


def test_an_end_that_was_cut_off_shows_for_good_even_after_new_rows(store: Store):
    save(store, 3)
    disarm(store)
    with store.write() as session:
        session.execute(text("DELETE FROM audit WHERE number = 3"))
    save(store, 2)
    assert verify_audit(store, LOCAL_OWNER).because == "row 3 is missing"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE snapshots SET content = :content, digest = :digest WHERE link_id = 1",
            ("snapshot 1 shows something else than was frozen",),
        ),
        (
            "UPDATE snapshots SET digest = :digest WHERE link_id = 1",
            ("the digest that is kept with snapshot 1 is not that of its making",),
        ),
        ("DELETE FROM snapshots WHERE link_id = 1", ("snapshot 1 is missing",)),
        (
            "UPDATE snapshots SET link_id = 3 WHERE link_id = 1",
            ("of the making of snapshot 3 there is no row", "snapshot 1 is missing"),
        ),
    ],
)
def test_a_snapshot_that_is_not_what_the_trail_says_was_frozen_is_named(
    store: Store, statement: str, found: tuple[str, ...]
):
    save(store, 1)
    for kind in (ShareKind.SNAPSHOT, ShareKind.SNAPSHOT, ShareKind.LIVE):
        create_share(store, LOCAL_OWNER, WANTED, kind=kind)
    assert verify_audit(store, LOCAL_OWNER).is_whole
    disarm(store)
    forged = {"content": "{}", "digest": hashlib.sha256(b"{}").hexdigest()}
    with store.write() as session:
        session.execute(text(statement), forged)
    check = verify_audit(store, LOCAL_OWNER)
    assert (check.broken_at, check.snapshots, check.is_whole) == (None, found, False)


def test_a_row_that_somebody_else_added_shows_although_its_hash_fits(store: Store):
    save(store, 2)
    disarm(store)
    with store.write() as session:
        newest = dict(session.execute(select(AUDIT).where(AUDIT.c.number == 2)).mappings().one())
        forged = newest | {"number": 3, "previous_hash": newest["hash"], "actor": "nobody"}
        forged["hash"] = hash_of(forged)
        session.execute(insert(AUDIT).values(**forged))
    check = verify_audit(store, LOCAL_OWNER)
    assert check.broken_at == 3
    assert check.because == "row 3 was not written by Downstream, which last wrote row 2"


def test_the_hash_of_the_last_row_stands_for_all_before_it(store: Store):
    save(store, 2)
    noted = verify_audit(store, LOCAL_OWNER).last_hash
    with store.read() as session:
        rows = {one.number: one for one in session.execute(select(AUDIT))}
    assert rows[2].hash == noted
    assert rows[2].previous_hash == rows[1].hash


def test_a_trail_written_anew_does_not_fit_what_was_noted(store: Store):
    save(store, 2)
    noted = (2, verify_audit(store, LOCAL_OWNER).last_hash)
    save(store, 1)
    assert verify_audit(store, LOCAL_OWNER, noted=noted).broken_at is None
    other = verify_audit(store, LOCAL_OWNER, noted=(2, "0" * 64))
    assert (other.broken_at, other.because) == (2, "row 2 is not the one that was noted")
    shorter = verify_audit(store, LOCAL_OWNER, noted=(5, "0" * 64))
    assert shorter.because == "row 4 and what followed, up to row 5, is missing"


def test_the_trail_is_filtered_by_who_what_and_when(store: Store):
    bob = Actor("Bob", ActorRole.OWNER)
    days = {1: (ANN, "Fund"), 2: (bob, "Fund"), 3: (ANN, "Other fund")}
    for day, (who, name) in days.items():
        store.now = lambda day=day: datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)
        save_portfolio(store, who, Portfolio(name=name, startups=()))
    for wanted, numbers in (
        (AuditFilter(), [3, 2, 1]),
        (AuditFilter(actors=("Bob",)), [2]),
        (AuditFilter(actions=("save portfolio",), words="fund  PORTFOLIO"), [3, 2, 1]),
        (AuditFilter(words="other"), [3]),
        (AuditFilter(words="100%"), []),
        (AuditFilter(actions=("undo",)), []),
        (AuditFilter(since=date(2026, 11, 2)), [3, 2]),
        (AuditFilter(until=date(2026, 11, 1)), [1]),
        (AuditFilter(since=date(2026, 11, 2), until=date(2026, 11, 2)), [2]),
    ):
        found = list_audit(store, LOCAL_OWNER, wanted)
        assert [one.number for one in found] == numbers, wanted
        assert count_audit(store, LOCAL_OWNER, wanted) == len(numbers), wanted
    assert actors_and_actions(store, LOCAL_OWNER) == (("Ann", "Bob"), ("save portfolio",))


@pytest.mark.parametrize("name", ["token", "Passcode", "session_cookie", "client_secret"])
def test_a_secret_is_never_written_down(store: Store, name: str):
    with pytest.raises(ValueError, match="is a secret"), store.write() as session:
        append_to_audit(
            session,
            at=store.now(),
            actor="Ann",
            role="owner",
            action="share",
            object_kind="share",
            object_name="Fund",
            after={"link": {name: "canary"}},
        )
    assert list_audit(store, LOCAL_OWNER) == ()


def test_a_write_that_fails_leaves_no_row(store: Store):
    save(store, 1)
    bad = Portfolio(name="", startups=())
    with pytest.raises(StoreError):
        save_portfolio(store, ANN, bad)
    assert len(list_audit(store, LOCAL_OWNER)) == 1
