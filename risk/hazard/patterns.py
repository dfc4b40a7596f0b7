"""In which ways one event reaches the endpoints of a portfolio, and with what probability.

Edges that pass a falter only sometimes split an event into patterns: which endpoints are hit, and
how badly. Two endpoints behind one root fail together as often as the edges say. docs/method.md §2.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.catalog.records import LinkEffect
from risk.hazard.events import Event
from risk.hazard.supply_chain import SupplyChain

Array = NDArray[np.float64]

#: Above this many uncertain edges patterns are drawn rather than enumerated (2^12 of them).
MOST_ENUMERATED_EDGES = 12
#: Codes of joint states are compacted before they could outgrow 64 bits.
MOST_CODES = 2**40
#: Numbers in a table up to which Python compares rows sooner than an array would.
FEW_NUMBERS = 256
#: A notice this long, in days, lets slow consequences of a wind-down arrive.
LONG_NOTICE_DAYS = 90.0


@dataclass(frozen=True, kw_only=True)
class EventPatterns:
    """An event's patterns: ``probability`` (patterns,) and ``severity`` (patterns,) by node."""

    event: Event
    probability: Array
    severity: Mapping[str, Array]
    _found: dict[tuple[str, ...], "DistinctPatterns"] = field(
        default_factory=dict, repr=False, compare=False
    )
    _alike: dict[tuple[bytes | None, ...], "DistinctPatterns"] = field(
        default_factory=dict, repr=False, compare=False
    )
    _ways: dict[tuple[str, ...], "WaysHit"] = field(default_factory=dict, repr=False, compare=False)

    def of(self, event: Event) -> "EventPatterns":
        """The same patterns of another event, with all that is known of them."""
        return EventPatterns(
            event=event,
            probability=self.probability,
            severity=self.severity,
            _found=self._found,
            _alike=self._alike,
            _ways=self._ways,
        )

    def distinct(self, nodes: tuple[str, ...]) -> "DistinctPatterns":
        """In how many ways these nodes are hit; many startups ask for the same ones.

        A node that the event does not reach has severity 0 throughout.
        """
        if nodes not in self._found:
            self._found[nodes] = self._distinct_columns(
                tuple(self.severity.get(node) for node in nodes)
            )
        return self._found[nodes]

    def _distinct_columns(self, severities: tuple[Array | None, ...]) -> "DistinctPatterns":
        """The same of severities; nodes that an event treats alike share the answer."""
        alike = tuple(None if one is None else one.tobytes() for one in severities)
        if alike not in self._alike:
            nothing = np.zeros(len(self.probability))
            columns = [nothing if one is None else one for one in severities]
            table: Array = np.round(np.column_stack(columns), 12).astype(np.float64)
            first, place = distinct_rows(table)
            chance = np.bincount(place, weights=self.probability, minlength=len(first))
            self._alike[alike] = DistinctPatterns(
                severity=table[first],
                probability=np.asarray(chance, dtype=np.float64),
                first=first,
                place=place,
            )
        return self._alike[alike]

    def ways_hit(self, routes: tuple[str, ...]) -> "WaysHit":
        """In how many ways the event stops some routes, each a node and its fallback ("": none)."""
        if routes not in self._ways:
            found = self.distinct(routes)
            hit = found.severity[:, 0::2].max(axis=1) > 0
            place = np.where(hit, np.cumsum(hit) - 1, -1)[found.place]
            self._ways[routes] = WaysHit(
                severity=found.severity[hit], probability=found.probability[hit], place=place
            )
        return self._ways[routes]


@dataclass(frozen=True, kw_only=True)
class WaysHit:
    """The distinct ways in which some route is hit.

    ``severity`` (ways, 2 · routes) of each node and its fallback, ``probability`` (ways,) sums to
    less than 1 where the event may miss, ``place`` (patterns,) is the way of every pattern, -1 for
    no hit.
    """

    severity: Array
    probability: Array
    place: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class DistinctPatterns:
    """The distinct ways in which some nodes are hit.

    ``severity`` (ways, nodes), ``probability`` (ways,), ``first`` (ways,) a pattern of each and
    ``place`` (patterns,) the way of every pattern.
    """

    severity: Array
    probability: Array
    first: NDArray[np.int64]
    place: NDArray[np.int64]


