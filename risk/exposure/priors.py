"""What a fact probably is when nobody stated it: never zero, never the best case.

An unknown fact is drawn from its prior at evenly spread, shuffled quantiles (Latin hypercube).
The shuffle depends only on the fact's name, so results repeat and scenarios share their draws.
docs/method.md §4; every table here is judgement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk.inventory.records import Depth, ExitPlan, Fallback

Array = NDArray[np.float64]
Option = TypeVar("Option")

#: Draws of the unknown facts of one startup.
DRAWS = 32
#: Facts whose quantiles are remembered, some ten megabytes: a startup is often read again.
_REMEMBERED = 16_384
#: Standard normal quantile at 90 %.
Z90 = 1.2815515655446004

_MIDDLE: Array = np.array([0.5])
_MIDDLE.flags.writeable = False

CRITICALITY: Mapping[int, float] = {2: 0.10, 3: 0.30, 4: 0.40, 5: 0.20}
DEPTH: Mapping[Depth, float] = {
    Depth.GATEWAY: 0.05,
    Depth.RAW_API: 0.25,
    Depth.PROMPTS: 0.35,
    Depth.EMBEDDINGS: 0.10,
    Depth.AGENTS: 0.20,
    Depth.FINE_TUNED: 0.05,
}
FALLBACK: Mapping[Fallback, float] = {
    Fallback.AUTOMATIC: 0.05,
    Fallback.TESTED: 0.10,
    Fallback.UNTESTED: 0.15,
    Fallback.DOCUMENTED: 0.20,
    Fallback.NONE: 0.50,
}
EXIT_PLAN: Mapping[ExitPlan, float] = {
    ExitPlan.TESTED: 0.05,
    ExitPlan.WRITTEN: 0.20,
    ExitPlan.NONE: 0.75,
}


@dataclass
class FactDraws:
    """Draws for one startup; remembers which facts were unknown and how they were drawn."""

    startup: str
    count: int
    unknown: dict[str, Array] = field(default_factory=dict)

    def known_or_split_lognormal(
        self, name: str, value: float | None, points: tuple[float, float, float]
    ) -> Array:
        """``value`` repeated, or draws through the 10 %, 50 % and 90 % points (all positive)."""
        if value is not None:
            return np.full(self.count, float(value))
        low, middle, high = (np.log(point) for point in points)
        return np.asarray(np.exp(self._split_normal(name, low, middle, high)))

    def known_or_share(
        self, name: str, value: float | None, points: tuple[float, float, float]
    ) -> Array:
        """The same for a share: draws stay within 0 and 1."""
        if value is not None:
            return np.full(self.count, float(value))
        return np.clip(self._split_normal(name, *points), 0.0, 1.0)

    def known_or_choice(
        self, name: str, value: Option | None, table: Mapping[Option, float]
    ) -> tuple[Option, ...]:
        """``value`` repeated, or draws from a table of probabilities in its order."""
        if value is not None:
            return (value,) * self.count
        steps = np.cumsum(list(table.values()))
        places = np.searchsorted(steps, self._quantiles(name) * steps[-1])
        options = list(table)
        return tuple(options[min(int(place), len(options) - 1)] for place in places)

    def known_or_derived(self, name: str, value: float | None, derived: Array) -> Array:
        """``value`` repeated, or what follows from other facts."""
        return derived if value is None else np.full(self.count, float(value))

    def _split_normal(self, name: str, low: float, middle: float, high: float) -> Array:
        normal = ndtri(self._quantiles(name))
        spread = np.where(normal > 0, high - middle, middle - low) / Z90
        return np.asarray(middle + normal * spread)

    def _quantiles(self, name: str) -> Array:
        self.unknown[name] = _shuffled(self.startup, name, self.count)
        return self.unknown[name]


@lru_cache(maxsize=_REMEMBERED)
def _shuffled(startup: str, name: str, count: int) -> Array:
    """Evenly spread quantiles in an order of the fact's own, (count,), read-only."""
    if count == 1:
        return _MIDDLE
    seed = int.from_bytes(sha256(f"{startup}\n{name}".encode()).digest()[:8])
    found = (np.random.default_rng(seed).permutation(count) + 0.5) / count
    found.flags.writeable = False
    return found
