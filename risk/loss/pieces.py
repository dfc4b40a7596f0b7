"""Combinations of links in which disruptions reach a portfolio, told apart as far as needed.

Startups that one disruption reaches are hit together: by the same combination of links that it
passes. Bundles of links that share some belong together, and every combination of theirs is an
atom. Links that a block of a country may not pass are told apart for a few bundles of each; the
others count by their mean. All this hangs on lines and links alone. docs/method.md §5.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from risk.loss.laws import Laws, States, Ways
from risk.loss.travel import Edge

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Links that belong together, up to which all their combinations are enumerated.
MOST_TOGETHER = 12
#: Bundles of a block whose combinations are told apart; others count by their mean.
MOST_UNSURE = 4
#: A bundle that passes less often in some world is not sure.
SURE = 1 - 1e-9


@dataclass(frozen=True, kw_only=True)
class BlockPieces:
    """How deposits by bundle and length become the losses of blocks.

    A way is one combination of an event's unsure bundles; ``event_of_way`` (ways,) is the place of
    its event among ``events``. ``way`` and ``bundle`` (n,) pair ways with the bundles that they
    pass, each counting ``times`` (worlds, n); ``chance`` (worlds, ways) is the probability of each.
    """

    events: Integers
    event_of_way: Integers
    way: Integers
    bundle: Integers
    times: Array
    chance: Array

    def masses(self, paid: Array, weight: Array, k: int) -> tuple[Array, Array, Integers, Integers]:
        """Losses and chances of every way and length, their parts, and the parts' events.

        ``paid`` (bundles, groups) are the deposits of world k in USD, ``weight`` (groups,) the
        probability of each group of lengths.
        """
        loss = np.zeros((len(self.event_of_way), len(weight)))
        np.add.at(loss, self.way, self.times[k][:, None] * paid[self.bundle])
        loss /= np.maximum(weight, 1e-300)
        chance = self.chance[k][:, None] * weight
        part = np.repeat(self.event_of_way, len(weight))
        return loss.ravel(), chance.ravel(), part, self.events


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """How deposits by state become the losses of a disruption's combinations of links.

    ``state`` and ``combination`` (n,) pair states with the bundles' combinations that lead to them.
    A part joins the bundles of an event that share links; an atom is one combination of a part's
    links. ``atom`` and ``member`` (m,) say which bundles' combinations each atom consists of;
    ``part`` (atoms,) whose it is, ``chance`` (worlds, atoms) its probability.
    """

    state: Integers
    combination: Integers
    combinations: int
    atom: Integers
    member: Integers
    part: Integers
    event_of_part: Integers
    chance: Array
    blocks: BlockPieces

    def losses(self, lasting: Array) -> Array:
        """The loss of every atom, (atoms,), from the deposits of every state, (states,)."""
        by_way = np.bincount(self.combination, lasting[self.state], self.combinations)
        found = np.bincount(self.atom, by_way[self.member], len(self.part))
        return np.asarray(found, dtype=np.float64)

    def to_states(self, weight: Array, k: int, states: int) -> Array:
        """Mean of atoms' weights over those that lead to a state in world k, (states,)."""
        chance = self.chance[k]
        of_way = np.bincount(self.member, (chance * weight)[self.atom], self.combinations)
        whole = np.bincount(self.member, chance[self.atom], self.combinations)
        above = np.bincount(self.state, of_way[self.combination], states)
        under = np.bincount(self.state, whole[self.combination], states)
        return np.asarray(above / np.maximum(under, 1e-300))


def pieces_of(laws: Laws) -> Pieces:
    """The pieces of a portfolio's lines."""
    ways = laws.ways
    entry = np.repeat(np.arange(len(ways.bundle)), np.diff(ways.place))
    code = np.arange(len(ways.state)) - ways.place[:-1][entry]
    hit = ways.state >= 0
    joined = _Joined(ways)
    for event in np.unique(ways.event):
        for group in sharing(np.flatnonzero(ways.event == event).tolist(), ways.links):
            joined.add(int(event), group)
    nothing = np.zeros((len(ways.chance), 0))
    return Pieces(
        state=ways.state[hit].astype(np.int64),
        combination=(ways.first[ways.bundle[entry]] + code)[hit].astype(np.int64),
        combinations=int(ways.first[-1]),
        atom=_whole(joined.atom),
        member=_whole(joined.member),
        part=_whole(joined.part),
        event_of_part=np.array(joined.events, dtype=np.int64),
        chance=np.column_stack([nothing, *joined.chance]),
        blocks=block_pieces(laws.blocks),
    )


