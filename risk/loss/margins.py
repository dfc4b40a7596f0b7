"""The margin that stops with each use case, in USD a day: its mean over the worlds.

What nobody stated about a startup counts at its mean within each world. docs/method.md §4, §5.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss import draws, formulas, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.startups import DAILY_MEAN, FIRM, World, critical_of, firm_of
from risk.loss.valuing import by_chunks
from risk.loss.worlds import LARGE, Worlds

Array = NDArray[np.float64]

#: Worlds in which large portfolios are looked at; others are in all of theirs.
WORLDS_OF_LARGE = 16


def worlds_read(exposures: Exposures, worlds: Worlds) -> int:
    """In how many worlds means are taken of what is no loss."""
    return min(worlds.count, WORLDS_OF_LARGE) if len(exposures) > LARGE else worlds.count


def margins_of(exposures: Exposures, worlds: Worlds, count: int) -> Array:
    """The margin of every use case in the first so many worlds, (use cases,)."""

    def part(pieces: list[tuple[int, Exposures]]) -> list[Array]:
        found, firm = [np.zeros(0)], np.zeros(FIRM)
        for _, one in pieces:
            margin = np.zeros(len(one.case_row))
            for k in range(count):
                _fast()(one.chunk(k), worlds.at(k), firm, margin)
            found.append(margin / count)
        return found

    parts = by_chunks(part, exposures)
    return np.concatenate([one for some in parts for one in some])


def add_margins(chunk: Any, world: World, firm: Any, margin: Any) -> None:
    """Add the margins of one world."""
    for i in range(len(chunk.row)):
        if chunk.case_start[i] == chunk.case_start[i + 1]:
            continue
        firm_of(chunk, i, world, firm)
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            _, critical = critical_of(chunk, case, world)
            margin[case] += firm[DAILY_MEAN] * critical * chunk.weight[case]


@cache
def _fast() -> Any:
    return compiled(add_margins, *draws.STEPS, *formulas.STEPS, *startups.STEPS)
