"""Laws of how long a disruption lasts, their fits, and weights to integrate losses against.

Outages and slowdowns are lognormal up to a day and generalised Pareto above it, because a lognormal
law that fits the many short ones holds too few long ones.

Source: limited expected value, layers, splicing and maximum likelihood as in Klugman, Panjer and
Willmot, *Loss Models*, chapters 3 and 5 and appendix A (lognormal, Pareto); generalised Pareto law
above a threshold as in McNeil, Frey and Embrechts 2015, chapter 5; docs/method.md §1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
#: Days up to which lengths are the body of a law; longer ones are its tail. A point of the grid.
TAIL_FROM_DAYS = 1.0
#: Where more is fitted, this shape is taken: from 1 on a law has no mean (judgement). Losses count
#: lengths up to the end of the grid, so that the mean must not be made beyond it.
MOST_TAIL_SHAPE = 0.9
#: Fewer lengths above a day tell nothing of their law.
LEAST_TAIL_INCIDENTS = 5
_LEAST_TAIL_SHAPE = 1e-3
#: The 90 % point of χ² with one degree of freedom, for likelihood intervals.
_CHI2_90 = 2.705543


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

    def quantile(self, share: float) -> float:
        """Days that this share of all lengths stays below, 0 < share < 1."""
        return exp(self.mu + self.sigma * float(scipy.special.ndtri(share)))

    def stretched(self, factor: float) -> "LognormalDuration":
        """The same law with sigma times ``factor``."""
        return LognormalDuration(self.mu, self.sigma * factor)


@dataclass(frozen=True)
class LengthTail:
    """What is longer than a day: a ``share`` of all lengths, with a generalised Pareto excess.

    P(D > 1 + y days) = share·(1 + shape·y/scale)^(-1/shape), 0 < shape < 1; the mean excess is
    scale/(1 - shape) days.
    """

    share: float
    shape: float
    scale_days: float

    def excess_up_to(self, days: Array) -> Array:
        """P(Y <= days) of the excess Y over a day, elementwise; days >= 0."""
        return np.asarray(-np.expm1(-np.log1p(self.shape * days / self.scale_days) / self.shape))

    def partial_mean_excess(self, days: Array) -> Array:
        """E[Y; Y <= days] in days, elementwise: E[min(Y, days)] - days·P(Y > days).

        E[min(Y, y)] = scale/(1 - shape)·(1 - (1 + shape·y/scale)^(1 - 1/shape)).
        """
        grown = np.log1p(self.shape * days / self.scale_days)
        mean = self.scale_days / (1 - self.shape)
        limited = -mean * np.expm1(-grown * (1 - self.shape) / self.shape)
        with np.errstate(invalid="ignore"):
            beyond = np.where(np.isinf(days), 0.0, days * np.exp(-grown / self.shape))
        return np.asarray(limited - beyond)


@dataclass(frozen=True)
class SplicedDuration:
    """Up to a day the lognormal ``body``, given that it is no longer; above a day the ``tail``."""

    body: LognormalDuration
    tail: LengthTail

    def probability_up_to(self, days: Array) -> Array:
        """P(D <= days), elementwise; days >= 0."""
        short = self._short * self.body.probability_up_to(np.minimum(days, TAIL_FROM_DAYS))
        excess = np.maximum(days - TAIL_FROM_DAYS, 0.0)
        return np.asarray(short + self.tail.share * self.tail.excess_up_to(excess))

    def partial_mean(self, days: Array) -> Array:
        """E[D; D <= days] in days, elementwise."""
        short = self._short * self.body.partial_mean(np.minimum(days, TAIL_FROM_DAYS))
        excess = np.maximum(days - TAIL_FROM_DAYS, 0.0)
        long = TAIL_FROM_DAYS * self.tail.excess_up_to(excess)
        return np.asarray(short + self.tail.share * (long + self.tail.partial_mean_excess(excess)))

    def quantile(self, share: float) -> float:
        """Days that this share of all lengths stays below, 0 < share < 1."""
        if share <= 1 - self.tail.share:
            return self.body.quantile(share / self._short)
        grown = -self.tail.shape * log((1 - share) / self.tail.share)
        return TAIL_FROM_DAYS + self.tail.scale_days * float(np.expm1(grown)) / self.tail.shape

    def stretched(self, factor: float) -> "SplicedDuration":
        """Sigma of the body and the scale of the tail times ``factor``; as many exceed a day."""
        tail = replace(self.tail, scale_days=self.tail.scale_days * factor)
        return SplicedDuration(self.body.stretched(factor), tail)

    @property
    def _short(self) -> float:
        """What a probability of the body alone is multiplied with."""
        within = self.body.probability_up_to(np.asarray([TAIL_FROM_DAYS]))
        return (1 - self.tail.share) / float(within[0])


#: A length that is not known beforehand.
DurationLaw = LognormalDuration | SplicedDuration


@dataclass(frozen=True)
class FixedDuration:
    """A disruption of known length, as in a stress test."""

    days: float


@dataclass(frozen=True)
class Permanent:
    """The service does not come back."""


Duration = DurationLaw | FixedDuration | Permanent


def limited_expected_value(law: DurationLaw, limit_days: float) -> float:
    """E[min(D, limit)] = E[D; D <= limit] + limit·P(D > limit) in days.

    For a lognormal law e^(mu + sigma²/2) Φ((ln d - mu - sigma²)/sigma)
    + d (1 - Φ((ln d - mu)/sigma)).
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


