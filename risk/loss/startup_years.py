"""Year of each startup by itself: its law in some worlds, mixed, and what that says of its tail.

The steps are those of :mod:`risk.loss.years` on few cells: one lognormal for outages and slowdowns,
one recursion for all that comes as Poisson numbers say (Panjer 1981), then a direct convolution for
each disruption that comes once or not at all. Outages that cost so much that they come less than
once in two years are no part of the lognormal, whose tail is too thin for them: they come as
Poisson numbers say, meeting all lines alike whose outages are mostly the same provider's.
Entries are a startup's lines in the disruptions that
reach them; sorted by event and bundle of links, those that one disruption hits together stand side
by side. What a block of its country reaches for certain and what it reaches through links that it
may not pass are kept apart: the latter happens together, with the chance of the line that it
reaches likeliest. A startup cannot lose more than its lines have to lose; what lies beyond counts
as that. docs/method.md §4, §5.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk.hazard.durations import DURATION_GRID
from risk.loss import draws, formulas, lines, startups
from risk.loss.compiling import compiled
from risk.loss.deposits import BINS, bin_of
from risk.loss.exposures import Exposures
from risk.loss.kernels import between, in_column, place_at
from risk.loss.lines import PRICE_SHOCK, away_of, lasting_of, most_of, move_of, together_of
from risk.loss.startups import (
    FIRM,
    PROFILE,
    TERMS,
    World,
    critical_of,
    fill_line,
    firm_of,
    line_at,
    lines_in,
)
from risk.loss.tables import (
    BADNESS,
    COST_NODES,
    GROUPS,
    HIGHEST,
    LOWEST,
    Tables,
    own_column,
)
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]

#: Worlds in which a startup's own year is taken, and fewer for large portfolios.
WORLDS, WORLDS_OF_LARGE = 16, 8
LEVEL = 0.95
#: Cells of a startup's law, and standard deviations above the mean at which its grid ends.
CELLS, REACH = 64, 6.0
#: Cells on which the laws of several worlds are mixed.
MIXED = 1_024
#: A chance from which on a block reaches a line for certain.
SURE_CHANCE = 1.0 - 1e-9
#: What comes at most once with so small a chance may as well come as a Poisson number says, and so
#: may whatever costs less than this part of a cell.
RARE, LEAST_OF_CELL = 0.005, 0.25
#: A law that lies below with so much is laid.
ALL_BUT = 1.0 - 1e-9
#: A mass that is less is none.
NO_MASS = 1e-9
#: The normal law, its density and its places, so many to a standard deviation.
PLACES_A_DEVIATION, FURTHEST = 32, 8.0
NORMAL_PLACES: Array = np.arange(-FURTHEST, FURTHEST + 0.01, 1 / PLACES_A_DEVIATION)
NORMAL_BELOW: Array = ndtr(NORMAL_PLACES)
NORMAL_DENSITY: Array = np.exp(-(NORMAL_PLACES**2) / 2) / np.sqrt(2 * np.pi)
LOG_CELLS: Array = np.log(np.maximum(np.arange(CELLS), 1))
#: A key is the event times this, and the bundle.
EVENTS = 1_000_000
#: Outages by how often a year one costs so much or more: each level is one mass of the year's law.
RARE_LEVELS: Array = np.array([0.0, 0.003, 0.01, 0.025, 0.06, 0.15, 0.4])
LEVELS = len(RARE_LEVELS) - 1


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
    ``most`` (…) is an event's largest loss, where its entries begin. ``often`` (cells,) says how
    often a year each is lost by what comes as Poisson numbers say. ``rare`` (providers + 1, LEVELS)
    is what the outages of each level of :data:`RARE_LEVELS` cost a year: lines that mostly fail
    with the same disruption, ``rare_event`` (providers,), and last one line alone; ``costs`` (BINS,
    2) how often and how much a year a combination's outages cost, by what one costs.
    ``limits`` and ``ends`` (BADNESS,) are the c of each class, and the node below it.
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
    often: Any
    blocked: Any
    block_event: Any
    block_rate: Any
    block_unsure: Any
    most: Any
    rare: Any
    rare_event: Any
    costs: Any
    limits: Any
    ends: Any


def sort_keys(count: int, key: Any, order: Any) -> None:
    """The places of keys in rising order, into ``order``; those of equal keys stay in theirs."""
    for place in range(count):
        own = place
        while own > 0 and key[order[own - 1]] > key[place]:
            order[own] = order[own - 1]
            own -= 1
        order[own] = place


def normal_below(z: float) -> float:
    """The standard normal law's probability below z: from the nearest place on, as a series."""
    if z <= -FURTHEST:
        return 0.0
    if z >= FURTHEST:
        return 1.0
    place = int((z + FURTHEST) * PLACES_A_DEVIATION + 0.5)
    near = NORMAL_PLACES[place]
    h = z - near
    series = 1.0 - h * (near / 2.0 - h * (near * near - 1.0) / 6.0)
    return NORMAL_BELOW[place] + NORMAL_DENSITY[place] * h * series  # type: ignore[no-any-return] # a number


