"""Tables that turn all outages of a dependency into one look-up, world by world.

A temporary disruption of length D costs min(m·g(D), C): waiting costs more the longer it lasts, and
once it costs as much as leaving (C), one leaves. In days of margin that is B(c) = Σ λ·p·E[min(g(D),
c)] over states of a route, with c = C/m. Until one has left, as much of the service is lost as in
the state, so that states are put into classes by it, each with a B of its own and the c of what its
states lose on average. B is laid out at 24 values of c for each signature, which is a route with a
profile (how late a fallback is, what it takes). Blocks of a country last weeks and need a c of
their own. docs/method.md §5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.durations import DURATION_GRID
from risk.loss.columns import FALLBACKS
from risk.loss.compiling import compiled
from risk.loss.exposures import UNKNOWN_DELAY, Book
from risk.loss.formulas import RECAPTURE, business_days, churned, lost_service
from risk.loss.laws import States
from risk.loss.rates import RATE_DRAWS
from risk.loss.startups import World
from risk.loss.worlds import Worlds

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Values of c, in days of margin, at which a table is laid out: from 2.4 hours to 1,000 days.
NODES = 24
LOWEST, HIGHEST = 0.1, 1000.0
COST_NODES: Array = np.geomspace(LOWEST, HIGHEST, NODES)
#: Where groups of lengths end, by the probability of being shorter: blocks last as long as one.
GROUP_ENDS = (0.2, 0.4, 0.55, 0.7, 0.82, 0.9, 0.95, 0.98, 0.995)
GROUPS = len(GROUP_ENDS) + 1
NO_TIMES: Array = np.zeros((0, 0, 0))
#: Where classes of outages end, by the share of service lost: slowdowns, what a provider calls
#: major, and what it calls critical or its clouds' outages bring.
BADNESS_ENDS = (0.07, 0.2)
BADNESS = len(BADNESS_ENDS) + 1
#: ln(c / lowest) times this is the place of c among the nodes.
PER_LOG = (NODES - 1) / float(np.log(HIGHEST / LOWEST))


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """Which profiles occur on which routes, and the curves of waiting that they need.

    ``number`` (routes, profiles) is the place of each signature, -1 where nobody has it or one like
    it; ``route`` and ``profile`` (signatures,) say what each is, the first of profiles that are
    alike. A shape is how badly a service and its backup
    are down, and for how long; ``outage`` and ``block`` give the shape of every member of a state:
    of a route's, which has one, at the place of the state itself.
    ``pair`` (shapes, profiles) is the place of the curve of both, -1 where nobody needs it.
    ``severity`` and ``backup`` (worlds, shapes), ``law`` (shapes,) of lengths.
    """

    number: Codes
    route: Codes
    profile: Codes
    outage: Codes
    block: Codes
    pair: Codes
    pair_shape: Codes
    pair_profile: Codes
    severity: Array
    backup: Array
    law: Codes


def signatures_of(book: Book, worlds: Worlds) -> Signatures:
    """The signatures of a portfolio."""
    one, alike = book.exposures, _alike(worlds)
    has = np.zeros((len(book.routes), len(alike)), dtype=bool)
    for code in range(len(FALLBACKS)):
        link = (one.fallback == code) | (one.fallback < 0)
        has[one.route[link], alike[one.delay[link] * len(FALLBACKS) + code]] = True
    return _signatures(worlds, has, alike, _profiles_together(book, alike))


def blank_signatures(worlds: Worlds, routes: int) -> Signatures:
    """Those of startups of which nothing is known but whom they depend on."""
    alike = _alike(worlds)
    blank = np.unique(alike[UNKNOWN_DELAY * len(FALLBACKS) :][: len(FALLBACKS)])
    has = np.zeros((routes, len(alike)), dtype=bool)
    has[:, blank] = True
    members = worlds.laws.members[routes:].tolist()
    together = {
        (combination, place): blank
        for combination, count in enumerate(members)
        for place in range(count)
    }
    return _signatures(worlds, has, alike, together)


def _signatures(
    worlds: Worlds,
    has: NDArray[np.bool_],
    alike: Codes,
    together: Mapping[tuple[int, int], Codes],
) -> Signatures:
    """The signatures of routes that have some profiles, and of combinations' members."""
    laws, routes = worlds.laws, len(has)
    number = np.full(has.shape, -1, dtype=np.int32)
    route, profile = np.nonzero(has)
    number[route, profile] = np.arange(len(route))
    shapes: dict[object, int] = {}
    outage = _shapes(laws.outages, worlds, shapes)
    block = _shapes(laws.blocks, worlds, shapes)
    found = list(shapes)
    pair = np.full((len(shapes), len(alike)), -1, dtype=np.int32)
    nobody = np.zeros(0, dtype=np.int32)
    for family, shape in ((laws.outages, outage), (laws.blocks, block)):
        for line, count in enumerate(laws.members.tolist()):
            first, last = family.member[family.start[line]], family.member[family.start[line + 1]]
            for place in range(count):
                if line < routes:
                    own = profile[route == line]
                else:
                    own = together.get((line - routes, place), nobody)
                pair[np.ix_(shape[first + place : last : count], own)] = 0
    pair_shape, pair_profile = np.nonzero(pair == 0)
    pair[pair_shape, pair_profile] = np.arange(len(pair_shape))
    nothing = np.zeros((worlds.count, 0))
    return Signatures(
        number=np.ascontiguousarray(number[:, alike]),
        route=route.astype(np.int32),
        profile=profile.astype(np.int32),
        outage=outage,
        block=block,
        pair=np.ascontiguousarray(pair[:, alike]),
        pair_shape=pair_shape.astype(np.int32),
        pair_profile=pair_profile.astype(np.int32),
        severity=_columns(nothing, (np.frombuffer(one[1]) for one in found)),  # type: ignore[index] # a key
        backup=_columns(nothing, (np.frombuffer(one[2]) for one in found)),  # type: ignore[index] # a key
        law=np.array([one[0] for one in found], dtype=np.int32),  # type: ignore[index] # a key
    )


