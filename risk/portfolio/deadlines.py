"""Days on which something ends for a startup, against the days that leaving takes.

Three sorts: a model's published last day, the day on which a contract renews, and the last day on
which notice can be given before it does. What nobody stated is counted, not guessed.

Slack is the days until the end less the days to switch (docs/method.md §3): below zero, a startup
that begins today is late. A retired model is replaced by another one of its developer; at a
renewal one would leave for another developer, which takes longer. Days to switch are a median with
its 10-90 % range over the worlds. A move that is known to have begun is late only where the whole
notice, since the announcement, was shorter than it takes.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import RUN_BY_ONESELF, Retirement
from risk.hazard.event_catalogue import last_days, published
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Dependency, Portfolio
from risk.loss.exposures import Exposures
from risk.loss.moving import OTHER, SAME, days_to_move
from risk.loss.uncertainty import HIGH, LOW
from risk.loss.valuation import Valuation
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

#: The horizons that pages and messages speak of, in days.
HORIZONS = (30, 60, 90)
#: Deadlines that are told one by one; of more the rest is counted.
MOST_LISTED = 2_000
MOST_URGENT = 100


class DeadlineKind(StrEnum):
    """What the day is."""

    RETIREMENT = "retirement"
    NOTICE = "notice"
    RENEWAL = "renewal"


KINDS = tuple(DeadlineKind)
RETIREMENT, NOTICE, RENEWAL = range(len(KINDS))


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One day that matters to one dependency of one startup.

    ``days_left`` runs from today to ``day`` and is negative once it has passed. ``slack_days`` is
    the days until ``ends_on`` less ``days_to_switch``, whose 10-90 % range is ``switch_range``.
    ``host`` None: nobody said; the developer's own date is taken. Of a last day ``begun`` is
    whether the move has, None where nobody said, and ``notice_days`` the days between announcement
    and end, None where nobody knows when it was announced. ``contract`` is the reference of the
    contract under which the dependency is used, as far as it is told.
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
    begun: bool | None = None
    notice_days: int | None = None
    contract: str | None = None

    @property
    def notice_too_short(self) -> bool:
        """True where not even who began at the announcement is done in time."""
        return self.notice_days is not None and self.days_to_switch > self.notice_days

    @property
    def late(self) -> bool:
        """True where who begins today is not done in time, nor who has begun."""
        return self.slack_days < 0 and (
            not self.begun or self.notice_days is None or self.notice_too_short
        )

    @property
    def start_by(self) -> date:
        """The day on which the switch must begin to be done in time."""
        return self.ends_on - timedelta(days=float(np.ceil(self.days_to_switch)))

    @property
    def slack_range(self) -> Interval:
        """The slack that is left where the switch takes long, and where it is quick."""
        left = self.slack_days + self.days_to_switch
        return Interval(low=left - self.switch_range.high, high=left - self.switch_range.low)


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """Stated renewals: places of dependencies in rising order, and each one's day as an ordinal."""

    link: Places
    day: Places


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What the register says of one dependency, as far as a deadline tells it."""

    use_case: str
    key: str
    provider: str
    developer: str | None
    host: str | None
    source: str | None
    contract: str | None = None


#: Tells what the register says of some dependencies, by their places.
Told = Callable[[Sequence[int]], Sequence[Stated]]


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Deadlines as columns, (n,) each, by day, slack and startup; days are ordinals.

    ``kind`` is a place in :data:`KINDS`, ``link`` the place of the dependency, ``startup`` whose it
    is, ``retirement`` the place of the published one (-1: none). ``switch``, ``low`` and ``high``
    are days to switch. ``begun`` is 1 where the move away from a model has, 0 where it has not, -1
    where nobody said; ``notice`` the days since a last day was announced until it, -1 for unknown.
    """

    kind: Places
    day: Places
    ends_on: Places
    link: Places
    startup: Places
    retirement: Places
    begun: Places
    notice: Places
    switch: Array
    low: Array
    high: Array
    slack: Array

    def __len__(self) -> int:
        return len(self.day)

    @property
    def late(self) -> Flags:
        """Which cannot be met by who begins today, nor by who is known to have begun, (n,)."""
        begun = (self.begun == 1) & (self.notice >= self.switch)
        return np.asarray((self.slack < 0) & ~begun)

    def taken(self, kept: Flags | Places) -> "Ends":
        """Some of them, in their order."""
        return Ends(**{name: column[kept] for name, column in self.__dict__.items()})


