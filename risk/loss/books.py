"""The law of a portfolio's year, from what all startups together lose in each state.

Startups that one disruption reaches are hit together: by the same combination of links that it
passes, and for as long. Through links that a block of a country may not pass it costs what was
deposited with their probability; the combinations of a few such bundles are told apart.
docs/method.md §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.compiling import compiled
from risk.loss.deposits import CENTS
from risk.loss.laws import Laws, States, Ways
from risk.loss.rates import RATE_DRAWS
from risk.loss.travel import Edge
from risk.loss.valuing import Ground, Kept
from risk.loss.years import CELLS, Integers, Masses, MixedLaw, mixed, year_laws

Array = NDArray[np.float64]

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
        atom=np.array(joined.atom, dtype=np.int64),
        member=np.array(joined.member, dtype=np.int64),
        part=np.array(joined.part, dtype=np.int64),
        event_of_part=np.array(joined.events, dtype=np.int64),
        chance=np.column_stack([nothing, *joined.chance]),
        blocks=block_pieces(laws.blocks),
    )


class _Joined:
    """Atoms while they are being gathered."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.atom: list[int] = []
        self.member: list[int] = []
        self.part: list[int] = []
        self.events: list[int] = []
        self.chance: list[Array] = []

    def add(self, event: int, bundles: Sequence[int]) -> None:
        """Take in bundles of an event that share links."""
        links = self.ways.links
        union = list(dict.fromkeys(edge for one in bundles for edge in links[one]))
        passes = {edge: self._chance(edge, bundles) for edge in union}
        for way in product((0, 1), repeat=len(union)):
            bit = dict(zip(union, way, strict=True))
            chance = np.ones(len(self.ways.chance))
            for edge in union:
                chance = chance * (passes[edge] if bit[edge] else 1 - passes[edge])
            for one in bundles:
                code = sum(bit[edge] << place for place, edge in enumerate(links[one]))
                self.member.append(int(self.ways.first[one]) + code)
                self.atom.append(len(self.part))
            self.part.append(len(self.events))
            self.chance.append(chance)
        self.events.append(event)

    def _chance(self, edge: Edge, bundles: Sequence[int]) -> Array:
        """The chance of a link in each world: all combinations of a bundle that pass it."""
        one = next(bundle for bundle in bundles if edge in self.ways.links[bundle])
        place = self.ways.links[one].index(edge)
        first, last = self.ways.first[one], self.ways.first[one + 1]
        passed = (np.arange(last - first) >> place) & 1 == 1
        return np.asarray(self.ways.chance[:, first:last][:, passed].sum(axis=1))


def sharing(bundles: Sequence[int], links: Sequence[tuple[Edge, ...]]) -> list[tuple[int, ...]]:
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


@dataclass(frozen=True, kw_only=True)
class BookYear:
    """A portfolio's year: its law over all worlds, and each world's own.

    ``laws`` (worlds, draws, CELLS) on cells of ``step`` (worlds,) USD. ``masses`` are the losses of
    every disruption for good in each world.
    """

    law: MixedLaw
    laws: Array
    step: Array
    masses: tuple[Masses, ...]


def book_year(ground: Ground, kept: Kept, pieces: Pieces, *, worlds: int | None = None) -> BookYear:
    """The law of a year of everybody whose deposits were kept, over all draws of rates."""
    count = worlds or ground.count
    once = ground.worlds.hazards.once
    laws, steps, found = np.zeros((count, RATE_DRAWS, CELLS)), np.zeros(count), []
    for k in range(count):
        masses = world_masses(ground, kept, pieces, k)
        often = ground.worlds.rates[k, 1:]
        mean = kept.usd("outages", k)[1 : 1 + RATE_DRAWS]
        laws[k], steps[k] = year_laws(masses, often, once, mean, often @ squares(ground, kept, k))
        found.append(masses)
    atoms = np.arange(CELLS) * steps[:, None, None] + np.zeros((1, RATE_DRAWS, 1))
    return BookYear(law=mixed(atoms, laws), laws=laws, step=steps, masses=tuple(found))


