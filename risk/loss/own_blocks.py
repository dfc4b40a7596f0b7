"""Blocks of its country in one startup's year: how often they come, what they cost by length.

What a block reaches for certain and what it reaches through links that it may not pass are kept
apart: the latter happens together, with the chance of the line that it reaches likeliest.
docs/method.md §4.
"""

from typing import Any

from risk.loss.lines import move_of, together_of
from risk.loss.own_cells import (
    Space,
    add_shifted,
    add_times,
    part_of,
    poisson_of,
    scale_year,
)
from risk.loss.startups import PROFILE, World
from risk.loss.tables import Tables

#: A chance from which on a block reaches a line for certain.
SURE_CHANCE = 1.0 - 1e-9


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
    shape, limit = tables.block_shape[state], days + cost / margin
    curve = tables.curve[tables.pair[shape, int(terms[0, PROFILE])]]
    law = tables.shape_law[shape]
    for j in range(len(curve)):
        paid = chance * margin * min(curve[j], limit) * tables.weights[law, j]
        space.blocked[place[0], place[1], tables.group[law, j]] += paid


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
    law = tables.event_law[states.event[state]]
    for j in range(len(lengths)):
        paid, _ = together_of(
            lengths[j],
            *(states.member[state], down, space.terms, count),
            *(tables.any_suffices[line], space.margin, world),
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


def shift_by_block(
    row: int, weights: Any, step: float, source: Any, found: Any, space: Space
) -> None:
    """A law moved up by what one block costs, length by length, into ``found``."""
    for cell in range(len(found)):
        found[cell] = 0.0
    chance = space.block_unsure[row]
    for group in range(len(weights)):
        weight = weights[group]
        less = loss_of_block(row, group, weight, False, space)
        if chance < 1.0:
            add_shifted(source, less, step, weight * (1.0 - chance), found)
        if chance > 0.0:
            more = loss_of_block(row, group, weight, True, space)
            add_shifted(source, more, step, weight * chance, found)


def convolve_blocks(count: int, weights: Any, step: float, space: Space) -> None:
    """Take the blocks of the startup's country into the year."""
    for row in range(count):
        parts, rate = part_of(space.block_rate[row])
        none, one, two, more = poisson_of(rate)
        for _ in range(parts):
            shift_by_block(row, weights, step, space.year, space.given, space)
            scale_year(none, space.year)
            add_times(one, space.given, space.year)
            shift_by_block(row, weights, step, space.given, space.again, space)
            add_times(two, space.again, space.year)
            shift_by_block(row, weights, step, space.again, space.given, space)
            add_times(more, space.given, space.year)


#: What the loops over startups call.
STEPS = (
    *(row_of, chance_of, add_single, add_several, blocks_of, loss_of_block),
    *(reach_of_blocks, shift_by_block, convolve_blocks),
)
