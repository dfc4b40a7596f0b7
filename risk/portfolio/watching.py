"""Limits that an owner sets: what is measured, of what, what is exceeded, what moved.

A limit is about a portfolio, a slice of it or one company. A reading keeps what each measure is
made of, so that the next one can name what moved it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from risk.portfolio.results import Interval

#: So many parts are named among what moved a measure.
MOST_NAMED = 3
#: A part that moved by less than this share of its measure is not named.
_WORTH_NAMING = 0.001
#: So many months of cash stand for all more, and for never running out.
MOST_MONTHS = 600.0


class Measure(StrEnum):
    """What can be limited."""

    EXPECTED_LOSS = "expected_loss_usd"
    TAIL = "tvar95_usd"
    DEVELOPER_SHARE = "developer_share"
    PROVIDER_SHARE = "provider_share"
    RUNWAY = "runway_months"
    SCORE = "score"
    RETIREMENT_SLACK = "retirement_slack_days"
    WIND_DOWN = "wind_down_90d"

    @property
    def is_floor(self) -> bool:
        """Whether too little is bad; of all others it is too much."""
        return self in (Measure.RUNWAY, Measure.RETIREMENT_SLACK)

    @property
    def of_one_provider(self) -> bool:
        """Whether a limit of it names a provider."""
        return self is Measure.PROVIDER_SHARE


#: What is read of every portfolio, whatever its limits.
ALWAYS_READ = tuple(one for one in Measure if not one.of_one_provider)
#: What a limit may be, by measure: USD a year, shares, months, a score, days, a probability.
RANGES: Mapping[Measure, tuple[float, float]] = {
    Measure.EXPECTED_LOSS: (0.0, 1e15),
    Measure.TAIL: (0.0, 1e15),
    Measure.DEVELOPER_SHARE: (0.0, 1.0),
    Measure.PROVIDER_SHARE: (0.0, 1.0),
    Measure.RUNWAY: (0.0, MOST_MONTHS),
    Measure.SCORE: (0.0, 100.0),
    Measure.RETIREMENT_SLACK: (-3650.0, 3650.0),
    Measure.WIND_DOWN: (0.0, 1.0),
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What a figure is about: a whole portfolio, one company, or a slice by fields and values."""

    slices: tuple[tuple[str, str], ...] = ()
    startup: str | None = None


WHOLE = About()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A limit that is set. ``provider`` is named where the measure is of one.

    ``number`` stands for what is limited, by whatever name a company goes meanwhile.
    """

    measure: Measure
    value: float
    provider: str | None = None
    about: About = WHOLE
    number: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is about the whole portfolio and no provider."""
        return self.about == WHOLE and self.provider is None

    @property
    def key(self) -> str:
        """A text that tells it apart from every other limit of its portfolio."""
        return self.measure.value if self.is_plain else f"{self.measure} {self.number}"


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
    """One measure. ``value`` None: it cannot be told, and ``missing`` may say why in a sentence.

    ``subject`` is who or what sets the value; ``parts`` are what it is made of, by name. Where they
    are too many to be kept, ``is_cut`` is True and those that weigh least are left out. ``unknown``
    companies count nowhere in the value. ``interval`` is the 10 to 90 % range of the value today,
    which is not kept; None: it has none. ``data`` stands for the register of a slice.
    """

    value: float | None
    subject: str | None
    parts: Mapping[str, float] = field(default_factory=dict)
    is_cut: bool = False
    interval: Interval | None = None
    unknown: int = 0
    missing: str | None = None
    data: str = ""


