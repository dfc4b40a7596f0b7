"""Past incidents in the terminal: importing them, and what they say of services and providers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from risk.hazard.incident_statistics import IncidentStatistics
from ui.render.terminal import Document, printed, text
from ui.tables import incident, problem
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand
from ui.terminal.files import read_bytes, read_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.feeds import FeedImport
    from db.services.incidents import IncidentImport
    from risk.hazard.incidents.maps import IncidentMap
    from risk.hazard.incidents.records import FileFormat


def run_import(
    store: "Store",
    source: str,
    *,
    provider: str | None,
    file_format: "FileFormat | None",
    map_file: Path | None,
) -> tuple[Document, list["RenderableType"]]:
    """Import a file or an address and return the document that is printed, and it for people."""
    from db.services.feeds import import_feed, is_address
    from db.services.incidents import import_incidents

    mapped = None if map_file is None else _map_in(map_file)
    if is_address(source):
        fetched = import_feed(
            store,
            caller(),
            source,
            provider=provider,
            file_format=file_format,
            mapped=mapped,
        )
        return feed_document(fetched), feed_tables(fetched)
    file = Path(source)
    result = import_incidents(
        store,
        caller(),
        data=read_bytes(file),
        file_name=file.name,
        provider=provider,
        file_format=file_format,
        mapped=mapped,
    )
    return import_document(result), import_tables(result)


def _map_in(file: Path) -> "IncidentMap":
    from risk.hazard.incidents.maps import BadMap, incident_map

    try:
        return incident_map(read_text(file))
    except BadMap as error:
        raise RefusedCommand(f"{file}: {error}") from None


def feed_document(fetched: "FeedImport") -> Document:
    """Return what came of asking an address; without news the counts are those of no record."""
    if fetched.result is None:
        return {
            "accepted": True,
            "address": fetched.address,
            "unchanged_since": fetched.unchanged_since,
        }
    return import_document(fetched.result) | {"address": fetched.address, "unchanged_since": None}


def import_document(result: "IncidentImport") -> Document:
    """Return what went in, what was left out and why, and every problem by line."""
    file = result.file
    return {
        "accepted": result.accepted,
        "format": file.format,
        "records": file.rows,
        "incidents": result.incidents,
        "service_days": result.service_days,
        "skipped": file.skipped_by_reason,
        "skipped_rows": [
            {"line": row.line, "reference": row.reference or None, "message": row.message}
            for row in file.skipped
        ],
        "unknown_duration": file.unknown_duration,
        "unknown_severity": file.unknown_severity,
        "still_open": file.still_open,
        "maintenance": file.maintenance,
        "without_service": file.without_service,
        "tells_durations": file.tells_lengths,
        "notes": file.notes,
        "problems": file.problems,
    }


def feed_tables(fetched: "FeedImport") -> list["RenderableType"]:
    """Return what came of asking an address, for people."""
    if fetched.result is None:
        return [text(f"Nothing new since {fetched.unchanged_since:%Y-%m-%d %H:%M} UTC.")]
    return import_tables(fetched.result)


def import_tables(result: "IncidentImport") -> list["RenderableType"]:
    """Return the counts, what was left out, and what to do about problems."""
    file = result.file
    if not result.accepted:
        return [
            printed("Problems", problem.INCIDENTS, problem.rows_of(file.problems)),
            text("The file was refused; nothing was written."),
        ]
    shown = [printed("What the file says", incident.COUNTS, incident.counts_of(result))]
    shown += [text(row.message) for row in file.skipped]
    return shown + [text(note) for note in file.notes]


def statistics_tables(rows: Sequence[IncidentStatistics]) -> list["RenderableType"]:
    """Return the same for people."""
    if not rows:
        return [text("No incidents yet: import some with “downstream incidents import FILE”.")]
    notes = (
        "Repair times leave out incidents of unknown length. Counts are what a provider chose to "
        "publish: who reports more openly looks worse, so do not rank providers on them."
    )
    known = map(incident.statistics_of, rows)
    return [printed("What past incidents say", incident.STATISTICS, known), text(notes)]
