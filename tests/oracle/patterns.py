"""In which ways one event reaches the endpoints of a portfolio, and with what probability.

Edges that pass a disruption only sometimes split an event into patterns: which endpoints are hit,
and how badly. Two endpoints behind one root fail together as often as the edges say.
docs/method.md §2.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import LinkEffect
from risk.hazard.events import Event
from risk.hazard.supply_chain import SupplyChain

Array = NDArray[np.float64]

#: Above this many uncertain edges patterns are drawn rather than enumerated (2^12 of them).
MOST_ENUMERATED_EDGES = 12


@dataclass(frozen=True, kw_only=True)
class EventPatterns:
    """An event's patterns: ``probability`` (patterns,) and ``severity`` (patterns,) by node."""

    event: Event
    probability: Array
    severity: Mapping[str, Array]


def event_patterns(chain: SupplyChain, event: Event) -> EventPatterns:
    """All patterns of one event over the endpoints, each with its probability (they sum to 1).

    φ_v = 1 - Π_u (1 - g_uv X_uv φ_u) with X_uv independent Bernoulli (noisy-OR, Pearl 1988).
    Up to 12 uncertain edges are enumerated; beyond, 4,096 patterns are drawn with a fixed seed.
    """
    edges = _reached_edges(chain, event)
    uncertain = [edge for edge in edges if 0 < edges[edge].probability < 1]
    probability, passes = _edge_patterns([edges[edge].probability for edge in uncertain])
    column = {edge: passes[:, i] for i, edge in enumerate(uncertain)}
    above: dict[str, list[str]] = {}
    for upstream, node in edges:
        above.setdefault(node, []).append(upstream)
    intact = np.zeros(len(probability))
    severity = {event.root: intact + event.severity}
    for node in sorted(above, key=chain.height.__getitem__):
        serves = 1 - severity.get(node, intact)
        for upstream in above[node]:
            effect = edges[upstream, node]
            passed = column.get((upstream, node), effect.probability)
            serves = serves * (1 - effect.gain * passed * severity.get(upstream, intact))
        severity[node] = 1 - serves
    ends = {one.node for one in chain.endpoints}
    kept = {name: values for name, values in severity.items() if name in ends}
    return EventPatterns(event=event, probability=probability, severity=kept)


def _reached_edges(chain: SupplyChain, event: Event) -> dict[tuple[str, str], LinkEffect]:
    """Edges over which the event can travel from its roots to some endpoint."""
    begin = {event.root} & set(chain.graph)
    if not begin:
        return {}
    effects = chain.effects_of(event.kind)

    def passes(edge: tuple[str, str]) -> bool:
        return edge in effects and effects[edge].probability > 0

    below = _closure(begin, lambda node: chain.graph.successors(node), passes)
    targets = below & {one.node for one in chain.endpoints}
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
