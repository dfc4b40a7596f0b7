"""Incidents as columns: each, what they say of a provider, feeds, imports, and documented ones."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from risk.hazard.documented import DocumentedDisruption, PublishedReliability
from risk.hazard.incident_statistics import IncidentStatistics
from risk.hazard.incidents.records import Incident
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.feeds import Feed
    from db.services.incidents import IncidentImport


def rows_of(incidents: Iterable[Incident]) -> list[Record]:
    """Return every incident, newest first."""
    known = sorted(incidents, key=lambda one: one.started_at, reverse=True)
    return [
        attributes(one, "started_at hours level title services source reference") for one in known
    ]


def statistics_of(one: IncidentStatistics) -> Record:
    """Return what incidents say of a service or provider; times in hours or days, shares 0 to 1."""
    repair, fit, uptime = one.repair, one.repair.fit, one.uptime
    long = "within_1_hour within_3_hours over_24_hours over_24_hours_or_unknown"
    return {
        **attributes(one, "provider service incidents unknown_duration maintenance"),
        "mttr_hours": repair.mean_hours,
        "mttr_median_hours": repair.median_hours,
        "mtbf_days": one.mean_days_between,
        "availability": uptime and uptime.availability,
        "outage_day_share": uptime and uptime.outage_day_share,
        "outage_days": uptime and uptime.outage_days,
        "days_watched": uptime and uptime.days,
        "rate_per_year": one.rate_per_year,
        "duration": fit and {**attributes(fit, "mu sigma"), "median_hours": fit.median},
        "shares": attributes(repair, long) if one.incidents else None,
    }


def feeds_of(feeds: Iterable["Feed"]) -> list[Record]:
    """Return every feed that was imported, how often it is asked, and what is wrong with it."""
    now = datetime.now(UTC)
    known = (
        "address provider format every_minutes checked_at changed_at problem failures late ahead"
    )
    return [{**attributes(one, known), "marks": list(one.marks(now))} for one in feeds]


def counts_of(result: "IncidentImport") -> list[Record]:
    """Return how many records came in, were left out and why, and what is not known of the kept."""
    file = result.file
    days = file.format == "uptime-days"
    changes = result.service_days if days else result.incidents
    found = {
        "Records": file.rows,
        "New": changes.new,
        "Changed": changes.changed,
        "Unchanged": changes.unchanged,
        **{f"Left out: {why}": number for why, number in file.skipped_by_reason.items()},
    }
    if not days:
        found |= {
            "Kept, of unknown length": file.unknown_duration,
            "Kept, of unknown severity": file.unknown_severity,
            "Kept, not over yet": file.still_open,
            "Kept, planned maintenance": file.maintenance,
            "Kept, naming no service": file.without_service,
        }
    return [{"what": name, "number": number} for name, number in found.items()]


def documented_of(known: Iterable[DocumentedDisruption]) -> list[Record]:
    """Return documented disruptions with source and doubt."""
    return [attributes(one, "began ended hours kind what source doubt") for one in known]


def published_of(known: Iterable[PublishedReliability]) -> list[Record]:
    """Return what a study published of each service."""
    names = "service incidents mttr_hours mtbf_days outage_day_share availability"
    return [attributes(one, names) for one in known]


def _how_long(row: Record) -> str:
    if row["hours"] is not None:
        return wording.days(row["hours"] / 24)
    if row["ended"] is not None:
        return wording.days((row["ended"] - row["began"]).days)
    return "not stated"


def _precise(key: str, label: str, unit: Unit) -> Column:
    """A column of figures whose differences lie in the second decimal."""

    def cell(row: Record) -> str:
        if row[key] is None:
            return wording.UNKNOWN
        return f"{100 * row[key]:.2f} %" if unit is Unit.SHARE else f"{row[key]:.2f}"

    return Column(key=key, label=label, unit=unit, cell=cell)


COLUMNS = (
    Column(key="started_at", label="Began (UTC)", unit=Unit.MOMENT),
    Column(
        key="hours",
        label="Hours",
        unit=Unit.HOURS,
        help="From the first word to the word that it is over; empty: nobody told.",
    ),
    Column(key="level", label="Severity", help="As its own page stated it."),
    Column(key="title", label="What"),
    Column(key="services", label="Services", cell=lambda row: ", ".join(row["services"])),
    Column(key="source", label="Source"),
    Column(key="reference", label="Id"),
)
_RELIABILITY = (
    _precise("mtbf_days", "Days between starts", Unit.DAYS),
    _precise("outage_day_share", "Outage days", Unit.SHARE),
    _precise("availability", "Availability", Unit.SHARE),
)
STATISTICS = (
    Column(key="provider", label="Provider"),
    Column(key="service", label="Service", missing="all"),
    Column(key="incidents", label="Incidents", unit=Unit.COUNT),
    _precise("mttr_hours", "Repair, mean hours", Unit.HOURS),
    _precise("mttr_median_hours", "Median hours", Unit.HOURS),
    *_RELIABILITY,
    Column(key="rate_per_year", label="A year", unit=Unit.RATE),
)
PUBLISHED = (
    Column(key="service", label="Service"),
    Column(key="incidents", label="Incidents", unit=Unit.COUNT),
    _precise("mttr_hours", "Repair, mean hours", Unit.HOURS),
    *_RELIABILITY,
)
FEEDS = (
    Column(key="address", label="Address"),
    Column(key="provider", label="Provider", missing="several"),
    Column(key="format", label="Format", missing=""),
    Column(key="every_minutes", label="Asked every (min)", unit=Unit.COUNT, missing="by hand"),
    Column(key="checked_at", label="Read (UTC)", unit=Unit.MOMENT),
    Column(key="changed_at", label="Changed (UTC)", unit=Unit.MOMENT),
    Column(key="marks", label="Doubt", cell=lambda row: ", ".join(row["marks"])),
    Column(key="problem", label="Last problem", missing=""),
)
COUNTS = (
    Column(key="what", label="Records"),
    Column(key="number", label="Number", unit=Unit.COUNT),
)
DOCUMENTED = (
    Column(key="began", label="Day", unit=Unit.DATE),
    Column(key="kind", label="Disruption", cell=lambda row: wording.disruption(row["kind"])),
    Column(key="what", label="What"),
    Column(key="length", label="How long", cell=_how_long),
    Column(key="source", label="Source"),
    Column(key="doubt", label="Doubt", missing="none known"),
)
