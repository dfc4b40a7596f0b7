"""The loop behind each startup's own year: which of its losses come together, and how often.

Its losses in each joint state (:mod:`risk.engine.joint_loops`) are laid on a grid of its own.
docs/method.md §4.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from risk.engine.joint_loops import MOST_JOINT, MOST_ROWS, gather, merge
from risk.engine.kernels import compiled, state_costs
from risk.hazard.durations import NEGLIGIBLE_WEIGHT

#: Standard deviations above the mean at which a startup's grid ends.
REACH = 12.0


def costs_of_joints(
    entries: Any,
    member: Any,
    joints: Any,
    columns: Any,
    signature: Any,
    places: Any,
    tables: Any,
    space: Any,
) -> None:
    """What a startup's rows cost in all its joint states, one state after the other.

    ``joints`` are how many there are, a pattern of each, and the state of each row by pattern (-1:
    no hit). ``places`` are ``first_row`` and ``place_in_route``, ``tables`` what
    :func:`risk.engine.kernels.state_costs` reads, curves first. ``space`` receives exposures, table
    rows and costs.
    """
    _, rows, row_ints, constants, knots, shares, slopes = tables
    exposure, table_row, cost = space
    first_row, place_in_route = places
    count, joint_of, states = joints
    priced = 0
    for joint in range(count):
        for position in range(entries[1] - entries[0]):
            state = states[joint_of[joint], position]
            if state >= 0:
                i = member[entries[0] + position]
                exposure[priced] = i
                table_row[priced] = first_row[signature[0, i]] + place_in_route[state]
                priced += 1
    state_costs(
        *(priced, exposure, table_row, columns, signature[1], rows, row_ints, constants),
        *(knots, shares, slopes, cost),
    )


def price(
    size: int,
    joints: Any,
    columns: Any,
    curves: Any,
    row_ints: Any,
    laws: Any,
    pattern_law: Any,
    scale: float,
    space: Any,
    found: Any,
) -> int:
    """Losses of a startup of ``size`` rows in all its joint states, by duration.

    ``joints`` and ``space`` are those of :func:`costs_of_joints`, and ``joints`` how often each
    comes. ``found`` receives losses, how often a year, and 0 where that is negligible. Returns how
    many: one for a state that is for good.
    """
    count, joint_of, states, joint_rate = joints
    exposure, table_row, cost = space
    loss, mass, often = found
    masses, priced = 0, 0
    for joint in range(count):
        pattern, width = joint_of[joint], 0
        for position in range(size):
            if states[pattern, position] < 0:
                continue
            row, move = table_row[priced], cost[priced]
            margin, shape = columns[0, exposure[priced]], row_ints[row, 2]
            priced += 1
            if width == 0:
                width = laws.shape[1] if row_ints[row, 0] == 0 else 1
                loss[masses : masses + width] = 0.0
            if width == 1:
                loss[masses] += move
                continue
            for j in range(width):
                waiting = margin * curves[shape, j]
                loss[masses + j] += waiting if waiting < move else move
        law = pattern_law[pattern]
        for j in range(width):
            loss[masses + j] *= scale
            mass[masses + j] = joint_rate[joint] * laws[law, j]
            often[masses + j] = laws[law, j] > NEGLIGIBLE_WEIGHT
        masses += width
    return masses


def deposit(
    masses: int, loss: Any, mass: Any, often: Any, density: Any
) -> tuple[float, float, float]:
    """Lay masses on a grid scaled to them; returns mean, cell width, and events a year.

    Where ``often`` is 0 a mass counts in the mean that is returned and nowhere else.
    """
    whole, mean, square, largest, rate = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(masses):
        whole += mass[k] * loss[k]
        mass[k] *= often[k]
        mean += mass[k] * loss[k]
        square += mass[k] * loss[k] * loss[k]
        rate += mass[k]
        if mass[k] > 0.0 and loss[k] > largest:
            largest = loss[k]
    cells = len(density)
    ceiling = mean + REACH * np.sqrt(square) + largest
    width = ceiling / (cells - 1) if ceiling > 0.0 else 1.0
    for k in range(masses):
        place = loss[k] / width
        cell = int(place)
        if cell > cells - 2:
            cell = cells - 2
        upper = place - cell
        density[cell] += mass[k] * (1.0 - upper)
        density[cell + 1] += mass[k] * upper
    return whole, width, rate


def lay_out(
    start: int,
    stop: int,
    row_start: Any,
    member: Any,
    scale: Any,
    country: Any,
    route: Any,
    columns: Any,
    signature: Any,
    first_row: Any,
    place_in_route: Any,
    hit_start: Any,
    hit_pattern: Any,
    hit_state: Any,
    state_country: Any,
    pattern_rate: Any,
    pattern_law: Any,
    laws: Any,
    rows: Any,
    row_ints: Any,
    curves: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
    density: Any,
    figures: Any,
) -> None:
    """Lay out the masses of startups' years on grids of their own.

    Args:
        start: first startup (and draw of its unknown facts).
        stop: one past the last.
        row_start: (startups + 1,) where each one's entries in ``member`` begin.
        member: exposures, in the order of the tables, startup by startup.
        scale: (startups,) what undoes the weight of a draw.
        country: (startups,)
        route: (exposures,) of each exposure.
        columns: as in :func:`risk.engine.batch_loops.value_states`, likewise the tables below.
        signature: (2, exposures) signature, and 1 for a fine-tuned model.
        first_row: (signatures,) first table row.
        place_in_route: (states,) place of each state of a route among its table rows.
        hit_start: (routes + 1,) where each route's patterns begin.
        hit_pattern: patterns that reach the route.
        hit_state: the state that they put it in.
        state_country: (states,) the country to which a state is limited; -1: none.
        pattern_rate: (patterns,) events a year.
        pattern_law: (patterns,) number of its duration law.
        laws: (laws, durations) weights that integrate over the duration.
        rows: (table rows, 7)
        row_ints: (table rows, 4)
        curves: (curves, 64)
        constants: of the assumptions.
        knots: of the churn curve.
        shares: of the churn curve.
        slopes: of the churn curve.
        density: (startups, cells) receives events a year by loss.
        figures: (startups, 3) receives expected loss, cell width, events a year; a startup with
            too many joint states gets a width of -1.
    """
    patterns = len(pattern_rate)
    seen = np.full(patterns, -1, dtype=np.int64)
    touched = np.zeros(patterns, dtype=np.int64)
    states = np.full((patterns, MOST_ROWS), -1, dtype=np.int64)
    codes = np.zeros(patterns, dtype=np.uint64)
    table = np.full(2 * MOST_JOINT, -1, dtype=np.int64)
    joint_of = np.zeros(MOST_JOINT, dtype=np.int64)
    joint_rate = np.zeros(MOST_JOINT)
    joint_at = np.zeros(patterns, dtype=np.int64)
    durations = laws.shape[1]
    loss, mass = np.zeros(MOST_JOINT * durations), np.zeros(MOST_JOINT * durations)
    often = np.zeros(MOST_JOINT * durations)
    hits = (hit_start, hit_pattern, hit_state)
    places = (first_row, place_in_route)
    tables = (curves, rows, row_ints, constants, knots, shares, slopes)
    most = MOST_JOINT * MOST_ROWS
    space = (np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64), np.zeros(most))
    for one in range(start, stop):
        entries = (row_start[one], row_start[one + 1])
        joints = -1
        if entries[1] - entries[0] <= MOST_ROWS:
            count = gather(
                *(one, entries, member, route, country, hits, state_country),
                *(pattern_law, seen, touched, states, codes),
            )
            joints = merge(
                count, touched, codes, pattern_rate, table, joint_of, joint_rate, joint_at
            )
        if joints < 0:
            figures[one, 1] = -1.0
            continue
        costs_of_joints(
            *(entries, member, (joints, joint_of, states), columns, signature, places, tables),
            space,
        )
        masses = price(
            *(entries[1] - entries[0], (joints, joint_of, states, joint_rate), columns, curves),
            *(row_ints, laws, pattern_law, scale[one], space, (loss, mass, often)),
        )
        figures[one] = deposit(masses, loss, mass, often, density[one - start])


#: What the loop calls; compiled along with it.
STEPS = (gather, merge, costs_of_joints, price, deposit)


@cache
def fast_lay_out() -> Callable[..., None]:
    """The compiled :func:`lay_out`; it is always compiled."""
    return compiled(lay_out, *STEPS)
