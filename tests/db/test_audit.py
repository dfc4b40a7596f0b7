"""Every write leaves a row that cannot be changed, and a missing row shows."""

import pytest
from sqlalchemy import text

from db.engine import Store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.audit import list_audit, verify_audit
from db.services.imports import publish_import, undo_batch
from db.services.portfolios import save_portfolio
from risk.inventory.records import Portfolio

ANN = Actor("Ann", ActorRole.ANALYST)
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
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 1",
        "TRUNCATE audit",
    ],
)
def test_no_statement_changes_the_trail(store: Store, statement: str):
    if store.is_sqlite and "TRUNCATE" in statement:
        pytest.skip("SQLite has no TRUNCATE")
    if not store.is_sqlite and "REPLACE" in statement:
        pytest.skip("PostgreSQL has no REPLACE")
    save(store, 2)
    with pytest.raises(StoreError, match="insert-only"), store.write() as session:
        session.execute(text(statement))
    assert [one.actor for one in list_audit(store, LOCAL_OWNER)] == ["Ann", "Ann"]
    assert verify_audit(store, LOCAL_OWNER).broken_at is None


def test_an_untouched_trail_holds(store: Store):
    save(store, 3)
    check = verify_audit(store, LOCAL_OWNER)
    assert (check.rows, check.broken_at) == (3, None)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
    ],
)
def test_a_change_behind_the_triggers_shows(store: Store, statement: str, broken_at: int):
    save(store, 3)
    disarm(store)
    with store.write() as session:
        session.execute(text(statement))
    assert verify_audit(store, LOCAL_OWNER).broken_at == broken_at


def test_a_write_that_fails_leaves_no_row(store: Store):
    save(store, 1)
    bad = Portfolio(name="", startups=())
    with pytest.raises(StoreError):
        save_portfolio(store, ANN, bad)
    assert len(list_audit(store, LOCAL_OWNER)) == 1
