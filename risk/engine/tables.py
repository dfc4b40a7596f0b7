"""What the inner loops read: one table row for each state of each signature.

A signature is a route with a profile; all its exposures share the shape of their curves. In days
of margin a temporary state's curve of waiting depends on severity, fallback and delay alone.
docs/method.md §3, §5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.exposures import PortfolioColumns
from risk.engine.states import RouteStates
from risk.exposure.churn import churn_curve
from risk.exposure.numbers import DAYS_PER_MONTH
from risk.hazard.durations import DURATION_GRID

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Length of a curve with what is beyond the duration grid, which is infinite.
PADDED = 64


@dataclass(frozen=True, kw_only=True)
class SignatureTables:
    """Table rows (table rows, …) as :func:`risk.engine.batch_loops.value_states` wants them.

    ``order`` sorts exposures by signature and country; ``signature`` is in that order, ``ranges``
    (signatures, 2) are the table rows that hold for every country. ``extent`` (table rows, 2) is
    the stretch of exposures to which each row applies.
    ``route_row`` (table rows,) is the row of :class:`RouteStates` behind each.
    """

    order: Integers
    signature: Integers
    ranges: Integers
    extent: Integers
    signature_of_row: Integers
    rows: Array
    row_ints: Integers
    route_row: Integers
    curves: Array
    constants: Array
    knots: Array
    shares: Array
    slopes: Array
    slots: int


def signature_tables(
    columns: PortfolioColumns, states: RouteStates, assumptions: Assumptions
) -> SignatureTables:
    """Lay out the states of every signature that some exposure has."""
    exposures = columns.exposures
    profiles = max(len(columns.profiles), 1)
    code = exposures.route.astype(np.int64) * profiles + exposures.profile
    present, signature = np.unique(code, return_inverse=True)
    order = np.lexsort((exposures.country, signature))
    layout = _Layout(states, len(columns.countries))
    route_row, ranges, by_country = layout.expand(present // profiles)
    profile = _by_row(present % profiles, ranges, by_country, len(route_row))
    rows, ints = _parameters(columns, states, route_row, profile, layout.slot)
    shapes, place = np.unique(rows[:, :4].round(12), axis=0, return_inverse=True)
    ints[:, 2] = place.ravel()
    knots, shares = churn_curve(assumptions)
    return SignatureTables(
        order=order,
        signature=signature[order].astype(np.int64),
        ranges=ranges,
        extent=_extent(
            signature[order], exposures.country[order].astype(np.int64), ranges, by_country
        ),
        signature_of_row=_by_row(np.arange(len(present)), ranges, by_country, len(route_row)),
        rows=rows,
        row_ints=ints,
        route_row=route_row,
        curves=_curves(shapes, assumptions),
        constants=_constants(assumptions),
        knots=knots,
        shares=shares,
        slopes=np.append(np.diff(shares) / np.diff(knots), 0.0),
        slots=layout.slots,
    )


class _Layout:
    """Route rows in order: for each route those of every country, then country by country."""

    def __init__(self, states: RouteStates, countries: int) -> None:
        self.states = states
        self.countries = countries
        self.by_route: dict[int, list[int]] = {}
        slot = np.full(len(states.state), -1, dtype=np.int64)
        taken: dict[int, int] = {}
        for row, (route, state) in enumerate(zip(states.row_route, states.state, strict=True)):
            if state is None:
                continue
            self.by_route.setdefault(int(route), []).append(row)
            if state.event >= 0:
                slot[row] = taken.get(int(route), 0)
                taken[int(route)] = int(slot[row]) + 1
        self.slot = slot
        self.slots = max(taken.values(), default=0)

    def expand(self, routes: Integers) -> tuple[Integers, Integers, Integers]:
        """Route rows of these routes one after the other, and where each one's begin and end."""
        found: list[int] = []
        ranges = np.zeros((len(routes), 2), dtype=np.int64)
        by_country = np.zeros((len(routes), max(self.countries, 1), 2), dtype=np.int64)
        for place, route in enumerate(routes):
            own = self.by_route.get(int(route), [])
            common = [row for row in own if self.states.limit_of(row) is None]
            ranges[place] = len(found), len(found) + len(common)
            found.extend(common)
            limited: dict[int, list[int]] = {}
            for row in own:
                country = self.states.limit_of(row)
                if country is not None and country >= 0:
                    limited.setdefault(country, []).append(row)
            for country, rows in limited.items():
                by_country[place, country] = len(found), len(found) + len(rows)
                found.extend(rows)
        return np.array(found, dtype=np.int64), ranges, by_country


