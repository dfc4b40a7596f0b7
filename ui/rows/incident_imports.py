"""What became of a file or feed of incidents, in counts and sentences, for pages and terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ui import wording

if TYPE_CHECKING:
    from db.services.incidents import IncidentImport

FORMAT_NAMES: Mapping[str, str] = {
    "incident-stages": "a table of incident stages",
    "uptime-days": "a table of uptime days",
    "statuspage-json": "Statuspage's JSON, version 2",
    "statuspage-atom": "Statuspage's Atom or RSS feed",
    "incident-io-atom": "incident.io's Atom feed",
    "incident-io-rss": "incident.io's RSS feed",
    "google-cloud": "Google Cloud's incidents.json",
    "aws": "AWS's data.json",
    "openlog": "openlog's list",
    "downstream": "a table of incidents exported from here",
    "mapped": "a file of another shape, read through a map",
}


def counts(result: "IncidentImport") -> list[tuple[str, int]]:
    """Return how many records came in, were left out and why, and what is not known of the kept."""
    file = result.file
    days = file.format == "uptime-days"
    changes = result.service_days if days else result.incidents
    found = [
        ("Records", file.rows),
        ("New", changes.new),
        ("Changed", changes.changed),
        ("Unchanged", changes.unchanged),
        *((f"Left out: {why}", number) for why, number in file.skipped_by_reason.items()),
    ]
    if not days:
        found += [
            ("Kept, of unknown length", file.unknown_duration),
            ("Kept, of unknown severity", file.unknown_severity),
            ("Kept, not over yet", file.still_open),
            ("Kept, planned maintenance", file.maintenance),
            ("Kept, naming no service", file.without_service),
        ]
    return found


def summary(result: "IncidentImport") -> str:
    """Return what came in as one sentence."""
    file = result.file
    days = file.format == "uptime-days"
    changes = result.service_days if days else result.incidents
    what = wording.counted(file.rows, "service-day" if days else "record")
    parts = [
        f"{changes.new:,} new",
        f"{changes.changed:,} changed",
        f"{changes.unchanged:,} as before",
    ]
    left_out = sum(file.skipped_by_reason.values())
    if left_out:
        parts.append(f"{left_out:,} left out")
    named = FORMAT_NAMES.get(str(file.format), "a list")
    return f"Read {what} from {named}: {wording.listed(parts)}."


def remarks(result: "IncidentImport") -> list[str]:
    """Return what a reader must know of the kept records: what is unknown, and how it is used."""
    file = result.file
    kept = len(file.incidents)
    said = list(file.notes)
    if file.unknown_duration:
        said.append(
            f"{_of(file.unknown_duration, kept)} of unknown length: counted, but in no duration."
        )
    if file.unknown_severity:
        said.append(
            f"{_of(file.unknown_severity, kept)} of unknown severity: in no rate of outages."
        )
    if file.still_open:
        said.append(f"{_of(file.still_open, kept)} not over when the file was made.")
    if file.maintenance:
        said.append(f"{_of(file.maintenance, kept)} planned maintenance: in no rate of falters.")
    return said


def _of(number: int, total: int) -> str:
    verb = "is" if number == 1 else "are"
    return f"{number:,} of {wording.counted(total, 'incident')} {verb}"
