"""Chances from which a course of action pays, and what that says to do over the whole range.

A course costs something for certain and leaves a loss if a provider ends: a straight line in the
chance of the end, so that one overtakes another where the two lines cross. docs/method.md §9.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk.loss.uncertainty import HIGH, LOW

Array = NDArray[np.float64]
Usd = Array | float


class Advice(StrEnum):
    """What to do; open where it depends on the world."""

    ACT = "act now"
    PREPARE = "prepare"
    WAIT = "wait"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class PaysFrom:
    """The chance from which a course pays, over the worlds; infinite where it never does.

    ``low`` and ``high`` are the 10 and the 90 % point.
    """

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, found: Array) -> "PaysFrom":
        """The range of chances in all worlds, (worlds,), of which some may be infinite."""
        points = np.quantile(found, [LOW, 0.5, HIGH], method="inverted_cdf")
        return cls(low=float(points[0]), median=float(points[1]), high=float(points[2]))


#: What pays at no chance in any world.
NEVER = PaysFrom(low=np.inf, median=np.inf, high=np.inf)


def pays_from(cost: Usd, loss: Usd, than_loss: Usd, *, than_cost: Usd = 0.0) -> Array:
    """The chance from which a course beats another, of the arguments' common shape.

    P* = (cost − than_cost) / (than_loss − loss), all in USD; against waiting, which costs nothing,
    and with nothing left to lose it is C / L. Infinite where the course saves nothing or pays at no
    chance below 1.
    """
    saved = np.asarray(than_loss - loss)
    dearer = np.maximum(0.0, cost - than_cost)
    pays = dearer < saved
    return np.asarray(np.where(pays, dearer / np.where(pays, saved, 1.0), np.inf))


def break_evens(
    act: tuple[Array, Array], prepare: tuple[Array, Array], wait: Array
) -> tuple[Array, Array]:
    """From which chance acting pays and from which preparing does, in every world, (worlds,) each.

    ``act`` and ``prepare`` are what each of their options costs for certain and loses if the
    provider ends, (worlds, options) in USD each; ``wait`` (worlds,) is what waiting loses.
    Preparing pays once one of its options beats waiting, acting once one of its own beats waiting
    and whatever could be prepared. Infinite without options.
    """
    never = np.full((len(wait), 1), np.inf)
    (cost, loss), (second, left) = act, prepare
    prepares = np.hstack([never, pays_from(second, left, wait[:, None])]).min(axis=1)
    beats = pays_from(cost, loss, wait[:, None])
    for option in range(second.shape[1]):
        price, rest = second[:, option, None], left[:, option, None]
        # What costs no more and loses no more is behind at no chance.
        never_behind = (cost <= price) & (loss <= rest)
        crossed = pays_from(cost, loss, rest, than_cost=price)
        beats = np.maximum(beats, np.where(never_behind, 0.0, crossed))
    return np.hstack([never, beats]).min(axis=1), prepares


def advised(low: float, high: float, *, act: PaysFrom, prepare: PaysFrom) -> Advice:
    """What to do at a chance between ``low`` and ``high``, over all of both ranges.

    Act where even the low end lies above the 90 % point from which acting pays; wait where even the
    high end lies below the 10 % points of both courses; prepare where preparing pays even at the
    low end; else it is open.
    """
    if low > act.high:
        return Advice.ACT
    if high < min(act.low, prepare.low):
        return Advice.WAIT
    return Advice.PREPARE if low > prepare.high else Advice.OPEN
