"""What the child processes of the peers run, and the project's own simulation on its curves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contestants import Works
from benchmarks.engine_runs import Built, Score, facts
from benchmarks.peer_inputs import PeerInputs, events_to_draw, load_inputs, peer_inputs
from benchmarks.peers_arrays import fused_loop, numpy_arrays, sparse_matrix
from benchmarks.peers_frames import duckdb_sql, pandas_merge, polars_frames
from risk.assumptions import DEFAULTS
from risk.catalog.falters import PERMANENT_KINDS
from risk.engine.customers import CustomerLosses
from risk.engine.valuation import portfolio_curves, value
from risk.hazard.durations import DURATION_GRID
from risk.portfolio.event_table import EventTable
from risk.portfolio.simulation import Simulation

Array = NDArray[np.float64]

PEERS = {
    "fused numba loop": fused_loop,
    "NumPy": numpy_arrays,
    "DuckDB": duckdb_sql,
    "polars": polars_frames,
    "sparse matrix (CLIMADA's way)": sparse_matrix,
    "pandas merge": pandas_merge,
}
SEED = 20231117
#: The engine takes a loss as straight between the points of its duration grid, the peers work it
#: out at the duration itself: how far years and startups may differ for that reason, and the sum.
ONE_WITHIN, SUM_WITHIN = 1e-2, 5e-4
#: Enough years for this check.
CHECKED_YEARS = 200
LEVEL = 0.99


def inputs(*, startups: int, years: int, path: str) -> Works:
    """Draw years of events and write what the peers need."""
    built = Built(startups)

    def write() -> Callable[[], dict[str, Any]]:
        states = built.prepared.states
        given = peer_inputs(built.columns, states, DEFAULTS, years=years, seed=SEED)
        given.save(Path(path))
        return lambda: {
            "pairs": given.pairs(years) / years,
            "occurrences": len(given.year) / years,
            **facts(built, Score(built.prepared)),
            **_check_on_drawn_events(built, given),
        }

    return {"write": write}


def peer(*, name: str, path: str) -> Works:
    """One peer with its inputs ready. ``run`` writes its answer to ``to``."""
    given = load_inputs(Path(path))
    run = PEERS[name](given)

    def timed(years: int, to: str | None = None) -> Callable[[], dict[str, int]]:
        answer = run(years)

        def write() -> dict[str, int]:
            if to is not None:
                np.savez(to, **answer._asdict())
            return {"pairs": given.pairs(years)}

        return write

    return {"run": timed}


def curve_years(*, startups: int) -> Works:
    """The project's own simulation: drawn years on the portfolio's curves."""
    built = Built(startups)
    score = Score(built.prepared)

    def draw(years: int) -> Callable[[], dict[str, Any]]:
        tables = tuple(_tables(built, score))
        drawn = Simulation(
            years, SEED, tables, np.zeros(years), np.zeros(years), DEFAULTS.frailty_variance
        )
        for table in tables:
            for start, hits in drawn.occurrences(table):
                for one in hits:
                    place = one.years + start
                    drawn.year_losses[place] += table.loss_at(one.patterns, one.days)
        return lambda: _distances(drawn, score)

    return {"draw": draw, "facts": lambda: facts(built, score)}


def _distances(drawn: Simulation, score: Score) -> dict[str, Any]:
    """How far from the exact law, in standard errors; and that of TVaR99, relative."""
    year = score.year
    quantile, tail = drawn.spreads(LEVEL)
    found = {
        "AAL": (drawn.aal_usd - year.aal_usd) / drawn.aal_standard_error_usd,
        "VaR99": (drawn.var_usd(LEVEL) - year.var_usd(LEVEL)) / quantile.standard_error,
        "TVaR99": (drawn.tvar_usd(LEVEL) - year.tvar_usd(LEVEL)) / tail.standard_error,
    }
    assert all(abs(one) < 4 for one in found.values()), f"simulation and law disagree: {found}"
    return {**found, "relative error": tail.standard_error / year.tvar_usd(LEVEL)}


def _tables(built: Built, score: Score) -> Iterator[EventTable]:
    """The portfolio's curves by event, as the simulation reads them."""
    states = built.prepared.states
    hit: dict[int, list[CustomerLosses]] = {}
    for one in score.year.customers:
        assert one.loss.shape[1] == 1, "customers' own falters are permanent here"
        hit.setdefault(one.event, []).append(one)
    own = {
        event: np.concatenate([np.full(len(one.loss), one.probability) for one in parts])
        for event, parts in hit.items()
    }
    numbered = {event: (np.arange(len(chance)), chance) for event, chance in own.items()}
    for number, event, patterns, probability in events_to_draw(states, numbered):
        permanent = event.kind in PERMANENT_KINDS
        if number in hit:
            curves = np.concatenate([one.loss for one in hit[number]])
        else:
            curves = score.year.losses[patterns, : 1 if permanent else None]
        yield EventTable(
            event=event,
            probability=probability,
            state_of=np.arange(len(curves)),
            states=np.zeros((0, len(curves)), dtype=np.int64),
            hits=(),
            total=curves,
            weights=states.weights[number, : curves.shape[1]],
            grid=None if permanent else DURATION_GRID,
        )


def _check_on_drawn_events(built: Built, given: PeerInputs) -> dict[str, float]:
    """The engine on the very events that the peers get, startup by startup and year by year."""
    states = built.prepared.states
    drawn = given.without_customers()
    years = min(given.years, CHECKED_YEARS)
    expected = fused_loop(drawn)(years)
    some = slice(0, int(drawn.year_start[years]))
    pattern, left, share = drawn.pattern[some], drawn.left[some], drawn.share[some]
    # A permanent falter counts on the first point of the grid.
    ends = np.array([one.kind in PERMANENT_KINDS for one in states.events])
    ends = ends[states.pattern_event][pattern]
    left, share = np.where(ends, 0, left), np.where(ends, 0.0, share)
    mass = np.zeros((len(states.probability), len(DURATION_GRID)))
    np.add.at(mass, (pattern, left), 1 - share)
    np.add.at(mass, (pattern, left + 1), share)
    valued = value(built.prepared, states.reach.T @ (states.within.T @ mass))
    startups = valued.by_startup(built.prepared)
    curves = portfolio_curves(states, valued.curves)
    loss = curves[pattern, left] * (1 - share) + curves[pattern, left + 1] * share
    by_year = np.bincount(drawn.year[some], weights=loss, minlength=years)
    found = {
        "sum off": abs(float(startups.sum() / expected.startup_losses.sum()) - 1),
        "startups off": _furthest(startups, expected.startup_losses),
        "years off": _furthest(by_year, expected.year_losses),
    }
    assert found["sum off"] < SUM_WITHIN, f"engine and peers disagree on drawn events: {found}"
    assert max(found.values()) < ONE_WITHIN, f"engine and peers disagree on drawn events: {found}"
    return found


def _furthest(one: Array, other: Array) -> float:
    """The largest difference, relative to each value where it is not tiny."""
    return float((np.abs(one - other) / np.maximum(other, other.mean() * 1e-3)).max())
