"""Waits of a reader and a writer while somebody publishes a large inventory.

python -m benchmarks.import_neighbours [RECORDS] [ADDRESS_OF_A_NEW_STORE]
"""

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.bench_intake import inventory

RECORDS = 1_000_000
_BETWEEN_SECONDS = 0.05
_SMALL = b"startup,provider\nAcme,OpenAI\n"


def main(records: int, address: str) -> None:
    """Publish ``records`` in one process while two others read and write, and print the waits."""
    from db.engine import open_store
    from db.services.setup import initialise

    store = open_store(address)
    initialise(store)
    store.close()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        done = Path(tempfile.mkdtemp(prefix="downstream-bench-")) / "done"
        reading = processes.submit(waits, address, read_portfolios, done)
        writing = processes.submit(waits, address, publish_small, done)
        publishing: Future[float] = processes.submit(publish, address, records)
        seconds = publishing.result()
        done.touch()
        for name, found in (("read", reading.result()), ("small import", writing.result())):
            ordered = sorted(found)
            print(
                f"{name}: {len(found)} while {records:,} records were published in"
                f" {seconds:.1f} s; median {ordered[len(ordered) // 2]:.3f} s, longest"
                f" {ordered[-1]:.3f} s"
            )


def publish(address: str, records: int) -> float:
    """Publish the large inventory; the seconds it took."""
    from db.engine import open_store
    from db.services.access import LOCAL_OWNER
    from db.services.imports import publish_import

    store = open_store(address)
    data = inventory(records).encode()
    start = perf_counter()
    publish_import(store, LOCAL_OWNER, data=data, file_name="large.csv", portfolio="Large")
    return perf_counter() - start


def waits(address: str, work: Callable[[str], Callable[[int], object]], done: Path) -> list[float]:
    """Do ``work`` again and again until ``done`` exists; how long each took."""
    one = work(address)
    one(0)
    found: list[float] = []
    while not done.exists():
        start = perf_counter()
        one(len(found) + 1)
        found.append(perf_counter() - start)
        sleep(_BETWEEN_SECONDS)
    return found


def read_portfolios(address: str) -> Callable[[int], object]:
    """A reader who lists the imports so far."""
    from db.engine import open_store
    from db.services.access import LOCAL_OWNER
    from db.services.imports import list_batches

    store = open_store(address)
    return lambda _: list(list_batches(store, LOCAL_OWNER))


def publish_small(address: str) -> Callable[[int], object]:
    """A writer who publishes one record in a portfolio of another name each time."""
    from db.engine import open_store
    from db.services.access import LOCAL_OWNER
    from db.services.imports import publish_import

    store = open_store(address)

    def one(number: int) -> None:
        publish_import(
            store, LOCAL_OWNER, data=_SMALL, file_name="small.csv", portfolio=f"Small {number}"
        )

    return one


if __name__ == "__main__":
    new_store = f"sqlite:///{tempfile.mkdtemp(prefix='downstream-bench-')}/store.sqlite3"
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS,
        sys.argv[2] if len(sys.argv) > 2 else new_store,
    )
