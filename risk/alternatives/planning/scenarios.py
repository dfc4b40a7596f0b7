"""Years in which options are compared: drawn world by world, the worst kept closely.

In each of the first worlds years are drawn from its rates: what comes at most once does or does
not, everything else so and so often. An option loses in a year what its disruptions cost on average
in that world, so that startups that one disruption reaches are hit in the same years. Of the drawn
years the fifth with the worst losses under any choice is kept closely and the others coarsely, each
with the weight of those it stands for. docs/plan.md.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.table import TAIL_LEVEL, Unsure, plan_ranges, ranges_of
from risk.loss.hazards import Hazards
from risk.loss.rates import RATE_DRAWS

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Few = NDArray[np.float32]

#: Worlds in which years are drawn, and how many in all of them together.
WORLDS, YEARS = 16, 4_096
#: Share of the years that is kept closely, and share of the scenarios that stand for them.
WORST_YEARS = 0.2
WORST_SCENARIOS = 0.8


@dataclass(frozen=True, kw_only=True)
class DrawnYears:
    """What every option loses in each year, and how unsure it is from world to world.

    ``base`` (scenarios,) is a year's loss if everybody stays, ``changes`` (scenarios, options) what
    each option changes of it, ``probability`` (scenarios,) sums to 1. ``loss`` (draws,) is what
    everybody loses a year who stays, ``removed`` (draws, options) what each option takes off it,
    ``first_year`` (worlds, options) what it costs in its first year.
    """

    base: Array
    changes: Array
    probability: Array
    loss: Few
    removed: Few
    first_year: Few

    @cached_property
    def marginal(self) -> Array:
        """Nothing: the tail is that of all choices together."""
        return np.zeros(self.changes.shape[1])

    def under(self, parts: Array) -> Array:
        """A year's loss in every scenario if ``parts`` (options,) are taken, (scenarios,)."""
        taken = np.flatnonzero(parts)
        return np.asarray(self.base + self.changes[:, taken] @ parts[taken])

    def weights(self, parts: Array) -> Array:
        """What every scenario counts in the tail under a choice, (scenarios,)."""
        return tail_weights(self.under(parts), self.probability)

    def tail(self, parts: Array) -> float:
        """TVaR 95 % under a choice."""
        return float(self.weights(parts) @ self.under(parts))

    def slope(self, parts: Array) -> Array:
        """What each option changes in the scenarios that are the tail under a choice."""
        return np.asarray(self.weights(parts) @ self.changes)

    def unsure(self, told: Integers, stay: Integers, more: Array) -> Unsure:
        """The ranges of options, added up world by world."""
        removed = self.removed[:, told] - self.removed[:, stay]
        paid = self.first_year[:, told] - self.first_year[:, stay] + more
        spent = ranges_of(paid.sum(axis=1)[:, None])[0]
        return Unsure(
            removed=ranges_of(removed),
            first_year=ranges_of(paid),
            ranges=plan_ranges(self.loss, removed.sum(axis=1), spent),
        )

    def widened(self, tvar95_usd: float) -> "DrawnYears":
        """The same with all losses drawn away from their means until today's tail is this one.

        Years are drawn from what disruptions cost on average; how differently one may pass on, and
        how long it may last, is left to the full model, whose tail is therefore wider.
        """
        mean = self.probability @ self.base
        own = self.tail(np.zeros(self.changes.shape[1])) - mean
        wider = (tvar95_usd - mean) / own if own > 0 and tvar95_usd > mean else 1.0
        change = self.probability @ self.changes
        return replace(
            self,
            base=mean + wider * (self.base - mean),
            changes=change + wider * (self.changes - change),
        )


def tail_weights(losses: Array, probability: Array) -> Array:
    """What every scenario counts in the mean of the worst 5 %, (scenarios,); the last one in part.

    They sum to 1.
    """
    order = np.argsort(-losses, kind="stable")
    tail = 1 - TAIL_LEVEL
    before = np.cumsum(probability[order]) - probability[order]
    weights = np.zeros(len(losses))
    weights[order] = np.clip(tail - before, 0.0, probability[order]) / tail
    return weights


def losses_in_years(
    by_event: Array, rates: Array, hazards: Hazards, startup: Integers, *, years: int
) -> Array:
    """What every option loses in drawn years, (options, years) in USD.

    ``by_event`` (worlds, options, disruptions) are expected losses of each world at the mean of its
    ``rates`` (worlds, 1 + draws, disruptions); ``startup`` (options,) says whose each option is:
    what every customer has for itself comes to each by itself.
    """
    worlds = len(by_event)
    edges = np.linspace(0, years, worlds + 1).astype(np.int64)
    found = np.zeros((by_event.shape[1], years))
    each = np.flatnonzero(hazards.each_customer)
    firms = int(startup.max(initial=-1)) + 1
    for k in range(worlds):
        own = slice(edges[k], edges[k + 1])
        count = int(edges[k + 1] - edges[k])
        draws = np.random.default_rng([0, k])
        cost = by_event[k] / np.maximum(rates[k, 0], 1e-300)
        often = rates[k, 1 + np.arange(count) % RATE_DRAWS]
        happens = _numbers(draws, often, hazards.once)
        happens[:, each] = 0.0
        found[:, own] = cost @ happens.T
        for event in each.tolist():
            alone = np.tile(often[:, event], (firms, 1))
            numbers = _numbers(draws, alone, np.full(count, hazards.once[event]))
            found[:, own] += cost[:, event, None] * numbers[startup]
    return found


def _numbers(draws: np.random.Generator, often: Array, once: NDArray[np.bool_]) -> Array:
    """How often disruptions come, given their rates, or their chances where at most once."""
    sure = draws.random(often.shape) < often
    return np.where(once, sure, draws.poisson(often)).astype(np.float64)


def chosen_years(worst: Array, count: int) -> tuple[Integers, Array]:
    """Years that stand for all, and their weights (both (scenarios,)).

    ``worst`` (years,) is the most that could be lost in each year under any choice: systematic
    samples by its rank, close together where it is large.
    """
    order = np.argsort(-worst, kind="stable")
    cut = int(len(order) * WORST_YEARS)
    close = int(count * WORST_SCENARIOS)
    picked, weights = [], []
    for years, number in ((order[:cut], close), (order[cut:], count - close)):
        edges = np.linspace(0, len(years), min(number, len(years)) + 1).astype(np.int64)
        picked.append(years[(edges[:-1] + edges[1:]) // 2])
        weights.append(np.diff(edges) / len(order))
    return np.concatenate(picked), np.concatenate(weights)
