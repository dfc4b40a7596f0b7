"""Contents of a store, table by table, as digests that are equal on both databases.

Tables are read as the database describes them, not as the mappings do: a store of an earlier
version is copied and compared in the same way.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, Table, inspect, select
from sqlalchemy.engine import Connection

#: Rows that are held in memory at once.
AT_ONCE = 5_000
_SPACE_OF_DIGESTS = 1 << 256


@dataclass(frozen=True)
class TableDigest:
    """How many rows a table has, and one number that changes with any value of any row.

    ``sha256`` is the sum of the rows' own SHA-256, as hex: the order of rows does not matter, which
    databases give differently.
    """

    rows: int
    sha256: str


def tables_of(connection: Connection, *, like: Sequence[Table] | None = None) -> list[Table]:
    """Return the tables of a store as its database describes them, referenced ones first.

    ``like``: only these tables and their columns, in this order.

    Raises:
        sqlalchemy.exc.NoSuchTableError: one of these is missing.
    """
    metadata = MetaData()
    if like is None:
        metadata.reflect(connection, only=inspect(connection).get_table_names())
        found = metadata.sorted_tables
    else:
        found = [
            Table(
                one.name,
                metadata,
                include_columns=one.columns.keys(),
                autoload_with=connection,
                resolve_fks=False,
            )
            for one in like
        ]
    for table in found:
        for column in table.columns:
            if isinstance(column.type, JSON):
                # No document is the database's own NULL here, never the document “null”.
                column.type = JSON(none_as_null=True)
    return found


def rows_of(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Read a table in parts of at most :data:`AT_ONCE` rows; moments are in UTC."""
    moments = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    # Said of this statement alone: said of the connection, it would hold for all after it.
    result = connection.execute(select(table), execution_options={"yield_per": AT_ONCE})
    for part in result.mappings().partitions(AT_ONCE):
        yield [_with_moments(dict(row), moments) for row in part]


def digests_of(
    connection: Connection, *, like: Sequence[Table] | None = None
) -> dict[str, TableDigest]:
    """Return the digest of every table by its name, or of those ``like`` which it is to be read."""
    tables = tables_of(connection, like=like)
    return {table.name: digest_of(rows_of(connection, table)) for table in tables}


def digest_of(parts: Iterable[list[dict[str, Any]]]) -> TableDigest:
    """Return the digest of rows that come in parts, in any order."""
    rows, total = 0, 0
    for part in parts:
        for row in part:
            total += int.from_bytes(hashlib.sha256(_text_of(row).encode()).digest(), "big")
        rows += len(part)
    return TableDigest(rows=rows, sha256=f"{total % _SPACE_OF_DIGESTS:064x}")


def _with_moments(row: dict[str, Any], moments: list[str]) -> dict[str, Any]:
    for name in moments:
        value = row[name]
        if value is not None:
            row[name] = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return row


def _text_of(row: dict[str, Any]) -> str:
    return _ENCODER.encode(row)


def _plain(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    raise TypeError(f"No store holds a {type(value).__name__}.")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
