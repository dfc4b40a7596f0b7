"""Scenarios and crises as TOML files: the fields of each, and the one reader of shipped and own.

Text goes in, a :class:`Scenario` or a :class:`Replay` comes out, or every problem at once, each
with its line and what to write instead. The tables of docs/crises.md are written from
:data:`SCENARIO`, :data:`CRISIS` and :data:`MOMENT`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.catalog.tables import CatalogError
from risk.hazard.signals import Signal
from risk.scenarios.event import MOST_USED_MODEL_OF
from risk.scenarios.replays import Moment, Replay, ServiceOutage
from risk.scenarios.results import Scenario
from risk.scenarios.statements import Problem, Table, tables_of

SUFFIX = ".toml"
LONGEST_TITLE, LONGEST_TEXT = 200, 2_000
#: A crisis may last so long.
MOST_DAYS = 1_000
MOST_MOMENTS = 500
_YEARS = (1990, 2100)
_NUMBERED = re.compile(r"^\d+-(?=.)")
_HEADER = "moment"


class Form(StrEnum):
    """How a value is written."""

    TITLE = "text on one line"
    TEXT = "text"
    TEXTS = "text, or a list of texts"
    NUMBER = "number"
    SHARE = "number from 0 to 1"
    TIME = "time with zone"
    YES_NO = "true or false"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A key of a file: how its value is written, what it means, and whether it must be there."""

    key: str
    form: Form
    meaning: str
    example: str
    required: bool = False
    low: float = 0.0
    high: float = 1.0


