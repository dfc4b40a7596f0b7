"""Falters that every customer has for itself: an access cut, what a startup runs itself.

For these the portfolio's loss is one startup's, so they are kept startup by startup.
docs/method.md §1.1 (access cuts), §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.engine.states import TEMPORARY
from risk.engine.valuation import Prepared, Valued
from risk.hazard.durations import DURATION_GRID

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CustomerLosses:
    """One pattern of an event of each customer: whom it costs what.

    ``startup`` (hit,) and ``loss`` (hit, durations) or (hit, 1) for a permanent falter.
    ``rows`` are those of :class:`Prepared` behind it and ``row_loss`` their parts;
    ``row_of`` (rows,) is each one's place among the hit startups.
    """

    event: int
    pattern: int
    probability: float
    startup: Integers
    loss: Array
    rows: Integers
    row_loss: Array
    row_of: Integers


def customer_losses(prepared: Prepared, valued: Valued) -> Iterator[CustomerLosses]:
    """The losses of every pattern of every event that each customer has for itself."""
    states = prepared.states
    own = np.flatnonzero(states.each_customer[states.pattern_event])
    where = _RowsOfRoute(prepared)
    hits = (states.within @ states.reach).tocsr() if len(own) else None
    for pattern in own:
        assert hits is not None  # noqa: S101 - there are patterns, so there is a matrix
        state_rows = hits.indices[hits.indptr[pattern] : hits.indptr[pattern + 1]]
        parts = [where.losses(int(row), valued) for row in state_rows]
        parts += _grouped(prepared, int(pattern), state_rows)
        parts = [one for one in parts if len(one[0])]
        if not parts:
            continue
        width = max(one[2].shape[1] for one in parts)
        rows = np.concatenate([one[0] for one in parts])
        startup = np.concatenate([one[1] for one in parts])
        row_loss = np.concatenate([_wide(one[2], width) for one in parts])
        present = np.bincount(startup, minlength=len(prepared.columns.startups)) > 0
        hit = np.flatnonzero(present)
        row_of = (np.cumsum(present) - 1)[startup]
        loss = np.zeros((len(hit), width))
        for column in range(width):
            loss[:, column] = np.bincount(row_of, weights=row_loss[:, column], minlength=len(hit))
        yield CustomerLosses(
            event=int(states.pattern_event[pattern]),
            pattern=int(pattern),
            probability=float(states.probability[pattern]),
            startup=hit,
            loss=loss,
            rows=rows,
            row_loss=row_loss,
            row_of=row_of,
        )


class _RowsOfRoute:
    """Exposures by route: sorted by signature they lie side by side."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        tables = prepared.tables
        self.route = prepared.columns.exposures.route[tables.order].astype(np.int64)
        self.startup = prepared.columns.exposures.startup[tables.order].astype(np.int64)
        routes = np.arange(len(prepared.columns.routes) + 1)
        self.edges = np.searchsorted(self.route, routes)
        self.table_row = {}
        for place in range(len(tables.ranges)):
            for row in range(*tables.ranges[place]):
                self.table_row[place, int(tables.route_row[row])] = row

    def losses(self, row: int, valued: Valued) -> tuple[Integers, Integers, Array]:
        """Exposures, startups and losses (n, durations or 1) in one state of one route."""
        states, tables = self.prepared.states, self.prepared.tables
        state = states.state[row]
        none = np.zeros(0, dtype=np.int64)
        if state is None:
            return none, none, np.zeros((0, 1))
        route = int(states.row_route[row])
        place = slice(int(self.edges[route]), int(self.edges[route + 1]))
        signature = tables.signature[place]
        if not len(signature):
            return none, none, np.zeros((0, 1))
        # Signatures of one route are numbered one after the other.
        first, last = int(signature[0]), int(signature[-1])
        found = np.array([self.table_row[one, row] for one in range(first, last + 1)])
        table = found[signature - first]
        slot = int(tables.row_ints[table[0], 3])
        loss = valued.single[slot, place][:, None]
        if state.sort == TEMPORARY:
            margin = self.prepared.money[0, place][:, None]
            loss = np.minimum(
                margin * tables.curves[tables.row_ints[table, 2], : len(DURATION_GRID)], loss
            )
        return tables.order[place], self.startup[place], loss


def _grouped(
    prepared: Prepared, pattern: int, state_rows: Integers
) -> list[tuple[Integers, Integers, Array]]:
    """The same for use cases whose dependencies stand or fall together."""
    found = []
    wanted = {int(one) for one in state_rows}
    for row, group, event, state in prepared.states.grouped_row:
        if int(row) in wanted:
            rows = prepared.grouped[group]
            loss = rows.losses[int(event)].loss.total[state] * rows.weight[:, None]
            own = prepared.group_start[group] + np.arange(len(loss))
            found.append((own, rows.startup.astype(np.int64), loss))
    return found


def _wide(loss: Array, width: int) -> Array:
    return loss if loss.shape[1] == width else np.broadcast_to(loss, (len(loss), width))
