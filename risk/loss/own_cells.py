"""One startup's year on cells: losses of disruptions convolved one after the other.

Entries are a startup's lines in the disruptions that reach them; sorted by event and bundle, those
that one disruption hits together stand side by side. docs/method.md §5.
"""

from math import erf, sqrt
from typing import Any, NamedTuple

import numpy as np

from risk.loss.lines import PRICE_SHOCK
from risk.loss.startups import World

#: Cells of a startup's law, and standard deviations above the mean at which its grid ends.
CELLS, REACH = 64, 6.0
#: A Poisson number is taken in parts whose rates are no larger than this.
LARGEST_PART = 0.25
#: A key is the event times this, and the bundle.
EVENTS = 1_000_000


class Links(NamedTuple):
    """How states of lines go together in one world: see :class:`risk.loss.laws.Ways`."""

    start: Any
    bundle: Any
    place: Any
    state: Any
    event: Any
    first: Any
    chance: Any


class Space(NamedTuple):
    """What the loops write on: entries (…,) by event and bundle, and laws on cells.

    ``blocked`` (blocks, 2, groups) is what a block of the startup's country costs by its length:
    for certain, and through links that it may not pass, of which ``block_unsure`` (blocks,) is the
    chance. ``block_event`` and ``block_rate`` (blocks,) say which it is and how often it comes.
    """

    terms: Any
    margin: Any
    firm: Any
    key: Any
    entry: Any
    offset: Any
    order: Any
    loss: Any
    year: Any
    given: Any
    again: Any
    moved: Any
    blocked: Any
    block_event: Any
    block_rate: Any
    block_unsure: Any


def sort_keys(count: int, key: Any, order: Any) -> None:
    """The places of keys in rising order, into ``order``; those of equal keys stay in theirs."""
    for place in range(count):
        own = place
        while own > 0 and key[order[own - 1]] > key[place]:
            order[own] = order[own - 1]
            own -= 1
        order[own] = place


def normal_below(z: float) -> float:
    """The standard normal law's probability below z."""
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def lay_lognormal(mean: float, deviation: float, step: float, year: Any) -> None:
    """A lognormal law on cells, means kept: all at 0 if there is no loss."""
    for cell in range(len(year)):
        year[cell] = 0.0
    if mean <= 0.0:
        year[0] = 1.0
        return
    variance = np.log1p(max(deviation * deviation / (mean * mean), 1e-12))
    sigma = np.sqrt(variance)
    mu = np.log(mean) - variance / 2.0
    below, part = 0.0, 0.0
    for cell in range(1, len(year)):
        z = (np.log(cell * step) - mu) / sigma
        above, share = normal_below(z), mean * normal_below(z - sigma)
        chance = above - below
        upper = (share - part - (cell - 1) * step * chance) / step
        upper = min(chance, max(0.0, upper))
        year[cell - 1] += chance - upper
        year[cell] += upper
        below, part = above, share
    year[len(year) - 1] += 1.0 - below


def add_shifted(year: Any, loss: float, step: float, chance: float, found: Any) -> None:
    """Add ``chance`` times a law moved up by a loss; what leaves the cells stays on the last."""
    last = len(year) - 1
    at = loss / step
    low = int(min(at, last))
    upper = at - low if low < last else 0.0
    keep, up = chance * (1.0 - upper), chance * upper
    top = last - low
    for cell in range(top):
        found[cell + low] += keep * year[cell]
        found[cell + low + 1] += up * year[cell]
    beyond = 0.0
    for cell in range(max(top, 0), last + 1):
        beyond += year[cell]
    found[last] += chance * beyond


def loss_of_way(first: int, last: int, code: int, order: Any, space: Space, links: Links) -> float:
    """What entries of one bundle lose together in one combination of its links."""
    found = 0.0
    for place in range(first, last):
        which = order[place]
        entry = space.entry[which]
        state = links.state[links.place[entry] + code]
        if state >= 0:
            found += space.loss[space.offset[which] + state]
    return found


def moments_of(first: int, last: int, order: Any, space: Space, links: Links) -> Any:
    """Mean, mean square and largest loss of one bundle."""
    bundle = links.bundle[space.entry[order[first]]]
    mean, square, largest = 0.0, 0.0, 0.0
    for code in range(links.first[bundle + 1] - links.first[bundle]):
        chance = links.chance[links.first[bundle] + code]
        loss = loss_of_way(first, last, code, order, space, links)
        mean += chance * loss
        square += chance * loss * loss
        if chance > 0.0:
            largest = max(largest, loss)
    return mean, square, largest


