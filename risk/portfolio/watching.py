"""Limits that an owner sets for a portfolio: what is measured, what is exceeded, what moved.

A reading keeps what each measure is made of, so that the next one can name what moved it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from heapq import nlargest
from typing import TYPE_CHECKING

from risk.portfolio.results import Interval, PortfolioAssessment, StartupAssessment

if TYPE_CHECKING:
    from risk.hazard.signals import WindDown
    from risk.portfolio.deadlines import DeadlineCalendar

#: So many parts are named among what moved a measure.
MOST_NAMED = 3
#: So many parts of a measure are kept, the largest; the others are kept as one.
MOST_PARTS = 1_000
#: A part that moved by less than this share of its measure is not named.
_WORTH_NAMING = 0.001


class Measure(StrEnum):
    """What can be limited."""

    EXPECTED_LOSS = "expected_loss_usd"
    DEVELOPER_SHARE = "developer_share"
    WIND_DOWN = "wind_down_90d"
    RETIREMENT_SLACK = "retirement_slack_days"

    @property
    def is_floor(self) -> bool:
        """Whether too little is bad; of all others it is too much."""
        return self is Measure.RETIREMENT_SLACK


#: What a limit may be, by measure: USD a year, shares, a probability, days.
RANGES: Mapping[Measure, tuple[float, float]] = {
    Measure.EXPECTED_LOSS: (0.0, 1e15),
    Measure.DEVELOPER_SHARE: (0.0, 1.0),
    Measure.WIND_DOWN: (0.0, 1.0),
    Measure.RETIREMENT_SLACK: (-3650.0, 3650.0),
}


class Cause(StrEnum):
    """What differs between two readings, apart from their values."""

    REGISTER = "the register or an assumption"
    FACTS = "the reference facts"
    MODEL = "the model"
    SIGNALS = "signals about providers"
    INCIDENTS = "imported incidents"
    TIME = "the day"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One measure. ``value`` None: nothing is known that it could be made of.

    ``subject`` is who or what sets the value; ``parts`` are what it is made of, by name. Where they
    are too many to be kept, ``is_cut`` is True and those that weigh least are left out.
    ``interval`` is the 10 to 90 % range of the value today, which is not kept; None: it has none.
    """

    value: float | None
    subject: str | None
    parts: Mapping[str, float] = field(default_factory=dict)
    is_cut: bool = False
    interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Readings:
    """All measures of a portfolio at one time, and what they were taken from.

    ``incidents`` is None where an earlier version did not keep it.
    """

    as_of: date
    measures: Mapping[Measure, Reading]
    data: str
    facts: str
    model: str
    signals: str
    incidents: str | None = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One part of a measure that is not what it was; None: it was not there, or is gone."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One measure beside its limit (None: none is set) and the reading before (None: none).

    ``interval`` is the 10 to 90 % range of the value, None where it has none.
    """

    measure: Measure
    limit: float | None
    value: float | None
    interval: Interval | None
    subject: str | None
    before: float | None
    subject_before: str | None
    moved: tuple[Moved, ...]

    @property
    def exceeded(self) -> bool:
        """Whether the limit is passed today. What is unknown passes none."""
        return self._passes(self.value)

    @property
    def was_exceeded(self) -> bool:
        """Whether the last reading passed today's limit."""
        return self._passes(self.before)

    def _passes(self, value: float | None) -> bool:
        if self.limit is None or value is None:
            return False
        return value < self.limit if self.measure.is_floor else value > self.limit


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A portfolio beside its limits. ``since`` None: nothing was read before.

    ``causes`` say what differs since then; they are named, not weighed against each other.
    """

    portfolio: str
    as_of: date
    since: datetime | None
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    readings: Readings

    @property
    def exceeded(self) -> tuple[Finding, ...]:
        """The measures that pass their limit."""
        return tuple(one for one in self.findings if one.exceeded)

    @property
    def recovered(self) -> tuple[Finding, ...]:
        """Those that passed it when last read and do no longer."""
        return tuple(one for one in self.findings if one.was_exceeded and not one.exceeded)


def take_readings(
    assessment: PortfolioAssessment,
    *,
    wind_downs: Mapping[str, "WindDown"],
    calendar: "DeadlineCalendar",
    signals: str,
    incidents: str,
) -> Readings:
    """Measure a portfolio.

    Args:
        assessment: the scored portfolio.
        wind_downs: by developer on whom it stands, the chance of a wind-down in 90 days.
        calendar: its deadlines, as far ahead as retirements are published.
        signals: stands for everything heard of those developers.
        incidents: stands for all imported incidents that rates are learned from.
    """
    startups = assessment.startups
    losses = largest_losses(startups, MOST_PARTS)
    shares = dict(assessment.concentration["developer"].shares)
    models = calendar.of_models()
    tight = models.least_slack(MOST_PARTS)
    # Of a startup with several such days, the first counts.
    slack = {f"{one.model} at {one.startup}": one.slack_days for one in reversed(tight)}
    tightest = tight[0] if tight else None
    likeliest = _most({name: one.probability for name, one in wind_downs.items()})
    measures = {
        Measure.EXPECTED_LOSS: Reading(
            value=assessment.aal_usd,
            subject=_largest(losses),
            parts=losses,
            is_cut=len(startups) > len(losses),
            interval=assessment.aal_interval_usd,
        ),
        Measure.DEVELOPER_SHARE: _most(shares),
        Measure.WIND_DOWN: replace(likeliest, interval=_interval(wind_downs, likeliest.subject)),
        Measure.RETIREMENT_SLACK: Reading(
            value=tightest.slack_days if tightest else None,
            subject=f"{tightest.model} at {tightest.startup}" if tightest else None,
            parts=slack,
            is_cut=len(models) > len(tight),
            interval=tightest.slack_range if tightest else None,
        ),
    }
    return Readings(
        as_of=calendar.as_of,
        measures=measures,
        data=assessment.register_digest,
        facts=assessment.catalogue_date,
        model=assessment.model_version,
        signals=signals,
        incidents=incidents,
    )


def largest_losses(startups: Sequence[StartupAssessment], most: int) -> dict[str, float]:
    """Expected losses in USD a year by startup, of those that lose most."""
    # Whoever only names a measure, as the terminal's help does, waits for no engine.
    import numpy as np

    from risk.portfolio.startups import Assessed

    if not isinstance(startups, Assessed):
        found = nlargest(most, startups, key=lambda one: one.aal_usd)
        return {one.startup: one.aal_usd for one in found}
    mean, names = startups.table.answers.mean, startups.table.names
    rows = np.argsort(-mean, kind="stable")[:most]
    return {names[row]: float(mean[row]) for row in rows.tolist()}


def compare(
    portfolio: str,
    readings: Readings,
    *,
    limits: Mapping[Measure, float],
    before: Readings | None,
    since: datetime | None,
) -> Watch:
    """Set readings beside their limits, and beside the readings before."""
    earlier = before.measures if before is not None else {}
    return Watch(
        portfolio=portfolio,
        as_of=readings.as_of,
        since=since if before is not None else None,
        findings=tuple(
            _finding(measure, readings.measures[measure], limits.get(measure), earlier.get(measure))
            for measure in Measure
        ),
        causes=() if before is None else _causes(before, readings),
        readings=readings,
    )


def _finding(
    measure: Measure, reading: Reading, limit: float | None, before: Reading | None
) -> Finding:
    return Finding(
        measure=measure,
        limit=limit,
        value=reading.value,
        interval=reading.interval,
        subject=reading.subject,
        before=before.value if before else None,
        subject_before=before.subject if before else None,
        moved=_moved(before, reading) if before else (),
    )


def _moved(before: Reading, after: Reading) -> tuple[Moved, ...]:
    """The parts that moved most, as far as it is worth naming them."""
    names = before.parts.keys() | after.parts.keys()
    if before.is_cut or after.is_cut:
        # Whoever is missing may only weigh too little to be kept.
        names = before.parts.keys() & after.parts.keys()
    least = _WORTH_NAMING * max(abs(before.value or 0.0), abs(after.value or 0.0))
    moved = [
        Moved(name=one, before=before.parts.get(one), after=after.parts.get(one)) for one in names
    ]
    by = {one.name: abs((one.after or 0.0) - (one.before or 0.0)) for one in moved}
    worth = [one for one in moved if by[one.name] > least or None in (one.before, one.after)]
    worth.sort(key=lambda one: (-by[one.name], one.name))
    return tuple(worth[:MOST_NAMED])


def _causes(before: Readings, after: Readings) -> tuple[Cause, ...]:
    differs = {
        Cause.REGISTER: before.data != after.data,
        Cause.FACTS: before.facts != after.facts,
        Cause.MODEL: before.model != after.model,
        Cause.SIGNALS: before.signals != after.signals,
        Cause.INCIDENTS: before.incidents not in (None, after.incidents),
        Cause.TIME: before.as_of != after.as_of,
    }
    return tuple(cause for cause, changed in differs.items() if changed)


def _most(parts: Mapping[str, float]) -> Reading:
    subject = _largest(parts)
    return Reading(value=parts[subject] if subject else None, subject=subject, parts=dict(parts))


def _interval(wind_downs: Mapping[str, "WindDown"], subject: str | None) -> Interval | None:
    found = wind_downs.get(subject) if subject is not None else None
    return Interval(low=found.low, high=found.high) if found else None


def _largest(parts: Mapping[str, float]) -> str | None:
    return max(parts, key=lambda name: (parts[name], name), default=None)
