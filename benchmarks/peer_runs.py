"""Child processes of the engine's peers, and the engine on the same question."""

from collections.abc import Callable
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contestants import Works
from benchmarks.invented_columns import invented_columns
from benchmarks.peer_inputs import load_inputs, peer_inputs
from benchmarks.peers_arrays import fused_loop, numpy_arrays, sparse_matrix
from benchmarks.peers_frames import duckdb_sql, pandas_merge, polars_frames
from benchmarks.synthetic import TODAY, reference_catalog
from risk.assumptions import DEFAULTS
from risk.loss.answer import answer_on
from risk.loss.books import BookYear, book_year
from risk.loss.exposures import Exposures, book_of
from risk.loss.tables import signatures_of
from risk.loss.valuing import (
    DRAWN_FACTS,
    Kept,
    WorldTables,
    chunks,
    in_threads,
    nothing_kept,
    value,
    world_tables_of,
)
from risk.loss.worlds import worlds_for, worlds_of

PEERS = {
    "fused numba loop": fused_loop,
    "NumPy": numpy_arrays,
    "DuckDB": duckdb_sql,
    "polars": polars_frames,
    "sparse matrix (CLIMADA's way)": sparse_matrix,
    "pandas merge": pandas_merge,
}
SEED = 20231117
#: The engine looks outages up between the nodes of a table, the peers sum them length by length:
#: how far startups and the portfolio may differ for that reason.
ONE_WITHIN, SUM_WITHIN = 1e-2, 1e-4


class Central:
    """A portfolio in the central world alone: judgement, rates and facts at their middle."""

    def __init__(self, startups: int) -> None:
        self.catalog = reference_catalog()
        columns = invented_columns(startups, catalog=self.catalog, together=False)
        self.book = book_of(columns)
        self.worlds = worlds_of(
            self.book,
            self.catalog,
            DEFAULTS,
            today=TODAY,
            count=1,
            judgement=False,
            rates=False,
            facts=False,
        )
        self.world_tables = world_tables_of(self.book, self.worlds)
        self.signatures = signatures_of(self.book, self.worlds)

    def answer(self) -> tuple[np.ndarray, BookYear]:
        """Every startup's expected loss and the law of the portfolio's year, nothing at hand."""
        world_tables = WorldTables(
            worlds=self.worlds, signatures=self.signatures, routes=self.world_tables.routes
        )
        world_tables.prepare()

        def part(pieces: list[tuple[int, Exposures]]) -> tuple[list[np.ndarray], Kept]:
            kept = nothing_kept(world_tables)
            own = [value(one, world_tables, kept=kept).y[0, :, DRAWN_FACTS] for _, one in pieces]
            return own, kept

        halves = in_threads(part, list(chunks(self.book.exposures)))
        kept = reduce(add, (kept for _, kept in halves))
        return np.concatenate([y for own, _ in halves for y in own]), book_year(world_tables, kept)


def engine(*, startups: int) -> Works:
    """The same question answered exactly, and the whole answer in all worlds beside it."""
    held = Central(startups)

    def law() -> Callable[[], dict[str, Any]]:
        losses, year = held.answer()
        mean = float(losses.sum())
        variance = float(((year.law.losses - year.law.mean) ** 2) @ year.law.probability)
        return lambda: {"mean": mean, "spread": variance**0.5}

    def whole() -> None:
        count = worlds_for(startups)
        worlds = worlds_of(held.book, held.catalog, DEFAULTS, today=TODAY, count=count)
        answer_on(world_tables_of(held.book, worlds), held.book.exposures, DEFAULTS)

    return {"law": law, "whole": whole}


def inputs(*, startups: int, years: int, path: str) -> Works:
    """Draws years of disruptions and writes what the peers need."""
    held = Central(startups)

    def write() -> Callable[[], dict[str, Any]]:
        given = peer_inputs(held.book.exposures, held.world_tables, years=years, seed=SEED)
        given.save(Path(path))
        losses, _ = held.answer()
        off = np.abs(losses - given.exact) / np.maximum(given.exact, given.exact.mean() * 1e-3)
        found = {
            "sum off": abs(float(losses.sum() / given.exact.sum()) - 1),
            "startups off": float(off.max()),
        }
        assert found["sum off"] < SUM_WITHIN, f"engine and peers price another thing: {found}"
        assert found["startups off"] < ONE_WITHIN, f"engine and peers price another: {found}"
        return lambda: {
            "pairs": given.pairs(years) / years,
            "occurrences": len(given.year) / years,
            **found,
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
