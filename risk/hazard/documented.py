"""Disruptions that are documented, and what a study published of reliability, with sources.

These are chosen because they were remarkable: they say what has happened, and nothing of how often
or how long. No rate, repair time or availability is taken from the documented disruptions.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.tables import Limits, Row, columns_of, read_table

FALTERS_FILE = "documented_disruptions.csv"
_FALTER_COLUMNS = ("provider", "began", "ended", "kind", "what", "source", "doubt")
_LIMITS: Limits = {
    "mttr_hours": (0, 1e4),
    "mtbf_days": (0, 1e4),
    "outage_day_share": (0, 1),
    "availability": (0, 1),
}


@dataclass(frozen=True, kw_only=True)
class DocumentedDisruption:
    """One disruption. ``began_at`` None: only the day is known; ``ended`` None: not stated."""

    provider: str
    began: date
    began_at: datetime | None
    ended: date | None
    ended_at: datetime | None
    kind: FailureKind
    what: str
    source: str
    doubt: str

    @property
    def hours(self) -> float | None:
        """How long it lasted, where both moments are known."""
        if self.began_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.began_at).total_seconds() / 3600


@dataclass(frozen=True, kw_only=True)
class PublishedReliability:
    """One row of a published table: mean hours to repair and days between starts, by service."""

    provider: str
    service: str
    incidents: int
    mttr_hours: float
    mtbf_days: float
    outage_day_share: float
    availability: float
    source: str
    as_of: str


def documented_disruptions(folder: Path) -> tuple[DocumentedDisruption, ...]:
    """Every documented disruption, newest first.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    found = []
    for row in read_table(folder / FALTERS_FILE, _FALTER_COLUMNS):
        began, began_at = _moment(row, "began")
        ended, ended_at = _moment(row, "ended") if row.optional("ended") else (None, None)
        if ended is not None and ended < began:
            raise row.error("ended", "it ends before it began.")
        found.append(
            row.fact(
                DocumentedDisruption,
                began=began,
                began_at=began_at,
                ended=ended,
                ended_at=ended_at,
                doubt=row.optional("doubt") or "",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.began, one.provider), reverse=True))


def published_reliability(folder: Path) -> tuple[PublishedReliability, ...]:
    """Every row of the published table, in its order.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    return tuple(
        row.fact(
            PublishedReliability, _LIMITS, incidents=round(row.number("incidents", low=0, high=1e6))
        )
        for row in read_table(
            folder / "published_reliability.csv", columns_of(PublishedReliability)
        )
    )


def _moment(row: Row, column: str) -> tuple[date, datetime | None]:
    """A day, with its moment in UTC where the table says an hour."""
    text = row.text(column)
    try:
        if "T" in text:
            at = datetime.fromisoformat(text).astimezone(UTC)
            return at.date(), at
        return date.fromisoformat(text), None
    except ValueError:
        raise row.error(column, f"{text!r} is neither a day nor a moment in UTC.") from None
