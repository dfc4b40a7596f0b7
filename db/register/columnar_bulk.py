"""Writing columns of many rows: tuples on SQLite, COPY of CSV on PostgreSQL."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv
from sqlalchemy import BigInteger, Float, Integer, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Columns = Mapping[str, NDArray[np.object_]]


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


def append_columns(session: Session, table: Table, columns: Columns) -> None:
    """Insert rows given as columns of plain values (:mod:`db.register.documents`)."""
    listed = ", ".join(f'"{name}"' for name in columns)
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, table, columns, listed)
        return
    places = ", ".join("?" * len(columns))
    rows = list(zip(*(column.tolist() for column in columns.values()), strict=True))
    statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({places})'  # noqa: S608 - our own names
    connection = session.connection()
    # Checks of lists and ranges take most of the time, and the values were read under stricter
    # ones; that nothing is missing, twice, or without its parent is still enforced.
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    try:
        connection.exec_driver_sql(statement, rows)
    finally:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def _copy(session: Session, table: Table, columns: Columns, listed: str) -> None:
    arrow = pa.table({name: _arrow(table, name, column) for name, column in columns.items()})
    plain = not any(_ends_a_copy(column) for column in arrow.columns)
    form = "FORMAT csv, ENCODING 'UTF8'" if plain else "FORMAT text"
    statement = f'COPY "{table.name}" ({listed}) FROM STDIN WITH ({form})'
    connection = cast(psycopg.Connection[Any], session.connection().connection.driver_connection)
    try:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            if plain:
                target = pa.BufferOutputStream()
                csv.write_csv(arrow, target, csv.WriteOptions(include_header=False))
                copy.write(memoryview(target.getvalue()))
            else:
                for row in zip(*columns.values(), strict=True):
                    copy.write_row(row)
    except psycopg.Error as error:
        # As SQLAlchemy does for its own statements, so that one place tells the reader.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from None


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
