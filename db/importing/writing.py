"""Rows of an import written: new ones in bulk, changed ones, and what each was before.

Of rows that a batch made a fingerprint is kept, of those that it changed what they were before and
after, of those that it only confirmed their numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Table, insert, null, select
from sqlalchemy.orm import Session

from db.importing.evidence import Moves, follow
from db.importing.planning import PlannedTable
from db.records import MadeRowsRecord, RowVersionRecord, table_of
from db.register.bulk import append_columns, append_rows, reserve_numbers, update_rows
from db.register.documents import Row, from_document
from db.register.fingerprints import fingerprinted, fingerprints
from db.register.numbers import packed_numbers, unpacked_numbers
from db.register.tables import DEPENDENCIES
from risk.inventory.progress import Progress, unheard
from risk.inventory.rows import Indices, object_array

MADE_ROWS = table_of(MadeRowsRecord)
ROW_VERSIONS = table_of(RowVersionRecord)
#: The number of every planned row, by table.
Numbers = Mapping[str, Indices]


def numbers_of(session: Session, tables: Sequence[PlannedTable]) -> Numbers:
    """The numbers that planned rows have, or take now, one after the other, if they are new."""
    numbers = {}
    for one in tables:
        stored = np.append(one.stored["id"], object_array([-1]))[one.places]
        numbers[one.table.name] = stored.astype(np.int64)
        if len(one.new):
            first = reserve_numbers(session, one.table, len(one.new))
            numbers[one.table.name][one.new] = first + np.arange(len(one.new))
    return numbers


def append_new(
    session: Session,
    planned: PlannedTable,
    numbers: Numbers,
    *,
    portfolio_id: int,
    batch_id: int,
    start: int = 0,
    end: int | None = None,
) -> None:
    """Write new rows of one table, from one to another, and by what an edit would be noticed."""
    rows = planned.new[start:end]
    if not len(rows):
        return
    columns = {name: column[rows] for name, column in planned.columns.items()}
    columns[planned.link] = _links(planned, numbers, portfolio_id, rows)
    columns["batch_id"] = object_array([batch_id] * len(rows))
    marks = fingerprints(fingerprinted(columns)).tobytes()
    taken = numbers[planned.table.name][rows]
    columns["id"] = taken.astype(object)
    append_columns(session, planned.table, columns)
    made = {"table_name": planned.table.name, "first_row": int(taken[0]), "fingerprints": marks}
    session.execute(insert(MADE_ROWS), [made | {"batch_id": batch_id}])


def _links(planned: PlannedTable, numbers: Numbers, portfolio_id: int, rows: Indices) -> Any:
    """The number of what each of some rows belongs to."""
    if planned.parents is None:
        return object_array([portfolio_id] * len(rows))
    parent = "startups" if planned.link == "startup_id" else "use_cases"
    return numbers[parent][planned.parents[rows]].astype(object)


def write_plan(
    session: Session,
    tables: Sequence[PlannedTable],
    *,
    portfolio_id: int,
    batch_id: int,
    by_hand: bool = False,
    progress: Progress = unheard,
) -> None:
    """Write all that is planned, parents before children; ``progress`` hears 0 to 1.

    ``by_hand``: no file states the rows anew, so that they stay those of the batch that did.
    """
    numbers = numbers_of(session, tables)
    for done, planned in enumerate(tables, start=1):
        append_new(session, planned, numbers, portfolio_id=portfolio_id, batch_id=batch_id)
        if planned.table is DEPENDENCIES:
            follow(session, portfolio_id, Moves(dependencies=_other_keys(planned)))
        _write_changed(session, planned, batch_id, by_hand=by_hand)
        is_confirmed = (planned.places >= 0) & ~planned.changed
        note_confirmed(session, planned.table, batch_id, numbers[planned.table.name][is_confirmed])
        progress(done / len(tables))


def _other_keys(planned: PlannedTable) -> dict[str, str]:
    """The keys of dependencies that have another from now on, and which."""
    rows = np.flatnonzero(planned.differing.get("key", np.zeros(0, bool)))
    before, after = planned.stored["key"][planned.places[rows]], planned.columns["key"][rows]
    return dict(zip(before.tolist(), after.tolist(), strict=True))


def _write_changed(
    session: Session, planned: PlannedTable, batch_id: int, *, by_hand: bool
) -> None:
    rows = np.flatnonzero(planned.changed).tolist()
    versions: list[Row] = []
    values: dict[int, Row] = {}
    for row in rows:
        place = planned.places[row]
        before = {name: column[place] for name, column in planned.stored.items() if name != "id"}
        after = {name: planned.columns[name][row] for name in planned.differing}
        if not by_hand:
            after["batch_id"] = batch_id
        number = planned.stored["id"][place]
        values[number] = from_document(planned.table, after)
        versions.append(
            {
                "batch_id": batch_id,
                "table_name": planned.table.name,
                "row_id": number,
                "before": before,
                "after": before | after,
            }
        )
    update_rows(session, planned.table, values)
    append_rows(session, ROW_VERSIONS, versions)


def note_confirmed(session: Session, table: Table, batch_id: int, numbers: Indices) -> None:
    """Note that a batch speaks of rows and changes nothing about them."""
    if not len(numbers):
        return
    version = {"table_name": table.name, "row_id": int(numbers.min()), "before": null()}
    packed = {"after": {}, "numbers": packed_numbers(numbers)}
    session.execute(insert(ROW_VERSIONS).values(version | packed | {"batch_id": batch_id}))


def rows_made_by(session: Session, batches: Sequence[int]) -> dict[str, Indices]:
    """The numbers of the rows that some batches made, by table."""
    found: dict[str, list[Indices]] = {}
    made = select(MADE_ROWS.c.table_name, MADE_ROWS.c.first_row, MADE_ROWS.c.fingerprints)
    for table, first, marks in session.execute(made.where(MADE_ROWS.c.batch_id.in_(batches))):
        found.setdefault(table, []).append(first + np.arange(len(marks) // 8))
    told = select(ROW_VERSIONS.c.table_name, ROW_VERSIONS.c.row_id).where(
        ROW_VERSIONS.c.batch_id.in_(batches),
        ROW_VERSIONS.c.before.is_(None),
        ROW_VERSIONS.c.numbers.is_(None),
    )
    for table, row in session.execute(told):
        found.setdefault(table, []).append(np.array([row]))
    return {table: np.unique(np.concatenate(parts)) for table, parts in found.items()}


def spoken_of_by(session: Session, batches: Sequence[int]) -> dict[str, Indices]:
    """The numbers of the rows that some batches made, changed or confirmed, by table."""
    found: dict[str, list[Indices]] = {}
    made = select(MADE_ROWS.c.table_name, MADE_ROWS.c.first_row, MADE_ROWS.c.fingerprints)
    for table, first, marks in session.execute(made.where(MADE_ROWS.c.batch_id.in_(batches))):
        found.setdefault(table, []).append(first + np.arange(len(marks) // 8))
    told = select(ROW_VERSIONS.c.table_name, ROW_VERSIONS.c.row_id, ROW_VERSIONS.c.numbers)
    for table, row, numbers in session.execute(told.where(ROW_VERSIONS.c.batch_id.in_(batches))):
        found.setdefault(table, []).append(
            np.array([row]) if numbers is None else unpacked_numbers(numbers)
        )
    return {table: np.unique(np.concatenate(parts)) for table, parts in found.items()}
