"""Atom and RSS of status pages: Statuspage's history and incident.io's feed.

Statuspage writes every update of an incident into its entry, each with day and hour but no year;
where all updates carry such a stamp and the last says that it is over, its length is known.
incident.io tells one moment for each incident, that of its last update, and no length.
Neither says how severe an incident was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from xml.etree.ElementTree import Element

from risk.hazard.incidents import gathering as gather
from risk.hazard.incidents.gathering import (
    INCIDENT_IO,
    STATUSPAGE,
    LeftOut,
    gathered,
    host_of,
    incident_of,
    owner_of,
)
from risk.hazard.incidents.records import FileFormat, HistoryFile, Incident, SkipReason
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
_FIRST_WORDS = frozenset(
    {"investigating", "identified", "monitoring", "update", "in progress", "verifying"}
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a feed, Atom's or RSS's, with its text still in HTML."""

    number: str | None
    address: str
    title: str | None
    updated: str | None
    published: str | None
    text: str


def read_feed(root: Element, provider: str | None) -> HistoryFile:
    """Read Atom or RSS; ``provider`` is whose page it is, where it does not say."""
    title, home = _page(root)
    listed = list(_entries(root))
    if not _is_incident_io(root, listed):
        file_format, note = FileFormat.STATUSPAGE_ATOM, SOME_STAMPS
    elif local_name(root) == "feed":
        file_format, note = FileFormat.INCIDENT_IO_ATOM, ONE_STAMP
    else:
        file_format, note = FileFormat.INCIDENT_IO_RSS, ONE_STAMP

    def read(entry: Entry) -> tuple[Incident, bool]:
        owner = owner_of(title, entry.address or home, otherwise=provider)
        return _incident(entry, owner, file_format)

    notes = (note, NO_SEVERITY)
    return gathered(file_format, listed, read, kind=Entry, notes=notes, tells_lengths=False)


def _is_incident_io(root: Element, listed: Iterable[Entry]) -> bool:
    """Whether a feed comes from incident.io: it says so, or its incidents are numbered so."""
    if any(local_name(one) == "generator" and "incident.io" in (one.text or "") for one in root):
        return True
    found = (incident_of(entry.address) for entry in listed)
    return any(one is not None and one[0] == INCIDENT_IO for one in found)


def _page(root: Element) -> tuple[str | None, str | None]:
    """What the page calls itself, and where it is."""
    head = root if local_name(root) == "feed" else next(iter(root), root)
    title = next((one.text for one in head if local_name(one) == "title"), None)
    links = (one.text or local_attribute(one, "href") for one in head if local_name(one) == "link")
    return gather.clean(title), next((one for one in links if host_of(one)), None)


def _entries(root: Element) -> Iterator[Entry]:
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
        raise LeftOut("names no provider: say whose page it is")
    told = _stamp_of(entry.updated or entry.published)
    if file_format is FileFormat.STATUSPAGE_ATOM:
        source, words = STATUSPAGE, _updates(entry.text, told)
        named: tuple[str, ...] = ()
    else:
        status = _STATUS.search(_plain(entry.text, break_lines=True))
        source, words = INCIDENT_IO, [(status.group(1).strip().lower(), None)] if status else []
        named = gather.services([_plain(name) for name, _ in _COMPONENT.findall(entry.text)])
    if words and words[0][0] == "scheduled":
        raise LeftOut("is planned and has not begun", SkipReason.NOT_BEGUN)
    is_over = any(word in _OVER for word, _ in words)
    published = _stamp_of(entry.published) if entry.published else None
    began, ended = _span(words, published or told)
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
        raise LeftOut("has no date")
    try:
        return gather.required_moment(text, "updated")
    except LeftOut:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            raise LeftOut(f"has no moment in its date: {text[:40]!r}") from None
        zoned = found if found.tzinfo else found.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)


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
    name, *numbers = stamp.groups()
    day, hour, minute = map(int, numbers)
    for year in (told.year, told.year - 1):
        try:
            month = _MONTHS.index(name) + 1
            found = datetime(year, month, day, hour, minute, tzinfo=UTC)
        except ValueError:
            continue
        if found <= told + timedelta(days=1):
            return found
    return None


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
