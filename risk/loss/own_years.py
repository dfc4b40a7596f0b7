"""Each startup's own year: its law in some worlds, mixed, and what that says of its tail.

The steps are those of :mod:`risk.loss.years` on few cells: one lognormal for everything temporary,
then disruption by disruption a direct convolution, with Poisson numbers in small parts. A
startup cannot lose more than its lines have to lose; what lies beyond counts as that.
docs/method.md §4, §5.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.hazard.durations import DURATION_GRID
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.own_cells import CELLS, Space
from risk.loss.own_cells import Links as Links
from risk.loss.own_loops import STEPS, all_years
from risk.loss.own_mixing import MIXED, mix_years, worst_event
from risk.loss.startups import FIRM, TERMS
from risk.loss.tables import GROUPS, own_column
from risk.loss.valuing import Ground

Array = NDArray[np.float64]

#: Worlds in which a startup's own year is taken, and fewer for large portfolios.
WORLDS, WORLDS_OF_LARGE = 16, 8
LEVEL = 0.95


@cache
def _fast_years() -> Any:
    return compiled(all_years, *STEPS)


@cache
def _fast_mix() -> Any:
    return compiled(mix_years, worst_event)


@dataclass(frozen=True, kw_only=True)
class OwnYears:
    """Figures of startups' own years, (startups,), in USD.

    ``worst_event`` is a place among the disruptions (-1: none), ``worst`` what it costs.
    """

    mean: Array
    var95: Array
    tvar95: Array
    worst_event: NDArray[np.int64]
    worst: Array

    @property
    def tail_ratio(self) -> Array:
        """ρ = TVaR95 / mean; 1 for a startup that loses nothing."""
        return np.where(self.mean > 0, self.tvar95 / np.maximum(self.mean, 1e-300), 1.0)


def own_years(exposures: Exposures, ground: Ground, *, worlds: int = WORLDS) -> OwnYears:
    """The own years of startups, over the first ``worlds`` worlds."""
    count = min(worlds, ground.count)
    chunk, loop = exposures.chunk(), _fast_years()
    laws = np.zeros((count, len(exposures), CELLS))
    figures = np.zeros((count, len(exposures), 3))
    space = _space(exposures, ground)
    for k in range(count):
        own = own_column(k)
        loop(
            *(chunk, k, own, np.ascontiguousarray(ground.worlds.rates[k, own]), DURATION_GRID),
            *(space, ground.worlds.at(k), ground.tables[k], links_of(ground, k)),
            (laws[k], figures[k]),
        )
    found = np.zeros((len(exposures), 5))
    _fast_mix()(laws, figures, LEVEL, np.zeros(MIXED), found)
    return OwnYears(
        mean=found[:, 0],
        var95=found[:, 1],
        tvar95=found[:, 2],
        worst_event=found[:, 3].astype(np.int64),
        worst=found[:, 4],
    )


def links_of(ground: Ground, k: int) -> Links:
    """How the states of lines go together in world k."""
    ways = ground.worlds.laws.ways
    return Links(
        start=ways.start,
        bundle=ways.bundle,
        place=ways.place,
        state=ways.state,
        event=ways.event,
        first=ways.first,
        chance=np.ascontiguousarray(ways.chance[k]),
    )


def _space(exposures: Exposures, ground: Ground) -> Space:
    """Room for the startup with most lines, entries and states."""
    laws = ground.worlds.laws
    entries, states = np.diff(laws.ways.start), np.diff(laws.lasting.start)
    routes = len(ground.signatures.number)
    alone = np.repeat(exposures.combination < 0, np.diff(exposures.link_start))
    together = np.where(exposures.combination < 0, 0, exposures.combination) + routes

    def most(of_line: NDArray[np.int64]) -> int:
        links = np.where(alone, of_line[exposures.route], 0)
        by_link = np.concatenate([[0], np.cumsum(links)])
        cases = np.diff(by_link[exposures.link_start])
        if len(laws.members) > routes:
            cases = cases + np.where(
                exposures.combination < 0, 0, of_line[np.minimum(together, len(of_line) - 1)]
            )
        by_case = np.concatenate([[0], np.cumsum(cases)])
        return int(np.diff(by_case[exposures.case_start]).max(initial=0)) + 1

    entry_room = most(entries)
    blocks = most(np.diff(laws.blocks.start))
    return Space(
        terms=np.zeros((int(np.diff(exposures.link_start).max(initial=0)) + 1, TERMS)),
        margin=np.zeros(2),
        firm=np.zeros(FIRM),
        key=np.zeros(entry_room, dtype=np.int64),
        entry=np.zeros(entry_room, dtype=np.int64),
        offset=np.zeros(entry_room, dtype=np.int64),
        order=np.zeros(entry_room, dtype=np.int64),
        loss=np.zeros(most(states)),
        year=np.zeros(CELLS),
        given=np.zeros(CELLS),
        again=np.zeros(CELLS),
        moved=np.zeros(CELLS),
        blocked=np.zeros((blocks, 2, GROUPS)),
        block_event=np.zeros(blocks, dtype=np.int64),
        block_rate=np.zeros(blocks),
        block_unsure=np.zeros(blocks),
    )
