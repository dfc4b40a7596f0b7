"""A full disk, a write-protected or damaged file, a clock that was set back: told in words."""

import os
import resource
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.engine import Store, open_store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.imports import list_batches, undo_batch
from db.services.portfolios import list_portfolios
from db.services.setup import initialise
from tests.db.inventories import ACME, fund_hash, publish

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and users of POSIX")
NOBODY = 65534


@pytest.fixture
def path(prepared_file: Path, tmp_path: Path) -> Path:
    """The file of a store that holds one import."""
    path = tmp_path / "store.sqlite3"
    path.write_bytes(prepared_file.read_bytes())
    store = open_store(f"sqlite:///{path}")
    publish(store, ACME)
    store.close()
    _checkpoint(path)
    return path


def _checkpoint(path: Path) -> None:
    """Take what the log holds into the file itself."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def in_a_child(work: Callable[[], str | None], *, user: int | None = None) -> str:
    """Run ``work`` in a copy of this process; return what it was told."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if user is not None and os.getuid() == 0:
                os.setuid(user)
            said = work() or ""
        except BaseException as error:
            said = f"raw {type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def told(work: Callable[[Store], object], path: Path) -> str:
    """What a store at ``path`` says that cannot be done, and nothing if it was done."""
    store = open_store(f"sqlite:///{path}")
    try:
        work(store)
    except StoreError as refused:
        return str(refused)
    finally:
        store.close()
    return ""


def test_a_full_disk_saves_nothing_and_loses_nothing(path: Path) -> None:
    many = [ACME | {"startup": f"S{number}", "notes": "x" * 500} for number in range(2_000)]

    def fill() -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = path.stat().st_size + 200_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return told(lambda store: publish(store, *many), path)

    before = open_store(f"sqlite:///{path}")
    facts = fund_hash(before)
    before.close()
    said = in_a_child(fill)
    assert "Nothing was saved" in said, said
    after = open_store(f"sqlite:///{path}")
    assert fund_hash(after) == facts
    assert verify_audit(after, LOCAL_OWNER).broken_at is None
    # With room again the same import goes through.
    assert publish(after, *many).changes.new > 0
    after.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_write_protected_store_says_so(path: Path) -> None:
    folder = path.parent
    path.chmod(0o444)
    folder.chmod(0o555)
    # Whoever runs the tests as root may write anywhere, so somebody else has to try.
    for one in folder.parents:
        if one.is_relative_to(tempfile.gettempdir()) and one != Path(tempfile.gettempdir()):
            one.chmod(one.stat().st_mode | 0o755)
    try:
        said = in_a_child(
            lambda: told(lambda store: publish(store, ACME | {"startup": "New"}), path),
            user=NOBODY,
        )
    finally:
        folder.chmod(0o755)
        path.chmod(0o644)
    assert "write-protected" in said or "cannot be opened" in said, said


DAMAGES: dict[str, Callable[[bytearray], bytearray]] = {
    "no header": lambda data: bytearray(b"\0" * 100) + data[100:],
    "cut in the middle": lambda data: data[: len(data) // 2],
    "noise in every page": lambda data: bytearray(
        byte if at % 4096 > 64 or at < 4096 else (at * 7 + 13) % 256 for at, byte in enumerate(data)
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_with_what_to_do(path: Path, damage: str) -> None:
    path.write_bytes(DAMAGES[damage](bytearray(path.read_bytes())))
    for work in (initialise, lambda store: publish(store, ACME | {"startup": "New"})):
        said = told(work, path)
        assert "not a Downstream store" in said or "Restore a backup" in said, said


def test_hidden_damage_is_found_when_the_program_starts(path: Path) -> None:
    """A page that no start reads: the rows of a table that is only looked at later."""
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'decisions'"
        ).fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    said = told(initialise, path)
    assert "damaged" in said, said
    assert "Restore a backup" in said


def test_a_clock_that_was_set_back_changes_no_order(path: Path) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    at = [noon]
    store = open_store(f"sqlite:///{path}", clock=lambda: at[0])
    first = publish(store, ACME | {"startup": "First"})
    before = fund_hash(store)
    at[0] = noon - timedelta(days=400)
    second = publish(store, ACME | {"startup": "Second"})
    assert [one.batch for one in list_batches(store, LOCAL_OWNER)][:2] == [
        second.batch,
        first.batch,
    ]
    at[0] = noon - timedelta(days=800)
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert fund_hash(store) == before
    assert verify_audit(store, LOCAL_OWNER).broken_at is None
    assert [one.name for one in list_portfolios(store, LOCAL_OWNER)] == ["Fund"]
    store.close()