def event_patterns(chain: SupplyChain, event: Event) -> EventPatterns:
    """All patterns of one event over the endpoints, each with its probability (they sum to 1).

    φ_v = 1 - Π_u (1 - g_uv X_uv φ_u) with X_uv independent Bernoulli (noisy-OR, Pearl 1988).
    Up to 12 uncertain edges are enumerated; beyond, 4,096 patterns are drawn with a fixed seed.
    An outage of several roots at once travels only over links that always pass: whoever falters
    with them for the shared reason is one of the roots.
    """
    edges = _reached_edges(chain, event)
    if event.members:
        edges = {edge: one for edge, one in edges.items() if _chance(one, event) >= 1}
    uncertain = [edge for edge in edges if 0 < _chance(edges[edge], event) < 1]
    probability, passes = _edge_patterns([_chance(edges[edge], event) for edge in uncertain])
    column = {edge: passes[:, i] for i, edge in enumerate(uncertain)}
    above: dict[str, list[str]] = {}
    for upstream, node in edges:
        above.setdefault(node, []).append(upstream)
    intact = np.zeros(len(probability))
    severity = {node: intact + phi for node, phi in event.sources}
    for node in sorted(above, key=chain.height.__getitem__):
        serves = 1 - severity.get(node, intact)
        for upstream in above[node]:
            effect = edges[upstream, node]
            passed = column.get((upstream, node), _chance(effect, event))
            serves = serves * (1 - effect.gain * passed * severity.get(upstream, intact))
        severity[node] = 1 - serves
    kept = {name: values for name, values in severity.items() if name in chain.endpoint_nodes}
    return EventPatterns(event=event, probability=probability, severity=kept)


def all_patterns(chain: SupplyChain, events: Iterable[Event]) -> tuple[EventPatterns, ...]:
    """The patterns of every event; events that travel alike share them."""
    found: dict[Hashable, EventPatterns] = {}
    listed = []
    for event in events:
        long = event.notice_days >= LONG_NOTICE_DAYS
        alike = (event.sources, event.kind, long)
        if alike not in found:
            found[alike] = event_patterns(chain, event)
        listed.append(found[alike].of(event))
    return tuple(listed)


def _reached_edges(chain: SupplyChain, event: Event) -> dict[tuple[str, str], LinkEffect]:
    """Edges over which the event can travel from its roots to some endpoint."""
    begin = {node for node, _ in event.sources if node in chain.graph}
    if not begin:
        return {}
    effects = chain.effects_of(event.kind)

    def passes(edge: tuple[str, str]) -> bool:
        return edge in effects and _chance(effects[edge], event) > 0

    below = _closure(begin, lambda node: chain.graph.successors(node), passes)
    targets = below & chain.endpoint_nodes
    above = _closure(
        targets, lambda node: chain.graph.predecessors(node), lambda edge: passes(edge[::-1])
    )
    useful = below & above
    # Sorted: sets come in another order from run to run.
    return {
        (node, other): effects[node, other]
        for node in sorted(useful)
        for other in sorted(chain.graph.successors(node))
        if other in useful and passes((node, other))
    }


def _closure(
    start: Iterable[str],
    neighbours: Callable[[str], Iterable[str]],
    passes: Callable[[tuple[str, str]], bool],
) -> set[str]:
    """All nodes that lead on from some, these included."""
    found = set(start)
    waiting = list(found)
    while waiting:
        node = waiting.pop()
        for other in neighbours(node):
            if other not in found and passes((node, other)):
                found.add(other)
                waiting.append(other)
    return found


def _chance(effect: LinkEffect, event: Event) -> float:
    long = effect.probability_long_notice
    if long is not None and event.notice_days >= LONG_NOTICE_DAYS:
        return long
    return effect.probability


def _edge_patterns(chances: list[float]) -> tuple[Array, Array]:
    """Probabilities (patterns,) and pass/stop (patterns, edges) of independent edges."""
    count = len(chances)
    if count > MOST_ENUMERATED_EDGES:
        size = 2**MOST_ENUMERATED_EDGES
        draws = np.random.default_rng(20231117).random((size, count))
        return np.full(size, 1 / size), (draws < np.asarray(chances)).astype(float)
    bits = np.array(list(product((0.0, 1.0), repeat=count))).reshape(2**count, count)
    odds = np.asarray(chances)
    return np.prod(np.where(bits > 0, odds, 1 - odds), axis=1), bits


def distinct_rows(table: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Index of the first of each distinct row, and each row's place among these.

    Rows are compared through one integer made of the columns' codes, which for thousands of
    patterns and few distinct values is many times faster than sorting rows.
    """
    if len(table) == 1:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    if table.size <= FEW_NUMBERS:
        known: dict[tuple[float, ...], int] = {}
        listed = [tuple(row) for row in table.tolist()]
        few = np.array([known.setdefault(row, len(known)) for row in listed], dtype=np.int64)
        return np.array([listed.index(row) for row in known], dtype=np.int64), few
    code = np.zeros(len(table), dtype=np.int64)
    distinct = 1
    for column in table.T:
        codes, values = pd.factorize(column)
        if len(values) > 1:
            code = code * len(values) + codes
            distinct *= len(values)
        if distinct > MOST_CODES:
            code, values = pd.factorize(code)
            distinct = len(values)
    place, values = pd.factorize(code)
    first = np.zeros(len(values), dtype=np.int64)
    first[place[::-1]] = np.arange(len(table))[::-1]
    return first, place.astype(np.int64)
