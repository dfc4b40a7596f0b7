"""Value a portfolio's columns: expected losses, portfolio curves, and shares under any measure.

Every loss depends on an event through its pattern and its duration alone. So the events are mixed
into one measure for each state, exposures are valued by look-ups in tables of that measure, and
their curves are added up once, by state, for the whole portfolio. docs/method.md §5.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.exposures import PortfolioColumns
from risk.engine.grouped import GroupedRows, grouped_rows
from risk.engine.plain_loop import loop_for
from risk.engine.routes import merged_routes
from risk.engine.states import RouteStates, route_states
from risk.engine.tables import SignatureTables, signature_tables
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
    ``group_start`` on. ``kept`` is for what others work out once from all of this.
    """

    columns: PortfolioColumns
    states: RouteStates
    grouped: tuple[GroupedRows, ...]
    tables: SignatureTables
    money: Array
    signature: Integers
    startup: Integers
    group_start: tuple[int, ...]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)


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
    columns = merged_routes(columns, catalogue)
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
    tables, count = prepared.tables, len(prepared.columns.exposures)
    chosen = np.arange(len(tables.route_row))
    if some:
        chosen = np.flatnonzero((states_measure != 0).any(axis=1)[tables.route_row])
    expected = np.zeros(count)
    curves = np.zeros((SLABS, *states_measure.shape) if deposit else (SLABS, 1, 1))
    single = np.zeros((max(tables.slots, 1), count) if deposit else (1, 1))
    loop = loop_for(count)
    slabs = _slabs(tables, chosen)

    def slab(number: int) -> None:
        loop(
            *(slabs[number], tables.extent, prepared.money, prepared.signature[1]),
            *(tables.rows, tables.row_ints, tables.curves, tables.constants),
            *(tables.knots, tables.shares, tables.slopes, states_measure, tables.route_row),
            *(expected, curves[number], single, deposit),
        )

    with ThreadPoolExecutor(SLABS) as pool:
        list(pool.map(slab, range(SLABS)))
    rows = np.zeros(len(prepared.startup))
    rows[tables.order] = expected
    _value_grouped(prepared, states_measure, rows)
    total = curves.sum(axis=0)
    if deposit:
        _grouped_curves(prepared, total)
    return Valued(rows=rows, curves=total, single=single)


def _slabs(tables: SignatureTables, chosen: Integers) -> list[Integers]:
    """Table rows in as many parts of like work as there are threads, no signature in two."""
    work = np.cumsum(tables.extent[chosen, 1] - tables.extent[chosen, 0])
    if not len(chosen):
        return [chosen] * SLABS
    signature = tables.signature_of_row[chosen]
    cuts = np.searchsorted(work, work[-1] * np.arange(1, SLABS) / SLABS)
    edges = np.searchsorted(signature, signature[np.minimum(cuts, len(chosen) - 1)])
    return np.split(chosen, edges)


def portfolio_curves(states: RouteStates, curves: Array) -> Array:
    """Loss of the whole portfolio by joint pattern and duration, (patterns, durations)."""
    return np.asarray(states.within @ (states.reach @ curves))


def _grouped_curves(prepared: Prepared, curves: Array) -> None:
    """Add the losses of grouped use cases to the ``curves`` of their states."""
    for row, group, event, state in prepared.states.grouped_row:
        rows = prepared.grouped[group]
        curve = rows.weight @ rows.losses[int(event)].loss.total[state]
        curves[row, : len(curve)] = curve


def _value_grouped(prepared: Prepared, states_measure: Array, rows: Array) -> None:
    """Add the expected losses of grouped use cases to their ``rows``."""
    for row, group, event, state in prepared.states.grouped_row:
        one, start = prepared.grouped[group], prepared.group_start[group]
        total = one.losses[int(event)].loss.total[state]
        expected = one.weight * (total @ states_measure[row, : total.shape[1]])
        rows[start : start + len(expected)] += expected
