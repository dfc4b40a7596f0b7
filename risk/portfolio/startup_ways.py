"""Every way in which any event hits one startup, as rows of arrays: what it costs, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.hazard.durations import (
    DURATION_GRID,
    FixedDuration,
    LognormalDuration,
    grid_weights,
)
from risk.hazard.events import Event
from risk.portfolio.dependents import LEAVING_KINDS, Dependent
from risk.portfolio.draws import DAYS_PER_YEAR
from risk.portfolio.event_table import EventTable, StartupHit

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Falters at least this long are followed one by one, shorter ones by their expected loss.
LONG_DAYS = 1.0
POINTS = len(DURATION_GRID)


@dataclass(frozen=True, kw_only=True)
class StartupWays:
    """The ways (event and state) in which one startup is hit; a permanent loss is a flat curve.

    Curves in USD: ``total`` and ``churn`` (ways, durations), ``by_line`` (lines, ways, durations).
    ``by_key`` (keys, ways) holds what a permanent falter costs by dependency, ``line_of_key``
    (keys,) the line of each. ``cover_days`` (lines, ways) is how long a permanent falter takes a
    line away, ``notice_days`` (ways,) when after the news. ``short_usd_per_day`` is the expected
    loss to falters below LONG_DAYS, ``relief_usd_per_day`` (lines, ways) how much of it would be
    charged twice while a line is down in that way. ``hits`` says for each event, by its place
    among all tables, its first way and the state of each of its patterns.
    """

    hits: tuple[tuple[int, int, Integers], ...]
    total: Array
    churn: Array
    by_line: Array
    by_key: Array
    line_of_key: Integers
    permanent: Flags
    leaves: Flags
    retires: Flags
    notice_days: Array
    cover_days: Array
    short_usd_per_day: float
    relief_usd_per_day: Array


def hits_by_startup(tables: Sequence[EventTable]) -> dict[str, list[tuple[int, StartupHit]]]:
    """Each startup's hits with the place of their event among ``tables``."""
    found: dict[str, list[tuple[int, StartupHit]]] = {}
    for place, table in enumerate(tables):
        for hit in table.hits:
            found.setdefault(hit.startup, []).append((place, hit))
    return found


def startup_ways(
    dependent: Dependent, hits: Sequence[tuple[int, StartupHit]], tables: Sequence[EventTable]
) -> StartupWays:
    """Lay out the hits of one startup, which has at least one."""
    sizes = [len(hit.total) for _, hit in hits]
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    events = [tables[place].event for place, hit in hits for _ in hit.total]
    permanent = np.repeat([tables[place].grid is None for place, _ in hits], sizes)
    line_of_key = np.array([i for i, line in enumerate(dependent.lines) for _ in line])
    by_dependency = _by_dependency(dependent, hits)
    by_line = np.zeros((len(dependent.lines), *by_dependency.shape[1:]))
    np.add.at(by_line, line_of_key, by_dependency)
    by_key = np.where(permanent, by_dependency[:, :, -1], 0.0)
    total = np.concatenate([_whole(hit.total) for _, hit in hits])
    short = np.concatenate([_short_masses(tables[place], hit) for place, hit in hits])
    return StartupWays(
        hits=tuple(
            (place, int(at), hit.state_of) for (place, hit), at in zip(hits, first, strict=True)
        ),
        total=total,
        churn=np.concatenate([_whole(hit.churn) for _, hit in hits]),
        by_line=by_line,
        by_key=by_key,
        line_of_key=line_of_key,
        permanent=permanent,
        leaves=np.array([one.kind in LEAVING_KINDS for one in events]),
        retires=np.array([one.kind is FalterKind.MODEL_RETIREMENT for one in events]),
        notice_days=np.array([one.notice_days for one in events]),
        cover_days=_cover(dependent, by_key, events),
        short_usd_per_day=float((short * total).sum()) / DAYS_PER_YEAR,
        relief_usd_per_day=_relief(short, by_line, permanent),
    )


def _whole(curves: Array) -> Array:
    """(states, durations) on the model's grid; what does not depend on the duration is flat."""
    return np.broadcast_to(curves, (len(curves), POINTS))


def _by_dependency(dependent: Dependent, hits: Sequence[tuple[int, StartupHit]]) -> Array:
    """(keys, ways, durations); a dependency that an event never reaches loses nothing to it."""
    nothing = [np.zeros((len(hit.total), POINTS)) for _, hit in hits]
    return np.stack(
        [
            np.concatenate(
                [
                    _whole(hit.by_dependency.get(key, zero))
                    for (_, hit), zero in zip(hits, nothing, strict=True)
                ]
            )
            for line in dependent.lines
            for key in line
        ]
    )


def _cover(dependent: Dependent, by_key: Array, events: Sequence[Event]) -> Array:
    """Days from taking effect to having moved away, of the slowest of a line's dependencies."""
    found = np.zeros((len(dependent.lines), len(events)))
    row = 0
    for line, keys in enumerate(dependent.lines):
        for key in keys:
            moving = dependent.moving_days[key]
            days = np.array([moving.get(one.kind, 0.0) - one.notice_days for one in events])
            hit = by_key[row] > 0
            found[line, hit] = np.maximum(found[line, hit], days[hit])
            row += 1
    return found


def _short_masses(table: EventTable, hit: StartupHit) -> Array:
    """Yearly rate of each state and duration below LONG_DAYS: (states, durations)."""
    law = table.event.duration
    weights = np.zeros(POINTS)
    if isinstance(law, LognormalDuration):
        below = int(np.searchsorted(DURATION_GRID, LONG_DAYS)) + 1
        weights[:below] = grid_weights(law, DURATION_GRID[:below])
        # All of a law's mass beyond the grid's end counts there: here that is what is long.
        weights[below - 1] -= 1 - float(law.probability_up_to(np.array([LONG_DAYS]))[0])
    elif isinstance(law, FixedDuration) and law.days < LONG_DAYS:
        weights = grid_weights(law, DURATION_GRID)
    chance = np.bincount(hit.state_of, weights=table.probability, minlength=len(hit.total))
    return np.outer(table.event.rate_per_year * chance, np.maximum(weights, 0.0))


def _relief(short: Array, by_line: Array, permanent: Flags) -> Array:
    """What short falters are expected to cost a day that is already charged: (lines, ways).

    Of two falters at once the milder is charged twice, so the smaller of the two curves counts.
    A line that is lost for good loses nothing more to them.
    """
    found = np.zeros(by_line.shape[:2])
    often = np.flatnonzero(short.sum(axis=1) > 0)
    for line, curves in enumerate(by_line):
        masses, costs = short[often], curves[often]
        for way in np.flatnonzero(curves[:, -1] > 0):
            twice = costs if permanent[way] else np.minimum(costs, curves[way])
            found[line, way] = float((masses * twice).sum()) / DAYS_PER_YEAR
    return found