def world_masses(ground: Ground, kept: Kept, pieces: Pieces, k: int) -> Masses:
    """The losses of every disruption but outages in world k; atoms of ``pieces`` come first."""
    alone = kept.alone[k]
    who, where = np.nonzero(alone[:, :, 0])
    number = alone[who, where, 0].astype(np.float64)
    loss, chance, part, event = pieces.blocks.masses(
        kept.usd("blocks", k), ground.tables[k].group_weight, k
    )
    return Masses(
        loss=np.concatenate([pieces.losses(kept.usd("lasting", k)), loss]),
        chance=np.concatenate([pieces.chance[k], chance]),
        part=np.concatenate([pieces.part, len(pieces.event_of_part) + part]),
        event_of_part=np.concatenate([pieces.event_of_part, event]),
        alone_loss=alone[who, where, 1] / CENTS / number,
        alone_number=number,
        alone_event=np.flatnonzero(ground.worlds.hazards.each_customer)[who],
        alone_bin=where,
    )


def squares(ground: Ground, kept: Kept, k: int) -> Array:
    """E[F²] of every outage and slowdown in world k, F being everybody's loss, (events,)."""
    felt, found, weights = _felt(ground, kept, k)
    reached = np.clip(ground.hit_by_outages[k], 1e-12, 1.0)
    event_of = ground.worlds.laws.outages.event_of_bundle()
    square = found**2
    np.add.at(square, event_of, felt**2 * (1 / reached - 1)[:, None])
    return np.asarray((square * weights).sum(axis=1))


def outages_of(ground: Ground, kept: Kept, k: int) -> tuple[Array, Array]:
    """What outages and slowdowns of each length cost in world k, and how likely each length is.

    Both (events, durations); everybody's loss in USD, where links may not pass it their mean.
    """
    _, found, weights = _felt(ground, kept, k)
    return found, weights


def _felt(ground: Ground, kept: Kept, k: int) -> tuple[Array, Array, Array]:
    """Losses by length of bundles (bundles, durations) and of events, and the lengths' weights."""
    tables, signatures = ground.tables[k], ground.signatures
    waiting = kept.usd("waiting", k)
    margin = waiting[:, 0]
    limit = waiting[:, 1] / np.maximum(margin, 1e-12)
    states = ground.worlds.laws.outages
    events = len(ground.worlds.hazards.events)
    felt = np.zeros((states.bundles, tables.curve.shape[1]))
    _fast_squares()(
        *(signatures.route, signatures.profile, signatures.outage, signatures.pair),
        *(states.start, states.bundle, np.ascontiguousarray(states.chance[k])),
        *(margin, limit, tables.curve, felt),
    )
    found = np.zeros((events, felt.shape[1]))
    np.add.at(found, states.event_of_bundle(), felt)
    law = np.maximum(tables.event_law, 0)
    weights = tables.weights[law] if len(tables.weights) else np.zeros_like(found)
    return felt, found, np.asarray(weights)


def sum_squares(
    route: Any,
    profile: Any,
    shape: Any,
    pair: Any,
    start: Any,
    bundle: Any,
    chance: Any,
    margin: Any,
    limit: Any,
    curve: Any,
    felt: Any,
) -> None:
    """Mean losses of outages by bundle and length, (bundles, durations)."""
    for one in range(len(route)):
        if margin[one] <= 0.0:
            continue
        for state in range(start[route[one]], start[route[one] + 1]):
            waits = curve[pair[shape[state], profile[one]]]
            for j in range(len(waits)):
                paid = chance[state] * margin[one] * min(waits[j], limit[one])
                felt[bundle[state], j] += paid


@cache
def _fast_squares() -> Any:
    return compiled(sum_squares)


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
