"""Ranges of shares of margin: what they are in 8 of 10 worlds, and how concentrated that makes it.

In each world every fact that nobody stated is drawn anew, and with it the margin that depends on
each developer. How far developers fall together counts at its mean. docs/method.md §5.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.loss.valuation import Valuation
from risk.portfolio.providers import dependents_of, interval_over
from risk.portfolio.results import Interval
from risk.portfolio.structure import independent_developers

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MarginRanges:
    """The 10 to 90 % ranges of shares (0..1) of the margin that depends on language models.

    ``developers`` are the shares of the concentration, ``providers`` what depends on each provider
    directly or through others. ``equal_ones`` is as how many equal developers that fall
    independently they count. Nothing and None where no margin is known.
    """

    developers: Mapping[str, Interval]
    providers: Mapping[str, Interval]
    equal_ones: Interval | None


def margin_ranges(valuation: Valuation) -> MarginRanges:
    """The ranges of a portfolio's shares; it costs a look at every company in every world."""
    found = dependents_of(valuation)
    providers = {name: one.margin_range for name, one in found.items()}
    independent = independent_developers(valuation)
    if independent.effective_number is None:
        return MarginRanges(developers={}, providers={}, equal_ones=None)
    developer_of = [developer for developer, _ in found.routes.dependence.pairs]
    names = sorted(set(developer_of))
    place = {name: number for number, name in enumerate(names)}
    drawn = found.routes.drawn_by_pair
    # Added one by one: a product of matrices differs in its last digits from process to process.
    shares = np.zeros((len(drawn), len(names)))
    for pair, developer in enumerate(developer_of):
        shares[:, place[developer]] += drawn[:, pair]
    together = np.eye(len(names))
    for (one, other), falls in independent.falls_with.items():
        together[place[one], place[other]] = together[place[other], place[one]] = falls
    # A world in which nobody has any margin has no shares.
    known = shares[shares.sum(axis=1) > 0]
    return MarginRanges(
        developers={name: interval_over(shares[:, place[name]]) for name in names},
        providers={name: reach for name, reach in providers.items() if reach is not None},
        equal_ones=interval_over(1 / _concentration(known, together)),
    )


def _concentration(shares: Array, together: Array) -> Array:
    """The Herfindahl index of shares in each world, (worlds,), of those who fall together."""
    found = np.zeros(len(shares))
    for one in range(shares.shape[1]):
        for other in range(shares.shape[1]):
            found += together[one, other] * shares[:, one] * shares[:, other]
    return found
