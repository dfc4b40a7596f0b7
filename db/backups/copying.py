"""Copying every row of a store into a new one, of the same schema, on either database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import Connection

from db.backups.contents import TableDigest, digest_of, rows_of, tables_of

#: Written by the migrations themselves.
_SCHEMA = "alembic_version"


def copy_rows(source: Connection, target: Connection) -> dict[str, TableDigest]:
    """Copy all rows into the empty tables of ``target``, and the numbers that come next.

    The target says which tables and columns there are; whatever else the source has stays there.
    Returns the digests of what was read.
    """
    into = tables_of(target)
    held = tables_of(source, like=into)
    found = {
        one.name: digest_of(_copied(source, one, target, table))
        for table, one in zip(into, held, strict=True)
    }
    numbers = _highest_numbers(source, held)
    for table in into:
        _go_on_from(target, table, numbers.get(table.name, 0))
    return found


def _copied(
    source: Connection, one: Table, target: Connection, into: Table
) -> Iterator[list[dict[str, Any]]]:
    """Copy a table and hand on what was read."""
    naive = target.dialect.name == "sqlite"
    for part in rows_of(source, one):
        rows = [_without_zone(row) for row in part] if naive else part
        if rows and into.name != _SCHEMA:
            target.execute(into.insert(), rows)
        yield part


def _without_zone(row: dict[str, Any]) -> dict[str, Any]:
    """SQLite has no moments with a zone: they are in UTC and do not say so."""
    return {
        name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _highest_numbers(source: Connection, tables: list[Table]) -> dict[str, int]:
    """The highest number that each table ever gave to a row, where that is kept."""
    if source.dialect.name == "sqlite":
        found = source.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row.name: row.seq for row in found}
    numbers = {}
    for table in tables:
        sequence = _sequence_of(source, table)
        if sequence is not None:
            state = source.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - the database's own name
            numbers[table.name] = state.last_value if state.is_called else 0
    return numbers


def _sequence_of(connection: Connection, table: Table) -> str | None:
    if "id" not in table.columns:
        return None
    query = text("SELECT pg_get_serial_sequence(:table, 'id')")
    found: str | None = connection.scalar(query, {"table": table.name})
    return found


def _go_on_from(target: Connection, table: Table, number: int) -> None:
    """Let the next row of a table get a number that no row before it had."""
    if target.dialect.name == "sqlite":
        counted = text("UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :table")
        values = {"number": number, "table": table.name}
        if number and not target.execute(counted, values).rowcount and _counts(target, table):
            target.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :number)"), values)
        return
    sequence = _sequence_of(target, table)
    if sequence is not None:
        highest = target.scalar(select(func.max(table.c.id))) or 0
        last = max(number, highest)
        target.execute(select(func.setval(sequence, max(last, 1), last > 0)))


def _counts(target: Connection, table: Table) -> bool:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    return "AUTOINCREMENT" in (target.scalar(query, {"table": table.name}) or "")
