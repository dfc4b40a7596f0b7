"""Risk measures of simulated years: one loss a year in, USD out.

docs/method.md §5. Tail value at risk follows Acerbi and Tasche 2002: years tied with the value
at risk share what is left of the tail. Interval by bootstrap (Efron and Tibshirani 1993).
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Resamples of the years for the spread of value at risk and tail value at risk.
RESAMPLES = 400
#: Guards n · level against rounding: 100 · 0.95 is 95, not 95.00000000000001.
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How far a figure from simulated years could be off: standard error, 5 and 95 % points."""

    standard_error: float
    low: float
    high: float


def value_at_risk(losses: Array, level: float) -> float:
    """The smallest loss x with at least ``level`` of the years at or below x, in USD.

    Args:
        losses: (years,) in any order, at least one.
        level: 0..1.
    """
    rank = max(1, ceil(len(losses) * level - ROUNDING))
    return float(np.partition(losses, rank - 1)[rank - 1])


def tail_weights(losses: Array, level: float) -> Array:
    """Each year's weight in the tail mean, (years,); they sum to 1.

    With k = n (1 - level) years in the tail: 1/k for each year above the value at risk, and the
    rest spread evenly over the years that equal it.
    """
    kept = len(losses) * (1 - level)
    threshold = value_at_risk(losses, level)
    above, tied = losses > threshold, losses == threshold
    share = (kept - above.sum()) / tied.sum()
    return np.asarray((above + share * tied) / kept)


def tail_value_at_risk(losses: Array, level: float) -> float:
    """Mean of the worst ``1 - level`` of the years, in USD; at level 0 the mean of all."""
    return float(tail_weights(losses, level) @ losses)


def standard_error_of_mean(losses: Array) -> float:
    """Standard deviation over √n, in USD; infinite for one year, which has no spread."""
    if len(losses) < 2:
        return float("inf")
    return float(losses.std(ddof=1) / sqrt(len(losses)))


def resampled(
    losses: Array, level: float, *, seed: int, resamples: int = RESAMPLES
) -> tuple[Spread, Spread]:
    """Spread of value at risk and of tail value at risk over resampled years.

    A resample draws n years with replacement. Only its worst k = n (1 - level) matter, so only
    the top of the sample is drawn: how many of the n draws fall there is binomial.
    """
    count = len(losses)
    kept = count * (1 - level)
    reach = min(count, ceil(kept + 10 * sqrt(kept)) + 10)
    top = np.sort(np.partition(losses, count - reach)[count - reach :])
    draws = np.random.default_rng([seed, count])
    rank = ceil(count * level - ROUNDING)
    thresholds, means = np.zeros(resamples), np.zeros(resamples)
    for i in range(resamples):
        size = int(draws.binomial(count, reach / count))
        sample = np.sort(top[draws.integers(reach, size=size)])
        below = count - size
        place = max(rank - 1 - below, 0)
        thresholds[i] = sample[place]
        above = sample[place + 1 :]
        means[i] = (above.sum() + (kept - len(above)) * thresholds[i]) / kept
    return _spread(thresholds), _spread(means)


def paired_errors(
    before: Array, after: Array, level: float, *, seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Standard errors of the changes of value at risk and of tail value at risk, in USD.

    ``before`` and ``after`` (years,) are two answers for the same years, so a resample takes a
    year's two losses together. As in :func:`resampled` only the top of either is drawn.
    """
    count = len(before)
    kept = count * (1 - level)
    reach = min(count, ceil(kept + 10 * sqrt(kept)) + 10)
    largest = [np.argpartition(one, count - reach)[count - reach :] for one in (before, after)]
    top = np.union1d(*largest)
    answers = []
    for one in (before, after):
        order = np.argsort(-one[top], kind="stable")
        answers.append((order, one[top][order]))
    draws = np.random.default_rng([seed, count])
    changes = np.zeros((resamples, 2))
    for i in range(resamples):
        size = int(draws.binomial(count, len(top) / count))
        times = np.bincount(draws.integers(len(top), size=size), minlength=len(top))
        old, new = (_tail_of(values, times[order], count, level) for order, values in answers)
        changes[i] = new - old
    errors = changes.std(axis=0, ddof=1)
    return float(errors[0]), float(errors[1])


def _tail_of(values: Array, times: NDArray[np.int64], count: int, level: float) -> Array:
    """Value at risk and tail value at risk of falling ``values``, each drawn ``times``: (2,)."""
    kept = count * (1 - level)
    drawn = np.cumsum(times)
    rank = max(1, ceil(count * level - ROUNDING))
    place = min(int(np.searchsorted(drawn, count - rank + 1)), len(values) - 1)
    above = float(values[:place] @ times[:place])
    rest = kept - float(drawn[place - 1] if place else 0)
    return np.array([values[place], (above + rest * values[place]) / kept])


def return_level(losses: Array, period: float) -> float:
    """The loss reached or exceeded once in ``period`` years, in USD; at least that many years.

    The r-th largest of n years has the return period n / r; between ranks the loss is straight in
    the return period.
    """
    ordered = np.sort(losses)
    periods = len(losses) / np.arange(len(losses), 0, -1)
    return float(np.interp(period, periods, ordered))


def _spread(values: Array) -> Spread:
    low, high = np.quantile(values, (0.05, 0.95))
    return Spread(standard_error=float(values.std(ddof=1)), low=float(low), high=float(high))
