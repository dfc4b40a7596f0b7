"""Common part of all feeds: records kept, left out and counted, clean texts, and owners.

A table that somebody made is refused whole where one line is wrong: its maker can correct it.
Nobody who reads a feed can: a record that cannot be read is left out by itself, and said.

One incident stands in several feeds: a page's JSON, its Atom, what others collected from it. The
systems behind the pages number incidents uniquely, so source and reference come from there.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any

from risk.catalog.tables import shipped_rows
from risk.hazard.incidents.records import (
    FileFormat,
    HistoryFile,
    Incident,
    IncidentLevel,
    SkippedRow,
    SkipReason,
    problem,
)

LONGEST_NAME = 200
_LONGEST_TITLE = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
#: What pages add to their owner's name.
_TITLE_WORDS = re.compile(r"\s*(?:[-–|:]\s*)?(?:incident history|status(?: page)?)\s*$", re.I)
_HOST = re.compile(r"(?:https?://|tag:)([^/,:?#@\s]+)", re.I)

INCIDENT_IO = "incident.io"
STATUSPAGE = "statuspage"
#: How each system numbers an incident in its address.
_NUMBERS = {
    INCIDENT_IO: re.compile(r"/incidents/([0-9A-HJKMNP-TV-Z]{26})(?:[/?#]|$)"),
    STATUSPAGE: re.compile(r"/incidents/([0-9a-z]{12})(?:[/?#]|$)"),
}


class LeftOut(Exception):
    """One record cannot be used; the message completes “Record 3 …”."""

    def __init__(self, why: str, reason: SkipReason = SkipReason.UNREADABLE) -> None:
        super().__init__(why)
        self.reason = reason


def clean(value: Any, *, longest: int = _LONGEST_TITLE) -> str | None:
    """A text on one line, cut to its longest length; None where there is none."""
    if value is None or isinstance(value, dict | list):
        return None
    text = " ".join(_CONTROL.sub(" ", str(value)).split())
    return text[:longest].rstrip() or None


def reference(value: Any) -> str:
    """The source's own id. Raises LeftOut where it is missing or too long."""
    text = clean(value, longest=LONGEST_NAME + 1)
    if text is None:
        raise LeftOut("has no id")
    if len(text) > LONGEST_NAME:
        raise LeftOut(f"has an id of more than {LONGEST_NAME} characters")
    return text


def services(names: Sequence[Any]) -> tuple[str, ...]:
    """Names of services, each once, as the source spells them."""
    found = (clean(name, longest=LONGEST_NAME) for name in names)
    return tuple(dict.fromkeys(name for name in found if name))


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none where there is no list."""
    return [one for one in items(value) if isinstance(one, dict)]


def items(value: Any) -> list[Any]:
    """The members of a list; nothing where there is none, or something else stands there."""
    return value if isinstance(value, list) else []


def level_in(text: Any, words: Mapping[str, IncidentLevel]) -> IncidentLevel | None:
    """The level that a word stands for; None for a word that nobody knows."""
    return words.get(str(text).strip().lower()) if text is not None else None


def moment(value: Any, what: str, *, naive_is_utc: bool = False) -> datetime | None:
    """A stamp in UTC; None where it is empty. Raises LeftOut where it is no moment."""
    text = clean(value)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            if not naive_is_utc:
                raise LeftOut(f"says no time zone in {what}: {text[:40]!r}")
            found = found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise LeftOut(f"has no moment in {what}: {text[:40]!r}") from None


def required_moment(value: Any, what: str) -> datetime:
    """As :func:`moment`, and LeftOut where it is empty."""
    found = moment(value, what)
    if found is None:
        raise LeftOut(f"has no {what}")
    return found


def in_order(stages: Iterable[tuple[str, datetime]]) -> None:
    """Raise LeftOut where a stage comes before the one that precedes it."""
    for (earlier, first), (later, second) in pairwise(stages):
        if second < first:
            raise LeftOut(
                f"says “{later}” at {second:%Y-%m-%d %H:%M}, before “{earlier}” at "
                f"{first:%Y-%m-%d %H:%M}",
                SkipReason.STAMPS_OUT_OF_ORDER,
            )


def gathered(
    file_format: FileFormat,
    records: Iterable[Any],
    read: Callable[[Any], tuple[Incident, bool]],
    *,
    kind: type = Mapping,
    notes: Sequence[str] = (),
    tells_lengths: bool = True,
) -> HistoryFile:
    """What the records of a feed say; one in which nothing can be read is refused.

    ``read`` makes an incident of a record of this ``kind``, with whether it still goes on, or
    raises LeftOut. Of an incident that stands twice the first one is kept.
    """
    kept: dict[tuple[str, str], Incident] = {}
    still_open: set[tuple[str, str]] = set()
    skipped = []
    place = 0
    for place, record in enumerate(records, start=1):
        incident = None
        try:
            if not isinstance(record, kind):
                raise LeftOut("is no object")
            incident, is_open = read(record)
            key = (incident.source, incident.reference)
            if key in kept:
                raise LeftOut("repeats an earlier record", SkipReason.REPEATED)
            kept[key] = incident
            if is_open:
                still_open.add(key)
        except LeftOut as error:
            skipped.append(
                SkippedRow(
                    line=place,
                    reference=incident.reference if incident else "",
                    reason=error.reason,
                    message=f"Record {place} {error}.",
                    incident=incident,
                )
            )
    if place and all(one.reason is SkipReason.UNREADABLE for one in skipped) and not kept:
        problems = tuple(
            problem("unreadable_record", one.message, line=one.line) for one in skipped
        )
        return HistoryFile(format=file_format, rows=place, problems=problems)
    return HistoryFile(
        format=file_format,
        rows=place,
        incidents=tuple(kept.values()),
        skipped=tuple(skipped),
        notes=(*notes,) if place else (*notes, "The feed lists no incident."),
        tells_lengths=tells_lengths,
        still_open=len(still_open),
    )


@cache
def _owners(told_by: str) -> Mapping[str, str]:
    """fixtures/status_pages.csv: providers by their page's host, or by how files spell them."""
    rows = shipped_rows("status_pages.csv")
    return {row["text"]: row["provider"] for row in rows if row["told_by"] == told_by}


def provider_name(text: str) -> str:
    """The name that the catalogue uses, for the spellings of published files; else the text."""
    return _owners("spelling").get("".join(text.casefold().split()), text.strip())


def owner_of(
    title: str | None, address: str | None = None, *, otherwise: str | None = None
) -> str | None:
    """The provider whose page it is: as its address or a known title says, else ``otherwise``.

    A title that nobody knows counts last; None if nothing says.
    """
    # What a page calls itself says less than its host.
    if by_host := _owners("host").get(host_of(address)):
        return by_host
    name = (title or "").strip()
    while (shorter := _TITLE_WORDS.sub("", name)) != name:
        name = shorter
    known = _owners("spelling").get("".join(name.casefold().split()))
    return known or otherwise or name or None


def host_of(address: str | None) -> str:
    """The host of an address, or of a tag such as ``tag:status.claude.com,2005:Incident/1``."""
    found = _HOST.match((address or "").strip())
    return found.group(1).lower() if found else ""


def incident_of(address: str) -> tuple[str, str] | None:
    """Source and reference of an incident's address: who numbers it, and its number there."""
    for source, pattern in _NUMBERS.items():
        if found := pattern.search(address):
            return source, found.group(1)
    return None
