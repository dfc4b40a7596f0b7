"""What all feeds share: records that are kept, left out and counted, and clean texts and stamps.

A table that somebody made is refused whole where one line is wrong, since its maker can mend it.
Nobody who reads a feed can mend it: a record that cannot be read is left out by itself, and said.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from risk.hazard.incidents.file_results import FileFormat, HistoryFile, SkippedRow, SkipReason
from risk.hazard.incidents.records import Incident, IncidentLevel
from risk.inventory.intake_results import Problem

_LONGEST_NAME = 200
_LONGEST_TITLE = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Unreadable(Exception):
    """One record cannot be used; the message completes “Record 3 …”."""


class NotBegun(Exception):
    """One record is planned work that lies ahead."""


class OutOfOrder(Exception):
    """The stamps of one record contradict each other; the message completes “Record 3 …”."""


def clean(value: Any, *, longest: int = _LONGEST_TITLE) -> str | None:
    """A text on one line, cut to its longest length; None where there is none."""
    if value is None or isinstance(value, dict | list):
        return None
    text = " ".join(_CONTROL.sub(" ", str(value)).split())
    return text[:longest].rstrip() or None


def reference(value: Any) -> str:
    """The source's own id. Raises Unreadable where it is missing or too long."""
    text = clean(value, longest=_LONGEST_NAME + 1)
    if text is None:
        raise Unreadable("has no id")
    if len(text) > _LONGEST_NAME:
        raise Unreadable(f"has an id of more than {_LONGEST_NAME} characters")
    return text


def services(names: Sequence[Any]) -> tuple[str, ...]:
    """Names of services, each once, as the source spells them."""
    found = (clean(name, longest=_LONGEST_NAME) for name in names)
    return tuple(dict.fromkeys(name for name in found if name))


def items(value: Any) -> list[Any]:
    """The members of a list; nothing where there is none, or something else stands there."""
    return value if isinstance(value, list) else []


def level_in(text: Any, words: dict[str, IncidentLevel]) -> IncidentLevel | None:
    """The level that a word stands for; None for a word that nobody knows."""
    return words.get(str(text).strip().lower()) if text is not None else None


def moment(value: Any, what: str, *, naive_is_utc: bool = False) -> datetime | None:
    """A stamp in UTC; None where it is empty. Raises Unreadable where it is no moment."""
    text = clean(value)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"has no moment in {what}: {text[:40]!r}") from None
    if found.tzinfo is None:
        if not naive_is_utc:
            raise Unreadable(f"says no time zone in {what}: {text[:40]!r}")
        found = found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise Unreadable(f"has no moment in {what}: {text[:40]!r}") from None


def required_moment(value: Any, what: str) -> datetime:
    """As :func:`moment`, and Unreadable where it is empty."""
    found = moment(value, what)
    if found is None:
        raise Unreadable(f"has no {what}")
    return found


def in_order(stages: Sequence[tuple[str, datetime]]) -> None:
    """Raise OutOfOrder where a stage comes before the one that precedes it."""
    for (earlier, first), (later, second) in pairwise(stages):
        if second < first:
            raise OutOfOrder(
                f"says “{later}” at {second:%Y-%m-%d %H:%M}, before “{earlier}” at "
                f"{first:%Y-%m-%d %H:%M}"
            )


class Gathering:
    """The records of one feed as they are read."""

    def __init__(self, file_format: FileFormat, *, notes: Sequence[str] = ()) -> None:
        self._format = file_format
        self._notes = tuple(notes)
        self._kept: dict[tuple[str, str], Incident] = {}
        self._open: set[tuple[str, str]] = set()
        self._skipped: list[SkippedRow] = []
        self._place = 0

    def next_record(self) -> None:
        """Go to the next record."""
        self._place += 1

    def keep(self, incident: Incident, *, is_open: bool = False) -> None:
        """Keep what the record says; of an incident that stands twice the first one is kept."""
        key = (incident.source, incident.reference)
        if key in self._kept:
            self.skip(SkipReason.REPEATED, "repeats an earlier record", incident)
            return
        self._kept[key] = incident
        if is_open:
            self._open.add(key)

    def skip(self, reason: SkipReason, why: str, incident: Incident | None = None) -> None:
        """Leave the record out, and say why."""
        self._skipped.append(
            SkippedRow(
                line=self._place,
                reference=incident.reference if incident else "",
                reason=reason,
                message=f"Record {self._place} {why}.",
                incident=incident,
            )
        )

    def skip_for(self, error: Exception) -> None:
        """Leave the record out for what was raised while it was read."""
        if isinstance(error, NotBegun):
            self.skip(SkipReason.NOT_BEGUN, "is planned and has not begun")
        elif isinstance(error, OutOfOrder):
            self.skip(SkipReason.STAMPS_OUT_OF_ORDER, str(error))
        else:
            self.skip(SkipReason.UNREADABLE, str(error))

    def result(self, *, tells_lengths: bool = True) -> HistoryFile:
        """What the feed said; a feed in which nothing can be read is refused."""
        unreadable = [one for one in self._skipped if one.reason is SkipReason.UNREADABLE]
        if unreadable and len(unreadable) == self._place:
            problems = tuple(
                Problem(
                    code="unreadable_record",
                    line=one.line,
                    column=None,
                    value=None,
                    message=one.message,
                )
                for one in unreadable
            )
            return HistoryFile(format=self._format, rows=self._place, problems=problems)
        return HistoryFile(
            format=self._format,
            rows=self._place,
            incidents=tuple(self._kept.values()),
            skipped=tuple(self._skipped),
            notes=self._notes if self._place else (*self._notes, "The feed lists no incident."),
            tells_lengths=tells_lengths,
            still_open=len(self._open),
        )


#: What may be raised while one record is read.
LEFT_OUT = (Unreadable, NotBegun, OutOfOrder)
