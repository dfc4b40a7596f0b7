"""The command that writes a report for somebody who does not use Downstream."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, opened, today
from ui.terminal.failures import refuse_if
from ui.terminal.files import write_new
from ui.terminal.output import print_json, say

if TYPE_CHECKING:
    from db.engine import Store

app = typer.Typer()


@app.command()
def report(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this startup (HTML).")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Only this stress test (HTML); “scenarios” lists the ids.")
    ] = None,
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
    refuse_if(startup and scenario, "Name a --startup or a --scenario, not both.")
    only = "--startup" if startup else "--scenario"
    refuse_if(
        (startup or scenario) and xlsx, f"A workbook is of a whole portfolio: leave {only} out."
    )
    from db.services.access import LOCAL_OWNER
    from ui.reports.making import workbook_report

    store, day = opened(database), today()
    written = []
    if html is not None:
        made = _page(store, portfolio, startup=startup, scenario=scenario, day=day)
        write_new(html, made, replace=force)
        written.append(str(html))
    if xlsx is not None:
        made = workbook_report(store, LOCAL_OWNER, portfolio, today=day)
        write_new(xlsx, made, replace=force)
        written.append(str(xlsx))
    about = {"portfolio": portfolio, "startup": startup, "scenario": scenario}
    print_json({**about, "files": written}) if as_json else say(f"Written: {', '.join(written)}.")


def _page(
    store: "Store", portfolio: str, *, startup: str | None, scenario: str | None, day: date
) -> bytes:
    from db.services.access import LOCAL_OWNER
    from db.services.scoring import scenarios
    from ui.reports.making import html_report, scenario_report
    from ui.terminal.stresses import Settings, choose_scenario

    if scenario is None:
        return html_report(store, LOCAL_OWNER, portfolio, startup=startup, today=day)
    chosen = choose_scenario(Settings(scenario=scenario), scenarios(store, LOCAL_OWNER))
    return scenario_report(store, LOCAL_OWNER, portfolio, chosen, today=day)
