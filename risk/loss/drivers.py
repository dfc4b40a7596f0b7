"""What drives an answer: each judged number moved to either end of its range, all else the same.

The portfolio, or a sample of its startups, is valued again in the first worlds with one variable of
judgement at its 10 and at its 90 % point. Draws of everything else stay, so that nothing but the
variable differs. docs/method.md §7.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.loss.draws import Z90
from risk.loss.exposures import Book, Exposures
from risk.loss.facts import priors_at
from risk.loss.judgement import VARIABLES, judgement_at, place_of
from risk.loss.laws import Laws, States
from risk.loss.valuing import MEAN, THREADS, ground_of, value
from risk.loss.worlds import Worlds, built_worlds

#: Worlds in which numbers are moved, and startups of which at most a sample is taken.
WORLDS, STARTUPS = 16, 1_000


#: Variables of judgement that change which states there are, how bad or how likely they are.
MOVES_STATES = frozenset(
    {
        *("fallback_shared_root", "region_share", "upstream_reach", "upstream_loss"),
        "what a developer's disruption does to other hosts",
    }
)


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One variable of judgement: the expected loss in USD a year with it at either end."""

    name: str
    numbers: tuple[str, ...]
    low: float
    high: float

    @property
    def swing(self) -> float:
        """How far it moves the expected loss."""
        return abs(self.high - self.low)


def drivers_of(
    book: Book,
    worlds: Worlds,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    names: Sequence[str] | None = None,
    startups: int = STARTUPS,
) -> tuple[Driver, ...]:
    """The variables of judgement, those that move the expected loss most first.

    ``names`` are those asked for (all, unless said). Of larger portfolios the figures are those of
    evenly spread ``startups``, scaled to all.
    """
    sample = sample_of(book.exposures, startups)
    scale = len(book.exposures) / max(len(sample), 1)
    count = min(WORLDS, worlds.count)

    def loss(variable: str, end: float) -> float:
        changed = moved(worlds, book, catalog, assumptions, variable=variable, end=end, count=count)
        y = value(sample, ground_of(book, changed)).y[:, :, MEAN]
        return float(y.sum(axis=1).mean()) * scale

    chosen = [one for one in VARIABLES if names is None or one.name in names]
    with ThreadPoolExecutor(THREADS) as pool:
        low = list(pool.map(lambda one: loss(one.name, -1.0), chosen))
        high = list(pool.map(lambda one: loss(one.name, 1.0), chosen))
    found = [
        Driver(name=one.name, numbers=(*one.rising, *one.falling), low=below, high=above)
        for one, below, above in zip(chosen, low, high, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.swing))


def sample_of(exposures: Exposures, startups: int) -> Exposures:
    """Evenly spread startups of a portfolio, or all of them."""
    if len(exposures) <= startups:
        return exposures
    places = (np.arange(startups) * len(exposures)) // startups
    return exposures.taken(places)


def moved(
    worlds: Worlds,
    book: Book,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    variable: str,
    end: float,
    count: int,
) -> Worlds:
    """The first ``count`` worlds, one judgement in all at its 10 % (-1) or 90 % (1) point."""
    z = worlds.judgement.z[:count].copy()
    z[:, place_of(variable)] = end * Z90
    judged = judgement_at(assumptions, z)
    priors = priors_at(assumptions, worlds.priors.common[:count])
    rates = worlds.rates[:count]
    known = None if variable in MOVES_STATES else first_laws(worlds.laws, count)
    return built_worlds(book, catalog, assumptions, judged, worlds.hazards, rates, priors, known)


def first_laws(laws: Laws, count: int) -> Laws:
    """The same in the first ``count`` worlds alone."""

    def first(states: States) -> States:
        return replace(
            states,
            chance=states.chance[:count],
            severity=states.severity[:count],
            backup=states.backup[:count],
        )

    return replace(
        laws,
        lasting=first(laws.lasting),
        outages=first(laws.outages),
        blocks=first(laws.blocks),
        ways=replace(laws.ways, chance=laws.ways.chance[:count]),
    )
