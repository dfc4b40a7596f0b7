"""The loops behind what each startup's year is made of: by dependency and event.

A startup is taken with all draws of its unknown facts at once: its curves are means over them.
The first loop lays its losses on a grid; once the law of its year is known, the second divides
expected loss and tail among dependencies and events, and says what of it falls to patterns that
leave a use case without any route. docs/method.md §4, §5.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from risk.engine.joint_loops import MOST_JOINT, MOST_ROWS, gather, joint_states, merge
from risk.engine.kernels import compiled, state_costs
from risk.engine.startup_loops import deposit
from risk.hazard.durations import NEGLIGIBLE_WEIGHT


def mean_curve(
    rows: Any,
    member: Any,
    state: int,
    money: Any,
    tables: Any,
    draws: Any,
    found: Any,
    durations: int,
) -> int:
    """One dependency's loss in a state, summed over its draws; returns how many durations.

    ``rows`` are the first and one past the last of its entries in ``member``; ``draws`` receives
    the table row and the cost of each.
    """
    curves, table_rows, row_ints, constants, knots, shares, slopes = tables
    columns, signature, first_row, place_in_route = money
    table_row, cost = draws
    count = rows[1] - rows[0]
    exposure = member[rows[0] : rows[1]]
    for k in range(count):
        table_row[k] = first_row[signature[0, exposure[k]]] + place_in_route[state]
    state_costs(
        *(count, exposure, table_row, columns, signature[1], table_rows, row_ints, constants),
        *(knots, shares, slopes, cost),
    )
    width = durations if row_ints[table_row[0], 0] == 0 else 1
    found[:width] = 0.0
    for k in range(count):
        if width == 1:
            found[0] += cost[k]
            continue
        margin, shape = columns[0, exposure[k]], row_ints[table_row[k], 2]
        for j in range(width):
            waiting = margin * curves[shape, j]
            found[j] += waiting if waiting < cost[k] else cost[k]
    return width


def total_curve(
    dependencies: Any,
    of_pattern: Any,
    row_start: Any,
    member: Any,
    money: Any,
    tables: Any,
    known: Any,
    held: Any,
    draws: Any,
    one: int,
    loss: Any,
    durations: int,
) -> int:
    """A startup's loss in one joint state by duration; returns how many: one if for good.

    ``held`` (dependencies, places, durations) keeps each dependency's curve in each of its states,
    ``known`` (dependencies, places) whose these are.
    """
    masses = 0
    for position in range(dependencies[1] - dependencies[0]):
        state = of_pattern[position]
        if state < 0:
            continue
        place = money[3][state]
        curve = held[position, place]
        if known[position, place] != one:
            known[position, place] = one
            dependency = dependencies[0] + position
            rows = (row_start[dependency], row_start[dependency + 1])
            curve[durations] = mean_curve(
                *(rows, member, state, money, tables, draws, curve, durations)
            )
        width = int(curve[durations])
        if masses == 0:
            masses = width
            loss[:width] = 0.0
        for j in range(width):
            loss[j] += curve[j]
    return masses


def beyond(need: float, reached: Any) -> float:
    """P(year reaches ``need`` cells), straight between them; certain for what is not positive."""
    last = len(reached) - 1
    if need <= 0.0:
        return reached[0]  # type: ignore[no-any-return] # a number
    if need >= last:
        return reached[last]  # type: ignore[no-any-return] # a number
    cell = int(need)
    part = need - cell
    more = part * (reached[cell + 1] - reached[cell])
    return reached[cell] + more  # type: ignore[no-any-return] # a number


def stopped_case(
    position: int, dependencies: Any, of_pattern: Any, case: Any, backed: Any, backup_down: Any
) -> bool:
    """Whether a pattern leaves the use case of a dependency without any route.

    ``backed`` (dependencies,) is 1 where a fallback counts as a second route, ``backup_down``
    (states,) 1 where it is down as well.
    """
    mine = case[dependencies[0] + position]
    for other in range(dependencies[1] - dependencies[0]):
        if case[dependencies[0] + other] != mine:
            continue
        state = of_pattern[other]
        if state < 0 or (backed[dependencies[0] + other] and not backup_down[state]):
            return False
    return True


def work_space(patterns: int, durations: int, places: int, row_start: Any) -> Any:
    """What both loops write on: see :func:`joint_states` and :func:`total_curve` for each array."""
    most = 1
    for dependency in range(len(row_start) - 1):
        most = max(most, row_start[dependency + 1] - row_start[dependency])
    return (
        np.full(patterns, -1, dtype=np.int64),
        np.zeros(patterns, dtype=np.int64),
        np.full((patterns, MOST_ROWS), -1, dtype=np.int64),
        np.zeros(patterns, dtype=np.uint64),
        np.full(2 * MOST_JOINT, -1, dtype=np.int64),
        np.zeros(MOST_JOINT, dtype=np.int64),
        np.zeros(MOST_JOINT),
        np.zeros(patterns, dtype=np.int64),
        np.full((MOST_ROWS, places), -1, dtype=np.int64),
        np.zeros((MOST_ROWS, places, durations + 1)),
        (np.zeros(most, dtype=np.int64), np.zeros(most)),
    )


def lay_out_means(
    start: int,
    stop: int,
    who: Any,
    hits: Any,
    money: Any,
    tables: Any,
    laws: Any,
    density: Any,
    figures: Any,
) -> None:
    """Lay out the mean losses of startups' years on grids of their own.

    Args:
        start: first startup.
        stop: one past the last.
        who: where each startup's dependencies begin (startups + 1,); where each one's entries in
            the next begin (dependencies + 1,); exposures in the order of the tables; any one
            exposure of each dependency; country (startups,); route (exposures,); number of its
            use case (dependencies,); 1 for a fallback that is a second route (dependencies,).
        hits: as in :func:`risk.engine.startup_loops.lay_out` from ``hit_start`` to
            ``pattern_law``; then the place of each pattern's event among those of a route
            (routes, patterns), and 1 for a state in which the fallback is down (states,).
        money: columns, signature, first_row, place_in_route of the same.
        tables: curves, rows, row_ints, constants, knots, shares, slopes of the same.
        laws: (laws, durations) weights that integrate over the duration.
        density: (startups, cells) receives events a year by loss.
        figures: (startups, 3) receives expected loss, cell width, events a year; a startup with
            too many joint states gets a width of -1.
    """
    durations = laws.shape[1]
    space = work_space(len(hits[4]), durations, money[3].max() + 1, who[1])
    states, joint_of, joint_rate, known, held = space[2], space[5], space[6], space[8], space[9]
    loss, mass = np.zeros(MOST_JOINT * durations), np.zeros(MOST_JOINT * durations)
    often = np.zeros(MOST_JOINT * durations)
    for one in range(start, stop):
        dependencies = (who[0][one], who[0][one + 1])
        _, joints = joint_states(one, who, hits, space)
        if joints < 0:
            figures[one - start, 1] = -1.0
            continue
        masses = 0
        for joint in range(joints):
            pattern = joint_of[joint]
            width = total_curve(
                *(dependencies, states[pattern], who[1], who[2], money, tables),
                *(known, held, space[10], one, loss[masses:], durations),
            )
            for j in range(width):
                mass[masses + j] = joint_rate[joint] * laws[hits[5][pattern], j]
                often[masses + j] = laws[hits[5][pattern], j] > NEGLIGIBLE_WEIGHT
            masses += width
        figures[one - start] = deposit(masses, loss, mass, often, density[one - start])


def divide(
    start: int,
    stop: int,
    who: Any,
    hits: Any,
    money: Any,
    tables: Any,
    laws: Any,
    reached: Any,
    figures: Any,
    parts: Any,
) -> None:
    """Divide expected loss and tail of startups' years by dependency and event.

    Args before ``reached`` are those of :func:`lay_out_means`.
        reached: (startups, cells) P(year reaches cell).
        figures: (startups, 2) cell width, and value at risk in cells.
        parts: (dependencies from the first startup's on, events of the route at most, 5) receives
            expected loss, tail before scaling, expected loss of patterns that stop the use case,
            how often these come, and how often any does.
    """
    durations = laws.shape[1]
    space = work_space(len(hits[4]), durations, money[3].max() + 1, who[1])
    states, joint_of, joint_at, known, held = space[2], space[5], space[7], space[8], space[9]
    loss, found = np.zeros(durations), np.zeros((MOST_JOINT, MOST_ROWS, 2))
    for one in range(start, stop):
        dependencies = (who[0][one], who[0][one + 1])
        count, joints = joint_states(one, who, hits, space)
        for joint in range(joints):
            pattern = joint_of[joint]
            width = total_curve(
                *(dependencies, states[pattern], who[1], who[2], money, tables),
                *(known, held, space[10], one, loss, durations),
            )
            found[joint] = 0.0
            for j in range(width):
                need = figures[one - start, 1] - loss[j] / figures[one - start, 0]
                often = laws[hits[5][pattern], j] > NEGLIGIBLE_WEIGHT
                weight = beyond(need, reached[one - start]) if often else 0.0
                for position in range(dependencies[1] - dependencies[0]):
                    if states[pattern, position] >= 0:
                        place = money[3][states[pattern, position]]
                        part = laws[hits[5][pattern], j] * held[position, place, j]
                        found[joint, position, 0] += part
                        found[joint, position, 1] += part * weight
        for t in range(count if joints > 0 else 0):
            pattern = space[1][t]
            mine = parts[dependencies[0] - who[0][start] :]
            share_out(dependencies, pattern, who, hits, states, found[joint_at[pattern]], mine)


def share_out(
    dependencies: Any, pattern: int, who: Any, hits: Any, states: Any, found: Any, parts: Any
) -> None:
    """Hand what a joint state costs each dependency to the event of one pattern."""
    rate = hits[4][pattern]
    for position in range(dependencies[1] - dependencies[0]):
        if states[pattern, position] < 0:
            continue
        dependency = dependencies[0] + position
        column = hits[6][who[5][who[3][dependency]], pattern]
        part = parts[position, column]
        part[0] += rate * found[position, 0]
        part[1] += rate * found[position, 1]
        part[4] += rate
        if stopped_case(position, dependencies, states[pattern], who[6], who[7], hits[7]):
            part[2] += rate * found[position, 0]
            part[3] += rate


#: What the loops call; compiled along with them.
STEPS = (
    *(gather, merge, deposit, mean_curve, total_curve, beyond, stopped_case, work_space),
    *(joint_states, share_out),
)


@cache
def fast_lay_out_means() -> Callable[..., None]:
    """The compiled :func:`lay_out_means`; it is always compiled."""
    return compiled(lay_out_means, *STEPS)


@cache
def fast_divide() -> Callable[..., None]:
    """The compiled :func:`divide`; it is always compiled."""
    return compiled(divide, *STEPS)
