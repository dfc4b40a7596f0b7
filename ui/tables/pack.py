"""Scheduled reports as columns: what goes to whom on which days, and what became of it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record, Unit, attributes
from ui.words import pack_words as words

if TYPE_CHECKING:
    from db.services.scheduled_reports import ScheduledReport

REPORTS = (
    Column(key="number", label="Number", unit=Unit.COUNT),
    Column(key="portfolio", label="Portfolio"),
    Column(key="slices", label="Only", unit=Unit.LIST, cell=lambda row: ", ".join(row["slices"])),
    Column(
        key="left_out", label="Without", unit=Unit.LIST, cell=lambda row: ", ".join(row["left_out"])
    ),
    Column(
        key="forms",
        label="As",
        unit=Unit.LIST,
        cell=lambda row: ", ".join(words.FORMS[one] for one in row["forms"]),
    ),
    Column(key="channel", label="Channel"),
    Column(
        key="recipients", label="To", unit=Unit.LIST, cell=lambda row: ", ".join(row["recipients"])
    ),
    Column(key="every", label="On", cell=lambda row: words.EVERY[row["every"]]),
    Column(key="next_on", label="Next", unit=Unit.DATE),
    Column(key="made_by", label="By"),
    Column(key="sent_at", label="Sent last (UTC)", unit=Unit.MOMENT, missing="never"),
    Column(key="sent", label="Sent", unit=Unit.COUNT),
    Column(key="waiting", label="Waiting", unit=Unit.COUNT),
    Column(key="failed", label="Given up", unit=Unit.COUNT),
    Column(key="problem", label="Problem", missing=""),
)


def reports_of(known: Iterable[tuple["ScheduledReport", date]]) -> list[Record]:
    """Return scheduled reports, each with the day of its next pack."""
    names = "number portfolio slices forms channel recipients every made_by"
    state = "sent_at sent waiting failed problem"
    return [
        {
            **attributes(one, names),
            "left_out": one.preset.left_out,
            "next_on": next_on,
            **attributes(one, state),
        }
        for one, next_on in known
    ]
