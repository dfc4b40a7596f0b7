"""The whole portfolio's year from the engine: its exact law.

Events of one row of the reference rates share one uncertain rate; outages and slowdowns share the
market's good and bad years (:mod:`risk.portfolio.annual_law`). docs/method.md §5.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.engine.customers import CustomerLosses, customer_losses
from risk.engine.valuation import Prepared, Valued, measure, portfolio_curves, value
from risk.measures import survival, tail_value_at_risk, value_at_risk
from risk.portfolio.annual_law import CELLS, AnnualLaw, EventMasses, annual_law

Array = NDArray[np.float64]

FRAIL, KNOWN = "frail", "known"
#: Uncertain rates that together add less than this share of the variance are taken as known.
NEGLIGIBLE_VARIANCE = 1e-5


@dataclass(frozen=True, kw_only=True)
class ExactYear:
    """The law of a year's loss, and the masses behind it.

    ``losses`` and ``rates`` (patterns, durations) are the portfolio's loss and its events a year;
    ``customers`` those of events that each customer has for itself. ``group_of`` says by event
    whose uncertainty it shares, ``groups`` holds the masses of each.
    """

    prepared: Prepared
    losses: Array
    rates: Array
    event_rates: Array
    customers: tuple[CustomerLosses, ...]
    group_of: tuple[Hashable, ...]
    groups: Mapping[Hashable, EventMasses]
    law: AnnualLaw

    @cached_property
    def aal_usd(self) -> float:
        """Expected loss a year."""
        alone = sum(float((one.loss * self.customer_rates(one)).sum()) for one in self.customers)
        return float((self.losses * self.rates).sum()) + alone

    def var_usd(self, level: float) -> float:
        """Value at risk of the year's sum."""
        return float(value_at_risk(self.law.law, level)[0])

    def tvar_usd(self, level: float) -> float:
        """Tail value at risk of the year's sum."""
        return float(tail_value_at_risk(self.law.law, level)[0])

    def aep_usd(self, return_period: float) -> float:
        """The year's sum that is reached or exceeded once in so many years."""
        reached = survival(self.law.law)[0]
        cell = int(np.flatnonzero(reached >= 1 / return_period)[-1])
        return float(cell * self.law.law.step[0])

    def oep_usd(self, return_period: float) -> float:
        """The largest single event of a year that is exceeded once in so many years.

        P(none above x) = exp(-Λ) for known rates, (1 + Λ/a)^-a for an uncertain one and
        (1 + θΛ)^(-1/θ) for the frail, with Λ the events a year above x.
        """
        exceeded, largest = self._largest_event
        cells = np.flatnonzero(exceeded >= 1 / return_period)
        if not len(cells):
            return 0.0
        above = largest[cells[-1] + 1 :]
        return float(above[above > 0][0])

    def grid_error(self, level: float) -> float:
        """How far the grid moves the tail value at risk, as a share of it.

        By Richardson: the error falls with the square of a cell, so a third of what half as many
        cells change.
        """
        cells = self.law.law.probability.shape[1]
        coarse = annual_law(
            tuple(self.groups.values()),
            frailty_variance=self.law.frailty_variance,
            cells=cells // 2,
        )
        fine = self.tvar_usd(level)
        other = float(tail_value_at_risk(coarse.law, level)[0])
        return abs(fine - other) / 3 / fine if fine > 0 else 0.0

    @cached_property
    def _largest_event(self) -> tuple[Array, Array]:
        """P(largest event beyond cell), and the largest loss in each cell; both (cells,)."""
        cells, step = self.law.law.probability.shape[1], float(self.law.law.step[0])
        log_none, largest = np.zeros(cells), np.zeros(cells)
        variance = self.law.frailty_variance
        for name, one in self.groups.items():
            place = np.minimum(np.ceil(one.losses / step).astype(np.int64), cells - 1)
            rates = one.probability * one.rate_per_year
            rate = np.bincount(place, weights=rates, minlength=cells)
            np.maximum.at(largest, place, one.losses)
            above = np.append(rate[::-1].cumsum()[::-1][1:], 0.0)
            if name == FRAIL and variance > 0:
                log_none -= np.log1p(variance * above) / variance
            elif one.rate_shape is not None:
                log_none -= one.rate_shape * np.log1p(above / one.rate_shape)
            else:
                log_none -= above
        return np.asarray(-np.expm1(log_none)), largest

    def customer_rates(self, one: CustomerLosses) -> Array:
        """Events a year by duration, (1, durations) or (1, 1)."""
        rate = self.event_rates[one.event] * one.probability
        return np.asarray(rate * self.prepared.states.weights[[one.event], : one.loss.shape[1]])


def exact_year(
    prepared: Prepared,
    valued: Valued,
    *,
    frailty_variance: float,
    event_rates: Array | None = None,
    before: ExactYear | None = None,
    cells: int = CELLS,
) -> ExactYear:
    """The law of the year's loss of a valued portfolio.

    ``event_rates`` (events,) replaces the catalogue's rates. What events cost does not depend on
    how often they come, so it is taken over from the law ``before``, if there is one.
    """
    return year_of_losses(
        prepared,
        before.losses if before else portfolio_curves(prepared.states, valued.curves),
        before.customers if before else tuple(customer_losses(prepared, valued)),
        frailty_variance=frailty_variance,
        event_rates=event_rates,
        cells=cells,
    )


