"""Everybody leaves at once: where customers find room, and how long the others wait.

The portfolio is a small part of a crowd. Each alternative's spare capacity in the event is scaled
by the portfolio's share of the displaced market, and handed out by class and pro rata
(:mod:`risk.alternatives.rationing`). What finds no room queues, class by class, while the
alternatives grow. docs/method.md §3, "Queues".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from risk.alternatives.displacement import (
    Displaced,
    Market,
    Room,
    displaced_by,
    market_share,
)
from risk.alternatives.preferences import Preferences
from risk.alternatives.rationing import Priority, Rationed, Request, ration
from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import SELF_HOSTED, Catalog
from risk.exposure.event_losses import Crowding
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.book import Book

#: Falters after which all customers of a provider look for another at once; outages only if long.
HERD_KINDS = frozenset({FalterKind.WIND_DOWN, FalterKind.ACQUISITION, FalterKind.ACCESS_CUT})
LONG_OUTAGE_DAYS = 1.0
#: Nobody waits longer than a year: by then one has found something else, or has stopped.
LONGEST_WAIT_DAYS = 365.0


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
    """What one falter sets in motion in one portfolio.

    ``market_share`` is the part of the whole market that is displaced. ``crowding`` says by
    dependency key how long it waits and what share of its fallback it gets.
    """

    market_share: float
    alternatives: tuple[HerdAlternative, ...]
    members: tuple[HerdMember, ...]
    crowding: Mapping[str, Crowding]

    @cached_property
    def displaced_usd_per_month(self) -> float:
        """Spend that looks for another provider in the first week."""
        return sum(one.units for one in self.members)

    @cached_property
    def admitted_usd_per_month(self) -> float:
        """What found room at once."""
        return sum(one.admitted for one in self.members)

    def queue_days_of(self, startup: str) -> float | None:
        """The longest wait among a startup's displaced dependencies, None if it has none."""
        return max((one.queue_days for one in self.members if one.startup == startup), default=None)


def causes_herd(event: Event) -> bool:
    """True if all customers look for another provider at once."""
    if event.kind in HERD_KINDS:
        return event.only_startup is None
    long = isinstance(event.duration, FixedDuration) and event.duration.days > LONG_OUTAGE_DAYS
    return event.kind is FalterKind.OUTAGE and long


def herd_after(
    patterns: EventPatterns,
    book: Book,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> Herd | None:
    """Who goes where after one event; None where it sets nobody in motion.

    Also None if nobody's size is known, for then there is no saying how much room there is.
    """
    if not catalog.market or not causes_herd(patterns.event):
        return None
    displaced = {one.key: one for one in displaced_by(patterns, book)}
    if not displaced:
        return None
    own = [one.service for one in book.chain.endpoints]
    down = Market.of(catalog, assumptions, own).down(patterns.event)
    lists = Preferences(catalog=catalog, assumptions=assumptions, today=today, down=down)
    requests = [
        Request(
            key=key,
            units=one.units * assumptions.herd_panic,
            choices=lists.of(one.member, one.numbers.dependency),
        )
        for key, one in displaced.items()
    ]
    worst = max(one.severity for one in displaced.values())
    share = market_share(down, catalog, assumptions, severity=worst)
    total = sum(one.units for one in displaced.values())
    return _rush(requests, displaced, lists, Room(catalog, assumptions, down, share, total))


def _rush(
    requests: list[Request], displaced: Mapping[str, Displaced], lists: Preferences, room: Room
) -> Herd:
    """Ration the requests, and say what it means for each of them."""
    names = {choice.alternative for one in requests for choice in one.choices}
    limited = [name for name in names if not _unlimited(name, room.catalog)]
    capacity = {name: room.capacity(name) for name in limited}
    found = ration(requests, capacity)
    waits = queue_days(requests, found, growth=sum(room.growth(name) for name in limited))
    crowding, members = {}, []
    for one in requests:
        who = displaced[one.key]
        fallback = lists.fallback_service(who.member, who.numbers.dependency)
        crowding[one.key] = Crowding(
            queue_days=waits[one.key], admission=_admission(one, found, fallback)
        )
        members.append(_member(one, who.member.startup.name, found, waits, capacity))
    return Herd(
        market_share=room.share,
        alternatives=_alternatives(found, capacity),
        members=tuple(sorted(members, key=lambda one: (-one.units, one.key))),
        crowding=crowding,
    )


def queue_days(
    requests: Iterable[Request], found: Rationed, *, growth: float
) -> Mapping[str, float]:
    """Mean days until a request's demand is served: nothing for what was admitted at once.

    What is left queues by class, evenly within a class, and is served as the alternatives grow by
    ``growth`` units a day: W(q) averaged over the places that the class takes in the queue.
    """
    listed = tuple(requests)
    waits: dict[str, float] = {}
    before = 0.0
    for priority in Priority:
        own = [one for one in listed if one.priority is priority]
        backlog = sum(found.unserved[one.key] for one in own)
        for one in own:
            left = found.unserved[one.key] / one.units if one.units > 0 else 0.0
            wait = (before + backlog / 2) / growth if growth > 0 else LONGEST_WAIT_DAYS
            waits[one.key] = min(LONGEST_WAIT_DAYS, left * wait)
        before += backlog
    return waits


def _unlimited(service: str, catalog: Catalog) -> bool:
    """What a startup runs itself has the room that it rents."""
    known = catalog.services.get(service)
    return known is not None and known.host == SELF_HOSTED


def _member(
    request: Request,
    startup: str,
    found: Rationed,
    waits: Mapping[str, float],
    capacity: Mapping[str, float],
) -> HerdMember:
    order = sorted(request.choices, key=lambda one: one.priority)
    names = list(dict.fromkeys(one.alternative for one in order))
    first, second = [*names, None, None][:2]
    full = [_is_full(name, found, capacity) for name in names[:2]]
    return HerdMember(
        key=request.key,
        startup=startup,
        priority=request.priority,
        units=request.units,
        admitted=sum(found.admitted[request.key].values()),
        admitted_first=found.admitted[request.key].get(first or "", 0.0),
        queue_days=waits[request.key],
        first_choice=first,
        second_choice=second,
        second_gone=len(full) == 2 and all(full),
    )


def _is_full(name: str, found: Rationed, capacity: Mapping[str, float]) -> bool:
    return name in capacity and found.asked.get(name, 0.0) > capacity[name] * (1 + 1e-9)


def _alternatives(found: Rationed, capacity: Mapping[str, float]) -> tuple[HerdAlternative, ...]:
    listed = [
        HerdAlternative(
            alternative=name,
            displaced=found.asked[name],
            capacity=capacity.get(name, found.asked[name]),
            admitted=found.taken(name),
        )
        for name in found.asked
    ]
    return tuple(sorted(listed, key=lambda one: (-one.displaced, one.alternative)))


def _admission(request: Request, found: Rationed, fallback: str | None) -> float:
    """ψ: what a named fallback can take of the workload; of an unnamed one, what found room."""
    if request.units <= 0:
        return 1.0
    places = found.admitted[request.key]
    if fallback is None:
        return sum(places.values()) / request.units
    if fallback not in {one.alternative for one in request.choices}:
        return 1.0  # It is down itself, which φ_alt says, or it has no limit.
    return places.get(fallback, 0.0) / request.units
