"""The loop that values a portfolio: all exposures of a signature in one state at a time.

Exposures are taken in batches that stay in the fastest memory, and in loops so plain that the
compiler takes several at once. :mod:`risk.engine.plain_loop` does the same one by one, and tests
hold this loop to it. docs/method.md §5.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from risk.engine.kernels import churned, compiled, first_above, lost_service, price_cost

#: Exposures valued together in one state.
BATCH = 256
#: Exposures up to which looking each one up is quicker.
FEW = 24


def churn_of_batch(lost: Any, count: int, churn: Any, found: Any) -> None:
    """The churn curve for many at once: Σ steps · max(0, days - knot) over its knots.

    ``churn`` are knots, shares, slopes and by how much the slope changes at each knot. Knots below
    all of ``lost`` are one straight line, those above add nothing. A few are looked up one by one.
    """
    knots, shares, slopes, steps = churn
    if count <= FEW:
        for k in range(count):
            found[k] = churned(lost[k], knots, shares, slopes)
        return
    low, high = lost[0], lost[0]
    for k in range(count):
        low, high = min(low, lost[k]), max(high, lost[k])
    slope, offset, first = 0.0, 0.0, 0
    while first < len(knots) and knots[first] <= low:
        slope += steps[first]
        offset += steps[first] * knots[first]
        first += 1
    for k in range(count):
        found[k] = slope * lost[k] - offset
    while first < len(knots) and knots[first] < high:
        knot, step = knots[first], steps[first]
        for k in range(count):
            found[k] += step * max(0.0, lost[k] - knot)
        first += 1


def batch_costs(
    start: int,
    count: int,
    row: int,
    columns: Any,
    fine: Any,
    rows: Any,
    row_ints: Any,
    constants: Any,
    churn: Any,
    lost: Any,
    found: Any,
) -> None:
    """:func:`risk.engine.kernels.state_cost` of exposures one after the other, into ``found``.

    ``churn`` as for :func:`churn_of_batch`; ``lost`` is a place to write on, as long as a batch.
    """
    stop = start + count
    sort, same = row_ints[row, 0], row_ints[row, 1]
    margins, gates = columns[0, start:stop], columns[1 + same, start:stop]
    costs, stranded = columns[3 + same, start:stop], columns[5, start:stop]
    spend, tuned = columns[6, start:stop], fine[start:stop]
    usual, unlike, dearer = constants[2 + same], constants[4], constants[6]
    shift, rise, pace = rows[row, 4], rows[row, 5], rows[row, 6]
    if sort == 2:
        daily, horizon = rise / constants[7], constants[5]
        for k in range(count):
            move = costs[k] + spend[k] * dearer + stranded[k]
            quality = unlike if tuned[k] else usual
            until = max(0.0, pace * gates[k] + shift)
            found[k] = price_cost(margins[k], until, move, spend[k] * daily, quality, horizon)
        return
    severity, effective, buffer, failover = rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3]
    for k in range(count):
        until = max(0.0, pace * gates[k] + shift)
        lost[k] = lost_service(until, severity, effective, buffer, failover)
    churn_of_batch(lost, count, churn, found)
    kept = 1.0 if sort == 1 else 1.0 - constants[0]
    billed = 0.0 if sort == 1 else 1.0
    horizon = constants[1]
    for k in range(count):
        quality = unlike if tuned[k] else usual
        business = min(lost[k] * kept + found[k] * horizon + quality, horizon)
        found[k] = margins[k] * business + costs[k] + spend[k] * dearer + billed * stranded[k]


def waiting_sums(rate: Any, curve: Any, kept: Any, switched: Any) -> None:
    """Sums over durations: below each, rate · waiting; from each on, rate (both one longer)."""
    durations = len(rate)
    kept[0], switched[durations] = 0.0, 0.0
    for j in range(durations):
        kept[j + 1] = kept[j] + rate[j] * curve[j]
    for j in range(durations - 1, -1, -1):
        switched[j] = switched[j + 1] + rate[j]


def deposit_temporary(curve: Any, margin_from: Any, cost_from: Any, found: Any) -> None:
    """Add to ``found`` (durations,) the losses of exposures by where they switch; empties both.

    Waiting goes on for those who switch only later; the others have paid for it.
    """
    durations = len(found)
    waiting, paid = 0.0, 0.0
    for j in range(durations - 1, -1, -1):
        waiting += margin_from[j + 1]
        found[j] += waiting * curve[j]
    for j in range(durations):
        paid += cost_from[j]
        found[j] += paid
    margin_from[:] = 0.0
    cost_from[:] = 0.0


def value_states(
    chosen: Any,
    extent: Any,
    columns: Any,
    fine: Any,
    rows: Any,
    row_ints: Any,
    curves: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
    measure: Any,
    route_row: Any,
    expected: Any,
    curve_of: Any,
    single: Any,
    deposit: bool,
) -> None:
    """Value the exposures of table rows, one state after the other.

    Args:
        chosen: numbers of the table rows.
        extent: (table rows, 2) first exposure and one past the last.
        columns: (7, n) margin, gate other, gate same, cost other, cost same, stranded, spend.
        fine: (n,) 1 for a fine-tuned model.
        rows: (table rows, 7) severity, effectiveness, buffer, failover, shift, rise, pace.
        row_ints: (table rows, 4) sort, same developer, curve, slot of a customer's own event.
        curves: (curves, 64) waiting by duration in days of margin, then infinite.
        constants: recapture, churn horizon, quality days (other, same, fine-tuned), price horizon
            in days, dearer months, days a month.
        knots: days of the churn curve, (32,).
        shares: of the churn curve, (32,).
        slopes: of the churn curve from each knot on, (32,), 0 from the last.
        measure: (states, durations) events a year; permanent states use the first.
        route_row: (table rows,) the state of each.
        expected: (n,) receives the sum over states of rate · loss.
        curve_of: (states, durations) receives the exposures' losses.
        single: (slots, n) receives losses (C for temporary ones) in customers' own events.
        deposit: False leaves the last two as they are.
    """
    durations = measure.shape[1]
    steps = slopes.copy()
    steps[1:] -= slopes[:-1]
    churn = (knots, shares, slopes, steps)
    cost, lost = np.zeros(BATCH), np.zeros(BATCH)
    kept, switched = np.zeros(durations + 1), np.zeros(durations + 1)
    margin_from, cost_from = np.zeros(durations + 1), np.zeros(durations + 1)
    for row in chosen:
        if extent[row, 0] == extent[row, 1]:
            continue
        state, temporary = route_row[row], row_ints[row, 0] == 0
        rate, curve, slot = measure[state], curves[row_ints[row, 2]], row_ints[row, 3]
        if temporary:
            waiting_sums(rate, curve, kept, switched)
        total = 0.0
        for start in range(extent[row, 0], extent[row, 1], BATCH):
            count = min(BATCH, extent[row, 1] - start)
            batch_costs(
                *(start, count, row, columns, fine, rows, row_ints),
                *(constants, churn, lost, cost),
            )
            answer, margins = expected[start : start + count], columns[0, start : start + count]
            if deposit and slot >= 0:
                single[slot, start : start + count] = cost[:count]
            if not temporary:
                often = rate[0]
                for k in range(count):
                    answer[k] += often * cost[k]
                    total += cost[k]
                continue
            for k in range(count):
                margin = margins[k]
                if margin <= 0.0:
                    continue
                place = first_above(curve, cost[k] / margin)
                answer[k] += margin * kept[place] + cost[k] * switched[place]
                if deposit:
                    margin_from[place] += margin
                    cost_from[place] += cost[k]
        if not deposit:
            continue
        if temporary:
            deposit_temporary(curve, margin_from, cost_from, curve_of[state])
        else:
            curve_of[state, 0] += total


#: What the loop calls; compiled along with it.
STEPS = (churn_of_batch, batch_costs, waiting_sums, deposit_temporary)


@cache
def fast() -> Callable[..., None]:
    """The compiled :func:`value_states`."""
    return compiled(value_states, *STEPS)