def _alike(worlds: Worlds) -> Codes:
    """The first profile that is like each in every world: old tests all count as none, say."""
    terms = np.concatenate([worlds.effective, worlds.failover, worlds.buffer]).T
    places: dict[bytes, int] = {}
    found = [places.setdefault(row.tobytes(), place) for place, row in enumerate(terms)]
    return np.array(found, dtype=np.int32)


def _columns(nothing: Array, columns: Iterable[Array]) -> Array:
    return np.ascontiguousarray(np.column_stack([nothing, *columns]))


def _profiles_together(book: Book, alike: Codes) -> dict[tuple[int, int], Codes]:
    """The profiles that each member of each combination has, by combination and place."""
    one = book.exposures
    cases = np.flatnonzero(one.combination >= 0)
    found: dict[tuple[int, int], set[int]] = {}
    for case in cases.tolist():
        first, last = one.link_start[case : case + 2]
        for place, link in enumerate(range(first, last)):
            code, base = int(one.fallback[link]), int(one.delay[link]) * len(FALLBACKS)
            codes = range(len(FALLBACKS)) if code < 0 else (code,)
            key = int(one.combination[case]), place
            found.setdefault(key, set()).update(int(alike[base + each]) for each in codes)
    return {key: np.array(sorted(own), dtype=np.int32) for key, own in found.items()}


def _shapes(family: States, worlds: Worlds, shapes: dict[object, int]) -> Codes:
    """The shape of every member of every state, (members,); a route has one member."""
    law = worlds.world.law[np.repeat(family.event, np.diff(family.member))]
    down = zip(law.tolist(), family.severity.T, family.backup.T, strict=True)
    keys = ((own, one.tobytes(), other.tobytes()) for own, one, other in down)
    return np.array([shapes.setdefault(key, len(shapes)) for key in keys], dtype=np.int32)


class Family(NamedTuple):
    """States of one family in one world; ``rate`` (states, columns) is a year's."""

    start: Any
    event: Any
    bundle: Any
    member: Any
    severity: Any
    backup: Any
    rate: Any


