"""The loop that values a few exposures, one by one, as soon as a compiler would have started.

It says plainly what :mod:`risk.engine.batch_loops` does fast; tests hold the two together.
docs/method.md §4.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from risk.engine.batch_loops import fast
from risk.engine.kernels import COMPILED_FROM, first_above, state_cost


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
    durations = measure.shape[1]
    for row in chosen:
        state, temporary = route_row[row], row_ints[row, 0] == 0
        rate, curve, slot = measure[state], curves[row_ints[row, 2]], row_ints[row, 3]
        kept = np.append(0.0, np.cumsum(rate * curve[:durations]))
        switched = np.append(np.cumsum(rate[::-1])[::-1], 0.0)
        for i in range(*extent[row]):
            cost = state_cost(
                i, row, columns, fine[i], rows, row_ints, constants, knots, shares, slopes
            )
            margin = columns[0, i]
            place = first_above(curve, cost / margin) if temporary and margin > 0 else 0
            if not temporary:
                expected[i] += rate[0] * cost
            elif margin > 0:
                expected[i] += margin * kept[place] + cost * switched[place]
            if not deposit:
                continue
            if slot >= 0:
                single[slot, i] = cost
            if not temporary:
                curve_of[state, 0] += cost
            elif margin > 0:
                curve_of[state, :place] += margin * curve[:place]
                curve_of[state, place:] += cost


def loop_for(exposures: int) -> Callable[..., None]:
    """The loop that is quicker for so many exposures, the compiler's start-up included."""
    return fast() if exposures >= COMPILED_FROM else value_plainly
