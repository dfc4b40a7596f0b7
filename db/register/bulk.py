"""Many rows at once: read as columns, written as rows or columns (PostgreSQL: by COPY)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from psycopg.types.json import Json
from pyarrow import csv
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Float,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.register.documents import Row, plain_value
from risk.inventory.rows import object_array

Columns = Mapping[str, NDArray[np.object_]]
#: Rows that are read before they become columns: many more, and the garbage collector goes through
#: them again and again.
_READ_AT_ONCE = 1_000


def read_columns(session: Session, table: Table, condition: ColumnElement[bool]) -> Columns:
    """All columns of the rows that meet a condition, by number, as plain values.

    Columns of which nothing is known are one array, and equal values mostly one object, to spare
    memory: a caller changes copies only.
    """
    # Without their types the values come as the database holds them, and faster.
    bare: list[ColumnElement[Any]] = [
        literal_column(f'"{table.name}"."{column.name}"').label(column.name)
        for column in table.columns
    ]
    query = select(*bare).select_from(table).where(condition)
    parts: dict[str, list[NDArray[np.object_]]] = {column.name: [] for column in table.columns}
    known: set[str] = set()
    count = 0
    for rows in session.execute(query).partitions(_READ_AT_ONCE):
        count += len(rows)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
            plain: Sequence[Any] = values
            if values.count(None) < len(values):
                known.add(column.name)
                plain = _plain_values(column, values)
            parts[column.name].append(object_array(plain))
    # A database would sort whole rows, and through a file where they are many.
    order = np.argsort([number for part in parts["id"] for number in part])
    nothing = object_array([None] * count)
    return {
        name: np.concatenate(parts.pop(name))[order] if name in known else nothing
        for name in [*parts]
    }


def _plain_values(column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Values of a column as JSON can hold them, each only once in memory."""
    if isinstance(column.type, Float):
        return values  # 0.0 and -0.0 are equal, and are two.
    if isinstance(column.type, Date):
        values = [plain_value(value) for value in values]
    met: dict[Any, Any] = {}
    return [met.setdefault(value, value) for value in values]


def is_among(
    session: Session, column: ColumnElement[str], texts: Iterable[str]
) -> ColumnElement[bool]:
    """The condition that a column holds one of any number of texts, which go as one parameter."""
    every = list(texts)
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, every, ARRAY(Text)))
    document = json.dumps(every, ensure_ascii=False)
    return column.in_(select(func.json_each(document).table_valued("value").c.value))


def reserve_numbers(session: Session, table: Table, count: int) -> int:
    """Take ``count`` numbers in a row that no row of the table ever had; return the first."""
    if session.get_bind().dialect.name == "postgresql":
        # One writer at a time, so they come in a row; to set a sequence asks for a right that a
        # working role need not have.
        statement = (
            "SELECT max(n) FROM (SELECT nextval(pg_get_serial_sequence(:name, 'id'))"
            " FROM generate_series(1, :count)) AS taken (n)"
        )
        last = session.scalar(text(statement), {"name": table.name, "count": count})
        return int(cast(int, last or 0)) - count + 1
    names = {"name": table.name, "count": count}
    last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), names)
    if last is None:
        session.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, 0)"), names)
    session.execute(text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name"), names)
    return int(last or 0) + 1


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> Sequence[int]:
    """Insert rows in bulk and return their numbers in the same order.

    Taking the numbers first lets the rows go in at once: databases promise no order for those that
    they give to rows themselves.
    """
    if not rows:
        return ()
    first = reserve_numbers(session, table, len(rows))
    numbers = range(first, first + len(rows))
    append_rows(session, table, [{**row, "id": at} for row, at in zip(rows, numbers, strict=True)])
    return numbers


def append_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows in bulk. All rows must give the same columns."""
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, table, rows)
    else:
        session.connection().execute(insert(table), rows)


def _copy(session: Session, table: Table, rows: Sequence[Row]) -> None:
    documents = {name for name in rows[0] if isinstance(table.columns[name].type, JSON)}
    with _copying(session, table, rows[0]) as copy:
        for row in rows:
            copy.write_row([_copied(row[name], name in documents) for name in rows[0]])


def _copied(value: Any, is_document: bool) -> Any:
    if is_document:
        return None if value is None else Json(value)
    return plain_value(value)


@contextmanager
def _copying(
    session: Session, table: Table, names: Mapping[str, Any], form: str = "FORMAT text"
) -> Iterator[psycopg.Copy]:
    statement = f'COPY "{table.name}" ({_listed(names)}) FROM STDIN WITH ({form})'
    connection = cast(psycopg.Connection[Any], session.connection().connection.driver_connection)
    try:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            yield copy
    except psycopg.Error as error:
        # As SQLAlchemy does for its own statements, so that one place tells the reader.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from None


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def append_columns(session: Session, table: Table, columns: Columns) -> None:
    """Insert rows given as columns of plain values (:mod:`db.register.documents`)."""
    if session.get_bind().dialect.name == "postgresql":
        _copy_columns(session, table, columns)
        return
    places = ", ".join("?" * len(columns))
    rows = list(zip(*(column.tolist() for column in columns.values()), strict=True))
    statement = f'INSERT INTO "{table.name}" ({_listed(columns)}) VALUES ({places})'  # noqa: S608 - our own names
    connection = session.connection()
    # Checks of lists and ranges take most of the time, and the values were read under stricter
    # ones; that nothing is missing, twice, or without its parent is still enforced.
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    try:
        connection.exec_driver_sql(statement, rows)
    finally:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def _copy_columns(session: Session, table: Table, columns: Columns) -> None:
    arrow = pa.table({name: _arrow(table, name, column) for name, column in columns.items()})
    if any(_ends_a_copy(column) for column in arrow.columns):
        with _copying(session, table, columns) as copy:
            for row in zip(*columns.values(), strict=True):
                copy.write_row(row)
        return
    with _copying(session, table, columns, "FORMAT csv, ENCODING 'UTF8'") as copy:
        target = pa.BufferOutputStream()
        csv.write_csv(arrow, target, csv.WriteOptions(include_header=False))
        copy.write(memoryview(target.getvalue()))


def _arrow(table: Table, name: str, column: NDArray[np.object_]) -> pa.Array:
    kind = table.columns[name].type
    if isinstance(kind, Float):
        return pa.array(column, pa.float64())
    return pa.array(column, pa.int64() if isinstance(kind, (Integer, BigInteger)) else pa.string())


def _ends_a_copy(column: pa.ChunkedArray) -> bool:
    r"""Whether a text holds ``\.``, which some servers take for the end of the data."""
    if not pa.types.is_string(column.type):
        return False
    return bool(pc.any(pc.match_substring(column, "\\.")).as_py())


def update_rows(session: Session, table: Table, rows: Mapping[int, Row]) -> None:
    """Set all columns of the rows with these numbers. All rows must give the same columns."""
    if not rows:
        return
    columns = [name for name in next(iter(rows.values())) if name != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_number"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    session.connection().execute(
        statement,
        [
            {"row_number": number, **{f"new_{name}": row[name] for name in columns}}
            for number, row in rows.items()
        ],
    )