class Tables(NamedTuple):
    """One world's tables, as the loops read them.

    ``lasting``, ``outages`` and ``blocks`` are :class:`Family`; ``number`` that of
    :class:`Signatures`, ``block_shape`` and ``pair`` too. ``curve`` (pairs, durations) is waiting
    in days of margin, ``below`` (signatures, BADNESS, NODES, columns) is B(c), ``square``
    (signatures, BADNESS, NODES) the same of the square in the column :func:`own_column`. ``paid``
    (pairs, NODES) is E[min(g(D), c)] of one pair, of which B adds up those of a route's outages,
    whose shapes are ``outage_shape`` and whose classes are ``badness`` (states,); ``usual`` (lines,
    BADNESS, 2) is what the states of a class lose of the service and of its backup. ``weights``
    (laws, durations) integrate over lengths, which ``group`` (laws, durations) puts into GROUPS of
    ``group_weight`` (GROUPS,); the first group are ``short`` (laws,) many, for which waiting costs
    ``short_paid`` (pairs,). ``alone_row`` (events,) numbers what each customer has for itself.
    """

    lasting: Any
    outages: Any
    blocks: Any
    number: Any
    block_shape: Any
    pair: Any
    shape_law: Any
    event_law: Any
    curve: Any
    below: Any
    square: Any
    paid: Any
    outage_shape: Any
    badness: Any
    usual: Any
    weights: Any
    group: Any
    group_weight: Any
    alone_row: Any
    alone_times: Any
    block_times: Any
    short: Any
    short_paid: Any
    event_rate: Any
    any_suffices: Any


def own_column(k: int) -> int:
    """The draw of rates in which a startup's own year is taken in world k: each in its turn."""
    return 1 + k % RATE_DRAWS


def groups_of(weights: Array) -> Codes:
    """The group of each length in its law, (laws, durations): finer where lengths are rare."""
    middle = np.cumsum(weights, axis=1) - weights / 2
    return np.searchsorted(GROUP_ENDS, middle).astype(np.int32)


def block_weights(worlds: Worlds, weights: Array, groups: Codes) -> Array:
    """The weight of each group of lengths of a block, (GROUPS,): all blocks last alike."""
    law = worlds.world.law[worlds.hazards.are(FailureKind.REGIONAL_BLOCK)][:1]
    found = np.bincount(groups[law].ravel(), weights[law].ravel(), GROUPS)
    return np.asarray(found, dtype=np.float64)


def outage_classes(worlds: Worlds, k: int) -> tuple[Codes, Array]:
    """The class of each state of an outage in world k, and what each line's classes lose.

    (states,) and (lines, BADNESS, 2): means over states, by how often the disruption comes, how
    likely the state is then and the square of what it takes; 0 where there are none. How often is
    that of the reference facts, so that losses stay straight in the rates.
    """
    states = worlds.laws.outages
    lines, first = len(states.start) - 1, states.member[:-1]
    down = states.severity[k, first], states.backup[k, first]
    badness = np.searchsorted(BADNESS_ENDS, down[0], side="right").astype(np.int32)
    weight = worlds.hazards.rate[states.event] * states.chance[k] * down[0] ** 2
    place = np.repeat(np.arange(lines), np.diff(states.start)) * BADNESS + badness
    whole = np.bincount(place, weight, lines * BADNESS)
    sums = [np.bincount(place, weight * one, lines * BADNESS) for one in down]
    usual = np.stack([one / np.maximum(whole, 1e-300) for one in sums], axis=-1)
    return badness, np.ascontiguousarray(usual.reshape(lines, BADNESS, 2))


def columns_of_rates(rates: Array) -> Array:
    """Rates (…, columns, events): the mean, those drawn, and the mean again for drawn facts."""
    return np.asarray(np.concatenate([rates, rates[..., :1, :]], axis=-2))


