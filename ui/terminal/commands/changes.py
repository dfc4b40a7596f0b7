"""Commands that change a register by hand: what ends, has another name, or is the same thing."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened
from ui.terminal.failures import RefusedCommand, refuse_if

if TYPE_CHECKING:
    from db.services.endings import ChangeResult, Exit

app = typer.Typer()

Startup = Annotated[str, typer.Option("--startup", help="The company.")]
UseCase = Annotated[str | None, typer.Option("--use-case", help="One of its use cases.")]
Provider = Annotated[
    str | None, typer.Option("--provider", help="The provider, as the register writes it.")
]
Model = Annotated[
    str | None, typer.Option("--model", help="Its model, where the provider alone is not enough.")
]
DayOfChange = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day of the change; else today."),
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; it is kept with the change.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")]


@app.command()
def end(
    portfolio: PortfolioName,
    startup: Startup,
    use_case: Annotated[str, typer.Option("--use-case", help="One of its use cases.")],
    provider: Provider = None,
    model: Model = None,
    as_of: DayOfChange = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """End a dependency, or a use case with all that it depends on where no provider is named."""
    from db.services import endings

    refuse_if(model and not provider, "--model needs --provider: name the provider, too.")
    found = endings.end(
        opened(database),
        caller(),
        portfolio,
        startup,
        use_case,
        provider,
        model=model,
        day=_day(as_of),
        reason=reason,
        dry_run=dry_run,
    )
    _show(found, as_json=as_json)


@app.command("exit")
def exit_one(
    portfolio: PortfolioName,
    startup: Startup,
    how: Annotated[str, typer.Option(help="sold, closed or other.")] = "other",
    as_of: DayOfChange = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """End a company with all that it has: it was sold, closed, or left."""
    from db.services import endings

    found = endings.exit_startup(
        opened(database),
        caller(),
        portfolio,
        startup,
        how=_how(how),
        day=_day(as_of),
        reason=reason,
        dry_run=dry_run,
    )
    _show(found, as_json=as_json)


@app.command()
def rename(
    to: Annotated[str, typer.Argument(metavar="NAME", help="The new name.")],
    portfolio: PortfolioName,
    startup: Startup,
    use_case: UseCase = None,
    as_of: DayOfChange = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Give a company or a use case another name; files with the old one still find it."""
    from db.services import endings

    found = endings.rename(
        opened(database),
        caller(),
        portfolio,
        startup,
        to,
        use_case=use_case,
        day=_day(as_of),
        reason=reason,
        dry_run=dry_run,
    )
    _show(found, as_json=as_json)


@app.command()
def merge(
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="The company, or provider, that is merged.")
    ],
    portfolio: PortfolioName,
    startup: Annotated[
        str, typer.Option("--startup", help="The company that stays, or whose use case it is.")
    ],
    use_case: UseCase = None,
    provider: Annotated[
        str | None, typer.Option("--provider", help="Of a use case: the provider that stays.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The model of the provider that stays.")
    ] = None,
    other_model: Annotated[
        str | None, typer.Option("--other-model", help="The model of the one that is merged.")
    ] = None,
    as_of: DayOfChange = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Merge OTHER into a company, or into a provider of one of its use cases.

    What the one that stays says counts; what it does not say is taken over. Spend and share of two
    dependencies add up where both are known.
    """
    from db.services import endings

    refuse_if(provider and not use_case, "--provider needs --use-case: name the use case, too.")
    found = endings.merge(
        opened(database),
        caller(),
        portfolio,
        startup,
        other,
        use_case=use_case,
        model=model,
        other_model=other_model,
        provider=provider,
        day=_day(as_of),
        reason=reason,
        dry_run=dry_run,
    )
    _show(found, as_json=as_json)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _how(how: str) -> "Exit":
    """Return how a startup left; RefusedCommand if that is no way."""
    from db.services.endings import Exit

    try:
        return Exit(how.strip().casefold())
    except ValueError:
        raise RefusedCommand(f"--how {how}: write sold, closed or other.") from None


def _show(result: "ChangeResult", *, as_json: bool) -> None:
    """Print what a change does, and how it is taken back."""
    from ui.render.terminal import print_json, print_tables, printed, say
    from ui.tables import change

    if as_json:
        print_json(change.hand_document(result))
        return
    print_tables([printed(result.said, change.HAND, change.hand_rows(result.rows))])
    if result.batch is None:
        say("Nothing was written: it was a dry run.")
    else:
        say(f"This is batch {result.batch}: “downstream undo {result.batch}” takes it back.")
