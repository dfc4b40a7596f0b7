"""Signals about providers, as columns: kinds of signals, those noted, what each is worth."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from risk.hazard.signals import Contribution, SignalKind, WindDown
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.signals import RecordedSignal


def kinds_of(kinds: Iterable[SignalKind]) -> list[Record]:
    """Return the kinds of signals: how each moves the odds, and for how long."""
    return [
        attributes(one, "kind group meaning likelihood_ratio half_life_days source")
        for one in kinds
    ]


def recorded_of(recorded: Iterable["RecordedSignal"]) -> list[Record]:
    """Return every signal with its number and who noted it."""
    return [
        {
            "signal": one.number,
            **attributes(one.signal, "provider kind"),
            "date": one.signal.at.date(),
            **attributes(one.signal, "intensity reliability source"),
            **attributes(one, "by at"),
        }
        for one in recorded
    ]


def line_of(one: Contribution) -> Record:
    """Return one line of the waterfall, in ln units of the odds."""
    signal = one.signal
    return {
        "label": one.label,
        "kind": signal and signal.kind,
        "group": one.group,
        "date": signal and signal.at.date(),
        "source": signal and signal.source,
        **attributes(one, "weight counted ln_units"),
    }


def lines_of(after: WindDown, kinds: Mapping[str, SignalKind]) -> list[Record]:
    """Return each signal with what it is worth when new and what is left of it."""
    return [
        {
            **line_of(one),
            "likelihood_ratio": kinds[one.signal.kind].likelihood_ratio,
            "half_life_days": kinds[one.signal.kind].half_life_days,
            "left": _left(one.signal.at, after.evidence.as_of, kinds[one.signal.kind]),
        }
        for one in after.evidence.contributions
        if one.signal is not None
    ]


def _left(heard: datetime, now: datetime, kind: SignalKind) -> float:
    age = (now - heard).total_seconds() / 86_400
    return float(2 ** (-age / kind.half_life_days))


def _odds(row: Record) -> str:
    ratio = row["likelihood_ratio"]
    return f"× {ratio:.3g}" if ratio >= 1 else f"÷ {1 / ratio:.3g}"


_HALF_LIFE = Column(
    key="half_life_days",
    label="Half-life",
    unit=Unit.DAYS,
    cell=lambda row: wording.days(row["half_life_days"]),
    help="Says half as much after so long.",
)
KINDS = (
    Column(
        key="meaning",
        label="What is heard",
        cell=lambda row: wording.sentence_case(row["meaning"]),
    ),
    Column(key="group", label="Group", cell=lambda row: wording.sentence_case(row["group"])),
    Column(
        key="odds",
        label="Odds",
        cell=_odds,
        help="By what factor such news moves the odds of a wind-down.",
    ),
    _HALF_LIFE,
    Column(key="source", label="Source", cell=lambda row: wording.sentence_case(row["source"])),
    Column(key="kind", label="Kind"),
    Column(key="likelihood_ratio", label="Likelihood ratio", unit=Unit.FACTOR),
)
RECORDED = (
    Column(key="signal", label="Signal", unit=Unit.COUNT),
    Column(key="provider", label="Provider"),
    Column(key="kind", label="Kind", cell=lambda row: wording.choice(row["kind"])),
    Column(key="date", label="On", unit=Unit.DATE),
    Column(key="intensity", label="Intensity", unit=Unit.SHARE),
    Column(key="reliability", label="Reliability", unit=Unit.SHARE),
    Column(key="source", label="Source"),
)
LINES = (
    Column(key="date", label="On", unit=Unit.DATE),
    Column(
        key="label",
        label="What was heard",
        cell=lambda row: wording.sentence_case(row["label"]),
    ),
    Column(key="group", label="Group"),
    Column(
        key="likelihood_ratio",
        label="Times as likely",
        cell=lambda row: f"{row['likelihood_ratio']:.3g}",
        help="A wind-down, when the signal is new.",
    ),
    _HALF_LIFE,
    Column(key="left", label="Left of it", unit=Unit.SHARE),
    Column(
        key="counted",
        label="Counted",
        unit=Unit.SHARE,
        help="All of the strongest of a group, part of the others.",
    ),
    Column(
        key="ln_units",
        label="Log odds",
        unit=Unit.FACTOR,
        cell=lambda row: f"{row['ln_units']:+.2f}",
        help="Added to ln(p / (1 - p)).",
    ),
    Column(key="source", label="Source", cell=lambda row: row["source"].replace("|", "; ")),
)
PAGE = chosen(
    LINES, "date label likelihood_ratio half_life_days left counted ln_units source".split()
)
TERMINAL = chosen(LINES, "label group date counted ln_units".split())
