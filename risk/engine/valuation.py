"""Value a portfolio's columns: expected losses, portfolio curves, and shares under any measure.

Every loss depends on an event through its pattern and its duration alone. So the events are mixed
into one measure for each state, exposures are valued by look-ups in tables of that measure, and
their curves are added up once, by state, for the whole portfolio. docs/method.md §4.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from risk.assumptions import Assumptions
from risk.engine.exposures import PortfolioColumns
from risk.engine.grouped import GroupedRows, grouped_rows
from risk.engine.kernels import kernel_for
from risk.engine.states import TEMPORARY, RouteStates, route_states
from risk.engine.tables import SignatureTables, signature_tables
from risk.hazard.durations import DURATION_GRID
from risk.hazard.patterns import EventPatterns

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Slabs of rows, each with tables of its own to deposit into; fixed, so that sums are repeatable.
SLABS = 2


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A portfolio and a catalogue laid out for valuation.

    ``money`` (7, exposures) and ``signature`` (2, exposures) are in the order of the tables.
    ``startup`` (rows,) is whose each row is: exposures first, then the rows of each group from
    ``group_start`` on.
    """

    columns: PortfolioColumns
    states: RouteStates
    grouped: tuple[GroupedRows, ...]
    tables: SignatureTables
    money: Array
    signature: Integers
    startup: Integers
    group_start: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Valued:
    """Losses a year and what was deposited on the way.

    ``rows`` (rows,) is each row's expected loss, with the weight of its draw; ``curves`` (rows of
    RouteStates, durations) the loss of all rows in each state; ``single`` (slots, exposures) the
    losses in customers' own events, in the order of the tables.
    """

    rows: Array
    curves: Array
    single: Array

    def by_startup(self, prepared: Prepared) -> Array:
        """Sums over each startup's rows, (startups,)."""
        count = len(prepared.columns.startups)
        found = np.bincount(prepared.startup, weights=self.rows, minlength=count)
        return np.asarray(found, dtype=np.float64)


def prepare(
    columns: PortfolioColumns, catalogue: Sequence[EventPatterns], assumptions: Assumptions
) -> Prepared:
    """Lay a portfolio out; ``catalogue`` has one event for all customers of a supplier."""
    grouped = grouped_rows(columns, catalogue, assumptions)
    states = route_states(columns.routes, columns.countries, catalogue, assumptions, grouped)
    tables = signature_tables(columns, states, assumptions)
    one = columns.exposures
    parts = (one.margin, one.gate_other, one.gate_same, one.cost_other, one.cost_same)
    stacked = np.stack([*parts, one.stranded, one.spend])[:, tables.order]
    fine = one.fine_tuned[tables.order].astype(np.int64)
    sizes = [len(one), *(len(group.startup) for group in grouped)]
    return Prepared(
        columns=columns,
        states=states,
        grouped=grouped,
        tables=tables,
        money=np.ascontiguousarray(stacked),
        signature=np.ascontiguousarray(np.stack([tables.signature, fine])),
        startup=np.concatenate([one.startup, *(group.startup for group in grouped)]),
        group_start=tuple(int(start) for start in np.cumsum(sizes)[:-1]),
    )


def measure(states: RouteStates, rates: Array, weight: Array | None = None) -> Array:
    """Events a year by state and duration, (rows, durations).

    ``rates`` (events,); ``weight`` (patterns, durations) multiplies each pattern's part of them.
    """
    if weight is None:
        chance = states.within.T @ states.probability
        cells = (chance * rates[states.cell_event])[:, None] * states.weights[states.cell_event]
    else:
        mass = (states.probability * rates[states.pattern_event])[:, None]
        cells = states.within.T @ (mass * states.weights[states.pattern_event] * weight)
    return np.asarray(states.reach.T @ cells)


def value(
    prepared: Prepared, states_measure: Array, *, deposit: bool = True, some: bool = False
) -> Valued:
    """Value every exposure under a measure (rows of RouteStates, durations).

    With ``deposit`` the portfolio's curves are added up on the way. With ``some`` only the rows
    that the measure holds anything for are looked at, as for a change of a few rates.
    """
    held = np.full(len(states_measure), True)
    if some:
        held = np.asarray((states_measure != 0).any(axis=1))
    work = _Work(prepared, states_measure, held, deposit=deposit)
    loop = kernel_for(len(prepared.columns.exposures))
    edges = work.edges()

    def slab(number: int) -> None:
        for start, stop in edges[number]:
            loop(start, stop, *work.arguments(number))

    with ThreadPoolExecutor(SLABS) as pool:
        list(pool.map(slab, range(SLABS)))
    rows = np.zeros(len(prepared.startup))
    rows[prepared.tables.order] = work.expected
    _value_grouped(prepared, states_measure, rows)
    curves = _curves(prepared, work) if deposit else np.zeros((0, 0))
    return Valued(rows=rows, curves=curves, single=work.single)


