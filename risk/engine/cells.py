"""Masses laid on even cells, each split between two so that its mean is kept. docs/method.md §5."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.engine.kernels import compiled

Array = NDArray[np.float64]

#: Masses above which compiling pays for itself.
COMPILED_FROM = 200_000
#: How near a mass may come to the end of the grid, in cells.
EDGE = 1.000001


def lay_on_cells(position: Array, probability: Array, density: Array) -> None:
    """Add masses (masses,) at positions in cells to ``density`` (cells,); all lie on the grid.

    What is beyond the last cell is laid on it.
    """
    if len(position) >= COMPILED_FROM:
        fast()(position, probability, density)
        return
    cells = len(density)
    within = np.minimum(position, cells - EDGE)
    lower = within.astype(np.int64)
    upper = (within - lower) * probability
    density += np.bincount(lower, weights=probability - upper, minlength=cells)
    density[1:] += np.bincount(lower, weights=upper, minlength=cells)[:-1]


def lay(position: Any, probability: Any, density: Any) -> None:
    """The loop for many masses."""
    edge = len(density) - EDGE
    for k in range(len(position)):
        within = min(position[k], edge)
        lower = int(within)
        upper = (within - lower) * probability[k]
        density[lower] += probability[k] - upper
        density[lower + 1] += upper


@cache
def fast() -> Callable[..., None]:
    """The compiled :func:`lay`."""
    return compiled(lay)
