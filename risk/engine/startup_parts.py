"""What each startup's year is made of: expected loss and tail by dependency and event.

The same figures as :func:`risk.exposure.assessment.annual_loss` gives from a startup's own event
losses, for all startups of a portfolio at once. docs/method.md §4 (parts), §5 (what stops).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.engine.part_loops import fast_divide, fast_lay_out_means
from risk.engine.startup_years import LEVEL, THREADS, RouteHits, year_laws
from risk.engine.valuation import Prepared
from risk.measures import AnnualLossLaw, survival, value_at_risk

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Startups whose laws are transformed together.
CHUNK = 256
#: What is kept of each dependency and event; see :func:`risk.engine.part_loops.divide`.
FIGURES = 5


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Dependencies in the order of a portfolio's exposures, all of them from there.

    ``case`` numbers the use case of each; ``backed`` says whether it has a fallback that counts
    as a second route.
    """

    case: Integers
    backed: Flags


@dataclass(frozen=True, kw_only=True)
class StartupParts:
    """One entry for each dependency and event that reaches it, (parts,); money in USD a year.

    ``tail_usd`` is each part's share of P(tail) before it is scaled to the startup's tail.
    ``stopped_usd`` and ``stopped_rate`` are expected loss and events a year of the patterns that
    leave its use case without any route. ``refused`` (startups,) marks startups with too many
    dependencies or states: they have no parts here.
    """

    dependency: Integers
    event: Integers
    aal_usd: Array
    tail_usd: Array
    stopped_usd: Array
    stopped_rate: Array
    refused: Flags


def startup_parts(prepared: Prepared, known: Dependencies, *, cells: int) -> StartupParts:
    """Divide every startup's year; ``cells`` of the grid of its law, a power of two."""
    layout = _Layout(prepared, known)
    count = len(prepared.columns.startups)
    refused = np.zeros(count, dtype=np.bool_)
    lay_out, divide = fast_lay_out_means(), fast_divide()

    def chunk(start: int) -> Array:
        stop = min(start + CHUNK, count)
        shared = layout.arguments()
        density, figures = np.zeros((stop - start, cells)), np.zeros((stop - start, 3))
        lay_out(start, stop, *shared, density, figures)
        refused[start:stop] = figures[:, 1] < 0
        law = year_laws(density, figures)
        parts = layout.empty_parts(start, stop)
        divide(start, stop, *shared, survival(law), _quantiles(law), parts)
        return layout.flat(start, parts)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(chunk, range(0, count, CHUNK)))
    table = np.concatenate(found) if found else np.zeros((0, 2 + FIGURES))
    return StartupParts(
        dependency=table[:, 0].astype(np.int64),
        event=table[:, 1].astype(np.int64),
        aal_usd=table[:, 2],
        tail_usd=table[:, 3],
        stopped_usd=table[:, 4],
        stopped_rate=table[:, 5],
        refused=refused,
    )


def _quantiles(law: AnnualLossLaw) -> Array:
    step = np.where(law.step > 0, law.step, 1.0)
    return np.column_stack([step, np.round(value_at_risk(law, LEVEL) / step)])


class _Layout:
    """A portfolio's dependencies, each with the rows of its draws, as the loops want them."""

    def __init__(self, prepared: Prepared, known: Dependencies) -> None:
        exposures, tables, states = prepared.columns.exposures, prepared.tables, prepared.states
        place = np.empty(len(exposures), dtype=np.int64)
        place[tables.order] = np.arange(len(exposures))
        # A dependency's draws lie one after the other, the first of them numbered 0.
        first = np.flatnonzero(exposures.draw == 0)
        startup = exposures.startup[first]
        self.dependency_start = np.searchsorted(
            startup, np.arange(len(prepared.columns.startups) + 1)
        )
        self.route = exposures.route[tables.order].astype(np.int64)
        self.route_of = self.route[place[first]]
        country = np.zeros(len(prepared.columns.startups), dtype=np.int64)
        country[exposures.startup] = exposures.country
        hits = RouteHits(prepared)
        column = self._columns(hits, states.pattern_event, len(prepared.columns.routes))
        backup_down = np.array(
            [one is not None and one.fallback_severity > 0 for one in states.state], dtype=np.int64
        )
        self.who = (
            *(self.dependency_start, np.append(first, len(exposures)), place, place[first]),
            *(country, self.route, known.case, known.backed.astype(np.int64)),
        )
        self.hits = (
            *(hits.hit_start, hits.pattern, hits.state, hits.state_country, hits.rate, hits.law),
            *(column, backup_down),
        )
        first_row = np.ascontiguousarray(tables.ranges[:, 0])
        self.money = (prepared.money, prepared.signature, first_row, hits.place_in_route)
        self.tables = (
            *(tables.curves, tables.rows, tables.row_ints, tables.constants),
            *(tables.knots, tables.shares, tables.slopes),
        )
        self.laws = hits.laws

    def _columns(self, hits: RouteHits, event: Integers, routes: int) -> Integers:
        """Place of each pattern's event among those of a route, (routes, patterns)."""
        found = np.zeros((routes, len(event)), dtype=np.int64)
        self.events_of = np.zeros((routes, 0), dtype=np.int64)
        for route in range(routes):
            patterns = hits.pattern[hits.hit_start[route] : hits.hit_start[route + 1]]
            events, place = np.unique(event[patterns], return_inverse=True)
            found[route, patterns] = place
            missing = max(0, len(events) - self.events_of.shape[1])
            self.events_of = np.pad(self.events_of, ((0, 0), (0, missing)))
            self.events_of[route, : len(events)] = events
        return found

    def arguments(self) -> Sequence[object]:
        """In the order of :func:`risk.engine.part_loops.divide`, from ``who`` to ``laws``."""
        return self.who, self.hits, self.money, self.tables, self.laws

    def empty_parts(self, start: int, stop: int) -> Array:
        """Room for what the dependencies of these startups cost by event."""
        count = self.dependency_start[stop] - self.dependency_start[start]
        return np.zeros((count, self.events_of.shape[1], FIGURES))

    def flat(self, start: int, parts: Array) -> Array:
        """Dependency, event and figures of every event that reaches a dependency, (parts, 7)."""
        dependency, column = np.nonzero(parts[:, :, -1])
        numbers = dependency + self.dependency_start[start]
        events = self.events_of[self.route_of[numbers], column]
        return np.column_stack([numbers, events, parts[dependency, column]])
