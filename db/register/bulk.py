"""Writing many rows at once: one statement on SQLite, COPY on PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from psycopg.types.json import Json
from sqlalchemy import JSON, Table, bindparam, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.register.documents import Row, plain_value


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> Sequence[int]:
    """Insert rows in bulk and return their numbers in the same order."""
    if not rows:
        return ()
    numbers = _new_numbers(session, table, len(rows))
    numbered = [{**row, "id": number} for row, number in zip(rows, numbers, strict=True)]
    append_rows(session, table, numbered)
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
    columns = list(rows[0])
    documents = {name for name in columns if isinstance(table.columns[name].type, JSON)}
    listed = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({listed}) FROM STDIN'
    connection = cast(psycopg.Connection[Any], session.connection().connection.driver_connection)
    try:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row([_copied(row[name], name in documents) for name in columns])
    except psycopg.Error as error:
        # As SQLAlchemy does for its own statements, so that one place tells the reader.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from None


def _copied(value: Any, is_document: bool) -> Any:
    if is_document:
        return None if value is None else Json(value)
    return plain_value(value)


def _new_numbers(session: Session, table: Table, count: int) -> Sequence[int]:
    """Take numbers that no row of the table ever had.

    Taking them first lets the rows go in at once: databases promise no order for the numbers that
    they give to rows themselves. There is one writer at a time, so nobody takes the same ones.
    """
    if session.get_bind().dialect.name == "postgresql":
        series = text(
            "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
        )
        return session.scalars(series, {"name": table.name, "count": count}).all()
    last = session.scalar(
        text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
    )
    first = (last or 0) + 1
    return range(first, first + count)


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