SCENARIO = (
    Field(
        key="title",
        form=Form.TITLE,
        required=True,
        meaning="what it is called in lists and links",
        example='"OpenAI is down for two days"',
    ),
    Field(
        key="provider",
        form=Form.TITLE,
        required=True,
        meaning="where it begins: a provider, a service, a model, or “most used model of” a "
        "developer",
        example='"OpenAI"',
    ),
    Field(
        key="kind",
        form=Form.TITLE,
        required=True,
        meaning=f"what happens: {', '.join(FailureKind)}",
        example='"outage"',
    ),
    Field(
        key="days",
        form=Form.NUMBER,
        low=0.001,
        high=365.0,
        meaning="how many days it lasts, where the service comes back",
        example="2",
    ),
    Field(
        key="severity",
        form=Form.SHARE,
        meaning="the share of the service that is lost, where it comes back",
        example="0.5",
    ),
    Field(
        key="price_multiple",
        form=Form.NUMBER,
        low=1.0,
        high=100.0,
        meaning="the new price over the old one, of a price_shock",
        example="3",
    ),
    Field(
        key="notice_days",
        form=Form.NUMBER,
        low=0.0,
        high=730.0,
        meaning="how many days before it everybody knows, where the service does not come back",
        example="14",
    ),
    Field(
        key="customer",
        form=Form.TITLE,
        meaning="whom alone an access_cut hits: a company's name, or “whoever would lose most”",
        example='"whoever would lose most"',
    ),
    Field(
        key="through",
        form=Form.TITLE,
        meaning="over which links alone it passes on, such as identity or cloud",
        example='"identity"',
    ),
    Field(key="summary", form=Form.TEXT, meaning="what happens, in words", example='"…"'),
    Field(
        key="not_modelled",
        form=Form.TEXT,
        meaning="what the figures leave out",
        example='"Rate limits while it recovers."',
    ),
    Field(
        key="sources",
        form=Form.TEXTS,
        required=True,
        meaning="where it is known from; “judgement” if it is yours",
        example='["judgement"]',
    ),
    Field(
        key="doubt", form=Form.TEXT, meaning="how far the sources carry", example='"One report."'
    ),
)
CRISIS = (
    Field(
        key="title",
        form=Form.TITLE,
        required=True,
        meaning="what it is called in lists and links",
        example='"OpenAI, board"',
    ),
    Field(
        key="provider",
        form=Form.TITLE,
        required=True,
        meaning="the provider on whom the news falls",
        example='"OpenAI"',
    ),
    Field(
        key="starts",
        form=Form.TIME,
        required=True,
        meaning="the first hour that is shown",
        example="2023-11-17T09:00:00-08:00",
    ),
    Field(
        key="ends",
        form=Form.TIME,
        meaning="the last hour; without it the crisis goes on",
        example="2023-11-29T18:00:00-08:00",
    ),
    Field(
        key="clock",
        form=Form.TITLE,
        meaning="what the zone of these times is called; else its distance from UTC",
        example='"Pacific"',
    ),
    Field(key="summary", form=Form.TEXT, meaning="what it is about", example='"…"'),
    Field(
        key="outcome",
        form=Form.TEXT,
        meaning="how it ended; needed as soon as ends is there",
        example='"The service went on."',
    ),
    Field(
        key="ended",
        form=Form.YES_NO,
        meaning="whether the provider wound down; false unless stated",
        example="false",
    ),
    Field(
        key="chosen_on",
        form=Form.YES_NO,
        meaning="whether likelihood ratios were set knowing it; false unless stated",
        example="false",
    ),
    Field(
        key="not_modelled",
        form=Form.TEXT,
        meaning="what the figures leave out",
        example='"What customers did of their own accord."',
    ),
)
MOMENT = (
    Field(
        key="time",
        form=Form.TIME,
        required=True,
        meaning="when it became known, not before the moment above",
        example="2023-11-17T12:28:00-08:00",
    ),
    Field(
        key="headline",
        form=Form.TITLE,
        required=True,
        meaning="the news in a line",
        example='"The board dismisses the chief executive"',
    ),
    Field(key="what", form=Form.TEXT, meaning="the news in some sentences", example='"…"'),
    Field(
        key="signal",
        form=Form.TITLE,
        meaning="which kind of signal it is; without one it has no weight",
        example='"chief_executive_dismissed"',
    ),
    Field(
        key="intensity",
        form=Form.SHARE,
        meaning="how much of that happened; 1 unless stated",
        example="0.7",
    ),
    Field(
        key="reliability",
        form=Form.SHARE,
        meaning="how far the source is believed; 1 unless stated",
        example="0.9",
    ),
    Field(
        key="outage_severity",
        form=Form.SHARE,
        meaning="the share of the service that went down at that time",
        example="0.3",
    ),
    Field(
        key="outage_until",
        form=Form.TIME,
        meaning="when it was back; without it, while the crisis goes on, it still is down",
        example="2023-11-21T17:46:00-08:00",
    ),
    Field(
        key="source",
        form=Form.TEXTS,
        required=True,
        meaning="where it was read",
        example='"axios.com (2023-11-22)"',
    ),
    Field(
        key="doubt",
        form=Form.TEXT,
        meaning="how far the source carries",
        example='"The hour is ours."',
    ),
)
#: Keys by which a file is told to be a crisis.
_OF_CRISES = {one.key for one in CRISIS} - {one.key for one in SCENARIO}


_EXAMPLES = {one.key: one.example for one in (*SCENARIO, *CRISIS, *MOMENT)}


@dataclass(frozen=True, kw_only=True)
class Known:
    """Names that a file may use: who exists, and which kinds of signals and relations there are."""

    providers: frozenset[str]
    places: frozenset[str]
    relations: frozenset[str]
    signals: frozenset[str]


def known_names(catalog: Catalog, signals: Iterable[str]) -> Known:
    """Return the names of a catalogue, with the kinds of ``signals``."""
    return Known(
        providers=frozenset(catalog.providers),
        places=frozenset((*catalog.providers, *catalog.services, *catalog.models)),
        relations=frozenset(one.relation for one in catalog.links),
        signals=frozenset(signals),
    )


