"""The command on what ends when."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import Document, print_json, print_tables, say, text
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened_part,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from risk.alternatives.planning.tasks import Contact
    from risk.portfolio.deadlines import DeadlineCalendar

app = typer.Typer()


@app.command(name="calendar")
def deadline_calendar(
    portfolio: PortfolioName,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far ahead to look.")] = 90,
    ics: Annotated[
        Path | None, typer.Option(help="Also write the days to this calendar file (.ics).")
    ] = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List retirements and renewals against the register, with days of slack."""
    from db.services.deadlines import portfolio_deadlines
    from db.services.hours import contacts
    from ui.terminal.files import write_bytes

    store = opened_part(database, portfolio, slices, fund, as_of)
    calendar = portfolio_deadlines(store, caller(), portfolio, today=today(), days=days)
    if ics is not None:
        from ui.calendar_file import calendar_file, rests_on

        said = rests_on(calendar, portfolio)
        write_bytes(ics, calendar_file(calendar, portfolio=portfolio, rests_on=said))
        say(f"Wrote {len(calendar.deadlines):,} days to {ics}.")
    if as_json:
        names = dict.fromkeys(one.startup for one in calendar.deadlines)
        known = contacts(store, caller(), portfolio, tuple(names))
        print_json(_document(calendar, known, portfolio=portfolio))
    else:
        print_tables(_tables(calendar))


def _document(
    calendar: "DeadlineCalendar", known: "Mapping[str, Contact]", *, portfolio: str
) -> Document:
    """Return the deadlines by day, how many lie within 30, 60 and 90 days, what is unknown."""
    from risk.portfolio.deadlines import HORIZONS
    from ui.render.json import document
    from ui.tables import deadline

    return {
        "portfolio": portfolio,
        "as_of": calendar.as_of,
        "days": calendar.days,
        "within": {str(days): calendar.within(days) for days in HORIZONS},
        "passed": calendar.passed,
        "late": calendar.late,
        "found": len(calendar),
        "deadlines": [
            document(deadline.VALUES, one) for one in deadline.rows_of(calendar.deadlines, known)
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


def _tables(calendar: "DeadlineCalendar") -> list["RenderableType"]:
    """Return the same for people."""
    from ui.render.terminal import printed
    from ui.tables import deadline
    from ui.words.deadline_words import finding, unknown_in_words

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
