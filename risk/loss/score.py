"""The exposure score: one number from 0 to 100, its band, and parts that add up.

docs/method.md §4: z = ½ AAL/GP + ½ TVaR95/GP and S = 100 min(1, ln(1 + z/z₀)/ln(1 + z_max/z₀)).
"""

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions

Array = NDArray[np.float64]

#: Scores below the portfolio's number for it are in this band; the others in the last one.
LIMITED_BANDS = ("A", "B", "C", "D")
LAST_BAND = "E"


def exposure_score(relative: Array, assumptions: Assumptions) -> Array:
    """S in 0..100; rises with z up to the cap and does not depend on the size of the company."""
    floor, ceiling = assumptions.score_floor, assumptions.score_ceiling
    scaled = np.log1p(relative / floor) / np.log1p(ceiling / floor)
    return np.asarray(100 * np.minimum(1.0, scaled))
