"""The command that takes a table out of the store as a file."""

from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    Slices,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if

app = typer.Typer()


@app.command()
def export(
    name: Annotated[
        str | None, typer.Argument(metavar="[PORTFOLIO]", help="The portfolio's name.")
    ] = None,
    portfolio: Annotated[
        str | None, typer.Option("--portfolio", help="The same, as other commands have it.")
    ] = None,
    table: Annotated[
        str, typer.Option(help="inventory, scores, providers, …; a wrong name lists them all.")
    ] = "inventory",
    kind: Annotated[
        str | None, typer.Option("--format", metavar="csv|xlsx", help="Default: as the file ends.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file; without it CSV goes on the screen.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Short: a CSV file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Short: an Excel workbook.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if there is one.")
    ] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write a table as CSV or Excel; an exported inventory imports back the same."""
    from ui.terminal import exports

    request = exports.ExportRequest(
        table=table,
        portfolio=exports.one_name(name, portfolio),
        target=exports.target(kind=kind, output=output, csv=csv, xlsx=xlsx),
        replace=force,
        on_screen=not as_json,
    )
    refuse_if((slices or fund) and request.portfolio is None, "Name the portfolio to be sliced.")
    store = opened_part(database, request.portfolio or "", slices, fund, as_of)
    document = exports.run_export(store, request, today=today())
    if as_json:
        print_json(document)
        return
    for sentence in exports.remarks(document):
        say(sentence)
