"""Taking back the rows that a large batch made, a part at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from db.records import MadeRowsRecord, table_of
from db.register.documents import plain_value
from db.register.fingerprints import Fingerprints, fingerprinted, fingerprints
from db.register.rows import DEPENDENCIES, STARTUPS, USE_CASES
from risk.inventory.rows import Indices, object_array

MADE_ROWS = table_of(MadeRowsRecord)
#: For each table whose rows others belong to: that table, and its column that names the row.
CHILDREN = {
    STARTUPS.name: USE_CASES.c.startup_id,
    USE_CASES.name: DEPENDENCIES.c.use_case_id,
}
LATER, EDITED, NEEDED = (
    "a later import speaks of it too",
    "it was edited since",
    "something that belongs to it is kept",
)


@dataclass(kw_only=True)
class MadeUndone:
    """How many rows were removed, and why each of the others is kept."""

    removed: int = 0
    keep: dict[int, str] = field(default_factory=dict)


def undo_made(
    session: Session, table: Table, *, batch_id: int, later: Mapping[tuple[str, int], int]
) -> MadeUndone:
    """Remove the rows of one table that a batch made, save those touched since or still needed."""
    undone = MadeUndone()
    made = session.execute(
        select(MADE_ROWS.c.first_row, MADE_ROWS.c.fingerprints)
        .where(MADE_ROWS.c.batch_id == batch_id, MADE_ROWS.c.table_name == table.name)
        .order_by(MADE_ROWS.c.first_row)
    ).all()
    for first, stored in made:
        marks = np.frombuffer(stored, np.uint64)
        numbers, found = _present(session, table, first, first + len(marks) - 1)
        edited = set(numbers[found != marks[numbers - first]].tolist())
        needed = _needed(session, table, first, first + len(marks) - 1)
        kept: dict[int, str] = {}
        for number in numbers.tolist():
            if (table.name, number) in later:
                kept[number] = LATER
            elif number in edited:
                kept[number] = EDITED
            elif number in needed:
                kept[number] = NEEDED
        _remove(session, table, numbers, kept)
        undone.removed += len(numbers) - len(kept)
        undone.keep |= kept
    return undone


def _present(session: Session, table: Table, first: int, last: int) -> tuple[Indices, Fingerprints]:
    """The numbers of the rows that are still there, and their fingerprints now."""
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    rows = (
        session.connection()
        .exec_driver_sql(
            f'SELECT {listed} FROM "{table.name}" WHERE id BETWEEN {int(first)} AND {int(last)}'  # noqa: S608 - our own names and numbers
        )
        .all()
    )
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    columns = {
        name: object_array([plain_value(value) for value in values])
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }
    return columns["id"].astype(np.int64), fingerprints(fingerprinted(columns))


def _needed(session: Session, table: Table, first: int, last: int) -> set[int]:
    parent = CHILDREN.get(table.name)
    if parent is None:
        return set()
    return set(session.scalars(select(parent).where(parent.between(first, last)).distinct()))


def _remove(session: Session, table: Table, numbers: Indices, kept: Mapping[int, str]) -> None:
    if not len(numbers):
        return
    if not kept:
        every = table.c.id.between(int(numbers.min()), int(numbers.max()))
        session.execute(delete(table).where(every))
        return
    gone = [{"row_number": number} for number in numbers.tolist() if number not in kept]
    if gone:
        session.connection().execute(
            delete(table).where(table.c.id == bindparam("row_number")), gone
        )


def made_by(session: Session, batch_id: int) -> list[tuple[str, range]]:
    """Return which rows a batch made, by table."""
    found = session.execute(
        select(MADE_ROWS.c.table_name, MADE_ROWS.c.first_row, MADE_ROWS.c.fingerprints).where(
            MADE_ROWS.c.batch_id == batch_id
        )
    )
    return [(table, range(first, first + len(marks) // 8)) for table, first, marks in found]
