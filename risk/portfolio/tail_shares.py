"""Who carries the tail of a portfolio's year: exposures, startups, roots, kinds.

By the Mecke formula each part is a sum over events, with the event's own mixing size-biased
(:mod:`risk.portfolio.annual_law`). docs/method.md §4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.engine.valuation import measure, value
from risk.hazard.events import Event
from risk.measures import survival
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


def tail_shares(year: ExactYear, *, level: float) -> TailShares:
    """Who carries the tail: every exposure, startup and event (Euler contributions)."""
    prepared, states = year.prepared, year.prepared.states
    quantile = year.var_usd(level)
    tables = year.law.reached(tuple(year.groups.values()))
    reached = dict(zip(year.groups, tables, strict=True))

    def weight(event: int, losses: Array) -> Array:
        return year.law.weights(reached[year.group_of[event]], losses, quantile)

    weights = np.zeros_like(year.losses)
    by_event = np.zeros(len(states.events))
    for event in np.unique(states.pattern_event):
        rows = states.pattern_event == event
        weights[rows] = weight(int(event), year.losses[rows])
    parts = (year.rates * weights * year.losses).sum(axis=1)
    np.add.at(by_event, states.pattern_event, parts)
    shared = np.where(states.each_customer, 0.0, year.event_rates)
    found = value(prepared, measure(states, shared, weights), deposit=False)
    by_row, by_startup = found.rows.copy(), found.by_startup(prepared)
    for one in year.customers:
        rate = year.customer_rates(one) * weight(one.event, one.loss)
        by_startup[one.startup] += (rate * one.loss).sum(axis=1)
        by_event[one.event] += float((rate * one.loss).sum())
        np.add.at(by_row, one.rows, (rate[one.row_of] * one.row_loss).sum(axis=1))
    total, raw = year.tvar_usd(level), float(by_startup.sum())
    scale = total / raw if raw > 0 else 0.0
    return TailShares(
        level=level,
        by_startup=by_startup * scale,
        by_row=by_row * scale,
        by_event=by_event * scale,
        sum_error=_sum_error(year, level, raw),
    )


def _sum_error(year: ExactYear, level: float, raw: float) -> float:
    """Σ E[part 1{S >= v}] - v (P(S >= v) - (1 - level)) is (1 - level) TVaR but for the grid."""
    quantile, total = year.var_usd(level), year.tvar_usd(level)
    reached = survival(year.law.law)[0]
    at = float(reached[round(quantile / float(year.law.law.step[0]))])
    expected = (1 - level) * (total - quantile) + quantile * at
    return abs(raw - expected) / max(expected, 1e-12)