def _by_row(of_signature: Integers, ranges: Integers, by_country: Integers, count: int) -> Integers:
    """What a signature is or has, for each of its table rows."""
    found = np.zeros(count, dtype=np.int64)
    for place, number in enumerate(of_signature):
        end = max(int(ranges[place, 1]), int(by_country[place, :, 1].max(initial=0)))
        found[ranges[place, 0] : end] = number
    return found


def _extent(
    signature: Integers, country: Integers, ranges: Integers, by_country: Integers
) -> Integers:
    """First exposure and one past the last of every table row, (table rows, 2)."""
    countries = by_country.shape[1]
    code = signature.astype(np.int64) * countries + country
    edges = np.searchsorted(code, np.arange(len(ranges) * countries + 1))
    rows = max(int(ranges[:, 1].max(initial=0)), int(by_country[:, :, 1].max(initial=0)))
    found = np.zeros((rows, 2), dtype=np.int64)
    for place in range(len(ranges)):
        first = place * countries
        found[slice(*ranges[place])] = edges[first], edges[first + countries]
        for number in np.flatnonzero(by_country[place, :, 1] > by_country[place, :, 0]):
            stretch = edges[first + number], edges[first + number + 1]
            found[slice(*by_country[place, number])] = stretch
    return found


def _parameters(
    columns: PortfolioColumns,
    states: RouteStates,
    route_row: Integers,
    profile: Integers,
    slot: Integers,
) -> tuple[Array, Integers]:
    """Severity, effectiveness, buffer, failover, shift, rise, pace; sort, same, curve, slot."""
    if not len(route_row):
        return np.zeros((0, 7)), np.zeros((0, 4), dtype=np.int64)
    known = [states.state[row] for row in route_row]
    state = np.array([one[:7] for one in known if one is not None], dtype=np.float64)
    of_profile = np.array(
        [(one.effectiveness, one.buffer_days, one.failover_days) for one in columns.profiles]
    )[profile]
    rows = np.column_stack(
        [
            state[:, 2],
            of_profile[:, 0] * (1 - state[:, 3]),
            of_profile[:, 1],
            of_profile[:, 2],
            state[:, 4],
            state[:, 5],
            state[:, 6],
        ]
    )
    ints = np.column_stack([state[:, 0], state[:, 1], 0 * state[:, 0], slot[route_row]]).astype(
        np.int64
    )
    return np.ascontiguousarray(rows), np.ascontiguousarray(ints)


def _curves(shapes: Array, assumptions: Assumptions) -> Array:
    """Waiting in days of margin, (shapes, 64), for (severity, effectiveness, buffer, τ)."""
    severity, effective, buffer, failover = (shapes[:, [i]] for i in range(4))
    felt = np.maximum(0.0, DURATION_GRID[None, :] - buffer)
    after = np.maximum(0.0, felt - failover)
    lost = severity * (np.minimum(failover, felt) + (1 - effective) * after)
    horizon = assumptions.churn_horizon_days
    churned = np.interp(lost, *churn_curve(assumptions)) * horizon
    found = np.full((len(shapes), PADDED), np.inf)
    waiting = np.minimum(lost * (1 - assumptions.recapture) + churned, horizon)
    found[:, : len(DURATION_GRID)] = waiting
    return found


def _constants(assumptions: Assumptions) -> Array:
    quality = assumptions.quality_loss * assumptions.quality_days
    return np.array(
        [
            assumptions.recapture,
            assumptions.churn_horizon_days,
            (1 - assumptions.substitutability_frontier) * quality,
            (1 - assumptions.substitutability_same_developer) * quality,
            (1 - assumptions.substitutability_fine_tuned) * quality,
            assumptions.price_horizon_months * DAYS_PER_MONTH,
            assumptions.price_horizon_months * max(0.0, assumptions.replacement_price_change),
            DAYS_PER_MONTH,
        ]
    )
