"""Time that people wait for a stored portfolio, from the store to the kept answer and the page.

The demo, 1,000 and 10,000 invented startups in SQLite, of which nothing is at hand; with
``startups=100000`` or ``--million`` so many too, alone. What is asked of a portfolio that is held
comes after its answer. Every answer is checked. A target stands beside what it is about; the
best run on the clock is held to it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from benchmarks.contestants import Contestant, Turn
from benchmarks.measuring import Measurement
from risk.loss.worlds import LARGE

DEMO, MILLION = 0, 1_000_000
SIZES = (DEMO, 1_000, 10_000)
RUNS = 3
STORED, WIDE = "benchmarks.scoring_runs:stored", "benchmarks.scoring_runs:wide"
AGAIN, FULL = "again after 1 % changed", "store to kept answer"
ELSEWHERE = "the same in a new process"
#: What is asked, what goes before each time and off the clock, and the work.
ASKED: tuple[tuple[str, str | None, str], ...] = (
    ("reading the register", "anew", "read"),
    (FULL, "forget", "keep"),
    (AGAIN, "change", "keep"),
    (ELSEWHERE, "change_elsewhere", "keep"),
    ("the kept answer in a new process", "anew", "shown"),
    ("a hundred startups by expected loss", None, "page"),
    ("a hundred startups of one sector", None, "sector"),
    ("reading it again for what follows", None, "read"),
    ("its worlds, and a first provider's end", None, "stress"),
    ("a provider's end", None, "stress"),
    ("calendar of 90 days", None, "calendar"),
    ("who depends on each provider", None, "provider"),
)
DRIVERS = "every number of the table moved"
#: Seconds on the clock that are aimed at.
TARGETS = {
    (DEMO, FULL): 0.4,
    (DEMO, DRIVERS): 3.0,
    (10_000, FULL): 4.0,
    # Aimed at for 4,000.
    (10_000, "a provider's end"): 0.5,
    (MILLION, FULL): 300.0,
    (MILLION, "a provider's end"): 3.0,
    (MILLION, "calendar of 90 days"): 2.0,
    (MILLION, "who depends on each provider"): 2.0,
    (MILLION, "a hundred startups of one sector"): 2.0,
}
MOST_MEBIBYTES = 4_096
#: Of a full run, at a million startups.
CHANGED_SHARE = 0.05
WIDE_SECONDS = 3.0
#: A child that writes a million startups first needs long.
LONGEST_SECONDS = 3 * 3600.0


def measure(startups: int = 0, million: int = 0, runs: int = RUNS) -> Iterator[Measurement]:
    """All sizes in turn, one startup with very many dependencies, then larger sizes alone."""
    with ExitStack() as stack:
        held = {size: stack.enter_context(Contestant(STORED, startups=size)) for size in SIZES}
        turns = _in_turn(held, ASKED, runs)
        moved = _in_turn({DEMO: held[DEMO]}, ((DRIVERS, "anew", "drivers"),), 1)
    yield from _lines(turns | moved)
    with Contestant(WIDE) as wide:
        wide.run("page")
        yield _one("a startup with 28 dependencies: page and why", wide, "page", WIDE_SECONDS)
    for size in (startups, MILLION if million else 0):
        if size:
            # Alone, since so large a process would push the others out of memory.
            with Contestant(STORED, longest=LONGEST_SECONDS, startups=size) as large:
                yield from _lines(_in_turn({size: large}, ASKED, 1, warm=False))


Turns = dict[tuple[str, int], list[Turn]]


def _in_turn(
    held: dict[int, Contestant],
    asked: tuple[tuple[str, str | None, str], ...],
    runs: int,
    *,
    warm: bool = True,
) -> Turns:
    """Each question at each size ``runs`` times, after one to warm up that does not count.

    A small portfolio is always answered whole, so that it is not asked what changed.
    """
    turns: Turns = {
        (n, size): []
        for n, _, _ in asked
        for size in held
        if n not in (AGAIN, ELSEWHERE) or size > LARGE
    }
    for number in range(0 if warm else 1, runs + 1):
        for name, before, work in asked:
            for size in list(held) if number % 2 else list(held)[::-1]:
                if (name, size) not in turns:
                    continue
                if before is not None:
                    held[size].run(before)
                turn = held[size].run(work)
                if number:
                    turns[name, size].append(turn)
    return turns


def _lines(turns: Turns) -> Iterator[Measurement]:
    for (name, size), found in turns.items():
        beside, ratio = _compared(turns, name, size)
        best = min(found, key=lambda one: one.seconds)
        peak = max(one.peak_mebibytes for one in found)
        yield Measurement(
            what=f"{_called(size)}: {name}",
            seconds=best.seconds,
            median_seconds=median(one.seconds for one in found),
            processor_seconds=min(one.processor_seconds for one in found),
            peak_mebibytes=peak,
            against=beside,
            paired_ratio=ratio,
            target=_target(name, size, best.seconds, peak, ratio),
        )


def _compared(turns: Turns, name: str, size: int) -> tuple[str | None, float | None]:
    """With a full run at the same size, or else with the smallest size; in processor time."""
    smallest = min(other for what, other in turns if what == name)
    again = name in (AGAIN, ELSEWHERE)
    other = (FULL, size) if again else (name, smallest)
    if other == (name, size):
        return None, None
    pairs = zip(turns[name, size], turns[other], strict=True)
    ratio = median(own.processor_seconds / one.processor_seconds for own, one in pairs)
    called = "a full run" if again else _called(smallest)
    return f"{called} (processor time)", ratio


def _target(name: str, size: int, seconds: float, peak: float, ratio: float | None) -> str | None:
    if size >= MILLION and name == AGAIN and ratio is not None:
        return f"target {CHANGED_SHARE:.0%} of it: {_met(ratio <= CHANGED_SHARE)}"
    aimed = TARGETS.get((size, name))
    if aimed is None:
        return None
    small = name != FULL or size < MILLION or peak <= MOST_MEBIBYTES
    memory = f" and {MOST_MEBIBYTES:,} MiB" if name == FULL and size >= MILLION else ""
    return f"target {aimed:g} s{memory}: {_met(small and seconds <= aimed)}"


def _one(what: str, held: Contestant, work: str, aimed: float) -> Measurement:
    turn = held.run(work)
    return Measurement(
        what=what,
        seconds=turn.seconds,
        processor_seconds=turn.processor_seconds,
        target=f"target {aimed:g} s: {_met(turn.seconds <= aimed)}",
    )


def _met(holds: bool) -> str:
    return "met" if holds else "missed"


def _called(size: int) -> str:
    return f"{size:,} startups" if size else "demo"
