"""Commands on what status pages told of the past."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress
from ui.terminal.commands.options import Database, Json, caller, opened
from ui.terminal.failures import REFUSED, refuse_if

app = typer.Typer()
incidents = typer.Typer(help="What status pages told of the past.", no_args_is_help=True)
app.add_typer(incidents, name="incidents")

#: How dates are written.
DAY = ["%Y-%m-%d"]

ProviderName = Annotated[str | None, typer.Option("--provider", help="Only this provider.")]


class Format(StrEnum):
    """What can be named instead of recognised."""

    AUTO = "auto"
    INCIDENT_STAGES = "incident-stages"
    UPTIME_DAYS = "uptime-days"
    STATUSPAGE_JSON = "statuspage-json"
    STATUSPAGE_ATOM = "statuspage-atom"
    INCIDENT_IO_ATOM = "incident-io-atom"
    INCIDENT_IO_RSS = "incident-io-rss"
    GOOGLE_CLOUD = "google-cloud"
    AWS = "aws"
    OPENLOG = "openlog"
    DOWNSTREAM = "downstream"
    MAPPED = "mapped"


class Pooled(StrEnum):
    """How the incidents of a provider are put together."""

    SERVICE = "service"
    PROVIDER = "provider"


@incidents.command("import")
def import_file(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help="A table of incidents or uptime days, a status feed (JSON, Atom, RSS), or the "
            "http(s) address of one.",
        ),
    ],
    provider: Annotated[
        str | None, typer.Option(help="Whom the file is about, where its records name nobody.")
    ] = None,
    file_format: Annotated[
        Format, typer.Option("--format", help="auto: recognised by what it holds.")
    ] = Format.AUTO,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", help="A JSON file that says which field is what, for other shapes."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Import incidents or uptime days; the same again changes nothing.

    An address is asked only for what changed since the last time, and called only if it is on the
    public internet.
    """
    from risk.hazard.incidents.records import FileFormat
    from ui.terminal.incidents import run_import

    chosen = None if file_format is Format.AUTO else FileFormat(file_format.value)
    with progress("Reading the file", hidden=as_json):
        document, tables = run_import(
            opened(database), source, provider=provider, file_format=chosen, map_file=map_file
        )
    print_json(document) if as_json else print_tables(tables)
    raise typer.Exit(0 if document["accepted"] else REFUSED)


@incidents.command()
def feeds(as_json: Json = False, database: Database = None) -> None:
    """List the addresses from which incidents were imported, and what is wrong with each."""
    _list_feeds(as_json, database)


@incidents.command()
def poll(
    address: Annotated[str, typer.Argument(help="The address of a feed that was imported.")],
    every: Annotated[
        int | None, typer.Option(min=5, help="A server asks it every so many minutes, by itself.")
    ] = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="It is asked only when somebody does so.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Have a server ask a feed by itself, or no longer."""
    from db.services.feeds import set_feed_interval

    refuse_if((every is None) != by_hand, "Say either --every MINUTES or --by-hand.")
    set_feed_interval(opened(database), caller(), address, every)
    _list_feeds(as_json, database)


def _list_feeds(as_json: bool, database: str | None) -> None:
    from db.services.feeds import list_feeds
    from ui.render.terminal import print_table
    from ui.tables.incident import FEEDS, feeds_of

    known = feeds_of(list_feeds(opened(database), caller()))
    nothing = "No feed was imported yet: “downstream incidents import https://…”."
    print_table("Feeds", FEEDS, known, as_json=as_json, nothing=nothing)


@incidents.command()
def stats(
    provider: ProviderName = None,
    pooling: Annotated[
        Pooled,
        typer.Option(
            help="service: each service, and their sum; provider: each incident counts once."
        ),
    ] = Pooled.SERVICE,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Describe past incidents: repair times, gaps, rates, availability."""
    from db.services.incidents import describe_incidents
    from risk.hazard.incident_statistics import Pooling
    from ui.tables.incident import statistics_of
    from ui.terminal.incidents import statistics_tables

    rows = describe_incidents(
        opened(database), caller(), provider=provider, pooling=Pooling(pooling.value)
    )
    if as_json:
        print_json(list(map(statistics_of, rows)))
    else:
        print_tables(statistics_tables(rows))


@incidents.command()
def calibration(
    provider: ProviderName = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="First month; default: after the first incident."),
    ] = None,
    split: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="Lengths before it are fitted, after it scored."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random part of transforms.")] = 20240901,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say how well each past month would have been forecast from the months before it."""
    from db.services.incidents import calibrate_incidents
    from ui.tables.track_record import row_of
    from ui.terminal.track_records import track_records_tables

    records = calibrate_incidents(
        opened(database),
        caller(),
        provider=provider,
        since=since.date() if since else None,
        split=split.date() if split else None,
        seed=seed,
    )
    if as_json:
        print_json(list(map(row_of, records)))
    else:
        print_tables(track_records_tables(records))
