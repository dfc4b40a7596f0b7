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
    caller,
    opened,
    opened_part,
)
from ui.terminal.failures import refuse_if

app = typer.Typer()


table = typer.Typer(invoke_without_command=True)
app.add_typer(table, name="portfolios")
Portfolio = Annotated[str, typer.Argument(metavar="NAME", help="The portfolio's name.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why; it stands in the audit trail.")]


@table.callback()
def portfolios(context: typer.Context, as_json: Json = False, database: Database = None) -> None:
    """List the portfolios."""
    if context.invoked_subcommand is not None:
        return
    from db.services.portfolios import list_portfolios
    from ui.render.terminal import print_table
    from ui.tables.register import PORTFOLIOS, portfolios_of

    known = portfolios_of(list_portfolios(opened(database), caller()))
    print_table("Portfolios", PORTFOLIOS, known, as_json=as_json)


@table.command("rename")
def rename_one(
    portfolio: Portfolio,
    to: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Give a portfolio another name; its links go on."""
    from db.services.portfolio_changes import rename_portfolio

    name = rename_portfolio(opened(database), caller(), portfolio, to)
    _done({"portfolio": name}, f"The portfolio is “{name}” now.", as_json=as_json)


@table.command()
def archive(
    portfolio: Portfolio, reason: Why = None, as_json: Json = False, database: Database = None
) -> None:
    """Put a portfolio away: it is in no list and its links do not open until it is brought back."""
    from db.services.portfolio_changes import archive_portfolio

    archive_portfolio(opened(database), caller(), portfolio, reason=reason)
    said = f"“{portfolio}” is archived: “downstream portfolios unarchive” brings it back."
    _done({"portfolio": portfolio, "archived": True}, said, as_json=as_json)


@table.command()
def unarchive(portfolio: Portfolio, as_json: Json = False, database: Database = None) -> None:
    """Bring an archived portfolio back as it was."""
    from db.services.portfolio_changes import unarchive_portfolio

    unarchive_portfolio(opened(database), caller(), portfolio)
    said = f"“{portfolio}” is back in the list."
    _done({"portfolio": portfolio, "archived": False}, said, as_json=as_json)


@table.command()
def archived(as_json: Json = False, database: Database = None) -> None:
    """List the portfolios that were put away."""
    from db.services.portfolio_changes import list_archived
    from ui.render.terminal import print_table
    from ui.tables.register import ARCHIVED, archived_of

    known = archived_of(list_archived(opened(database), caller()))
    print_table("Archived portfolios", ARCHIVED, known, as_json=as_json)


@table.command()
def delete(
    portfolio: Portfolio,
    yes_delete: Annotated[
        str | None, typer.Option("--yes-delete", metavar="NAME", help="Its name once more.")
    ] = None,
    reason: Why = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Delete a portfolio with all that belongs to it, for good: this cannot be undone."""
    from db.services.portfolio_changes import delete_portfolio
    from ui import wording

    store = opened(database)
    refuse_if(
        yes_delete is None,
        f"This deletes “{portfolio}” with its companies, imports, decisions, drills, links and "
        "answers, and cannot be undone. To keep it out of the lists only: “downstream portfolios "
        "archive”. To delete it, name it once more: --yes-delete NAME.",
    )
    done = delete_portfolio(store, caller(), portfolio, typed=yes_delete or "", reason=reason)
    said = (
        f"“{done.name}” is deleted, with {wording.counted(done.startups, 'company', 'companies')} "
        f"and "
        f"{wording.counted(done.share_links, 'link')}."
    )
    document = {
        "portfolio": done.name,
        "startups": done.startups,
        "share_links": done.share_links,
        "rows": done.rows,
    }
    _done(document, said, as_json=as_json)


@table.command("currency")
def portfolio_currency(
    portfolio: Portfolio,
    code: Annotated[str, typer.Argument(help="A currency that the ECB quotes, such as EUR.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show a portfolio's money in another currency from now on."""
    from db.services.portfolios import set_currency
    from ui import money
    from ui.terminal.commands.options import today

    chosen = set_currency(opened(database), caller(), portfolio, code)
    shown = money.shown_as(chosen, today())
    if as_json:
        rate = None if shown.rate is None else shown.rate.document
        print_json({"portfolio": portfolio, "currency": chosen, "rate": rate})
        return
    say(f"The money of “{portfolio}” is shown {shown.said}.")


def _done(document: dict[str, object], said: str, *, as_json: bool) -> None:
    print_json(document) if as_json else say(said)


@app.command()
def startups(
    portfolio: PortfolioName,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the companies of a portfolio and what they depend on."""
    from db.services.portfolios import each_startup
    from ui.render.terminal import printed
    from ui.tables.register import TERMINAL_DEPENDENCIES, document_of, every_dependency

    known = each_startup(opened_part(database, portfolio, slices, fund, as_of), caller(), portfolio)
    if as_json:
        print_json(map(document_of, known))
        return
    shown = printed(
        "Companies and what they depend on",
        TERMINAL_DEPENDENCIES,
        every_dependency(known),
        is_whole=lambda row: "use_case" in row,
    )
    print_tables([shown])


@app.command()
def state(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
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
    """State facts of a company, a use case or a dependency, as a batch that can be undone."""
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
    done = state_facts(opened(database), caller(), portfolio, statement)
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
