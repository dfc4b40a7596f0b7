"""What the map of the supply chain misses: rare joint outages, and good and bad years.

A share β of the rarer of two rates is taken to be joint events (β-factor, Fleming 1975), and all
rates of a year share a Gamma factor with mean 1 and variance θ (frailty). Defaults are judgement,
bounded by data: of 214 OpenAI incidents since July 2023, 10 have an Anthropic one within an hour,
where 5.3 would by chance (Chu et al., ICPE 2025). The frailty is part of every portfolio's law,
joint events are part of the catalogue (:mod:`risk.hazard.joint_outages`). docs/method.md §1, §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.hazard.frequency import GammaLaw

Array = NDArray[np.float64]

#: Share of the rarer of two rates that is joint.
JOINT_SHARE = 0.03
#: Variance of the market-wide factor of a year.
FRAILTY_VARIANCE = 0.15


@dataclass(frozen=True)
class JointEvents:
    """Events a year of A alone, of B alone, and of both at once."""

    only_a: float
    only_b: float
    both: float


def joint_events(rate_a: float, rate_b: float, *, joint_share: float = JOINT_SHARE) -> JointEvents:
    """Split two rates a year into alone and joint ones; each keeps its sum (method §1).

    Raises:
        ValueError: the share lies outside 0..1, or a rate below zero.
    """
    if not 0 <= joint_share <= 1:
        raise ValueError("The joint share of two rates lies between 0 and 1.")
    if min(rate_a, rate_b) < 0:
        raise ValueError("A rate is zero or more events a year.")
    both = joint_share * min(rate_a, rate_b)
    return JointEvents(rate_a - both, rate_b - both, both)


def frailty_law(frailty_variance: float = FRAILTY_VARIANCE) -> GammaLaw:
    """The year's factor on all rates: Gamma with mean 1 and variance θ (method §5).

    Raises:
        ValueError: the variance is not above zero; without frailty there is no law to draw from.
    """
    if frailty_variance <= 0:
        raise ValueError("The variance of the year's factor must be above zero.")
    return GammaLaw(1 / frailty_variance, 1 / frailty_variance)


def count_variance(rate: float, *, frailty_variance: float = FRAILTY_VARIANCE) -> float:
    """Variance of a year's count: λ + θλ², Poisson noise and the year's factor."""
    return rate + frailty_variance * rate**2


def count_covariance(
    rate_a: float,
    rate_b: float,
    *,
    joint_share: float = JOINT_SHARE,
    frailty_variance: float = FRAILTY_VARIANCE,
) -> float:
    """Covariance of two years' counts: β·min(λ_A, λ_B) + θ·λ_A·λ_B."""
    both = joint_events(rate_a, rate_b, joint_share=joint_share).both
    return both + frailty_variance * rate_a * rate_b


def count_covariances(
    rates: Sequence[float],
    *,
    joint_share: float = JOINT_SHARE,
    frailty_variance: float = FRAILTY_VARIANCE,
) -> Array:
    """All variances and covariances of a year's counts, (nodes, nodes).

    Never indefinite: min(λ_i, λ_j) is the covariance of a Brownian motion.
    """
    known = np.asarray(rates, dtype=float)
    joint = joint_share * np.minimum.outer(known, known)
    np.fill_diagonal(joint, known)
    return np.asarray(joint + frailty_variance * np.multiply.outer(known, known))
