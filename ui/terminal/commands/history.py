"""Command on answers of before: their kept figures, and what changed since a day."""

from datetime import datetime
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_table, print_tables, progress
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

app = typer.Typer()


@app.command()
def history(
    portfolio: PortfolioName,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="Say what changed since that day, in steps that add up.",
        ),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the headline figures that each day's answer left, or say what changed since a day."""
    from db.services.run_history import changes_since, kept_runs
    from ui.tables import run
    from ui.terminal.history import changes_document, changes_tables

    store = opened(database)
    if since is None:
        print_table(
            f"Kept figures of {portfolio}",
            run.RUNS,
            run.runs_of(kept_runs(store, caller(), portfolio)),
            as_json=as_json,
            nothing="Nothing is kept yet: “downstream score” leaves its figures once a day.",
        )
        return
    with progress("Comparing with then", hidden=as_json):
        found = changes_since(store, caller(), portfolio, since.date(), today=today())
    print_json(changes_document(found)) if as_json else print_tables(changes_tables(found))
