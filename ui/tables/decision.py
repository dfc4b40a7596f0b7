"""Decisions as columns: what was chosen, who sees to it, how far it is, and what it promised."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.decision_results import Decision


def row_of(one: "Decision") -> Record:
    """Return what is known of a decision."""
    money = "aal_removed_usd tvar95_removed_usd one_off_usd extra_run_usd_per_year"
    return {
        **attributes(one, "number startup use_case option"),
        "class": one.promise.option_class,
        **attributes(one, "owner due done withdrawn_by withdrawn_reason"),
        **attributes(one.promise, money),
        "note": one.note,
        "decided_by": one.by,
        "decided_at": one.at,
    }


def rows_of(decisions: Iterable["Decision"], today: date) -> list[Record]:
    """Return decisions for readers, with how far each is."""
    return [{**row_of(one), "status": status(one, today)} for one in decisions]


def status(one: "Decision", today: date) -> str:
    """Return in a few words how far a decision is."""
    if not one.stands:
        return f"Taken back by {one.withdrawn_by}"
    if one.done is not None:
        return f"Done {wording.day(one.done)}"
    if one.due is not None and one.due < today:
        return f"Overdue since {wording.day(one.due)}"
    return f"Due {wording.day(one.due)}" if one.due else "To do"


COLUMNS = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case", missing="All"),
    Column(key="option", label="Option"),
    Column(key="owner", label="Owner", help="Who sees to it."),
    Column(key="status", label="Status"),
    Column(
        key="aal_removed_usd",
        label="Promised a year",
        unit=Unit.USD,
        help="Expected loss that the option removes by itself, as of the day it was chosen.",
    ),
    Column(key="one_off_usd", label="One-off cost", unit=Unit.USD, help="Of the move."),
    Column(key="decided_at", label="Decided", unit=Unit.DATE),
    Column(key="decided_by", label="By"),
    Column(
        key="note", label="Note", cell=lambda row: row["withdrawn_reason"] or row["note"] or "–"
    ),
)
TERMINAL = chosen(COLUMNS, "number startup use_case option owner status aal_removed_usd".split())
PAGE = COLUMNS[1:]
