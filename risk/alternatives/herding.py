"""Everybody leaves at once: where the customers of a portfolio would find room, and who would not.

The portfolio is a small part of a crowd. Each alternative's spare capacity in the event is scaled
by the portfolio's share of the displaced market, and handed out by class and pro rata
(:mod:`risk.alternatives.rationing`). Dependencies that have the same choices at the same priority
are one request, so that a million startups ask as quickly as sixty. How long the rest waits is the
market's queue, which every loss counts (:mod:`risk.hazard.market_queue`). docs/method.md §3,
"Queues".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.displacement import Headroom, market_share
from risk.alternatives.offers import OfferMaker
from risk.alternatives.rationing import Choice, Priority, Rationed, Request, ration
from risk.alternatives.results import OptionClass
from risk.alternatives.variants import Setting
from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.lookup import service_for
from risk.catalog.records import SELF_HOSTED, Answer, Catalog
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import CONTRACTED
from risk.inventory.records import Dependency, Depth
from risk.loss.columns import DEPTHS, FALLBACKS
from risk.loss.exposures import Book

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: Disruptions after which all customers look for another provider at once; outages only if long.
HERD_KINDS = frozenset({FailureKind.WIND_DOWN, FailureKind.ACQUISITION, FailureKind.ACCESS_CUT})
LONG_OUTAGE_DAYS = 1.0
#: Options that one can move to within days; running models oneself takes longer than a rush.
QUICK = (OptionClass.OTHER_HOST, OptionClass.OTHER_MODEL, OptionClass.OTHER_DEVELOPER)
#: An alternative that loses more than this share of its service in the same event is no choice.
MOSTLY_DOWN = 0.5
#: So many alternatives one asks at most, and so many dependencies are listed one by one.
MOST_CHOICES, MOST_LISTED = 16, 1_000


@dataclass(frozen=True, kw_only=True)
class HerdAlternative:
    """One alternative in the rush, in USD of spend a month.

    ``displaced`` asked for room there (first choice or passed on from a full one), ``capacity`` is
    what it has for this portfolio, ``admitted`` what it took in.
    """

    alternative: str
    displaced: float
    capacity: float
    admitted: float


@dataclass(frozen=True, kw_only=True)
class HerdMember:
    """One displaced dependency: ``units`` USD of spend a month, of which ``admitted`` found room.

    ``first_choice`` and ``second_choice`` name services; ``second_gone`` is True if both were full.
    ``admitted_first`` is the part of ``admitted`` that the first choice took.
    """

    key: str
    startup: str
    priority: Priority
    units: float
    admitted: float
    queue_days: float
    first_choice: str | None
    second_choice: str | None
    second_gone: bool
    admitted_first: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Herd:
    """What one disruption sets in motion in one portfolio.

    ``market_share`` is the part of the whole market that is displaced. ``groups`` are displaced
    dependencies with the same choices taken as one, ``members`` the largest one by one. ``askers``
    counts startups that ask, ``turned_away`` those whose first two choices are full.
    """

    market_share: float
    alternatives: tuple[HerdAlternative, ...]
    groups: tuple[HerdMember, ...]
    members: tuple[HerdMember, ...]
    askers: int
    turned_away: int

    @cached_property
    def displaced_usd_per_month(self) -> float:
        """Spend that looks for another provider in the first week."""
        return sum(one.units for one in self.groups)

    @cached_property
    def admitted_usd_per_month(self) -> float:
        """What found room at once."""
        return sum(one.admitted for one in self.groups)

    @cached_property
    def longest_wait_days(self) -> float:
        """The longest wait of anybody."""
        return max((one.queue_days for one in self.groups), default=0.0)


@dataclass(frozen=True, kw_only=True)
class Displaced:
    """Dependencies that an event takes down, by their rows in the exposures.

    ``units`` (displaced,) is the spend a month of each times the share of service lost,
    ``severity`` that share. ``names`` are those of the startups, ``keys`` of dependencies where
    known.
    """

    rows: Places
    units: Array
    severity: Array
    names: Sequence[str]
    keys: Sequence[str] | None


def causes_herd(event: Event) -> bool:
    """True if all customers look for another provider at once."""
    if event.kind in HERD_KINDS:
        return event.only_startup is None
    long = isinstance(event.duration, FixedDuration) and event.duration.days > LONG_OUTAGE_DAYS
    return event.kind is FailureKind.OUTAGE and long


def herd_after(
    displaced: Displaced,
    book: Book,
    *,
    down: Mapping[str, float],
    queue_days: float,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> Herd | None:
    """Who goes where after an event; None where nobody spends anything on what is down.

    ``down`` is the share of each service of the market that it takes down, ``queue_days`` how long
    those wait who have reserved nothing.
    """
    if not len(displaced.rows):
        return None
    share = market_share(
        down, catalog, assumptions, severity=float(displaced.severity.max(initial=0.0))
    )
    headroom = Headroom(
        catalog=catalog,
        assumptions=assumptions,
        down=down,
        share=share,
        displaced_usd=float(displaced.units.sum()),
    )
    maker = OfferMaker(Setting(catalog=catalog, assumptions=assumptions, today=today))
    crowd = _grouped(displaced, book, maker, down)
    units = np.bincount(crowd.group, displaced.units, len(crowd.choices)) * assumptions.herd_panic
    requests = [
        Request(key=f"{place:09}", units=float(asked), choices=choices)
        for place, (asked, choices) in enumerate(zip(units, crowd.choices, strict=True))
    ]
    names = {choice.alternative for one in requests for choice in one.choices}
    # What a startup runs itself has the room that it rents.
    own = {name for name, one in catalog.services.items() if one.host == SELF_HOSTED}
    capacity = {name: headroom.capacity(name) for name in names - own}
    found = ration(requests, capacity)
    waits = [0.0 if reserved else queue_days for reserved in crowd.reserved]
    groups = tuple(
        _group(one, found, capacity, wait) for one, wait in zip(requests, waits, strict=True)
    )
    gone = np.array([one.second_gone for one in groups])[crowd.group]
    return Herd(
        market_share=share,
        alternatives=tuple(
            sorted(
                (
                    HerdAlternative(
                        alternative=name,
                        displaced=asked,
                        capacity=capacity.get(name, asked),
                        admitted=found.taken(name),
                    )
                    for name, asked in found.asked.items()
                ),
                key=lambda one: (-one.displaced, one.alternative),
            )
        ),
        groups=groups,
        members=_members(displaced, crowd, groups, assumptions.herd_panic),
        askers=int(np.count_nonzero(np.bincount(crowd.owner))),
        turned_away=int(np.count_nonzero(np.bincount(crowd.owner[gone]))),
    )


@dataclass(frozen=True, kw_only=True)
class _Crowd:
    """Displaced dependencies: whose each is, its group, and the choices of every group.

    ``reserved`` (groups,) says who has reserved capacity and so waits for nothing.
    """

    owner: Places
    group: Places
    choices: list[tuple[Choice, ...]]
    reserved: list[bool]


def _grouped(
    displaced: Displaced, book: Book, maker: OfferMaker, down: Mapping[str, float]
) -> _Crowd:
    """Take dependencies together that ask the same services at the same priorities."""
    one = book.exposures
    case = np.repeat(np.arange(len(one.case_row)), np.diff(one.link_start))
    owners = np.repeat(np.arange(len(one)), np.diff(one.case_start))[case]
    rows = displaced.rows
    contracted = np.array([state in CONTRACTED for state in FALLBACKS] + [False])
    # A signature is one number: route, depth, whether there is a contract, whether a reservation.
    code = one.route[rows].astype(np.int64) * (len(DEPTHS) + 1) + one.depth[rows] + 1
    code = (code * 2 + contracted[one.fallback[rows]]) * 2 + one.reserved[rows]
    counts = np.bincount(code)
    distinct = np.flatnonzero(counts)
    small = code.astype(np.uint16) if len(counts) <= 1 << 16 else code
    order = np.argsort(small, kind="stable")
    ends = np.concatenate([[0], np.cumsum(counts[distinct])])
    services = sorted({route.endpoint.service.name for route in book.routes})
    number = {name: code for code, name in enumerate(services)}
    used = np.zeros((len(one), len(services)), dtype=bool)
    of_route = np.array([number[route.endpoint.service.name] for route in book.routes], dtype=int)
    used[owners, of_route[one.route]] = True
    group = np.zeros(len(rows), dtype=np.int64)
    choices: list[tuple[Choice, ...]] = []
    reserved: list[bool] = []
    known: dict[tuple[Endpoint, Depth | None], tuple[str, ...]] = {}
    for number_of, signature in enumerate(distinct.tolist()):
        own = order[ends[number_of] : ends[number_of + 1]]
        rest, is_reserved = divmod(signature, 2)
        rest, has_contract = divmod(rest, 2)
        route, depth = divmod(rest, len(DEPTHS) + 1)
        path = book.routes[route]
        asking = path.endpoint, None if depth == 0 else DEPTHS[depth - 1]
        if asking not in known:
            known[asking] = tuple(_preferred(*asking, maker))
        backup = None if path.backup is None else path.backup.service.name
        named = known[asking] if backup is None else (backup, *known[asking])
        names = [
            name
            for name in dict.fromkeys(named)
            if name != path.endpoint.service.name and down.get(name, 0.0) <= MOSTLY_DOWN
        ][:MOST_CHOICES]
        paid = np.zeros(len(own), dtype=np.int64)
        for bit, name in enumerate(names):
            if name in number:
                paid |= used[owners[rows[own]], number[name]].astype(np.int64) << bit
        bits = np.flatnonzero(np.bincount(paid))
        group[own] = len(choices) + np.searchsorted(bits, paid)
        for pays in bits.tolist():
            reserved.append(bool(is_reserved))
            choices.append(
                tuple(
                    Choice(
                        name, _priority(name == backup, pays >> bit & 1, has_contract, is_reserved)
                    )
                    for bit, name in enumerate(names)
                )
            )
    return _Crowd(owner=owners[rows], group=group, choices=choices, reserved=reserved)


def _preferred(at: Endpoint, depth: Depth | None, maker: OfferMaker) -> Iterable[str]:
    """Services where a dependency looks for room beside its backup: hosts, comparable models.

    A hard filter (no tool calling, about to end, ...) rules a choice out, as it does for an option.
    """
    service, catalog = at.service, maker.setting.catalog
    asking = Dependency(
        key="",
        provider_text=service.name,
        answer=Answer.YES,
        developer=service.developer,
        host=service.host,
        model=at.model,
        depth=depth,
    )
    for one in maker.of("", "", asking):
        model = one.candidate.model
        if one.candidate.option_class not in QUICK or one.excluded:
            continue
        yield one.endpoint.service.name
        # The same model at the other hosts that are large enough to be named.
        elsewhere = [(model.developer, offer.host) for offer in model.offers] if model else []
        names = [service_for(catalog, *each).name for each in elsewhere]
        yield from [name for name in names if name in catalog.market]


def _priority(is_backup: bool, is_customer: int, has_contract: int, is_reserved: int) -> Priority:
    """Whose turn a dependency is at one of its choices."""
    if is_backup and is_reserved:
        return Priority.COMMITTED
    if is_customer or (is_backup and has_contract):
        return Priority.CUSTOMER
    return Priority.NEW


def _group(
    request: Request, found: Rationed, capacity: Mapping[str, float], queue_days: float
) -> HerdMember:
    order = sorted(request.choices, key=lambda one: one.priority)
    names = list(dict.fromkeys(one.alternative for one in order))
    first, second = [*names, None, None][:2]
    full = [
        name in capacity and found.asked.get(name, 0.0) > capacity[name] * (1 + 1e-9)
        for name in names[:2]
    ]
    return HerdMember(
        key=request.key,
        startup="",
        priority=request.priority,
        units=request.units,
        admitted=sum(found.admitted[request.key].values()),
        admitted_first=found.admitted[request.key].get(first or "", 0.0),
        queue_days=queue_days,
        first_choice=first,
        second_choice=second,
        second_gone=len(full) == 2 and all(full),
    )


def _members(
    displaced: Displaced, crowd: _Crowd, groups: Sequence[HerdMember], panic: float
) -> tuple[HerdMember, ...]:
    """The largest displaced dependencies, each with its part of its group's room."""
    largest = np.argsort(-displaced.units, kind="stable")[:MOST_LISTED]
    found = []
    for place in largest.tolist():
        one = groups[crowd.group[place]]
        units = float(displaced.units[place]) * panic
        part = units / one.units if one.units > 0 else 0.0
        row = int(displaced.rows[place])
        found.append(
            replace(
                one,
                key=displaced.keys[row] if displaced.keys is not None else str(row),
                startup=displaced.names[crowd.owner[place]],
                units=units,
                admitted=one.admitted * part,
                admitted_first=one.admitted_first * part,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.units, one.key)))