def drawn_tail(pooled: LengthTail, *, incidents: int, beyond: int) -> LengthTail:
    """The pooled tail with the share of a provider, ``beyond`` of whose ``incidents`` were longer.

    The share is (beyond + 10)/(incidents + 10/p), p being the pooled one: what the market says is
    worth as many incidents as ten longer than a day come of, as ten lengths are worth for μ
    (method §1). Shape and scale are the market's: nobody alone has enough long ones.
    """
    if pooled.share <= 0:
        return pooled
    weight = EQUAL_WEIGHT_INCIDENTS
    return replace(pooled, share=(beyond + weight) / (incidents + weight / pooled.share))


def spliced_law(days: Array, pooled: LengthTail) -> SplicedDuration | None:
    """The law of one provider's known lengths, all above zero: its own body, the drawn tail.

    None where fewer than two different ones are no longer than a day: they have no spread.
    """
    fit = fit_lengths(days[days <= TAIL_FROM_DAYS])
    if fit is None:
        return None
    beyond = int((days > TAIL_FROM_DAYS).sum())
    tail = drawn_tail(pooled, incidents=len(days), beyond=beyond)
    return SplicedDuration(LognormalDuration(fit.mu, fit.sigma), tail)


@dataclass(frozen=True)
class TailFit:
    """A tail fitted to ``incidents`` lengths, of which ``beyond`` were longer than a day.

    ``free_shape`` is the likeliest shape before it was held below 1. Ranges are 90 % intervals:
    of the share Clopper and Pearson's, of the shape by profile likelihood, from 0 up.
    """

    incidents: int
    beyond: int
    tail: LengthTail
    share_range: tuple[float, float]
    free_shape: float
    shape_range: tuple[float, float]


def fit_tail(days: Iterable[float | None]) -> TailFit | None:
    """Fit share, shape and scale of what is longer than a day by maximum likelihood.

    Unknown and zero lengths are left out. A shape above :data:`MOST_TAIL_SHAPE` is held there and
    the scale fitted to it. None where fewer than :data:`LEAST_TAIL_INCIDENTS` exceed a day.
    """
    known = np.asarray([one for one in days if one is not None and one > 0])
    excess = known[known > TAIL_FROM_DAYS] - TAIL_FROM_DAYS
    count, beyond = len(known), len(excess)
    if beyond < LEAST_TAIL_INCIDENTS:
        return None
    most = 10.0
    best = scipy.optimize.minimize_scalar(
        lambda shape: _scale_for(shape, excess)[1],
        bounds=(_LEAST_TAIL_SHAPE, most),
        method="bounded",
        options={"xatol": 1e-7},
    )

    def unlikely(shape: float) -> float:
        return 2 * (_scale_for(shape, excess)[1] - float(best.fun)) - _CHI2_90

    free = float(best.x)
    low, high = 0.0, inf
    if unlikely(_LEAST_TAIL_SHAPE) > 0:
        low = float(scipy.optimize.brentq(unlikely, _LEAST_TAIL_SHAPE, free))
    if unlikely(most) > 0:
        high = float(scipy.optimize.brentq(unlikely, free, most))
    shape = min(free, MOST_TAIL_SHAPE)
    beta = scipy.special.betaincinv
    return TailFit(
        incidents=count,
        beyond=beyond,
        tail=LengthTail(beyond / count, shape, _scale_for(shape, excess)[0]),
        share_range=(
            float(beta(beyond, count - beyond + 1, 0.05)),
            float(beta(beyond + 1, count - beyond, 0.95)) if beyond < count else 1.0,
        ),
        free_shape=free,
        shape_range=(low, high),
    )


def _scale_for(shape: float, excess: Array) -> tuple[float, float]:
    """The likeliest scale for a shape, and minus the logarithm of the likelihood there.

    -ln L = n ln scale + (1 + 1/shape) Σ ln(1 + shape·y/scale).
    """

    def against(ln_scale: float) -> float:
        grown = np.log1p(shape * excess * exp(-ln_scale))
        return len(excess) * ln_scale + (1 + 1 / shape) * float(grown.sum())

    centre = log(float(excess.mean()))
    found = scipy.optimize.minimize_scalar(
        against, bounds=(centre - 12, centre + 3), method="bounded", options={"xatol": 1e-9}
    )
    return exp(float(found.x)), float(found.fun)


@lru_cache(maxsize=1024)
def grid_weights(duration: DurationLaw | FixedDuration) -> Array:
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
