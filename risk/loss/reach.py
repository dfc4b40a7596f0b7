"""Which services one disruption takes down together, and how likely, under today's numbers.

A node is down if some chain of links from the root passes the disruption on. Nodes that share no
uncertain link are down independently of each other, given the disruption. docs/method.md §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.loss.pieces import sharing
from risk.loss.travel import Edge, Links, spread

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """The ways in which some nodes are down: ``down`` (ways, nodes), ``chance`` (ways,)."""

    down: Flags
    chance: Array

    @property
    def all_down(self) -> float:
        """The chance that all of them are."""
        return float(self.chance[self.down.all(axis=1)].sum())


class Reach:
    """How disruptions reach the nodes of a portfolio, each question answered once.

    Args:
        links: chances of links; their first numbers, today's, are used.
        nodes: names of endpoints in the supply chain, which answers go by the place of.
    """

    def __init__(self, links: Links, nodes: Sequence[str]) -> None:
        self.links = links
        self.nodes = tuple(nodes)
        self._reached: dict[tuple[str, FalterKind], Flags] = {}
        self._unsure: dict[tuple[str, FalterKind, int], tuple[Edge, ...]] = {}
        self._hits: dict[tuple[str, FalterKind, tuple[int, ...]], Hits] = {}

    def reached(self, root: str, kind: FalterKind) -> Flags:
        """Which nodes a disruption may take down, (nodes,)."""
        key = root, kind
        if key not in self._reached:
            below = self.links.reached(root, kind)
            self._reached[key] = np.array([one in below for one in self.nodes], dtype=np.bool_)
        return self._reached[key]

    def hits(self, root: str, kind: FalterKind, nodes: tuple[int, ...]) -> Hits:
        """In which ways a disruption takes down some nodes, told by their places."""
        key = root, kind, nodes
        if key not in self._hits:
            self._hits[key] = self._found(root, kind, nodes)
        return self._hits[key]

    def _found(self, root: str, kind: FalterKind, nodes: tuple[int, ...]) -> Hits:
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

    def _together(self, root: str, kind: FalterKind, nodes: Sequence[int]) -> Hits:
        """The same of nodes that hang on links in common, by all combinations of these."""
        names = [self.nodes[one] for one in nodes]
        found = spread(self.links, root, kind, np.ones(len(self.links.numbers)), names)
        return _distinct(found.severity[0] > 0, found.chance[0])

    def _unsure_links(self, root: str, kind: FalterKind, node: int) -> tuple[Edge, ...]:
        key = root, kind, node
        if key not in self._unsure:
            edges = self.links.between(root, kind, [self.nodes[node]])
            self._unsure[key] = tuple(
                one for one in edges if self.links.chance(one, kind).min() < 1
            )
        return self._unsure[key]


def _distinct(down: Flags, chance: Array) -> Hits:
    """Ways that are alike taken together; those that cannot happen left out."""
    rows, place = np.unique(down, axis=0, return_inverse=True)
    total: Array = np.bincount(place.ravel(), chance, minlength=len(rows)).astype(np.float64)
    return Hits(down=rows[total > 0], chance=total[total > 0])
