"""What a block of a country costs a portfolio: everybody whom it reaches is blocked as long.

Through links that a block may not pass it costs what was deposited with their probability; the
combinations of a few such bundles are told apart. docs/method.md §5.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from risk.loss.laws import States

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

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
