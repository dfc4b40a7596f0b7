"""Putting a store back to what a backup holds, in one transaction that readers see whole."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from db.backups.contents import digests_of
from db.backups.copying import copy_rows
from db.backups.files import MANIFEST, NOT_THE_STORE, Backup, file_beside, keep_as, opened_file
from db.engine import Store
from db.errors import Refused
from db.migration import current_revision, downgrade, is_known, upgrade


def restore_backup(store: Store, backup: Backup) -> None:
    """Replace all that the store holds by what a checked backup holds.

    Who works with the store meanwhile sees either all of the old or all of the new.

    Raises:
        Refused: a later version of Downstream made the backup, or it does not arrive whole.
    """
    if not is_known(backup.revision):
        raise Refused(
            f"{backup.file} was made by a later version of Downstream (its schema is "
            f"{backup.revision}). Install that version."
        )
    if store.is_sqlite:
        _restore_file(store, backup)
    else:
        _restore_database(store, backup)


def _restore_file(store: Store, backup: Backup) -> None:
    target = Path(store.file or "")
    with file_beside(target) as part:
        shutil.copyfile(backup.file, part)
        with closing(sqlite3.connect(part, isolation_level=None)) as copied:
            copied.execute(f"DROP TABLE {MANIFEST}")
        with opened_file(part) as engine, engine.connect() as connection:
            _require_arrived(connection, backup)
        if not target.exists():
            keep_as(part, target)
            return
        # Renaming a file under programs that have it open would part them from what they write;
        # SQLite's own copy is one transaction to them, taken back if it is cut short.
        with (
            closing(sqlite3.connect(part)) as source,
            closing(sqlite3.connect(target, timeout=30.0)) as live,
        ):
            live.execute("PRAGMA synchronous = FULL")
            source.backup(live)
    with store.read_engine.connect() as connection:
        _require_arrived(connection, backup)


def _restore_database(store: Store, backup: Backup) -> None:
    with store.write_unchecked() as session:
        target = session.connection()
        if current_revision(target) is not None:
            downgrade(target, to="base")
        upgrade(target, to=backup.revision)
        with opened_file(backup.file) as engine, engine.connect() as source:
            copy_rows(source, target, leave_out=NOT_THE_STORE)
        _require_arrived(target, backup)


def _require_arrived(connection: Connection, backup: Backup) -> None:
    found = digests_of(connection)
    differing = sorted(
        name for name in backup.tables | found if backup.tables.get(name) != found.get(name)
    )
    if differing:
        raise Refused(f"The backup did not arrive whole ({', '.join(differing)}).")
