"""The command that replays a crisis on today's register."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    Slices,
    caller,
    opened,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if

if TYPE_CHECKING:
    from db.engine import Store

app = typer.Typer()


@app.command()
def replay(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="The crisis; without one, lists them.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Know only what was known by then, such as 2023-11-19T23:00; else all there is.",
        ),
    ] = None,
    portfolio: Annotated[str | None, typer.Option(help="The portfolio's name.")] = None,
    provider: Annotated[
        str | None, typer.Option(help="Let the news fall on another developer.")
    ] = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Replay a crisis: how likely the end was at each hour, and what to do."""
    if name is None:
        _list(opened(database), as_json)
        return
    refuse_if(portfolio is None, "Name the --portfolio on which the crisis falls.")
    store = opened_part(database, str(portfolio), slices, fund, as_of)
    _show(store, name, at, str(portfolio), provider, as_json)


def _list(store: "Store", as_json: bool) -> None:
    from db.services.scenario_files import crises
    from ui.render.json import document
    from ui.render.terminal import printed
    from ui.tables import replay as table

    rows = table.replay_rows(crises(store, caller()).values())
    if as_json:
        print_json([document(table.REPLAY_VALUES, one) for one in rows])
    else:
        print_tables([printed("Replays", table.LISTED, rows)])


def _show(
    store: "Store", name: str, at: str | None, portfolio: str, provider: str | None, as_json: bool
) -> None:
    from db.services import replays
    from db.services.hours import contacts
    from risk.scenarios.calls import hour_of, next_news
    from risk.scenarios.replay import frame_at
    from ui.terminal import replays as words
    from ui.terminal.hours import LISTED

    chosen = replays.replay_named(store, caller(), name)
    as_of = words.moment_asked(at, chosen)
    with progress("Replaying", hidden=as_json):
        setting = replays.replay_setting(
            store, caller(), portfolio, provider or chosen.provider, today=today()
        )
        frame = frame_at(setting, chosen, as_of)
        hour = hour_of(setting, frame)
        listed = hour.calls if as_json else hour.calls[:LISTED]
        names = [one.stake.startup for one in listed]
        known = contacts(store, caller(), portfolio, names)
    if as_json:
        numbers = setting.valuation.assumptions
        coming = next_news(frame.hazard, hour.provider, kinds=setting.kinds, numbers=numbers)
        print_json(words.replay_document(frame, hour, known, coming))
    else:
        print_tables(words.replay_tables(frame, hour, chosen, known))