class BrokenFile(ValueError):
    """A file that cannot be read; ``problems`` are all that is wrong, from top to bottom."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        super().__init__("\n".join(map(str, self.problems)))


def text_of(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        BrokenFile: it is not UTF-8; the problem names the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        says = "the file is not UTF-8 text. Save it as UTF-8."
        raise BrokenFile([Problem(line=line, says=says)]) from None


def id_of(name: str) -> str:
    """Return the id of what a file or title names: ``01-openai-board.toml`` is ``openai-board``.

    A number in front only says in which order files stand.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.removesuffix(SUFFIX).casefold()).strip("-")
    return _NUMBERED.sub("", plain)[:80].strip("-") or "own"


@lru_cache(maxsize=2_048)
def read_file(text: str, *, name: str, known: Known) -> Scenario | Replay:
    """Return the scenario or the crisis that a text states, under the id ``name``.

    A crisis without an end ends at its last moment here; :func:`going_on` moves that.

    Raises:
        BrokenFile: it cannot be read; nothing else is raised, whatever the text.
    """
    tables, broken = tables_of(text, _EXAMPLES)
    problems = list(broken)
    head, below = tables[0], tables[1:]
    if _is_crisis(tables):
        found: Scenario | Replay | None = _crisis(head, below, name, known, problems)
    else:
        found = _scenario(head, below, name, known, problems)
    if problems or found is None:
        raise BrokenFile(problems)
    return found


def going_on(crisis: Replay, now: datetime) -> Replay:
    """Return a crisis up to ``now`` if it has no end yet, else as it is."""
    if not crisis.is_open:
        return crisis
    latest = crisis.starts + timedelta(days=MOST_DAYS)
    return replace(crisis, ends=max(crisis.ends, min(now, latest)))


def load_scenarios(folder: Path, known: Known) -> dict[str, Scenario]:
    """Return the scenarios that ship, by id, in the order of their files.

    Raises:
        CatalogError: a file cannot be read; the message names file and lines.
    """
    found = _load(folder / "scenarios", known)
    return {one.id: one for one in found if isinstance(one, Scenario)}


def load_crises(folder: Path, known: Known) -> dict[str, Replay]:
    """Return the crises that ship, by id, in the order of their files.

    Raises:
        CatalogError: a file cannot be read; the message names file and lines.
    """
    return {one.id: one for one in _load(folder / "crises", known) if isinstance(one, Replay)}


def _load(folder: Path, known: Known) -> list[Scenario | Replay]:
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            text = text_of(path.read_bytes())
            found.append(read_file(text, name=id_of(path.name), known=known))
        except BrokenFile as broken:
            raise CatalogError(f"{path.name}: {broken}") from None
    return found


def clock_of(at: datetime) -> str:
    """Return what the zone of a moment is called: ``UTC``, or ``UTC−08:00``."""
    offset = at.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "\u2212"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


# --- What a file states ---------------------------------------------------------------------------


def _is_crisis(tables: tuple[Table, ...]) -> bool:
    return bool(_OF_CRISES & tables[0].values.keys()) or any(
        one.name == _HEADER for one in tables[1:]
    )


def _scenario(
    head: Table, below: Iterable[Table], name: str, known: Known, problems: list[Problem]
) -> Scenario | None:
    if not head.values and not problems:
        says = "say what happens: a scenario has title, provider and kind; a crisis has starts."
        problems.append(Problem(line=1, says=says))
        return None
    read = _Reading(head, SCENARIO, problems)
    _refuse_tables(below, problems)
    place = read.text("provider")
    if place.casefold().startswith(MOST_USED_MODEL_OF):
        developer = place[len(MOST_USED_MODEL_OF) :].strip()
        place = MOST_USED_MODEL_OF + read.one_of("provider", developer, known.providers, "provider")
    else:
        place = read.one_of("provider", place, known.places, "provider, service or model")
    kinds = [one.value for one in FailureKind]
    word = read.one_of("kind", read.text("kind"), kinds, "kind of disruption")
    through = read.one_of("through", read.text("through"), known.relations, "sort of link")
    kind = FailureKind(word) if word in kinds else None
    if kind is not None:
        _refuse_what_says_nothing(kind, read)
    if problems or kind is None:
        return None
    return Scenario(
        id=name,
        title=read.text("title"),
        root=place,
        kind=kind,
        **{key: read.found.get(key) for key in ("days", "severity", "price_multiple")},
        notice_days=read.found.get("notice_days"),
        customer=read.text("customer") or None,
        through=through or None,
        summary=read.text("summary"),
        not_modelled=read.text("not_modelled"),
        sources=read.found["sources"],
        doubt=read.text("doubt"),
    )


