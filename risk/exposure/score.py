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


def relative_loss(aal_usd: Array, tvar95_usd: Array, gross_profit_usd: Array) -> Array:
    """z: half the expected and half the 1-in-20-year loss, as a share of annual gross profit."""
    profit = np.maximum(gross_profit_usd, 1e-9)
    return np.asarray((aal_usd + tvar95_usd) / (2 * profit))


def exposure_score(relative: Array, assumptions: Assumptions) -> Array:
    """S in 0..100; rises with z up to the cap and does not depend on the size of the company."""
    floor, ceiling = assumptions.score_floor, assumptions.score_ceiling
    scaled = np.log1p(relative / floor) / np.log1p(ceiling / floor)
    return np.asarray(100 * np.minimum(1.0, scaled))


def band_of(
    score: float, assumptions: Assumptions, *, cash_out_probability: float | None
) -> tuple[str, bool]:
    """Band A (best) to E, and True if the cash-out override lowered it to D."""
    below = (one for one in LIMITED_BANDS if score < _band_limit(one, assumptions))
    band = next(below, LAST_BAND)
    runs_out = (
        cash_out_probability is not None and cash_out_probability > assumptions.cash_out_limit
    )
    if runs_out and band in ("A", "B", "C"):
        return "D", True
    return band, False


def _band_limit(band: str, assumptions: Assumptions) -> float:
    return float(getattr(assumptions, f"band_{band.lower()}_below"))
