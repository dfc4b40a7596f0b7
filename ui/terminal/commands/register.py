"""Commands that list what the store holds, and what a name is read as."""

from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, opened
from ui.terminal.output import print_json, print_tables

app = typer.Typer()


@app.command()
def portfolios(as_json: Json = False, database: Database = None) -> None:
    """List the portfolios."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import list_portfolios
    from ui.terminal.register import portfolios_document, portfolios_tables

    document = portfolios_document(list_portfolios(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(portfolios_tables(document))


@app.command()
def startups(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """List the startups of a portfolio and what they depend on."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import each_startup
    from ui.terminal.register import startups_document, startups_tables

    document = startups_document(each_startup(opened(database), LOCAL_OWNER, portfolio))
    print_json(document) if as_json else print_tables(startups_tables(document))


@app.command()
def providers(as_json: Json = False, database: Database = None) -> None:
    """List the providers, their services and who stands behind them."""
    from db.services.access import LOCAL_OWNER
    from db.services.reference import load_catalog
    from ui.terminal.register import providers_document, providers_tables

    document = providers_document(load_catalog(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(providers_tables(document))


@app.command()
def resolve(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="Names.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with one name a line.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say which provider a name stands for: yes, no, or ask."""
    from ui.terminal.naming import names_to_resolve, resolver
    from ui.terminal.register import resolve_document, resolve_tables

    asked = names_to_resolve(texts or [], file)
    read = resolver(database)
    document = resolve_document(read.resolve(text) for text in asked)
    print_json(document) if as_json else print_tables(resolve_tables(document))
