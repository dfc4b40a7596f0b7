"""How long a falter lasts: lognormal laws, and weights that integrate losses against them.

Source: limited expected value and layers as in Klugman, Panjer and Willmot, *Loss Models*,
chapter 3 and appendix A (lognormal); docs/method.md §1.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.float64]

#: Durations in days at which losses are evaluated; between them a loss is taken as straight.
DURATION_GRID: Array = np.concatenate(
    ([0.0], np.geomspace(2 / 1440, 1.0, 20), np.geomspace(1.0, 730.0, 36)[1:])
)


@dataclass(frozen=True)
class LognormalDuration:
    """ln(days) is normal with mean ``mu`` and standard deviation ``sigma``."""

    mu: float
    sigma: float

    def probability_up_to(self, days: Array) -> Array:
        """P(D <= days), elementwise; days >= 0."""
        return np.asarray(ndtr((_ln(days) - self.mu) / self.sigma))

    def partial_mean(self, days: Array) -> Array:
        """E[D; D <= days] in days, elementwise."""
        shifted = (_ln(days) - self.mu - self.sigma**2) / self.sigma
        return np.asarray(exp(self.mu + self.sigma**2 / 2) * ndtr(shifted))


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


def grid_weights(duration: LognormalDuration | FixedDuration, grid: Array) -> Array:
    """Weights w, one per grid point, with E[f(D)] = w·f(grid) for f straight between points.

    ``grid`` rises from 0; what lies beyond its end counts at the end. The weights sum to 1.
    """
    if grid is DURATION_GRID:
        return _on_model_grid(duration)
    return _grid_weights(duration, grid)


@lru_cache(maxsize=1024)
def _on_model_grid(duration: LognormalDuration | FixedDuration) -> Array:
    found = _grid_weights(duration, DURATION_GRID)
    found.setflags(write=False)
    return found


def _grid_weights(duration: LognormalDuration | FixedDuration, grid: Array) -> Array:
    if isinstance(duration, FixedDuration):
        return _interpolation_weights(duration.days, grid)
    probability = np.diff(duration.probability_up_to(grid))
    mean = np.diff(duration.partial_mean(grid))
    width = np.diff(grid)
    weights = np.zeros_like(grid)
    weights[:-1] += (grid[1:] * probability - mean) / width
    weights[1:] += (mean - grid[:-1] * probability) / width
    weights[-1] += 1 - probability.sum()
    return np.maximum(weights, 0.0)


def _interpolation_weights(days: float, grid: Array) -> Array:
    weights = np.zeros_like(grid)
    right = int(np.clip(np.searchsorted(grid, days), 1, len(grid) - 1))
    left = right - 1
    fraction = min(1.0, (days - grid[left]) / (grid[right] - grid[left]))
    weights[left], weights[right] = 1 - fraction, fraction
    return weights


def _ln(days: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(days))
