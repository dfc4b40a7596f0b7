"""The disruptions that can reach a portfolio, and what judged numbers make of them in each world.

The list is that of :mod:`risk.hazard.event_catalogue`, each disruption once: how fast everybody
switches and how much notice a wind-down leaves are variables of the worlds, not three events each,
and what moves no figure (several providers down for no mapped reason, a leadership crisis) is left
out. Where every customer has a disruption for itself, one entry stands for all. docs/method.md §1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, QUEUED_KINDS, FailureKind, FailureRate
from risk.catalog.records import SELF_HOSTED, Catalog
from risk.hazard.durations import (
    DURATION_GRID,
    Duration,
    DurationLaw,
    Permanent,
    grid_weights,
)
from risk.hazard.event_catalogue import event_catalogue, failure_rows
from risk.hazard.events import Event
from risk.hazard.failure_settings import notice_number
from risk.hazard.market_queue import market_queue, market_shares
from risk.hazard.rate_laws import DAYS_PER_YEAR
from risk.hazard.supply_chain import (
    OWN_OPERATION,
    Endpoint,
    SupplyChain,
    build_supply_chain,
    developer_node,
)
from risk.loss.exposures import Book
from risk.loss.judgement import Judgement

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Standard normal quantile at 95 %.
Z95 = 1.6448536269514722
#: Stands for every startup in a disruption that each customer has for itself.
EACH = "*"
#: Kinds that come at most once a year to the same target.
TERMINAL = frozenset(
    {
        FailureKind.MODEL_RETIREMENT,
        FailureKind.ACCESS_CUT,
        FailureKind.ACQUISITION,
        FailureKind.WIND_DOWN,
    }
)
KINDS = tuple(FailureKind)
#: The horizon of a chance of winding down after signals, in days.
SIGNALLED_DAYS = 90.0


@dataclass(frozen=True, kw_only=True)
class Hazards:
    """The chain behind a portfolio and its disruptions (events,).

    ``rate`` is the mean a year, ``shape`` of its Gamma law (infinite: known); ``group`` numbers the
    rates that are one uncertain rate. ``notice_spread`` is σ of the logarithm of the notice,
    ``country`` the book's code where one country alone is hit, else -1, and -2 for a country in
    which nobody is.
    """

    chain: SupplyChain
    events: tuple[Event, ...]
    rate: Array
    shape: Array
    group: Codes
    groups: tuple[tuple[str, FailureKind, str], ...]
    notice_spread: Array
    country: Codes

    @cached_property
    def kinds(self) -> Codes:
        """The kind of each, a place in :data:`KINDS`."""
        return np.array([KINDS.index(one.kind) for one in self.events], dtype=np.int32)

    def are(self, *kinds: FailureKind) -> NDArray[np.bool_]:
        """Which are of some kinds, (events,)."""
        return np.array([one.kind in kinds for one in self.events], dtype=bool)

    @cached_property
    def once(self) -> NDArray[np.bool_]:
        """Which come at most once a year to the same target, (events,)."""
        return self.are(*TERMINAL)

    @cached_property
    def dated(self) -> NDArray[np.bool_]:
        """Which are retirements on a published day within the year, (events,)."""
        return np.array([one.dated for one in self.events], dtype=bool)

    @cached_property
    def passed(self) -> Array:
        """Days of a published retirement's notice that have passed, (events,)."""
        return np.array([one.passed_days for one in self.events], dtype=np.float64)

    @cached_property
    def alone_row(self) -> Codes:
        """The number of each among those that every customer has for itself, else -1."""
        each = self.each_customer
        return np.where(each, np.cumsum(each) - 1, -1).astype(np.int32)

    @cached_property
    def each_customer(self) -> NDArray[np.bool_]:
        """Which every customer has for itself, (events,)."""
        return np.array([one.only_startup is not None for one in self.events], dtype=bool)


