"""Years drawn one disruption at a time, plainly: what the engine's laws of a year are held against.

Losses come from :mod:`tests.oracle.one_startup`; nothing here is shared with the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.hazard.events import Event
from risk.inventory.records import Startup
from tests.oracle import one_startup as plain
from tests.oracle.book import events_behind
from tests.oracle.patterns import EventPatterns, event_patterns
from tests.oracle.places import PlacedStartup, place_startup


@dataclass(frozen=True)
class Disruption:
    """One disruption: chance or rate, and each startup's loss by pattern and length, with weights.

    ``parts`` (ways, startups), ``weights`` (ways,).
    """

    once: bool
    often: float
    parts: np.ndarray
    weights: np.ndarray

    @property
    def losses(self) -> np.ndarray:
        """Of all startups together, (ways,)."""
        return self.parts.sum(axis=1)


def disruptions(
    startups: Sequence[Startup],
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    begins: Sequence[float] = (),
) -> list[Disruption]:
    """Everything that can happen to some startups; whom a disruption hits, it hits together.

    ``begins`` says when each begins to leave a model that ends; without it all do in time.
    """
    placed = [place_startup(one, catalog, today) for one in startups]
    chain, events = events_behind(startups, catalog=catalog, assumptions=assumptions, today=today)
    found = []
    for event in events:
        patterns = event_patterns(chain, event)
        hit = [
            (one, where)
            if event.only_startup in (None, one.name)
            and event.only_country in (None, one.country or "")
            else None
            for one, where in zip(startups, placed, strict=True)
        ]
        one = _disruption(event, patterns, hit, assumptions, begins or [0.0] * len(startups))
        if one.losses.any():
            found.append(one)
    return found


def _disruption(
    event: Event,
    patterns: EventPatterns,
    hit: list[tuple[Startup, PlacedStartup] | None],
    a: Assumptions,
    begins: Sequence[float],
) -> Disruption:
    once = event.kind in plain.ONCE
    often = event.rate_per_year
    if once:
        often = 1.0 if event.dated else 1 - exp(-often)
    losses, weights = [], []
    for pattern, chance in enumerate(patterns.probability):
        for days, weight in plain.lengths(event):
            losses.append(
                [
                    0.0
                    if one is None
                    else plain.startup_loss(one[0], patterns, pattern, one[1], days, a, late)
                    for one, late in zip(hit, begins, strict=True)
                ]
            )
            weights.append(float(chance) * weight)
    return Disruption(once, often, np.array(losses, dtype=float), np.array(weights))


def drawn_years(found: Sequence[Disruption], years: int, seed: int) -> np.ndarray:
    """The loss of every startup in so many years, (years, startups)."""
    draw = np.random.default_rng(seed)
    total = np.zeros((years, found[0].parts.shape[1]))
    for one in found:
        count = (
            (draw.random(years) < one.often).astype(int)
            if one.once
            else draw.poisson(one.often, years)
        )
        edges = np.cumsum(one.weights)
        for _ in range(int(count.max(initial=0))):
            hit = np.flatnonzero(count > 0)
            # What is left of the weights is a pattern that hits nobody.
            place = np.searchsorted(edges, draw.random(len(hit)), side="right")
            nobody = np.zeros((1, one.parts.shape[1]))
            total[hit] += np.concatenate([one.parts, nobody])[place]
            count[hit] -= 1
    return total


def law_on_cells(found: Sequence[Disruption], cells: int = 2**14) -> tuple[np.ndarray, float]:
    """The exact law of a year by Fourier inversion on many cells: probabilities, and a cell."""
    mean = sum(one.often * float(one.losses @ one.weights) for one in found)
    square = sum(one.often * float(one.losses**2 @ one.weights) for one in found)
    step = (mean + 14 * square**0.5 + max(one.losses.max() for one in found)) / (cells - 1)
    transform = np.ones(cells // 2 + 1, dtype=complex)
    for one in found:
        place = one.losses / step
        low = place.astype(int)
        density = np.bincount(low, one.weights * (1 - (place - low)), minlength=cells)
        density += np.bincount(low + 1, one.weights * (place - low), minlength=cells)
        change = np.fft.rfft(density) - one.weights.sum()
        transform *= 1 + one.often * change if one.once else np.exp(one.often * change)
    law = np.clip(np.fft.irfft(transform, n=cells), 0, None)
    return law / law.sum(), step


def tail_mean(values: np.ndarray, chance: np.ndarray, level: float) -> float:
    """Mean of the worst 1 - level; ``values`` rise."""
    below = np.cumsum(chance) - chance
    taken = np.clip(below + chance - level, 0, chance)
    return float(values @ taken) / (1 - level)
