"""One startup with each sort of fact moved from its 10 % to its 90 % point, all else unmoved.

Draw 0 is the startup as it is, with the median of what nobody stated; then come two draws for
each sort of fact. docs/method.md §4.
"""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.exposure.priors import FactDraws

Array = NDArray[np.float64]
Option = TypeVar("Option")

#: Facts of the company, and facts of its use cases and dependencies.
COMPANY_FACTS = ("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers")
WORK_FACTS = ("criticality", "depth", "exit_plan", "fallback", "spend_usd")
SORTS = (*COMPANY_FACTS, *WORK_FACTS)
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


class FactProbes(FactDraws):
    """Draws that move one sort of fact at a time; a stated fact is moved like any other."""

    def __init__(self, startup: str) -> None:
        super().__init__(startup, 1 + 2 * len(SORTS))

    def known_or_split_lognormal(
        self, name: str, value: float | None, points: tuple[float, float, float]
    ) -> Array:
        """``value`` or the median, but for the two draws that move this fact."""
        return self._probed(name, points[1] if value is None else value, points)

    def known_or_share(
        self, name: str, value: float | None, points: tuple[float, float, float]
    ) -> Array:
        """The same for a share."""
        return self._probed(name, points[1] if value is None else value, points)

    def known_or_choice(
        self, name: str, value: Option | None, table: Mapping[Option, float]
    ) -> tuple[Option, ...]:
        """The same for an option of a table of probabilities in its order."""
        usual = _quantile(table, MIDDLE) if value is None else value
        found = [usual] * self.count
        place = _place(name)
        found[place : place + 2] = [_quantile(table, LOW), _quantile(table, HIGH)]
        return tuple(found)

    def known_or_derived(self, name: str, value: float | None, derived: Array) -> Array:
        """The same for what follows from other facts: it stays when these move."""
        found = np.full(self.count, float(derived[0] if value is None else value))
        place = _place(name)
        found[place : place + 2] = derived[place : place + 2]
        return found

    def _probed(self, name: str, usual: float, points: tuple[float, float, float]) -> Array:
        found = np.full(self.count, float(usual))
        place = _place(name)
        found[place : place + 2] = points[0], points[2]
        return found


def swings(score: Array) -> Mapping[str, float]:
    """How far each sort of fact moves the score, of which ``score`` (draws,) has every draw."""
    pairs = np.abs(score[2::2] - score[1::2])
    return {sort: float(swing) for sort, swing in zip(SORTS, pairs, strict=True)}


def _place(name: str) -> int:
    return 1 + 2 * SORTS.index(name.rpartition(" / ")[2])


def _quantile(table: Mapping[Option, float], level: float) -> Option:
    steps = np.cumsum(list(table.values()))
    place = int(np.searchsorted(steps, level * steps[-1]))
    return list(table)[min(place, len(table) - 1)]
