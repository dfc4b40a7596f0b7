"""A scenario as the only disruption of a portfolio's worlds, and what it does to its startups.

Facts, judgement and links are those of every answer; only what happens is chosen. What the scenario
leaves open, such as the notice before a wind-down, is as uncertain as it is there, so that the loss
if a provider winds down is the same wherever it is asked for. docs/method.md §9.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.displacement import Market, market_share
from risk.alternatives.herding import causes_herd
from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, QUEUED_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.hazard.durations import DURATION_GRID, FixedDuration
from risk.hazard.events import Event
from risk.hazard.failure_settings import model_class
from risk.hazard.market_queue import market_queue, queued
from risk.hazard.supply_chain import build_supply_chain
from risk.loss.compiling import compiled
from risk.loss.components import (
    DEARER,
    ENDING,
    HIT,
    INTERRUPTION,
    LINK_SEVERITY,
    LINK_SPEND,
    LOSS,
    MONEY,
    OF_LINE,
    OF_LINK,
    PARTS,
    PASSING,
    STEPS,
    Scratch,
    Strike,
    median_day,
    over_worlds,
    point_of,
    sorted_upward,
    strike_startups,
)
from risk.loss.exposures import Exposures
from risk.loss.formulas import RISE
from risk.loss.hazards import Hazards, WorldHazards
from risk.loss.judgement import Judgement
from risk.loss.laws import Laws, laws_of
from risk.loss.runway import MONTHS_AHEAD, Reached
from risk.loss.startups import FIRM, TERMS
from risk.loss.uncertainty import HIGH
from risk.loss.uncertainty import LOW as LOWER
from risk.loss.valuation import Valuation
from risk.loss.valuing import by_chunks
from risk.loss.worlds import Worlds
from risk.scenarios.event import find_root, limited, scenario_event
from risk.scenarios.results import Scenario

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: Worlds in which a scenario happens. Few startups are tested in all worlds of their answer, so
#: that the runway after a wind-down is the same in both; more in fewer, and very many in fewest.
FEW_STARTUPS = 1_000
WORLDS, WORLDS_OF_LARGE, LARGE = 16, 8, 200_000
#: Worlds over which spend is averaged that nobody stated, and startups up to which over all.
SPEND_WORLDS, FEW = 2, 20_000
NOBODY: Array = np.zeros(0)
NO_DETAILS: Array = np.zeros((0, OF_LINK))


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A scenario on a portfolio: its event, and the worlds in which nothing else happens.

    ``strikes`` (worlds,) is how it reaches lines in each. ``catalog`` has the links alone that the
    scenario goes through.
    """

    scenario: Scenario
    event: Event
    valuation: Valuation
    catalog: Catalog
    worlds: Worlds
    strikes: tuple[Strike, ...]

    @cached_property
    def down(self) -> dict[str, float]:
        """The expected share of each service of the market that it takes down, by name."""
        return down_in_market(self.event, self.valuation, self.catalog)


def happening_of(valuation: Valuation, scenario: Scenario) -> Happening:
    """A scenario made ready to happen to a portfolio.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has the scenario's root name.
    """
    catalog, assumptions = limited(valuation.catalog, scenario), valuation.assumptions
    whole = valuation.worlds
    chain = whole.hazards.chain
    if catalog is not valuation.catalog:
        chain = build_supply_chain(catalog, valuation.book.endpoints, assumptions)
    root = find_root(scenario.root, valuation.book, chain, catalog)
    event = scenario_event(scenario, root, chain, catalog, assumptions)
    count = worlds_of(len(valuation.members), whole.count)
    judged = whole.judgement.first(count)
    hazards = Hazards(
        chain=chain,
        events=(event,),
        rate=np.ones(1),
        shape=np.full(1, np.inf),
        group=np.zeros(1, dtype=np.int32),
        groups=(event.rate_group,),
        notice_spread=np.zeros(1),
        country=np.full(1, -1, dtype=np.int32),
    )
    world = WorldHazards(
        severity=_severity(scenario, event, judged)[:, None],
        notice=_notice(scenario, event, whole, judged)[:, None],
        queue=_queue(scenario, event, valuation, catalog, judged)[:, None],
        weights=np.zeros((0, count, len(DURATION_GRID))),
        law=np.full(1, -1, dtype=np.int32),
    )
    laws = laws_of(
        valuation.book, hazards, world, catalog, assumptions, judged, all_have_paths=True
    )
    numbers = whole.numbers[:count].copy()
    if scenario.price_multiple is not None:
        numbers[:, RISE] = max(0.0, scenario.price_multiple - 1.0)
    return Happening(
        scenario=scenario,
        event=event,
        valuation=valuation,
        catalog=catalog,
        worlds=replace(
            whole, judgement=judged, hazards=hazards, world=world, laws=laws, numbers=numbers
        ),
        strikes=tuple(
            _strike(event, laws, world, judged.numbers[k], k, len(valuation.book.routes))
            for k in range(count)
        ),
    )


