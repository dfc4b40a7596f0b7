"""Over which links disruptions travel, and with what chance and loss in each world.

A link made by rule follows one judged number, a recorded one the portfolio's factors; which is
which is found by building the chain once more with every number moved to a value of its own. What
reaches an endpoint and its backup is enumerated link by link: φ = 1 - Π(1 - g·X·φ_upstream), X
passing with probability π (Pearl 1988). docs/method.md §2.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, LinkEffect
from risk.hazard.supply_chain import SupplyChain, build_supply_chain

Array = NDArray[np.float64]
Edge = tuple[str, str]

#: Numbers that rules of the supply chain take as the chance of a link.
RULES = (
    *("licensed_outage", "licensed_wind_down", "licensed_price"),
    *("licensed_acquisition", "own_acquisition", "licensed_regional_block"),
)
#: Uncertain links between a root and one route, beyond which all their combinations are too many.
MOST_LINKS = 14


class TooManyLinks(ValueError):
    """More uncertain links lead from a root to one dependency than can be enumerated."""


class Links:
    """Chances and losses of the links of a chain, each (1 + worlds,): today's numbers come first.

    Args:
        chain: the supply chain under today's numbers.
        catalog: what it was built from.
        numbers: the table of assumptions today, then in each world.
    """

    def __init__(
        self, chain: SupplyChain, catalog: Catalog, numbers: Sequence[Assumptions]
    ) -> None:
        self.chain = chain
        self.numbers = numbers
        plain = replace(numbers[0], upstream_reach=1.0, upstream_loss=1.0)
        marks = {name: 0.6180339887 + 0.0123 * place for place, name in enumerate(RULES)}
        self._recorded = self._built(catalog, plain)
        moved = self._built(catalog, replace(plain, **marks, upstream_reach=0.5, upstream_loss=0.5))
        self._rule: dict[tuple[Edge, FailureKind], str] = {}
        self._judged: set[tuple[Edge, FailureKind]] = set()
        named = {mark: name for name, mark in marks.items()}
        for key, effect in self._changed(moved):
            if effect.probability in named:
                self._rule[key] = named[effect.probability]
            else:
                self._judged.add(key)
        self._known: dict[str, Array] = {}
        self._chances: dict[tuple[Edge, FailureKind], Array] = {}
        self._passes: dict[tuple[Edge, FailureKind], bool] = {}
        self._reached: dict[tuple[str, FailureKind], frozenset[str]] = {}
        self._behind: dict[tuple[str, str, FailureKind], frozenset[Edge]] = {}

    def _built(self, catalog: Catalog, numbers: Assumptions) -> SupplyChain:
        return build_supply_chain(catalog, self.chain.endpoints, numbers)

    def _changed(self, other: SupplyChain) -> Iterator[tuple[tuple[Edge, FailureKind], LinkEffect]]:
        for above, below, effects in self._recorded.graph.edges(data="effects"):
            changed = other.graph[above][below]["effects"]
            for kind, effect in effects.items():
                if changed[kind] != effect:
                    yield ((above, below), kind), changed[kind]

    def number(self, name: str) -> Array:
        """A judged number today and in each world."""
        if name not in self._known:
            self._known[name] = np.array([getattr(one, name) for one in self.numbers])
        return self._known[name]

    def chance(self, edge: Edge, kind: FailureKind) -> Array:
        """The probability that a disruption passes a link."""
        if (edge, kind) not in self._chances:
            self._chances[edge, kind] = self._chance(edge, kind)
        return self._chances[edge, kind]

    def _chance(self, edge: Edge, kind: FailureKind) -> Array:
        if (edge, kind) in self._rule:
            return self.number(self._rule[edge, kind])
        known = self._recorded.effects_of(kind)[edge].probability
        if (edge, kind) in self._judged:
            return np.minimum(1.0, known * self.number("upstream_reach"))
        return np.full(len(self.numbers), known)

    def gain(self, edge: Edge, kind: FailureKind) -> Array:
        """The share of service lost over a link that a disruption passes."""
        known = self._recorded.effects_of(kind)[edge].gain
        if (edge, kind) in self._judged:
            return np.minimum(1.0, known * self.number("upstream_loss"))
        return np.full(len(self.numbers), known)

    def passes(self, edge: Edge, kind: FailureKind) -> bool:
        """Whether a disruption can pass a link in any world."""
        if (edge, kind) not in self._passes:
            recorded = edge in self._recorded.effects_of(kind)
            self._passes[edge, kind] = recorded and bool(self.chance(edge, kind).max() > 0)
        return self._passes[edge, kind]

    def reached(self, root: str, kind: FailureKind) -> frozenset[str]:
        """Everything that a disruption can reach from its root, the root itself included."""
        if (root, kind) not in self._reached:
            below = self._closure({root}, kind, lambda node: self.chain.graph.successors(node))
            self._reached[root, kind] = frozenset(below)
        return self._reached[root, kind]

    def between(self, root: str, kind: FailureKind, targets: Iterable[str]) -> tuple[Edge, ...]:
        """The links by which a disruption can come from its root to some nodes, upstream first."""
        found = set().union(*(self._edges_to(root, kind, node) for node in targets))
        height = self.chain.height
        return tuple(sorted(found, key=lambda edge: (height[edge[1]], height[edge[0]])))

    def _edges_to(self, root: str, kind: FailureKind, target: str) -> frozenset[Edge]:
        """The links by which a disruption can come from its root to one node."""
        key = root, target, kind
        if key not in self._behind:
            reached = self.reached(root, kind)
            back: Callable[[str], Iterable[str]] = self.chain.graph.predecessors
            useful: set[str] = set()
            if target in reached:
                useful = self._closure({target}, kind, back, upward=True) & reached
            self._behind[key] = frozenset(
                (above, below)
                for below in useful
                for above in back(below)
                if above in useful and self.passes((above, below), kind)
            )
        return self._behind[key]

    def _closure(
        self,
        start: set[str],
        kind: FailureKind,
        neighbours: Callable[[str], Iterable[str]],
        *,
        upward: bool = False,
    ) -> set[str]:
        found = {node for node in start if node in self.chain.graph}
        waiting = list(found)
        while waiting:
            node = waiting.pop()
            for other in neighbours(node):
                edge = (other, node) if upward else (node, other)
                if other not in found and self.passes(edge, kind):
                    found.add(other)
                    waiting.append(other)
        return found


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The ways in which one disruption reaches some nodes.

    ``links`` are the uncertain links; a way is a combination of those that pass, coded by its bits
    in their order. ``severity`` (1 + worlds, ways, nodes) and ``chance`` (1 + worlds, ways).
    """

    links: tuple[Edge, ...]
    chance: Array
    severity: Array


