"""Peers that join and group rows: pandas, polars and DuckDB.

Each makes a row of every exposure hit in every occurrence, for as many years at a time as
:data:`MOST_PAIRS` allows. What is returned runs for a number of years.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_inputs import PeerAnswer, PeerInputs, no_losses

#: Hit exposures in memory at a time.
MOST_PAIRS = 8_000_000


def pandas_merge(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """Merge occurrences with whom they hit, then group by year and by startup."""
    import pandas as pd

    drawn = pd.DataFrame(_occurrences(inputs))
    targets, members = pd.DataFrame(_targets(inputs)), pd.DataFrame(_members(inputs))
    by_place = inputs.curves.ravel()

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        for block in inputs.blocks(years, MOST_PAIRS):
            states = drawn.iloc[block].merge(targets, on="pattern")
            place = states["curve"].to_numpy() + states["length"].to_numpy()
            states["waiting"] = by_place[place]
            hit = states[["year", "target", "waiting"]].merge(members, on="target")
            hit["loss"] = np.minimum(hit["margin"] * hit["waiting"], hit["cost"])
            for sums, by in ((found.year_losses, "year"), (found.startup_losses, "startup")):
                total = hit.groupby(by)["loss"].sum()
                sums[total.index] += total
        return found

    return run


def polars_frames(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """The same with polars' lazy frames, which join and group on all processors."""
    import polars as pl

    drawn = pl.DataFrame(_occurrences(inputs))
    targets, members, curves = (
        pl.DataFrame(one).lazy() for one in (_targets(inputs), _members(inputs), _curves(inputs))
    )

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        for block in inputs.blocks(years, MOST_PAIRS):
            hit = (
                drawn[block]
                .lazy()
                .join(targets, on="pattern")
                .with_columns(place=pl.col("curve") + pl.col("length"))
                .join(curves, on="place")
                .select("year", "target", "waiting")
                .join(members, on="target")
                .select(
                    "year",
                    "startup",
                    loss=pl.min_horizontal(pl.col("margin") * pl.col("waiting"), pl.col("cost")),
                )
            )
            both = (hit.group_by(name).agg(pl.col("loss").sum()) for name in ("year", "startup"))
            by_year, by_startup = pl.collect_all(both)
            found.year_losses[by_year["year"].to_numpy()] += by_year["loss"].to_numpy()
            startups = by_startup["startup"].to_numpy()
            found.startup_losses[startups] += by_startup["loss"].to_numpy()
        return found

    return run


def duckdb_sql(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """The same as SQL on DuckDB's own tables, both sums in one query."""
    import duckdb
    import pandas as pd

    database = duckdb.connect()
    tables = {
        "occurrences": _occurrences(inputs),
        "targets": _targets(inputs),
        "members": _members(inputs),
        "curves": _curves(inputs),
    }
    for name, columns in tables.items():
        database.register("given", pd.DataFrame(columns))
        database.execute(f"CREATE TABLE {name} AS FROM given")
        database.unregister("given")
    query = """
        WITH states AS (
            SELECT year, target, waiting
            FROM occurrences JOIN targets USING (pattern)
            JOIN curves ON curves.place = targets.curve + occurrences.length
            WHERE year >= ? AND year < ?
        ), hits AS (
            SELECT year, startup, least(margin * waiting, cost) AS loss
            FROM states JOIN members USING (target)
        )
        SELECT year, startup, sum(loss) AS loss FROM hits
        GROUP BY GROUPING SETS ((year), (startup))
    """

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        for block in inputs.blocks(years, MOST_PAIRS):
            first, last = int(inputs.year[block.start]), int(inputs.year[block.stop - 1])
            sums = database.execute(query, [first, last + 1]).fetchnumpy()
            by_year = np.ma.getmaskarray(sums["startup"])
            found.year_losses[sums["year"][by_year]] += sums["loss"][by_year]
            found.startup_losses[sums["startup"][~by_year]] += sums["loss"][~by_year]
        return found

    return run


def _occurrences(inputs: PeerInputs) -> dict[str, NDArray[np.generic]]:
    return {"year": inputs.year, "pattern": inputs.pattern, "length": inputs.length}


def _targets(inputs: PeerInputs) -> dict[str, NDArray[np.generic]]:
    patterns = np.arange(len(inputs.pattern_start) - 1)
    return {
        "pattern": np.repeat(patterns, np.diff(inputs.pattern_start)),
        "target": inputs.target,
        "curve": inputs.shape[inputs.target] * inputs.curves.shape[1],
    }


def _members(inputs: PeerInputs) -> dict[str, NDArray[np.generic]]:
    targets = np.arange(len(inputs.target_start) - 1)
    return {
        "target": np.repeat(targets, np.diff(inputs.target_start)),
        "startup": inputs.startup,
        "margin": inputs.margin,
        "cost": inputs.cost,
    }


def _curves(inputs: PeerInputs) -> dict[str, NDArray[np.generic]]:
    """Waiting of each curve at each length."""
    waiting = inputs.curves.ravel()
    return {"place": np.arange(waiting.size), "waiting": waiting}
