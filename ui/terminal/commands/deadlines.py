"""The command on what ends when."""

from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, opened, today
from ui.terminal.output import print_json, print_tables, say

app = typer.Typer()


@app.command(name="calendar")
def deadline_calendar(
    portfolio: PortfolioName,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far ahead to look.")] = 90,
    ics: Annotated[
        Path | None, typer.Option(help="Also write the days to this calendar file (.ics).")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List retirements and renewals against the register, with days of slack."""
    from db.services.access import LOCAL_OWNER
    from db.services.deadlines import portfolio_deadlines
    from ui.terminal.deadlines import calendar_document, calendar_tables
    from ui.terminal.files import write_bytes

    store = opened(database)
    calendar = portfolio_deadlines(store, LOCAL_OWNER, portfolio, today=today(), days=days)
    if ics is not None:
        from ui.calendar_file import calendar_file, rests_on

        said = rests_on(calendar, portfolio)
        write_bytes(ics, calendar_file(calendar, portfolio=portfolio, stands_on=said))
        say(f"Wrote {len(calendar.deadlines):,} days to {ics}.")
    document = calendar_document(calendar, portfolio=portfolio)
    print_json(document) if as_json else print_tables(calendar_tables(calendar))
