"""Tasks of a plan as a file: a table as CSV or workbook, or days to begin as a calendar (.ics)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from icalendar import Calendar, Event

from db.services.exports import FileKind, rows_file
from risk.alternatives.planning.tasks import Task
from risk.inventory.formats.export_tables import Cell
from ui.tables import plan as plan_table
from ui.tables.column import Record

_PRODUCT = "-//Downstream//Tasks of a plan//EN"


class TaskFile(StrEnum):
    """The kinds of files of tasks."""

    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"


def task_file(tasks: Sequence[Task], *, kind: TaskFile, portfolio: str, as_of: date) -> bytes:
    """Return the tasks of a plan as a file; a calendar has those alone that have a day to begin."""
    rows = plan_table.task_rows(tasks)
    if kind is TaskFile.ICS:
        return _calendar(rows, portfolio=portfolio, as_of=as_of)
    columns = [one.key for one in plan_table.TASKS]
    cells = [[_cell(row[key]) for key in columns] for row in rows]
    return rows_file("Tasks", columns, cells, kind=FileKind(kind.value)).data


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "; ".join(value) or None
    found: Cell = value
    return found


def _calendar(rows: Sequence[Record], *, portfolio: str, as_of: date) -> bytes:
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Downstream: plan of {portfolio}")
    for row in rows:
        if row["start_by"] is not None:
            made.add_component(_event(row, portfolio, as_of=as_of))
    return bytes(made.to_ical())


def _event(row: Record, portfolio: str, *, as_of: date) -> Event:
    """A whole day with an id that stays when the day moves."""
    about = (portfolio, row["startup"], row["use_case"], row["from"], row["to"])
    number = sha256("\0".join(str(one) for one in about).encode()).hexdigest()[:32]
    event = Event()
    event.add("uid", f"{number}@downstream")
    event.add("dtstamp", datetime.combine(as_of, time(), tzinfo=UTC))
    event.add("dtstart", row["start_by"])
    event.add("dtend", row["start_by"] + timedelta(days=1))
    event.add("summary", f"{row['startup']}: begin to {_lower(row['task'])}")
    event.add("description", row["description"])
    event.add("transp", "TRANSPARENT")
    return event


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
