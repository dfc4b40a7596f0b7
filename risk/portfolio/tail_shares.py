"""Who carries the tail of a portfolio's year: exposures, startups, roots, kinds.

By the Mecke formula each part is a sum over events, with the event's own mixing size-biased
(:mod:`risk.portfolio.annual_law`). docs/method.md §5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.engine.customers import CustomerLosses
from risk.engine.valuation import Prepared, measure, value
from risk.hazard.events import Event
from risk.measures import at_least, survival
from risk.portfolio.exact_year import ExactYear

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TailShares:
    """Parts of the tail value at risk in USD; each sums to it. ``by_startup`` is in their order.

    ``by_row`` (rows,) is by row of :class:`Prepared`. ``sum_error`` is how far the parts missed
    the tail before they were scaled to it, relative to it.
    """

    level: float
    by_startup: Array
    by_row: Array
    by_event: Array
    sum_error: float

    def by_root(self, events: tuple[Event, ...]) -> dict[str, float]:
        """By the root that falters, largest first."""
        return self._by([one.root for one in events])

    def by_kind(self, events: tuple[Event, ...]) -> dict[str, float]:
        """By the kind of falter, largest first."""
        return self._by([str(one.kind) for one in events])

    def _by(self, names: list[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, part in zip(names, self.by_event, strict=True):
            found[name] = found.get(name, 0.0) + float(part)
        return dict(sorted(found.items(), key=lambda item: -item[1]))


@dataclass(frozen=True, kw_only=True)
class TailWeights:
    """How far each way of losing lies in the tail: P(S* + loss >= v), before it is scaled.

    ``patterns`` (patterns, durations) for events that hit the whole portfolio; ``reached`` holds
    P(S* >= cell) (cells,) of each event that every customer has for itself, on cells of ``step``
    USD. ``event_rates`` (events,) are per year. ``by_event`` (events,) are the events' parts, and
    ``scale`` makes all parts sum to the tail value at risk.
    """

    level: float
    quantile_usd: float
    step: float
    event_rates: Array
    patterns: Array
    reached: Mapping[int, Array]
    by_event: Array
    scale: float

    def of_customers(self, one: CustomerLosses, weights: Array) -> Array:
        """Events a year in the tail of one pattern, (hit, durations).

        ``weights`` (events, durations) integrate over durations.
        """
        above = self.reached[one.event]
        need = (self.quantile_usd - one.loss) / self.step
        tail = at_least(above, need)
        rate = self.event_rates[one.event] * one.probability
        return np.asarray(rate * weights[[one.event], : one.loss.shape[1]] * tail)


def tail_weights(year: ExactYear, *, level: float) -> TailWeights:
    """The weights of a portfolio's law, with which any part of the portfolio finds its shares."""
    states = year.prepared.states
    quantile = year.var_usd(level)
    tables = year.law.reached(tuple(year.groups.values()))
    reached = dict(zip(year.groups, tables, strict=True))
    patterns = np.zeros_like(year.losses)
    for event in np.unique(states.pattern_event):
        rows = states.pattern_event == event
        above = reached[year.group_of[int(event)]]
        patterns[rows] = year.law.weights(above, year.losses[rows], quantile)
    by_event = np.zeros(len(states.events))
    parts = (year.rates * patterns * year.losses).sum(axis=1)
    np.add.at(by_event, states.pattern_event, parts)
    found = TailWeights(
        level=level,
        quantile_usd=quantile,
        step=float(year.law.law.step[0]),
        event_rates=year.event_rates,
        patterns=patterns,
        reached={
            int(event): reached[year.group_of[int(event)]]
            for event in np.flatnonzero(states.each_customer)
        },
        by_event=by_event,
        scale=1.0,
    )
    for one in year.customers:
        by_event[one.event] += float((found.of_customers(one, states.weights) * one.loss).sum())
    total, raw = year.tvar_usd(level), float(by_event.sum())
    return replace(found, scale=total / raw if raw > 0 else 0.0)


def shares_by_row(
    prepared: Prepared, customers: Iterable[CustomerLosses], weights: TailWeights
) -> tuple[Array, Array]:
    """Parts of the tail of these rows, (rows,), and startups, (startups,), USD.

    ``prepared`` may be a part of the portfolio whose law gave the weights, with the same states.
    """
    states = prepared.states
    shared = np.where(states.each_customer, 0.0, weights.event_rates)
    found = value(prepared, measure(states, shared, weights.patterns), deposit=False)
    by_row, by_startup = found.rows.copy(), found.by_startup(prepared)
    for one in customers:
        rate = weights.of_customers(one, states.weights)
        by_startup[one.startup] += (rate * one.loss).sum(axis=1)
        by_row[one.rows] += (rate[one.row_of] * one.row_loss).sum(axis=1)
    return by_row * weights.scale, by_startup * weights.scale


def tail_shares(year: ExactYear, *, level: float) -> TailShares:
    """Who carries the tail: every exposure, startup and event (Euler contributions)."""
    weights = tail_weights(year, level=level)
    by_row, by_startup = shares_by_row(year.prepared, year.customers, weights)
    return TailShares(
        level=level,
        by_startup=by_startup,
        by_row=by_row,
        by_event=weights.by_event * weights.scale,
        sum_error=_sum_error(year, level, float(weights.by_event.sum())),
    )


def _sum_error(year: ExactYear, level: float, raw: float) -> float:
    """Σ E[part 1{S >= v}] - v (P(S >= v) - (1 - level)) is (1 - level) TVaR but for the grid."""
    quantile, total = year.var_usd(level), year.tvar_usd(level)
    reached = survival(year.law.law)[0]
    at = float(reached[round(quantile / float(year.law.law.step[0]))])
    expected = (1 - level) * (total - quantile) + quantile * at
    return abs(raw - expected) / max(expected, 1e-12)
