"""The kernel: what each startup of a chunk loses in one world, and what all of them add up to.

It is the only place where the states of a line are gone through. Losses are added up by state in
whole cents, so that neither the order of startups nor the division into chunks can matter.
docs/method.md §5.
"""

from typing import Any

import numpy as np

from risk.hazard.durations import DURATION_GRID
from risk.loss import deposits, draws, formulas, lines, startups
from risk.loss.deposits import Cuts, Deposits, cents, keep_cut, keep_outages, settle_cuts
from risk.loss.exposures import Exposures
from risk.loss.lines import away_of, lasting_of, move_of, together_of
from risk.loss.startups import (
    FIRM,
    PROFILE,
    PROFIT,
    TERMS,
    World,
    critical_of,
    fill_line,
    firm_of,
    line_at,
    lines_in,
)
from risk.loss.tables import BADNESS, COST_NODES, LOWEST, NODES, PER_LOG, Tables


def place_at(cost: float) -> Any:
    """Where a cost lies between the nodes of B(c): the node below (-1: none) and how far on."""
    if cost <= LOWEST:
        return -1, cost / LOWEST
    low = int(np.log(cost / LOWEST) * PER_LOG)
    if low >= NODES - 1:
        return NODES - 2, 1.0
    return low, (cost - COST_NODES[low]) / (COST_NODES[low + 1] - COST_NODES[low])


def between(table: Any, row: int, place: Any) -> float:
    """B(c) of one row at a place: straight between nodes, and straight to 0 below the first."""
    low, part = place
    if low < 0:
        return table[row, 0] * part  # type: ignore[no-any-return] # a number
    return table[row, low] + part * (table[row, low + 1] - table[row, low])  # type: ignore[no-any-return] # a number


def in_column(table: Any, column: int, place: Any) -> float:
    """The same of one column of a table (nodes, columns)."""
    low, part = place
    if low < 0:
        return table[0, column] * part  # type: ignore[no-any-return] # a number
    return table[low, column] + part * (table[low + 1, column] - table[low, column])  # type: ignore[no-any-return] # a number


def lasting_losses(
    line: int,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    tables: Tables,
    out: Any,
    cuts: Cuts,
) -> None:
    """Add a line's expected losses in all states for good to ``out``: (columns,) and deposits.

    What the startup has for itself hits all its lines at once, so that ``cuts`` gathers it.
    """
    kept = out[1]
    states = tables.lasting
    down = states.severity, states.backup
    for state in range(states.start[line], states.start[line + 1]):
        event, at = states.event[state], states.member[state]
        loss, mean = lasting_of(
            event, at, down, terms, count, tables.any_suffices[line], margin, world
        )
        row = tables.alone_row[event]
        if row >= 0:
            keep_cut(row, state, loss, cuts)
        else:
            kept.lasting[state] += cents(loss)
        if row < 0 or tables.alone_times.shape[0] == 0:
            add_rates(event, states.rate[state], loss, mean, out)


def outage_losses(
    line: int, terms: Any, margin: Any, world: World, tables: Tables, out: Any
) -> None:
    """Add a dependency's expected loss in all outages and slowdowns, by one look-up a class."""
    states = tables.outages
    if margin[0] <= 0.0 or states.start[line] == states.start[line + 1]:
        return
    y, kept, parts, paid = out
    number, more = tables.number[line, int(terms[0, PROFILE])], margin[1] - margin[0]
    kept.waiting[number, 0] += cents(margin[0])
    for column in range(len(y)):
        paid[column] = 0.0
    for bad in range(BADNESS):
        severity, backup = tables.usual[line, bad, 0], tables.usual[line, bad, 1]
        if severity <= 0.0:
            continue
        days, cost, cost_mean = move_of(severity, backup, terms, 0, world)
        at = days + cost / margin[0]
        place = place_at(at)
        table = tables.below[number, bad]
        for column in range(1, len(y)):
            paid[column] += margin[0] * in_column(table, column, place)
        mean, usual = margin[0] * in_column(table, 0, place), place
        if more != 0.0:
            # B is straight in the margin but for c: the mean of what is straight stands for its
            # draw.
            usual = place_at(days + cost_mean / margin[1])
            mean += more * in_column(table, 0, usual)
        paid[0] += mean
        if len(parts) > 0:
            pairs = tables.pair[:, int(terms[0, PROFILE])]
            for state in range(states.start[line], states.start[line + 1]):
                if tables.badness[state] != bad:
                    continue
                pair = pairs[tables.outage_shape[states.member[state]]]
                one = margin[0] * between(tables.paid, pair, place)
                if more != 0.0:
                    one += more * between(tables.paid, pair, usual)
                parts[states.event[state]] += states.rate[state, 0] * one
        kept.waiting[number, 1 + bad] += cents(margin[0] * min(at, 1e4))
    for column in range(len(y)):
        y[column] += paid[column]
        kept.outages[column] += cents(paid[column])