def worlds_of(startups: int, known: int) -> int:
    """In how many of the ``known`` worlds a scenario happens to so many startups."""
    if startups <= FEW_STARTUPS:
        return known
    return min(WORLDS if startups <= LARGE else WORLDS_OF_LARGE, known)


def _severity(scenario: Scenario, event: Event, judged: Judgement) -> Array:
    """The share of service lost in each world: as the scenario says, or as judged there."""
    if scenario.severity is None and event.kind is FailureKind.REGIONAL_BLOCK:
        return np.array([one.region_share for one in judged.numbers])
    return np.full(judged.worlds, event.severity)


def _notice(scenario: Scenario, event: Event, whole: Worlds, judged: Judgement) -> Array:
    """Days of notice in each world: as the scenario says, or as in the worlds of every answer."""
    if scenario.notice_days is not None:
        return np.full(judged.worlds, scenario.notice_days)
    known = [
        place
        for place, one in enumerate(whole.hazards.events)
        if (one.root, one.kind) == (event.root, event.kind) and not one.dated
    ]
    if known:
        likeliest = max(known, key=lambda place: whole.hazards.rate[place])
        return np.asarray(whole.world.notice[: judged.worlds, likeliest])
    if event.kind is FailureKind.MODEL_RETIREMENT:
        name = f"retirement_notice_{model_class(event.root)}_days"
        return np.array([getattr(one, name) for one in judged.numbers])
    return np.full(judged.worlds, event.notice_days)


def _queue(
    scenario: Scenario, event: Event, valuation: Valuation, catalog: Catalog, judged: Judgement
) -> Array:
    """Days in the market's queue in each world, nobody being told apart but who reserved.

    After the kinds that the scores let queue it is their queue; after a long outage, or when all
    customers are cut off, that of whoever stands on what is down.
    """
    if event.kind in QUEUED_KINDS:
        waits = [
            one.queue_days + queued([event], catalog, one)[0].queue_days for one in judged.numbers
        ]
    elif scenario.customer is None and causes_herd(event) and catalog.market:
        down = down_in_market(event, valuation, catalog)
        own = max((down.get(one.service.name, 0.0) for one in valuation.book.endpoints), default=0)
        queues = [
            market_queue(market_share(down, catalog, one, severity=own), one)
            for one in judged.numbers
        ]
        waits = [one.mean_wait_days(0.0, one.demand) for one in queues]
    else:
        waits = [0.0] * judged.worlds
    return np.asarray(np.minimum(np.nan_to_num(np.array(waits), nan=0.0), DURATION_GRID[-1]))


def down_in_market(event: Event, valuation: Valuation, catalog: Catalog) -> dict[str, float]:
    """The expected share that an event takes down of every service, by name."""
    own = [one.service for one in valuation.book.endpoints]
    return dict(Market.of(catalog, valuation.assumptions, own).down(event))


def _strike(
    event: Event, laws: Laws, world: WorldHazards, numbers: Assumptions, k: int, routes: int
) -> Strike:
    """How the event reaches lines in world k."""
    states, ways, chance = laws.lasting, laws.ways, np.ascontiguousarray(laws.ways.chance[k])
    entry = np.repeat(np.arange(len(ways.bundle)), np.diff(ways.place))
    bundle = ways.bundle[entry]
    way = ways.first[bundle] + np.arange(len(entry)) - ways.place[entry]
    hits = ways.state >= 0
    length = event.duration.days if isinstance(event.duration, FixedDuration) else np.inf
    sort = DEARER if event.kind is FailureKind.PRICE_SHOCK else ENDING
    return Strike(
        start=np.concatenate([[0], np.cumsum(hits)])[ways.place[ways.start]],
        bundle=bundle[hits],
        way=way[hits],
        state=ways.state[hits],
        first=ways.first,
        chance=chance,
        member=states.member,
        severity=np.ascontiguousarray(states.severity[k]),
        backup=np.ascontiguousarray(states.backup[k]),
        any_suffices=laws.any_suffices,
        routes=routes,
        sort=sort if event.kind in PERMANENT_KINDS else PASSING,
        days=float(length),
        queue=float(world.queue[k, 0]),
        quality_days=float(numbers.quality_days),
    )


@dataclass(frozen=True, kw_only=True)
class Struck:
    """What a happening does to those startups that it can reach.

    ``rows`` (hit,) are their places among the startups asked about, ``told`` (hit, MONEY or WHOLE)
    the figures by their places in :mod:`risk.loss.components`; ``totals`` (worlds,) is what all
    lose together by drawn facts. ``moved`` (dependencies, 2), where it was asked for, is of each
    dependency the share of service lost and the spend in USD a month that this moves, means over
    worlds; of very many startups over a few worlds.
    """

    rows: Places
    told: Array
    totals: Array
    moved: Array | None = None