@dataclass(frozen=True, kw_only=True)
class DeadlineCalendar:
    """The deadlines of a portfolio within ``days`` of ``as_of``, those passed included, by day.

    All of them are in ``ends``, the first of them told one by one in ``deadlines``. The counts
    beside them are of dependencies on language models: without a model's name no last day can be
    known, and ``renewals_passed`` lie behind, so that the register is out of date.
    ``notice_unknown`` have a renewal ahead within the horizon and no notice period.
    """

    as_of: date
    days: int
    catalogue_date: date
    ends: Ends
    names: Sequence[str]
    retirements: Sequence[Retirement]
    called: Sequence[Endpoint]
    route: Places
    told: Told = field(repr=False, compare=False)
    dependencies: int
    without_model: int
    without_renewal: int
    renewals_passed: int
    notice_unknown: int

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The first of them, as many as are told one by one."""
        return self.listed(np.arange(min(len(self.ends), MOST_LISTED)))

    @cached_property
    def most_urgent(self) -> tuple[Deadline, ...]:
        """Ends of models and contracts, those first that are late or leave least slack.

        Models come before contracts: a model that goes breaks what calls it, a contract that renews
        only binds longer.
        """
        ends = self.ends
        own = np.flatnonzero(ends.kind != NOTICE)
        later = ends.kind[own] != RETIREMENT
        order = np.lexsort((own, ends.slack[own], later, ~ends.late[own]))
        return self.listed(own[order][:MOST_URGENT])

    def cannot_wait(self, days: int, *, most: int) -> tuple[Deadline, ...]:
        """What is late, must begin or be given notice of within ``days``, late ones first.

        Ends of models where the switch may take so long (its 90 % point) that no more time is left,
        and last days to give notice. What has passed is left out.
        """
        ends, today = self.ends, self.as_of.toordinal()
        ahead = ends.day >= today
        model = (ends.kind == RETIREMENT) & (ends.late | (ends.ends_on - today - ends.high <= days))
        # Whoever has begun in time has nothing left to decide.
        model &= ends.late | (ends.begun != 1)
        notice = (ends.kind == NOTICE) & (ends.day - today <= days)
        found = np.flatnonzero(ahead & (model | notice))
        order = np.lexsort((found, ends.day[found], notice[found], ~ends.late[found]))
        return self.listed(found[order][:most])

    def listed(self, places: Places) -> tuple[Deadline, ...]:
        """Some of them with all that is known of each."""
        some = self.ends.taken(places)
        stated = self.told(some.link.tolist())
        return tuple(self._one(some, place, stated[place]) for place in range(len(some)))

    def _one(self, some: Ends, place: int, stated: Stated) -> Deadline:
        number = int(some.retirement[place])
        published = self.retirements[number] if number >= 0 else None
        begun, notice = int(some.begun[place]), int(some.notice[place])
        day = date.fromordinal(int(some.day[place]))
        return Deadline(
            kind=KINDS[some.kind[place]],
            day=day,
            ends_on=date.fromordinal(int(some.ends_on[place])),
            startup=self.names[int(some.startup[place])],
            use_case=stated.use_case,
            dependency_key=stated.key,
            provider=stated.provider,
            model=self.called[int(self.route[some.link[place]])].model,
            developer=stated.developer,
            host=stated.host,
            days_left=(day - self.as_of).days,
            days_to_switch=float(some.switch[place]),
            switch_range=Interval(low=float(some.low[place]), high=float(some.high[place])),
            slack_days=float(some.slack[place]),
            replacement=None if published is None else published.replacement,
            source=(stated.source or "the register") if published is None else published.source,
            begun=None if begun < 0 else bool(begun),
            notice_days=None if notice < 0 else notice,
            contract=stated.contract,
        )

    def within(self, days: int) -> int:
        """How many lie at most ``days`` ahead, the passed ones left out."""
        return int(self._near(days).sum())

    def startups_within(self, days: int) -> int:
        """How many startups these are of."""
        return len(np.unique(self.ends.startup[self._near(days)]))

    def _near(self, days: int) -> Flags:
        left = self.ends.day - self.as_of.toordinal()
        return np.asarray((left >= 0) & (left <= days))

    @property
    def passed(self) -> int:
        """How many have passed, though the register still names them."""
        return int((self.ends.day < self.as_of.toordinal()).sum())

    @property
    def begun_unknown(self) -> int:
        """Of how many last days of models ahead nobody said whether the move has begun."""
        ends = self.ends
        ahead = (ends.kind == RETIREMENT) & (ends.day >= self.as_of.toordinal())
        return int((ahead & (ends.begun < 0)).sum())

    @property
    def late(self) -> int:
        """How many cannot be met any more by who begins today."""
        return int(self.ends.late.sum())

    @cached_property
    def late_startups(self) -> Sequence[str]:
        """Whose these are, by day, each once."""
        late = self.ends.startup[self.ends.late]
        _, first = np.unique(late, return_index=True)
        return [self.names[int(late[place])] for place in np.sort(first)]

    def of_models(self, provider: str | None = None) -> "DeadlineCalendar":
        """Only last days of models, and of these those of one developer or host."""
        kept = self.ends.kind == RETIREMENT
        if provider is not None:
            services = [one.service for one in self.called]
            own = np.array([provider in (one.developer, one.host) for one in services], np.bool_)
            kept &= own[self.route[self.ends.link]] if len(own) else False
        return replace(self, ends=self.ends.taken(kept))

    def of_startups(self, names: Container[str]) -> "DeadlineCalendar":
        """Only those of some startups."""
        kept = [self.names[row] in names for row in self.ends.startup.tolist()]
        return replace(self, ends=self.ends.taken(np.array(kept, dtype=np.bool_)))

    def least_slack(self, most: int = 1) -> tuple[Deadline, ...]:
        """Those with the least slack, least first."""
        ends = self.ends
        return self.listed(np.lexsort((ends.startup, ends.day, ends.slack))[:most])


def deadline_calendar(
    valuation: Valuation, renewals: Renewals, told: Told, *, days: int = 90
) -> DeadlineCalendar:
    """Cross published retirements and stated renewals with what a portfolio depends on.

    ``days`` is how far ahead to look. A partner cloud's own date counts there, the developer's
    everywhere else; what a startup runs itself does not end.
    """
    one, today = valuation.book.exposures, valuation.today.toordinal()
    called = [way.endpoint for way in valuation.book.routes]
    retirements = valuation.catalog.retirements
    until = today + days
    ends = _retiring(one, called, retirements, until)
    contracts = _contracts(one, called, renewals, today, until)
    both = {name: np.concatenate([ends[name], contracts[name]]) for name in ends}
    switch = _switch_days(valuation, both["link"], both["kind"] == RETIREMENT)
    slack = both["ends_on"] - today - switch[1]
    starts = one.link_start[one.case_start]
    startup = np.searchsorted(starts, both["link"], side="right") - 1
    order = np.lexsort((both["kind"], both["link"], slack, both["day"]))
    named = np.array([end.model is not None for end in called], dtype=np.bool_)
    by_route = np.bincount(one.route, minlength=len(called))
    ahead = (renewals.day >= today) & (renewals.day <= until)
    return DeadlineCalendar(
        as_of=valuation.today,
        days=days,
        catalogue_date=valuation.catalog.catalogue_date,
        ends=Ends(
            **both, startup=startup, low=switch[0], switch=switch[1], high=switch[2], slack=slack
        ).taken(order),
        names=valuation.members.names,
        retirements=retirements,
        called=called,
        route=one.route.astype(np.int64),
        told=told,
        dependencies=len(one.route),
        without_model=int(by_route[~named].sum()),
        without_renewal=len(one.route) - len(renewals.link),
        renewals_passed=int((renewals.day < today).sum()),
        notice_unknown=int(np.isnan(one.notice[renewals.link[ahead]]).sum()),
    )


def soonest_ends(valuation: Valuation, *, days: int = HORIZONS[-1]) -> Places:
    """Which published retirement ends a model of each startup first, (startups,); -1: none.

    Of those within ``days`` of today or passed, from which no move is known to have begun.
    """
    one = valuation.book.exposures
    called = [way.endpoint for way in valuation.book.routes]
    until = valuation.today.toordinal() + days
    ends = _retiring(one, called, valuation.catalog.retirements, until)
    left = np.flatnonzero(ends["begun"] != 1)
    starts = one.link_start[one.case_start]
    startup = np.searchsorted(starts, ends["link"][left], side="right") - 1
    order = np.lexsort((ends["retirement"][left], ends["day"][left], startup))
    owner, first = np.unique(startup[order], return_index=True)
    found = np.full(len(one), -1, dtype=np.int64)
    found[owner] = ends["retirement"][left][order][first]
    return found


def _retiring(
    one: Exposures, called: Sequence[Endpoint], retirements: Sequence[Retirement], until: int
) -> dict[str, Places]:
    """Last days of models up to a day, by the name of the column."""
    known = last_days(retirements)
    of_route = np.array([published(end, known) for end in called], dtype=np.int64)
    last = np.array([retirements[place].shutdown.toordinal() for place in of_route if place >= 0])
    near = np.zeros(len(called), dtype=np.bool_)
    near[of_route >= 0] = last <= until
    link = np.flatnonzero(near[one.route]) if len(called) else np.zeros(0, dtype=np.int64)
    number = of_route[one.route[link]]
    shutdown = np.array([each.shutdown.toordinal() for each in retirements], dtype=np.int64)
    notice = np.array(
        [
            -1 if each.announced is None else (each.shutdown - each.announced).days
            for each in retirements
        ],
        dtype=np.int64,
    )
    day = shutdown[number]
    return {
        "kind": np.full(len(link), RETIREMENT),
        "day": day,
        "ends_on": day,
        "link": link,
        "retirement": number,
        "begun": one.begun[link].astype(np.int64),
        "notice": notice[number],
    }


def _contracts(
    one: Exposures, called: Sequence[Endpoint], renewals: Renewals, today: int, until: int
) -> dict[str, Places]:
    """Renewals ahead and the last days to give notice up to a day, by the name of the column."""
    hosted = np.array([end.service.host not in RUN_BY_ONESELF for end in called], dtype=np.bool_)
    kept = renewals.day >= today
    kept &= hosted[one.route[renewals.link]] if len(called) else False
    link, renewal = renewals.link[kept], renewals.day[kept]
    notice = one.notice[link]
    known = ~np.isnan(notice)
    # Half a day of notice needs the whole day before.
    before = renewal[known] - np.ceil(notice[known]).astype(np.int64)
    kinds = np.repeat([NOTICE, RENEWAL], [len(before), len(link)])
    found = {
        "kind": kinds,
        "day": np.concatenate([before, renewal]),
        "ends_on": np.concatenate([renewal[known], renewal]),
        "link": np.concatenate([link[known], link]),
        **{name: np.full(len(kinds), -1) for name in ("retirement", "begun", "notice")},
    }
    near = found["day"] <= until
    return {name: column[near] for name, column in found.items()}


def days_to_leave(valuation: Valuation, links: Sequence[int]) -> Array:
    """Days to leave the providers of some dependencies for others, (3, n) as of deadlines."""
    places = np.array(links, dtype=np.int64)
    return _switch_days(valuation, places, np.zeros(len(places), dtype=np.bool_))


def _switch_days(valuation: Valuation, links: Places, same: Flags) -> Array:
    """Days to switch, (3, n): 10 %, median and 90 % over the worlds.

    ``same`` (n,) says where another model of the same developer will do.
    """
    distinct, place = np.unique(links, return_inverse=True)
    if not len(distinct):
        return np.zeros((3, 0))
    days = days_to_move(valuation.book.exposures, valuation.worlds, distinct)
    days.sort(axis=2)
    at = np.array([LOW, 0.5, HIGH]) * (days.shape[2] - 1)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, days.shape[2] - 1)
    found = days[:, :, low] + (at - low) * (days[:, :, high] - days[:, :, low])
    return np.ascontiguousarray(found[place, np.where(same, SAME, OTHER)].T)


def renewals_of(held: Portfolio) -> Renewals:
    """The renewals that a portfolio of records states, by the places of its dependencies."""
    days = {
        place: one.renewal.toordinal()
        for place, (_, one) in enumerate(_listed(held))
        if one.renewal is not None
    }
    return Renewals(
        link=np.array(list(days), dtype=np.int64), day=np.array(list(days.values()), dtype=np.int64)
    )


def told_by(held: Portfolio) -> Told:
    """What a portfolio of records says of some dependencies, by their places."""
    listed = _listed(held)

    def told(links: Sequence[int]) -> list[Stated]:
        return [
            Stated(
                use_case=case,
                key=one.key,
                provider=one.provider_text,
                developer=one.developer,
                host=one.host,
                source=one.source,
                contract=one.contract,
            )
            for case, one in (listed[link] for link in links)
        ]

    return told


def _listed(held: Portfolio) -> list[tuple[str, Dependency]]:
    startups = sorted(held.startups, key=lambda one: one.name)
    return [
        (case.name, one)
        for startup in startups
        for case, models in exposed_use_cases(startup)
        for one in models
    ]
