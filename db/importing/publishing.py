"""Writing a plan: new and changed rows in bulk, and for each what it was before."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.orm import Session

from db.importing.merging import Key, Plan, PlannedRow
from db.records import RowVersionRecord, table_of
from db.register.bulk import append_rows, insert_rows, update_rows
from db.register.documents import Row, as_document
from db.register.rows import DEPENDENCIES, FACTS, STARTUPS, USE_CASES
from risk.inventory.progress import Progress, unheard

ROW_VERSIONS = table_of(RowVersionRecord)


def write_plan(
    session: Session,
    plan: Plan,
    *,
    portfolio_id: int,
    batch_id: int,
    progress: Progress = unheard,
) -> None:
    """Write every planned row, parents before children, and a row version for each.

    ``progress`` hears which part of the rows is written, 0 to 1.
    """
    planned = sum(len(plan.rows(table)) for table in (STARTUPS, FACTS, USE_CASES, DEPENDENCIES))
    written = 0
    in_portfolio: Row = {"portfolio_id": portfolio_id}

    def write(table: Table, links: Callable[[Key], Row]) -> Mapping[Key, int]:
        nonlocal written
        numbers = _write_table(session, table, plan.rows(table), links, batch_id)
        written += len(numbers)
        progress(written / max(planned, 1))
        return numbers

    startups = write(STARTUPS, lambda key: in_portfolio)
    write(FACTS, lambda key: {"startup_id": startups[key[:1]]})
    use_cases = write(USE_CASES, lambda key: {"startup_id": startups[key[:1]]})
    write(DEPENDENCIES, lambda key: {"use_case_id": use_cases[key[:2]]})


def _write_table(
    session: Session,
    table: Table,
    rows: Sequence[PlannedRow],
    links: Callable[[Key], Row],
    batch_id: int,
) -> Mapping[Key, int]:
    """Write the rows of one table and return their numbers by key."""
    numbers = {row.key: row.stored["id"] for row in rows if row.stored is not None}
    new = {
        row.key: {**row.values, **links(row.key), "batch_id": batch_id}
        for row in rows
        if row.stored is None
    }
    numbers |= zip(new, insert_rows(session, table, list(new.values())), strict=True)
    changed = {
        row.key: {**(row.stored or {}), **row.values, "batch_id": batch_id}
        for row in rows
        if row.is_changed
    }
    update_rows(session, table, {numbers[key]: values for key, values in changed.items()})
    after = new | changed
    versions = [
        {
            "batch_id": batch_id,
            "table_name": table.name,
            "row_id": numbers[row.key],
            "before": None if row.stored is None else as_document(row.stored),
            "after": as_document(after.get(row.key) or row.stored or {}),
        }
        for row in rows
    ]
    append_rows(session, ROW_VERSIONS, versions)
    return numbers