def some_hazards(hazards: Hazards, places: Codes) -> Hazards:
    """The disruptions at some places alone, with the groups of their rates."""
    groups, group = np.unique(hazards.group[places], return_inverse=True)
    return replace(
        hazards,
        events=tuple(hazards.events[place] for place in places.tolist()),
        rate=hazards.rate[places],
        shape=hazards.shape[places],
        group=group.astype(np.int32),
        groups=tuple(hazards.groups[place] for place in groups.tolist()),
        notice_spread=hazards.notice_spread[places],
        country=hazards.country[places],
    )


def supplier_of(endpoint: Endpoint) -> str:
    """Whom a customer of this endpoint deals with: the developer, or itself."""
    if endpoint.service.host == SELF_HOSTED:
        return OWN_OPERATION
    return developer_node(endpoint.service)


def hazards_of(
    book: Book,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    today: date,
    before_signals: Mapping[str, float] | None = None,
) -> Hazards:
    """Every disruption that can reach a portfolio.

    ``before_signals`` maps providers whose rate of winding down in ``catalog`` is that after
    signals, which speak of the next 90 days, to their rate before: the rest of the year counts
    at that one.
    """
    chain = build_supply_chain(catalog, book.endpoints, assumptions)
    customers = _customers(book)
    found = event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
    events = tuple(dict.fromkeys(found))
    groups = tuple(dict.fromkeys(one.rate_group for one in events))
    place = {one: number for number, one in enumerate(groups)}
    return Hazards(
        chain=chain,
        events=events,
        rate=np.array([_charged(one, before_signals or {}) for one in events]),
        shape=np.array([np.inf if one.rate_shape is None else one.rate_shape for one in events]),
        group=np.array([place[one.rate_group] for one in events], dtype=np.int32),
        groups=groups,
        notice_spread=np.array([_notice_spread(one, catalog, chain) for one in events]),
        country=_countries(events, book.countries),
    )


def _countries(events: tuple[Event, ...], names: tuple[str, ...]) -> Codes:
    """The country that each event is limited to, by code: -1 for none, -2 for nobody's."""
    place = {name: number for number, name in enumerate(names)}
    found = [-1 if one.only_country is None else place.get(one.only_country, -2) for one in events]
    return np.array(found, dtype=np.int32)


def _customers(book: Book) -> list[tuple[str, str, str]]:
    """Country and supplier of everybody's direct dependencies, each once."""
    one = book.exposures
    owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    of_link = np.repeat(owner, np.diff(one.link_start))
    pairs = np.unique(np.column_stack([one.country[of_link], one.route]), axis=0)
    return sorted(
        {
            (EACH, book.countries[country], supplier_of(book.routes[route].endpoint))
            for country, route in pairs.tolist()
        }
    )


def _charged(event: Event, before: Mapping[str, float]) -> float:
    """The rate of a year of which the signals' horizon is the first part."""
    if event.kind is not FailureKind.WIND_DOWN or event.root not in before:
        return event.rate_per_year
    part = SIGNALLED_DAYS / DAYS_PER_YEAR
    return event.rate_per_year * part + before[event.root] * (1 - part)


def _row_of(event: Event, catalog: Catalog, chain: SupplyChain) -> FailureRate | None:
    rows = failure_rows(event.root, catalog, chain)
    return next((one for one in rows if (one.kind, one.level) == (event.kind, event.level)), None)


def _notice_spread(event: Event, catalog: Catalog, chain: SupplyChain) -> float:
    if event.notice_days <= 0 or event.kind is not FailureKind.WIND_DOWN:
        return 0.0
    row = _row_of(event, catalog, chain)
    evidence = catalog.rate_evidence.get((row.node, row.kind, row.level)) if row else None
    if evidence is None or evidence.notice_q95_days is None:
        return 0.0
    return log(evidence.notice_q95_days / event.notice_days) / Z95


@dataclass(frozen=True, kw_only=True)
class WorldHazards:
    """What disruptions are in each world, (worlds, events): shares of service and days.

    ``weights`` (laws, worlds, durations) integrate over the length of the disruptions whose place
    among them ``law`` (events,) names; -1 for those that are for good.
    """

    severity: Array
    notice: Array
    queue: Array
    weights: Array
    law: Codes


