"""Commands that list what the store holds, and what a name is read as."""

from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables
from ui.terminal.commands.options import Database, Json, PortfolioName, opened

app = typer.Typer()
of_portfolios = typer.Typer(invoke_without_command=True)
app.add_typer(of_portfolios, name="portfolios")


@of_portfolios.callback()
def portfolios(context: typer.Context, as_json: Json = False, database: Database = None) -> None:
    """List the portfolios."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import list_portfolios
    from ui.render.terminal import print_table
    from ui.tables.register import PORTFOLIOS, portfolios_of

    if context.invoked_subcommand is not None:
        return
    known = portfolios_of(list_portfolios(opened(database), LOCAL_OWNER))
    print_table("Portfolios", PORTFOLIOS, known, as_json=as_json)


@of_portfolios.command("currency")
def portfolio_currency(
    name: Annotated[str, typer.Argument(metavar="PORTFOLIO", help="The portfolio's name.")],
    code: Annotated[str, typer.Argument(help="A currency that the ECB quotes, such as EUR.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show a portfolio's money in another currency from now on."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import set_currency
    from ui import money
    from ui.render.terminal import say
    from ui.terminal.commands.options import today

    chosen = set_currency(opened(database), LOCAL_OWNER, name, code)
    shown = money.shown_as(chosen, today())
    if as_json:
        rate = None if shown.rate is None else shown.rate.document
        print_json({"portfolio": name, "currency": chosen, "rate": rate})
        return
    say(f"The money of “{name}” is shown {shown.said}.")


@app.command()
def startups(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """List the startups of a portfolio and what they depend on."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import each_startup
    from ui.render.terminal import printed
    from ui.tables.register import TERMINAL_DEPENDENCIES, document_of, every_dependency

    known = each_startup(opened(database), LOCAL_OWNER, portfolio)
    if as_json:
        print_json(map(document_of, known))
        return
    shown = printed(
        "Startups and what they depend on",
        TERMINAL_DEPENDENCIES,
        every_dependency(known),
        is_whole=lambda row: "use_case" in row,
    )
    print_tables([shown])


@app.command()
def providers(as_json: Json = False, database: Database = None) -> None:
    """List the providers, their services and who stands behind them."""
    from db.services.access import LOCAL_OWNER
    from db.services.reference import load_catalog
    from ui.render.terminal import print_table
    from ui.tables.register import PROVIDERS, providers_of

    known = providers_of(load_catalog(opened(database), LOCAL_OWNER))
    print_table("Providers", PROVIDERS, known, as_json=as_json)


@app.command()
def resolve(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="Names.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with one name a line.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say which provider a name stands for: yes, no, or ask."""
    from ui.render.terminal import print_table
    from ui.tables.resolution import COLUMNS, row_of
    from ui.terminal.naming import names_to_resolve, resolver

    asked = names_to_resolve(texts or [], file)
    read = resolver(database)
    found = [row_of(read.resolve(text)) for text in asked]
    print_table("What the names stand for", COLUMNS, found, as_json=as_json)
