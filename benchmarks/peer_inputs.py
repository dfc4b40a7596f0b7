"""What the peers of the engine are given: the same exposures, events and drawn years, as arrays.

Worked out before the clock starts and for all peers alike: which exposures each pattern of each
event reaches, what switching costs each of them in that state, the curve of waiting of each state,
and the occurrences of every year. What is timed is what remains: the loss of every exposure in
every occurrence, the years' losses and every startup's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_reach import Reach
from risk.assumptions import Assumptions
from risk.engine.exposures import PortfolioColumns
from risk.engine.states import RouteStates
from risk.hazard.durations import DURATION_GRID
from risk.hazard.events import Event
from risk.portfolio.draws import occurrences
from risk.portfolio.event_table import between
from risk.portfolio.simulation import BLOCK
from risk.portfolio.yearly_counts import market_years

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class PeerInputs:
    """Years of events over a portfolio.

    Occurrences are sorted by year: ``year``, ``pattern`` and, for the duration, the place ``left``
    on the grid of ``curves`` and the ``share`` of the way to the next; ``year_start`` (years + 1,)
    is where each begins. A pattern has targets: ``target`` from ``pattern_start`` on. A target is
    a state of a route with a fallback of one sort: the ``shape`` of its curve, and its members
    from ``target_start`` on, with ``startup``, ``exposure``, ``margin`` a day and ``cost`` of
    switching. In an occurrence a member loses min(margin · curve(duration), cost).

    The first ``shared`` patterns hit the whole portfolio, the others one startup each.
    """

    year: Integers
    pattern: Integers
    left: Integers
    share: Array
    year_start: Integers
    pattern_start: Integers
    target: Integers
    shape: Integers
    target_start: Integers
    startup: Integers
    exposure: Integers
    margin: Array
    cost: Array
    curves: Array
    startups: int
    exposures: int
    shared: int

    @property
    def startup_of_exposure(self) -> Integers:
        """Whose each exposure is, (exposures,)."""
        found = np.zeros(self.exposures, dtype=np.int64)
        found[self.exposure] = self.startup
        return found

    def without_customers(self) -> "PeerInputs":
        """The same without what each customer has for itself."""
        kept = self.pattern < self.shared
        year = self.year[kept]
        return replace(
            self,
            year=year,
            pattern=self.pattern[kept],
            left=self.left[kept],
            share=self.share[kept],
            year_start=np.searchsorted(year, np.arange(self.years + 1)),
        )

    @property
    def years(self) -> int:
        """Years that were drawn."""
        return len(self.year_start) - 1

    def blocks(self, years: int, most_pairs: int) -> Iterator[slice]:
        """Occurrences of the first years, in blocks with about so many hit exposures."""
        members = np.diff(self.target_start)
        reached = np.concatenate([[0], np.cumsum(members[self.target])])
        hit = np.diff(reached[self.pattern_start])[self.pattern]
        pairs = np.concatenate([[0], np.cumsum(hit)])[self.year_start[: years + 1]]
        first = 0
        while first < years:
            last = int(np.searchsorted(pairs, pairs[first] + most_pairs, side="right")) - 1
            last = min(max(last, first + 1), years)
            yield slice(int(self.year_start[first]), int(self.year_start[last]))
            first = last

    def pairs(self, years: int) -> int:
        """Exposures hit in the first years, each as often as it is."""
        members = np.concatenate([[0], np.cumsum(np.diff(self.target_start)[self.target])])
        hit = np.diff(members[self.pattern_start])
        return int(hit[self.pattern[: self.year_start[years]]].sum())

    def save(self, path: Path) -> None:
        """Write everything to one file."""
        np.savez(path, **{one.name: getattr(self, one.name) for one in fields(self)})


class PeerAnswer(NamedTuple):
    """USD: ``year_losses`` (years,) and ``startup_losses`` (startups,), the sum over the years."""

    year_losses: Array
    startup_losses: Array


def no_losses(inputs: PeerInputs, years: int) -> PeerAnswer:
    """Nothing lost yet."""
    return PeerAnswer(np.zeros(years), np.zeros(inputs.startups))


def load_inputs(path: Path) -> PeerInputs:
    """Read what :meth:`PeerInputs.save` wrote."""
    with np.load(path) as held:
        whole = {"startups", "exposures", "shared"}
        return PeerInputs(
            **{name: int(held[name]) if name in whole else held[name] for name in held.files}
        )


def peer_inputs(
    columns: PortfolioColumns,
    states: RouteStates,
    assumptions: Assumptions,
    *,
    years: int,
    seed: int,
) -> PeerInputs:
    """Everything for so many years; the draws are those of the project's own simulation."""
    if columns.grouped:
        raise ValueError("The peers price exposures that stand alone; there are others here.")
    reach = Reach(columns, states, assumptions)
    drawn = _drawn(states, reach, assumptions, years=years, seed=seed)
    year, pattern, days = drawn
    left, share = between(DURATION_GRID, days)
    return PeerInputs(
        year=year,
        pattern=pattern,
        left=left,
        share=share,
        year_start=np.searchsorted(year, np.arange(years + 1)),
        pattern_start=reach.pattern_start,
        target=reach.target,
        shape=reach.shape,
        target_start=reach.target_start,
        startup=columns.exposures.startup[reach.exposure].astype(np.int64),
        exposure=reach.exposure,
        margin=columns.exposures.margin[reach.exposure],
        cost=reach.cost,
        curves=reach.curves,
        startups=len(columns.startups),
        exposures=len(columns.exposures),
        shared=len(states.probability),
    )


def _drawn(
    states: RouteStates, reach: Reach, assumptions: Assumptions, *, years: int, seed: int
) -> tuple[Integers, Integers, Array]:
    """Year, pattern and days of every occurrence, sorted by year."""
    parts: list[tuple[Integers, Integers, Array]] = []
    market = market_years(
        frailty_variance=assumptions.frailty_variance, seed=seed, size=BLOCK, years=years
    )
    for _, event, patterns, probability in events_to_draw(states, reach.own):
        for block, start in enumerate(range(0, years, BLOCK)):
            size = min(BLOCK, years - start)
            factors = None if market is None else market[start : start + size]
            for one in occurrences(
                event, probability, factors, seed=seed, block=block, size=BLOCK, years=size
            ):
                parts.append((one.years + start, patterns[one.patterns], one.days))
    year, pattern, days = (np.concatenate(one) for one in zip(*parts, strict=True))
    order = np.lexsort((pattern, year))
    return year[order], pattern[order], days[order]


def events_to_draw(
    states: RouteStates, own: Mapping[int, tuple[Integers, Array]]
) -> Iterator[tuple[int, Event, Integers, Array]]:
    """Each event's number, the event, its patterns and their probabilities, which sum to 1.

    What every customer has for itself is drawn as one event at the sum of their rates: ``own``
    has by event's number whom it may hit and with what probability.
    """
    for number, event in enumerate(states.events):
        if not states.each_customer[number]:
            patterns = np.flatnonzero(states.pattern_event == number)
            if len(patterns):
                yield number, event, patterns, states.probability[patterns]
        elif number in own:
            patterns, chance = own[number]
            total = float(chance.sum())
            every = replace(event, rate_per_year=event.rate_per_year * total)
            yield number, every, patterns, chance / total