def year_of_losses(
    prepared: Prepared,
    losses: Array,
    customers: tuple[CustomerLosses, ...],
    *,
    frailty_variance: float,
    event_rates: Array | None = None,
    cells: int = CELLS,
) -> ExactYear:
    """The law of a year in which events cost these ``losses`` (patterns, durations).

    ``customers`` are the losses of events that each customer has for itself.
    """
    states = prepared.states
    rates = states.rates if event_rates is None else event_rates
    mass = (states.probability * rates[states.pattern_event])[:, None]
    by_pattern = mass * states.weights[states.pattern_event]
    by_pattern[states.each_customer[states.pattern_event]] = 0.0
    pieces = _Pieces(prepared, rates)
    pieces.add_patterns(losses, by_pattern)
    for one in customers:
        pieces.add_customers(one)
    group_of = pieces.group_of()
    groups = pieces.masses(group_of)
    return ExactYear(
        prepared=prepared,
        losses=losses,
        rates=by_pattern,
        event_rates=rates,
        customers=customers,
        group_of=group_of,
        groups=groups,
        law=annual_law(tuple(groups.values()), frailty_variance=frailty_variance, cells=cells),
    )


def with_rates(
    prepared: Prepared, valued: Valued, year: ExactYear, event_rates: Array
) -> tuple[Array, ExactYear]:
    """Every startup's expected loss, (startups,), and the law, when rates are others.

    Only exposures that a changed event reaches are looked at again.
    """
    change = measure(prepared.states, event_rates - year.event_rates)
    moved = value(prepared, change, deposit=False, some=True)
    law = exact_year(
        prepared,
        valued,
        frailty_variance=year.law.frailty_variance,
        event_rates=event_rates,
        before=year,
        cells=year.law.law.probability.shape[1],
    )
    return valued.by_startup(prepared) + moved.by_startup(prepared), law


class _Pieces:
    """Losses and rates of every event's masses, gathered by whose uncertainty they share."""

    def __init__(self, prepared: Prepared, rates: Array) -> None:
        self.states = prepared.states
        self.rates = rates
        self.losses: list[list[Array]] = [[] for _ in self.states.events]
        self.masses_of: list[list[Array]] = [[] for _ in self.states.events]

    def add_patterns(self, losses: Array, rates: Array) -> None:
        """Masses of events that hit the whole portfolio."""
        starts = np.searchsorted(self.states.pattern_event, np.arange(len(self.states.events) + 1))
        for event in range(len(self.states.events)):
            rows = slice(starts[event], starts[event + 1])
            kept = rates[rows] > 0
            self.losses[event].append(losses[rows][kept])
            self.masses_of[event].append(rates[rows][kept])

    def add_customers(self, one: CustomerLosses) -> None:
        """Masses of an event that each customer has for itself."""
        width = one.loss.shape[1]
        weights = self.states.weights[one.event, :width]
        rate = self.rates[one.event] * one.probability * weights
        kept = weights > 0
        self.losses[one.event].append(one.loss[:, kept].ravel())
        self.masses_of[one.event].append(np.tile(rate[kept], len(one.loss)))

    def group_of(self) -> tuple[Hashable, ...]:
        """By event: frail, known, or the row of the reference rates whose uncertainty it has."""
        events = self.states.events
        expected = [self._moment(event, 1) for event in range(len(events))]
        variance = sum(self._moment(event, 2) for event in range(len(events)))
        shared: dict[Hashable, float] = {}
        shape: dict[Hashable, float] = {}
        for event, one in enumerate(events):
            if not one.frail and one.rate_shape is not None:
                shared[one.rate_group] = shared.get(one.rate_group, 0.0) + expected[event]
                shape[one.rate_group] = one.rate_shape
        spread = {name: shared[name] ** 2 / shape[name] for name in shared}
        small = sorted(spread, key=lambda name: spread[name])
        reached = np.cumsum([spread[name] for name in small])
        kept = small[int(np.searchsorted(reached, NEGLIGIBLE_VARIANCE * variance, "right")) :]
        uncertain = set(kept)
        return tuple(
            FRAIL if one.frail else one.rate_group if one.rate_group in uncertain else KNOWN
            for one in events
        )

    def masses(self, group_of: tuple[Hashable, ...]) -> dict[Hashable, EventMasses]:
        """The masses of each group as one event."""
        members: dict[Hashable, list[int]] = {}
        for event, name in enumerate(group_of):
            members.setdefault(name, []).append(event)
        found: dict[Hashable, EventMasses] = {}
        for name, events in members.items():
            losses = np.concatenate([part for event in events for part in self.losses[event]])
            rates = np.concatenate([part for event in events for part in self.masses_of[event]])
            total = float(rates.sum())
            found[name] = EventMasses(
                rate_per_year=total,
                rate_shape=None
                if name in (FRAIL, KNOWN)
                else self.states.events[events[0]].rate_shape,
                frail=name == FRAIL,
                losses=losses,
                probability=rates / total if total > 0 else rates,
                parts=np.zeros((0, len(losses))),
            )
        return found

    def _moment(self, event: int, power: int) -> float:
        return sum(
            float((rate * loss**power).sum())
            for rate, loss in zip(self.masses_of[event], self.losses[event], strict=True)
        )
