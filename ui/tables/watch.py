"""Limits as columns: each measure beside its limit, what changed, and how the limits came to be."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from risk.portfolio.watching import Finding, Measure, Watch
from ui.tables.column import Column, Record, Unit, attributes
from ui.words import watch_words as words

if TYPE_CHECKING:
    from db.services.limits import LimitChange
    from db.services.subscriptions import Subscription


def row_of(one: Finding) -> Record:
    """Return one measure beside its limit, and in words."""
    known = "measure value limit exceeded subject before subject_before moved"
    reach = {"low": one.interval.low, "high": one.interval.high} if one.interval else {}
    return {
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


def limits_of(limits: Mapping[Measure, float]) -> list[Record]:
    """Return the limit of every measure; None: there is none."""
    return [{"measure": one, "value": limits.get(one)} for one in Measure]


def history_of(changes: Iterable["LimitChange"]) -> list[Record]:
    """Return every limit that was set or taken away, newest first."""
    return [attributes(one, "measure value reason by at") for one in changes]


def subscriptions_of(known: Iterable["Subscription"]) -> list[Record]:
    """Return who is told what, when last, and what did not go out."""
    names = "number channel recipient portfolio rhythm at_once made_by waiting sent_at problem"
    return [attributes(one, names) for one in known]


def _limit(row: Record) -> str:
    return words.limit_in_words(row["measure"], row["value"])


def _end(row: Record, key: str) -> str:
    return "" if row[key] is None else words.figure(row["measure"], row[key])


_MEASURE = Column(
    key="measure", label="Measure", cell=lambda row: words.MEASURE_NAMES[row["measure"]]
)
COLUMNS = (
    _MEASURE,
    Column(key="value", label="Is", cell=lambda row: words.figure(row["measure"], row["value"])),
    Column(key="low", label="Low (10 %)", cell=lambda row: _end(row, "low"), missing=""),
    Column(key="high", label="High (90 %)", cell=lambda row: _end(row, "high"), missing=""),
    Column(
        key="limit",
        label="Limit",
        cell=lambda row: words.limit_in_words(row["measure"], row["limit"]),
    ),
    Column(key="exceeded", label="State", cell=lambda row: "EXCEEDED" if row["exceeded"] else ""),
    Column(key="subject", label="Who", missing=""),
    Column(key="change", label="Since the last check", missing=""),
)
LIMITS = (
    _MEASURE,
    Column(key="name", label="Name", cell=lambda row: str(row["measure"])),
    Column(key="value", label="Limit", cell=_limit),
)
HISTORY = (
    Column(key="at", label="When (UTC)", unit=Unit.MOMENT),
    Column(key="by", label="By"),
    _MEASURE,
    Column(key="value", label="Limit", cell=_limit),
    Column(key="reason", label="Why"),
)
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
