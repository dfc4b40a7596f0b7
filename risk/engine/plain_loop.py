"""The loop that values a few exposures, one by one, as soon as a compiler would have started.

It says plainly what :mod:`risk.engine.batch_loops` does fast; tests hold the two together.
docs/method.md §5.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from risk.engine.batch_loops import fast
from risk.engine.kernels import COMPILED_FROM, state_costs


def value_plainly(
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
    """What :func:`risk.engine.batch_loops.value_states` does, with the same arguments."""
    for row in chosen:
        state, temporary = route_row[row], row_ints[row, 0] == 0
        rate, slot = measure[state], row_ints[row, 3]
        first, last = extent[row]
        count, cost = last - first, np.zeros(last - first)
        state_costs(
            *(count, np.arange(first, last), np.full(count, row), columns, fine, rows, row_ints),
            *(constants, knots, shares, slopes, cost),
        )
        if deposit and slot >= 0:
            single[slot, first:last] = cost
        if not temporary:
            expected[first:last] += rate[0] * cost
            if deposit:
                curve_of[state, 0] += cost.sum()
            continue
        waiting = curves[row_ints[row, 2]][: len(rate)]
        loss = np.minimum(columns[0, first:last, None] * waiting, cost[:, None])
        expected[first:last] += loss @ rate
        if deposit:
            curve_of[state] += loss.sum(axis=0)


def loop_for(exposures: int) -> Callable[..., None]:
    """The loop that is quicker for so many exposures, the compiler's start-up included."""
    return fast() if exposures >= COMPILED_FROM else value_plainly
