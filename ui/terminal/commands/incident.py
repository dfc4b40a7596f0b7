"""The command for an incident: something happened at a provider; whom to call first."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_tables, print_text, progress, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if

if TYPE_CHECKING:
    from db.engine import Store
    from db.services.hours import HourAsked
    from db.services.shares import NewShare
    from risk.scenarios.calls import Hour

app = typer.Typer()


@app.command()
def incident(
    portfolio: PortfolioName,
    provider: Annotated[str, typer.Option(help="At whom it happened.")],
    news: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="What happened: a kind of news or of failure; a wrong one lists them. Without "
            "it: the signals that were kept.",
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="Where it was read.")] = "",
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When, such as 2026-11-19T23:00 in UTC; default: now."),
    ] = None,
    hours: Annotated[
        float | None, typer.Option(min=0, help="How long an outage lasts; 24 if not stated.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the news as a signal, for every portfolio.")
    ] = False,
    message: Annotated[
        bool, typer.Option("--message", help="Print the text to send, and nothing else.")
    ] = False,
    share: Annotated[
        bool, typer.Option("--share", help="Make a link to a snapshot of this hour alone.")
    ] = False,
    redact: Annotated[
        list[str] | None,
        typer.Option(help="What the link leaves out: names, money, or outline."),
    ] = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say whom to call first when something happened at a provider, and how likely its end is."""
    from db.services.hours import HourAsked, hour
    from db.services.signals import add_signal
    from ui.terminal.hours import moment_of

    refuse_if(message and as_json, "Ask for the --message or for --json, not for both.")
    refuse_if(redact and not share, "Only a link leaves something out: add --share.")
    store = opened_part(database, portfolio, slices, fund, as_of)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    asked = HourAsked(
        provider=provider,
        at=moment_of(at, now),
        news=news,
        source=source,
        days=None if hours is None else hours / 24,
    )
    with progress("Finding whom to call", hidden=as_json or message):
        found = hour(store, caller(), portfolio, asked, today=today())
    kept, made = None, None
    if keep:
        refuse_if(asked.heard is None, "Only news is kept: name its kind with --news.")
        if asked.heard is not None:
            kept = add_signal(store, caller(), asked.heard)
    if share:
        made = _shared(store, portfolio, asked, redact or [])
    _show(store, portfolio, asked, found, kept, made, as_json=as_json, message=message)


def _shared(store: "Store", portfolio: str, asked: "HourAsked", redact: list[str]) -> "NewShare":
    from db.services.share_contents import Wanted
    from db.services.shares import ShareKind, create_share
    from db.sharing.presets import preset_of

    preset = preset_of(part for one in redact for part in one.split(","))
    wanted = Wanted(portfolio=portfolio, hour=asked, preset=preset, today=today())
    return create_share(store, caller(), wanted, kind=ShareKind.SNAPSHOT)


def _show(
    store: "Store",
    portfolio: str,
    asked: "HourAsked",
    found: "Hour",
    kept: int | None,
    made: "NewShare | None",
    *,
    as_json: bool,
    message: bool,
) -> None:
    from db.services.assumptions import load_assumptions
    from db.services.hours import contacts
    from db.services.signals import signal_kinds
    from risk.scenarios.calls import next_news
    from ui import wording
    from ui.tables.call import rows_of
    from ui.terminal.hours import LISTED, hour_document, hour_tables
    from ui.words import incident_words as words

    numbers = load_assumptions(store, caller(), portfolio)
    kinds = signal_kinds(store, caller(), numbers)
    happened = "" if asked.news is None else words.what_happened(asked.news, kinds)
    listed = found.calls if as_json else found.calls[:LISTED]
    known = contacts(store, caller(), portfolio, [one.stake.startup for one in listed])
    coming = (
        next_news(found.hazard, found.provider, kinds=kinds, numbers=numbers)
        if found.hazard is not None
        else ()
    )
    if message:
        rows = rows_of(found, found.calls[: words.NAMED], known)
        print_text(
            words.message(
                found,
                rows,
                news=happened,
                when=words.moment(asked.at),
                source=asked.source,
                link=None if made is None else made.link,
            )
        )
        return
    if as_json:
        print_json(
            {
                **hour_document(found, known, coming),
                "news": asked.news,
                "source": asked.source,
                "signal": kept,
                "link": None if made is None else made.link,
            }
        )
        return
    title = " · ".join(
        one for one in (found.provider, happened, words.moment(asked.at), asked.source) if one
    )
    print_tables(hour_tables(found, known, title))
    say(words.how_sure(coming) if found.hazard is not None else words.how_sure_of_failure())
    if kept is not None:
        say(f"Kept as signal {wording.number(kept)}: it counts for every portfolio from now on.")
    if made is not None:
        print_text(made.link)
        say("It is shown only now, and shows this hour alone.")
