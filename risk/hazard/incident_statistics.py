"""What past incidents say of a service: how long repair takes, how far apart they are, how often.

Definitions follow Chu, Talluri, Lu and Iosup, ICPE 2025, whose published table these functions
reproduce. Three of its conventions are worth knowing:

* An incident of several services counts once for each of them when services are pooled.
* Shares of incidents divide by all of them, those of unknown length included; what the paper
  prints as "over 24 hours" is the rest, so it holds the unknown ones.
* Planned maintenance counts as an incident.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import exp, log
from statistics import fmean, median

from risk.hazard.duration_fitting import HOURS_PER_DAY, TooFewDurations, fit_durations
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay

_DAY = timedelta(days=1)
_DAYS_PER_YEAR = 365.25


class Pooling(StrEnum):
    """What is one row: a service, or a provider as the sum of its services or by itself."""

    SERVICE = "service"
    PROVIDER = "provider"


@dataclass(frozen=True)
class LengthFit:
    """ln(hours) is normal with mean ``mu`` and standard deviation ``sigma``, from ``incidents``."""

    incidents: int
    mu: float
    sigma: float

    @property
    def median_hours(self) -> float:
        """The median of the fitted law, e^mu."""
        return exp(self.mu)


@dataclass(frozen=True, kw_only=True)
class RepairTimes:
    """Hours to resolution of the incidents whose length is known, and shares of all incidents."""

    known: int
    mean_hours: float | None
    median_hours: float | None
    within_1_hour: float
    within_3_hours: float
    over_24_hours: float
    over_24_hours_or_unknown: float
    fit: LengthFit | None


@dataclass(frozen=True, kw_only=True)
class Uptime:
    """What the uptime page says: days watched, days with any outage, mean availability 0 to 1."""

    days: int
    outage_days: int
    outage_day_share: float
    availability: float


@dataclass(frozen=True, kw_only=True)
class IncidentStatistics:
    """One service, or one provider where ``service`` is None.

    ``mean_days_between`` is the mean gap between starts in the same service (MTBF);
    ``rate_per_year`` is incidents by the years from the first to the last of them. Both are None
    with fewer than two incidents. ``uptime`` is None where no page was imported.
    """

    provider: str
    service: str | None
    incidents: int
    unknown_duration: int
    maintenance: int
    repair: RepairTimes
    mean_days_between: float | None
    rate_per_year: float | None
    uptime: Uptime | None


def incident_statistics(
    incidents: Iterable[Incident], days: Iterable[ServiceDay] = (), *, pooling: Pooling
) -> tuple[IncidentStatistics, ...]:
    """Describe the past, by provider and service name.

    With ``Pooling.SERVICE`` one row for each service, and one for each provider in which an
    incident of three services counts three times, as the paper pools. With ``Pooling.PROVIDER``
    one row for each provider in which every incident counts once, whether or not it names a
    service; a day there is as bad as the worst service on it.
    """
    told, watched = list(incidents), list(days)
    if pooling is Pooling.PROVIDER:
        names = sorted({one.provider for one in told} | {day.provider for day in watched})
        return tuple(_whole_provider(name, told, watched) for name in names)
    by_service = _services(told, watched)
    rows = tuple(
        _statistics(provider, name, [found], by_day)
        for (provider, _), (name, found, by_day) in by_service.items()
    )
    return rows + _pooled_services(by_service)


_Service = tuple[str, list[Incident], list[ServiceDay]]


def _services(
    incidents: Iterable[Incident], days: Iterable[ServiceDay]
) -> dict[tuple[str, str], _Service]:
    """Each service's spelling, incidents and days; the two files spell names in other cases."""
    found: dict[tuple[str, str], _Service] = {}
    for incident in incidents:
        for name in incident.services:
            key = (incident.provider, name.casefold())
            found.setdefault(key, (name, [], []))[1].append(incident)
    for day in days:
        key = (day.provider, day.service.casefold())
        found.setdefault(key, (day.service, [], []))[2].append(day)
    return dict(sorted(found.items()))


