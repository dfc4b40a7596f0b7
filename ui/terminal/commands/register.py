"""Commands that list what the store holds, and what a name is read as."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from risk.inventory.records import Evidence
from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    opened,
    opened_part,
)

app = typer.Typer()


@app.command()
def portfolios(as_json: Json = False, database: Database = None) -> None:
    """List the portfolios."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import list_portfolios
    from ui.render.terminal import print_table
    from ui.tables.register import PORTFOLIOS, portfolios_of

    known = portfolios_of(list_portfolios(opened(database), LOCAL_OWNER))
    print_table("Portfolios", PORTFOLIOS, known, as_json=as_json)


@app.command()
def startups(
    portfolio: PortfolioName,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the startups of a portfolio and what they depend on."""
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import each_startup
    from ui.render.terminal import printed
    from ui.tables.register import TERMINAL_DEPENDENCIES, document_of, every_dependency

    known = each_startup(
        opened_part(database, portfolio, slices, fund, as_of), LOCAL_OWNER, portfolio
    )
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
def state(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The startup's name.")],
    facts: Annotated[
        list[str],
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A column of an inventory, such as cash_usd=300000."
        ),
    ],
    use_case: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    provider: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    model: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    source: Annotated[str, typer.Option(help="Where the facts are from.")] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which they held.")
    ] = None,
    evidence: Annotated[
        Evidence | None, typer.Option(help="How they came to be known; default: stated.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State facts of a startup, a use case or a dependency, as a batch that can be undone."""
    from db.services.access import LOCAL_OWNER
    from db.services.statements import Statement, state_facts

    statement = Statement(
        startup=startup,
        facts=_stated(facts),
        use_case=use_case,
        provider=provider,
        model=model,
        source=source,
        as_of=as_of.date() if as_of else None,
        evidence=evidence,
    )
    done = state_facts(opened(database), LOCAL_OWNER, portfolio, statement)
    if as_json:
        print_json({"startup": startup, "batch": done.batch, "changed": done.changes.changed})
    elif done.changes.changed:
        say(f"Written as batch {done.batch}; “downstream undo {done.batch}” takes it back.")
    else:
        say("The register says that already.")


def _stated(pairs: list[str]) -> dict[str, str]:
    """Facts by name, from NAME=VALUE each."""
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(f"Write NAME=VALUE, not “{pair}”.", param_hint="--set")
    return {name.strip(): value for name, _, value in (pair.partition("=") for pair in pairs)}


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
