"""The largest single disruption of a portfolio's year, over all worlds.

A disruption stays below a loss in a year with chance 1 - p·P(L > x) if it comes at most once, and
e^(-λ·P(L > x)) otherwise; they come independently of each other, inside a world. docs/method.md §5.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from risk.loss.books import BookYear, outages_of
from risk.loss.valuing import Ground, Kept
from risk.loss.years import CELLS, Masses

Array = NDArray[np.float64]

#: Losses at which the law is told, evenly spread in their logarithm.
POINTS = 256


def largest_losses(ground: Ground, kept: Kept, year: BookYear) -> tuple[Array, Array]:
    """Losses in USD, and the chance that one disruption of a year costs more, (POINTS,) each."""
    top = max(1.0, *(_most(one) for one in year.masses))
    losses = np.geomspace(max(top * 1e-6, 1.0), top * 1.001, POINTS)
    above = np.zeros(POINTS)
    draws = ground.worlds.rates.shape[1] - 1
    for k, masses in enumerate(year.masses):
        given = _above(ground, kept, year, losses, k)
        often = ground.worlds.rates[k, 1:]
        once = ground.worlds.hazards.once
        for rates in often:
            log_below = -rates[~once] @ given[~once]
            rare = np.log1p(-np.minimum(rates[once, None] * given[once], 1 - 1e-12))
            log_below += rare.sum(axis=0)
            log_below += _alone(masses, losses, rates)
            above += 1 - np.exp(log_below)
    return losses, above / (draws * len(year.masses))


def _most(masses: Masses) -> float:
    return float(max(masses.loss.max(initial=0.0) * 4, masses.alone_loss.max(initial=0.0)))


def _above(ground: Ground, kept: Kept, year: BookYear, losses: Array, k: int) -> Array:
    """P(loss > x) given each disruption, (events, POINTS)."""
    events = len(ground.worlds.hazards.events)
    felt, weights = outages_of(ground, kept, k)
    found = np.zeros((events, len(losses)))
    place = np.searchsorted(losses, felt.ravel(), side="left")
    _add_above(found, np.repeat(np.arange(events), felt.shape[1]), place, weights.ravel())
    step = float(year.step[k])
    hit, given = year.masses[k].transforms(step)
    if len(hit):
        law = np.clip(fft.irfft(given, n=CELLS, axis=1), 0.0, None)
        survival = np.cumsum(law[:, ::-1], axis=1)[:, ::-1]
        # Straight between cells.
        cell = np.minimum(losses / step, CELLS - 1.0)
        low = np.minimum(cell.astype(np.int64), CELLS - 2)
        before = survival[:, low]
        found[hit] += before + (cell - low) * (survival[:, low + 1] - before)
    return found


def _add_above(
    found: Array, event: NDArray[np.int64], place: NDArray[np.int64], chance: Array
) -> None:
    """Add the chance of losses to all points below each."""
    counted = np.zeros((len(found), found.shape[1] + 1))
    np.add.at(counted, (event, place), chance)
    found += counted[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]


def _alone(masses: Masses, losses: Array, rates: Array) -> Array:
    """Ln P(no customer's own disruption costs more than x), (POINTS,)."""
    place = np.searchsorted(losses, masses.alone_loss, side="left")
    chance = np.minimum(rates[masses.alone_event], 1 - 1e-12)
    counted = np.bincount(place, masses.alone_number * np.log1p(-chance), len(losses) + 1)
    return np.asarray(counted[::-1].cumsum()[::-1][1:])
