"""Past incidents in the terminal: importing them, and what they say of services and providers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from risk.hazard.incident_statistics import IncidentStatistics
from ui import wording
from ui.terminal.files import read_bytes
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.incidents import IncidentImport
    from risk.hazard.incidents.file_results import FileFormat


def run_import(
    store: "Store", file: Path, *, provider: str | None, file_format: "FileFormat | None"
) -> Document:
    """Import the file and return the document that is printed."""
    from db.services.access import LOCAL_OWNER
    from db.services.incidents import import_incidents

    result = import_incidents(
        store,
        LOCAL_OWNER,
        data=read_bytes(file),
        file_name=file.name,
        provider=provider,
        file_format=file_format,
    )
    return import_document(result)


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
        "maintenance": file.maintenance,
        "without_service": file.without_service,
        "problems": file.problems,
    }


def import_tables(document: Document) -> list["RenderableType"]:
    """Return the counts, what was left out, and what to do about problems."""
    if not document["accepted"]:
        rows = [(str(one.line), one.column or "", one.message) for one in document["problems"]]
        return [
            table("Problems", ("Line", "Column", "What to write instead"), rows, right=("Line",)),
            text("The file was refused; nothing was written."),
        ]
    kind = "incidents" if document["format"] == "incident-stages" else "service_days"
    changes = document[kind]
    counts = [
        ("Records", document["records"]),
        ("New", changes.new),
        ("Changed", changes.changed),
        ("Unchanged", changes.unchanged),
        *((f"Left out: {why}", number) for why, number in document["skipped"].items()),
    ]
    if kind == "incidents":
        counts += [
            ("Kept, of unknown length", document["unknown_duration"]),
            ("Kept, planned maintenance", document["maintenance"]),
            ("Kept, naming no service", document["without_service"]),
        ]
    shown: list[RenderableType] = [
        table(
            "What the file says",
            ("", "Number"),
            [(name, wording.number(value)) for name, value in counts],
            right=("Number",),
        )
    ]
    shown += [text(row["message"]) for row in document["skipped_rows"]]
    return shown


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
        else {"mu": fit.mu, "sigma": fit.sigma, "median_hours": fit.median_hours},
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
