"""What ends when, in the terminal."""

from typing import TYPE_CHECKING

from risk.portfolio.deadlines import HORIZONS, DeadlineCalendar
from ui.deadline_words import finding, unknown_in_words
from ui.render.json import document
from ui.render.terminal import printed
from ui.tables import deadline
from ui.terminal.output import Document, text

if TYPE_CHECKING:
    from rich.console import RenderableType


def calendar_document(calendar: DeadlineCalendar, *, portfolio: str) -> Document:
    """Return the deadlines by day, how many lie within 30, 60 and 90 days, what is unknown."""
    return {
        "portfolio": portfolio,
        "as_of": calendar.as_of,
        "days": calendar.days,
        "within": {str(days): calendar.within(days) for days in HORIZONS},
        "passed": calendar.passed,
        "late": calendar.late,
        "found": len(calendar),
        "deadlines": [
            document(deadline.VALUES, one) for one in deadline.rows_of(calendar.deadlines)
        ],
        "unknown": {
            "dependencies": calendar.dependencies,
            "without_model": calendar.without_model,
            "without_renewal": calendar.without_renewal,
            "renewals_passed": calendar.renewals_passed,
            "notice_unknown": calendar.notice_unknown,
            "begun_unknown": calendar.begun_unknown,
        },
    }


def calendar_tables(calendar: DeadlineCalendar) -> list["RenderableType"]:
    """Return the same for people."""
    unknown = [text(f"- {one}") for one in unknown_in_words(calendar)]
    found = [text(finding(calendar))]
    if not calendar.deadlines:
        return [*found, *unknown]
    rows = deadline.rows_of(calendar.deadlines)
    more = len(calendar) - len(rows)
    if more:
        found.append(text(f"Listed are the first {len(rows):,}; {more:,} more end later."))
    return [
        *found,
        printed("What ends when", deadline.TERMINAL, rows),
        text("Slack below zero: who begins today is late. What this cannot know:"),
        *unknown,
    ]
