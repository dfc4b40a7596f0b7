"""Commands on funds: what they hold, and what they may lose of it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_table, print_tables, progress, say
from ui.terminal.commands.imports import Assume, DryRun, MapFile, Rejects
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    PortfolioName,
    Slices,
    caller,
    opened,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if

app = typer.Typer()
funds = typer.Typer(invoke_without_command=True)
app.add_typer(funds, name="funds")

FundName = Annotated[str, typer.Argument(help="The fund's name.")]


@funds.callback()
def what_funds_lose(
    context: typer.Context,
    portfolio: Annotated[
        str | None, typer.Option("--portfolio", help="The portfolio's name.")
    ] = None,
    slices: Slices = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what each fund may lose of its value, and all of them together."""
    from db.services.funds import fund_losses
    from ui.terminal.funds import funds_document, funds_tables

    if context.invoked_subcommand is not None:
        return
    refuse_if(portfolio is None, "Name the portfolio: “downstream funds --portfolio P”.")
    with progress("Valuing the holdings", hidden=as_json):
        store = opened_part(database, portfolio or "", slices, None, as_of)
        answer = fund_losses(store, caller(), portfolio or "", today=today())
    print_json(funds_document(answer)) if as_json else print_tables(funds_tables(answer))


@funds.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A table of holdings: CSV or Excel (.xlsx).")],
    portfolio: PortfolioName,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="Of every fund in it the file has all holdings: others are ended."
        ),
    ] = False,
    fund: Annotated[str | None, typer.Option(help="The fund of lines that name none.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="The currency of lines that name none; default: USD.")
    ] = None,
    mapping: MapFile = None,
    assume: Assume = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read what funds hold: columns company, fund, cost, value, ownership, currency, as_of."""
    from ui.terminal import funds as terminal
    from ui.terminal.imports import exit_status, read_answers, read_mapping, write_rejects

    refuse_if(rejects and rejects.exists(), f"{rejects} exists already: name another file.")
    found = terminal.run_import(
        opened(database),
        file,
        portfolio,
        complete=complete,
        fund=fund,
        currency=currency,
        mapping=read_mapping(mapping),
        assume=read_answers(assume or []),
        dry_run=dry_run,
    )
    document = terminal.import_document(found)
    if rejects is not None:
        say(write_rejects(document, rejects))
    print_json(document) if as_json else print_tables(terminal.import_tables(found))
    raise typer.Exit(exit_status(document))


@funds.command("undo")
def undo(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """Take the newest import of holdings back."""
    from db.services.funds import undo_holdings

    name = undo_holdings(opened(database), caller(), portfolio)
    print_json({"undone": name}) if as_json else say(f"What {name} said is taken back.")


@funds.command("holdings")
def holdings(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """List what each fund holds, as it was stated."""
    from db.services.funds import list_holdings
    from ui.tables.holding import STATED, stated_of
    from ui.terminal.funds import NOTHING

    known = stated_of(list_holdings(opened(database), caller(), portfolio))
    print_table("Holdings", STATED, known, as_json=as_json, nothing=NOTHING)


@funds.command("set")
def set_value(
    fund: FundName,
    portfolio: PortfolioName,
    source: Annotated[str, typer.Option(help="Where the value comes from.")],
    nav: Annotated[
        float | None, typer.Option(help="Net asset value; without it: not known.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Its currency; default: the fund's, else USD.")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The day that the value is of."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State a fund's net asset value."""
    from db.services.funds import list_funds, state_fund

    store = opened(database)
    refuse_if(nav is not None and nav != nav, "A net asset value is a number.")
    state_fund(
        store,
        caller(),
        portfolio,
        fund,
        nav,
        on=on.date() if on else None,
        source=source,
        currency=currency,
    )
    if as_json:
        print_json(list_funds(store, caller(), portfolio))
    else:
        say("Stated. “downstream funds” shows what it is of the loss.")