def _whole(parts: Sequence[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


class _Joined:
    """Atoms while they are being gathered."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.atoms = 0
        self.atom: list[NDArray[np.int64]] = []
        self.member: list[NDArray[np.int64]] = []
        self.part: list[NDArray[np.int64]] = []
        self.events: list[int] = []
        self.chance: list[Array] = []

    def add(self, event: int, bundles: Sequence[int]) -> None:
        """Take in bundles of an event that share links."""
        links = self.ways.links
        union = list(dict.fromkeys(edge for one in bundles for edge in links[one]))
        count = 1 << len(union)
        passed = (np.arange(count)[:, None] >> np.arange(len(union))) & 1
        chance = np.ones((len(self.ways.chance), count))
        for place, edge in enumerate(union):
            through = self._chance(edge, bundles)[:, None]
            chance *= np.where(passed[:, place] > 0, through, 1 - through)
        for one in bundles:
            own = [union.index(edge) for edge in links[one]]
            code = (passed[:, own] << np.arange(len(own))).sum(axis=1)
            self.member.append(int(self.ways.first[one]) + code)
            self.atom.append(self.atoms + np.arange(count))
        self.atoms += count
        self.part.append(np.full(count, len(self.events)))
        self.chance.append(chance)
        self.events.append(event)

    def _chance(self, edge: Edge, bundles: Sequence[int]) -> Array:
        """The chance of a link in each world: all combinations of a bundle that pass it."""
        one = next(bundle for bundle in bundles if edge in self.ways.links[bundle])
        place = self.ways.links[one].index(edge)
        first, last = self.ways.first[one], self.ways.first[one + 1]
        passed = (np.arange(last - first) >> place) & 1 == 1
        return np.asarray(self.ways.chance[:, first:last][:, passed].sum(axis=1))


def sharing(bundles: Sequence[int], links: Sequence[Collection[Edge]]) -> list[tuple[int, ...]]:
    """Bundles that share links, directly or through others; too many are taken as apart."""
    groups: list[tuple[set[Edge], list[int]]] = []
    for bundle in bundles:
        own = set(links[bundle])
        joined = [one for one in groups if one[0] & own]
        groups = [one for one in groups if not one[0] & own]
        union = own.union(*(one[0] for one in joined))
        groups.append((union, [*(place for one in joined for place in one[1]), bundle]))
    found: list[tuple[int, ...]] = []
    for union, members in groups:
        apart = len(union) > MOST_TOGETHER
        found.extend([(one,) for one in sorted(members)] if apart else [tuple(sorted(members))])
    return found


def block_pieces(states: States) -> BlockPieces:
    """The pieces of the blocks that reach a portfolio."""
    hit = states.hit_by_bundle()
    event_of = states.event_of_bundle()
    events = np.unique(event_of).astype(np.int64)
    way: list[int] = []
    bundle: list[int] = []
    times: list[Array] = []
    chance: list[Array] = []
    owner: list[int] = []
    for place, event in enumerate(events):
        own = np.flatnonzero(event_of == event)
        unsure = own[hit[:, own].min(axis=0) < SURE][:MOST_UNSURE]
        for passed in product((False, True), repeat=len(unsure)):
            likely = np.ones(len(hit))
            for one, through in zip(unsure, passed, strict=True):
                likely = likely * (hit[:, one] if through else 1 - hit[:, one])
            through_all = dict(zip(unsure.tolist(), passed, strict=True))
            for one in own.tolist():
                if through_all.get(one, True):
                    way.append(len(owner))
                    bundle.append(one)
                    often = hit[:, one] if one in through_all else np.ones(len(hit))
                    times.append(1 / np.where(often > 0, often, np.inf))
            owner.append(place)
            chance.append(likely)
    nothing = np.zeros((len(hit), 0))
    return BlockPieces(
        events=events,
        event_of_way=np.array(owner, dtype=np.int64),
        way=np.array(way, dtype=np.int64),
        bundle=np.array(bundle, dtype=np.int64),
        times=np.ascontiguousarray(np.column_stack([nothing, *times])),
        chance=np.ascontiguousarray(np.column_stack([nothing, *chance])),
    )
