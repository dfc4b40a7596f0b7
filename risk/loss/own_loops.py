"""Loops behind each startup's own year: its lines gathered, and the law taken of them.

Compiled; :mod:`risk.loss.own_years` says what they are for. docs/method.md §4.
"""

from typing import Any

import numpy as np

from risk.loss import draws, formulas, lines, own_blocks, own_cells, startups
from risk.loss.kernels import below_at, between, place_at
from risk.loss.lines import lasting_of, most_of, move_of, together_of
from risk.loss.own_blocks import blocks_of, convolve_blocks, reach_of_blocks
from risk.loss.own_cells import (
    EVENTS,
    Links,
    Space,
    convolve_all,
    copy_cells,
    lay_lognormal,
    reach_of,
    sort_keys,
)
from risk.loss.startups import (
    DAILY,
    DAILY_MEAN,
    PROFILE,
    World,
    critical_of,
    firm_of,
    terms_of,
)
from risk.loss.tables import Tables


def gather_line(
    line: int, count: int, held: Any, space: Space, world: World, tables: Tables, links: Links
) -> Any:
    """Value a line's states for good, and note its entries; returns how many and how much room."""
    entries, room = held
    states = tables.lasting
    first = states.start[line]
    down = states.severity, states.backup
    for state in range(first, states.start[line + 1]):
        space.loss[room + state - first], _ = lasting_of(
            states.event[state],
            *(states.member[state], down, space.terms, count, tables.any_suffices[line]),
            *(space.margin, world),
        )
    for entry in range(links.start[line], links.start[line + 1]):
        bundle = links.bundle[entry]
        space.key[entries] = links.event[bundle] * EVENTS + bundle
        space.entry[entries] = entry
        space.offset[entries] = room - first
        entries += 1
    return entries, room + states.start[line + 1] - first


def outages_of(line: int, own: int, blocks: int, space: Space, world: World, tables: Tables) -> Any:
    """Mean and standard deviation of a dependency's losses in a year's outages; and its blocks."""
    margin, terms = space.margin[0], space.terms
    if margin <= 0.0:
        return 0.0, 0.0, blocks
    days, cost, _ = move_of(1.0, 0.0, terms, 0, world)
    at = days + cost / margin
    number = tables.number[line, int(terms[0, PROFILE])]
    square = below_at(tables.square[number : number + 1], 0, at)
    mean = margin * below_at(tables.below[number], own, at)
    return mean, margin * np.sqrt(square), blocks


def together_outages(
    line: int, count: int, own: int, held: Any, space: Space, world: World, tables: Tables
) -> Any:
    """Mean and standard deviation of a combination's losses in a year's outages; and its blocks."""
    lengths, blocks = held
    mean, square, states = 0.0, 0.0, tables.outages
    down = states.severity, states.backup
    for state in range(states.start[line], states.start[line + 1]):
        law = tables.event_law[states.event[state]]
        for j in range(len(lengths)):
            weight = states.rate[state, own] * tables.weights[law, j]
            if weight > 1e-9:
                paid, _ = together_of(
                    lengths[j],
                    *(states.member[state], down, space.terms, count),
                    *(tables.any_suffices[line], space.margin, world),
                )
                mean += weight * paid
                square += weight * paid * paid
    return mean, np.sqrt(square), blocks


def gather(
    chunk: Any,
    i: int,
    number: int,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """Take in a startup: entries, blocks, mean and deviation of outages, and its most."""
    firm_of(chunk, i, world, number, space.firm)
    held, blocks, mean, deviation, most = (0, 0), 0, 0.0, 0.0, 0.0
    for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
        critical, critical_mean = critical_of(chunk, case, world, number)
        first = chunk.link_start[case]
        count = chunk.link_start[case + 1] - first
        together = 1 if chunk.combination[case] >= 0 else 0
        for m in range(count):
            part = chunk.weight[case] * chunk.share[first + m]
            terms_of(chunk, first + m, part, space.firm, world, number, space.terms[m * together])
            space.margin[0] = space.firm[DAILY] * critical * part
            space.margin[1] = space.firm[DAILY_MEAN] * critical_mean * part
            if together and m < count - 1:
                continue
            line, members = chunk.route[first + m], 1
            if together:
                line, members = tables.number.shape[0] + chunk.combination[case], count
            held = gather_line(line, members, held, space, world, tables, links)
            most += most_of(space.terms, members, space.margin[0], world)
            country, kept = chunk.country[i], (lengths, blocks)
            blocks = blocks_of(line, country, members, rates, kept, space, world, tables)
            if together:
                more = together_outages(line, count, own, kept, space, world, tables)
            else:
                more = outages_of(line, own, blocks, space, world, tables)
            mean, deviation = mean + more[0], deviation + more[1]
    return held[0], blocks, mean, deviation, most


def own_year(
    chunk: Any,
    i: int,
    number: int,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """The law of one startup's year in one world, into ``space.year``.

    Returns the width of a cell, the most that can be lost, and the costliest event with its loss.
    """
    count, blocks, mean, deviation, most = gather(
        chunk, i, number, own, rates, lengths, space, world, tables, links
    )
    order = space.order
    sort_keys(count, space.key, order)
    weights = tables.group_weight
    more, variance, largest = reach_of_blocks(blocks, weights, space)
    start = mean + more, deviation * deviation + variance, largest
    _, end, worst, loss = reach_of(count, order, rates, start, space, links)
    step = max(min(end, most), 1e-6) / (len(space.year) - 1)
    lay_lognormal(mean, deviation, step, space.year)
    convolve_blocks(blocks, weights, step, space)
    convolve_all(count, order, rates, step, space, world, links)
    return step, most, worst, loss


def all_years(
    chunk: Any,
    number: int,
    own: int,
    rates: Any,
    lengths: Any,
    space: Space,
    world: World,
    tables: Tables,
    links: Links,
    found: Any,
) -> None:
    """The laws of a chunk's startups in one world: probabilities (startups, CELLS) and figures.

    Figures (startups, 3) are the width of a cell, the costliest event and its loss.
    """
    laws, figures = found
    for i in range(len(chunk.row)):
        step, _, worst, loss = own_year(
            chunk, i, number, own, rates, lengths, space, world, tables, links
        )
        copy_cells(space.year, laws[i])
        figures[i, 0], figures[i, 1], figures[i, 2] = step, worst, loss


#: What :func:`all_years` calls.
STEPS = (
    *draws.STEPS,
    *formulas.STEPS,
    *startups.STEPS,
    *lines.STEPS,
    *own_cells.STEPS,
    *own_blocks.STEPS,
    *(place_at, between, below_at, gather_line, outages_of, together_outages, gather, own_year),
)
