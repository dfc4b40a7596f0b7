"""The loop behind each startup's own year: which of its losses come together, and how often.

Events that put all dependencies of a startup into the same states, for as long, are one mass:
there are a few dozen of these among thousands of patterns. docs/method.md §4.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from risk.engine.kernels import compiled, state_cost
from risk.hazard.durations import NEGLIGIBLE_WEIGHT

#: Joint states and dependencies of one startup that are kept apart; more are refused.
MOST_JOINT, MOST_ROWS = 2_048, 64
#: Standard deviations above the mean at which a startup's grid ends.
REACH = 12.0


def gather(
    one: int,
    entries: Any,
    member: Any,
    route: Any,
    country: Any,
    hits: Any,
    state_country: Any,
    pattern_law: Any,
    seen: Any,
    touched: Any,
    states: Any,
    codes: Any,
) -> int:
    """Find every pattern that reaches a startup, and code the states it puts its rows into.

    Returns how many there are; ``touched`` names them, ``states`` (patterns, rows) and ``codes``
    (patterns,) hold what they do.
    """
    hit_start, hit_pattern, hit_state = hits
    count = 0
    size = entries[1] - entries[0]
    for position in range(size):
        i = member[entries[0] + position]
        for k in range(hit_start[route[i]], hit_start[route[i] + 1]):
            state = hit_state[k]
            if state_country[state] >= 0 and state_country[state] != country[one]:
                continue
            pattern = hit_pattern[k]
            if seen[pattern] != one:
                seen[pattern] = one
                touched[count] = pattern
                count += 1
                codes[pattern] = np.uint64(pattern_law[pattern] + 1)
                for other in range(size):
                    states[pattern, other] = -1
            states[pattern, position] = state
            step = np.uint64(position * 1_000_003 + state + 1)
            codes[pattern] = codes[pattern] * np.uint64(6364136223846793005) + step
    return count


def merge(
    count: int,
    touched: Any,
    codes: Any,
    pattern_rate: Any,
    table: Any,
    joint_of: Any,
    joint_rate: Any,
    joint_at: Any,
) -> int:
    """Add up the rates of patterns with equal codes; returns how many differ, -1 if too many.

    ``joint_of`` names one pattern of each, ``joint_rate`` holds their rates, ``joint_at``
    (patterns,) says which each pattern belongs to; ``table`` is a hash table of codes.
    """
    joints = 0
    table[:] = -1
    for t in range(count):
        pattern = touched[t]
        entry = np.int64((codes[pattern] >> np.uint64(40)) % np.uint64(len(table)))
        while table[entry] >= 0 and codes[joint_of[table[entry]]] != codes[pattern]:
            entry = (entry + 1) % len(table)
        if table[entry] < 0:
            if joints == len(joint_of):
                return -1
            table[entry] = joints
            joint_of[joints] = pattern
            joint_rate[joints] = 0.0
            joints += 1
        joint_rate[table[entry]] += pattern_rate[pattern]
        joint_at[pattern] = table[entry]
    return joints


def price(
    entries: Any,
    member: Any,
    of_pattern: Any,
    columns: Any,
    signature: Any,
    places: Any,
    tables: Any,
    loss: Any,
    durations: int,
) -> int:
    """Losses of a startup in one joint state, by duration; returns how many: one if for good.

    ``of_pattern`` (rows,) is each row's state, -1 for no hit; ``places`` are ``first_row`` and
    ``place_in_route``, ``tables`` what :func:`risk.engine.kernels.state_cost` reads, curves first.
    """
    curves, rows, row_ints, constants, knots, shares, slopes = tables
    first_row, place_in_route = places
    masses = 0
    for position in range(entries[1] - entries[0]):
        state = of_pattern[position]
        if state < 0:
            continue
        i = member[entries[0] + position]
        row = first_row[signature[0, i]] + place_in_route[state]
        cost = state_cost(
            i, row, columns, signature[1, i], rows, row_ints, constants, knots, shares, slopes
        )
        width = durations if row_ints[row, 0] == 0 else 1
        if masses == 0:
            masses = width
            loss[:width] = 0.0
        if width == 1:
            loss[0] += cost
            continue
        curve = curves[row_ints[row, 2]]
        for j in range(width):
            waiting = columns[0, i] * curve[j]
            loss[j] += waiting if waiting < cost else cost
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
        masses = 0
        for joint in range(joints):
            pattern = joint_of[joint]
            width = price(
                *(entries, member, states[pattern], columns, signature, places, tables),
                *(loss[masses:], durations),
            )
            for j in range(width):
                loss[masses + j] *= scale[one]
                mass[masses + j] = joint_rate[joint] * laws[pattern_law[pattern], j]
                often[masses + j] = laws[pattern_law[pattern], j] > NEGLIGIBLE_WEIGHT
            masses += width
        figures[one] = deposit(masses, loss, mass, often, density[one - start])


#: What the loop calls; compiled along with it.
STEPS = (gather, merge, price, deposit)


@cache
def fast_lay_out() -> Callable[..., None]:
    """The compiled :func:`lay_out`; it is always compiled."""
    return compiled(lay_out, *STEPS)
