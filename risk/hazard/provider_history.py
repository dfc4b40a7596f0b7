"""History of one provider as imported: by month, how long, how far apart, with whom.

Means come with 90 % intervals by resampling (percentile bootstrap), which takes incidents as
independent of each other; outages come in clusters, so the true interval is wider. Planned work is
no disruption and left out. docs/method.md §8.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import scipy

from risk.hazard.calibration import first_days
from risk.hazard.incident_statistics import (
    CoOutage,
    JointOutages,
    Uptime,
    co_outages,
    days_between_starts,
    joint_outages,
    uptime,
    worst_days,
)
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
    disruptions = [one for one in own if one.level is not IncidentLevel.MAINTENANCE]
    watched_here = [day for day in watched if day.provider == provider]
    worst = worst_days(watched_here)
    hours = [one.hours for one in disruptions if one.hours is not None]
    return ProviderHistory(
        provider=provider,
        incidents=tuple(sorted(disruptions, key=lambda one: one.started_at)),
        unknown_length=len(disruptions) - len(hours),
        maintenance=len(own) - len(disruptions),
        months=_months(disruptions, worst),
        repair_hours=mean_estimate(hours, seed=seed),
        days_between=mean_estimate(days_between_starts(disruptions), seed=seed + 1),
        uptime=uptime(worst),
        together=_together(provider, told, watched),
        services=tuple(
            sorted(
                (one for one in co_outages(watched_here) if one.both_days),
                key=lambda one: (-one.both_days, one.first, one.second),
            )
        ),
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
    law = scipy.stats.hypergeom(joint.days, joint.first_days, joint.second_days)
    return float(law.sf(joint.both_days - 1))


def _months(incidents: Sequence[Incident], worst: Sequence[ServiceDay]) -> tuple[Month, ...]:
    """Every month from the first to the last that anything is known of, empty ones included."""
    by_month: dict[date, Counter[IncidentLevel | None]] = {}
    for one in incidents:
        month = one.started_at.astimezone(UTC).date().replace(day=1)
        by_month.setdefault(month, Counter())[one.level] += 1
    watched: dict[date, list[ServiceDay]] = {}
    for day in worst:
        watched.setdefault(day.day.replace(day=1), []).append(day)
    known = {*by_month, *watched}
    return tuple(
        Month(
            first_day=month,
            by_level=dict(by_month.get(month, {})),
            availability=found.availability if (found := uptime(watched.get(month, []))) else None,
            days_watched=len(watched.get(month, [])),
        )
        for month in (first_days(min(known), max(known)) if known else ())
    )


def _together(
    provider: str, incidents: Sequence[Incident], days: Sequence[ServiceDay]
) -> tuple[Together, ...]:
    """Every other provider with enough common days, most beyond chance first."""
    found = []
    on_pages = {day.provider for day in days}
    told = {name: _days_told(name, incidents) for name in {one.provider for one in incidents}}
    for other in sorted((on_pages | set(told)) - {provider}):
        both = (provider, other)
        from_uptime = on_pages >= set(both)
        basis = days if from_uptime else [day for name in both for day in told.get(name, ())]
        joint = joint_outages(basis, *both)
        if joint is None or joint.days < LEAST_DAYS:
            continue
        if not joint.first_days or not joint.second_days:
            continue
        chance = chance_of_as_many(joint)
        found.append(Together(other=other, joint=joint, chance=chance, from_uptime=from_uptime))
    return tuple(sorted(found, key=lambda one: (one.chance, one.other)))


def _days_told(provider: str, incidents: Iterable[Incident]) -> list[ServiceDay]:
    """The days (UTC) of a provider's history, those with an incident going on as outage days.

    The history is taken to run from its first incident to its last; planned work is none.
    """
    own = [one for one in incidents if one.provider == provider]
    out: set[date] = set()
    for one in own:
        if one.level is not IncidentLevel.MAINTENANCE:
            out.update(_days(one.started_at, one.resolved_at or one.started_at))
    starts = [one.started_at for one in own]
    return [
        ServiceDay(
            provider=provider,
            service="",
            day=day,
            partial_minutes=0.0,
            major_minutes=1.0 if day in out else 0.0,
            source="incidents",
            time_zone="UTC",
        )
        for day in {*out, *_days(min(starts), max(starts))}
    ]


def _days(first: datetime, last: datetime) -> Iterable[date]:
    day, end = first.astimezone(UTC).date(), last.astimezone(UTC).date()
    while day <= end:
        yield day
        day += timedelta(days=1)
