"""Price of everything about many registers, against one count of step 1 by pandas and DuckDB.

Ours reads all eight tables, joins codes to firms and groups, and answers every indicator as bounds,
step 1, concentration and single points. A peer reads four tables of the same stacked CSV and counts
the entities and assets behind each group and category: sub-criteria 1.1 and 1.2 alone.
"""

import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.bench_intake import _alone
from benchmarks.invented_packages import Wanted, stacked_csv, zip_of_packages
from benchmarks.measuring import Measurement, installed

PACKAGES, ROWS = 2_000, 1_000_000
_ARCHIVE = "packages.zip"


def measure(packages: int = PACKAGES, rows: int = ROWS) -> list[Measurement]:
    """Answer from packages and from stacked tables, each in a process of its own."""
    wanted = Wanted(packages=packages, rows=rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / _ARCHIVE).write_bytes(zip_of_packages(wanted))
        for table, data in stacked_csv(wanted).items():
            (folder / table).write_bytes(data)
        size = sum(one.stat().st_size for one in folder.glob("b_*.csv")) / 2**20
        from_packages = _alone(answer_from_packages, folder)
        ours = _alone(answer_from_tables, folder)
        peers = {one: _alone(PEERS[one], folder) for one in installed(PEERS)}
        held = {(run.records, run.cents) for run in (from_packages, ours, *peers.values())}
        assert len(held) == 1, f"They count differently: {from_packages} {ours} {peers}"
    return [
        Measurement(
            what=f"{packages:,} packages, {rows:,} rows of use, to the whole answer",
            seconds=from_packages.seconds,
            processor_seconds=from_packages.processor_seconds,
            peak_mebibytes=from_packages.peak_mebibytes,
            target="60 s, 3 GiB",
        ),
        *(
            Measurement(
                what=f"the same from stacked CSV ({size:,.0f} MiB)",
                seconds=ours.seconds,
                processor_seconds=ours.processor_seconds,
                peak_mebibytes=ours.peak_mebibytes,
                against=f"{name}, one count of step 1 ({run.peak_mebibytes:,} MiB, processors"
                f" {1000 * run.processor_seconds:.0f} ms)",
                against_seconds=run.seconds,
            )
            for name, run in peers.items()
        ),
    ]


def answer_from_packages(folder: Path) -> tuple[float, int, int]:
    """The whole answer from an archive of packages."""
    return _answer([folder / _ARCHIVE])


def answer_from_tables(folder: Path) -> tuple[float, int, int]:
    """The whole answer from stacked tables."""
    return _answer(sorted(folder.glob("b_*.csv")))


def _answer(files: list[Path]) -> tuple[float, int, int]:
    from db.services.oversight import answer_of, oversight_of
    from risk.dora.oversight import ALL, Indicator

    start = perf_counter()
    found = answer_of(oversight_of([(one.name, one.read_bytes()) for one in files])).oversight
    seconds = perf_counter() - start
    reach, single = found.reach[Indicator.CRITICAL_DIRECT], found.category < ALL
    return seconds, int(reach.sure[single].sum()), int(reach.assets_sure[single].sum())


def count_with_pandas(folder: Path) -> tuple[float, int, int]:
    """Entities and assets by group and category with data frames."""
    import pandas as pd

    start = perf_counter()

    def table(name: str, *columns: str) -> pd.DataFrame:
        return pd.read_csv(folder / f"{name}.csv", usecols=["register", *columns], dtype=str)

    uses = table("b_02.02", "c0020", "c0030", "c0050")
    functions = table("b_06.01", "c0010", "c0040", "c0050")
    firms = table("b_05.01", "c0010", "c0110")
    entities = table("b_01.02", "c0010", "c0040", "c0110")
    critical = functions[functions["c0050"] == "eba_BT:x28"]
    joined = uses.merge(
        critical[["register", "c0010", "c0040"]],
        left_on=["register", "c0050", "c0020"],
        right_on=["register", "c0010", "c0040"],
    )
    joined = joined.merge(
        firms, left_on=["register", "c0030"], right_on=["register", "c0010"], suffixes=("", "_f")
    )
    pairs = joined[["register", "c0020", "c0110"]].drop_duplicates()
    pairs = pairs.merge(
        entities.rename(columns={"c0110": "assets"}),
        left_on=["register", "c0020"],
        right_on=["register", "c0010"],
    )
    pairs["assets"] = pd.to_numeric(pairs["assets"])
    counted = pairs.groupby(["c0110", "c0040"])["assets"].agg(["size", "sum"])
    seconds = perf_counter() - start
    return seconds, int(counted["size"].sum()), int(counted["sum"].sum())


def count_with_duckdb(folder: Path) -> tuple[float, int, int]:
    """The same as one query."""
    import duckdb

    def table(name: str) -> str:
        return f"read_csv('{folder / name}.csv', header=true, all_varchar=true)"

    start = perf_counter()
    counted = duckdb.sql(
        f"""
        WITH pairs AS (
            SELECT DISTINCT u.register, u.c0020 AS lei, p.c0110 AS firm
            FROM {table("b_02.02")} u
            JOIN {table("b_06.01")} f
              ON f.register = u.register AND f.c0010 = u.c0050 AND f.c0040 = u.c0020
            JOIN {table("b_05.01")} p ON p.register = u.register AND p.c0010 = u.c0030
            WHERE f.c0050 = 'eba_BT:x28'
        )
        SELECT firm, e.c0040 AS category, count(*) AS entities,
               coalesce(sum(TRY_CAST(e.c0110 AS DOUBLE)), 0) AS assets
        FROM pairs
        JOIN {table("b_01.02")} e ON e.register = pairs.register AND e.c0010 = pairs.lei
        GROUP BY ALL
        """  # noqa: S608 - our own file names
    ).fetchall()
    seconds = perf_counter() - start
    return seconds, sum(row[2] for row in counted), int(sum(row[3] for row in counted))


PEERS = {"pandas": count_with_pandas, "DuckDB": count_with_duckdb}
