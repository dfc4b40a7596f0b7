"""Uncertainty of values over worlds, and through what: facts, rates or judgement.

Arrays hold values of startups (worlds, startups, draws of rates) in USD. docs/method.md §7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.loss.draws import Z90

Array = NDArray[np.float64]

LOW, HIGH = 0.1, 0.9
#: Blocks of worlds, each stratified, from which the error of a mean is told.
BLOCKS = 8
#: What is added before a logarithm is taken, in USD: less is nothing.
A_CENT = 0.01


@dataclass(frozen=True, kw_only=True)
class Range:
    """Median, 10 % and 90 % point over all worlds and draws, each (startups,)."""

    low: Array
    median: Array
    high: Array


@dataclass(frozen=True, kw_only=True)
class Split:
    """How the variance of the logarithm divides: shares (startups,) that add up to 1.

    All are 0 for what loses nothing. ``spread`` is the standard deviation of the logarithm that
    judgement alone leaves.
    """

    facts: Array
    rates: Array
    judgement: Array
    spread: Array

    @property
    def judged_factor(self) -> Array:
        """The factor between the middle and the 10 or 90 % point that judgement alone leaves."""
        return np.asarray(np.exp(Z90 * self.spread))


def mean_over_worlds(values: Array) -> Array:
    """Mean of values (worlds, …), added up world by world, so that no layout changes a digit."""
    total = np.zeros(values.shape[1:])
    for one in values:
        total += one
    return total / len(values)


def range_of(values: Array) -> Range:
    """The range of values (worlds, startups, draws)."""
    worlds, startups, draws = values.shape
    # Each startup's own lie side by side and are sorted: NumPy's quantiles take several times that.
    flat = np.empty((startups, worlds, draws))
    flat[...] = np.moveaxis(values, 1, 0)
    rising = flat.reshape(startups, worlds * draws)
    rising.sort(axis=1)
    low, median, high = (_point(rising, level) for level in (LOW, 0.5, HIGH))
    return Range(low=low, median=median, high=high)


def _point(rising: Array, level: float) -> Array:
    """The point of rising numbers (rows, n) at a level, straight between neighbours, (rows,).

    NaN, which come last, make it NaN.
    """
    place = level * (rising.shape[1] - 1)
    low = int(place)
    part, first, second = place - low, rising[:, low], rising[:, min(low + 1, rising.shape[1] - 1)]
    found = first + (second - first) * part
    if part >= 0.5:
        found = second - (second - first) * (1 - part)
    return np.asarray(np.where(np.isnan(rising[:, -1]), np.nan, found))


def variance_by_facts(values: Array, others: Array) -> Array:
    """Half the mean square of what exchanging the facts alone does to the logarithm, (startups,).

    ``values`` and ``others`` (pairs, startups, draws) share judgement and rates.
    """
    change = np.log(values + A_CENT) - np.log(others + A_CENT)
    return mean_over_worlds((change**2).mean(axis=2)) / 2


def split_of(values: Array, by_facts: Array) -> Split:
    """Divide the variance of ln(values) (worlds, startups, draws) among its three sources.

    ``by_facts`` (startups,) is told already. What rates leave is the mean variance over draws of
    rates within a world; the rest is judgement's.
    """
    logs = np.log(values + A_CENT)
    middle = mean_over_worlds(logs.mean(axis=2))
    total = mean_over_worlds(((logs - middle[:, None]) ** 2).mean(axis=2))
    by_rates = mean_over_worlds(logs.var(axis=2, ddof=1))
    rest = np.maximum(total - by_rates - by_facts, 0.0)
    whole = by_rates + by_facts + rest
    scale = np.where(whole > 1e-12, 1 / np.maximum(whole, 1e-12), 0.0)
    return Split(
        facts=by_facts * scale,
        rates=by_rates * scale,
        judgement=rest * scale,
        spread=np.sqrt(rest),
    )


def error_of_mean(values: Array) -> Array:
    """Standard error of means over worlds (worlds, …), relative to them.

    Aligned blocks of worlds are stratified like the whole, so that their means differ as little as
    its own does between choices of as many worlds; an eighth of the worlds varies more than all,
    which makes this an upper bound. One world tells none (NaN).
    """
    blocks = min(BLOCKS, len(values))
    if blocks < 2:
        return np.full(values.shape[1:], np.nan)
    means = values[: len(values) // blocks * blocks].reshape(blocks, -1, *values.shape[1:])
    of_block = means.mean(axis=1)
    whole = np.maximum(np.abs(of_block.mean(axis=0)), 1e-12)
    return np.asarray(of_block.std(axis=0, ddof=1) / np.sqrt(blocks) / whole)
