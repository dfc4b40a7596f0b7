"""Deposits: what startups add up to in one world, losses by state, in whole cents.

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


class Cuts(NamedTuple):
    """Losses of one startup's lines by what it has for itself, until all its lines are known.

    Of each of ``count`` (1,) entries ``event`` (…,) numbers the disruption among such, ``state`` is
    the line's, ``target`` the row to which the line adds and ``loss`` what it loses in USD;
    ``whole`` (such events,) is what all lines lose. ``row`` (1,) is that of the line at hand.
    """

    event: Any
    state: Any
    target: Any
    loss: Any
    whole: Any
    count: Any
    row: Any


def space_for_cuts(most: int, events: int) -> Cuts:
    """Room for at most so many entries of a startup, in so many disruptions."""
    event, state, target = np.zeros((3, most), dtype=np.int64)
    count, row = np.zeros((2, 1), dtype=np.int64)
    return Cuts(event, state, target, np.zeros(most), np.zeros(events), count, row)


def cents(value: float) -> int:
    """USD in whole cents."""
    return np.int64(np.rint(value * CENTS))  # type: ignore[return-value] # a 64-bit integer


def bin_of(loss: float) -> int:
    """The bin of a loss in USD."""
    return min(BINS - 1, max(0, int(np.log2(max(loss, 1.0)) * BINS_A_DOUBLING)))


def keep_cut(event: int, state: int, loss: float, cuts: Cuts) -> None:
    """Gather what a line loses in a state of what its startup has for itself."""
    place = cuts.count[0]
    cuts.event[place], cuts.state[place], cuts.loss[place] = event, state, loss
    cuts.target[place] = cuts.row[0]
    cuts.whole[event] += loss
    cuts.count[0] = place + 1


def settle_cuts(cuts: Cuts, tables: Tables, y: Any, kept: Deposits) -> None:
    """Deposit what a startup loses by each disruption that it has for itself, all lines together.

    Where losses have weights (:func:`risk.loss.tables.tables_of`), that of the whole loss is every
    line's, and goes to ``y`` (rows, columns).
    """
    times, rate = tables.alone_times, tables.lasting.rate
    for place in range(cuts.count[0]):
        event, state, row = cuts.event[place], cuts.state[place], cuts.target[place]
        if times.shape[0] > 0:
            size = bin_of(cuts.whole[event])
            for column in range(y.shape[1]):
                y[row, column] += (
                    rate[state, column] * times[event, size, column] * cuts.loss[place]
                )
    for place in range(cuts.count[0]):
        event = cuts.event[place]
        if cuts.whole[event] > 0.01:
            size = bin_of(cuts.whole[event])
            kept.alone[event, size, 0] += 1
            kept.alone[event, size, 1] += cents(cuts.whole[event])
        cuts.whole[event] = 0.0
    cuts.count[0] = 0


def keep_outages(rate: Any, loss: float, mean: float, kept: Deposits) -> None:
    """Deposit a combination's expected losses in an outage."""
    kept.outages[0] += cents(rate[0] * mean)
    for column in range(1, len(rate)):
        kept.outages[column] += cents(rate[column] * loss)


#: What every loop that deposits calls.
STEPS = (cents, bin_of, keep_cut, settle_cuts, keep_outages)
