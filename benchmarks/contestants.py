"""A process of its own for each contestant, so that its memory is its own, told when to run.

The parent starts all that are to be compared and lets them take turns; each holds its inputs and
is warm when its turn comes. ``python -m benchmarks.contestants`` is the child's side.
"""

import gc
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
STATUS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
#: A child that answers no sooner is ended, unless it is given longer.
LONGEST_SECONDS = 600.0
MEBIBYTE = 2**20

#: A name and its work: what it returns is checked, and sent if it is a mapping, off the clock.
Works = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One run: wall and processor time, peak memory of the process in it, and what it said."""

    seconds: float
    processor_seconds: float
    peak_mebibytes: float
    said: Mapping[str, Any] = field(default_factory=dict)


class Contestant:
    """A child process that holds what ``maker`` ("module:function") made of the arguments."""

    def __init__(
        self,
        maker: str,
        environment: Mapping[str, str] | None = None,
        *,
        longest: float = LONGEST_SECONDS,
        **arguments: Any,
    ) -> None:
        self.maker, self.longest = maker, longest
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "benchmarks.contestants", maker, json.dumps(arguments)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> "Contestant":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # it is in the middle of something that nobody awaits
            self.process.kill()

    def run(self, work: str, **arguments: Any) -> Turn:
        """Let it do one work now."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([work, arguments]) + "\n")
        self.process.stdin.flush()
        return Turn(**self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        alarm = threading.Timer(self.longest, self.process.kill)
        alarm.start()
        try:
            line = self.process.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            self.process.wait(timeout=30)
            raise RuntimeError(
                f"{self.maker} stopped without an answer (exit {self.process.returncode}); its "
                "message stands above, unless it took too long or too much memory."
            )
        found: dict[str, Any] = json.loads(line)
        return found


def main(maker: str, arguments: str) -> None:
    """Make what was asked for, then do each work that comes in on standard input."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer

    def answer(found: Mapping[str, Any]) -> None:
        answers.write(json.dumps(found) + "\n")
        answers.flush()

    module, function = maker.split(":")
    works: Works = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    answer({})
    for line in sys.stdin:
        name, given = json.loads(line)
        answer(_timed(works[name], given))


def _timed(work: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    gc.collect()
    _reset_peak()
    start, processor = time.perf_counter(), time.process_time()
    found = work(**given)
    seconds = time.perf_counter() - start
    processor = time.process_time() - processor
    peak = peak_mebibytes()
    # A work that has more to check or to say returns a function that does so off the clock.
    said = found() if callable(found) else found
    return {
        "seconds": seconds,
        "processor_seconds": processor,
        "peak_mebibytes": peak,
        "said": said or {},
    }


def peak_mebibytes() -> float:
    """The most memory that this process held since the peak was reset, or since it began."""
    if STATUS.exists():
        line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / MEBIBYTE
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEBIBYTE


def _reset_peak() -> None:
    # Only Linux can; elsewhere the peak is that of the whole life of the process.
    if PEAK_RESET.exists():
        PEAK_RESET.write_text("5")


if __name__ == "__main__":
    main(*sys.argv[1:])
