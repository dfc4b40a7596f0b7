"""Timing something fairly: warm, several times, the best run counted, answers kept."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TypeVar

Answer = TypeVar("Answer")

#: Modules of those that are compared with and are no part of what the product needs.
MODULES = {"DuckDB": "duckdb", "polars": "polars", "sqlite-utils": "sqlite_utils"}


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """``seconds`` is the best run; ``against`` names what it is compared with, if anything.

    ``median_seconds`` and ``processor_seconds`` (of the best run, all processors together) and
    ``peak_mebibytes`` of a process of its own are told where they were measured. ``paired_ratio``
    is the median over runs that took turns with what they are compared with. ``target`` says what
    was aimed at.
    """

    what: str
    seconds: float
    against: str | None = None
    against_seconds: float | None = None
    median_seconds: float | None = None
    processor_seconds: float | None = None
    peak_mebibytes: float | None = None
    paired_ratio: float | None = None
    target: str | None = None

    @property
    def ratio(self) -> float | None:
        """How many times longer than what it is compared with."""
        if self.paired_ratio is not None:
            return self.paired_ratio
        if self.against_seconds is None:
            return None
        return self.seconds / self.against_seconds


def best_of(runs: int, work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Run ``work`` once to warm up, then ``runs`` times; return the best time and the answer."""
    answer = work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    return min(times), answer


def timed_once(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Run ``work`` a single time, for what takes so long that warming up makes no difference."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def installed(peers: Iterable[str]) -> list[str]:
    """Those of the peers that can run here; of each other one a sentence says so."""
    found = []
    for name in peers:
        if name in MODULES and find_spec(MODULES[name]) is None:
            print(f"  {name} is left out: pip install {MODULES[name].replace('_', '-')}")
        else:
            found.append(name)
    return found
