"""Time of the engine from columns to the answer, and coverage of its ranges.

The demo, ten and a hundred thousand invented startups, with ``--million`` a million too. Each size
has a process of its own and they take turns, so that growth is measured within one run. Every
answer is checked. Times are judged in processor time, which other work on the machine moves less.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from benchmarks.contestants import Contestant, Turn
from benchmarks.measuring import Measurement

DEMO, MILLION = 0, 1_000_000
SIZES = (DEMO, 10_000, 100_000)
RUNS = 3
ENGINE = "benchmarks.loss_runs:engine"
FIRST = "benchmarks.loss_runs:first_answer"
COVERAGE = "benchmarks.loss_runs:coverage"
#: What is asked.
ASKED: tuple[tuple[str, str], ...] = (
    ("from columns to the answer", "whole"),
    ("the answer where worlds are known", "answer"),
    ("every startup's share of the tail", "shares"),
)
#: Seconds aimed at: of one processor for the second, on the clock for all others.
TARGETS = {
    (DEMO, "from columns to the answer"): 0.4,
    (10_000, "from columns to the answer"): 4.0,
    (MILLION, "from columns to the answer"): 300.0,
}
OF_PROCESSOR = {(10_000, "from columns to the answer")}
MOST_MEBIBYTES = 4_096
FIRST_TARGETS = {"cold": 60.0, "warm": 10.0}
HELD, WITHIN = 0.8, 0.03
#: Of how many startups it is asked, and whose ranges: each one's, or that of all together.
COVERED = {2_000: "each", 200: "all"}


def measure(million: int = 0, runs: int = RUNS) -> Iterator[Measurement]:
    """All sizes in turn, what a new process pays the first time, and whether ranges hold."""
    with ExitStack() as stack:
        engines = {size: stack.enter_context(Contestant(ENGINE, startups=size)) for size in SIZES}
        for size, engine in engines.items():
            print(_described(size, engine.run("facts")))
        for name, work in ASKED:
            yield from _measurements(name, _in_turn(engines, work, runs))
    if million:
        # Alone, since so large a process would push the others out of memory.
        with Contestant(ENGINE, startups=MILLION) as engine:
            print(_described(MILLION, engine.run("facts")))
            for name, work in ASKED:
                yield from _measurements(name, {MILLION: [engine.run(work)]})
    yield from _first_answers(SIZES[1])
    yield from _coverage()


def _in_turn(engines: dict[int, Contestant], work: str, runs: int) -> dict[int, list[Turn]]:
    """Each size ``runs`` times after one to warm up, every other time in the reverse order."""
    turns: dict[int, list[Turn]] = {size: [] for size in engines}
    for number in range(runs + 1):
        for size in list(engines) if number % 2 else list(engines)[::-1]:
            turn = engines[size].run(work)
            if number:
                turns[size].append(turn)
    return turns


def _measurements(name: str, turns: dict[int, list[Turn]]) -> Iterator[Measurement]:
    smallest = min(turns)
    for size, found in turns.items():
        pairs = zip(found, turns[smallest], strict=True)
        growth = median(own.processor_seconds / one.processor_seconds for own, one in pairs)
        best = min(found, key=lambda one: one.seconds)
        peak = max(one.peak_mebibytes for one in found)
        yield Measurement(
            what=f"{_called(size)}: {name}",
            seconds=best.seconds,
            median_seconds=median(one.seconds for one in found),
            processor_seconds=min(one.processor_seconds for one in found),
            peak_mebibytes=peak,
            against=f"{_called(smallest)} (processor time)" if size > smallest else None,
            paired_ratio=growth if size > smallest else None,
            target=_target(size, name, found, peak),
        )
        if "stages" in found[0].said:
            _print_stages(found)


def _target(size: int, name: str, found: list[Turn], peak: float) -> str | None:
    aimed = TARGETS.get((size, name))
    if aimed is None:
        return None
    of_processor = (size, name) in OF_PROCESSOR
    spent = min(one.processor_seconds if of_processor else one.seconds for one in found)
    met = spent <= aimed and (size < MILLION or peak <= MOST_MEBIBYTES)
    kind = "s of processor" if of_processor else "s"
    memory = f" and {MOST_MEBIBYTES:,} MiB" if size >= MILLION else ""
    return f"target {aimed:g} {kind}{memory}: {'met' if met else 'missed'}"


def _called(size: int) -> str:
    return f"{size:,} startups" if size else "demo"


def _print_stages(turns: list[Turn]) -> None:
    stages = [one.said["stages"] for one in turns]
    parts = {name: median(one[name] for one in stages) for name in stages[0]}
    total = sum(parts.values())
    shares = ", ".join(f"{name} {part / total:.0%}" for name, part in parts.items())
    print(f"    of which {shares}")


def _described(size: int, turn: Turn) -> str:
    said = turn.said
    return (
        f"  {_called(size)}: {said['dependencies']:,} dependencies in {said['worlds']} worlds, "
        f"{said['signatures']:,} signatures of a route"
    )


def _first_answers(size: int) -> Iterator[Measurement]:
    """A new process's first answer: with nothing compiled yet, then with what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        for state, aimed in FIRST_TARGETS.items():
            kept = {"NUMBA_CACHE_DIR": folder}
            with Contestant(FIRST, environment=kept, startups=size) as engine:
                turn = engine.run("whole")
            met = "met" if turn.seconds <= aimed else "missed"
            yield Measurement(
                what=f"{size:,} startups: first answer, {state} compiler cache",
                seconds=turn.seconds,
                processor_seconds=turn.processor_seconds,
                target=f"target {aimed:g} s: {met}",
            )


def _coverage() -> Iterator[Measurement]:
    """Whether ranges hold truths drawn from the priors eight times in ten, of each and of all."""
    for startups, whose in COVERED.items():
        with Contestant(COVERAGE, startups=startups) as engine:
            turn = engine.run(whose)
        held = float(turn.said["held"])
        assert abs(held - HELD) <= WITHIN, f"ranges hold {held:.1%} of truths, not {HELD:.0%}"
        yield Measurement(
            what=f"{startups:,} startups: ranges of {whose} hold {held:.1%} of truths",
            seconds=turn.seconds,
            processor_seconds=turn.processor_seconds,
            target=f"{HELD:.0%} ± {WITHIN:.0%}: met",
        )
