"""Which states the events of the catalogue put each route in, and how often.

A state says what a use case feels: how badly its service and its fallback are down, in what kind
of falter, with what notice. Many events put a route into one state; an event's joint patterns put
all routes into states at once. Both are kept as sparse 0/1 matrices, so that curves are added up
over a portfolio, and probabilities handed back to states, by a product each. docs/method.md §5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.engine.exposures import Route
from risk.engine.grouped import EACH_CUSTOMER, GroupedRows
from risk.exposure.promises import Promises, notice_days, queue_days, share_lost
from risk.hazard.durations import DURATION_GRID, Permanent, grid_weights
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns, distinct_rows

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

TEMPORARY, PERMANENT, PRICE = range(3)


#: Key of a row: a route in a state; or -1 with group, event and state of a grouped use case.
RowKey = tuple[int, "State | tuple[int, int, int]"]


class State(NamedTuple):
    """What a route feels. ``shift_days`` is queue minus notice; ``rise`` the price's, as a share.

    ``pace`` multiplies the time to switch. ``country`` limits the state to one country's startups
    (None: it holds for all, -1: for a country that has none), ``event`` to one that each customer
    has for itself (-1: none such).
    """

    sort: int
    same_developer: bool
    severity: float
    fallback_severity: float
    shift_days: float
    rise: float
    pace: float
    country: int | None
    event: int


@dataclass(frozen=True, kw_only=True)
class RouteStates:
    """The states of every route and how events reach them.

    Rows are (route, state) pairs: ``row_route`` (rows,) with ``state`` a tuple of the same
    length; a row of a grouped use case has no state but stands in ``grouped_row`` (n, 4): row,
    group, event, and the state's place among that event's. ``patterns`` are joint patterns of
    events: ``pattern_event`` and ``probability`` (patterns,). Two 0/1 matrices connect them:
    ``reach`` (cells, rows) and ``within`` (patterns, cells), where a cell is one state that one
    event puts a group of routes into, and every route of the group has a row.
    ``weights`` (events, durations) integrate over durations; a permanent falter uses the first.
    """

    events: tuple[Event, ...]
    row_route: Integers
    state: tuple[State | None, ...]
    grouped_row: Integers
    pattern_event: Integers
    probability: Array
    cell_event: Integers
    reach: csr_array
    within: csr_array
    weights: Array

    @property
    def rates(self) -> Array:
        """Events a year, (events,)."""
        return np.array([one.rate_per_year for one in self.events])

    @property
    def each_customer(self) -> NDArray[np.bool_]:
        """Which events every customer has for itself, (events,)."""
        return np.array([one.only_startup == EACH_CUSTOMER for one in self.events], dtype=bool)

    def limit_of(self, row: int) -> int | None:
        """The country to which a row is limited, None: to none."""
        state = self.state[row]
        return None if state is None else state.country


def customer_templates(catalogue: Iterable[EventPatterns]) -> tuple[EventPatterns, ...]:
    """The catalogue with one event for all customers of a supplier in place of one for each."""
    found: dict[Event, EventPatterns] = {}
    for one in catalogue:
        event = one.event
        if event.only_startup is not None:
            event = replace(event, only_startup=EACH_CUSTOMER)
        found.setdefault(event, replace(one, event=event))
    return tuple(found.values())


def route_states(
    routes: Sequence[Route],
    countries: Sequence[str],
    catalogue: Sequence[EventPatterns],
    assumptions: Assumptions,
    grouped: Sequence[GroupedRows] = (),
) -> RouteStates:
    """Put every route into states, event by event."""
    places = {name: i for i, name in enumerate(countries)}
    builder = _Builder(routes, places, assumptions, grouped)
    for number, one in enumerate(catalogue):
        builder.add(number, one)
    return builder.built(tuple(one.event for one in catalogue))


class _Builder:
    def __init__(
        self,
        routes: Sequence[Route],
        countries: Mapping[str, int],
        assumptions: Assumptions,
        grouped: Sequence[GroupedRows],
    ) -> None:
        self.routes = routes
        self.countries = countries
        self.assumptions = assumptions
        self.grouped = grouped
        self.rows: dict[RowKey, int] = {}
        self.cell_event: list[int] = []
        self.reach: tuple[list[int], list[int]] = ([], [])
        self.within: tuple[list[Integers], list[Integers]] = ([], [])
        self.probability: list[Array] = []
        self.pattern_event: list[Integers] = []
        self.patterns = 0

    def add(self, number: int, one: EventPatterns) -> None:
        """Take in one event: who is in which state in which of its joint patterns."""
        alike = self._alike(number, one)
        if not alike:
            return
        joint = np.column_stack([where for where, _ in alike])
        first, place = distinct_rows(joint.astype(np.float64))
        cells = len(self.cell_event)
        for column, (_, states) in enumerate(alike):
            for members in states:
                for key in members:
                    self.reach[0].append(len(self.cell_event))
                    self.reach[1].append(self.rows.setdefault(key, len(self.rows)))
                self.cell_event.append(number)
            state = joint[first, column]
            hit = np.flatnonzero(state >= 0)
            self.within[0].append(hit + self.patterns)
            self.within[1].append(state[hit] + cells)
            cells += len(states)
        self.patterns += len(first)
        chance = np.bincount(place, weights=one.probability, minlength=len(first))
        self.probability.append(np.asarray(chance, dtype=np.float64))
        self.pattern_event.append(np.full(len(first), number))

    def _alike(self, number: int, one: EventPatterns) -> list[tuple[Integers, list[list[RowKey]]]]:
        """Those whom the event treats alike: their state by pattern, and each state's rows."""
        found: list[tuple[Integers, list[list[RowKey]]]] = []
        limit = self._limit(number, one.event)
        for promises, severity, fallback, members in self._groups(one):
            values, where = _states_of(severity, fallback)
            states = [
                self._state(one.event, promises, float(phi), float(other), limit)
                for phi, other in values
            ]
            found.append((where, [[(route, state) for route in members] for state in states]))
        for group, rows in enumerate(self.grouped):
            loss = rows.losses.get(number)
            if loss is not None:
                states_of = range(len(loss.probability))
                found.append(
                    (loss.pattern_state, [[(-1, (group, number, state))] for state in states_of])
                )
        return found

    def built(self, events: tuple[Event, ...]) -> RouteStates:
        """The matrices of everything added."""
        cells = len(self.cell_event)
        ones = np.ones(len(self.reach[0]))
        rows, columns = (np.concatenate([np.zeros(0, np.int64), *part]) for part in self.within)
        return RouteStates(
            events=events,
            row_route=np.array([route for route, _ in self.rows], dtype=np.int64),
            state=tuple(one if isinstance(one, State) else None for _, one in self.rows),
            grouped_row=np.array(
                [(row, *one) for (route, one), row in self.rows.items() if route < 0],
                dtype=np.int64,
            ).reshape(-1, 4),
            pattern_event=np.concatenate([np.zeros(0, np.int64), *self.pattern_event]),
            probability=np.concatenate([np.zeros(0), *self.probability]),
            cell_event=np.array(self.cell_event, dtype=np.int64),
            reach=csr_array((ones, self.reach), shape=(cells, len(self.rows))),
            within=csr_array((np.ones(len(rows)), (rows, columns)), shape=(self.patterns, cells)),
            weights=np.array([duration_weights(one) for one in events]).reshape(
                -1, len(DURATION_GRID)
            ),
        )

    def _groups(self, one: EventPatterns) -> list[tuple[Promises, Array, Array, list[int]]]:
        """Routes that the event treats alike: their severities (patterns,) and their numbers."""
        found: dict[
            tuple[bytes, bytes | None, Promises], tuple[Promises, Array, Array, list[int]]
        ] = {}
        codes = {node: values.tobytes() for node, values in one.severity.items()}
        nothing = np.zeros(len(one.probability))
        limited = one.event.only_startup is not None
        for number, route in enumerate(self.routes):
            if route.endpoint not in codes:
                continue
            if limited and one.event.root not in route.suppliers:
                continue
            phi = one.severity[route.endpoint]
            code = codes.get(route.fallback, b"") if route.fallback is not None else None
            key = (codes[route.endpoint], code, route.promises)
            if key not in found:
                alternative = (
                    phi * self.assumptions.fallback_shared_root
                    if route.fallback is None
                    else one.severity.get(route.fallback, nothing)
                )
                found[key] = (route.promises, phi, alternative, [])
            found[key][3].append(number)
        return list(found.values())

    def _limit(self, number: int, event: Event) -> tuple[int | None, int]:
        """The country and the event to which states are limited."""
        if event.only_startup is not None:
            return None, number
        if event.only_country is not None:
            return self.countries.get(event.only_country, -1), -1
        return None, -1

    def _state(
        self,
        event: Event,
        promises: Promises,
        severity: float,
        alternative: float,
        limit: tuple[int | None, int],
    ) -> State:
        kind = event.kind
        queue = queue_days(kind, promises, self.assumptions, event.queue_days)
        price = kind is FalterKind.PRICE_SHOCK
        sort = PRICE if price else PERMANENT if kind in PERMANENT_KINDS else TEMPORARY
        return State(
            sort=sort,
            same_developer=kind is FalterKind.MODEL_RETIREMENT,
            severity=severity * share_lost(kind, promises, self.assumptions),
            fallback_severity=0.0 if price else alternative,
            shift_days=queue - notice_days(event, promises),
            rise=(event.price_multiple - 1) * severity if price else 0.0,
            pace=event.switching_pace,
            country=limit[0],
            event=limit[1],
        )


def duration_weights(event: Event) -> Array:
    """Weights (durations,) of the model's grid; all on the first point for a permanent falter.

    A temporary one of unknown length counts as the longest of the grid.
    """
    if event.kind in PERMANENT_KINDS:
        return np.asarray(np.eye(len(DURATION_GRID))[0])
    if isinstance(event.duration, Permanent):
        return np.asarray(np.eye(len(DURATION_GRID))[-1])
    return grid_weights(event.duration, DURATION_GRID)


def _states_of(phi: Array, alternative: Array) -> tuple[Array, Integers]:
    """Distinct (φ, φ_alt) with φ > 0, (states, 2), and each pattern's state, -1 for no hit."""
    table: Array = np.round(np.column_stack([phi, alternative]), 12).astype(np.float64)
    first, place = distinct_rows(table)
    values = table[first]
    hit = values[:, 0] > 0
    renumbered = np.where(hit, np.cumsum(hit) - 1, -1)
    return values[hit], renumbered[place]
