"""Years in which options are compared: drawn from the events of the engine, the worst kept closely.

Falters that last (more than a day, or for good) are drawn once, the same for all options; short
ones enter by their expected loss. Of the drawn years the fifth with
the worst losses under any choice is kept closely and the others coarsely, each with the weight of
those it stands for. docs/plan.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.variants import Setting, Variant
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.event_losses import concerns
from risk.exposure.side_by_side import KindLosses, losses_side_by_side
from risk.hazard.durations import DURATION_GRID, days_beyond, share_beyond
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.event_table import between
from risk.portfolio.random_streams import Purpose, event_stream
from risk.portfolio.simulation import BLOCK
from risk.portfolio.yearly_counts import market_years, yearly_counts

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: An outage shorter than this enters by its expected loss only.
LONG_DAYS = 1.0
#: The model's grid from there on.
LONG_GRID: Array = DURATION_GRID[np.searchsorted(DURATION_GRID, LONG_DAYS * (1 - 1e-9)) :]
#: Share of the years that is kept closely, and share of the scenarios that stand for them.
WORST_YEARS = 0.2
WORST_SCENARIOS = 0.8


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """All occurrences of one event in the drawn years; arrays (hits,).

    ``left`` and ``share`` say where their days lie on the grid of long falters: the point before
    and the share of the way to the next. A permanent falter is at the grid's first point.
    """

    years: Integers
    patterns: Integers
    left: Integers
    share: Array


@dataclass(frozen=True, kw_only=True)
class Years:
    """The lasting falters of some thousand years, event by event.

    ``reaching`` lists by node the events that reach it.
    """

    count: int
    drawn: Mapping[Event, Drawn]
    reaching: Mapping[str, tuple[EventPatterns, ...]]

    def losses(self, variants: Sequence[Variant], use_case: str, setting: Setting) -> Array:
        """What a use case of one startup loses by lasting falters: (variants, years)."""
        total = np.zeros(len(variants) * self.count)
        sides = [one.side(use_case) for one in variants]
        nodes = dict.fromkeys(node.endpoint for one in sides for node in one.nodes)
        reaching = {id(one): one for node in nodes for one in self.reaching.get(node, ())}
        numbers = variants[0].numbers
        events = tuple(one for one in reaching.values() if concerns(one.event, numbers))
        for found in losses_side_by_side(sides, events, setting.assumptions, grid=LONG_GRID):
            self._add(found, events, total)
        return total.reshape(len(variants), self.count)

    def _add(self, losses: KindLosses, events: Sequence[EventPatterns], total: Array) -> None:
        """Add the mean loss over unknown facts at every occurrence that hits a variant."""
        curves = losses.total.mean(axis=1)
        places, values = [], []
        for one in losses.hits:
            drawn = self.drawn[events[one.event].event]
            way = one.ways.place[drawn.patterns]
            hit = way >= 0
            row, left, share = one.first + way[hit], drawn.left[hit], drawn.share[hit]
            after = np.minimum(left + 1, curves.shape[1] - 1)
            places.append(one.variant * self.count + drawn.years[hit])
            values.append(curves[row, left] * (1 - share) + curves[row, after] * share)
        total += np.bincount(np.concatenate(places), np.concatenate(values), minlength=len(total))


def draw_years(
    events: Iterable[EventPatterns], setting: Setting, *, blocks: int = 1, seed: int = 0
) -> Years:
    """Draw some blocks of years of all lasting falters; the same seed draws the same years."""
    count = blocks * BLOCK
    variance = setting.assumptions.frailty_variance
    market = market_years(frailty_variance=variance, seed=seed, size=BLOCK, years=count)
    of_blocks = [None] * blocks if market is None else np.split(market, blocks)
    drawn: dict[Event, Drawn] = {}
    reaching: dict[str, list[EventPatterns]] = {}
    for one in events:
        if one.event.kind is FalterKind.DEGRADED:
            continue
        found = _joined([_drawn(one, good, seed, block) for block, good in enumerate(of_blocks)])
        if not len(found.years):
            continue
        drawn[one.event] = found
        for node in one.severity:
            reaching.setdefault(node, []).append(one)
    return Years(
        count=count,
        drawn=drawn,
        reaching={node: tuple(listed) for node, listed in reaching.items()},
    )


def _joined(blocks: Sequence[Drawn]) -> Drawn:
    if len(blocks) == 1:
        return blocks[0]
    return Drawn(
        years=np.concatenate([one.years for one in blocks]),
        patterns=np.concatenate([one.patterns for one in blocks]),
        left=np.concatenate([one.left for one in blocks]),
        share=np.concatenate([one.share for one in blocks]),
    )


def _drawn(one: EventPatterns, market: Array | None, seed: int, block: int) -> Drawn:
    """Occurrences that last: as many as there are of all, thinned by how often one lasts.

    A Poisson number of falters of which each lasts with the same probability is a Poisson number
    of lasting ones, whatever the rate, and their lengths follow the law beyond :data:`LONG_DAYS`.
    """
    event, law = one.event, one.event.duration
    beyond = share_beyond(law, LONG_DAYS)
    rare = replace(event, rate_per_year=event.rate_per_year * beyond)
    happens = yearly_counts(rare, market, seed=seed, block=block, size=BLOCK, years=BLOCK)
    years = np.repeat(np.arange(BLOCK), happens)
    shapes = event_stream(event, Purpose.PATTERNS, seed=seed, block=block)
    reach = np.cumsum(one.probability)
    patterns = np.searchsorted(reach, shapes.random(len(years)) * reach[-1], side="right")
    left, share = np.zeros(len(years), np.int64), np.zeros(len(years))
    if event.kind not in PERMANENT_KINDS:
        lasts = event_stream(event, Purpose.DURATIONS, seed=seed, block=block)
        days = days_beyond(law, LONG_DAYS, lasts.random(len(years)))
        left, share = between(LONG_GRID, days)
    return Drawn(
        years=years + block * BLOCK,
        patterns=np.minimum(patterns, len(reach) - 1),
        left=left,
        share=share,
    )


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


def envelope(columns: Sequence[Array], owner: Integers, dependencies: int) -> Array:
    """The most that could be lost in each year under any choice, (years,)."""
    worst = np.zeros((dependencies, len(columns[0]) if columns else 0))
    for column, number in zip(columns, owner, strict=True):
        np.maximum(worst[number], column, out=worst[number])
    return np.asarray(worst.sum(axis=0))
