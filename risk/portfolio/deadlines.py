"""Days on which something ends for a startup, against the days that leaving takes.

Three sorts: a model's published last day, the day on which a contract renews, and the last day on
which notice can be given before it does. What nobody stated is counted, not guessed.

Slack is the days until the end less the days to switch (docs/method.md §3): below zero, a startup
that begins today is late. A retired model is replaced by another one of its developer; at a
renewal one would leave for another developer, which takes longer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, Catalog, Retirement
from risk.exposure.numbers import DependencyNumbers, exposed_use_cases, numbers_of
from risk.exposure.results import Interval
from risk.exposure.vulnerability import switch_terms
from risk.inventory.records import Dependency, Portfolio, Startup

#: The horizons that pages and messages speak of, in days.
HORIZONS = (30, 60, 90)


class DeadlineKind(StrEnum):
    """What the day is."""

    RETIREMENT = "retirement"
    NOTICE = "notice"
    RENEWAL = "renewal"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One day that matters to one dependency of one startup.

    ``days_left`` runs from today to ``day`` and is negative once it has passed. ``slack_days`` is
    the days until ``ends_on`` less ``days_to_switch``, whose 10-90 % range over unknown facts is
    ``switch_range``. ``host`` None: nobody said; the developer's own date is taken.
    """

    kind: DeadlineKind
    day: date
    ends_on: date
    startup: str
    use_case: str
    dependency_key: str
    provider: str
    model: str | None
    developer: str | None
    host: str | None
    days_left: int
    days_to_switch: float
    switch_range: Interval
    slack_days: float
    replacement: str | None
    source: str

    @property
    def start_by(self) -> date:
        """The day on which the switch must begin to be done in time."""
        return self.ends_on - timedelta(days=float(np.ceil(self.days_to_switch)))


@dataclass(frozen=True, kw_only=True)
class DeadlineCalendar:
    """The deadlines of a portfolio within ``days`` of ``as_of``, those passed included, by day.

    The counts are of exposed dependencies: without a model's name no last day can be known, and
    ``renewals_passed`` lie behind, so that the register is out of date. ``notice_unknown`` have a
    renewal ahead within the horizon and no notice period.
    """

    as_of: date
    days: int
    deadlines: tuple[Deadline, ...]
    dependencies: int
    without_model: int
    without_renewal: int
    renewals_passed: int
    notice_unknown: int

    def within(self, days: int) -> tuple[Deadline, ...]:
        """Those at most ``days`` ahead, the passed ones left out."""
        return tuple(one for one in self.deadlines if 0 <= one.days_left <= days)

    @property
    def passed(self) -> tuple[Deadline, ...]:
        """Those whose day has passed, though the register still names them."""
        return tuple(one for one in self.deadlines if one.days_left < 0)

    @property
    def late(self) -> tuple[Deadline, ...]:
        """Those that cannot be met any more by who begins today."""
        return tuple(one for one in self.deadlines if one.slack_days < 0)


def deadline_calendar(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    days: int = 90,
) -> DeadlineCalendar:
    """Cross published retirements and stated renewals with the register.

    ``days`` is how far ahead to look. A partner cloud's own date counts there, the developer's
    everywhere else; what a startup runs itself does not end.
    """
    last_days = _last_days(catalog.retirements)
    found: list[Deadline] = []
    exposed: list[Dependency] = []
    for startup in portfolio.startups:
        for one in _dependencies(startup, assumptions, today):
            exposed.append(one.dependency)
            found += one.deadlines(last_days, assumptions, today)
    until = today + timedelta(days=days)
    kept = [one for one in found if one.day <= until]
    kept.sort(key=lambda one: (one.day, one.slack_days, one.startup, one.dependency_key))
    ahead = [one for one in exposed if one.renewal and today <= one.renewal <= until]
    return DeadlineCalendar(
        as_of=today,
        days=days,
        deadlines=tuple(kept),
        dependencies=len(exposed),
        without_model=sum(one.model is None for one in exposed),
        without_renewal=sum(one.renewal is None for one in exposed),
        renewals_passed=sum(one.renewal is not None and one.renewal < today for one in exposed),
        notice_unknown=sum(one.notice_days is None for one in ahead),
    )


