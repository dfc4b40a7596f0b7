"""Limits as columns: each measure of each part beside its limit, what changed, how limits came."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from risk.portfolio.watching import ALWAYS_READ, WHOLE, About, Finding, Limit, Watch
from ui.tables.column import Column, Record, Unit, attributes, values
from ui.words import watch_words as words

if TYPE_CHECKING:
    from db.services.limits import LimitChange
    from db.services.subscriptions import Subscription


def row_of(one: Finding) -> Record:
    """Return one measure beside its limit, and in words."""
    known = "measure value limit exceeded subject before subject_before moved unknown missing"
    reach = {"low": one.interval.low, "high": one.interval.high} if one.interval else {}
    return {
        **_what(one.provider, one.about),
        **attributes(one, known),
        "low": None,
        "high": None,
        **reach,
        "text": words.verdict(one),
    }


def rows_of(watch: Watch) -> list[Record]:
    """Return every measure of a portfolio with what changed since the last check."""
    return [
        {**row_of(one), "change": words.change(one) if watch.since else None}
        for one in watch.findings
    ]


def limits_of(limits: Iterable[Limit]) -> list[Record]:
    """Return the limit of every measure of the whole, None: there is none, and all others."""
    known = tuple(limits)
    plain = {one.measure: one.value for one in known if one.is_plain}
    return [
        *({**_what(None, WHOLE), "measure": one, "value": plain.get(one)} for one in ALWAYS_READ),
        *(limit_row(one) for one in known if not one.is_plain),
    ]


def limit_row(one: Limit) -> Record:
    """Return one limit that is set, and of what."""
    return {**_what(one.provider, one.about), **attributes(one, "measure value")}


def history_of(changes: Iterable["LimitChange"]) -> list[Record]:
    """Return every limit that was set or taken away, newest first."""
    return [
        {**_what(one.provider, one.about), **attributes(one, "measure value reason by at")}
        for one in changes
    ]


def _what(provider: str | None, about: About) -> dict[str, Any]:
    """What a limit is about: ``slices`` or ``startup``, neither for the whole portfolio."""
    return {
        "provider": provider,
        "slices": [f"{field}={value}" for field, value in about.slices],
        "startup": about.startup,
    }


def _about(row: Record) -> About:
    pairs = (one.partition("=") for one in row["slices"])
    slices = tuple((field, value) for field, _, value in pairs)
    return About(slices=slices, startup=row["startup"])


def _measure(row: Record) -> str:
    return words.called(row["measure"], row["provider"], WHOLE)


def subscriptions_of(known: Iterable["Subscription"]) -> list[Record]:
    """Return who is told what, when last, and what did not go out."""
    names = "number channel recipient portfolio rhythm at_once made_by waiting sent_at problem"
    return [attributes(one, names) for one in known]


def _limit(row: Record) -> str:
    return words.limit_in_words(row["measure"], row["value"])


def _end(row: Record, key: str) -> str:
    return "" if row[key] is None else words.figure(row["measure"], row[key])


def _state(row: Record) -> str:
    if row["exceeded"]:
        return "EXCEEDED"
    return "cannot be checked" if row["limit"] is not None and row["value"] is None else ""


def _who(row: Record) -> str:
    return row["subject"] or row["missing"] or ""


_MEASURE = Column(key="measure", label="Measure", cell=_measure)
_ABOUT = Column(
    key="about",
    label="About",
    cell=lambda row: words.about_in_words(_about(row)),
    of=("slices", "startup"),
)
#: The same for programs: what a limit is about, part by part.
_PARTS = (
    Column(key="provider", label="Provider", missing=""),
    Column(key="slices", label="Slice", unit=Unit.LIST),
    Column(key="startup", label="Company", missing=""),
)
COLUMNS = (
    _ABOUT,
    _MEASURE,
    Column(key="value", label="Is", cell=lambda row: words.figure(row["measure"], row["value"])),
    Column(key="low", label="Low (10 %)", cell=lambda row: _end(row, "low"), missing=""),
    Column(key="high", label="High (90 %)", cell=lambda row: _end(row, "high"), missing=""),
    Column(
        key="limit",
        label="Limit",
        cell=lambda row: words.limit_in_words(row["measure"], row["limit"]),
    ),
    Column(key="exceeded", label="State", cell=_state),
    Column(key="subject", label="Who", cell=_who),
    Column(
        key="unknown",
        label="Not counted",
        unit=Unit.COUNT,
        help="Companies of which too little is known for this measure.",
        cell=lambda row: f"{row['unknown']:,}" if row["unknown"] else "",
    ),
    Column(key="change", label="Since the last check", missing=""),
)
LIMITS = (
    _ABOUT,
    _MEASURE,
    Column(key="name", label="Name", cell=lambda row: str(row["measure"])),
    Column(key="value", label="Limit", cell=_limit),
)
HISTORY = (
    Column(key="at", label="When (UTC)", unit=Unit.MOMENT),
    Column(key="by", label="By"),
    _ABOUT,
    _MEASURE,
    Column(key="value", label="Limit", cell=_limit),
    Column(key="reason", label="Why"),
)
FILES, HISTORY_FILES = (*_PARTS, *values(COLUMNS)), (*_PARTS, *values(HISTORY))
SUBSCRIPTIONS = (
    Column(key="number", label="Number", unit=Unit.COUNT),
    Column(key="channel", label="Channel"),
    Column(key="recipient", label="Whom", missing=""),
    Column(key="portfolio", label="Portfolio", missing="all that its maker sees"),
    Column(key="rhythm", label="Digest", cell=lambda row: words.RHYTHMS[row["rhythm"]]),
    Column(key="at_once", label="At once", cell=lambda row: "yes" if row["at_once"] else "no"),
    Column(key="made_by", label="By"),
    Column(key="sent_at", label="Sent last (UTC)", unit=Unit.MOMENT, missing="never"),
    Column(key="waiting", label="Waiting", unit=Unit.COUNT),
    Column(key="problem", label="Problem", missing=""),
)
CHANNELS = (
    Column(key="name", label="Channel"),
    Column(key="kind", label="Kind"),
    Column(key="to_people", label="Asks whom", cell=lambda row: "yes" if row["to_people"] else ""),
)
