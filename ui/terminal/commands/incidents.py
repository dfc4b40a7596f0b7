"""Commands on what status pages told of the past."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, opened
from ui.terminal.failures import REFUSED
from ui.terminal.output import print_json, print_tables, progress

app = typer.Typer()
incidents = typer.Typer(help="What status pages told of the past.", no_args_is_help=True)
app.add_typer(incidents, name="incidents")

#: How dates are written.
DAY = ["%Y-%m-%d"]

ProviderName = Annotated[str | None, typer.Option("--provider", help="Only this provider.")]


class Format(StrEnum):
    """The tables that can be named instead of recognised."""

    AUTO = "auto"
    INCIDENT_STAGES = "incident-stages"
    UPTIME_DAYS = "uptime-days"


class Pooled(StrEnum):
    """How the incidents of a provider are put together."""

    SERVICE = "service"
    PROVIDER = "provider"


@incidents.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV of incidents or of uptime days.")],
    provider: Annotated[
        str | None, typer.Option(help="Whom the file is about, where it names nobody.")
    ] = None,
    file_format: Annotated[
        Format, typer.Option("--format", help="auto: recognised by its header.")
    ] = Format.AUTO,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Import incidents or uptime days; the same file again changes nothing."""
    from risk.hazard.incidents.file_results import FileFormat
    from ui.terminal.incidents import import_tables, run_import

    chosen = None if file_format is Format.AUTO else FileFormat(file_format.value)
    with progress("Reading the file", hidden=as_json):
        document = run_import(opened(database), file, provider=provider, file_format=chosen)
    print_json(document) if as_json else print_tables(import_tables(document))
    raise typer.Exit(0 if document["accepted"] else REFUSED)


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
    from db.services.access import LOCAL_OWNER
    from db.services.incidents import describe_incidents
    from risk.hazard.incident_statistics import Pooling
    from ui.terminal.incidents import statistics_document, statistics_tables

    rows = describe_incidents(
        opened(database), LOCAL_OWNER, provider=provider, pooling=Pooling(pooling.value)
    )
    print_json(statistics_document(rows)) if as_json else print_tables(statistics_tables(rows))


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
    from db.services.access import LOCAL_OWNER
    from db.services.incidents import calibrate_incidents
    from ui.terminal.track_records import track_records_document, track_records_tables

    records = calibrate_incidents(
        opened(database),
        LOCAL_OWNER,
        provider=provider,
        since=since.date() if since else None,
        split=split.date() if split else None,
        seed=seed,
    )
    print_json(track_records_document(records)) if as_json else print_tables(
        track_records_tables(records)
    )
