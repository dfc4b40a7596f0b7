"""Requests a second of the routes for programs on a warm demo, and how long the slow ones take."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil

from benchmarks.measuring import Measurement
from benchmarks.servers import dashboards, wait_until_warm
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.setup import initialise
from db.services.tokens import MOST_PER_MINUTE, TokenScope, create_token

#: What programs ask for most: a short list, a page of scores, the whole answer.
READS = (
    "portfolios",
    "scores/list?portfolio=demo&limit=50",
    "score?portfolio=demo",
)
READERS = 8
SECONDS = 10
AIM = "100 a second, 95 % within 100 ms"


def measure(readers: int = READERS, seconds: int = SECONDS) -> Iterator[Measurement]:
    """Ask each read over and over, by so many readers at once, for so many seconds.

    ``seconds`` of a measurement is what 95 % of its requests took at most, its processor time that
    of the server for each.
    """
    with tempfile.TemporaryDirectory() as name:
        address = f"sqlite:///{Path(name) / 'store.sqlite3'}"
        store = open_store(address)
        initialise(store, demo=True)
        made = create_token(
            store, LOCAL_OWNER, "bench", [TokenScope.READ], per_minute=MOST_PER_MINUTE
        )
        store.close()
        with dashboards(address, Path(name)) as ports:
            port, process = next(iter(ports.items()))
            wait_until_warm(Path(name), port)
            for path in READS:
                address = f"http://127.0.0.1:{port}/api/v1/{path}"
                yield _asked(address, made.secret, readers, seconds, psutil.Process(process))


def _asked(
    address: str, token: str, readers: int, seconds: int, server: psutil.Process
) -> Measurement:
    headers = {"Authorization": f"Bearer {token}"}
    httpx.get(address, headers=headers, timeout=300).raise_for_status()
    took: list[float] = []
    until = time.perf_counter() + seconds

    def read() -> None:
        with httpx.Client(headers=headers, timeout=60) as client:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                client.get(address).raise_for_status()
                took.append(time.perf_counter() - begun)

    before = sum(server.cpu_times()[:2])
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    worked = sum(server.cpu_times()[:2]) - before
    path = address.partition("/api/v1/")[2]
    return Measurement(
        what=f"{path}: {len(took) / seconds:,.0f} a second by {readers} readers; 95 % of them",
        seconds=quantiles(took, n=20)[-1],
        median_seconds=median(took),
        processor_seconds=worked / len(took),
        target=AIM,
    )
