"""Sentences about a register of information: where it is from, how far it is, what a cell is."""

from datetime import date

from db.services.filings import FilingSummary
from risk.dora.completion import Completion
from risk.dora.schema import COLUMNS, TITLES
from ui import wording


def named(summary: FilingSummary) -> str:
    """A register as a reader chooses it among others."""
    day = summary.facts.day
    of = f"for {wording.day(day)}" if day else "without a reference date"
    how = "drawn up" if summary.drawn else "from a file"
    return f"{summary.number} · {of} · {how} on {wording.day(summary.made_at.date())}"


def where_from(summary: FilingSummary) -> str:
    """Where a register is from, how much was decided, and what was packed of it last."""
    day = summary.facts.day
    parts = [
        f"Drawn up from this portfolio by {summary.made_by}"
        if summary.drawn
        else f"From {summary.file_name}, kept by {summary.made_by}",
        wording.day(summary.made_at.date()),
        f"reference date {wording.day(day)}" if day else "reference date not stated",
        f"{wording.counted(summary.decided, 'cell')} decided since",
    ]
    if summary.packed_at is not None:
        parts.append(f"last packed {wording.day(summary.packed_at.date())}")
    return " · ".join(parts)


def how_far(done: Completion) -> str:
    """How many of the needed cells are filled in."""
    return f"{done.filled:,} of {done.needed:,} needed cells are filled in"


def table_label(name: str) -> str:
    """A table by its number and what it holds."""
    return f"{name} · {TITLES[name]}"


def column_label(table: str, column: str) -> str:
    """A column by its code and what it means."""
    return f"{column} {COLUMNS[table][column].meaning}"


def usual_day(today: date) -> date:
    """The reference date that is prepared now: 31 December, the coming one from October on."""
    return date(today.year if today.month >= 10 else today.year - 1, 12, 31)
