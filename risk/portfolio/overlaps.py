"""What one startup's long falters of a year cost when they are looked at together.

The exact law adds up events as if each met a startup that is whole. Here the down time of one line
(:class:`risk.portfolio.dependents.Dependent`) is charged once where falters overlap, and a
dependency that was left for good is not lost again. The replacement is taken to falter in passing
like the provider that was left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.hazard.durations import DURATION_GRID
from risk.portfolio.draws import DAYS_PER_YEAR
from risk.portfolio.event_table import read_curves
from risk.portfolio.startup_ways import StartupWays

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: No line is down longer than the grid of durations reaches.
LONGEST_DAYS = float(DURATION_GRID[-1])
#: Days that keep the falters of different years apart when all are put on one axis.
SPAN = DAYS_PER_YEAR + LONGEST_DAYS + 1


@dataclass(frozen=True, kw_only=True)
class Falters:
    """Long falters of one startup, in the order of year and day. Arrays (falters,).

    ``years`` count from 0, ``starts`` is the day of the year on which a falter begins or is
    announced, ``ways`` the row of :class:`StartupWays`, ``days`` infinite for a permanent falter.
    """

    years: Integers
    starts: Array
    ways: Integers
    days: Array


@dataclass(frozen=True, kw_only=True)
class Charges:
    """USD: each falter alone (``additive``) and among the others (``together``), (falters,).

    ``relief`` (years,) is what falters below a day are expected to cost lines that are down
    already.
    """

    additive: Array
    together: Array
    relief: Array


@dataclass(frozen=True, kw_only=True)
class _Stretches:
    """Down time of one line: rows of :class:`Falters`, first and last day, severest first."""

    rows: Integers
    begins: Array
    ends: Array


def charges(ways: StartupWays, falters: Falters, *, years: int) -> Charges:
    """What each falter costs alone and together with the others of its year."""
    kept = _kept(ways, falters, years)
    together = np.zeros(len(falters.years))
    relief = np.zeros(years)
    for line in range(len(ways.by_line)):
        lost = kept[ways.line_of_key == line].sum(axis=0)
        together += _line_charges(ways, falters, line, lost, relief)
    additive = read_curves(ways.total, DURATION_GRID, falters.ways, falters.days)
    return Charges(additive=additive, together=together, relief=relief)


def _kept(ways: StartupWays, falters: Falters, years: int) -> Array:
    """What permanent falters still cost each dependency, (keys, falters).

    After an access cut, an acquisition or a wind-down it stands elsewhere: nothing permanent that
    befalls its old provider later in the year is charged. After a retirement it stands on another
    model of the same developer: only another retirement is not.
    """
    cost = ways.by_key[:, falters.ways]
    for stops, starts in ((ways.permanent, ways.leaves), (ways.retires, ways.retires)):
        for key in range(len(cost)):
            moves = starts[falters.ways] & (ways.by_key[key, falters.ways] > 0)
            since = np.full(years, np.inf)
            np.minimum.at(since, falters.years[moves], falters.starts[moves])
            late = stops[falters.ways] & (falters.starts > since[falters.years])
            cost[key, late] = 0.0
    return cost


def _line_charges(
    ways: StartupWays, falters: Falters, line: int, lost: Array, relief: Array
) -> Array:
    """One line's charges (falters,); adds to ``relief``."""
    way = falters.ways
    curves = ways.by_line[line]
    passing = ~ways.permanent[way] & (curves[way, -1] > 0)
    charge = np.where(ways.permanent[way], lost, 0.0)
    begins = falters.starts + np.where(passing, 0.0, ways.notice_days[way])
    length = np.where(passing, falters.days, ways.cover_days[line, way])
    down = passing | ((lost > 0) & (length > 0) & (begins < DAYS_PER_YEAR))
    for one in _episodes(falters.years, begins, np.minimum(length, LONGEST_DAYS), down):
        rank = np.where(ways.permanent[way[one]], np.inf, curves[way[one]].sum(axis=-1))
        order = np.argsort(-rank, axis=1, kind="stable")
        rows = np.take_along_axis(one, order, axis=1)
        ends = begins[rows] + np.minimum(length[rows], LONGEST_DAYS)
        lengths = union_lengths(begins[rows], ends)
        before = np.pad(lengths, ((0, 0), (1, 0)))[:, :-1]
        flat = way[rows].ravel()
        added = read_curves(curves, DURATION_GRID, flat, lengths.ravel())
        added -= read_curves(curves, DURATION_GRID, flat, before.ravel())
        permanent = ways.permanent[flat]
        charge[rows.ravel()[~permanent]] = added[~permanent]
        this_year = union_lengths(begins[rows], np.minimum(ends, DAYS_PER_YEAR))
        fresh = np.diff(this_year, axis=1, prepend=0.0)
        spared = (ways.relief_usd_per_day[line, way[rows]] * fresh).sum(axis=1)
        np.add.at(relief, falters.years[rows[:, 0]], spared)
    return charge


def _episodes(
    years: Integers, begins: Array, lengths: Array, down: NDArray[np.bool_]
) -> list[Integers]:
    """Falters that overlap without a gap, as rows (episodes, n): one array for each n."""
    picked = np.flatnonzero(down)
    first = years[picked] * SPAN + begins[picked]
    order = np.argsort(first, kind="stable")
    picked, first = picked[order], first[order]
    if not len(picked):
        return []
    reach = np.maximum.accumulate(first + lengths[picked])
    opens = np.concatenate(([True], first[1:] >= reach[:-1]))
    start = np.flatnonzero(opens)
    size = np.diff(np.append(start, len(picked)))
    return [
        picked[start[size == n][:, None] + np.arange(n)[None, :]] for n in np.unique(size).tolist()
    ]


def union_lengths(begins: Array, ends: Array) -> Array:
    """Length of the union of the first 1, 2, ... n stretches of each row: (rows, n) of days."""
    found = np.zeros_like(begins)
    for n in range(begins.shape[1]):
        order = np.argsort(begins[:, : n + 1], axis=1)
        first = np.take_along_axis(begins[:, : n + 1], order, axis=1)
        last = np.take_along_axis(ends[:, : n + 1], order, axis=1)
        reach = np.maximum.accumulate(last, axis=1)
        covered = np.pad(reach, ((0, 0), (1, 0)), constant_values=-np.inf)[:, :-1]
        found[:, n] = np.maximum(0.0, last - np.maximum(first, covered)).sum(axis=1)
    return found
