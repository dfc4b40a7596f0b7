"""How long a falter lasts: lognormal laws, their fits, and weights to integrate losses against.

Source: limited expected value, layers and maximum likelihood as in Klugman, Panjer and Willmot,
*Loss Models*, chapter 3 and appendix A (lognormal); docs/method.md §1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Durations in days at which losses are evaluated; between them a loss is taken as straight.
DURATION_GRID: Array = np.concatenate(
    ([0.0], np.geomspace(2 / 1440, 1.0, 20), np.geomspace(1.0, 730.0, 36)[1:])
)
#: A provider with this many incidents is believed as much as the market (judgement).
EQUAL_WEIGHT_INCIDENTS = 10
#: From this many incidents a provider's own spread is used (judgement).
OWN_SPREAD_INCIDENTS = 20


@dataclass(frozen=True)
class LognormalDuration:
    """ln(days) is normal with mean ``mu`` and standard deviation ``sigma``."""

    mu: float
    sigma: float

    def probability_up_to(self, days: Array) -> Array:
        """P(D <= days), elementwise; days >= 0."""
        return np.asarray(scipy.special.ndtr((_ln(days) - self.mu) / self.sigma))

    def partial_mean(self, days: Array) -> Array:
        """E[D; D <= days] in days, elementwise."""
        shifted = (_ln(days) - self.mu - self.sigma**2) / self.sigma
        return np.asarray(exp(self.mu + self.sigma**2 / 2) * scipy.special.ndtr(shifted))


@dataclass(frozen=True)
class FixedDuration:
    """A falter of known length, as in a stress test."""

    days: float


@dataclass(frozen=True)
class Permanent:
    """The service does not come back."""


Duration = LognormalDuration | FixedDuration | Permanent


def limited_expected_value(law: LognormalDuration, limit_days: float) -> float:
    """E[min(D, limit)] in days.

    Equals e^(mu + sigma²/2) Φ((ln d - mu - sigma²)/sigma) + d (1 - Φ((ln d - mu)/sigma)).
    """
    limit = np.asarray([limit_days])
    beyond = limit_days * (1 - law.probability_up_to(limit)) if limit_days < inf else 0.0
    return float((law.partial_mean(limit) + beyond)[0])


@dataclass(frozen=True)
class LengthFit:
    """ln(length) is normal with mean ``mu`` and standard deviation ``sigma``.

    Fitted to ``incidents`` known lengths, in the unit in which they were given.
    """

    incidents: int
    mu: float
    sigma: float

    @property
    def median(self) -> float:
        """The median of the fitted law, e^mu."""
        return exp(self.mu)

    def share_above(self, length: float) -> float:
        """P(D > length)."""
        return float(scipy.special.ndtr((self.mu - log(length)) / self.sigma))


def fit_lengths(lengths: Iterable[float | None]) -> LengthFit | None:
    """Fit ln D ~ N(μ, σ²) by maximum likelihood to the lengths above zero.

    μ is the mean of ln D, σ² its mean squared deviation (divided by n, not n - 1). What is filed
    after the fact has no length, which is not a length of zero: unknown and zero are left out.
    None where fewer than two different lengths are known, which have no spread.
    """
    known = [one for one in lengths if one is not None and one > 0]
    if len(set(known)) < 2:
        return None
    logs = np.log(np.asarray(known))
    return LengthFit(len(known), float(logs.mean()), float(logs.std()))


def shrunk_law(fit: LengthFit, pooled: LognormalDuration) -> LognormalDuration:
    """A provider's law in days drawn towards the pooled one (method §1).

    μ has the weight n/(n + 10) on the provider's own; σ is its own from 20 incidents up.
    """
    own = fit.incidents / (fit.incidents + EQUAL_WEIGHT_INCIDENTS)
    sigma = fit.sigma if fit.incidents >= OWN_SPREAD_INCIDENTS else pooled.sigma
    return LognormalDuration(own * fit.mu + (1 - own) * pooled.mu, sigma)


@lru_cache(maxsize=1024)
def grid_weights(duration: LognormalDuration | FixedDuration) -> Array:
    """Weights w, one per point of :data:`DURATION_GRID`, with E[f(D)] = w·f(grid).

    ``f`` is straight between points; what lies beyond the end counts at the end. They sum to 1.
    """
    grid = DURATION_GRID
    weights = np.zeros_like(grid)
    if isinstance(duration, FixedDuration):
        right = int(np.clip(np.searchsorted(grid, duration.days), 1, len(grid) - 1))
        left = right - 1
        fraction = min(1.0, (duration.days - grid[left]) / (grid[right] - grid[left]))
        weights[left], weights[right] = 1 - fraction, fraction
    else:
        probability = np.diff(duration.probability_up_to(grid))
        mean = np.diff(duration.partial_mean(grid))
        width = np.diff(grid)
        weights[:-1] += (grid[1:] * probability - mean) / width
        weights[1:] += (mean - grid[:-1] * probability) / width
        weights[-1] += 1 - probability.sum()
        weights = np.maximum(weights, 0.0)
    weights.setflags(write=False)
    return weights


def _ln(days: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(days))
