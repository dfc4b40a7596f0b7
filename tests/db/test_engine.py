"""Opening the store, what holds on its connections, and what it says when it cannot."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db import dialects
from db.engine import Rehearsed, Store, default_database_url, open_store, rehearsed
from db.errors import StoreBusy, StoreError, StoreNotReady
from db.services.access import LOCAL_OWNER
from db.services.portfolios import list_portfolios
from db.services.setup import initialise

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 10000,
    "trusted_schema": 0,
    "recursive_triggers": 1,
}
#: What every connection is told, read before the tests begin, which do not wait for the disk.
TOLD = dict(dialects.SQLITE_PRAGMAS)


@pytest.fixture
def sqlite_store(prepared_file: Path, tmp_path: Path, opened: Callable[[str], Store]) -> Store:
    return opened(f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'store.sqlite3')}")


@pytest.mark.parametrize("engine", ["read_engine", "write_engine"])
def test_every_pragma_is_in_force_on_both_engines(
    sqlite_store: Store, engine: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dialects, "SQLITE_PRAGMAS", TOLD)
    with getattr(sqlite_store, engine).connect() as connection:
        found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in PRAGMAS}
        query_only = connection.scalar(text("PRAGMA query_only"))
    assert found == PRAGMAS
    assert query_only == (1 if engine == "read_engine" else 0)


def test_the_write_engine_locks_at_the_beginning_and_the_read_engine_does_not(
    sqlite_store: Store, opened: Callable[[str], Store]
):
    other = opened(f"sqlite:///{sqlite_store.file}")
    with sqlite_store.write_engine.begin() as writing:
        writing.execute(text("SELECT 1"))
        with other.read_engine.connect() as reading:
            assert reading.scalar(text("SELECT count(*) FROM portfolios")) == 0
        with other.write_engine.connect() as second:
            second.connection.driver_connection.execute("PRAGMA busy_timeout = 1")
            with pytest.raises(DBAPIError, match="locked"):
                second.execute(text("SELECT 1"))


def test_a_reading_session_cannot_write(store: Store):
    with pytest.raises(StoreError, match="may only"), store.read() as session:
        session.execute(text("DELETE FROM portfolios"))


def test_a_write_that_fails_leaves_nothing(store: Store):
    def half_of_something(session: Session) -> None:
        session.execute(text("DELETE FROM services"))
        session.execute(text("INSERT INTO services (name) VALUES ('half')"))

    with pytest.raises(StoreError, match="contradicts another"):
        store.transact(half_of_something)
    with store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM services")) > 0


def test_a_write_is_told_by_another_number_and_a_failed_or_a_reading_one_by_none(store: Store):
    def nothing(session: Session) -> None:
        session.execute(text("SELECT 1"))

    def fails(session: Session) -> None:
        session.execute(text("INSERT INTO services (name) VALUES ('half')"))

    told = [store.written]
    for work in (nothing, nothing):
        store.transact(work)
        told.append(store.written)
    assert len(set(told)) == 3
    with pytest.raises(StoreError):
        store.transact(fails)
    with store.read() as session:
        nothing(session)
    assert store.written == told[-1]


def test_a_rehearsed_write_is_taken_back_and_says_so(store: Store):
    def emptied(session: Session) -> None:
        session.execute(text("DELETE FROM retirements"))

    def half_of_something(session: Session) -> None:
        session.execute(text("INSERT INTO services (name) VALUES ('half')"))

    def rows() -> int:
        with store.read() as session:
            return session.scalar(text("SELECT count(*) FROM retirements")) or 0

    many, before = rows(), store.written
    assert many > 0
    for other in (store.transact, store.whole.transact):
        with pytest.raises(Rehearsed), rehearsed():
            other(emptied)
    with pytest.raises(StoreError), rehearsed():  # The store's own refusal comes first.
        store.transact(half_of_something)
    assert (rows(), store.written) == (many, before)
    with rehearsed():  # What may be written another time is no part of what is tried.
        store.transact_at_once(emptied)
    assert rows() == 0
    store.transact(lambda session: None)


def test_a_store_that_is_not_there_is_said_and_not_made(tmp_path: Path):
    path = tmp_path / "nowhere.sqlite3"
    with pytest.raises(StoreNotReady, match=r"no store at .*nowhere\.sqlite3 yet\. Run .*init"):
        list_portfolios(open_store(f"sqlite:///{path}"), LOCAL_OWNER)
    assert not path.exists()


def test_an_empty_database_asks_to_be_set_up(database: str, empty_address: str, tmp_path: Path):
    if database == "sqlite":
        (tmp_path / "empty.sqlite3").touch()
    store = open_store(empty_address)
    with pytest.raises(StoreNotReady, match="Run “downstream init”"):
        list_portfolios(store, LOCAL_OWNER)
    store.close()


def test_a_store_of_a_later_version_is_refused(store: Store, address: str):
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    later = open_store(address)
    with pytest.raises(StoreNotReady, match="later version"):
        list_portfolios(later, LOCAL_OWNER)
    with pytest.raises(StoreNotReady, match="later version"):
        initialise(later)
    later.close()


def test_a_file_that_is_something_else_is_refused_in_a_sentence(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk and a database. " * 100)
    with pytest.raises(StoreError, match="not a Downstream store") as refused:
        initialise(open_store(f"sqlite:///{path}"))
    assert "Buy milk" not in str(refused.value)
    assert path.read_text().startswith("Buy milk")


def test_a_locked_store_says_so(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.dialects.SQLITE_PRAGMAS", {"busy_timeout": "1"})
    other = open_store(f"sqlite:///{sqlite_store.file}")
    with sqlite_store.write(), pytest.raises(StoreBusy, match="Somebody else is writing"):
        other.transact(lambda session: None)
    other.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hunter2@127.0.0.1:1/downstream",
        "postgres://ann:hunter2@127.0.0.1:1/downstream",
        "postgresql://ann:hunter2@127.0.0.1:port/downstream",
        "mysql://ann:hunter2@127.0.0.1/downstream",
    ],
)
def test_a_password_is_never_in_a_message(url: str):
    with pytest.raises(StoreError) as refused:
        list_portfolios(open_store(url), LOCAL_OWNER)
    seen: BaseException | None = refused.value
    while seen is not None:
        assert "hunter2" not in str(seen) or seen.__suppress_context__
        seen = seen.__cause__
    assert "hunter2" not in str(refused.value)


def test_the_address_that_is_shown_hides_the_password():
    assert "hunter2" not in open_store("postgresql://ann:hunter2@localhost/downstream").url


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused(url: str):
    with pytest.raises(StoreError, match="keeps nothing"):
        open_store(url)


def test_the_environment_names_the_default_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", f"sqlite:///{tmp_path}/mine.sqlite3")
    assert default_database_url() == f"sqlite:///{tmp_path}/mine.sqlite3"
    monkeypatch.delenv("DOWNSTREAM_DATABASE_URL")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_database_url().endswith("downstream/downstream.sqlite3")


def test_only_its_owner_may_read_the_file(sqlite_store: Store):
    list_portfolios(sqlite_store, LOCAL_OWNER)
    sqlite_store.transact(lambda session: None)
    assert sqlite_store.file is not None
    assert sqlite_store.file.stat().st_mode & 0o077 == 0
