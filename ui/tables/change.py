"""Changes that a file would make in a portfolio, as columns; and those made meanwhile."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from db.services.import_results import Changes, FieldChange, RowChange, Status, Value
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.endings import ChangeResult, Ended

Key = tuple[str, str, str, str | None]

_NOT_THERE = "not there"
_NOT_IN_FILE = {Status.MISSING, Status.ENDED}
_RECORD = "startup use_case provider model"


def rows_of(changes: Changes, status: Status, most: int | None = None) -> list[Record]:
    """Return the records of one status, or the first ``most`` of them.

    A changed record has a row per changed field.
    """
    every = changes.ended_rows if status is Status.ENDED else changes.rows
    kept = islice((one for one in every if one.status is status), most)
    return [row for one in kept for row in _rows(one)]


def _rows(one: RowChange) -> Iterator[Record]:
    record = attributes(one, _RECORD)
    if one.status is not Status.CHANGED:
        yield record
        return
    for field in one.fields:
        yield {**record, **attributes(field, "field before after")}


def hand_rows(rows: Iterable[RowChange]) -> list[Record]:
    """Return what a change by hand does: a row for each field, and for each record that ends.

    A record that is a startup or a use case as a whole names no provider.
    """
    told: list[Record] = []
    for one in rows:
        record = {name: value or None for name, value in attributes(one, _RECORD).items()}
        fields = [attributes(field, "field before after") for field in one.fields]
        for field in fields or [dict.fromkeys(("field", "before", "after"))]:
            told.append({"status": one.status.value, **record, **field})
    return told


def hand_document(result: "ChangeResult") -> Record:
    """Return a change by hand as JSON has it; ``batch`` is None where nothing was written."""
    return {
        "batch": result.batch,
        "portfolio": result.portfolio,
        "change": result.said,
        "as_of": result.day,
        "reason": result.reason,
        "changes": hand_rows(result.rows),
    }


def ended_rows(ended: Iterable["Ended"]) -> list[Record]:
    """Return what no longer counts."""
    return [
        attributes(one, "use_case provider model since until because reason batch") for one in ended
    ]


def said(value: Value) -> str:
    """Return a stored or stated fact as a cell; None is unknown."""
    if value is None:
        return wording.UNKNOWN
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def meanwhile(before: Changes, now: Changes) -> list[Record]:
    """Return what differs between two comparisons of one file with a portfolio.

    One row per field that was something else when the reader looked: then, now, in the file.
    """
    rows: list[Record] = []
    old, new = _by_record(before), _by_record(now)
    for key in dict.fromkeys((*new, *old)):
        for difference in _differences(old.get(key), new.get(key)):
            rows.append({**dict(zip(_RECORD.split(), key, strict=True)), **difference})
    return rows


def _by_record(changes: Changes) -> dict[Key, RowChange]:
    return {(one.startup, one.use_case, one.provider, one.model): one for one in changes.rows}


def _differences(old: RowChange | None, new: RowChange | None) -> Iterable[Record]:
    """Field, then, now, in the file. A record in neither list says what the file says."""
    was, is_now = _presence(old, beside=new), _presence(new, beside=old)
    if was != is_now:
        in_file = "–" if {_status(old), _status(new)} & _NOT_IN_FILE else "there"
        yield {"field": "The record", "then": was, "now": is_now, "file": in_file}
        return
    fields_old, fields_new = _fields(old), _fields(new)
    for name in dict.fromkeys((*fields_new, *fields_old)):
        in_file = said((fields_new.get(name) or fields_old[name]).after)
        then = said(fields_old[name].before) if name in fields_old else in_file
        today = said(fields_new[name].before) if name in fields_new else in_file
        if then != today:
            yield {"field": wording.field(name), "then": then, "now": today, "file": in_file}


def _status(row: RowChange | None) -> Status | None:
    return row.status if row else None


def _presence(row: RowChange | None, *, beside: RowChange | None) -> str:
    """Whether the portfolio had the record: what neither file nor portfolio has is in no list."""
    if row is None:
        return _NOT_THERE if _status(beside) in _NOT_IN_FILE else "there"
    return _NOT_THERE if row.status is Status.NEW else "there"


def _fields(row: RowChange | None) -> dict[str, FieldChange]:
    return {one.field: one for one in row.fields} if row else {}


def _hand_said(row: Record, name: str) -> str:
    return "–" if row["field"] is None else said(row[name])


def why(row: Record) -> str:
    """Return what ended a record, and the reason that was given."""
    parts = [row["because"] or "It is not kept.", row["reason"]]
    return ": ".join(one for one in parts if one)


RECORD = (
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case", cell=lambda row: row["use_case"] or "–"),
    Column(key="provider", label="Provider"),
    Column(key="model", label="Model", missing="–"),
)
CHANGED = (
    *RECORD,
    Column(key="field", label="Field", cell=lambda row: wording.field(row["field"])),
    Column(key="before", label="Before", cell=lambda row: said(row["before"])),
    Column(key="after", label="After", cell=lambda row: said(row["after"])),
)
#: What becomes of a record, in the reader's words.
_BECOMES = {Status.ENDED.value: "ends", Status.CHANGED.value: "changes"}
HAND = (
    Column(key="status", label="What happens", cell=lambda row: _BECOMES[row["status"]]),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case", missing="–"),
    Column(key="provider", label="Provider", missing="–"),
    Column(key="model", label="Model", missing="–"),
    Column(
        key="field",
        label="Field",
        cell=lambda row: "–" if row["field"] is None else wording.field(row["field"]),
    ),
    Column(key="before", label="Before", cell=lambda row: _hand_said(row, "before")),
    Column(key="after", label="After", cell=lambda row: _hand_said(row, "after")),
)
ENDED = (
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider", missing="–"),
    Column(key="model", label="Model", missing="–"),
    Column(key="since", label="Since", unit=Unit.DATE, missing="–"),
    Column(key="until", label="Until", unit=Unit.DATE),
    Column(key="because", label="Why", cell=why),
    Column(key="batch", label="Batch", unit=Unit.COUNT, missing="–"),
)
MEANWHILE = (
    *RECORD,
    Column(key="field", label="Field"),
    Column(key="then", label="When you looked"),
    Column(key="now", label="Now"),
    Column(key="file", label="Your file"),
)
