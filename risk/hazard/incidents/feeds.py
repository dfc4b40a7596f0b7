"""Atom and RSS of status pages: Statuspage's history and incident.io's feed.

Statuspage writes every update of an incident into its entry, each with day and hour but no year;
where all updates carry such a stamp and the last says that it is over, its length is known.
incident.io tells one moment for each incident, that of its last update, and no length.
Neither says how severe an incident was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from xml.etree.ElementTree import Element

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.records import Incident
from risk.hazard.incidents.status_pages import (
    INCIDENT_IO,
    STATUSPAGE,
    host_of,
    incident_of,
    owner_of,
)
from risk.inventory.formats.safe_xml import local_attribute, local_name

NO_SEVERITY = "This feed says of no incident how severe it was."
ONE_STAMP = (
    "This feed tells one moment for each incident, its last update: no durations, and incidents "
    "began before their stamp."
)
SOME_STAMPS = (
    "This feed tells a duration only where every update of an incident carries its own time."
)

_TAG = re.compile(r"<[^>]*>")
_UPDATE = re.compile(r"<strong>\s*([A-Za-z ]{3,30}?)\s*</strong>", re.I)
_SMALL = re.compile(r"<small>(.*?)</small>", re.I | re.S)
_STAMP = re.compile(r"([A-Z][a-z]{2})\s+(\d{1,2})\s*,\s*(\d{1,2}):(\d{2})\s*(?:UTC|GMT)\b")
_COMPONENT = re.compile(r"<li>\s*(.*?)\s*(?:\(([^()]*)\))?\s*</li>", re.I | re.S)
_STATUS = re.compile(r"status:\s*([a-z ]+)", re.I)
_OVER = frozenset({"resolved", "completed", "postmortem"})
_PLANNED = frozenset({"scheduled"})
_FIRST_WORDS = frozenset(
    {"investigating", "identified", "monitoring", "update", "in progress", "verifying"}
)
_MONTHS = dict(
    zip("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), range(1, 13), strict=True)
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a feed, Atom's or RSS's, with its text still in HTML."""

    number: str | None
    address: str
    title: str | None
    updated: str | None
    published: str | None
    text: str


def is_incident_io(root: Element) -> bool:
    """Whether a feed comes from incident.io: it says so, or its incidents are numbered so."""
    if any(local_name(one) == "generator" and "incident.io" in (one.text or "") for one in root):
        return True
    found = (incident_of(entry.address) for entry in entries(root))
    return any(one is not None and one[0] == INCIDENT_IO for one in found)


def read_incident_io(root: Element, provider: str | None) -> HistoryFile:
    """Read incident.io's Atom or RSS."""
    is_atom = local_name(root) == "feed"
    file_format = FileFormat.INCIDENT_IO_ATOM if is_atom else FileFormat.INCIDENT_IO_RSS
    return _read(root, provider, file_format, (ONE_STAMP, NO_SEVERITY))


def read_statuspage_feed(root: Element, provider: str | None) -> HistoryFile:
    """Read Statuspage's Atom or RSS."""
    return _read(root, provider, FileFormat.STATUSPAGE_ATOM, (SOME_STAMPS, NO_SEVERITY))


def _read(
    root: Element, provider: str | None, file_format: FileFormat, notes: tuple[str, ...]
) -> HistoryFile:
    gathered = gather.Gathering(file_format, notes=notes)
    title, home = _page(root)
    for entry in entries(root):
        gathered.next_record()
        try:
            owner = owner_of(title, entry.address or home, otherwise=provider)
            incident, is_open = _incident(entry, owner, file_format)
            gathered.keep(incident, is_open=is_open)
        except gather.LEFT_OUT as error:
            gathered.skip_for(error)
    return gathered.result(tells_lengths=False)


def _page(root: Element) -> tuple[str | None, str | None]:
    """What the page calls itself, and where it is."""
    head = root if local_name(root) == "feed" else next(iter(root), root)
    title = next((one.text for one in head if local_name(one) == "title"), None)
    links = (one.text or local_attribute(one, "href") for one in head if local_name(one) == "link")
    return gather.clean(title), next((one for one in links if host_of(one)), None)


