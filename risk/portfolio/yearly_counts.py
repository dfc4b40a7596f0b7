"""How often an event happens in each simulated year, with rates that are not known for certain.

A year draws one rate λ ~ Gamma(a, mean λ) for each rate group; outages and slowdowns share the
year's market factor Z ~ Gamma(1/θ, mean 1) instead (docs/method.md §1, §5). Rates and counts
are inverse distribution functions of fixed uniform numbers, so that a higher mean rate adds
occurrences and takes none away. Without uncertainty the counts are Poisson, number for number.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv
from scipy.stats import poisson

from risk.hazard.events import Event
from risk.portfolio.random_streams import Purpose, event_stream, market_stream, rate_stream

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: A year's count above this probability is not drawn; 1 in 10^13 years.
ALMOST_SURE = 1 - 1e-13
#: Above this rate e^-λ leaves the range of numbers and the counts are found one by one.
HIGHEST_SUMMED_RATE = 600.0
#: Between these probabilities a Gamma rate is bounded before it is worked out.
EDGES: Array = np.concatenate((np.linspace(0, 1, 33)[:-1], 1 - 0.5 ** np.arange(6, 31), [1.0]))


def market_years(*, frailty_variance: float, seed: int, size: int, years: int) -> Array | None:
    """Each year's factor Z on the rates of outages and slowdowns, (years,); None if it is 1.

    Args:
        frailty_variance: θ, the variance of Z; its mean is 1.
        seed: of the whole simulation.
        size: years of a block of streams.
        years: how many are wanted.

    Raises:
        ValueError: ``frailty_variance`` is negative.
    """
    if frailty_variance < 0:
        raise ValueError(f"A variance is zero or more, not {frailty_variance}.")
    if frailty_variance == 0:
        return None
    blocks = range(-(-years // size))
    uniform = [market_stream(seed=seed, block=block).random(size) for block in blocks]
    shape = 1 / frailty_variance
    return np.asarray(gammaincinv(shape, np.concatenate(uniform)[:years]) / shape)


def yearly_counts(
    event: Event, market: Array | None, *, seed: int, block: int, size: int, years: int
) -> Integers:
    """Occurrences in each year of one block, (years,).

    Args:
        event: its mean rate, its shape and whether it is frail make the law.
        market: the block's factors (years,) from :func:`market_years`.
        seed: of the whole simulation.
        block: number of the block.
        size: years that the block's streams are laid out for.
        years: how many of these are wanted; the first ones, whatever their number.
    """
    stream = event_stream(event, Purpose.COUNTS, seed=seed, block=block)
    uniform = stream.random(size)[:years]
    if event.frail and market is not None:
        return inverse_poisson_each(uniform, event.rate_per_year * market)
    if event.rate_shape is None:
        return inverse_poisson(uniform, event.rate_per_year)
    height = rate_stream(event, seed=seed, block=block).random(size)[:years]
    return _uncertain(uniform, height, mean=event.rate_per_year, shape=event.rate_shape)


def inverse_poisson(uniform: Array, rate: float) -> Integers:
    """The least n with P(N <= n) >= u, elementwise: never less for a higher rate."""
    most = int(poisson.ppf(ALMOST_SURE, rate)) + 1
    steps = poisson.cdf(np.arange(most), rate)
    return np.asarray(np.searchsorted(steps, uniform, side="left"), dtype=np.int64)


def inverse_poisson_each(uniform: Array, rates: Array) -> Integers:
    """The same with a rate (years,) for each number."""
    counts = np.zeros(len(uniform), dtype=np.int64)
    wanted = np.minimum(uniform, ALMOST_SURE)
    high = rates > HIGHEST_SUMMED_RATE
    if high.any():
        counts[high] = poisson.ppf(wanted[high], rates[high]).astype(np.int64)
    left = np.flatnonzero(~high)
    term = np.exp(-rates[left])
    reached = term.copy()
    number = 0
    while len(left):
        short = reached < wanted[left]
        left, term, reached = left[short], term[short], reached[short]
        number += 1
        counts[left] = number
        term = term * (rates[left] / number)
        reached = reached + term
    return counts


def _uncertain(uniform: Array, height: Array, *, mean: float, shape: float) -> Integers:
    """Counts under λ = mean/a · Γ⁻¹(height).

    Most years of a rare event have none whatever the rate within reach of its ``height``: only
    the others need the inverse of the Gamma law, which is slow.
    """
    counts = np.zeros(len(uniform), dtype=np.int64)
    bounds = _quantiles(shape)
    # A first sieve, by the highest rate of almost all years.
    perhaps = np.flatnonzero((uniform > np.exp(-bounds[-2] * mean / shape)) | (height >= EDGES[-2]))
    highest = bounds[np.searchsorted(EDGES, height[perhaps], side="right")]
    perhaps = perhaps[uniform[perhaps] > np.exp(-highest * mean / shape)]
    rates = gammaincinv(shape, height[perhaps]) * (mean / shape)
    counts[perhaps] = inverse_poisson_each(uniform[perhaps], rates)
    return counts


@lru_cache(maxsize=256)
def _quantiles(shape: float) -> Array:
    """Gamma quantiles at EDGES, a hair high so that rounding cannot hide an occurrence."""
    return np.asarray(gammaincinv(shape, EDGES) * (1 + 1e-9))
