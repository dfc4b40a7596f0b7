"""Falters that every customer has for itself: an access cut, what a startup runs itself.

For these the portfolio's loss is one startup's, so they are kept startup by startup.
docs/method.md §1 (access cuts), §5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.engine.states import TEMPORARY
from risk.engine.valuation import Prepared, Valued
from risk.hazard.durations import DURATION_GRID

Array = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]


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
    if not len(own):
        return
    if _Places not in prepared.kept:
        prepared.kept[_Places] = _Places(prepared)
    where: _Places = prepared.kept[_Places]
    hits = (states.within @ states.reach).tocsr()
    for pattern in own:
        state_rows = hits.indices[hits.indptr[pattern] : hits.indptr[pattern + 1]]
        plain = [int(row) for row in state_rows if states.state[row] is not None]
        grouped = _grouped(prepared, {int(row) for row in state_rows})
        parts = [where.losses(row, valued) for row in plain] + [loss for _, loss in grouped]
        width = max((one.shape[1] for one in parts if len(one)), default=0)
        if not width:
            continue
        hit = where.hit(
            tuple(int(states.row_route[row]) for row in plain), tuple(group for group, _ in grouped)
        )
        row_loss = np.concatenate([_wide(one, width) for one in parts])
        loss = np.zeros((len(hit.startup), width))
        for column in range(width):
            loss[:, column] = np.bincount(
                hit.row_of, weights=row_loss[:, column], minlength=len(hit.startup)
            )
        yield CustomerLosses(
            event=int(states.pattern_event[pattern]),
            pattern=int(pattern),
            probability=float(states.probability[pattern]),
            startup=hit.startup,
            loss=loss,
            rows=hit.rows,
            row_loss=row_loss,
            row_of=hit.row_of,
        )


class _Hit(NamedTuple):
    """Whom a pattern hits: rows (n,), the hit startups (hit,), and each row's place among them."""

    rows: Integers
    startup: Integers
    row_of: Integers


class _Places:
    """Where the exposures of each route lie: sorted by signature, side by side."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        tables = prepared.tables
        route = prepared.columns.exposures.route[tables.order]
        self.edges = np.searchsorted(route, np.arange(len(prepared.columns.routes) + 1))
        own = tables.row_ints[:, 3] >= 0
        self.table_row = {
            (int(tables.signature_of_row[row]), int(tables.route_row[row])): int(row)
            for row in np.flatnonzero(own)
        }
        self.known: dict[tuple[tuple[int, ...], tuple[int, ...]], _Hit] = {}

    def losses(self, row: int, valued: Valued) -> Array:
        """Losses of a route's exposures in one of its states, (n, durations) or (n, 1)."""
        states, tables = self.prepared.states, self.prepared.tables
        state = states.state[row]
        place = self._slice(int(states.row_route[row]))
        signature = tables.signature[place]
        if state is None or not len(signature):
            return np.zeros((0, 1))
        # Signatures of one route are numbered one after the other.
        first, last = int(signature[0]), int(signature[-1])
        found = np.array([self.table_row[one, row] for one in range(first, last + 1)])
        slot = int(tables.row_ints[found[0], 3])
        loss = valued.single[slot, place][:, None]
        if state.sort == TEMPORARY:
            margin = self.prepared.money[0, place][:, None]
            table = found[signature - first]
            loss = np.minimum(
                margin * tables.curves[tables.row_ints[table, 2], : len(DURATION_GRID)], loss
            )
        return np.asarray(loss)

    def hit(self, routes: tuple[int, ...], groups: tuple[int, ...]) -> _Hit:
        """Whom a pattern that reaches these routes and groups hits; many patterns hit the same."""
        if (routes, groups) not in self.known:
            prepared = self.prepared
            parts = [prepared.tables.order[self._slice(route)] for route in routes]
            for group in groups:
                start = prepared.group_start[group]
                parts.append(start + np.arange(len(prepared.grouped[group].startup)))
            rows = np.concatenate(parts).astype(np.int32)
            startup = prepared.startup[rows]
            present = np.bincount(startup, minlength=len(prepared.columns.startups)) > 0
            self.known[routes, groups] = _Hit(
                rows=rows,
                startup=np.flatnonzero(present).astype(np.int32),
                row_of=(np.cumsum(present) - 1)[startup].astype(np.int32),
            )
        return self.known[routes, groups]

    def _slice(self, route: int) -> slice:
        return slice(int(self.edges[route]), int(self.edges[route + 1]))


def _grouped(prepared: Prepared, state_rows: set[int]) -> list[tuple[int, Array]]:
    """Groups of use cases whose dependencies stand or fall together, and their losses (n, …)."""
    found = []
    for row, group, event, state in prepared.states.grouped_row:
        if int(row) in state_rows:
            rows = prepared.grouped[group]
            loss = rows.losses[int(event)].loss.total[state] * rows.weight[:, None]
            found.append((int(group), loss))
    return found


def _wide(loss: Array, width: int) -> Array:
    return loss if loss.shape[1] == width else np.broadcast_to(loss, (len(loss), width))
