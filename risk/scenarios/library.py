"""Disruptions that happened, read from a table of fixtures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.tables import read_table

PAST_FILE_NAME = "past_events.csv"
PAST_COLUMNS = ("date", "until", "provider", "kind", "what", "size", "source", "doubt")


@dataclass(frozen=True, kw_only=True)
class PastEvent:
    """One disruption that happened. ``until`` and ``size`` are as the source has them, in words.

    ``provider`` may be a company that the catalogue does not know.
    """

    day: date
    until: str
    provider: str
    kind: FailureKind
    what: str
    size: str
    source: str
    doubt: str


def load_past_events(folder: Path) -> tuple[PastEvent, ...]:
    """All past disruptions, the oldest first.

    Raises:
        CatalogError: a row cannot be read; the message names file, line and column.
    """
    found = [
        PastEvent(
            day=row.day("date"),
            until=row.optional("until") or "",
            provider=row.text("provider"),
            kind=row.choice("kind", FailureKind),
            what=row.text("what"),
            size=row.optional("size") or "",
            source=row.text("source"),
            doubt=row.text("doubt"),
        )
        for row in read_table(folder / PAST_FILE_NAME, PAST_COLUMNS)
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def like(events: Iterable[PastEvent], kind: FailureKind, provider: str) -> tuple[PastEvent, ...]:
    """Disruptions of one kind, those of ``provider`` first, the newest first among equals."""
    alike = (one for one in events if one.kind is kind)
    return tuple(
        sorted(alike, key=lambda one: (one.provider != provider, -one.day.toordinal(), one.what))
    )