def _refuse_what_says_nothing(kind: FailureKind, read: "_Reading") -> None:
    """Refuse settings that a kind does not have, which would change nothing."""
    is_permanent = kind in PERMANENT_KINDS
    comes_back = not is_permanent and kind is not FailureKind.LEADERSHIP_CRISIS
    has = {
        "days": comes_back,
        "severity": comes_back,
        "price_multiple": kind is FailureKind.PRICE_SHOCK,
        "notice_days": is_permanent,
        "customer": kind is FailureKind.ACCESS_CUT,
    }
    for key, is_had in has.items():
        if key in read.found and not is_had:
            read.refuse(key, f"a {kind.value} has none. Leave the line out.")


def _crisis(
    head: Table, below: Iterable[Table], name: str, known: Known, problems: list[Problem]
) -> Replay | None:
    read = _Reading(head, CRISIS, problems)
    provider = read.one_of("provider", read.text("provider"), known.providers, "provider")
    starts, ends = read.found.get("starts"), read.found.get("ends")
    if ends is not None:
        if head.lacks("outcome"):
            read.refuse("ends", 'say how it went: outcome = "…". While it goes on, leave ends out.')
        if starts is not None and ends <= starts:
            read.refuse("ends", "this is not after starts. Put the later time here.")
        elif starts is not None and ends - starts > timedelta(days=MOST_DAYS):
            read.refuse("ends", f"a crisis may last {MOST_DAYS:,} days. Begin or end it nearer.")
    elif head.lacks("ends"):
        for key in ("outcome", "ended"):
            if key in read.stated:
                read.refuse(key, "it has not ended: state ends as well, or leave this out.")
    tables = [one for one in below if one.name == _HEADER]
    _refuse_tables((one for one in below if one.name != _HEADER), problems)
    if not tables and not head.is_cut:
        says = "there is no moment yet. Add one: [[moment]] with time, headline and source."
        problems.append(Problem(line=head.line, says=says))
    elif len(tables) > MOST_MOMENTS:
        says = f"a crisis may have {MOST_MOMENTS} moments. Leave out the least."
        problems.append(Problem(line=tables[MOST_MOMENTS].line, says=says))
    is_open = head.lacks("ends")
    moments: list[Moment | None] = []
    last: tuple[datetime, int] | None = None
    for one in tables[:MOST_MOMENTS]:
        own = _Reading(one, MOMENT, problems)
        at = own.found.get("time")
        if at is not None:
            _refuse_order(own, at, starts, ends, last)
            last = at, own.stated["time"].line
        moments.append(_moment(own, provider, known, is_open=is_open))
    sound = [one for one in moments if one is not None]
    if problems or starts is None:
        return None
    return Replay(
        id=name,
        title=read.text("title"),
        provider=provider,
        starts=starts,
        ends=ends if ends is not None else sound[-1].at,
        is_open=is_open,
        clock=read.text("clock") or clock_of(starts),
        chosen_on=read.found.get("chosen_on", False),
        summary=read.text("summary"),
        outcome=read.text("outcome"),
        ended=read.found.get("ended", False),
        not_modelled=read.text("not_modelled"),
        moments=tuple(sound),
    )