@dataclass(frozen=True, kw_only=True)
class Readings:
    """All measures of a portfolio at one time, and what they were taken from.

    ``limited`` are those of limits that are not of the whole portfolio, by :attr:`Limit.key`.
    ``incidents`` is None where an earlier version did not keep it.
    """

    as_of: date
    measures: Mapping[Measure, Reading]
    data: str
    facts: str
    model: str
    signals: str
    incidents: str | None = None
    limited: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One part of a measure that is not what it was; None: it was not there, or is gone."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One measure beside its limit (None: none is set) and the reading before (None: none).

    ``key`` is that of its limit. ``interval`` is the 10 to 90 % range of the value, None where it
    has none; ``unknown`` and ``missing`` as of a :class:`Reading`.
    """

    measure: Measure
    limit: float | None
    value: float | None
    interval: Interval | None
    subject: str | None
    before: float | None
    subject_before: str | None
    moved: tuple[Moved, ...]
    key: str = ""
    provider: str | None = None
    about: About = WHOLE
    unknown: int = 0
    missing: str | None = None

    @property
    def exceeded(self) -> bool:
        """Whether the limit is passed today. What is unknown passes none."""
        return self._passes(self.value)

    @property
    def was_exceeded(self) -> bool:
        """Whether the last reading passed today's limit."""
        return self._passes(self.before)

    @property
    def unchecked(self) -> bool:
        """Whether there is a limit and nothing to hold against it."""
        return self.limit is not None and self.value is None

    def _passes(self, value: float | None) -> bool:
        if self.limit is None or value is None:
            return False
        return value < self.limit if self.measure.is_floor else value > self.limit


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A portfolio beside its limits. ``since`` None: nothing was read before.

    ``findings`` are of the whole portfolio first, then of slices, then of companies. ``causes`` say
    what differs since then; they are named, not weighed against each other.
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
        """Those that passed it when last read and are within it now."""
        return tuple(
            one
            for one in self.findings
            if one.was_exceeded and not one.exceeded and not one.unchecked
        )

    @property
    def unchecked(self) -> tuple[Finding, ...]:
        """Those that have a limit and nothing that could be held against it."""
        return tuple(one for one in self.findings if one.unchecked)


def in_order(limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """Limits of a whole portfolio, then of slices, then of companies, each measure by measure."""
    measures = list(Measure)

    def place(one: Limit) -> tuple[object, ...]:
        about = one.about
        company = (about.startup or "").casefold()
        whom = bool(about.startup), bool(about.slices), about.slices, company
        return *whom, measures.index(one.measure), one.provider or ""

    return tuple(sorted(limits, key=place))


def compare(
    portfolio: str,
    readings: Readings,
    *,
    limits: Sequence[Limit],
    before: Readings | None,
    since: datetime | None,
) -> Watch:
    """Set readings beside their limits, and beside the readings before."""
    plain = {one.measure: one.value for one in limits if one.is_plain}
    earlier = before.measures if before is not None else {}
    limited = before.limited if before is not None else {}
    whole = [
        _finding(
            readings.measures[measure], earlier.get(measure), measure, plain.get(measure), measure
        )
        for measure in ALWAYS_READ
    ]
    others = [
        _finding(
            readings.limited[one.key],
            limited.get(one.key),
            one.key,
            one.value,
            one.measure,
            provider=one.provider,
            about=one.about,
        )
        for one in in_order(limits)
        if not one.is_plain
    ]
    return Watch(
        portfolio=portfolio,
        as_of=readings.as_of,
        since=since if before is not None else None,
        findings=(*whole, *others),
        causes=() if before is None else _causes(before, readings),
        readings=readings,
    )


def _finding(
    reading: Reading,
    before: Reading | None,
    key: str,
    limit: float | None,
    measure: Measure,
    *,
    provider: str | None = None,
    about: About = WHOLE,
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
        key=str(key),
        provider=provider,
        about=about,
        unknown=reading.unknown,
        missing=reading.missing,
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
        Cause.REGISTER: before.data != after.data or _slices_differ(before, after),
        Cause.FACTS: before.facts != after.facts,
        Cause.MODEL: before.model != after.model,
        Cause.SIGNALS: before.signals != after.signals,
        Cause.INCIDENTS: before.incidents not in (None, after.incidents),
        Cause.TIME: before.as_of != after.as_of,
    }
    return tuple(cause for cause, changed in differs.items() if changed)


def _slices_differ(before: Readings, after: Readings) -> bool:
    """Whether a slice has other companies or facts; those of the whole may be the same."""
    both = before.limited.keys() & after.limited.keys()
    return any(before.limited[one].data != after.limited[one].data for one in both)
