"""Price of a gateway's log that becomes a register, against adding the same file up plainly."""

import csv
import json
import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks.bench_intake import _alone
from benchmarks.measuring import Measurement, installed

RECORDS = 200_000
_MODELS = (
    ("gpt-5.4", "openai"),
    ("gpt-5.4-mini", "azure"),
    ("claude-sonnet-4-6", "anthropic"),
    ("us.anthropic.claude-sonnet-4-6", "bedrock"),
    ("gemini-2.5-flash", "vertex_ai"),
    ("openai/gpt-oss-120b", "groq"),
)
_COLUMNS = (
    "request_id call_type api_key spend total_tokens prompt_tokens completion_tokens startTime"
    " endTime model model_group custom_llm_provider user metadata cache_hit request_tags team_id"
    " messages response session_id status"
).split()
#: What stands for prompts and answers in a row.
_PROSE = "a prompt of some length, which is left where it is. " * 4


def measure(records: int = RECORDS) -> list[Measurement]:
    """Read one log in every way, each in a process of its own, and compare the sums."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.csv"
        write_log(file, records)
        size = file.stat().st_size / 2**20
        ours = _alone(publish, file)
        peers = {name: _alone(PEERS[name], file) for name in installed(PEERS)}
        held = {(run.records, run.cents) for run in (ours, *peers.values())}
        assert len(held) == 1, f"They add up to different sums: {ours} {peers}"
    return [
        Measurement(
            what=f"{records:,} rows of a log ({size:,.0f} MiB) into a register on SQLite,"
            f" {ours.peak_mebibytes:,} MiB",
            seconds=ours.seconds,
            processor_seconds=ours.processor_seconds,
            against=f"{name}, spend by model ({run.peak_mebibytes:,} MiB, processors"
            f" {1000 * run.processor_seconds:.0f} ms)",
            against_seconds=run.seconds,
        )
        for name, run in peers.items()
    ]


def write_log(file: Path, records: int) -> None:
    """Write invented spend logs of LiteLLM over three months; one seed, so always the same."""
    draw = random.Random(21)  # noqa: S311 - invented figures, no secret
    first = date(2026, 8, 1)
    metadata = json.dumps({"user_api_key_team_alias": "team", "status": "success"})
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(_COLUMNS)
        for row in range(records):
            model, provider = _MODELS[row % len(_MODELS)]
            day = first + timedelta(days=row * 92 // records)
            tokens = draw.randrange(100, 9_000)
            rows.writerow(
                (
                    f"chatcmpl-{row:09d}", "acompletion", "hash", _spend(row), tokens, tokens - 50,
                    50, f"{day} 10:00:00.000", f"{day} 10:00:01.000", model, model, provider, "u",
                    metadata, "False", f'["feature:part {row % 20}"]', f"team-{row % 5}", _PROSE,
                    _PROSE, "session", "success",
                )
            )  # fmt: skip


def _spend(row: int) -> str:
    return f"{row * 7919 % 100_000 / 1_000_000:.6f}"


def publish(file: Path) -> tuple[float, int, int]:
    """Read, recognise, reconcile and publish in a new store."""
    from sqlalchemy import func, select

    from db.engine import open_store
    from db.importing.usage import OBSERVATIONS
    from db.services.access import LOCAL_OWNER
    from db.services.imports import publish_import
    from db.services.setup import initialise

    store = open_store(f"sqlite:///{file.with_suffix('.store')}")
    initialise(store)
    start = perf_counter()
    published = publish_import(
        store,
        LOCAL_OWNER,
        data=b"",
        files=(file,),
        file_name=file.name,
        portfolio="benchmark",
        assume={"usage_startup": "Acme", "use_case_column": "tag:feature", "all": "all"},
    )
    seconds = perf_counter() - start
    assert published.changes.new
    with store.read() as session:
        query = select(func.sum(OBSERVATIONS.c.requests), func.sum(OBSERVATIONS.c.spend_micros))
        requests, micros = session.execute(query).one()
    return seconds, int(requests), round(Decimal(int(micros)) / 10_000)


def add_up_with_pandas(file: Path) -> tuple[float, int, int]:
    """Read two columns and group them."""
    import pandas as pd

    start = perf_counter()
    frame = pd.read_csv(file, usecols=["model", "spend"])
    sums = frame.groupby("model").spend.agg(["count", "sum"])
    seconds = perf_counter() - start
    return seconds, int(sums["count"].sum()), round(float(sums["sum"].sum()) * 100)


def add_up_with_duckdb(file: Path) -> tuple[float, int, int]:
    """The same as one statement over the file."""
    import duckdb

    start = perf_counter()
    query = "SELECT model, count(*), sum(spend) FROM read_csv(?) GROUP BY model"
    rows = duckdb.execute(query, [str(file)]).fetchall()
    seconds = perf_counter() - start
    return seconds, sum(row[1] for row in rows), round(sum(row[2] for row in rows) * 100)


def add_up_plainly(file: Path) -> tuple[float, int, int]:
    """Python's own csv module, row by row."""
    start = perf_counter()
    count, spend = 0, 0.0
    with file.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            count += 1
            spend += float(row["spend"])
    return perf_counter() - start, count, round(spend * 100)


PEERS = {
    "pandas": add_up_with_pandas,
    "DuckDB": add_up_with_duckdb,
    "the csv module": add_up_plainly,
}
