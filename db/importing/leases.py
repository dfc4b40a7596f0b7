"""Telling an import at work from one that died: a lock that the system frees with its process."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Store
from db.errors import StoreError

#: The first half of the key of a staging's advisory lock on PostgreSQL.
_STAGINGS = 0x73746167
#: Between the name of the store's file and a token, the name of a lease's file.
_BESIDE = "-import-"


def new_token() -> int:
    """A number that no other import at work has."""
    return secrets.randbits(31)


@contextmanager
def lease(store: Store, token: int) -> Iterator[bool]:
    """Hold the lock of the import with this token; False if another process holds it.

    On SQLite it lies on a file beside the store's, on PostgreSQL in the server.
    """
    if store.file is not None:
        with _file_lease(Path(f"{store.file}{_BESIDE}{token}")) as held:
            yield held
        return
    with store.in_sentences():
        # Outside a transaction, which the server would end for being idle.
        connection = store.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        names = {"kind": _STAGINGS, "token": token}
        with store.in_sentences():
            held = connection.scalar(text("SELECT pg_try_advisory_lock(:kind, :token)"), names)
        yield bool(held)
    finally:
        # The server gives the lock back with the connection, whatever else happens.
        with suppress(DBAPIError):
            connection.invalidate()
            connection.close()


def sweep(store: Store) -> None:
    """Remove the files of leases that nobody holds any more."""
    if store.file is not None:
        for path in store.file.parent.glob(f"{store.file.name}{_BESIDE}*"):
            with _file_lease(path):
                pass


@contextmanager
def _file_lease(path: Path) -> Iterator[bool]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(
            f"The folder of the store, {path.parent}, cannot be written: {error.strerror}. "
            "Nothing was saved."
        ) from None
    try:
        held = _lock(handle)
        yield held
        if held:
            # Nobody holds what is left of it; the next start takes it away.
            with suppress(OSError):
                path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