def _refuse_order(
    own: "_Reading",
    at: datetime,
    starts: datetime | None,
    ends: datetime | None,
    last: tuple[datetime, int] | None,
) -> None:
    if starts is not None and at < starts:
        own.refuse("time", "this is before starts. Let the crisis start earlier.")
    elif starts is not None and at - starts > timedelta(days=MOST_DAYS):
        own.refuse("time", f"this is more than {MOST_DAYS:,} days after starts.")
    elif ends is not None and at > ends:
        own.refuse("time", "this is after ends. Let the crisis end later.")
    elif last is not None and at < last[0]:
        own.refuse("time", f"this is before line {last[1]}. Put what was known first above.")


def _moment(own: "_Reading", provider: str, known: Known, *, is_open: bool) -> Moment | None:
    at, signal, outage = own.found.get("time"), None, None
    sources: tuple[str, ...] = own.found.get("source", ())
    kind = own.one_of("signal", own.text("signal"), known.signals, "kind of signal")
    if own.table.lacks("signal"):
        for key in ("intensity", "reliability"):
            if key in own.found:
                own.refuse(key, "this is of a signal: name its kind as well, or leave this out.")
    severity, until = own.found.get("outage_severity"), own.found.get("outage_until")
    if until is not None and severity is None and own.table.lacks("outage_severity"):
        own.refuse("outage_until", "say how much was down: outage_severity = 0.5.")
    if until is not None and at is not None and until <= at:
        own.refuse("outage_until", "this is not after the time of the moment.")
    if severity is not None and own.table.lacks("outage_until") and not is_open:
        own.refuse("outage_severity", "say when it was back: outage_until = a time with zone.")
    if at is None:
        return None
    if kind in known.signals:
        signal = Signal(
            provider=provider,
            kind=kind,
            at=at,
            intensity=own.found.get("intensity", 1.0),
            reliability=own.found.get("reliability", 1.0),
            source="|".join(sources),
        )
    if severity is not None:
        outage = ServiceOutage(until=until, severity=severity)
    return Moment(
        at=at,
        headline=own.text("headline"),
        what=own.text("what"),
        signal=signal,
        outage=outage,
        sources=sources,
        doubt=own.text("doubt"),
    )


def _refuse_tables(tables: Iterable[Table], problems: list[Problem]) -> None:
    for one in tables:
        if one.name is not None:
            says = f"there is no table “{one.name[:40]}”. Only a crisis has one: [[moment]]."
            problems.append(Problem(line=one.line, says=says))


# --- One table -----------------------------------------------------------------------------------


class _Wrong(ValueError):
    """A value that a field cannot have; the message says what to write."""


class _Reading:
    """A table read by its fields: sound values in ``found``, and problems added to the others'."""

    def __init__(self, table: Table, fields: tuple[Field, ...], problems: list[Problem]) -> None:
        self.table, self.stated = table, table.values
        self.found: dict[str, Any] = {}
        self._problems = problems
        by_key = {one.key: one for one in fields}
        for key, value in table.values.items():
            if key not in by_key:
                self.refuse(key, f"there is no such key. {_meant(key, by_key)}")
                continue
            try:
                self.found[key] = _value(by_key[key], value.value)
            except _Wrong as wrong:
                self.refuse(key, str(wrong))
        for one in fields:
            # A line that could not be read is named once, not missed as well.
            if one.required and table.lacks(one.key):
                says = f"this is missing. Add {one.key} = {one.example}."
                problems.append(Problem(line=table.line, key=one.key, says=says))

    def refuse(self, key: str, says: str) -> None:
        """Note what is wrong with a key that is stated."""
        self._problems.append(Problem(line=self.stated[key].line, key=key[:40], says=says))

    def text(self, key: str) -> str:
        """The text of a key, empty where there is none."""
        return str(self.found.get(key, ""))

    def one_of(self, key: str, text: str, names: Collection[str], what: str) -> str:
        """The one of the names that is meant whatever its case; empty where nothing is stated."""
        if key not in self.found or not text:
            return ""
        wanted = text.casefold()
        found = next((one for one in names if one.casefold() == wanted), None)
        if found is None:
            short = text if len(text) <= 40 else f"{text[:39]}…"
            self.refuse(key, f"there is no {what} “{short}”. {_meant(text, names)}")
            return ""
        return found


