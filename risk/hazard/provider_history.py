"""What the imported history says of one provider: by month, how long, how far apart, with whom.

Means come with 90 % intervals by resampling (percentile bootstrap), which takes incidents as
independent of each other; outages come in clusters, so the true interval is wider. Planned work is
no falter and left out. docs/method.md §8.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from scipy.stats import hypergeom

from risk.hazard.co_outages import CoOutage, JointOutages, co_outages, joint_outages
from risk.hazard.incident_statistics import Uptime, days_between_starts, uptime
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay

#: What an interval covers, and from how many resamples it is taken.
LEVEL = 0.9
RESAMPLES = 4_000
#: Long histories need fewer, and would need too much memory.
_MOST_DRAWN = 4_000_000
#: Of fewer values no interval is given.
LEAST_VALUES = 5
#: So many days that both were watched are the least for saying who fails together.
LEAST_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean of ``values`` values, with its 90 % interval where there are enough of them."""

    mean: float
    low: float | None
    high: float | None
    values: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month: incidents by level (None: unknown severity), and availability if it was watched.

    ``days_watched`` counts the days of an uptime page; a page that told none has None.
    """

    first_day: date
    by_level: Mapping[IncidentLevel | None, int]
    availability: float | None
    days_watched: int


@dataclass(frozen=True, kw_only=True)
class Together:
    """How often two providers were out on one day, against what chance alone would give.

    ``chance`` is the probability of as many common days or more, were the outage days of both
    spread independently over the days watched. ``from_uptime``: counted on uptime pages, else on
    days with an incident going on.
    """

    other: str
    joint: JointOutages
    chance: float
    from_uptime: bool

    @property
    def ratio(self) -> float | None:
        """Common days by those expected; None where none were expected."""
        expected = self.joint.expected_days
        return self.joint.both_days / expected if expected > 0 else None


@dataclass(frozen=True, kw_only=True)
class ProviderHistory:
    """One provider's past; an incident counts once, whatever it hit.

    ``repair_hours`` and ``days_between`` (starts of incidents that follow each other) are None
    where nothing is known. ``services`` are pairs of its own services on its uptime page that were
    ever out together, most days first.
    """

    provider: str
    incidents: tuple[Incident, ...]
    unknown_length: int
    maintenance: int
    months: tuple[Month, ...]
    repair_hours: Estimate | None
    days_between: Estimate | None
    uptime: Uptime | None
    together: tuple[Together, ...]
    services: tuple[CoOutage, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was imported of it."""
        return not self.incidents and self.uptime is None


def provider_history(
    provider: str, incidents: Iterable[Incident], days: Iterable[ServiceDay], *, seed: int
) -> ProviderHistory:
    """Describe one provider's past from everybody's incidents and days.

    A day on an uptime page is as bad as the worst service on it. ``seed`` is of the resampling.
    """
    told, watched = list(incidents), list(days)
    own = [one for one in told if one.provider == provider]
    falters = [one for one in own if one.level is not IncidentLevel.MAINTENANCE]
    worst = _worst_days([day for day in watched if day.provider == provider])
    hours = [one.hours for one in falters if one.hours is not None]
    return ProviderHistory(
        provider=provider,
        incidents=tuple(sorted(falters, key=lambda one: one.started_at)),
        unknown_length=len(falters) - len(hours),
        maintenance=len(own) - len(falters),
        months=_months(falters, worst),
        repair_hours=mean_estimate(hours, seed=seed),
        days_between=mean_estimate(days_between_starts(falters), seed=seed + 1),
        uptime=uptime(worst),
        together=_together(provider, told, watched),
        services=_own_services(day for day in watched if day.provider == provider),
    )


