"""Which services and providers are out on the same days.

Counted on the days of uptime pages, as Chu et al., ICPE 2025 do; docs/method.md §1 asks whether
two providers falter together more often than two independent ones would.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from risk.hazard.incidents.records import ServiceDay

#: Provider and service, the latter in lower case.
ServiceKey = tuple[str, str]


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
    """Two providers over the days on which both were watched.

    ``expected_days`` is first · second / days: what independence would give.
    """

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
    return tuple(
        CoOutage(
            first=first,
            second=second,
            first_days=len(first_days),
            second_days=len(second_days),
            both_days=len(first_days & second_days),
        )
        for (first, first_days), (second, second_days) in combinations(outage_days(days).items(), 2)
    )


def joint_outages(
    days: Sequence[ServiceDay],
    first: str,
    second: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> JointOutages | None:
    """How often two providers had any service out on the same day.

    Only days on which both were watched count, from ``since`` to ``until`` inclusive; None if
    there are none. A provider is out on a day on which any of its services is.
    """
    watched = {name: {day.day for day in days if day.provider == name} for name in (first, second)}
    common = {
        day
        for day in watched[first] & watched[second]
        if (since is None or day >= since) and (until is None or day <= until)
    }
    if not common:
        return None
    out = {
        name: {day.day for day in days if day.provider == name and day.is_outage_day} & common
        for name in (first, second)
    }
    return JointOutages(
        first=first,
        second=second,
        since=min(common),
        until=max(common),
        days=len(common),
        first_days=len(out[first]),
        second_days=len(out[second]),
        both_days=len(out[first] & out[second]),
    )
