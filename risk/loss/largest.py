"""The largest single disruption of a portfolio's year, over all worlds.

A disruption stays below a loss in a year with chance 1 - p·P(L > x) if it comes at most once, and
e^(-λ·P(L > x)) otherwise; they come independently of each other, inside a world. docs/method.md §5.
"""

import numpy as np
from numpy.typing import NDArray

from risk.loss.books import BookYear, outages_of
from risk.loss.valuing import Ground, Kept
from risk.loss.years import Masses

Array = NDArray[np.float64]

#: Losses at which the law is told, evenly spread in their logarithm.
POINTS = 256


def largest_losses(ground: Ground, kept: Kept, year: BookYear) -> tuple[Array, Array]:
    """Losses (POINTS,) in USD, and the chance (POINTS,) that one disruption in a year costs more."""
    top = max(1.0, *(_most(one) for one in year.masses))
    losses = np.geomspace(max(top * 1e-6, 1.0), top * 1.001, POINTS)
    above = np.zeros(POINTS)
    draws = ground.worlds.rates.shape[1] - 1
    for k, masses in enumerate(year.masses):
        given = _above(ground, kept, masses, losses, k)
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


def _above(ground: Ground, kept: Kept, masses: Masses, losses: Array, k: int) -> Array:
    """P(loss > x) given each disruption, (events, POINTS).

    Parts of one disruption happen independently: of a few parts the others count at their mean.
    """
    events = len(ground.worlds.hazards.events)
    felt, weights = outages_of(ground, kept, k)
    found = np.zeros((events, len(losses)))
    place = np.searchsorted(losses, felt.ravel(), side="left")
    event = np.repeat(np.arange(events), felt.shape[1])
    _add_above(found, event, place, weights.ravel())
    parts = len(masses.event_of_part)
    if parts:
        mean = np.bincount(masses.part, masses.chance * masses.loss, parts).astype(np.float64)
        of_event = np.bincount(masses.event_of_part, mean, events)
        main = _main_parts(masses, mean, events)
        is_main = main[masses.event_of_part[masses.part]] == masses.part
        atom = np.flatnonzero(is_main)
        event = masses.event_of_part[masses.part[atom]]
        others = of_event[event] - mean[masses.part[atom]]
        place = np.searchsorted(losses, masses.loss[atom] + others, side="left")
        _add_above(found, event, place, masses.chance[atom])
    return found


def _main_parts(masses: Masses, mean: Array, events: int) -> NDArray[np.int64]:
    """The part of each event that costs most on average, (events,); -1: it has none."""
    order = np.argsort(mean, kind="stable")
    found = np.full(events, -1, dtype=np.int64)
    found[masses.event_of_part[order]] = order
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
