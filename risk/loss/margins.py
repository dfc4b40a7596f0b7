"""The margin that stops with each use case, in USD a day: its mean over the worlds, and in each.

What nobody stated about a startup counts at its mean within each world. docs/method.md §4, §5.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss import draws, formulas, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.startups import DAILY, DAILY_MEAN, FIRM, World, critical_of, firm_of
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
                _fast()(one.chunk(k), worlds.at(k), firm, True, margin)
            found.append(margin / count)
        return found

    parts = by_chunks(part, exposures)
    return np.concatenate([one for some in parts for one in some])


def margins_by_world(
    exposures: Exposures, worlds: Worlds, count: int, group: NDArray[np.integer[Any]], groups: int
) -> Array:
    """The margin of so many groups of routes in each of the first worlds, (count, groups).

    In USD a day, with every fact that nobody stated as it is drawn. ``group`` (routes,).
    """

    def part(pieces: list[tuple[int, Exposures]]) -> Array:
        found, firm = np.zeros((count, groups)), np.zeros(FIRM)
        for _, one in pieces:
            for k in range(count):
                margin = np.zeros(len(one.case_row))
                _fast()(one.chunk(k), worlds.at(k), firm, False, margin)
                found[k] += np.bincount(group[one.route], margin_of_links(one, margin), groups)
        return found

    return np.asarray(sum(by_chunks(part, exposures), np.zeros((count, groups))))


def margin_of_links(one: Exposures, case_margin: Array) -> Array:
    """Margin of each dependency in USD a day, from that of each use case.

    Dependencies that each count whole share the use case's margin between them.
    """
    case = np.repeat(np.arange(len(one.case_row)), np.diff(one.link_start))
    whole = np.bincount(case, one.share, minlength=len(one.case_row))
    return np.asarray(case_margin[case] * one.share / np.maximum(1.0, whole)[case])


def add_margins(chunk: Any, world: World, firm: Any, mean: bool, margin: Any) -> None:
    """Add the margins of one world: their means within it, or what is drawn in it."""
    for i in range(len(chunk.row)):
        if chunk.case_start[i] == chunk.case_start[i + 1]:
            continue
        firm_of(chunk, i, world, firm)
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            drawn, critical = critical_of(chunk, case, world)
            daily = firm[DAILY_MEAN] * critical if mean else firm[DAILY] * drawn
            margin[case] += daily * chunk.weight[case]


@cache
def _fast() -> Any:
    return compiled(add_margins, *draws.STEPS, *formulas.STEPS, *startups.STEPS)
