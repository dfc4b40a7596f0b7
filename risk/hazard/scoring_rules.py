"""Scoring rules of forecasts, once the truth is known. Lower is better in every score.

Sources: Gneiting and Raftery 2007 (proper scores, the continuous ranked probability score);
Baran and Lerch 2015 (its closed form for the lognormal law); Koenker and Bassett 1978 (the pinball
loss of a quantile). docs/method.md §8.
"""

from collections.abc import Sequence
from math import floor, inf, sqrt
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from risk.hazard.durations import DURATION_GRID, DurationLaw, limited_expected_value

Array = NDArray[np.float64]
#: What is left of a law of counts where its score is cut off.
_NEGLIGIBLE = 1e-9
_INTEGRAL_POINTS = 20_000


def crps_of_counts(cumulative: Array, observed: int) -> float:
    """Σ_k (F(k) - 1{k >= observed})², in events.

    ``cumulative`` (k,) is F(0), F(1), …, up to where F is 1 to any accuracy that matters; what
    is observed beyond its end adds 1 for every count in between.
    """
    k = np.arange(len(cumulative))
    beyond = max(0, observed - len(cumulative))
    return float(((cumulative - (k >= observed)) ** 2).sum() + beyond)


def crps_of_law(law: Any, observed: int, *, width: float = 1.0) -> float:
    """The score of ``width`` times a count of a law of SciPy, in events."""
    last = floor(width * (int(law.isf(_NEGLIGIBLE)) + 1)) + 1
    # A quotient that is whole up to rounding must not fall to the number below.
    counts = np.floor(np.arange(last + 1) / width + 1e-9)
    return crps_of_counts(law.cdf(counts), observed)


def crps_of_lognormal(mu: float, sigma: float, observed: Array) -> Array:
    """The score of ln D ~ N(mu, sigma²) at each observed D > 0, in the unit of D.

    y(2Φ(w) - 1) - 2e^(μ+σ²/2)(Φ(w - σ) + Φ(σ/√2) - 1), w = (ln y - μ)/σ.
    """
    ndtr = scipy.special.ndtr
    w = (np.log(observed) - mu) / sigma
    spread = ndtr(w - sigma) + ndtr(sigma / sqrt(2)) - 1
    return np.asarray(observed * (2 * ndtr(w) - 1) - 2 * np.exp(mu + sigma**2 / 2) * spread)


def crps_of_lengths(law: DurationLaw, observed: Array) -> Array:
    """The score of a law of lengths at each observed length, in days.

    E|X - y| - ½E|X - X'|, where E|X - y| = y(2F(y) - 1) + E[X] - 2E[X; X <= y] and
    ½E|X - X'| = ∫F(1 - F), by the trapezoid rule up to the end of the grid, beyond which F is 1 to
    any accuracy that matters and the integral E[X] - E[min(X, end)].
    """
    end = float(DURATION_GRID[-1])
    days = np.concatenate(([0.0], np.geomspace(1e-6, end, _INTEGRAL_POINTS)))
    below = law.probability_up_to(days)
    mean = limited_expected_value(law, inf)
    spread = np.trapezoid(below * (1 - below), days) + mean - limited_expected_value(law, end)
    apart = observed * (2 * law.probability_up_to(observed) - 1) + mean
    return np.asarray(apart - 2 * law.partial_mean(observed) - spread)


def crps_of_exponential(mean: float, observed: Array) -> Array:
    """The score of an exponential law at each observed value: y - 2m(1 - e^(-y/m)) + m/2."""
    return np.asarray(observed + 2 * mean * np.expm1(-observed / mean) + mean / 2)


def crps_of_sample(sample: Array, observed: Array) -> Array:
    """The score of the law that draws from ``sample``: E|X - y| - ½ E|X - X'|."""
    spread = np.abs(sample[:, None] - sample[None, :]).mean() / 2
    return np.asarray(np.abs(observed[:, None] - sample[None, :]).mean(axis=1) - spread)


def brier(probability: float, happened: bool) -> float:
    """(p - 1{happened})²."""
    return (probability - happened) ** 2


def pinball(level: float, quantile: float, observed: float) -> float:
    """(level - 1{observed < quantile})·(observed - quantile), in the unit of the quantile."""
    return (level - (observed < quantile)) * (observed - quantile)


def coverage_band(forecasts: int, *, level: float, confidence: float = 0.95) -> tuple[float, float]:
    """Between which shares coverage lies with ``confidence``, if intervals hold what they say.

    Quantiles of Binomial(forecasts, level), as shares.
    """
    tail = (1 - confidence) / 2
    low, high = scipy.stats.binom.ppf([tail, 1 - tail], forecasts, level) / forecasts
    return float(low), float(high)


def skill(score: float, reference: float) -> float | None:
    """1 - score/reference: above zero is better than the reference; None if that is perfect."""
    return 1 - score / reference if reference else None


def mean_known(values: Sequence[float | None]) -> float | None:
    """The mean of the values that are known; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
