"""Random numbers of the simulation: when an event happens, for how long, in which pattern."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event
from risk.portfolio.random_streams import Purpose, event_stream
from risk.portfolio.yearly_counts import yearly_counts

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, kw_only=True)
class Occurrences:
    """The k-th occurrences in the years that have one: each year (from 0) at most once.

    Arrays (hits,): ``patterns`` counts from 0 and ``days`` is infinite for a permanent falter.
    """

    years: Integers
    patterns: Integers
    days: Array


def occurrences(
    event: Event,
    probability: Array,
    market: Array | None,
    *,
    seed: int,
    block: int,
    size: int,
    years: int,
) -> Iterable[Occurrences]:
    """All occurrences of one event in one block of years, first those that come first in a year.

    Args:
        event: names the streams by what it is, not by its place in a list nor by its rate.
        probability: (patterns,) sums to 1.
        market: (years,) the block's factors on frail rates; None where they are 1.
        seed: of the whole simulation.
        block: number of the block.
        size: years that the block's streams are laid out for.
        years: how many of these are wanted; the first ones, whatever their number.
    """
    happens = yearly_counts(event, market, seed=seed, block=block, size=size, years=years)
    lasts = event_stream(event, Purpose.DURATIONS, seed=seed, block=block)
    shapes = event_stream(event, Purpose.PATTERNS, seed=seed, block=block)
    reach = np.cumsum(probability)
    for already in range(int(happens.max(initial=0))):
        hit = np.flatnonzero(happens > already)
        yield Occurrences(
            years=hit,
            patterns=_patterns(shapes, reach, hit, size),
            days=_days(event, lasts, hit, size),
        )


def start_days(event: Event, *, seed: int, block: int, size: int) -> Iterator[Array]:
    """The day of the year, 0 to 365, on which the first, second, ... occurrences begin: (size,).

    One array for each of :func:`occurrences`, without end; a stream of their own, so that drawing
    them changes nothing else.
    """
    stream = event_stream(event, Purpose.STARTS, seed=seed, block=block)
    while True:
        yield DAYS_PER_YEAR * stream.random(size)


def _patterns(shapes: np.random.Generator, reach: Array, hit: Integers, size: int) -> Integers:
    if len(reach) == 1:
        return np.zeros(len(hit), dtype=np.int64)
    uniform = shapes.random(size)[hit]
    found = np.searchsorted(reach, uniform * reach[-1], side="right")
    return np.asarray(np.minimum(found, len(reach) - 1), dtype=np.int64)


def _days(event: Event, lasts: np.random.Generator, hit: Integers, size: int) -> Array:
    law = event.duration
    if isinstance(law, LognormalDuration):
        normal = lasts.standard_normal(size)[hit]
        return np.asarray(np.exp(law.mu + law.sigma * normal))
    if isinstance(law, FixedDuration):
        return np.full(len(hit), law.days)
    return np.full(len(hit), np.inf)