def mean_estimate(values: Sequence[float], *, seed: int) -> Estimate | None:
    """The mean of some values with a 90 % percentile-bootstrap interval; None of no value."""
    if not values:
        return None
    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean())
    if len(found) < LEAST_VALUES:
        return Estimate(mean=mean, low=None, high=None, values=len(found))
    resamples = max(400, min(RESAMPLES, _MOST_DRAWN // len(found)))
    picks = np.random.default_rng(seed).integers(0, len(found), size=(resamples, len(found)))
    low, high = np.quantile(found[picks].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(mean=mean, low=float(low), high=float(high), values=len(found))


def chance_of_as_many(joint: JointOutages) -> float:
    """P(common days >= those seen) if both providers' days were spread independently."""
    law = hypergeom(joint.days, joint.first_days, joint.second_days)
    return float(law.sf(joint.both_days - 1))


def _own_services(days: Iterable[ServiceDay]) -> tuple[CoOutage, ...]:
    pairs = (one for one in co_outages(days) if one.both_days)
    return tuple(sorted(pairs, key=lambda one: (-one.both_days, one.first, one.second)))


def _worst_days(days: Iterable[ServiceDay]) -> list[ServiceDay]:
    worst: dict[date, ServiceDay] = {}
    for day in days:
        before = worst.setdefault(day.day, day)
        worst[day.day] = max(before, day, key=lambda one: one.lost_minutes)
    return [worst[day] for day in sorted(worst)]


def _months(incidents: Sequence[Incident], worst: Sequence[ServiceDay]) -> tuple[Month, ...]:
    """Every month from the first to the last that anything is known of, empty ones included."""
    starts = [_month(one.started_at.astimezone(UTC).date()) for one in incidents]
    by_month: dict[date, Counter[IncidentLevel | None]] = {}
    for month, one in zip(starts, incidents, strict=True):
        by_month.setdefault(month, Counter())[one.level] += 1
    watched: dict[date, list[ServiceDay]] = {}
    for day in worst:
        watched.setdefault(_month(day.day), []).append(day)
    known = sorted({*by_month, *watched})
    if not known:
        return ()
    return tuple(
        Month(
            first_day=month,
            by_level=dict(by_month.get(month, {})),
            availability=found.availability if (found := uptime(watched.get(month, []))) else None,
            days_watched=len(watched.get(month, [])),
        )
        for month in _every_month(known[0], known[-1])
    )


def _month(day: date) -> date:
    return day.replace(day=1)


def _every_month(first: date, last: date) -> Iterable[date]:
    month = first
    while month <= last:
        yield month
        month = _month(month + timedelta(days=32))


def _together(
    provider: str, incidents: Sequence[Incident], days: Sequence[ServiceDay]
) -> tuple[Together, ...]:
    """Every other provider with enough common days, most beyond chance first."""
    found = []
    as_days = [day for one in incidents for day in _days_of(one)]
    others = {day.provider for day in days} | {one.provider for one in incidents}
    for other in sorted(others - {provider}):
        both = (provider, other)
        from_uptime = {day.provider for day in days} >= set(both)
        basis = list(days) if from_uptime else _filled(as_days, incidents, both)
        joint = joint_outages(basis, *both)
        if joint is None or joint.days < LEAST_DAYS:
            continue
        if not joint.first_days or not joint.second_days:
            continue
        chance = chance_of_as_many(joint)
        found.append(Together(other=other, joint=joint, chance=chance, from_uptime=from_uptime))
    return tuple(sorted(found, key=lambda one: (one.chance, one.other)))


def _days_of(incident: Incident) -> Iterable[ServiceDay]:
    """The days (UTC) on which an incident went on, each as an outage day of its provider."""
    if incident.level is IncidentLevel.MAINTENANCE:
        return
    day = incident.started_at.astimezone(UTC).date()
    last = (incident.resolved_at or incident.started_at).astimezone(UTC).date()
    while day <= last:
        yield _day(incident.provider, day, out=True)
        day += timedelta(days=1)


def _filled(
    out: Sequence[ServiceDay], incidents: Sequence[Incident], both: tuple[str, str]
) -> list[ServiceDay]:
    """The days of both providers' histories, with and without an incident.

    Each history is taken to run from its first incident to its last.
    """
    filled = [day for day in out if day.provider in both]
    for name in both:
        starts = [one.started_at for one in incidents if one.provider == name]
        first, last = _span(starts)
        known = {day.day for day in filled if day.provider == name}
        day = first
        while day <= last:
            if day not in known:
                filled.append(_day(name, day, out=False))
            day += timedelta(days=1)
    return filled


def _span(starts: Sequence[datetime]) -> tuple[date, date]:
    if not starts:
        return date.max, date.min
    return min(starts).astimezone(UTC).date(), max(starts).astimezone(UTC).date()


def _day(provider: str, day: date, *, out: bool) -> ServiceDay:
    return ServiceDay(
        provider=provider,
        service="",
        day=day,
        partial_minutes=0.0,
        major_minutes=1.0 if out else 0.0,
        source="incidents",
        time_zone="UTC",
    )