def world_hazards(
    hazards: Hazards, catalog: Catalog, assumptions: Assumptions, judgement: Judgement
) -> WorldHazards:
    """The disruptions under the judged numbers of each world."""
    law, weights = _weights(hazards, assumptions, judgement)
    return WorldHazards(
        severity=_severity(hazards, assumptions, judgement),
        notice=_notice(hazards, catalog, judgement),
        queue=_queue(hazards, catalog, judgement),
        weights=weights,
        law=law,
    )


def _severity(hazards: Hazards, assumptions: Assumptions, judgement: Judgement) -> Array:
    base = np.array([one.severity for one in hazards.events])
    found: Array = np.tile(base, (judgement.worlds, 1))
    blocks = hazards.are(FailureKind.REGIONAL_BLOCK)
    if assumptions.region_share > 0:
        factor = [one.region_share / assumptions.region_share for one in judgement.numbers]
        found[:, blocks] *= np.array(factor)[:, None]
    return np.asarray(found)


def _notice(hazards: Hazards, catalog: Catalog, judgement: Judgement) -> Array:
    base = np.array([one.notice_days for one in hazards.events])
    found = base * np.exp(np.outer(judgement.notice_z, hazards.notice_spread))
    for place, event in enumerate(hazards.events):
        if event.kind is not FailureKind.MODEL_RETIREMENT or event.dated:
            continue
        row = _row_of(event, catalog, hazards.chain)
        if row is not None:
            name = notice_number(row.node, event.root)
            found[:, place] = [getattr(one, name) for one in judgement.numbers]
    return np.asarray(found)


def _queue(hazards: Hazards, catalog: Catalog, judgement: Judgement) -> Array:
    """Days in the market's queue on average, as a function of root, kind and world."""
    found = np.zeros((judgement.worlds, len(hazards.events)))
    places = np.flatnonzero(hazards.are(*QUEUED_KINDS))
    share = market_shares(catalog)
    displaced = [share.get(hazards.events[place].root, 0.0) for place in places]
    sizes, of_place = np.unique(displaced, return_inverse=True)
    known: dict[int, Array] = {}
    for world, numbers in enumerate(judgement.numbers):
        if id(numbers) not in known:
            waits = [_wait(size, numbers) for size in sizes.tolist()]
            known[id(numbers)] = numbers.queue_days + np.array(waits)
        found[world, places] = known[id(numbers)][of_place]
    return np.asarray(np.minimum(np.nan_to_num(found, nan=0.0), DURATION_GRID[-1]))


def _wait(displaced: float, numbers: Assumptions) -> float:
    """Mean days in the queue if customers of such a share of the market are displaced."""
    if displaced <= 0:
        return 0.0
    queue = market_queue(displaced, numbers)
    return queue.mean_wait_days(0.0, queue.demand)


def _weights(
    hazards: Hazards, assumptions: Assumptions, judgement: Judgement
) -> tuple[Codes, Array]:
    laws: dict[Duration, int] = {}
    law = np.full(len(hazards.events), -1, dtype=np.int32)
    for place, event in enumerate(hazards.events):
        if event.kind not in PERMANENT_KINDS:
            law[place] = laws.setdefault(event.duration, len(laws))
    weights = np.zeros((len(laws), judgement.worlds, len(DURATION_GRID)))
    for world, numbers in enumerate(judgement.numbers):
        stretch = numbers.tail_stretch / assumptions.tail_stretch
        for one, place in laws.items():
            weights[place, world] = _weights_of(one, stretch)
    return law, weights


def _weights_of(duration: Duration, stretch: float) -> Array:
    """Weights on the model's grid; a temporary disruption of unknown length is the longest."""
    if isinstance(duration, Permanent):
        return np.asarray(np.eye(len(DURATION_GRID))[-1])
    if isinstance(duration, DurationLaw):
        duration = duration.stretched(stretch)
    return grid_weights(duration)
