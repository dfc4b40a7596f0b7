"""Commands on how a provider falters and on signals about it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import Database, Json, caller, opened, today

app = typer.Typer()
signals = typer.Typer(help="Signals about providers.", no_args_is_help=True)
app.add_typer(signals, name="signals")

#: How dates are written.
DAY = ["%Y-%m-%d"]


@app.command()
def hazard(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider's name.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="Use only signals up to this day; default: today."),
    ] = None,
    portfolio: Annotated[
        str | None,
        typer.Option(help="Read signals by this portfolio's numbers; default: the usual ones."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say how often a provider fails, how sure that is, and how likely it winds down."""
    from db.services.assumptions import load_assumptions
    from db.services.hazard import provider_hazard
    from risk.assumptions import DEFAULTS
    from ui.terminal.hazards import hazard_document, hazard_tables

    day = as_of.date() if as_of else today()
    store = opened(database)
    numbers = load_assumptions(store, caller(), portfolio) if portfolio else DEFAULTS
    found = provider_hazard(store, caller(), provider, today=day, assumptions=numbers)
    print_json(hazard_document(found)) if as_json else print_tables(hazard_tables(found))


@signals.command()
def add(
    provider: Annotated[str, typer.Option(help="The provider's name.")],
    kind: Annotated[str, typer.Option(help="What sort of news; a wrong one lists them all.")],
    date: Annotated[datetime, typer.Option(formats=DAY, help="The day it became known.")],
    source: Annotated[str, typer.Option(help="Where it was heard: publication and date.")],
    intensity: Annotated[
        float, typer.Option(min=0, max=1, help="How much of it happened, 0 to 1.")
    ] = 1.0,
    reliability: Annotated[
        float, typer.Option(min=0, max=1, help="How far the source is believed, 0 to 1.")
    ] = 1.0,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note a signal about a provider."""
    from db.services.signals import add_signal
    from risk.hazard.signals import Signal

    signal = Signal(
        provider=provider,
        kind=kind,
        at=date.replace(tzinfo=UTC),
        intensity=intensity,
        reliability=reliability,
        source=source,
    )
    number = add_signal(opened(database), caller(), signal)
    print_json({"signal": number}) if as_json else say(f"Noted as signal {number}.")


@signals.command(name="list")
def list_of_signals(
    provider: Annotated[str | None, typer.Option(help="Only this provider's.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List signals about providers, newest first."""
    from db.services.signals import list_signals
    from ui.render.terminal import print_table
    from ui.tables.signal import RECORDED, recorded_of

    known = recorded_of(list_signals(opened(database), caller(), provider))
    print_table("Signals about providers", RECORDED, known, as_json=as_json)