def struck(
    happening: Happening, exposures: Exposures, *, columns: int = MONEY, spend: bool = False
) -> Struck:
    """Let a scenario happen to startups: what it costs them, or all that is told of them."""
    count, few = len(happening.strikes), len(exposures) <= FEW
    spending = count if few else min(count, SPEND_WORLDS)
    moved = np.zeros((len(exposures.route), 2)) if spend else None

    def part(pieces: list[tuple[int, Exposures]]) -> tuple[list[Places], list[Array], Array]:
        scratch = _room(happening, exposures)
        space, totals = np.zeros(count), np.zeros(count)
        levels = np.array([LOWER, 0.5, HIGH])
        rows, told = [], []
        for start, one in pieces:
            out = np.zeros((count, len(one), columns))
            details = np.zeros((spending if spend else 0, len(one.route), OF_LINK))
            _strike_all(happening, one, scratch, out, details=details)
            found = np.zeros((len(one), columns))
            compiled(over_worlds, sorted_upward, point_of, median_day)(out, levels, space, found)
            hit = np.flatnonzero(~np.isnan(found[:, HIT]))
            totals += out[:, hit, LOSS].sum(axis=1)
            rows.append(start + hit)
            told.append(found[hit])
            if moved is not None:
                first = exposures.link_start[exposures.case_start[start]]
                wanted = details[:, :, [LINK_SEVERITY, LINK_SPEND]].mean(axis=0)
                moved[first : first + len(one.route)] = wanted
        return rows, told, totals

    halves = by_chunks(part, exposures)
    return Struck(
        rows=np.concatenate([np.zeros(0, dtype=np.int64), *(r for h in halves for r in h[0])]),
        told=np.concatenate([np.zeros((0, columns)), *(t for h in halves for t in h[1])]),
        totals=np.sum([totals for *_, totals in halves], axis=0),
        moved=moved,
    )


def losses_by(happening: Happening, exposures: Exposures, path: Array) -> Array:
    """Expected loss of startups by each day of ``path``, (startups, days) in USD."""
    found = np.zeros((len(exposures), len(path)))

    def part(pieces: list[tuple[int, Exposures]]) -> None:
        scratch = _room(happening, exposures)
        for start, one in pieces:
            out = np.zeros((len(happening.strikes), len(one), MONEY))
            _strike_all(
                happening, one, scratch, out, path=path, by_day=found[start : start + len(one)]
            )

    by_chunks(part, exposures, size=64)
    return np.asarray(found / len(happening.strikes))


def dependencies_of(happening: Happening, exposures: Exposures) -> Array:
    """What is told of startups' dependencies in each world, (worlds, dependencies, OF_LINK)."""
    count = len(happening.strikes)
    found = np.zeros((count, len(exposures.route), OF_LINK))
    scratch = _room(happening, exposures)
    out = np.zeros((count, len(exposures), MONEY))
    _strike_all(happening, exposures, scratch, out, details=found)
    return found


def _strike_all(
    happening: Happening,
    exposures: Exposures,
    scratch: Scratch,
    out: Array,
    *,
    path: Array = NOBODY,
    by_day: Array | None = None,
    details: Array | None = None,
) -> None:
    """One chunk in every world, with ``details`` of its dependencies in the first of them."""
    loop = compiled(strike_startups, *STEPS)
    volatility = happening.valuation.assumptions.burn_volatility
    days = np.zeros((len(exposures), len(path))) if by_day is None else by_day
    for k, strike in enumerate(happening.strikes):
        loop(
            *(exposures.chunk(k), volatility, MONTHS_AHEAD, path, scratch),
            *(happening.worlds.at(k), strike),
            *(out[k], days, NO_DETAILS if details is None or k >= len(details) else details[k]),
        )


def _room(happening: Happening, exposures: Exposures) -> Scratch:
    strike = happening.strikes[0]
    most = int(np.diff(exposures.link_start).max(initial=0)) + 1
    bundles, ways = len(strike.first), len(strike.chance) + 1
    return Scratch(
        terms=np.zeros((most, TERMS)),
        margin=np.zeros(2),
        firm=np.zeros(FIRM),
        line=np.zeros(OF_LINE),
        reached=Reached(
            *(np.zeros(bundles, dtype=np.int64) for _ in range(3)),
            *(np.zeros(ways) for _ in range(3)),
        ),
        seen=np.zeros(bundles, dtype=np.int64),
        hit=np.zeros(ways),
    )


def mean_of(told: Array) -> Array:
    """Expected loss of each, the sum of its parts, (hit,)."""
    return np.asarray(told[:, INTERRUPTION : INTERRUPTION + PARTS].sum(axis=1))
