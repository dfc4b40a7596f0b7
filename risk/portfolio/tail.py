"""The whole portfolio's year: exceedance curve, value at risk, and who carries the tail.

All startups hit by one event share its duration and its pattern, so their losses add up within
the event before the year is summed. docs/method.md §4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.exposure.event_losses import EventLoss
from risk.hazard.events import Event
from risk.hazard.patterns import distinct_rows
from risk.measures import (
    AnnualLossLaw,
    compound_poisson,
    survival,
    tail_contributions,
    tail_value_at_risk,
    value_at_risk,
)
from risk.portfolio.results import ExceedancePoint

Array = NDArray[np.float64]
CELLS = 2**15
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


@dataclass(frozen=True, kw_only=True)
class PortfolioYear:
    """Masses of the year: total loss and rate of each, (masses,), and each startup's part."""

    losses: Array
    rates: Array
    parts: Array
    startups: tuple[str, ...]
    law: AnnualLossLaw


def portfolio_year(
    losses: Mapping[str, tuple[EventLoss, ...]], events: Mapping[Event, Array]
) -> PortfolioYear:
    """Add the startups' mean losses within each event, pattern and duration.

    Args:
        losses: event losses by startup.
        events: for each event the probability of each of its patterns, (patterns,).
    """
    names = tuple(losses)
    by_event: dict[Event, dict[int, EventLoss]] = {}
    for place, name in enumerate(names):
        for one in losses[name]:
            by_event.setdefault(one.event, {})[place] = one
    blocks, rates = [np.zeros((len(names), 1))], [np.zeros(1)]
    for event, hit in by_event.items():
        block, rate = _event_masses(event, events[event], hit, len(names))
        blocks.append(block)
        rates.append(rate)
    parts, rate = np.concatenate(blocks, axis=1), np.concatenate(rates)
    total = parts.sum(axis=0)
    law = compound_poisson(total[None, :], rate, cells=CELLS)
    return PortfolioYear(losses=total, rates=rate, parts=parts, startups=names, law=law)


def _event_masses(
    event: Event, probability: Array, hit: Mapping[int, EventLoss], count: int
) -> tuple[Array, Array]:
    """Losses (startups, masses) and rates (masses,) of one event's distinct joint states."""
    places = list(hit)
    table = np.column_stack([hit[place].pattern_state for place in places]).astype(np.float64)
    first, where = distinct_rows(table)
    rows = table[first]
    chance = np.bincount(where, weights=probability, minlength=len(rows))
    weights = hit[places[0]].weights
    block = np.zeros((count, len(rows), len(weights)))
    for column, place in enumerate(places):
        curves = hit[place].loss.total.mean(axis=1)
        curves = np.concatenate([curves, np.zeros((1, curves.shape[1]))])
        block[place] = curves[rows[:, column].astype(np.int64)]
    rate = event.rate_per_year * np.outer(chance, weights).ravel()
    kept = rate > 0
    return block.reshape(count, -1)[:, kept], rate[kept]


def annual_measures(year: PortfolioYear) -> dict[str, float]:
    """Value at risk and tail value at risk at 95 % and 99 %, in USD."""
    found: dict[str, float] = {}
    for level, name in ((0.95, "95"), (0.99, "99")):
        found[f"var{name}_usd"] = float(value_at_risk(year.law, level)[0])
        found[f"tvar{name}_usd"] = float(tail_value_at_risk(year.law, level)[0])
    return found


def tail_shares(year: PortfolioYear, *, level: float = 0.95) -> dict[str, float]:
    """Each startup's contribution to the portfolio's tail value at risk; they sum to it (USD)."""
    shares = tail_contributions(year.losses, year.rates, year.parts, law=year.law, level=level)
    return dict(zip(year.startups, (float(one) for one in shares), strict=True))


def exceedance(year: PortfolioYear) -> tuple[ExceedancePoint, ...]:
    """Loss by return period: of the largest single event (OEP) and of the year's sum (AEP).

    OEP(x) = 1 - exp(-Σ rates of masses above x).
    """
    order = np.argsort(-year.losses)
    above = np.cumsum(year.rates[order])
    largest = year.losses[order]
    yearly = survival(year.law)[0]
    points = []
    for period in RETURN_PERIODS:
        rate = -np.log1p(-1 / period)
        place = int(np.searchsorted(above, rate))
        single = float(largest[place]) if place < len(largest) else 0.0
        cell = int(np.flatnonzero(yearly >= 1 / period)[-1])
        total = float(cell * year.law.step[0])
        points.append(
            ExceedancePoint(return_period_years=period, oep_usd=single, aep_usd=max(total, single))
        )
    return tuple(points)
