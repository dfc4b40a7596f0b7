"""Writing many rows with one statement."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from db.register.documents import Row


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> Sequence[int]:
    """Insert rows in bulk and return their numbers in the same order."""
    if not rows:
        return ()
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return session.scalars(statement, rows).all()


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
