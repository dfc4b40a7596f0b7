"""Past incidents in the terminal: importing them, and what they say of services and providers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from risk.hazard.incident_statistics import IncidentStatistics
from ui import wording
from ui.rows.incident_imports import counts
from ui.terminal.failures import RefusedCommand
from ui.terminal.files import read_bytes, read_text
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.feeds import Feed, FeedImport
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
    from db.services.access import LOCAL_OWNER
    from db.services.feeds import import_feed, is_address
    from db.services.incidents import import_incidents

    mapped = None if map_file is None else _map_in(map_file)
    if is_address(source):
        fetched = import_feed(
            store,
            LOCAL_OWNER,
            source,
            provider=provider,
            file_format=file_format,
            mapped=mapped,
        )
        return feed_document(fetched), feed_tables(fetched)
    file = Path(source)
    result = import_incidents(
        store,
        LOCAL_OWNER,
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
        rows = [(str(one.line), one.column or "", one.message) for one in file.problems]
        return [
            table("Problems", ("Line", "Column", "What to write instead"), rows, right=("Line",)),
            text("The file was refused; nothing was written."),
        ]
    shown: list[RenderableType] = [
        table(
            "What the file says",
            ("", "Number"),
            [(name, wording.number(value)) for name, value in counts(result)],
            right=("Number",),
        )
    ]
    shown += [text(row.message) for row in file.skipped]
    return shown + [text(note) for note in file.notes]


def feeds_document(feeds: Sequence["Feed"]) -> list[Document]:
    """Return one object a feed that was imported."""
    return [
        {
            "address": one.address,
            "provider": one.provider,
            "format": one.format,
            "checked_at": one.checked_at,
            "changed_at": one.changed_at,
        }
        for one in feeds
    ]


def feeds_tables(document: Sequence[Document]) -> list["RenderableType"]:
    """Return the same for people."""
    if not document:
        return [text("No feed was imported yet: “downstream incidents import https://…”.")]
    rows = [
        (
            one["address"],
            one["provider"] or "several",
            one["format"] or "",
            f"{one['checked_at']:%Y-%m-%d %H:%M}",
            f"{one['changed_at']:%Y-%m-%d %H:%M}",
        )
        for one in document
    ]
    columns = ("Address", "Provider", "Format", "Asked, UTC", "Changed, UTC")
    return [table("Feeds", columns, rows)]


def statistics_document(rows: Sequence[IncidentStatistics]) -> list[Document]:
    """Return one object a service or provider; times in hours or days, shares from 0 to 1."""
    return [_statistics(row) for row in rows]


def _statistics(row: IncidentStatistics) -> Document:
    repair, fit, uptime = row.repair, row.repair.fit, row.uptime
    shares = None
    if row.incidents:
        shares = {
            "within_1_hour": repair.within_1_hour,
            "within_3_hours": repair.within_3_hours,
            "over_24_hours": repair.over_24_hours,
            "over_24_hours_or_unknown": repair.over_24_hours_or_unknown,
        }
    return {
        "provider": row.provider,
        "service": row.service,
        "incidents": row.incidents,
        "unknown_duration": row.unknown_duration,
        "maintenance": row.maintenance,
        "mttr_hours": repair.mean_hours,
        "mttr_median_hours": repair.median_hours,
        "mtbf_days": row.mean_days_between,
        "availability": uptime.availability if uptime else None,
        "outage_day_share": uptime.outage_day_share if uptime else None,
        "outage_days": uptime.outage_days if uptime else None,
        "days_watched": uptime.days if uptime else None,
        "rate_per_year": row.rate_per_year,
        "duration": None
        if fit is None
        else {"mu": fit.mu, "sigma": fit.sigma, "median_hours": fit.median},
        "shares": shares,
    }


def statistics_tables(rows: Sequence[IncidentStatistics]) -> list["RenderableType"]:
    """Return the same for people."""
    if not rows:
        return [text("No incidents yet: import some with “downstream incidents import FILE”.")]
    columns = (
        "Provider",
        "Service",
        "Incidents",
        "Repair, mean h",
        "Median h",
        "Days between",
        "A year",
        "Outage days",
        "Availability",
    )
    notes = (
        "Repair times leave out incidents of unknown length. Counts are what a provider chose to "
        "publish: who reports more openly looks worse, so do not rank providers on them."
    )
    return [
        table("What past incidents say", columns, map(_line, rows), right=columns[2:]),
        text(notes),
    ]


def _line(row: IncidentStatistics) -> tuple[str, ...]:
    uptime = row.uptime
    return (
        row.provider,
        row.service or "all",
        wording.number(row.incidents),
        _shown(row.repair.mean_hours, ".2f"),
        _shown(row.repair.median_hours, ".2f"),
        _shown(row.mean_days_between, ".2f"),
        _shown(row.rate_per_year, ".1f"),
        _shown(uptime.outage_day_share if uptime else None, ".2%"),
        _shown(uptime.availability if uptime else None, ".2%"),
    )


def _shown(value: float | None, form: str) -> str:
    return "unknown" if value is None else format(value, form)