def lay_lognormal(mean: float, deviation: float, step: float, year: Any) -> None:
    """A lognormal law on cells, means kept: all at 0 if there is no loss."""
    clear_cells(year)
    if mean <= 0.0:
        year[0] = 1.0
        return
    variance = np.log1p(max(deviation * deviation / (mean * mean), 1e-12))
    sigma = np.sqrt(variance)
    first = np.log(step) - np.log(mean) + variance / 2.0
    below, part, cell = 0.0, 0.0, 0
    for cell in range(1, len(year)):
        z = (LOG_CELLS[cell] + first) / sigma
        above, share = normal_below(z), mean * normal_below(z - sigma)
        chance = above - below
        upper = (share - part - (cell - 1) * step * chance) / step
        upper = min(chance, max(0.0, upper))
        year[cell - 1] += chance - upper
        year[cell] += upper
        below, part = above, share
        if below > ALL_BUT:
            break
    year[cell] += 1.0 - below


def clear_cells(target: Any) -> None:
    """Nothing on any cell."""
    for cell in range(len(target)):
        target[cell] = 0.0


def copy_cells(source: Any, target: Any) -> None:
    """Copy a law, cell by cell: more would ask for memory."""
    for cell in range(len(source)):
        target[cell] = source[cell]


def lay_mass(loss: float, mass: float, step: float, law: Any) -> None:
    """Lay a mass on the two cells around a loss; what lies beyond the last is left out."""
    at = loss / step
    if at < len(law) - 1:
        low = int(at)
        upper = (at - low) * mass
        law[low] += mass - upper
        law[low + 1] += upper


def convolve(law: Any, year: Any, found: Any) -> None:
    """The law of the sum of two, into ``found``; what lies beyond the last cell is left out."""
    clear_cells(found)
    end = len(year)
    while end > 0 and year[end - 1] == 0.0:
        end -= 1
    for cell in range(len(law)):
        mass = law[cell]
        if mass > NO_MASS:
            target = found[cell:]
            for place in range(min(end, len(target))):
                target[place] += mass * year[place]


def lay_poisson(often: Any, total: float, year: Any) -> None:
    """The law of a year's sum of what comes as Poisson numbers say (Panjer 1981).

    ``often`` (cells,) is how often what costs so much comes, ``total`` how often anything does,
    with what lies beyond the last cell; ``often`` is written on.
    """
    chance, highest, cells = np.exp(often[0] - total), 0, len(year)
    for cell in range(cells):
        year[cell] = 0.0
        if often[cell] > 0.0:
            highest = cell
        often[cell] *= cell
    for cell in range(cells):
        if cell > 0:
            chance = year[cell] / cell
        year[cell] = chance
        if chance > NO_MASS:
            target = year[cell:]
            for place in range(1, min(highest + 1, cells - cell)):
                target[place] += often[place] * chance


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