def _pooled_services(
    by_service: Mapping[tuple[str, str], _Service],
) -> tuple[IncidentStatistics, ...]:
    """One row for each provider over its services, nothing de-duplicated."""
    rows = []
    for provider in sorted({provider for provider, _ in by_service}):
        services = [found for (owner, _), found in by_service.items() if owner == provider]
        series = [incidents for _, incidents, _ in services]
        days = [day for _, _, watched in services for day in watched]
        rows.append(_statistics(provider, None, series, days))
    return tuple(rows)


def _whole_provider(
    provider: str, incidents: Iterable[Incident], days: Iterable[ServiceDay]
) -> IncidentStatistics:
    own = [one for one in incidents if one.provider == provider]
    worst: dict[date, ServiceDay] = {}
    for day in days:
        if day.provider == provider:
            before = worst.setdefault(day.day, day)
            worst[day.day] = max(before, day, key=lambda one: (one.lost_minutes, one.is_outage_day))
    return _statistics(provider, None, [own], list(worst.values()))


def _statistics(
    provider: str,
    service: str | None,
    series: Sequence[Sequence[Incident]],
    days: Sequence[ServiceDay],
) -> IncidentStatistics:
    """Describe one or several series of incidents; gaps are taken inside each series."""
    incidents = [one for part in series for one in part]
    gaps = [gap for part in series for gap in days_between_starts(part)]
    return IncidentStatistics(
        provider=provider,
        service=service,
        incidents=len(incidents),
        unknown_duration=sum(one.resolved_at is None for one in incidents),
        maintenance=sum(one.level is IncidentLevel.MAINTENANCE for one in incidents),
        repair=repair_times(incidents),
        mean_days_between=fmean(gaps) if gaps else None,
        rate_per_year=_rate_per_year([one.started_at for one in incidents]),
        uptime=uptime(days),
    )


def days_between_starts(incidents: Iterable[Incident]) -> tuple[float, ...]:
    """Days from each start to the next one, in order of time; one fewer than incidents."""
    starts = sorted(one.started_at for one in incidents)
    return tuple((later - earlier) / _DAY for earlier, later in pairwise(starts))


def _rate_per_year(starts: Sequence[datetime]) -> float | None:
    if len(starts) < 2:
        return None
    years = (max(starts) - min(starts)) / _DAY / _DAYS_PER_YEAR
    return len(starts) / years if years > 0 else None


def repair_times(incidents: Sequence[Incident]) -> RepairTimes:
    """Hours from the first word of an incident to the word that it is over."""
    hours = [one.hours for one in incidents if one.hours is not None]
    total = len(incidents) or 1
    within_24 = sum(one <= 24 for one in hours) / total
    return RepairTimes(
        known=len(hours),
        mean_hours=fmean(hours) if hours else None,
        median_hours=median(hours) if hours else None,
        within_1_hour=sum(one <= 1 for one in hours) / total,
        within_3_hours=sum(one <= 3 for one in hours) / total,
        over_24_hours=sum(one > 24 for one in hours) / total,
        over_24_hours_or_unknown=len(incidents) / total - within_24,
        fit=fit_length(hours),
    )


def fit_length(hours: Iterable[float]) -> LengthFit | None:
    """The most likely lognormal law of lengths above zero (method §1).

    None where fewer than two different lengths are known.
    """
    try:
        fit = fit_durations(one / HOURS_PER_DAY for one in hours)
    except TooFewDurations:
        return None
    return LengthFit(fit.incidents, fit.law.mu + log(HOURS_PER_DAY), fit.law.sigma)


def uptime(days: Sequence[ServiceDay]) -> Uptime | None:
    """Mean availability and outage days; None if no day was watched.

    An outage day has minutes of outage. (A page's own flag may say 2, and marks no more.)
    """
    if not days:
        return None
    outage_days = sum(day.is_outage_day for day in days)
    return Uptime(
        days=len(days),
        outage_days=outage_days,
        outage_day_share=outage_days / len(days),
        availability=fmean(day.availability for day in days),
    )


def impact_range(incidents: Iterable[Incident]) -> Mapping[int, float]:
    """Share of service incidents that came with 1, 2, 3, … services of the provider down at once.

    An incident of three services weighs three; one that names no service weighs nothing.
    """
    weights = Counter[int]()
    for incident in incidents:
        weights[len(incident.services)] += len(incident.services)
    total = weights.total()
    return {reach: weights[reach] / total for reach in sorted(weights) if weights[reach]}
