"""Each startup's own year: expected loss and tail, for every draw of its unknown facts.

The score needs each startup's tail value at risk at 95 %. Its year is a compound Poisson law on a
grid scaled to the startup; the laws of thousands of startups are transformed together.
docs/method.md §4.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from risk.engine.startup_loops import fast_lay_out
from risk.engine.valuation import Prepared
from risk.measures import AnnualLossLaw, tail_value_at_risk

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

CELLS = 512
#: Startups whose laws are transformed together, on so many cells.
CHUNK = 2_048
LEVEL = 0.95
THREADS = 2


@dataclass(frozen=True, kw_only=True)
class StartupYears:
    """One entry for each startup and draw of its unknown facts, (entries,), in order.

    ``aal_usd`` and ``tvar95_usd`` are USD a year; NaN where the startup has use cases that the
    engine prices otherwise (:mod:`risk.engine.grouped`).
    """

    startup: Integers
    draw: Integers
    aal_usd: Array
    tvar95_usd: Array


def startup_years(prepared: Prepared, *, cells: int = CELLS) -> StartupYears:
    """The year of every startup that has any exposure."""
    exposures, tables = prepared.columns.exposures, prepared.tables
    draws = prepared.columns.draws.astype(np.int64)
    start_of = np.concatenate([[0], np.cumsum(draws)])
    entry = start_of[exposures.startup] + exposures.draw
    by_entry = np.argsort(entry, kind="stable")
    place = np.empty(len(entry), dtype=np.int64)
    place[tables.order] = np.arange(len(entry))
    entries = int(start_of[-1])
    startup = np.repeat(np.arange(len(draws)), draws)
    row_start = np.searchsorted(entry[by_entry], np.arange(entries + 1))
    shared = RouteHits(prepared)
    size = max(1, CHUNK * CELLS // cells)
    country = np.zeros(entries, dtype=np.int64)
    country[entry] = exposures.country
    figures = np.zeros((entries, 3))
    tails = np.zeros(entries)
    loop = fast_lay_out()

    def chunk(start: int) -> None:
        stop = min(start + size, entries)
        density = np.zeros((stop - start, cells))
        loop(
            *(start, stop, row_start, place[by_entry], draws[startup].astype(np.float64)),
            *(country, exposures.route[tables.order].astype(np.int64), *shared.arguments()),
            *(density, figures),
        )
        tails[start:stop] = tail_value_at_risk(year_laws(density, figures[start:stop]), LEVEL)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(chunk, range(0, entries, size)))
    unknown = figures[:, 1] < 0
    for group in prepared.grouped:
        unknown |= np.isin(startup, group.startup)
    return StartupYears(
        startup=startup,
        draw=np.arange(entries) - start_of[startup],
        aal_usd=np.where(unknown, np.nan, figures[:, 0]),
        tvar95_usd=np.where(unknown, np.nan, tails),
    )


def year_laws(density: Array, figures: Array) -> AnnualLossLaw:
    """The laws of years from events a year by loss, (startups, cells), and what the loops said."""
    transform = fft.rfft(density, axis=1)
    transform -= figures[:, 2:3]
    law = fft.irfft(np.exp(transform, out=transform), n=density.shape[1], axis=1)
    np.clip(law, 0.0, None, out=law)
    law /= law.sum(axis=1, keepdims=True)
    return AnnualLossLaw(law, np.abs(figures[:, 1]))


class RouteHits:
    """Which patterns reach each route, and what the loops read beside the startups themselves."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        states, tables = prepared.states, prepared.tables
        hits = (states.within @ states.reach).tocoo()
        known = states.row_route[hits.col] >= 0
        pattern, row = hits.row[known].astype(np.int64), hits.col[known].astype(np.int64)
        route = states.row_route[row]
        order = np.lexsort((pattern, route))
        self.pattern, self.state = pattern[order], row[order]
        routes = len(prepared.columns.routes)
        self.hit_start = np.searchsorted(route[order], np.arange(routes + 1))
        self.state_country = np.array(
            [
                -1 if (limit := states.limit_of(one)) is None else limit
                for one in range(len(states.state))
            ],
            dtype=np.int64,
        )
        # A country that nobody is in must match nobody.
        self.state_country[
            [one for one in range(len(states.state)) if states.limit_of(one) == -1]
        ] = np.iinfo(np.int64).max
        self.rate = states.rates[states.pattern_event] * states.probability
        laws, self.law = np.unique(states.weights, axis=0, return_inverse=True)
        self.laws = np.ascontiguousarray(laws)
        self.law = self.law.ravel()[states.pattern_event]
        self.place_in_route = np.zeros(len(states.state), dtype=np.int64)
        first = tables.ranges[:, 0]
        ends = np.append(first, len(tables.route_row))[1:]
        for start, end in zip(first, ends, strict=True):
            self.place_in_route[tables.route_row[start:end]] = np.arange(end - start)

    def arguments(self) -> tuple[object, ...]:
        """In the order of :func:`risk.engine.startup_loops.lay_out`, from ``columns`` on."""
        prepared, tables = self.prepared, self.prepared.tables
        return (
            *(prepared.money, prepared.signature, np.ascontiguousarray(tables.ranges[:, 0])),
            *(self.place_in_route, self.hit_start, self.pattern, self.state, self.state_country),
            *(self.rate, self.law, self.laws, tables.rows, tables.row_ints, tables.curves),
            *(tables.constants, tables.knots, tables.shares, tables.slopes),
        )
