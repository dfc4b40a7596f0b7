"""Backups as files: an SQLite file of the store's own schema, with what it must hold written in it.

A backup of a PostgreSQL store is such a file too, so that either can be restored to the other.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.engine import Connection

from db.backups.contents import TableDigest, digests_of
from db.backups.copying import copy_rows
from db.dialects import sqlite_engine
from db.engine import Store
from db.errors import Refused, StoreNotReady
from db.migration import current_revision, upgrade

MANIFEST = "downstream_backup"
#: What is no part of the store that was copied.
NOT_THE_STORE = frozenset({MANIFEST})


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A backup that holds what it must. ``made_at`` in UTC; ``tables``: digests by name."""

    file: Path
    made_at: datetime
    revision: str
    database: str
    tables: dict[str, TableDigest]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(one.rows for one in self.tables.values())


def write_backup(store: Store, file: Path) -> Backup:
    """Copy one moment of the store to ``file``, whoever writes meanwhile; all of it or nothing.

    Raises:
        Refused: the file cannot be written, or something else is there.
        StoreNotReady: there is nothing to back up.
    """
    _require_a_place(store, file)
    with file_beside(file) as part:
        with store.read_engine.connect() as source:
            revision = current_revision(source)
            if revision is None:
                raise StoreNotReady("The store is still empty, so there is nothing to back up.")
            found = digests_of(source)
            if store.is_sqlite:
                _copy_pages(source, part)
            else:
                _copy_to_a_new_file(source, part, revision=revision)
        backup = Backup(
            file=file,
            made_at=store.now(),
            revision=revision,
            database=source.dialect.name,
            tables=found,
        )
        _write_manifest(part, backup)
        check_backup(part)
        keep_as(part, file)
    return backup


def check_backup(file: Path) -> Backup:
    """Return what a backup holds, once it is known to be whole.

    Raises:
        Refused: it is no backup, or not what was written.
    """
    if not file.is_file():
        raise Refused(f"There is no backup at {file}.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            _require_whole(file, opened)
            stated = dict(opened.execute(f"SELECT name, value FROM {MANIFEST}"))  # noqa: S608 - ours
    except sqlite3.DatabaseError:
        raise Refused(f"{file} is no backup of Downstream, or it is damaged.") from None
    tables = {name: TableDigest(*one) for name, one in json.loads(stated["tables"]).items()}
    with opened_file(file) as engine, engine.connect() as connection:
        found = digests_of(connection, leave_out=NOT_THE_STORE)
    differing = sorted(name for name in tables | found if tables.get(name) != found.get(name))
    if differing:
        raise Refused(
            f"{file} is damaged: {', '.join(differing)} does not hold what was backed up."
        )
    return Backup(
        file=file,
        made_at=datetime.fromisoformat(stated["made_at"]),
        revision=stated["revision"],
        database=stated["database"],
        tables=tables,
    )


@contextmanager
def opened_file(file: Path, *, writes: bool = False) -> Iterator[Engine]:
    """An engine on an SQLite file that is closed again."""
    engine = sqlite_engine(URL.create("sqlite", database=str(file)), writes=writes)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def file_beside(file: Path) -> Iterator[Path]:
    """A new private file in the same folder, gone at the end unless it was renamed."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
    except sqlite3.OperationalError as error:
        raise Refused(f"{file} cannot be written: {error}.") from None
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)


def _require_a_place(store: Store, file: Path) -> None:
    if store.file is not None and not store.file.exists():
        raise StoreNotReady(f"There is no store at {store.file}, so there is nothing to back up.")
    if file.is_dir():
        raise Refused(f"{file} is a folder. Name a file in it.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent} to put the backup in.")
    if file.exists() and store.file is not None and file.samefile(store.file):
        raise Refused("A store cannot be backed up onto itself. Name another file.")
    if file.exists():
        check_backup(file)  # an earlier backup may be replaced, nothing else


def _copy_pages(source: Connection, part: Path) -> None:
    """Copy an SQLite file through its own backup function, at the moment that ``source`` sees."""
    raw = source.connection.driver_connection
    with closing(sqlite3.connect(part)) as target:
        raw.backup(target)  # type: ignore[union-attr]  # SQLite's own connection
        target.execute("PRAGMA journal_mode = DELETE")


def _copy_to_a_new_file(source: Connection, part: Path, *, revision: str) -> None:
    with opened_file(part, writes=True) as engine, engine.begin() as target:
        upgrade(target, to=revision)
        copy_rows(source, target)
    with closing(sqlite3.connect(part)) as target_file:
        target_file.execute("PRAGMA journal_mode = DELETE")


def _write_manifest(part: Path, backup: Backup) -> None:
    tables = {name: [one.rows, one.sha256] for name, one in backup.tables.items()}
    values = asdict(backup) | {
        "made_at": backup.made_at.isoformat(),
        "tables": json.dumps(tables, sort_keys=True),
    }
    stated = [(name, values[name]) for name in ("made_at", "revision", "database", "tables")]
    with closing(sqlite3.connect(part)) as opened, opened:
        opened.execute(f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        opened.executemany(f"INSERT INTO {MANIFEST} VALUES (?, ?)", stated)  # noqa: S608 - ours


def _require_whole(file: Path, opened: sqlite3.Connection) -> None:
    tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    if MANIFEST not in tables:
        raise Refused(f"{file} is no backup of Downstream: “downstream backup” did not write it.")
    problems = [text for (text,) in opened.execute("PRAGMA integrity_check(5)") if text != "ok"]
    problems += [f"{row[0]}, row {row[1]}" for row in opened.execute("PRAGMA foreign_key_check")]
    if problems:
        raise Refused(f"{file} is damaged: {'; '.join(problems[:5])}.")


def keep_as(part: Path, file: Path) -> None:
    """Give a finished file its name, so that a power cut leaves it whole or not there."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