def reach_of(count: int, order: Any, rates: Any, start: Any, space: Space, links: Links) -> float:
    """Where the grid ends: a few deviations and the largest loss above the mean.

    ``start`` are mean, variance and largest loss of everything temporary.
    """
    total, variance, highest = start
    largest = 0.0
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
        space.most[first] = most
        largest = max(largest, most)
        first = end
    return float(total + REACH * np.sqrt(variance) + max(largest, highest))


def law_of_event(first: int, end: int, step: float, order: Any, space: Space, links: Links) -> None:
    """The law of what one event costs, bundle by bundle, into ``space.given``."""
    start, given, moved = first, space.given, space.moved
    while start < end:
        stop = stretch_end(start, end, 1, order, space)
        bundle = links.bundle[space.entry[order[start]]]
        law = given if start == first else moved
        clear_cells(law)
        for code in range(links.first[bundle + 1] - links.first[bundle]):
            loss = loss_of_way(start, stop, code, order, space, links)
            lay_mass(loss, links.chance[links.first[bundle] + code], step, law)
        if start > first:
            convolve(moved, given, space.again)
            copy_cells(space.again, given)
        start = stop


def often_of(first: int, rates: Any, step: float, order: Any, space: Space, world: World) -> bool:
    """Whether an event comes as a Poisson number says, or may as well."""
    event = space.key[order[first]] // EVENTS
    if world.kind[event] == PRICE_SHOCK:
        return True
    return rates[event] <= RARE or space.most[first] < LEAST_OF_CELL * step  # type: ignore[no-any-return] # a bool