def tables_of(worlds: Worlds, signatures: Signatures, k: int, times: Any = None) -> Tables:
    """The tables of world k.

    ``times`` are factors on mean rates, of which there is one column then: of states for good
    (states,), of outages by event (events,), of blocks (events, GROUPS), and of what each customer
    has for itself (such events, BINS of losses); None: all columns of rates as they are.
    """
    laws = worlds.laws
    rates = columns_of_rates(worlds.rates[k]) if times is None else worlds.rates[k, :1]
    lasting = _family(laws.lasting, rates, k)
    outages, blocks = _family(laws.outages, rates, k), _family(laws.blocks, rates, k)
    if times is not None:
        lasting = lasting._replace(rate=lasting.rate * times[0][:, None])
        outages = outages._replace(rate=outages.rate * times[1][laws.outages.event][:, None])
    curve = np.zeros((len(signatures.pair_shape), len(DURATION_GRID)))
    below = np.zeros((len(signatures.route), BADNESS, NODES, rates.shape[0]))
    square = np.zeros((len(signatures.route), BADNESS, NODES))
    badness, usual = outage_classes(worlds, k)
    weights = np.ascontiguousarray(worlds.world.weights[:, k])
    groups = groups_of(weights)
    paid, second = (np.zeros((len(signatures.pair_shape), NODES)) for _ in range(2))
    short, short_paid = (groups == 0).sum(axis=1), np.zeros(len(paid))
    compiled(fill_tables, wait_curve, lost_service, churned, business_days)(
        worlds.at(k),
        (signatures.pair_shape, signatures.pair_profile, signatures.pair, signatures.law),
        (signatures.severity[k], signatures.backup[k]),
        (signatures.route, signatures.profile, signatures.outage),
        *(outages, badness, (weights, DURATION_GRID, COST_NODES), own_column(k)),
        (curve, below, square, paid, second, short, short_paid),
    )
    return Tables(
        lasting=lasting,
        outages=outages,
        blocks=blocks,
        **{"number": signatures.number, "block_shape": signatures.block},
        **{"pair": signatures.pair, "shape_law": signatures.law},
        event_law=worlds.world.law,
        **{"curve": curve, "below": below, "square": square},
        **{"paid": paid, "outage_shape": signatures.outage, "badness": badness, "usual": usual},
        **{"weights": weights, "group": groups},
        group_weight=block_weights(worlds, weights, groups),
        alone_row=worlds.hazards.alone_row,
        alone_times=NO_TIMES if times is None else times[3][:, :, None].copy(),
        block_times=NO_TIMES if times is None else times[2][:, :, None].copy(),
        **{"short": short, "short_paid": short_paid},
        event_rate=np.ascontiguousarray(worlds.rates[k, 0]),
        any_suffices=laws.any_suffices,
    )


def _family(states: States, rates: Array, k: int) -> Family:
    return Family(
        start=states.start,
        event=states.event,
        bundle=states.bundle,
        member=states.member,
        severity=np.ascontiguousarray(states.severity[k]),
        backup=np.ascontiguousarray(states.backup[k]),
        rate=np.ascontiguousarray((rates[:, states.event] * states.chance[k]).T),
    )


def fill_tables(
    world: World,
    pairs: Any,
    down: Any,
    signatures: Any,
    outages: Any,
    badness: Any,
    grids: Any,
    own: int,
    found: Any,
) -> None:
    """Fill the curves of waiting, then B(c) at every node, and its square in the column ``own``."""
    curve, below, square, mean, second, short, short_paid = found
    pair_shape, pair_profile, pair_of, law = pairs
    weights, durations, nodes = grids
    count = len(nodes)
    for pair in range(len(pair_shape)):
        shape, profile = pair_shape[pair], pair_profile[pair]
        wait_curve(world, down[0][shape], down[1][shape], profile, durations, curve[pair])
        above = 0.0
        for j in range(len(durations)):
            above += weights[law[shape], j]
        for j in range(short[law[shape]]):
            short_paid[pair] += weights[law[shape], j] * curve[pair, j]
        # Waiting only ever costs more the longer it lasts, so that each length is taken in once.
        once, squared, j = 0.0, 0.0, 0
        for node in range(count):
            while j < len(durations) and curve[pair, j] <= nodes[node]:
                weight = weights[law[shape], j]
                above -= weight
                once += weight * curve[pair, j]
                squared += weight * curve[pair, j] * curve[pair, j]
                j += 1
            mean[pair, node] = once + max(0.0, above) * nodes[node]
            second[pair, node] = squared + max(0.0, above) * nodes[node] * nodes[node]
    route, profile_of, shape_of = signatures
    for one in range(len(route)):
        for state in range(outages.start[route[one]], outages.start[route[one] + 1]):
            pair, bad = pair_of[shape_of[outages.member[state]], profile_of[one]], badness[state]
            for node in range(count):
                for column in range(below.shape[3]):
                    rate = outages.rate[state, column]
                    below[one, bad, node, column] += rate * mean[pair, node]
                    if column == own:
                        square[one, bad, node] += rate * second[pair, node]


def wait_curve(
    world: World, severity: float, backup: float, profile: int, durations: Any, found: Any
) -> None:
    """Waiting in days of margin at every length, (durations,)."""
    effective = world.effective[profile] * (1.0 - backup)
    kept = 1.0 - world.numbers[RECAPTURE]
    for j in range(len(durations)):
        lost = lost_service(
            durations[j], severity, effective, world.buffer[profile], world.failover[profile]
        )
        found[j] = business_days(lost, kept, 0.0, world.numbers, world.churn)