def least_slack(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The retirement with the least slack, or None without any."""
    retirements = [one for one in deadlines if one.kind is DeadlineKind.RETIREMENT]
    return min(retirements, key=lambda one: (one.slack_days, one.day, one.startup), default=None)


_LastDays = Mapping[tuple[str, str | None], Retirement]


def _last_days(retirements: Iterable[Retirement]) -> _LastDays:
    """The earliest published last day by model and host (None: wherever no other date holds)."""
    found: dict[tuple[str, str | None], Retirement] = {}
    for one in retirements:
        key = (one.model, one.host)
        if key not in found or one.shutdown < found[key].shutdown:
            found[key] = one
    return found


@dataclass(frozen=True)
class _Placed:
    """One exposed dependency with whose it is and what moving it takes."""

    startup: str
    use_case: str
    numbers: DependencyNumbers

    @property
    def dependency(self) -> Dependency:
        return self.numbers.dependency

    def deadlines(
        self, last_days: _LastDays, assumptions: Assumptions, today: date
    ) -> Iterator[Deadline]:
        one = self.dependency
        if one.host in (SELF_HOSTED, IN_HOUSE):
            return
        host = one.host or one.developer
        retirement = last_days.get((one.model or "", host)) or last_days.get(
            (one.model or "", None)
        )
        if retirement is not None:
            yield self._deadline(
                DeadlineKind.RETIREMENT,
                retirement.shutdown,
                retirement.shutdown,
                assumptions,
                today,
                replacement=retirement.replacement,
                source=retirement.source,
            )
        if one.renewal is None or one.renewal < today:
            return
        stated = one.source or "the register"
        for kind, day in self._contract_days(one.renewal):
            yield self._deadline(kind, day, one.renewal, assumptions, today, source=stated)

    def _contract_days(self, renewal: date) -> Iterator[tuple[DeadlineKind, date]]:
        if self.dependency.notice_days is not None:
            # Half a day of notice needs the whole day before.
            notice = timedelta(days=int(np.ceil(self.dependency.notice_days)))
            yield DeadlineKind.NOTICE, renewal - notice
        yield DeadlineKind.RENEWAL, renewal

    def _deadline(
        self,
        kind: DeadlineKind,
        day: date,
        ends_on: date,
        assumptions: Assumptions,
        today: date,
        *,
        source: str,
        replacement: str | None = None,
    ) -> Deadline:
        leaving = (
            FalterKind.MODEL_RETIREMENT if kind is DeadlineKind.RETIREMENT else FalterKind.WIND_DOWN
        )
        switch = switch_terms(self.numbers, leaving, assumptions).days
        low, median, high = (float(one) for one in np.quantile(switch, [0.1, 0.5, 0.9]))
        return Deadline(
            kind=kind,
            day=day,
            ends_on=ends_on,
            startup=self.startup,
            use_case=self.use_case,
            dependency_key=self.dependency.key,
            provider=self.dependency.provider_text,
            model=self.dependency.model,
            developer=self.dependency.developer,
            host=self.dependency.host,
            days_left=(day - today).days,
            days_to_switch=median,
            switch_range=Interval(low=low, high=high),
            slack_days=(ends_on - today).days - median,
            replacement=replacement,
            source=source,
        )


def _dependencies(startup: Startup, assumptions: Assumptions, today: date) -> Iterator[_Placed]:
    """The exposed dependencies of a startup in numbers."""
    if not exposed_use_cases(startup):
        return
    for case in numbers_of(startup, assumptions=assumptions, today=today).use_cases:
        for one in case.dependencies:
            yield _Placed(startup.name, case.name, one)