def take_in_often(
    count: int,
    blocks: int,
    providers: int,
    rates: Any,
    weights: Any,
    step: float,
    order: Any,
    space: Space,
    world: World,
    links: Links,
) -> None:
    """Take into the year what comes as Poisson numbers say, all at once."""
    total, first, often = 0.0, 0, space.often
    clear_cells(often)
    for row in range(blocks):
        total += space.block_rate[row]
        lay_block(row, weights, step, space)
    for row in range(providers):
        for level in range(LEVELS):
            width = RARE_LEVELS[level + 1] - RARE_LEVELS[level]
            total += width
            lay_mass(space.rare[row, level] / width, width, step, often)
    while first < count:
        end = stretch_end(first, count, EVENTS, order, space)
        if often_of(first, rates, step, order, space, world):
            law_of_event(first, end, step, order, space, links)
            rate = rates[space.key[order[first]] // EVENTS]
            total += rate
            for cell in range(len(often)):
                often[cell] += rate * space.given[cell]
        first = end
    lay_poisson(often, total, space.again)
    convolve(space.year, space.again, space.given)
    copy_cells(space.given, space.year)


def take_in_once(
    count: int, rates: Any, step: float, order: Any, space: Space, world: World, links: Links
) -> None:
    """Take every other event into the year: it comes once or not at all."""
    first, given = 0, space.given
    while first < count:
        end = stretch_end(first, count, EVENTS, order, space)
        if not often_of(first, rates, step, order, space, world):
            law_of_event(first, end, step, order, space, links)
            chance = rates[space.key[order[first]] // EVENTS]
            for cell in range(len(given)):
                given[cell] *= chance
            given[0] += 1.0 - chance
            convolve(given, space.year, space.again)
            copy_cells(space.again, space.year)
        first = end


def row_of(event: int, rate: float, blocks: int, space: Space) -> Any:
    """The row of a block among the startup's, and how many it has then."""
    for row in range(blocks):
        if space.block_event[row] == event:
            return row, blocks
    space.block_event[blocks], space.block_rate[blocks] = event, rate
    space.block_unsure[blocks] = 0.0
    for sort in range(2):
        for group in range(space.blocked.shape[2]):
            space.blocked[blocks, sort, group] = 0.0
    return blocks, blocks + 1


def chance_of(line: int, event: int, tables: Tables) -> float:
    """The chance that a block reaches a line: all its states together."""
    states, found = tables.blocks, 0.0
    for state in range(states.start[line], states.start[line + 1]):
        if states.event[state] == event:
            found += states.rate[state, 0]
    return found / max(tables.event_rate[event], 1e-300)  # type: ignore[no-any-return] # a number


def blocks_of(
    line: int,
    country: int,
    count: int,
    rates: Any,
    held: Any,
    space: Space,
    world: World,
    tables: Tables,
) -> int:
    """Add what a line loses in blocks of its country to the startup's; how many it has then."""
    lengths, blocks = held
    states = tables.blocks
    for state in range(states.start[line], states.start[line + 1]):
        event = states.event[state]
        if world.country[event] != country or rates[event] <= 0.0 or space.margin[0] <= 0.0:
            continue
        row, blocks = row_of(event, rates[event], blocks, space)
        reached = chance_of(line, event, tables)
        sort = 0 if reached >= SURE_CHANCE else 1
        if sort == 1:
            space.block_unsure[row] = max(space.block_unsure[row], reached)
        chance = states.rate[state, 0] / max(tables.event_rate[event], 1e-300)
        if count == 1:
            add_single(line, state, chance, (row, sort), space, world, tables)
        else:
            add_several(line, state, chance, (row, sort), lengths, count, space, world, tables)
    return int(blocks)


def add_single(
    line: int, state: int, chance: float, place: Any, space: Space, world: World, tables: Tables
) -> None:
    """Add a dependency's loss in one state of a block, length by length."""
    margin, terms, states = space.margin[0], space.terms, tables.blocks
    at = states.member[state]
    days, cost, _ = move_of(states.severity[at], states.backup[at], terms, 0, world)
    shape, limit = tables.block_shape[at], days + cost / margin
    curve = tables.curve[tables.pair[shape, int(terms[0, PROFILE])]]
    law = tables.shape_law[shape]
    held, group = space.blocked[place[0], place[1]], 0
    costs = held[group]
    for j in range(len(curve)):
        if tables.group[law, j] != group:
            held[group], group = costs, tables.group[law, j]
            costs = held[group]
        costs += chance * margin * min(curve[j], limit) * tables.weights[law, j]
    held[group] = costs


def add_several(
    line: int,
    state: int,
    chance: float,
    place: Any,
    lengths: Any,
    count: int,
    space: Space,
    world: World,
    tables: Tables,
) -> None:
    """Add a combination's loss in one state of a block, length by length."""
    states = tables.blocks
    down = states.severity, states.backup
    law, at = tables.event_law[states.event[state]], states.member[state]
    waits = tables.curve, tables.pair, tables.block_shape
    away = away_of(at, down, space.terms, count, world)
    for j in range(len(lengths)):
        paid, _ = together_of(
            *(j, lengths[j], at, down, waits, space.terms, count),
            *(tables.any_suffices[line], away, space.margin, world),
        )
        paid *= chance * tables.weights[law, j]
        space.blocked[place[0], place[1], tables.group[law, j]] += paid


def loss_of_block(row: int, group: int, weight: float, unsure: bool, space: Space) -> float:
    """What a block of one group of lengths costs, with or without what it may not reach."""
    if weight <= 0.0:
        return 0.0
    found = space.blocked[row, 0, group] / weight
    if unsure:
        found += space.blocked[row, 1, group] / weight / space.block_unsure[row]
    return found  # type: ignore[no-any-return] # a number


def reach_of_blocks(count: int, weights: Any, space: Space) -> Any:
    """Mean and variance of what blocks cost in a year, and the largest loss."""
    mean, variance, largest = 0.0, 0.0, 0.0
    for row in range(count):
        chance = space.block_unsure[row]
        for group in range(len(weights)):
            often = space.block_rate[row] * weights[group]
            less = loss_of_block(row, group, weights[group], False, space)
            more = loss_of_block(row, group, weights[group], chance > 0.0, space)
            mean += often * ((1.0 - chance) * less + chance * more)
            variance += often * ((1.0 - chance) * less * less + chance * more * more)
            largest = max(largest, more)
    return mean, variance, largest


def lay_block(row: int, weights: Any, step: float, space: Space) -> None:
    """Lay on cells how often a block costs how much, length by length."""
    chance, rate = space.block_unsure[row], space.block_rate[row]
    for group in range(len(weights)):
        often = rate * weights[group]
        less = loss_of_block(row, group, weights[group], False, space)
        lay_mass(less, often * (1.0 - chance), step, space.often)
        if chance > 0.0:
            more = loss_of_block(row, group, weights[group], True, space)
            lay_mass(more, often * chance, step, space.often)


def gather_line(
    line: int, count: int, held: Any, space: Space, world: World, tables: Tables, links: Links
) -> Any:
    """Value a line's states for good, and note its entries; returns how many and how much room."""
    entries, scratch = held
    states = tables.lasting
    first = states.start[line]
    down = states.severity, states.backup
    for state in range(first, states.start[line + 1]):
        space.loss[scratch + state - first], _ = lasting_of(
            states.event[state],
            *(states.member[state], down, space.terms, count, tables.any_suffices[line]),
            *(space.margin, world),
        )
    for entry in range(links.start[line], links.start[line + 1]):
        bundle = links.bundle[entry]
        space.key[entries] = links.event[bundle] * EVENTS + bundle
        space.entry[entries] = entry
        space.offset[entries] = scratch - first
        entries += 1
    return entries, scratch + states.start[line + 1] - first


def add_rare(cost: float, often: float, before: float, level: int, own: Any) -> tuple[float, int]:
    """Add to the levels of ``own`` (LEVELS,) what comes ``often`` a year and costs ``cost``.

    ``before`` is how often something comes that costs more, ``level`` that in which it ends;
    returns both with this taken in.
    """
    after = before + often
    while level < LEVELS:
        end = min(after, RARE_LEVELS[level + 1])
        own[level] += (end - before) * cost
        before = end
        if after < RARE_LEVELS[level + 1]:
            break
        level += 1
    return before, level


def without_rare(line: int, own: int, mean: float, square: float, held: Any, tables: Tables) -> Any:
    """Mean and deviation of a line's outages without its levels, which go to those of its provider.

    Returns both, and how many providers there are then. ``held`` is how many there were, their
    events and levels.
    """
    rows, events, rare = held
    alone, states, most, event = rare[len(rare) - 1], tables.outages, 0.0, -1
    for state in range(states.start[line], states.start[line + 1]):
        if states.rate[state, own] > most:
            most, event = states.rate[state, own], states.event[state]
    row = 0
    while row < rows and events[row] != event:
        row += 1
    if row == rows:
        events[row] = event
        clear_cells(rare[row])
        rows += 1
    for level in range(LEVELS):
        mean -= alone[level]
        square -= alone[level] * alone[level] / (RARE_LEVELS[level + 1] - RARE_LEVELS[level])
        rare[row, level] += alone[level]
        alone[level] = 0.0
    return max(0.0, mean), np.sqrt(max(0.0, square)), rows


def node_rate(table: Any, own: int, low: int) -> float:
    """How often a year more is lost than at a node and less than all: the slope of B there."""
    if low < 0:
        return table[0, own] / LOWEST  # type: ignore[no-any-return] # a number
    return (table[low + 1, own] - table[low, own]) / (COST_NODES[low + 1] - COST_NODES[low])  # type: ignore[no-any-return] # a number


def outages_of(
    line: int, own: int, providers: int, space: Space, world: World, tables: Tables
) -> Any:
    """Mean and deviation of a dependency's losses in a year's frequent outages; and providers.

    B(c) is straight between nodes, as if outages cost what a node says or all of c: how often each
    comes is the change of its slope. The dearest are put into ``space.rare``.
    """
    margin, terms, alone = space.margin[0], space.terms, space.rare[len(space.rare) - 1]
    if margin <= 0.0:
        return 0.0, 0.0, providers
    number, mean, square = tables.number[line, int(terms[0, PROFILE])], 0.0, 0.0
    limits, ends = space.limits, space.ends
    for bad in range(BADNESS):
        severity, backup = tables.usual[line, bad, 0], tables.usual[line, bad, 1]
        ends[bad] = -2
        if severity <= 0.0:
            continue
        days, cost, _ = move_of(severity, backup, terms, 0, world)
        place = place_at(days + cost / margin)
        square += margin * margin * between(tables.square[number], bad, place)
        mean += margin * in_column(tables.below[number, bad], own, place)
        ends[bad], limits[bad] = place[0], min(days + cost / margin, HIGHEST)
    seen, level, node = 0.0, 0, -1
    for bad in range(BADNESS):
        node = max(node, ends[bad])
    while node >= -1 and level < LEVELS:
        # What costs as much as the node above comes before what costs all of c, which is less.
        for bad in range(BADNESS - 1, -1, -1):
            if ends[bad] > node:
                table = tables.below[number, bad]
                often = node_rate(table, own, node) - node_rate(table, own, node + 1)
                cost = margin * COST_NODES[node + 1]
                seen, level = add_rare(cost, max(0.0, often), seen, level, alone)
        for bad in range(BADNESS - 1, -1, -1):
            if ends[bad] == node:
                often = node_rate(tables.below[number, bad], own, node)
                cost = margin * limits[bad]
                seen, level = add_rare(cost, max(0.0, often), seen, level, alone)
        node -= 1
    held = providers, space.rare_event, space.rare
    return without_rare(line, own, mean, square, held, tables)


def together_outages(
    line: int,
    count: int,
    own: int,
    providers: int,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
) -> Any:
    """Mean and deviation of a combination's losses in a year's frequent outages; and providers."""
    mean, square, states, costs = 0.0, 0.0, tables.outages, space.costs
    alone = space.rare[len(space.rare) - 1]
    down = states.severity, states.backup
    for state in range(states.start[line], states.start[line + 1]):
        law, at = tables.event_law[states.event[state]], states.member[state]
        waits = tables.curve, tables.pair, tables.outage_shape
        away = away_of(at, down, space.terms, count, world)
        for j in range(len(lengths)):
            weight = states.rate[state, own] * tables.weights[law, j]
            if weight > 1e-9:
                paid, _ = together_of(
                    *(j, lengths[j], at, down, waits, space.terms, count),
                    *(tables.any_suffices[line], away, space.margin, world),
                )
                mean += weight * paid
                square += weight * paid * paid
                place = bin_of(paid)
                costs[place, 0] += weight
                costs[place, 1] += weight * paid
    seen, level = 0.0, 0
    for place in range(len(costs) - 1, -1, -1):
        often, paid = costs[place, 0], costs[place, 1]
        if often > 0.0:
            seen, level = add_rare(paid / often, often, seen, level, alone)
            costs[place, 0], costs[place, 1] = 0.0, 0.0
    held = providers, space.rare_event, space.rare
    return without_rare(line, own, mean, square, held, tables)


def reach_of_rare(providers: int, space: Space) -> Any:
    """Mean and variance of what the levels cost in a year, and the largest loss."""
    mean, variance, largest = 0.0, 0.0, 0.0
    for row in range(providers):
        for level in range(LEVELS):
            width = RARE_LEVELS[level + 1] - RARE_LEVELS[level]
            loss = space.rare[row, level] / width
            mean += space.rare[row, level]
            variance += width * loss * loss
            largest = max(largest, loss)
    return mean, variance, largest


def gather(
    chunk: Any,
    i: int,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """Take in a startup: entries, blocks, providers, mean and spread of outages, and its most."""
    firm_of(chunk, i, world, space.firm)
    providers = 0
    held, blocks, mean, deviation, most = (0, 0), 0, 0.0, 0.0, 0.0
    for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
        critical = critical_of(chunk, case, world)
        for place in range(lines_in(chunk, case)):
            line, first, members = line_at(chunk, case, place, tables.number.shape[0])
            fill_line(
                *(chunk, case, first, members, space.firm, critical),
                *(world, space.terms, space.margin),
            )
            held = gather_line(line, members, held, space, world, tables, links)
            most += most_of(space.terms, members, space.margin[0], world)
            country, kept = chunk.country[i], (lengths, blocks)
            blocks = blocks_of(line, country, members, rates, kept, space, world, tables)
            if members > 1:
                more = together_outages(
                    line, members, own, providers, lengths, space, world, tables
                )
            else:
                more = outages_of(line, own, providers, space, world, tables)
            mean, deviation, providers = mean + more[0], deviation + more[1], more[2]
    return held[0], blocks, providers, mean, deviation, most


def startup_year(
    chunk: Any,
    i: int,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """The law of one startup's year in one world, into ``space.year``; the width of a cell."""
    count, blocks, providers, mean, deviation, most = gather(
        chunk, i, own, rates, lengths, space, world, tables, links
    )
    order = space.order
    sort_keys(count, space.key, order)
    weights = tables.group_weight
    more, variance, largest = reach_of_blocks(blocks, weights, space)
    rare, spread, dearest = reach_of_rare(providers, space)
    start = mean + more + rare, deviation * deviation + variance + spread, max(largest, dearest)
    end = reach_of(count, order, rates, start, space, links)
    step = max(min(end, most), 1e-6) / (len(space.year) - 1)
    lay_lognormal(mean, deviation, step, space.year)
    take_in_often(count, blocks, providers, rates, weights, step, order, space, world, links)
    take_in_once(count, rates, step, order, space, world, links)
    rest = 1.0
    for cell in range(len(space.year)):
        rest -= space.year[cell]
    # What lies beyond the last cell counts as that.
    space.year[len(space.year) - 1] += max(0.0, rest)
    return step


def all_years(
    chunk: Any,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
    found: Any,
) -> None:
    """The laws of a chunk's startups in one world: (startups, CELLS), and their cells' widths."""
    laws, steps = found
    for i in range(len(chunk.row)):
        steps[i] = startup_year(chunk, i, own, rates, lengths, space, world, tables, links)
        copy_cells(space.year, laws[i])


def mix_years(laws: Any, steps: Any, level: float, grid: Any, found: Any) -> None:
    """Mix the laws of several worlds: mean, value at risk and tail value at risk.

    ``laws`` (worlds, startups, cells), ``steps`` (worlds, startups), ``found`` (startups, 3);
    ``grid`` (MIXED,) is room.
    """
    worlds, startups, cells = laws.shape
    for i in range(startups):
        grid[:] = 0.0
        step = 1e-9
        for k in range(worlds):
            step = max(step, steps[k, i] * (cells - 1) / (MIXED - 1.0))
        for k in range(worlds):
            for cell in range(cells):
                at = min(cell * steps[k, i] / step, MIXED - 1.000001)
                upper = (at - int(at)) * laws[k, i, cell] / worlds
                grid[int(at)] += laws[k, i, cell] / worlds - upper
                grid[int(at) + 1] += upper
        # A law whose last cell holds the level has its value at risk there.
        mean, above, tail, risk = 0.0, 0.0, 0.0, MIXED
        for place in range(MIXED - 1, -1, -1):
            mean += grid[place] * place
            taken = min(grid[place], max(0.0, 1.0 - level - above))
            tail += taken * place
            above += grid[place]
            if above <= 1.0 - level:
                risk = place
        found[i, 0], found[i, 1] = mean * step, max(0, risk - 1) * step
        found[i, 2] = tail * step / (1.0 - level)


#: What :func:`all_years` calls.
STEPS = (
    *(*draws.STEPS, *formulas.STEPS, *startups.STEPS, *lines.STEPS),
    *(sort_keys, normal_below, lay_lognormal, clear_cells, copy_cells, lay_mass, convolve),
    *(lay_poisson, loss_of_way, moments_of, stretch_end, reach_of, law_of_event, often_of),
    *(take_in_often, take_in_once, row_of, chance_of, add_single, add_several, blocks_of),
    *(loss_of_block, reach_of_blocks, lay_block, place_at, between, in_column, gather_line),
    *(bin_of, node_rate, add_rare, without_rare, reach_of_rare),
    *(outages_of, together_outages, gather, startup_year),
)


@dataclass(frozen=True, kw_only=True)
class OwnYears:
    """Figures of startups' own years, (startups,), in USD."""

    mean: Array
    var95: Array
    tvar95: Array

    @property
    def tail_ratio(self) -> Array:
        """ρ = TVaR95 / mean; 1 for a startup that loses nothing."""
        return np.where(self.mean > 0, self.tvar95 / np.maximum(self.mean, 1e-300), 1.0)


def startup_years(
    exposures: Exposures, world_tables: WorldTables, *, worlds: int = WORLDS
) -> OwnYears:
    """The own years of startups, over the first ``worlds`` worlds."""
    count = min(worlds, world_tables.count)
    loop = compiled(all_years, *STEPS)
    laws = np.zeros((count, len(exposures), CELLS))
    steps = np.zeros((count, len(exposures)))
    space = _space(exposures, world_tables)
    for k in range(count):
        own = own_column(k)
        loop(
            *(exposures.chunk(k), own, np.ascontiguousarray(world_tables.worlds.rates[k, own])),
            *(
                DURATION_GRID,
                space,
                world_tables.worlds.at(k),
                world_tables.table(k),
                links_of(world_tables, k),
            ),
            (laws[k], steps[k]),
        )
    found = np.zeros((len(exposures), 3))
    compiled(mix_years)(laws, steps, LEVEL, np.zeros(MIXED), found)
    return OwnYears(mean=found[:, 0], var95=found[:, 1], tvar95=found[:, 2])


def links_of(world_tables: WorldTables, k: int) -> Links:
    """How the states of lines go together in world k."""
    ways = world_tables.worlds.laws.ways
    shared = (getattr(ways, name) for name in Links._fields[:-1])
    return Links(*(*shared, np.ascontiguousarray(ways.chance[k])))


def _space(exposures: Exposures, world_tables: WorldTables) -> Space:
    """Room for the startup with most lines, entries and states."""
    laws = world_tables.worlds.laws
    entries, states = np.diff(laws.ways.start), np.diff(laws.lasting.start)
    routes = len(world_tables.signatures.number)
    alone = np.repeat(exposures.combination < 0, np.diff(exposures.link_start))
    together = np.where(exposures.combination < 0, 0, exposures.combination) + routes

    def most(of_line: NDArray[np.int64]) -> int:
        links = np.where(alone, of_line[exposures.route], 0)
        by_link = np.concatenate([[0], np.cumsum(links)])
        cases = np.diff(by_link[exposures.link_start])
        if len(laws.members) > routes:
            cases = cases + np.where(
                exposures.combination < 0, 0, of_line[np.minimum(together, len(of_line) - 1)]
            )
        by_case = np.concatenate([[0], np.cumsum(cases)])
        return int(np.diff(by_case[exposures.case_start]).max(initial=0)) + 1

    entry_headroom = most(entries)
    blocks = most(np.diff(laws.blocks.start))
    providers = most(np.ones(len(laws.outages.start) - 1, dtype=np.int64))
    return Space(
        terms=np.zeros((int(np.diff(exposures.link_start).max(initial=0)) + 1, TERMS)),
        margin=np.zeros(2),
        firm=np.zeros(FIRM),
        key=np.zeros(entry_headroom, dtype=np.int64),
        entry=np.zeros(entry_headroom, dtype=np.int64),
        offset=np.zeros(entry_headroom, dtype=np.int64),
        order=np.zeros(entry_headroom, dtype=np.int64),
        loss=np.zeros(most(states)),
        year=np.zeros(CELLS),
        given=np.zeros(CELLS),
        again=np.zeros(CELLS),
        moved=np.zeros(CELLS),
        often=np.zeros(CELLS),
        blocked=np.zeros((blocks, 2, GROUPS)),
        block_event=np.zeros(blocks, dtype=np.int64),
        block_rate=np.zeros(blocks),
        block_unsure=np.zeros(blocks),
        most=np.zeros(entry_headroom),
        rare=np.zeros((providers + 1, LEVELS)),
        rare_event=np.zeros(providers, dtype=np.int64),
        costs=np.zeros((BINS, 2)),
        limits=np.zeros(BADNESS),
        ends=np.zeros(BADNESS, dtype=np.int64),
    )
