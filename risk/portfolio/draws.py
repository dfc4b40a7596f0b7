"""Random numbers of the simulation: when an event happens, for how long, in which pattern."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: What a stream is for; each purpose has its own, so that none shifts another's numbers.
COUNTS, DURATIONS, PATTERNS = range(3)
#: A year's count above this probability is not drawn; 1 in 10^13 years.
ALMOST_SURE = 1 - 1e-13


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
    *,
    rate_per_year: float,
    seed: int,
    block: int,
    size: int,
    years: int,
) -> Iterable[Occurrences]:
    """All occurrences of one event in one block of years, first those that come first in a year.

    Args:
        event: names the streams by what it is, not by its place in a list nor by its rate.
        probability: (patterns,) sums to 1.
        rate_per_year: mean count of a year.
        seed: of the whole simulation.
        block: number of the block.
        size: years that the block's streams are laid out for.
        years: how many of these are wanted; the first ones, whatever their number.
    """
    identity = _identity(event)
    counts = _stream(seed, identity, block, COUNTS).random(size)[:years]
    happens = inverse_poisson(counts, rate_per_year)
    lasts = _stream(seed, identity, block, DURATIONS)
    shapes = _stream(seed, identity, block, PATTERNS)
    reach = np.cumsum(probability)
    for already in range(int(happens.max(initial=0))):
        hit = np.flatnonzero(happens > already)
        yield Occurrences(
            years=hit,
            patterns=_patterns(shapes, reach, hit, size),
            days=_days(event, lasts, hit, size),
        )


def inverse_poisson(uniform: Array, rate: float) -> Integers:
    """The least n with P(N <= n) >= u, elementwise: never less for a higher rate."""
    most = int(poisson.ppf(ALMOST_SURE, rate)) + 1
    steps = poisson.cdf(np.arange(most), rate)
    return np.asarray(np.searchsorted(steps, uniform, side="left"), dtype=np.int64)


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


def _stream(seed: int, identity: int, block: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, identity, block, purpose])


def _identity(event: Event) -> int:
    """A number for what the event is: its rate, severity and duration may change under it."""
    words = (event.root, event.kind, event.level, event.only_startup, event.only_country)
    return int.from_bytes(sha256(repr(words).encode()).digest()[:8])