def block_losses(
    line: int, country: int, terms: Any, margin: Any, world: World, tables: Tables, out: Any
) -> None:
    """Add a dependency's expected loss in blocks of its country."""
    if margin[0] <= 0.0:
        return
    states, profile = tables.blocks, int(terms[0, PROFILE])
    for state in range(states.start[line], states.start[line + 1]):
        event, at = states.event[state], states.member[state]
        if world.country[event] != country:
            continue
        days, cost, cost_mean = move_of(states.severity[at], states.backup[at], terms, 0, world)
        shape = tables.block_shape[at]
        pair, weights = tables.pair[shape, profile], tables.weights
        curve = tables.curve[pair]
        law, limit = tables.shape_law[shape], days + cost / margin[0]
        usual = days + cost_mean / margin[1] if margin[1] > 0.0 else limit
        chance = states.rate[state, 0] / max(tables.event_rate[event], 1e-300)
        place = states.bundle[state], event, chance
        paid, paid_mean, held, group, short = 0.0, 0.0, 0.0, 0, tables.short[law]
        if curve[short - 1] <= min(limit, usual):
            # Nobody leaves in the shortest ones, which are most of the lengths.
            paid = tables.short_paid[pair]
            paid_mean, held = paid, paid
        else:
            short = 0
        for j in range(short, len(curve)):
            if tables.group[law, j] != group:
                keep_block(place, group, margin[0] * held, states.rate[state], tables, out)
                group, held = tables.group[law, j], 0.0
            one = weights[law, j] * min(curve[j], limit)
            paid += one
            held += one
            paid_mean += weights[law, j] * min(curve[j], usual)
        keep_block(place, group, margin[0] * held, states.rate[state], tables, out)
        if tables.block_times.shape[0] == 0:
            mean = margin[0] * paid + (margin[1] - margin[0]) * paid_mean
            add_rates(event, states.rate[state], margin[0] * paid, mean, out)


def keep_block(place: Any, group: int, loss: float, rate: Any, tables: Tables, out: Any) -> None:
    """Deposit what a block costs if it is of one length; with weights of lengths, add that up."""
    y, kept = out[0], out[1]
    bundle, event, chance = place
    kept.blocks[bundle, group] += cents(loss * chance)
    if tables.block_times.shape[0] > 0:
        for column in range(len(y)):
            y[column] += rate[column] * tables.block_times[event, group, column] * loss


def add_rates(event: int, rate: Any, loss: float, mean: float, out: Any) -> None:
    """Add a state's expected losses to all columns, and the first to the disruption's part."""
    y, parts = out[0], out[2]
    y[0] += rate[0] * mean
    for column in range(1, len(y)):
        y[column] += rate[column] * loss
    if len(parts) > 0:
        parts[event] += rate[0] * mean


def together_losses(
    line: int,
    country: int,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    tables: Tables,
    out: Any,
) -> None:
    """Add a combination's expected losses in temporary states, length by length."""
    kept = out[1]
    for blocks in (0, 1):
        states = tables.blocks if blocks else tables.outages
        down = states.severity, states.backup
        for state in range(states.start[line], states.start[line + 1]):
            event, at = states.event[state], states.member[state]
            if blocks and world.country[event] != country:
                continue
            law, loss, mean = tables.event_law[event], 0.0, 0.0
            chance = states.rate[state, 0] / max(tables.event_rate[event], 1e-300)
            shape = tables.block_shape if blocks else tables.outage_shape
            waits = tables.curve, tables.pair, shape
            away = away_of(at, down, terms, count, world)
            for j in range(len(DURATION_GRID)):
                weight = tables.weights[law, j]
                if weight > 1e-9:
                    one, other = together_of(
                        *(j, DURATION_GRID[j], at, down, waits, terms, count),
                        *(tables.any_suffices[line], away, margin, world),
                    )
                    loss += weight * one
                    mean += weight * other
                    if blocks:
                        place = states.bundle[state], event, chance
                        rate, group = states.rate[state], tables.group[law, j]
                        keep_block(place, group, weight * one, rate, tables, out)
            if not blocks:
                keep_outages(states.rate[state], loss, mean, kept)
            if not blocks or tables.block_times.shape[0] == 0:
                add_rates(event, states.rate[state], loss, mean, out)


