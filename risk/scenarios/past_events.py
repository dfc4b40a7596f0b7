"""Falters that happened, each with its source and its doubt, read from fixtures/past_events.csv."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from risk.catalog.falters import FalterKind
from risk.catalog.tables import read_table

FILE_NAME = "past_events.csv"
COLUMNS = ("date", "until", "provider", "kind", "what", "size", "source", "doubt")


@dataclass(frozen=True, kw_only=True)
class PastEvent:
    """One falter that happened. ``until`` and ``size`` are as the source has them, in words.

    ``provider`` may be a company that the catalogue does not know.
    """

    day: date
    until: str
    provider: str
    kind: FalterKind
    what: str
    size: str
    source: str
    doubt: str


def load_past_events(folder: Path) -> tuple[PastEvent, ...]:
    """All past falters, the oldest first.

    Raises:
        CatalogError: a row cannot be read; the message names file, line and column.
    """
    found = [
        PastEvent(
            day=row.day("date"),
            until=row.optional("until") or "",
            provider=row.text("provider"),
            kind=row.choice("kind", FalterKind),
            what=row.text("what"),
            size=row.optional("size") or "",
            source=row.text("source"),
            doubt=row.text("doubt"),
        )
        for row in read_table(folder / FILE_NAME, COLUMNS)
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def like(events: Iterable[PastEvent], kind: FalterKind, provider: str) -> tuple[PastEvent, ...]:
    """Falters of one kind, those of ``provider`` first, the newest first among equals."""
    alike = (one for one in events if one.kind is kind)
    return tuple(
        sorted(alike, key=lambda one: (one.provider != provider, -one.day.toordinal(), one.what))
    )
