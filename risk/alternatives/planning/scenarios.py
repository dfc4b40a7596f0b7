"""Years in which options are compared: drawn world by world, the worst kept closely.

In each of the first worlds years are drawn from its rates: what comes at most once does or does
not, everything else so and so often. An option loses in a year what its disruptions cost on average
in that world, so that startups that one disruption reaches are hit in the same years. Of the drawn
years the fifth with the worst losses under any choice is kept closely and the others coarsely, each
with the weight of those it stands for. docs/plan.md.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.loss.hazards import Hazards
from risk.loss.rates import RATE_DRAWS

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Worlds in which years are drawn, and how many in all of them together.
WORLDS, YEARS = 16, 4_096
#: Share of the years that is kept closely, and share of the scenarios that stand for them.
WORST_YEARS = 0.2
WORST_SCENARIOS = 0.8


def losses_in_years(
    by_event: Array,
    rates: Array,
    hazards: Hazards,
    startup: Integers,
    *,
    years: int = YEARS,
    seed: int = 0,
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
        draws = np.random.default_rng([seed, k])
        mean = np.maximum(rates[k, 0], 1e-300)
        cost = by_event[k] / mean
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
    parts = [(order[:cut], close), (order[cut:], count - close)]
    picked, weights = [], []
    for years, number in parts:
        edges = np.linspace(0, len(years), min(number, len(years)) + 1).astype(np.int64)
        picked.append(years[(edges[:-1] + edges[1:]) // 2])
        weights.append(np.diff(edges) / len(order))
    return np.concatenate(picked), np.concatenate(weights)


def envelope(columns: Array | Sequence[Array], owner: Integers, dependencies: int) -> Array:
    """The most that could be lost in each year under any choice, (years,)."""
    worst = np.zeros((dependencies, len(columns[0]) if len(columns) else 0))
    for column, number in zip(columns, owner, strict=True):
        np.maximum(worst[number], column, out=worst[number])
    return np.asarray(worst.sum(axis=0))