def happens(line: int, tables: Tables) -> bool:
    """Whether anything can happen to a line at all."""
    found = 0
    for states in (tables.lasting, tables.outages, tables.blocks):
        found += states.start[line + 1] - states.start[line]
    return found > 0


def value_line(
    line: int,
    country: int,
    terms: Any,
    members: int,
    margin: Any,
    world: World,
    tables: Tables,
    out: Any,
    cuts: Cuts,
) -> None:
    """Add the expected losses of one line: of a dependency, or of all of a combination together."""
    if members == 1:
        lasting_losses(line, terms, 1, margin, world, tables, out, cuts)
        outage_losses(line, terms, margin, world, tables, out)
        block_losses(line, country, terms, margin, world, tables, out)
    else:
        lasting_losses(line, terms, members, margin, world, tables, out, cuts)
        together_losses(line, country, terms, members, margin, world, tables, out)


def take_up(row: int, held: int, parts: Any, own: Any) -> int:
    """Put back the parts of one row and take up another's (-1: none); returns that row.

    Parts are read and written in one go: they are too many to stay in fast memory.
    """
    for event in range(parts.shape[1]):
        if held >= 0:
            parts[held, event] = own[event]
        if row >= 0:
            own[event] = parts[row, event]
    return row


def value_startups(
    chunk: Any,
    world: World,
    tables: Tables,
    space: Any,
    rows: Any,
    y: Any,
    profit: Any,
    kept: Deposits,
    parts: Any,
) -> None:
    """Value the startups of a chunk in one world.

    Args:
        chunk: :class:`risk.loss.exposures.Exposures` as a tuple, with the facts' own draws.
        world: the world's judgement and priors.
        tables: the world's tables.
        space: room for terms, margins and facts (:func:`headroom_for`), for a row of parts, for a
            row of values, and for what each startup has for itself.
        rows: (dependencies,) the row to which each one's line adds: its startup's, say.
        y: (rows, columns) receives expected losses: by mean facts and rates, by drawn facts and
            each draw of rates, by drawn facts and mean rates.
        profit: (startups,) receives gross profit in USD a year, as drawn.
        kept: receives the deposits.
        parts: (rows, events) has each disruption's part of the first column added to it; of no
            width where nobody asks.
    """
    (terms, margin, firm), own, paid, cuts = space
    held = -1
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        profit[i] = firm[PROFIT]
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            critical = critical_of(chunk, case, world)
            for place in range(lines_in(chunk, case)):
                line, first, members = line_at(chunk, case, place, tables.number.shape[0])
                if not happens(line, tables):
                    continue
                row = rows[first]
                if row != held:
                    held = take_up(row, held, parts, own)
                fill_line(chunk, case, first, members, firm, critical, world, terms, margin)
                cuts.row[0] = row
                value_line(
                    *(line, chunk.country[i], terms, members, margin, world, tables),
                    *((y[row], kept, own, paid), cuts),
                )
        settle_cuts(cuts, tables, y, kept)
    take_up(-1, held, parts, own)


def headroom_for(exposures: Exposures) -> Any:
    """Room for what the kernel writes on: terms of the largest use case, margins, facts."""
    most = int(np.diff(exposures.link_start).max(initial=1))
    return np.zeros((most, TERMS)), np.zeros(2), np.zeros(FIRM)


#: What the kernel calls.
STEPS = (
    *draws.STEPS,
    *formulas.STEPS,
    *startups.STEPS,
    *lines.STEPS,
    *deposits.STEPS,
    *(
        place_at,
        between,
        in_column,
        add_rates,
        lasting_losses,
        outage_losses,
        keep_block,
        block_losses,
    ),
    *(together_losses, happens, value_line, take_up),
)
