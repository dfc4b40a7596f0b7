"""What startups add up to in one world: losses by state, in whole cents.

Integers add up to the same whatever the order, so that neither the order of startups nor their
division into chunks can matter. docs/method.md §5.
"""

from typing import Any, NamedTuple

import numpy as np

from risk.loss.tables import Tables

#: Bins of the losses of disruptions that each customer has for itself: a quarter of a doubling.
BINS, BINS_A_DOUBLING = 160, 4
CENTS = 100.0


class Deposits(NamedTuple):
    """What a chunk adds up to in one world, in whole cents.

    ``lasting`` (states,) is the loss of everybody in each state; of those that each customer has
    for itself ``alone`` (such events, BINS, 2) holds how many lose about as much, and how much.
    ``waiting`` (signatures, 1 + BADNESS) holds margin a day and margin times the c of each class,
    ``outages`` (columns,) the expected loss of all outages and slowdowns. ``blocks`` (bundles,
    GROUPS) is what a block of a country costs through a bundle of links, length by length, times
    their probability.
    """

    lasting: Any
    alone: Any
    waiting: Any
    outages: Any
    blocks: Any


def cents(value: float) -> int:
    """USD in whole cents."""
    return np.int64(np.rint(value * CENTS))  # type: ignore[return-value] # a 64-bit integer


def bin_of(loss: float) -> int:
    """The bin of a loss in USD."""
    return min(BINS - 1, max(0, int(np.log2(max(loss, 1.0)) * BINS_A_DOUBLING)))


def keep_lasting(state: int, event: int, loss: float, tables: Tables, kept: Deposits) -> None:
    """Deposit the loss of a line in a state for good."""
    row = tables.alone_row[event]
    if row < 0:
        kept.lasting[state] += cents(loss)
    elif loss > 0.01:
        place = bin_of(loss)
        kept.alone[row, place, 0] += 1
        kept.alone[row, place, 1] += cents(loss)


def keep_outages(rate: Any, loss: float, mean: float, kept: Deposits) -> None:
    """Deposit a combination's expected losses in an outage."""
    kept.outages[0] += cents(rate[0] * mean)
    for column in range(1, len(rate)):
        kept.outages[column] += cents(rate[column] * loss)


#: What every loop that deposits calls.
STEPS = (cents, bin_of, keep_lasting, keep_outages)