class _Work:
    """Tables of one measure, and what the inner loop fills in.

    Only table rows whose state is ``held`` take part; ``chosen`` are their numbers.
    """

    def __init__(
        self, prepared: Prepared, states_measure: Array, held: NDArray[np.bool_], *, deposit: bool
    ) -> None:
        tables, count = prepared.tables, len(prepared.columns.exposures)
        self.prepared, self.deposit = prepared, deposit
        chosen = held[tables.route_row]
        before = np.concatenate([[0], np.cumsum(chosen)])
        self.chosen = np.flatnonzero(chosen)
        self.ranges, self.country_ranges = before[tables.ranges], before[tables.country_ranges]
        self.rows, self.ints = tables.rows[self.chosen], tables.row_ints[self.chosen]
        self.temporary = self.ints[:, 0] == TEMPORARY
        # Permanent states need one number, temporary ones a table: these are numbered apart.
        self.ints[:, 4] = np.cumsum(self.temporary) - 1
        places = len(DURATION_GRID) + 1
        number = int(self.temporary.sum())
        own = states_measure[tables.route_row[self.chosen]]
        self.rate = np.ascontiguousarray(own[:, 0])
        self.kept, self.switched = np.zeros((number, places)), np.zeros((number, places))
        temporary = own[self.temporary]
        self.curve = tables.curves[self.ints[self.temporary, 2], : places - 1]
        np.cumsum(temporary * self.curve, axis=1, out=self.kept[:, 1:])
        self.switched[:, 0] = temporary.sum(axis=1)
        np.subtract(self.switched[:, :1], np.cumsum(temporary, axis=1), out=self.switched[:, 1:])
        self.expected = np.zeros(count)
        self.single = np.zeros((max(tables.slots, 1), count) if deposit else (1, 1))
        size = (SLABS, number, places) if deposit else (SLABS, 1, 1)
        self.margins, self.costs = np.zeros(size), np.zeros(size)
        self.whole = np.zeros((SLABS, len(own) if deposit else 1))

    def edges(self) -> list[list[tuple[int, int]]]:
        """Stretches of exposures with any state at all, in two halves of equal length."""
        signature = self.prepared.tables.signature
        some = (self.ranges[:, 1] > self.ranges[:, 0]) | (
            self.country_ranges[:, :, 1] > self.country_ranges[:, :, 0]
        ).any(axis=1)
        borders = np.searchsorted(signature, np.arange(len(some) + 1))
        stretches = [(int(borders[i]), int(borders[i + 1])) for i in np.flatnonzero(some)]
        total = sum(stop - start for start, stop in stretches)
        found: list[list[tuple[int, int]]] = [[] for _ in range(SLABS)]
        done, slab = 0, 0
        for start, stop in _joined(stretches):
            while start < stop:
                room = -(-total * (slab + 1) // SLABS) - done
                end = min(stop, start + max(room, 1)) if slab < SLABS - 1 else stop
                found[slab].append((start, end))
                done += end - start
                start = end
                if slab < SLABS - 1 and done >= -(-total * (slab + 1) // SLABS):
                    slab += 1
        return found

    def arguments(self, slab: int) -> tuple[Any, ...]:
        """What the inner loop takes after the first and last exposure."""
        prepared, tables = self.prepared, self.prepared.tables
        return (
            *(prepared.money, prepared.signature, tables.country),
            *(self.ranges, self.country_ranges, self.rows, self.ints),
            *(tables.curves, tables.constants, tables.knots, tables.shares, tables.slopes),
            *(self.kept, self.switched, self.rate, self.expected),
            *(self.margins[slab], self.costs[slab], self.whole[slab], self.single),
            self.deposit,
        )


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in stretches:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], stop)
        elif stop > start:
            found.append((start, stop))
    return found


def portfolio_curves(states: RouteStates, curves: Array) -> Array:
    """Loss of the whole portfolio by joint pattern and duration, (patterns, durations)."""
    return np.asarray(states.within @ (states.reach @ curves))


def _curves(prepared: Prepared, work: "_Work") -> Array:
    """What was deposited, as loss by state and duration."""
    found = np.zeros((len(prepared.states.state), len(DURATION_GRID)))
    margins, costs = work.margins.sum(axis=0), work.costs.sum(axis=0)
    # Waiting goes on for those who switch only later; the others have paid for the switch.
    waiting = margins.sum(axis=1, keepdims=True) - margins.cumsum(axis=1)[:, :-1]
    loss = np.maximum(waiting, 0.0) * work.curve + costs.cumsum(axis=1)[:, :-1]
    route_row = prepared.tables.route_row[work.chosen]
    spread = csr_array(
        (np.ones(len(loss)), (route_row[work.temporary], np.arange(len(loss)))),
        shape=(len(found), len(loss)),
    )
    found += spread @ loss
    found[:, 0] += np.bincount(
        route_row[~work.temporary],
        weights=work.whole.sum(axis=0)[~work.temporary],
        minlength=len(found),
    )
    for row, group, event, state in prepared.states.grouped_row:
        rows = prepared.grouped[group]
        total = rows.losses[int(event)].loss.total[state]
        curve = rows.weight @ total
        found[row, : len(curve)] = curve
    return found


def _value_grouped(prepared: Prepared, states_measure: Array, rows: Array) -> None:
    """Add the expected losses of grouped use cases to their ``rows``."""
    for row, group, event, state in prepared.states.grouped_row:
        one, start = prepared.grouped[group], prepared.group_start[group]
        total = one.losses[int(event)].loss.total[state]
        expected = one.weight * (total @ states_measure[row, : total.shape[1]])
        rows[start : start + len(expected)] += expected
