"""Backups as files: an SQLite file of the store's own schema, with what it must hold written in it.

A backup of a PostgreSQL store is such a file too, so that either can be restored to the other. A
file may come from anywhere: only its rows are taken, and nothing in it runs while they are read.
"""

import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Engine, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from db.backups.contents import TableDigest, digests_of, tables_of
from db.backups.copying import copy_rows
from db.dialects import sqlite_engine
from db.engine import Store
from db.errors import Refused, StoreError, StoreNotReady
from db.migration import current_revision, is_known, made_by_later_version, upgrade

MANIFEST = "downstream_backup"
_MANIFEST_SQL = f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
#: What reading a backup needs; an authorizer refuses all else, and whatever a view or trigger asks.
_READING = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION})
_PRAGMAS = frozenset(
    "table_info table_xinfo table_list foreign_key_list index_list index_info foreign_key_check"
    " integrity_check".split()
)
#: A value is no longer than 256 MiB, no other file is attached, and no trigger calls another.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2**28,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
}


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
        StoreNotReady: there is nothing to back up, or a later version made the store.
        StoreError: the store lacks a table.
    """
    _require_a_place(store, file)
    with file_beside(file) as part:
        with store.read_engine.connect() as source:
            revision = current_revision(source)
            if revision is None:
                raise StoreNotReady("The store is still empty, so there is nothing to back up.")
            if not is_known(revision):
                raise made_by_later_version(revision)
            try:
                with new_file(part) as target:
                    upgrade(target, to=revision)
                    found = copy_rows(source, target)
            except NoSuchTableError as missing:
                raise StoreError(
                    f"The store has lost its table {missing}. Restore an earlier backup."
                ) from None
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
        Refused: it is no backup, not what was written, or a later version made it.
    """
    with opened_backup(file) as (_, backup):
        return backup


@contextmanager
def opened_backup(file: Path) -> Iterator[tuple[Connection, Backup]]:
    """A connection that reads a backup's rows, and what it holds, once it is known to be whole.

    Raises:
        Refused: as :func:`check_backup`.
    """
    if not file.is_file():
        raise Refused(f"There is no backup at {file}.")
    # Immutable: neither a journal that lies beside the file nor a lock is asked.
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    with _engine(address, writes=False) as engine:
        event.listen(engine, "connect", _read_only_rows)
        with _refusing_what_cannot_be_read(file):
            connection = engine.connect()
        with connection:
            with _refusing_what_cannot_be_read(file):
                backup = _checked(file, connection)
            yield connection, backup


@contextmanager
def _refusing_what_cannot_be_read(file: Path) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        raise Refused(f"{file} is no backup of Downstream, or it is damaged.") from None


def _read_only_rows(raw: sqlite3.Connection, _: object) -> None:
    def allowed(action: int, name: str | None, _: object, __: object, inside: str | None) -> int:
        reads = action in _READING or (action == sqlite3.SQLITE_PRAGMA and name in _PRAGMAS)
        return sqlite3.SQLITE_OK if reads and inside is None else sqlite3.SQLITE_DENY

    for limit, most in _LIMITS.items():
        raw.setlimit(limit, most)
    raw.set_authorizer(allowed)


def _checked(file: Path, opened: Connection) -> Backup:
    """Look at the schema first: until it is known to be ours, no row is read but the manifest's."""
    held = _schema_of(opened)
    if ("table", MANIFEST, _plain(_MANIFEST_SQL)) not in held:
        raise Refused(f"{file} is no backup of Downstream: “downstream backup” did not write it.")
    stated = {
        row.name: row.value
        for row in opened.exec_driver_sql(f"SELECT name, value FROM {MANIFEST}")  # noqa: S608 - ours
    }
    revision = stated["revision"]
    if not is_known(revision):
        raise Refused(
            f"{file} was made by a later version of Downstream (its schema is {revision}). Install "
            "that version."
        )
    schema, tables = _ours(revision)
    foreign = sorted({f"{kind} {name}" for kind, name, _ in held ^ schema})
    if foreign:
        raise Refused(
            f"{file} is no backup as Downstream writes it: somebody changed or added "
            f"{', '.join(foreign[:5])}. Nothing was restored; take another backup."
        )
    problems = [text for (text,) in opened.exec_driver_sql("PRAGMA integrity_check(5)")]
    problems = [text for text in problems if text != "ok"]
    problems += [
        f"{row[0]}, row {row[1]}" for row in opened.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    if problems:
        raise Refused(f"{file} is damaged: {'; '.join(problems[:5])}.")
    stated_tables = {name: TableDigest(*one) for name, one in json.loads(stated["tables"]).items()}
    require_same(stated_tables, digests_of(opened, like=tables), f"{file} is damaged")
    return Backup(
        file=file,
        made_at=datetime.fromisoformat(stated["made_at"]),
        revision=revision,
        database=stated["database"],
        tables=stated_tables,
    )


@cache
def _ours(revision: str) -> tuple[frozenset[tuple[str, str, str]], Sequence[Table]]:
    """All that there is in a backup of a revision, and its tables: the same as long as we run."""
    with _engine(None, writes=True) as engine, engine.begin() as made:
        upgrade(made, to=revision)
        tables = tables_of(made)
        made.exec_driver_sql(_MANIFEST_SQL)
        return frozenset(_schema_of(made)), tables


def _schema_of(opened: Connection) -> set[tuple[str, str, str]]:
    """Kind, name and definition of all that there is."""
    found = opened.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
    return {(kind, name, _plain(sql or "")) for kind, name, sql in found}


def _plain(sql: str) -> str:
    """A definition without blanks and quotation marks, which versions of SQLite set differently."""
    return re.sub(r'[\s"]+', "", sql)


def require_same(
    stated: dict[str, TableDigest], found: dict[str, TableDigest], otherwise: str
) -> None:
    """Refuse tables that do not hold what is stated.

    Raises:
        Refused: it says ``otherwise``, and which tables differ.
    """
    differing = sorted(name for name in stated | found if stated.get(name) != found.get(name))
    if differing:
        raise Refused(f"{otherwise}: {', '.join(differing)} does not hold what was backed up.")


@contextmanager
def _engine(database: str | None, *, writes: bool) -> Iterator[Engine]:
    """An engine on an SQLite file, by path or ``file:`` address, or in memory; closed again."""
    query = {"uri": "true"} if database and database.startswith("file:") else {}
    engine = sqlite_engine(URL.create("sqlite", database=database, query=query), writes=writes)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def new_file(file: Path) -> Iterator[Connection]:
    """One transaction on an empty SQLite file, which then needs no other file beside it."""
    with _engine(str(file), writes=True) as engine, engine.begin() as connection:
        yield connection
    with closing(sqlite3.connect(file)) as written:
        written.execute("PRAGMA journal_mode = DELETE")


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


def _write_manifest(part: Path, backup: Backup) -> None:
    tables = {name: [one.rows, one.sha256] for name, one in backup.tables.items()}
    values = asdict(backup) | {
        "made_at": backup.made_at.isoformat(),
        "tables": json.dumps(tables, sort_keys=True),
    }
    stated = [(name, values[name]) for name in ("made_at", "revision", "database", "tables")]
    with closing(sqlite3.connect(part)) as opened, opened:
        opened.execute(_MANIFEST_SQL)
        opened.executemany(f"INSERT INTO {MANIFEST} VALUES (?, ?)", stated)  # noqa: S608 - ours


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
