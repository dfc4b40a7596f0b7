"""Years in which options are compared: drawn from the events of the engine, the worst kept closely.

Falters that last (more than a day, or for good) are drawn as in a simulation, with common random
numbers for all options; short ones enter by their expected loss. Of the drawn years the fifth with
the worst losses under any choice is kept closely and the others coarsely, each with the weight of
those it stands for. docs/plan.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.variants import Setting, Variant, losses_of_case
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.event_losses import EventLoss
from risk.hazard.durations import DURATION_GRID
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.draws import occurrences
from risk.portfolio.event_table import read_curves
from risk.portfolio.simulation import BLOCK
from risk.portfolio.yearly_counts import market_years

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: An outage shorter than this enters by its expected loss only.
LONG_DAYS = 1.0
#: Share of the years that is kept closely, and share of the scenarios that stand for them.
WORST_YEARS = 0.2
WORST_SCENARIOS = 0.8


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """All occurrences of one event in the drawn years; arrays (hits,)."""

    years: Integers
    patterns: Integers
    days: Array


@dataclass(frozen=True, kw_only=True)
class Years:
    """The lasting falters of some thousand years, event by event.

    ``general`` can reach everybody, ``own`` those of one startup alone.
    """

    count: int
    drawn: Mapping[Event, Drawn]
    general: tuple[EventPatterns, ...]
    own: Mapping[str, tuple[EventPatterns, ...]]

    def events_for(self, startup: str) -> tuple[EventPatterns, ...]:
        """The events that can reach one startup."""
        return (*self.general, *self.own.get(startup, ()))

    def losses(self, variant: Variant, use_case: str, setting: Setting) -> Array:
        """What one use case loses in each year by lasting falters, (years,)."""
        total = np.zeros(self.count)
        events = self.events_for(variant.numbers.name)
        for loss in losses_of_case(variant, use_case, events, setting.assumptions):
            hits = self.drawn[loss.event]
            if len(hits.years):
                total += np.bincount(hits.years, _at(loss, hits), minlength=self.count)
        return total


def draw_years(events: Iterable[EventPatterns], setting: Setting, *, seed: int = 0) -> Years:
    """Draw one block of years of all lasting falters; the same seed draws the same years."""
    lasting = [one for one in events if one.event.kind is not FalterKind.DEGRADED]
    variance = setting.assumptions.frailty_variance
    market = market_years(frailty_variance=variance, seed=seed, size=BLOCK, years=BLOCK)
    drawn = {one.event: _drawn(one, market, seed) for one in lasting}
    own: dict[str, list[EventPatterns]] = {}
    for one in lasting:
        if one.event.only_startup is not None:
            own.setdefault(one.event.only_startup, []).append(one)
    return Years(
        count=BLOCK,
        drawn=drawn,
        general=tuple(one for one in lasting if one.event.only_startup is None),
        own={name: tuple(found) for name, found in own.items()},
    )


def _drawn(one: EventPatterns, market: Array | None, seed: int) -> Drawn:
    found = list(
        occurrences(one.event, one.probability, market, seed=seed, block=0, size=BLOCK, years=BLOCK)
    )
    years = np.concatenate([np.zeros(0, np.int64), *(each.years for each in found)])
    patterns = np.concatenate([np.zeros(0, np.int64), *(each.patterns for each in found)])
    days = np.concatenate([np.zeros(0), *(each.days for each in found)])
    kept = days > LONG_DAYS
    return Drawn(years=years[kept], patterns=patterns[kept], days=days[kept])


def _at(loss: EventLoss, hits: Drawn) -> Array:
    """The mean loss over unknown facts at every occurrence, nothing where it does not hit."""
    state = loss.pattern_state[hits.patterns]
    curves = loss.loss.total.mean(axis=1)
    if loss.event.kind in PERMANENT_KINDS:
        found = curves[np.maximum(state, 0), 0]
    else:
        days = np.minimum(hits.days, DURATION_GRID[-1])
        found = read_curves(curves, DURATION_GRID, np.maximum(state, 0), days)
    return np.where(state >= 0, found, 0.0)


def chosen_years(worst: Array, count: int) -> tuple[Integers, Array]:
    """Years that stand for all, and their weights (both (scenarios,)).

    ``worst`` (years,) is the most that could be lost in each year under any choice: systematic
    samples by its rank, close together where it is large.
    """
    order = np.argsort(-worst, kind="stable")
    cut = int(len(order) * WORST_YEARS)
    close = int(count * WORST_SCENARIOS)
    parts = [(order[:cut], close), (order[cut:], count - close)]
    picked, weights = [], []
    for years, number in parts:
        edges = np.linspace(0, len(years), min(number, len(years)) + 1).astype(np.int64)
        picked.append(years[(edges[:-1] + edges[1:]) // 2])
        weights.append(np.diff(edges) / len(order))
    return np.concatenate(picked), np.concatenate(weights)


def envelope(columns: Sequence[Array], owner: Integers, dependencies: int) -> Array:
    """The most that could be lost in each year under any choice, (years,)."""
    worst = np.zeros((dependencies, len(columns[0]) if columns else 0))
    for column, number in zip(columns, owner, strict=True):
        np.maximum(worst[number], column, out=worst[number])
    return np.asarray(worst.sum(axis=0))
