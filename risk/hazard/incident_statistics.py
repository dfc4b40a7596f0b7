"""Statistics of past incidents: how long repair takes, how often, how far apart, with whom.

Definitions follow Chu, Talluri, Lu and Iosup, ICPE 2025, whose published table these functions
reproduce. Three of its conventions are worth knowing:

* An incident of several services counts once for each of them when services are pooled.
* Shares of incidents divide by all of them, those of unknown length included; what the paper
  prints as "over 24 hours" is the rest, so it holds the unknown ones.
* Planned maintenance counts as an incident.

Which services and providers are out on the same days is counted on the days of uptime pages, as
the paper does; docs/method.md §1 asks whether two providers falter together more often than two
independent ones would.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations, groupby, pairwise
from statistics import fmean, median

from risk.hazard.durations import LengthFit, fit_lengths
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay

_DAY = timedelta(days=1)
_DAYS_PER_YEAR = 365.25
#: Provider and service, the latter in lower case.
ServiceKey = tuple[str, str]


class Pooling(StrEnum):
    """What is one row: a service, or a provider as the sum of its services or by itself."""

    SERVICE = "service"
    PROVIDER = "provider"


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
    if pooling is Pooling.SERVICE:
        services = _services(told, watched)
        return tuple(_statistics(one) for one in (*services, *_pooled(services)))
    found = []
    for name in sorted({one.provider for one in told} | {day.provider for day in watched}):
        series = [one for one in told if one.provider == name]
        page = worst_days(day for day in watched if day.provider == name)
        found.append(_statistics(_Past(name, None, [series], page)))
    return tuple(found)


@dataclass(frozen=True)
class _Past:
    """Series of incidents and the days watched of a service, or of a whole provider."""

    provider: str
    service: str | None
    series: list[list[Incident]]
    days: list[ServiceDay]


def _services(incidents: Iterable[Incident], days: Iterable[ServiceDay]) -> list[_Past]:
    """Each service of each provider; incidents and pages spell names in other cases."""
    found: dict[ServiceKey, _Past] = {}

    def past(provider: str, name: str) -> _Past:
        return found.setdefault((provider, name.casefold()), _Past(provider, name, [[]], []))

    for incident in incidents:
        for name in incident.services:
            past(incident.provider, name).series[0].append(incident)
    for day in days:
        past(day.provider, day.service).days.append(day)
    return [found[key] for key in sorted(found)]


def _pooled(services: Sequence[_Past]) -> Iterator[_Past]:
    """One for each provider over its services, nothing de-duplicated."""
    for provider, own in groupby(services, lambda one: one.provider):
        parts = list(own)
        series = [part for one in parts for part in one.series]
        yield _Past(provider, None, series, [day for one in parts for day in one.days])


def worst_days(days: Iterable[ServiceDay]) -> list[ServiceDay]:
    """Of each day the service that lost most, in order of time."""
    worst: dict[date, ServiceDay] = {}
    for day in days:
        before = worst.setdefault(day.day, day)
        worst[day.day] = max(before, day, key=lambda one: (one.lost_minutes, one.is_outage_day))
    return [worst[day] for day in sorted(worst)]


def _statistics(past: _Past) -> IncidentStatistics:
    """Describe one or several series of incidents; gaps are taken inside each series."""
    incidents = [one for part in past.series for one in part]
    gaps = [gap for part in past.series for gap in days_between_starts(part)]
    starts = [one.started_at for one in incidents]
    years = (max(starts) - min(starts)) / _DAY / _DAYS_PER_YEAR if starts else 0.0
    return IncidentStatistics(
        provider=past.provider,
        service=past.service,
        incidents=len(incidents),
        unknown_duration=sum(one.resolved_at is None for one in incidents),
        maintenance=sum(one.level is IncidentLevel.MAINTENANCE for one in incidents),
        repair=repair_times(incidents),
        mean_days_between=fmean(gaps) if gaps else None,
        rate_per_year=len(starts) / years if years > 0 else None,
        uptime=uptime(past.days),
    )


def days_between_starts(incidents: Iterable[Incident]) -> tuple[float, ...]:
    """Days from each start to the next one, in order of time; one fewer than incidents."""
    starts = sorted(one.started_at for one in incidents)
    return tuple((later - earlier) / _DAY for earlier, later in pairwise(starts))


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
        fit=fit_lengths(hours),
    )


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


@dataclass(frozen=True, kw_only=True)
class CoOutage:
    """Outage days of two services, and days on which both were out."""

    first: ServiceKey
    second: ServiceKey
    first_days: int
    second_days: int
    both_days: int

    @property
    def first_given_second(self) -> float | None:
        """P(first out | second out); None if the second never was."""
        return self.both_days / self.second_days if self.second_days else None

    @property
    def second_given_first(self) -> float | None:
        """P(second out | first out); None if the first never was."""
        return self.both_days / self.first_days if self.first_days else None


@dataclass(frozen=True, kw_only=True)
class JointOutages:
    """Two providers over the ``days`` on which both were watched, from ``since`` to ``until``."""

    first: str
    second: str
    since: date
    until: date
    days: int
    first_days: int
    second_days: int
    both_days: int

    @property
    def expected_days(self) -> float:
        """Days with both out, had they nothing to do with each other."""
        return self.first_days * self.second_days / self.days


def outage_days(days: Iterable[ServiceDay]) -> Mapping[ServiceKey, frozenset[date]]:
    """The days with any outage of each service; a service without one has an empty set."""
    found: dict[ServiceKey, set[date]] = {}
    for day in days:
        own = found.setdefault((day.provider, day.service.casefold()), set())
        if day.is_outage_day:
            own.add(day.day)
    return {key: frozenset(own) for key, own in sorted(found.items())}


def co_outages(days: Iterable[ServiceDay]) -> tuple[CoOutage, ...]:
    """Every pair of services with its common outage days."""
    out = outage_days(days)
    return tuple(
        CoOutage(first=first, second=second, **_counted(out[first], out[second]))
        for first, second in combinations(out, 2)
    )


def joint_outages(
    days: Sequence[ServiceDay],
    first: str,
    second: str,
    *,
    since: date = date.min,
    until: date = date.max,
) -> JointOutages | None:
    """How often two providers had any service out on the same day.

    Only days on which both were watched count, from ``since`` to ``until`` inclusive; None if
    there are none. A provider is out on a day on which any of its services is.
    """
    own = [[day for day in days if day.provider == name] for name in (first, second)]
    watched = [{day.day for day in part} for part in own]
    common = {day for day in watched[0] & watched[1] if since <= day <= until}
    if not common:
        return None
    out = [{day.day for day in part if day.is_outage_day} & common for part in own]
    return JointOutages(
        first=first,
        second=second,
        since=min(common),
        until=max(common),
        days=len(common),
        **_counted(*out),
    )


def _counted(first: Set[date], second: Set[date]) -> dict[str, int]:
    both = len(first & second)
    return {"first_days": len(first), "second_days": len(second), "both_days": both}