def ways_through(root: str, uncertain: Sequence[Edge]) -> NDArray[np.bool_]:
    """All combinations of uncertain links, (ways, links): the bits of each way's number.

    Raises:
        TooManyLinks: they would be too many.
    """
    count = len(uncertain)
    if count > MOST_LINKS:
        raise TooManyLinks(
            f"{count} uncertain links lead from {root} to one dependency; at most "
            f"{MOST_LINKS} can be followed. Give some of them the probability 0 or 1."
        )
    return (np.arange(2**count)[:, None] >> np.arange(count)) & 1 > 0


def spread(
    links: Links, root: str, kind: FailureKind, severity: Array, nodes: Sequence[str | None]
) -> Spread:
    """How a disruption of ``severity`` (1 + worlds,) at its root reaches nodes (None: nowhere).

    Raises:
        TooManyLinks: all combinations of uncertain links would be too many.
    """
    edges = links.between(root, kind, (node for node in nodes if node is not None))
    chances = {edge: links.chance(edge, kind) for edge in edges}
    uncertain = tuple(edge for edge in edges if chances[edge].min() < 1)
    ways = ways_through(root, uncertain)
    chance = np.ones((len(severity), len(ways)))
    for place, edge in enumerate(uncertain):
        passed = chances[edge][:, None]
        chance *= np.where(ways[:, place], passed, 1 - passed)
    sure = np.ones((1, len(ways)))
    column = {edge: ways[None, :, place].astype(float) for place, edge in enumerate(uncertain)}
    felt: dict[str, Array] = {root: np.repeat(severity[:, None], len(ways), axis=1)}
    nothing = np.zeros_like(chance)
    for above, below in edges:
        lost = links.gain((above, below), kind)[:, None] * felt.get(above, nothing)
        passed = column.get((above, below), sure)
        felt[below] = 1 - (1 - felt.get(below, nothing)) * (1 - lost * passed)
    return Spread(
        links=uncertain,
        chance=chance,
        severity=np.stack([felt.get(node or "", nothing) for node in nodes], axis=2),
    )