def stretch_end(first: int, count: int, by: int, order: Any, space: Space) -> int:
    """One past the last entry with the same event (``by`` 1,000,000) or bundle (1)."""
    last = first
    while last < count and space.key[order[last]] // by == space.key[order[first]] // by:
        last += 1
    return last


def reach_of(count: int, order: Any, rates: Any, start: Any, space: Space, links: Links) -> Any:
    """Mean, end of the grid, and the event that costs most with its loss.

    ``start`` are mean, variance and largest loss of everything temporary.
    """
    total, variance, highest = start
    largest, worst = 0.0, -1
    first = 0
    while first < count:
        end = stretch_end(first, count, EVENTS, order, space)
        event = space.key[order[first]] // EVENTS
        own, spread, most, start = 0.0, 0.0, 0.0, first
        while start < end:
            stop = stretch_end(start, end, 1, order, space)
            one, square, high = moments_of(start, stop, order, space, links)
            own += one
            spread += square - one * one
            most += high
            start = stop
        total += rates[event] * own
        variance += rates[event] * (spread + own * own)
        if most > largest:
            largest, worst = most, event
        first = end
    end = total + REACH * np.sqrt(variance) + max(largest, highest)
    return total, end, worst, largest


def copy_cells(source: Any, target: Any) -> None:
    """Copy a law, cell by cell: more would ask for memory."""
    for cell in range(len(source)):
        target[cell] = source[cell]


def shift_by_event(
    first: int,
    end: int,
    step: float,
    order: Any,
    source: Any,
    found: Any,
    space: Space,
    links: Links,
) -> None:
    """A law moved up by what one event costs, bundle by bundle, into ``found``."""
    moved = space.moved
    copy_cells(source, found)
    start = first
    while start < end:
        stop = stretch_end(start, end, 1, order, space)
        bundle = links.bundle[space.entry[order[start]]]
        for cell in range(len(moved)):
            moved[cell] = 0.0
        for code in range(links.first[bundle + 1] - links.first[bundle]):
            loss = loss_of_way(start, stop, code, order, space, links)
            add_shifted(found, loss, step, links.chance[links.first[bundle] + code], moved)
        copy_cells(moved, found)
        start = stop


def part_of(rate: float) -> Any:
    """Into how many parts a Poisson number is cut, and the rate of each."""
    parts = max(1, int(np.ceil(rate / LARGEST_PART)))
    return parts, rate / parts


def poisson_of(rate: float) -> Any:
    """The chances that a part comes not at all, once, twice, and three times or more."""
    none = np.exp(-rate)
    one, two = rate * none, rate * rate * none / 2.0
    return none, one, two, 1.0 - none - one - two


def add_times(chance: float, law: Any, year: Any) -> None:
    """Add a law to the year with a chance."""
    for cell in range(len(year)):
        year[cell] += chance * law[cell]


def scale_year(chance: float, year: Any) -> None:
    """Keep the year as it is with a chance."""
    for cell in range(len(year)):
        year[cell] *= chance


def convolve_all(
    count: int, order: Any, rates: Any, step: float, space: Space, world: World, links: Links
) -> None:
    """Take every event for good into the year: at most once, but for price shocks."""
    first = 0
    while first < count:
        end = stretch_end(first, count, EVENTS, order, space)
        event = space.key[order[first]] // EVENTS
        often = world.kind[event] == PRICE_SHOCK
        parts, rate = part_of(rates[event]) if often else (1, rates[event])
        none, one, two, more = poisson_of(rate) if often else (1.0 - rate, rate, 0.0, 0.0)
        for _ in range(parts):
            shift_by_event(first, end, step, order, space.year, space.given, space, links)
            scale_year(none, space.year)
            add_times(one, space.given, space.year)
            if often:
                shift_by_event(first, end, step, order, space.given, space.again, space, links)
                add_times(two, space.again, space.year)
                shift_by_event(first, end, step, order, space.again, space.given, space, links)
                add_times(more, space.given, space.year)
        first = end


#: What the loops over startups call.
STEPS = (
    *(sort_keys, normal_below, lay_lognormal, add_shifted, loss_of_way, moments_of, stretch_end),
    *(reach_of, copy_cells, shift_by_event, part_of, poisson_of, add_times, scale_year),
    convolve_all,
)
