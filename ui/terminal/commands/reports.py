"""The command that writes a report for somebody who does not use Downstream."""

from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, opened, today
from ui.terminal.failures import refuse_if
from ui.terminal.files import write_new
from ui.terminal.output import print_json, say

app = typer.Typer()


@app.command()
def report(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this startup (HTML).")] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One page that prints well.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An Excel workbook with live sums.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if there is one.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write the answer as a page of HTML or as an Excel workbook, with what it stands on."""
    refuse_if(html is None and xlsx is None, "Name a file: --html FILE, --xlsx FILE, or both.")
    refuse_if(startup and xlsx, "A workbook is of a whole portfolio: leave --startup out.")
    from db.services.access import LOCAL_OWNER
    from ui.reports.making import html_report, workbook_report

    store, day = opened(database), today()
    written = []
    if html is not None:
        made = html_report(store, LOCAL_OWNER, portfolio, startup=startup, today=day)
        write_new(html, made, replace=force)
        written.append(str(html))
    if xlsx is not None:
        made = workbook_report(store, LOCAL_OWNER, portfolio, today=day)
        write_new(xlsx, made, replace=force)
        written.append(str(xlsx))
    if as_json:
        print_json({"portfolio": portfolio, "startup": startup, "files": written})
    else:
        say(f"Written: {', '.join(written)}.")
