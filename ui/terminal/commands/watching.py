"""Commands on limits: checked for cron, set with a reason, listed."""

from enum import StrEnum
from typing import Annotated, NamedTuple

import typer

from risk.portfolio.watching import Measure
from ui.render.terminal import plain, print_json, print_tables, progress, say
from ui.terminal.commands.options import (
    Database,
    Json,
    PortfolioName,
    caller,
    opened,
    today,
)
from ui.terminal.failures import LIMIT_EXCEEDED, refuse_if

app = typer.Typer()
watch = typer.Typer(invoke_without_command=True)
app.add_typer(watch, name="watch")

Reason = Annotated[str, typer.Option(help="Why; others will want to know.")]
MeasureName = Annotated[Measure, typer.Argument(help="What is limited.")]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="PROVIDER", help="Whose share, of provider_share."),
]
OfSlice = Annotated[
    list[str] | None,
    typer.Option(
        "--slice",
        metavar="FIELD=VALUE",
        help="About the companies with this value, for instance country=DE; may be repeated as "
        "elsewhere. Default: about the portfolio.",
    ),
]
OfStartup = Annotated[str | None, typer.Option("--startup", help="About this company alone.")]


@watch.callback()
def check_limits(
    context: typer.Context,
    portfolio: Annotated[
        str | None, typer.Option("--portfolio", help="Only this one; default: all with limits.")
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(
            envvar="DOWNSTREAM_WATCH_WEBHOOK",
            show_envvar=True,
            help="Also send a JSON message to this address when a limit is exceeded, or no longer.",
        ),
    ] = None,
    remember: Annotated[
        bool, typer.Option(help="Keep the readings: the next check says what changed since.")
    ] = True,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Check the limits of portfolios; the exit status is 4 when one is exceeded.

    For cron: prints what is exceeded, what changed since the last check, and through whom.
    """
    from ui.terminal.watching import check, send, watch_document, watch_tables

    if context.invoked_subcommand is not None:
        return
    with progress("Checking the limits", hidden=as_json):
        found = check(opened(database), portfolio, today=today(), remember=remember)
    document = watch_document(found)
    if webhook:
        document["webhook"] = plain(send(webhook, found))
        if document["webhook"]["error"]:
            say(f"The message was not sent: {document['webhook']['error']}")
    print_json(document) if as_json else print_tables(watch_tables(found))
    failed = bool(webhook) and bool(document["webhook"]["error"])
    raise typer.Exit(LIMIT_EXCEEDED if document["exceeded"] else int(failed))


@watch.command("set")
def set_one(
    measure: MeasureName,
    value: Annotated[
        float,
        typer.Argument(
            help="USD a year, a share or probability from 0 to 1, months of cash, a score to 100, "
            "or days of slack."
        ),
    ],
    reason: Reason,
    portfolio: PortfolioName,
    on: On = None,
    slices: OfSlice = None,
    startup: OfStartup = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Set the limit of one measure of a portfolio, of a slice of it, or of one company."""
    refuse_if(value != value, "A limit is a number.")
    _change(_Asked(measure, value, reason, on, slices, startup), portfolio, as_json, database)


@watch.command("remove")
def remove_one(
    measure: MeasureName,
    reason: Reason,
    portfolio: PortfolioName,
    on: On = None,
    slices: OfSlice = None,
    startup: OfStartup = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take the limit of one measure away."""
    _change(_Asked(measure, None, reason, on, slices, startup), portfolio, as_json, database)


@watch.command("limits")
def list_limits(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """List the limits of a portfolio and how they came to be."""
    _show(portfolio, as_json, database)


class Digest(StrEnum):
    """How often a digest comes."""

    DAY = "day"
    WEEK = "week"
    NONE = "none"


Number = Annotated[int, typer.Argument(help="Its number, as “watch subscriptions” lists it.")]


@watch.command("tell")
def tell(
    channel: Annotated[
        str, typer.Argument(help="A channel of the settings; “watch channels” lists them.")
    ],
    recipient: Annotated[
        str, typer.Option("--to", help="An e-mail address, where the channel is e-mail.")
    ] = "",
    portfolio: Annotated[
        str | None, typer.Option("--portfolio", help="Only this one; default: all.")
    ] = None,
    digest: Annotated[Digest, typer.Option(help="How often a digest comes.")] = Digest.WEEK,
    at_once: Annotated[
        bool, typer.Option(help="Also one message at once for what crosses a limit.")
    ] = True,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Have somebody told from now on; whoever is told already is told as this says."""
    from db.services.subscriptions import Rhythm, subscribe

    subscribe(
        opened(database),
        caller(),
        channel,
        recipient=recipient,
        portfolio=portfolio,
        rhythm=Rhythm(digest.value),
        at_once=at_once,
    )
    _show_subscriptions(as_json, database)


@watch.command("end")
def end(number: Number, as_json: Json = False, database: Database = None) -> None:
    """Tell somebody no longer."""
    from db.services.subscriptions import unsubscribe

    unsubscribe(opened(database), caller(), number)
    _show_subscriptions(as_json, database)


@watch.command("subscriptions")
def subscriptions(as_json: Json = False, database: Database = None) -> None:
    """List who is told what, when last, and what did not go out."""
    _show_subscriptions(as_json, database)


@watch.command("channels")
def channels(as_json: Json = False) -> None:
    """List the channels of the settings; their addresses are not shown."""
    from db.services import channels as known
    from ui.render.terminal import print_table
    from ui.tables.column import attributes
    from ui.tables.watch import CHANNELS

    rows = [attributes(one, "name kind to_people") for one in known.channels()]
    nothing = f"No channel is set: {known.PREFIX}NAME holds the address of one."
    print_table("Channels", CHANNELS, rows, as_json=as_json, nothing=nothing)


@watch.command("test")
def try_one(
    number: Number,
    send: Annotated[bool, typer.Option(help="Send it; without, it is only shown.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show the digest that somebody would get now, and send it with --send."""
    from ui.digests import preview, send_preview
    from ui.render.terminal import text

    store = opened(database)
    with progress("Writing the digest", hidden=as_json):
        letter = preview(store, caller(), number)
    if send:
        send_preview(store, caller(), number, letter)
    if as_json:
        print_json({"title": letter.title, "body": letter.body, "sent": send})
    else:
        print_tables([text(letter.title), text(letter.body)])
        say("Sent." if send else "Not sent: add --send.")


def _show_subscriptions(as_json: bool, database: str | None) -> None:
    from db.services.subscriptions import list_subscriptions
    from ui.render.terminal import print_table
    from ui.tables.watch import SUBSCRIPTIONS, subscriptions_of

    known = subscriptions_of(list_subscriptions(opened(database), caller()))
    nothing = "Nobody is told of anything yet: “downstream watch tell CHANNEL”."
    print_table("Told", SUBSCRIPTIONS, known, as_json=as_json, nothing=nothing)


class _Asked(NamedTuple):
    """What is limited, to what, and why."""

    measure: Measure
    value: float | None
    reason: str
    on: str | None
    slices: list[str] | None
    startup: str | None


def _change(asked: _Asked, portfolio: str, as_json: bool, database: str | None) -> None:
    from db.services.limits import set_limit

    set_limit(
        opened(database),
        caller(),
        portfolio,
        asked.measure,
        asked.value,
        asked.reason,
        provider=asked.on,
        slices=asked.slices or (),
        startup=asked.startup,
    )
    _show(portfolio, as_json, database)


def _show(portfolio: str, as_json: bool, database: str | None) -> None:
    from db.services.limits import limit_history, load_limits
    from ui.terminal.watching import limits_document, limits_tables

    store = opened(database)
    limits = load_limits(store, caller(), portfolio)
    history = limit_history(store, caller(), portfolio)
    if as_json:
        print_json(limits_document(limits, history))
    else:
        print_tables(limits_tables(limits, history))
