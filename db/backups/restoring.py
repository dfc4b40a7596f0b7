"""Putting a store back to what a backup holds, in one transaction that readers see whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from db.backups.contents import digests_of
from db.backups.copying import copy_rows
from db.backups.files import Backup, file_beside, keep_as, new_file, require_same
from db.engine import Store
from db.migration import current_revision, downgrade, upgrade


def restore_backup(store: Store, source: Connection, backup: Backup) -> None:
    """Replace all that the store holds by the rows of a backup that is open, at today's schema.

    Who works with the store meanwhile sees either all of the old or all of the new. ``source`` and
    ``backup`` are of :func:`db.backups.files.opened_backup`.

    Raises:
        Refused: the backup does not arrive whole.
    """
    if store.is_sqlite:
        _restore_file(store, source, backup)
        return
    with store.write_unchecked() as session:
        target = session.connection()
        if current_revision(target) is not None:
            downgrade(target, to="base")
        _fill(target, source, backup)


def _restore_file(store: Store, source: Connection, backup: Backup) -> None:
    target = Path(store.file or "")
    with file_beside(target) as part:
        with new_file(part) as connection:
            _fill(connection, source, backup)
        if not target.exists():
            keep_as(part, target)
            return
        # Renaming a file under programs that have it open would part them from what they write;
        # SQLite's own copy is one transaction to them, taken back if it is cut short.
        with (
            closing(sqlite3.connect(part)) as made,
            closing(sqlite3.connect(target, timeout=30.0)) as live,
        ):
            live.execute("PRAGMA synchronous = FULL")
            made.backup(live)


def _fill(target: Connection, source: Connection, backup: Backup) -> None:
    """Make the schema that the backup was made with, fill it, and bring it up to today's."""
    upgrade(target, to=backup.revision)
    copy_rows(source, target)
    require_same(backup.tables, digests_of(target), f"{backup.file} did not arrive whole")
    upgrade(target)
