"""The engine's inner loops: the formulas of docs/method.md §2.2-2.4 for one exposure in one state.

They say for one exposure what :mod:`risk.exposure.vulnerability` says for arrays, and tests hold
them to it. A temporary falter of length d costs min(m g(U(d)), C): waiting costs more the longer
it lasts, and once it costs as much as switching (C), one switches. So an exposure in a state is
one number, C, and the place on the duration grid where waiting passes it.

Plain Python values a few thousand exposures as soon as a compiler would have started; for more,
:func:`fast` compiles the same functions. Compiled loops run without Python's lock, side by side.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from risk.hazard.durations import NEGLIGIBLE_WEIGHT

#: Exposures above which compiling pays for itself.
COMPILED_FROM = 5_000
#: Exposures valued together in one state, so that they stay in the fastest memory.
BATCH = 256


def lost_service(
    days: float, severity: float, effective: float, buffer: float, failover: float
) -> float:
    """U = φ [min(τ, T⁺) + (1 - η_eff) max(0, T⁺ - τ)] with T⁺ = max(0, days - buffer)."""
    felt = max(0.0, days - buffer)
    return severity * (min(felt, failover) + (1.0 - effective) * max(0.0, felt - failover))


def churned(days: float, knots: Any, shares: Any, slopes: Any) -> float:
    """The churn curve at ``days`` lost: straight between its 32 published knots."""
    low = 16 * (knots[16] <= days)
    low += 8 * (knots[low + 8] <= days)
    low += 4 * (knots[low + 4] <= days)
    low += 2 * (knots[low + 2] <= days)
    low += 1 * (knots[low + 1] <= days)
    return shares[low] + (days - knots[low]) * slopes[low]  # type: ignore[no-any-return] # arrays


def first_above(curve: Any, limit: float) -> int:
    """The first grid point at which a rising curve exceeds ``limit``; its length if none does.

    ``curve`` has 64 entries, infinite beyond its length, so that no step can leave it.
    """
    place = 32 * (curve[31] <= limit)
    place += 16 * (curve[place + 15] <= limit)
    place += 8 * (curve[place + 7] <= limit)
    place += 4 * (curve[place + 3] <= limit)
    place += 2 * (curve[place + 1] <= limit)
    place += 1 * (curve[place] <= limit)
    return place  # type: ignore[no-any-return] # an integer


def price_cost(
    margin: float, until: float, move: float, daily: float, quality: float, horizon: float
) -> float:
    """Loss in a price shock: the dearer price for the horizon, or until one has moved."""
    return min(daily * horizon, move + quality * margin + daily * min(until, horizon))


def moving_cost(
    margin: float,
    lost: float,
    cost: float,
    quality: float,
    kept: float,
    horizon: float,
    knots: Any,
    shares: Any,
    slopes: Any,
) -> float:
    """What it costs to lose ``lost`` days of service and move: business for a year at most."""
    business = lost * kept + churned(lost, knots, shares, slopes) * horizon + quality
    return margin * min(business, horizon) + cost


def state_cost(
    i: int,
    row: int,
    columns: Any,
    fine: int,
    rows: Any,
    row_ints: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
) -> float:
    """Loss of exposure ``i`` in a permanent state; in a temporary one C, what switching costs.

    Arguments are those of :func:`value_states`.
    """
    sort, same = row_ints[row, 0], row_ints[row, 1]
    cost = columns[3 + same, i] + columns[6, i] * constants[6]
    quality = constants[4] if fine else constants[2 + same]
    until = max(0.0, rows[row, 6] * columns[1 + same, i] + rows[row, 4])
    if sort == 2:
        daily = columns[6, i] * rows[row, 5] / constants[7]
        move = cost + columns[5, i]
        return price_cost(columns[0, i], until, move, daily, quality, constants[5])
    lost = lost_service(until, rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3])
    kept = 1.0 if sort == 1 else 1.0 - constants[0]
    billed = 0.0 if sort == 1 else columns[5, i]
    whole = cost + billed
    return moving_cost(
        columns[0, i], lost, whole, quality, kept, constants[1], knots, shares, slopes
    )


def batch_costs(
    start: int,
    count: int,
    row: int,
    columns: Any,
    fine: Any,
    rows: Any,
    row_ints: Any,
    constants: Any,
    knots: Any,
    shares: Any,
    slopes: Any,
    found: Any,
) -> None:
    """:func:`state_cost` of exposures one after the other, with what they share taken out."""
    sort, same = row_ints[row, 0], row_ints[row, 1]
    margins, gates, costs = columns[0], columns[1 + same], columns[3 + same]
    stranded, spend = columns[5], columns[6]
    usual, tuned, dearer = constants[2 + same], constants[4], constants[6]
    severity, effective, buffer = rows[row, 0], rows[row, 1], rows[row, 2]
    failover, shift, pace = rows[row, 3], rows[row, 4], rows[row, 6]
    if sort == 2:
        rise, horizon = rows[row, 5] / constants[7], constants[5]
        for k in range(count):
            i = start + k
            move = costs[i] + spend[i] * dearer + stranded[i]
            quality = tuned if fine[i] else usual
            until = max(0.0, pace * gates[i] + shift)
            found[k] = price_cost(margins[i], until, move, spend[i] * rise, quality, horizon)
        return
    kept = 1.0 if sort == 1 else 1.0 - constants[0]
    billed = 0.0 if sort == 1 else 1.0
    for k in range(count):
        i = start + k
        quality = tuned if fine[i] else usual
        until = max(0.0, pace * gates[i] + shift)
        lost = lost_service(until, severity, effective, buffer, failover)
        cost = costs[i] + spend[i] * dearer + billed * stranded[i]
        found[k] = moving_cost(
            margins[i], lost, cost, quality, kept, constants[1], knots, shares, slopes
        )


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
    cost = np.zeros(BATCH)
    kept, switched = np.zeros(durations + 1), np.zeros(durations + 1)
    margin_from, cost_from = np.zeros(durations + 1), np.zeros(durations + 1)
    for row in chosen:
        state, temporary = route_row[row], row_ints[row, 0] == 0
        rate, curve, slot = measure[state], curves[row_ints[row, 2]], row_ints[row, 3]
        if temporary:
            kept[1:] = np.cumsum(rate * curve[:durations])
            switched[:durations] = np.cumsum(rate[::-1])[::-1]
            margin_from[:] = 0.0
            cost_from[:] = 0.0
        total = 0.0
        for start in range(extent[row, 0], extent[row, 1], BATCH):
            count = min(BATCH, extent[row, 1] - start)
            batch_costs(
                *(start, count, row, columns, fine, rows, row_ints),
                *(constants, knots, shares, slopes, cost),
            )
            for k in range(count):
                i = start + k
                if deposit and slot >= 0:
                    single[slot, i] = cost[k]
                if not temporary:
                    expected[i] += rate[0] * cost[k]
                    total += cost[k]
                    continue
                margin = columns[0, i]
                if margin <= 0.0:
                    continue
                place = first_above(curve, cost[k] / margin)
                expected[i] += margin * kept[place] + cost[k] * switched[place]
                if deposit:
                    margin_from[place] += margin
                    cost_from[place] += cost[k]
        if not deposit:
            continue
        if temporary:
            # Waiting goes on for those who switch only later; the others have paid for it.
            waiting = np.cumsum(margin_from[::-1])[::-1]
            paid = np.cumsum(cost_from)
            curve_of[state] += waiting[1:] * curve[:durations] + paid[:durations]
        else:
            curve_of[state, 0] += total


#: What the loops call; compiled along with them.
HELPERS = (
    *(lost_service, churned, first_above, price_cost, moving_cost, state_cost),
    batch_costs,
)


def compiled(loop: Callable[..., None], *steps: Callable[..., Any]) -> Callable[..., None]:
    """A loop as machine code, which is kept on disk from run to run and runs without the lock.

    ``steps`` are functions that it calls beside the helpers of this module. What is kept is filed
    under the text of the engine, because the compiler looks for changes in the loop's file alone.
    """
    import numba
    from numba.extending import register_jitable

    folder = Path(__file__).parent / "__pycache__" / _text_of_engine()
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # set when it is imported

    called: tuple[Callable[..., Any], ...] = (*HELPERS, *steps)
    for helper in called:
        register_jitable(helper)
    found: Callable[..., None]
    try:
        found = numba.njit(nogil=True, cache=True)(loop)
    except RuntimeError:
        # Nowhere may anything be kept: each process compiles for itself.
        found = numba.njit(nogil=True)(loop)
    return found


@cache
def _text_of_engine() -> str:
    """A short name for what the files of the engine, and what they compile in, say now."""
    texts = [one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))]
    constants = repr(NEGLIGIBLE_WEIGHT).encode()
    return f"loops-{sha256(b''.join([*texts, constants])).hexdigest()[:12]}"


@cache
def fast() -> Callable[..., None]:
    """The compiled :func:`value_states`."""
    return compiled(value_states)


def kernel_for(exposures: int) -> Callable[..., None]:
    """The loop that is quicker for so many exposures, the compiler's start-up included."""
    return fast() if exposures >= COMPILED_FROM else value_states
