"""What every option leaves of a use case's year: expected loss and tail, all options at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.variants import Variant
from risk.assumptions import Assumptions
from risk.exposure.event_losses import duration_weights
from risk.exposure.own_year import CELLS, TAIL_LEVEL
from risk.exposure.side_by_side import KindLosses, losses_side_by_side
from risk.hazard.durations import NEGLIGIBLE_WEIGHT
from risk.hazard.patterns import EventPatterns
from risk.measures import compound_poisson, tail_value_at_risk

Array = NDArray[np.float64]
#: Rates (n,), losses (draws, n), and whether each counts in the law of a year (n,).
Masses = tuple[Array, Array, NDArray[np.bool_]]


def residuals(
    variants: Sequence[Variant],
    use_case: str,
    events: Sequence[EventPatterns],
    assumptions: Assumptions,
) -> list[tuple[float, float]]:
    """Expected loss a year and its tail (TVaR 95 %) of one use case in every variant, USD.

    The figures are those of :mod:`risk.exposure.own_year`. ``events`` are those that concern the
    startup.
    """
    masses: list[list[Masses]] = [[] for _ in variants]
    sides = [one.side(use_case) for one in variants]
    for losses in losses_side_by_side(sides, events, assumptions):
        for variant, found in _masses(losses, events).items():
            masses[variant].append(found)
    return [_figures(one) for one in masses]


def _masses(losses: KindLosses, events: Sequence[EventPatterns]) -> dict[int, Masses]:
    """Every (event, way, duration) of one kind as a mass, by variant."""
    of_events = {
        number: duration_weights(events[number].event, losses.grid)
        for number in {one.event for one in losses.hits}
    }
    rates = np.concatenate(
        [events[one.event].event.rate_per_year * one.ways.probability for one in losses.hits]
    )
    sizes = [len(one.ways.probability) for one in losses.hits]
    weights = np.repeat([of_events[one.event] for one in losses.hits], sizes, axis=0)
    mass = rates[:, None] * weights
    by_draw = np.moveaxis(losses.total, 1, 0)
    start: dict[int, int] = {}
    for one in losses.hits:
        start.setdefault(one.variant, one.first)
    edges = [*start.values(), len(rates)]
    found = {}
    for place, variant in enumerate(start):
        own = slice(edges[place], edges[place + 1])
        kept = (mass[own] > 0).ravel()
        values = by_draw[:, own].reshape(len(by_draw), -1)
        often = (weights[own] > NEGLIGIBLE_WEIGHT).ravel()
        found[variant] = mass[own].ravel()[kept], values[:, kept], often[kept]
    return found


def _figures(masses: list[Masses]) -> tuple[float, float]:
    """Expected loss and tail, the mean over the draws."""
    if not any(len(rates) for rates, _, _ in masses):
        return 0.0, 0.0
    rates, values, often = (
        np.concatenate([one[part] for one in masses], axis=-1) for part in range(3)
    )
    law = compound_poisson(values[:, often], rates[often], cells=CELLS)
    return float((values @ rates).mean()), float(tail_value_at_risk(law, TAIL_LEVEL).mean())
