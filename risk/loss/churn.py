"""Customers lost for good after an interruption: a published curve. docs/method.md §3."""

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions

Array = NDArray[np.float64]

#: Lost service, in units of the churn scale u₀, at which the churn curve is published.
CHURN_KNOTS = (
    *(0.0, 0.0003, 0.0005, 0.0007, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.007, 0.01),
    *(0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6),
    *(0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 6.0),
)


def churn_curve(assumptions: Assumptions) -> tuple[Array, Array]:
    """The churn curve as published: lost days (knots,) and the share of customers lost (knots,).

    The 32 knots lie on χ_max (1 - exp(-(U/u₀)^k)); between them the curve is straight, beyond
    the last it is flat.
    """
    scaled = np.asarray(CHURN_KNOTS)
    shares = assumptions.churn_maximum * -np.expm1(-(scaled**assumptions.churn_exponent))
    return scaled * assumptions.churn_scale_days, np.asarray(shares)