def _meant(text: str, names: Collection[str]) -> str:
    """Say which name was probably meant, or name them all where they are few."""
    by_key = {one.casefold(): one for one in names}
    near = get_close_matches(text.casefold()[:80], by_key, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {by_key[near[0]]}?"
    if len(names) <= 20:
        return (
            f"Write one of {', '.join(names if isinstance(names, list | dict) else sorted(names))}."
        )
    return "“downstream providers” lists those there are."


def _value(field: Field, value: Any) -> Any:
    """The value as its form says.

    Raises _Wrong.
    """
    if field.form in (Form.TITLE, Form.TEXT):
        return _text(value, field)
    if field.form is Form.TEXTS:
        if isinstance(value, list):
            if not value:
                raise _Wrong(f"write at least one: {field.key} = {field.example}.")
            return tuple(_text(one, field) for one in value)
        return (_text(value, field),)
    if field.form is Form.YES_NO:
        if not isinstance(value, bool):
            raise _Wrong("write true or false, without quotation marks.")
        return value
    if field.form is Form.TIME:
        return _time(value)
    return _number(value, field)


def _text(value: Any, field: Field) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"write text between quotation marks, such as {field.key} = {field.example}.")
    plain = value.strip()
    longest = LONGEST_TITLE if field.form is Form.TITLE else LONGEST_TEXT
    if not plain:
        raise _Wrong("this is empty. Write something, or leave the line out.")
    if len(plain) > longest:
        raise _Wrong(f"this may have {longest:,} characters and has {len(plain):,}. Shorten it.")
    allowed = "" if field.form is Form.TITLE else "\n\t"
    if not all(one.isprintable() or one in allowed for one in plain):
        raise _Wrong("there is a character that cannot be shown. Leave it out.")
    return plain


def _number(value: Any, field: Field) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"write a number without quotation marks, such as {field.example}.")
    if not field.low <= value <= field.high:
        raise _Wrong(f"write a number from {field.low:g} to {field.high:g}.")
    return float(value)


def _time(value: Any) -> datetime:
    says = "write a time with seconds and zone, without quotation marks: 2026-11-17T12:28:00Z."
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise _Wrong(says) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        raise _Wrong("write the time of day and the zone too: 2026-11-17T12:28:00-08:00.")
    if not isinstance(value, datetime):
        raise _Wrong(says)
    if value.tzinfo is None:
        raise _Wrong("say in which zone: 2026-11-17T12:28:00-08:00, or a Z at the end for UTC.")
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise _Wrong(f"write a year from {_YEARS[0]} to {_YEARS[1]}.")
    return value


def toml_text(text: str) -> str:
    """Return a text as TOML writes it on one line, between quotation marks."""
    plain = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return f'"{"".join(plain.get(one, one) for one in text)}"'


def toml_time(at: datetime) -> str:
    """Return a moment as TOML writes it; in UTC it ends with Z."""
    text = at.replace(microsecond=0).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") and at.tzinfo == UTC else text


def mapping_lines(values: Mapping[str, object]) -> list[str]:
    """Return ``key = value`` for each value that is stated; None is left out."""
    return [f"{key} = {_written(value)}" for key, value in values.items() if value is not None]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return toml_time(value)
    if isinstance(value, float | int):
        return f"{value:.15g}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml_text(str(one)) for one in value)}]"
    return toml_text(str(value))
