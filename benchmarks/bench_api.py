"""A hundred requests a second on a warm demo, alone and beside ten analysts: how long they take.

Requests come at their times whether or not earlier ones were answered in time, and each is timed
from the moment at which it was due: a server that falls behind is seen to.
"""

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil

from benchmarks.analysts import Tally, at_work
from benchmarks.measuring import Measurement
from benchmarks.servers import dashboards, wait_until_warm
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.portfolios import each_startup
from db.services.setup import initialise
from db.services.tokens import MOST_PER_MINUTE, TokenScope, create_token

#: What programs ask for most: a short list, a page of scores, the whole answer.
READS = (
    "portfolios",
    "scores/list?portfolio=demo&limit=50",
    "score?portfolio=demo",
)
READERS, A_SECOND, SECONDS = 8, 100, 20
ANALYSTS, THINK_SECONDS = 10, 5.0
AIM = "95 % within 100 ms"


def measure(
    rate: int = A_SECOND, seconds: int = SECONDS, analysts: int = ANALYSTS
) -> Iterator[Measurement]:
    """Ask each read so often a second for so many seconds, alone and beside ``analysts``.

    ``seconds`` of a measurement is what 95 % of its requests took at most, its processor time that
    of the server for each; beside analysts it holds their pages too.
    """
    with tempfile.TemporaryDirectory() as name:
        address = f"sqlite:///{Path(name) / 'store.sqlite3'}"
        store = open_store(address)
        initialise(store, demo=True)
        made = create_token(
            store, LOCAL_OWNER, "bench", [TokenScope.READ], per_minute=MOST_PER_MINUTE
        )
        startups = [one.name for one in each_startup(store, LOCAL_OWNER, "demo")]
        store.close()
        with dashboards(address, Path(name)) as ports:
            port, process = next(iter(ports.items()))
            wait_until_warm(Path(name), port)
            server = psutil.Process(process)
            reads = [f"http://127.0.0.1:{port}/api/v1/{path}" for path in READS]
            for one in reads:
                yield _asked(one, made.secret, rate, seconds, server, "alone")
            with _beside(analysts, port, startups):
                for one in reads:
                    where = f"beside {analysts} analysts"
                    yield _asked(one, made.secret, rate, seconds, server, where)


@contextmanager
def _beside(analysts: int, port: int, startups: list[str]) -> Iterator[None]:
    """So many analysts who open pages, in a process of their own as people's machines are."""
    fresh = multiprocessing.get_context("spawn")
    over = fresh.Event()
    people = fresh.Process(target=_work, args=(analysts, port, startups, over))
    people.start()
    try:
        time.sleep(2 * THINK_SECONDS)  # until all of them are at work
        yield
    finally:
        over.set()
        people.join(timeout=120)
    assert people.exitcode == 0, "a page of an analyst failed"


def _work(analysts: int, port: int, startups: list[str], over: Event) -> None:
    tally = Tally()
    threads = at_work(
        [port],
        tally,
        over.is_set,
        analysts=analysts,
        startups=startups,
        think_seconds=THINK_SECONDS,
    )
    for one in threads:
        one.join()
    assert not tally.errors, tally.errors


def _asked(
    address: str, token: str, rate: int, seconds: int, server: psutil.Process, where: str
) -> Measurement:
    headers = {"Authorization": f"Bearer {token}"}
    httpx.get(address, headers=headers, timeout=300).raise_for_status()
    took: list[float] = []
    begin = time.perf_counter() + 0.5

    def read(first: int) -> None:
        with httpx.Client(headers=headers, timeout=60) as client:
            for number in range(first, rate * seconds, READERS):
                due = begin + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                client.get(address).raise_for_status()
                took.append(time.perf_counter() - due)

    before = sum(server.cpu_times()[:2])
    threads = [threading.Thread(target=read, args=(first,)) for first in range(READERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    worked = sum(server.cpu_times()[:2]) - before
    lasted = time.perf_counter() - begin
    path = address.partition("/api/v1/")[2]
    return Measurement(
        what=f"{path}, {where}: {len(took) / lasted:,.0f} a second; 95 % of them",
        seconds=quantiles(took, n=20)[-1],
        median_seconds=median(took),
        processor_seconds=worked / len(took),
        target=AIM,
    )