def entries(root: Element) -> Iterator[Entry]:
    """The entries of an Atom or RSS document, in its order."""
    for element in root.iter():
        if local_name(element) in ("entry", "item"):
            texts = {local_name(one): (one.text or "").strip() for one in element}
            links = [
                (one.text or "").strip() or local_attribute(one, "href")
                for one in element
                if local_name(one) == "link"
            ]
            number = texts.get("id") or texts.get("guid")
            yield Entry(
                number=number,
                address=next((one for one in links if one), number or ""),
                title=gather.clean(texts.get("title")),
                updated=texts.get("updated") or texts.get("pubDate"),
                published=texts.get("published"),
                text=texts.get("content") or texts.get("summary") or texts.get("description") or "",
            )


def _incident(entry: Entry, owner: str | None, file_format: FileFormat) -> tuple[Incident, bool]:
    if owner is None:
        raise gather.Unreadable("names no provider: say whose page it is")
    told = _stamp_of(entry.updated or entry.published)
    if file_format is FileFormat.STATUSPAGE_ATOM:
        source, words = STATUSPAGE, _updates(entry.text, told)
        named: tuple[str, ...] = ()
    else:
        source, words = INCIDENT_IO, _one_status(entry.text)
        named = gather.services([_plain(name) for name, _ in _COMPONENT.findall(entry.text)])
    if words and words[0][0] in _PLANNED:
        raise gather.NotBegun
    is_over = any(word in _OVER for word, _ in words)
    began, ended = _span(words, _published(entry) or told)
    known = incident_of(entry.address)
    return Incident(
        provider=owner,
        services=named,
        reference=gather.reference(known[1] if known else entry.number),
        level=None,
        title=entry.title,
        started_at=began,
        resolved_at=ended,
        source=known[0] if known else source,
    ), bool(words) and not is_over


def _stamp_of(text: str | None) -> datetime:
    """Atom's ISO stamp or RSS's of the e-mail standard, in UTC."""
    if not text:
        raise gather.Unreadable("has no date")
    try:
        return gather.required_moment(text, "updated")
    except gather.Unreadable:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            raise gather.Unreadable(f"has no moment in its date: {text[:40]!r}") from None
        zoned = found if found.tzinfo else found.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)


def _published(entry: Entry) -> datetime | None:
    return _stamp_of(entry.published) if entry.published else None


def _updates(text: str, told: datetime) -> list[tuple[str, datetime | None]]:
    """Each update's word with its own stamp, newest first as the page writes them."""
    found: list[tuple[str, datetime | None]] = []
    end = 0
    for match in _UPDATE.finditer(text):
        # Prose may name other times: an update's own one stands small before its word.
        small = _SMALL.findall(text, end, match.start())
        stamp = _STAMP.search(_plain(small[-1])) if small else None
        found.append((match.group(1).strip().lower(), _dated(stamp, told) if stamp else None))
        end = match.end()
    return found


def _dated(stamp: re.Match[str], told: datetime) -> datetime | None:
    """A stamp without year: in the newest year in which it is not after the entry's own."""
    month, day, hour, minute = stamp.groups()
    for year in (told.year, told.year - 1):
        try:
            found = datetime(
                year, _MONTHS.get(month, 0), int(day), int(hour), int(minute), tzinfo=UTC
            )
        except ValueError:
            continue
        if found <= told + timedelta(days=1):
            return found
    return None


def _one_status(text: str) -> list[tuple[str, datetime | None]]:
    found = _STATUS.search(_plain(text, break_lines=True))
    return [(found.group(1).strip().lower(), None)] if found else []


def _span(
    words: list[tuple[str, datetime | None]], otherwise: datetime
) -> tuple[datetime, datetime | None]:
    """Beginning and end: known where every update has its stamp and there was a first word."""
    stamps = [stamp for _, stamp in words if stamp is not None]
    over = [stamp for word, stamp in words if word == "resolved" and stamp is not None]
    first = [stamp for word, stamp in words if word in _FIRST_WORDS and stamp is not None]
    if not words or len(stamps) < len(words):
        # A stamp is cut to its minute, the entry's own moment is not.
        earlier = [one for one in stamps if otherwise - one >= timedelta(minutes=1)]
        return min([*earlier, otherwise]), None
    if not first or not over:
        return min(stamps), None
    gather.in_order([("first word", min(first)), ("resolved", max(over))])
    return min(first), max(over) if max(over) > min(first) else None


def _plain(html: str, *, break_lines: bool = False) -> str:
    """HTML as text. Only ever shown as text and searched, so that tags need not be understood."""
    text = unescape(_TAG.sub("\n" if break_lines else "", html))
    return text if break_lines else " ".join(text.split())
