"""Fair shares of a difference that several factors make together (Shapley 1953).

docs/method.md §4. Each factor gets its mean effect over all orders in which the factors could be
moved. The shares sum to the whole difference; a factor without effect gets nothing; factors with
the same effect get the same (Lundberg and Lee 2017).
"""

from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Beyond this many factors 2^k evaluations take too long for a page.
MOST_FACTORS = 8


def shapley_values(values: Array) -> Array:
    """Shares (factors,) that sum to ``values[0] - values[-1]``.

    Args:
        values: (2^factors,) the outcome with each set of factors moved; bit i of the index says
            whether factor i is. Index 0 is the actual state, the last one has all moved.

    A positive share says that the outcome falls by so much when the factor is moved.

    Raises:
        ValueError: the number of values is no power of two, or there are more than 8 factors.
    """
    size = len(values)
    factors = size.bit_length() - 1
    if size != 1 << factors:
        raise ValueError(f"Every set of factors needs one value, so {size} values cannot be right.")
    if factors > MOST_FACTORS:
        raise ValueError(f"At most {MOST_FACTORS} factors can be explained at once, not {factors}.")
    sets = np.arange(size)
    moved = np.array([one.bit_count() for one in range(size)])
    weight = np.array(
        [factorial(n) * factorial(factors - n - 1) / factorial(factors) for n in range(factors)]
    )
    shares = np.zeros(factors)
    for factor in range(factors):
        without = sets[(sets >> factor) & 1 == 0]
        fall = values[without] - values[without | (1 << factor)]
        shares[factor] = weight[moved[without]] @ fall
    return shares
