"""Who is hit in which pattern of which event, and what switching would cost each of them.

docs/method.md §2.2-2.4 written out once more for whole columns, so that a mistake of the engine
would show.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.exposures import PortfolioColumns
from risk.engine.states import PRICE, TEMPORARY, RouteStates, State
from risk.exposure.churn import churn_curve, churn_share
from risk.exposure.numbers import DAYS_PER_MONTH
from risk.hazard.durations import DURATION_GRID

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Waiting for a service that does not come back: dearer than any switch, and still a number.
ENDLESS = 1e300


class Reach:
    """Who is hit in which pattern, and what switching would cost.

    Targets are (state of a route, profile), and for what each customer has for itself (startup,
    pattern): those patterns come after all others, ``own`` says for each event which.
    """

    def __init__(
        self, columns: PortfolioColumns, states: RouteStates, assumptions: Assumptions
    ) -> None:
        self.columns, self.states, self.assumptions = columns, states, assumptions
        self.shapes: dict[tuple[float, ...], int] = {}
        self.members: list[Integers] = []
        self.costs: list[Array] = []
        self.target_shapes: list[int] = []
        self.own: dict[int, tuple[Integers, Array]] = {}
        self.targets_of_row = self._targets()
        self.pattern_targets = self._patterns()
        self._customers()
        self.pattern_start = _starts(self.pattern_targets)
        self.target = np.concatenate([np.zeros(0, np.int64), *self.pattern_targets])
        self.target_start = _starts(self.members)
        self.exposure = np.concatenate([np.zeros(0, np.int64), *self.members])
        self.cost = np.concatenate([np.zeros(0), *self.costs])
        self.shape = np.array(self.target_shapes)
        self.curves = np.array([_curve(one, assumptions) for one in self.shapes])

    def _targets(self) -> list[list[int]]:
        """The targets of each row of the states."""
        one, profiles = self.columns.exposures, len(self.columns.profiles)
        code = one.route.astype(np.int64) * profiles + one.profile
        by_code = np.argsort(code, kind="stable")
        borders = np.searchsorted(code[by_code], np.arange(len(self.columns.routes) * profiles + 1))
        found: list[list[int]] = []
        for route, state in zip(self.states.row_route, self.states.state, strict=True):
            assert state is not None, "there are no grouped use cases here"
            found.append([])
            for profile in range(profiles):
                place = int(route) * profiles + profile
                rows = by_code[borders[place] : borders[place + 1]]
                if state.country is not None:
                    rows = rows[one.country[rows] == state.country]
                if len(rows):
                    found[-1].append(self._add(rows, state, profile))
        return found

    def _add(self, rows: Integers, state: State, profile: int) -> int:
        known = self.columns.profiles[profile]
        effective = known.effectiveness * (1 - state.fallback_severity)
        key: tuple[float, ...] = ()
        if state.sort == TEMPORARY:
            key = (state.severity, effective, known.buffer_days, known.failover_days)
        self.members.append(rows)
        self.costs.append(switching_cost(self.columns, rows, state, profile, self.assumptions))
        self.target_shapes.append(self.shapes.setdefault(key, len(self.shapes)))
        return len(self.members) - 1

    def _patterns(self) -> list[Integers]:
        hits = (self.states.within @ self.states.reach).tocsr()
        rows = np.split(hits.indices, hits.indptr[1:-1])
        return [
            np.array([target for row in own for target in self.targets_of_row[row]], dtype=np.int64)
            for own in rows
        ]

    def _customers(self) -> None:
        """Split the patterns that each customer has for itself by startup."""
        states = self.states
        for event in np.flatnonzero(states.each_customer):
            numbers: list[Integers] = []
            chances: list[Array] = []
            for pattern in np.flatnonzero(states.pattern_event == event):
                targets = self.pattern_targets[pattern]
                self.pattern_targets[pattern] = np.zeros(0, dtype=np.int64)
                if not len(targets):
                    continue
                first = len(self.pattern_targets)
                self._split(targets)
                numbers.append(np.arange(first, len(self.pattern_targets)))
                chances.append(np.full(len(numbers[-1]), states.probability[pattern]))
            if numbers:
                self.own[int(event)] = np.concatenate(numbers), np.concatenate(chances)

    def _split(self, targets: Integers) -> None:
        rows = np.concatenate([self.members[one] for one in targets])
        cost = np.concatenate([self.costs[one] for one in targets])
        size = [len(self.members[one]) for one in targets]
        shape = np.repeat([self.target_shapes[one] for one in targets], size)
        startup = self.columns.exposures.startup[rows]
        order = np.lexsort((shape, startup))
        rows, cost, shape, startup = rows[order], cost[order], shape[order], startup[order]
        new = np.flatnonzero(np.diff(startup, prepend=-1) | np.diff(shape, prepend=-1))
        owner = startup[new]
        numbers = len(self.members) + np.arange(len(new))
        self.members.extend(np.split(rows, new[1:]))
        self.costs.extend(np.split(cost, new[1:]))
        self.target_shapes.extend(shape[new].tolist())
        self.pattern_targets.extend(np.split(numbers, np.flatnonzero(np.diff(owner)) + 1))


def switching_cost(
    columns: PortfolioColumns,
    rows: Integers,
    state: State,
    profile: int,
    assumptions: Assumptions,
) -> Array:
    """C of each of these exposures in a state, (rows,): the whole loss of a permanent one."""
    one, known = columns.exposures, columns.profiles[profile]
    margin, spend = one.margin[rows], one.spend[rows]
    days = (one.gate_same if state.same_developer else one.gate_other)[rows]
    gate = np.maximum(0.0, state.pace * days + state.shift_days)
    alike = (
        assumptions.substitutability_same_developer
        if state.same_developer
        else assumptions.substitutability_frontier
    )
    similar = np.where(one.fine_tuned[rows] > 0, assumptions.substitutability_fine_tuned, alike)
    quality = (1 - similar) * assumptions.quality_loss * assumptions.quality_days
    months = assumptions.price_horizon_months
    cost = (one.cost_same if state.same_developer else one.cost_other)[rows]
    cost = cost + spend * months * max(0.0, assumptions.replacement_price_change)
    stranded = one.stranded[rows]
    if state.sort == PRICE:
        daily = spend * state.rise / DAYS_PER_MONTH
        horizon = months * DAYS_PER_MONTH
        move = cost + stranded + quality * margin + daily * np.minimum(gate, horizon)
        return np.minimum(daily * horizon, move)
    effective = known.effectiveness * (1 - state.fallback_severity)
    lost = _lost_days(gate, (state.severity, effective, known.buffer_days, known.failover_days))
    temporary = state.sort == TEMPORARY
    kept = 1 - assumptions.recapture if temporary else 1.0
    year = assumptions.churn_horizon_days
    business = lost * kept + churn_share(lost, assumptions) * year + quality
    found = margin * np.minimum(business, year) + cost
    return np.asarray(found + stranded if temporary else found)


def _lost_days(days: Array, shape: Sequence[float]) -> Array:
    severity, effective, buffer, failover = shape
    felt = np.maximum(0.0, days - buffer)
    after = np.maximum(0.0, felt - failover)
    return np.asarray(severity * (np.minimum(felt, failover) + (1 - effective) * after))


def _curve(shape: tuple[float, ...], assumptions: Assumptions) -> Array:
    """Waiting in days of margin by duration, (durations,)."""
    if not shape:
        return np.full(len(DURATION_GRID), ENDLESS)
    lost = _lost_days(DURATION_GRID, shape)
    year = assumptions.churn_horizon_days
    churned = np.interp(lost, *churn_curve(assumptions)) * year
    return np.minimum(lost * (1 - assumptions.recapture) + churned, year)


def _starts(parts: Sequence[Integers]) -> Integers:
    return np.concatenate([[0], np.cumsum([len(one) for one in parts])]).astype(np.int64)
