"""Reach of one disruption: which services it takes down together, and how likely, today.

A node is down if some chain of links from the root passes the disruption on. Nodes that share no
uncertain link are down independently of each other, given the disruption. docs/method.md §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.loss.pieces import sharing
from risk.loss.travel import Edge, Links, ways_through

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Codes of ways are made small again before they outgrow 64 bits.
MOST_CODES = 2**60


@dataclass(frozen=True, kw_only=True)
class Hits:
    """The ways in which some nodes are down: ``down`` (ways, nodes), ``chance`` (ways,)."""

    down: Flags
    chance: Array

    @property
    def all_down(self) -> float:
        """The chance that all of them are."""
        return float(self.chance[self.down.all(axis=1)].sum())

    @property
    def any_down(self) -> float:
        """The chance that one at least is."""
        return float(self.chance[self.down.any(axis=1)].sum())


class Reach:
    """How disruptions reach the nodes of a portfolio, each question answered once.

    Args:
        links: chances of links; their first numbers, today's, are used.
        nodes: names of endpoints in the supply chain, which answers go by the place of.
    """

    def __init__(self, links: Links, nodes: Sequence[str]) -> None:
        self.links = links
        self.nodes = tuple(nodes)
        self._reached: dict[tuple[str, FailureKind], Flags] = {}
        self._unsure: dict[tuple[str, FailureKind, int], frozenset[Edge]] = {}
        self._hits: dict[tuple[str, FailureKind, tuple[int, ...]], Hits] = {}
        self._both: dict[tuple[str, FailureKind, tuple[tuple[int, ...], ...]], Array] = {}

    def reached(self, root: str, kind: FailureKind) -> Flags:
        """Which nodes a disruption may take down, (nodes,)."""
        key = root, kind
        if key not in self._reached:
            below = self.links.reached(root, kind)
            self._reached[key] = np.array([one in below for one in self.nodes], dtype=np.bool_)
        return self._reached[key]

    def hits(self, root: str, kind: FailureKind, nodes: tuple[int, ...]) -> Hits:
        """In which ways a disruption takes down some nodes, told by their places."""
        key = root, kind, nodes
        if key not in self._hits:
            self._hits[key] = self._found(root, kind, nodes)
        return self._hits[key]

    def both_down(
        self, root: str, kind: FailureKind, services: tuple[tuple[int, ...], ...]
    ) -> Array:
        """The chance that a disruption takes two services together, (services, services).

        On the diagonal that it takes each. A service, told by the places of its nodes, is down if
        any of them is.
        """
        key = root, kind, services
        if key not in self._both:
            self._both[key] = self._both_down(root, kind, services)
        return self._both[key]

    def _both_down(
        self, root: str, kind: FailureKind, services: tuple[tuple[int, ...], ...]
    ) -> Array:
        found = np.zeros((len(services), len(services)))
        reached, of = self.reached(root, kind), (root, kind)
        met = [place for place, nodes in enumerate(services) if reached[list(nodes)].any()]
        unsure = {place: self.unsure(*of, services[place]) for place in met}
        down = {place: self.hits(*of, tuple(sorted(services[place]))).any_down for place in met}
        for number, one in enumerate(met):
            found[one, one] = down[one]
            for other in met[number + 1 :]:
                # Services that hang on no uncertain link in common fall independently.
                both = down[one] * down[other]
                if unsure[one] & unsure[other]:
                    nodes = tuple(sorted({*services[one], *services[other]}))
                    hits = self.hits(*of, nodes)
                    first, second = (
                        hits.down[:, [nodes.index(node) for node in services[place]]].any(axis=1)
                        for place in (one, other)
                    )
                    both = float(hits.chance @ (first & second))
                found[one, other] = found[other, one] = both
        return found

    def _found(self, root: str, kind: FailureKind, nodes: tuple[int, ...]) -> Hits:
        reached = self.reached(root, kind)
        met = [place for place, node in enumerate(nodes) if reached[node]]
        unsure = [self._unsure_links(root, kind, nodes[place]) for place in met]
        down = np.zeros((1, len(nodes)), dtype=np.bool_)
        chance = np.ones(1)
        for group in sharing(range(len(met)), unsure):
            places = [met[one] for one in group]
            if not any(unsure[one] for one in group):
                down[:, places] = True
                continue
            own = self._together(root, kind, [nodes[place] for place in places])
            ways = len(own.chance)
            chance = np.outer(chance, own.chance).ravel()
            down = np.repeat(down, ways, axis=0)
            down[:, places] = np.tile(own.down, (len(down) // ways, 1))
        return _distinct(down, chance)

    def _together(self, root: str, kind: FailureKind, nodes: Sequence[int]) -> Hits:
        """The same of nodes that hang on links in common, by all combinations of these."""
        edges = self.links.between(root, kind, [self.nodes[one] for one in nodes])
        chances = {edge: self.links.chance(edge, kind)[0] for edge in edges}
        unsure = [edge for edge in edges if chances[edge] < 1]
        passed = ways_through(root, unsure)
        chance = np.ones(len(passed))
        for place, edge in enumerate(unsure):
            chance *= np.where(passed[:, place], chances[edge], 1 - chances[edge])
        column = dict(zip(unsure, passed.T, strict=True))
        nothing = np.zeros(len(passed), dtype=np.bool_)
        down = {root: ~nothing}
        for above, below in edges:
            if above in down and self.links.gain((above, below), kind)[0] > 0:
                through = down[above] & column.get((above, below), True)
                down[below] = down.get(below, nothing) | through
        columns = [down.get(self.nodes[one], nothing) for one in nodes]
        return _distinct(np.stack(columns, axis=1), chance)

    def unsure(self, root: str, kind: FailureKind, nodes: Sequence[int]) -> frozenset[Edge]:
        """The links by which a disruption comes to some nodes, and may not."""
        return frozenset().union(*(self._unsure_links(root, kind, one) for one in nodes))

    def _unsure_links(self, root: str, kind: FailureKind, node: int) -> frozenset[Edge]:
        key = root, kind, node
        if key not in self._unsure:
            edges = self.links.between(root, kind, [self.nodes[node]])
            self._unsure[key] = frozenset(
                one for one in edges if self.links.chance(one, kind)[0] < 1
            )
        return self._unsure[key]


def _distinct(down: Flags, chance: Array) -> Hits:
    """Ways that are alike taken together; those that cannot happen left out."""
    if len(down) == 1:
        return Hits(down=down, chance=chance)
    code = np.zeros(len(down), dtype=np.int64)
    for column in down.T:
        code = 2 * code + column
        if code.max() > MOST_CODES:
            code = np.unique(code, return_inverse=True)[1]
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    total: Array = np.bincount(place, chance, minlength=len(first)).astype(np.float64)
    return Hits(down=down[first[total > 0]], chance=total[total > 0])
