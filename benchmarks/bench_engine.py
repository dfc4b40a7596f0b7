"""How long does the engine take for a whole portfolio, and for one provider's hazard moved?

Ten and a hundred thousand startups, with ``--million`` a million too. Each size has a process of
its own and they take turns, so that growth is measured within one run. Every answer is checked.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from benchmarks.contestants import Contestant, Turn
from benchmarks.measuring import Measurement

SIZES = (10_000, 100_000)
MILLION = 1_000_000
RUNS = 7
#: A million startups' own years take seconds, not milliseconds.
RUNS_OF_YEARS = 3
ENGINE = "benchmarks.engine_runs:engine"
FIRST = "benchmarks.engine_runs:first_score"
#: Milliseconds aimed at, of loss curves without churn; its knots may double the first two.
TARGETS = {
    "score": {10_000: 100, 100_000: 150, MILLION: 500},
    "slider": {10_000: 50, 100_000: 60, MILLION: 120},
    "startup years": {10_000: 100, MILLION: 10_000},
}
WITH_KNOTS = 2
NAMES = {
    "score": "full score",
    "slider": "one provider's hazard moved",
    "startup years": "every startup's own TVaR95",
}
MOST_GROWTH = 2
FIRST_TARGETS = {"cold": 10.0, "warm": 0.5}

Turns = dict[int, list[Turn]]


def measure(million: int = 0, runs: int = RUNS) -> Iterator[Measurement]:
    """All sizes in turn, then what a new process pays the first time."""
    sizes = (*SIZES, MILLION) if million else SIZES
    with ExitStack() as stack:
        engines = {size: stack.enter_context(Contestant(ENGINE, startups=size)) for size in sizes}
        for size, engine in engines.items():
            print(_described(size, engine.run("facts")))
        for work in NAMES:
            several = min(runs, RUNS_OF_YEARS) if work == "startup years" else runs
            turns = _in_turn(engines, work, several)
            yield from _measurements(work, turns)
    yield from _first_scores(min(SIZES))


def _in_turn(engines: dict[int, Contestant], work: str, runs: int) -> Turns:
    """Each size ``runs`` times after one to warm up, every other time in the reverse order."""
    turns: Turns = {size: [] for size in engines}
    for number in range(runs + 1):
        order = list(engines) if number % 2 else list(engines)[::-1]
        for size in order:
            # Another factor each time, so that nothing can be remembered.
            given = {"factor": 1.1 + 0.05 * number} if work == "slider" else {}
            turn = engines[size].run(work, **given)
            if number:
                turns[size].append(turn)
    return turns


def _measurements(work: str, turns: Turns) -> Iterator[Measurement]:
    smallest = min(turns)
    for size, found in turns.items():
        seconds = [one.seconds for one in found]
        best = min(found, key=lambda one: one.seconds)
        pairs = zip(seconds, (one.seconds for one in turns[smallest]), strict=True)
        growth = median(own / other for own, other in pairs)
        yield Measurement(
            what=f"{size:,} startups: {NAMES[work]}",
            seconds=best.seconds,
            median_seconds=median(seconds),
            processor_seconds=min(one.processor_seconds for one in found),
            peak_mebibytes=max(one.peak_mebibytes for one in found),
            against=f"{smallest:,}" if size > smallest else None,
            paired_ratio=growth if size > smallest else None,
            target=_target(work, size, best.seconds, growth),
        )
        if work == "score":
            _print_stages(found)


def _target(work: str, size: int, seconds: float, growth: float) -> str | None:
    aimed = TARGETS[work].get(size)
    if aimed is None:
        return None
    knots = work != "startup years"
    allowed = aimed * WITH_KNOTS if knots else aimed
    said = f"target {aimed:,} ms" + (f", {allowed:,} with churn knots" if knots else "")
    said += ": met" if 1000 * seconds <= allowed else ": missed"
    if work == "score" and size == SIZES[1]:
        kept = "met" if growth <= MOST_GROWTH else "missed"
        said += f"; growth at most {MOST_GROWTH} ×: {kept}"
    return said


def _print_stages(turns: list[Turn]) -> None:
    stages = [one.said["stages"] for one in turns]
    parts = {name: median(one[name] for one in stages) for name in stages[0]}
    total = sum(parts.values())
    shares = ", ".join(f"{name} {part / total:.0%}" for name, part in parts.items())
    print(f"    of which {shares}; the law's mean is {turns[-1].said['mean off']:.0e} off the AAL")


def _described(size: int, turn: Turn) -> str:
    said = turn.said
    return (
        f"  {size:,} startups: {said['use_cases']:,} use cases, {said['events']} events in "
        f"{said['patterns']:,} patterns; laid out once in {said['seconds']['laying out']:.1f} s, "
        f"at most {said['peak']:,.0f} MiB until then; TVaR99 within {said['grid error']:.0e} of "
        "a finer grid's"
    )


def _first_scores(size: int) -> Iterator[Measurement]:
    """A new process's first score: with nothing compiled yet, then with what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        for state, aimed in FIRST_TARGETS.items():
            kept = {"NUMBA_CACHE_DIR": folder}
            with Contestant(FIRST, environment=kept, startups=size) as engine:
                score, years = engine.run("score"), engine.run("startup years")
            for turn, name in ((score, "score"), (years, "years of all startups")):
                met = "met" if turn.seconds <= aimed else "missed"
                yield Measurement(
                    what=f"{size:,} startups: first {name}, {state} compiler cache",
                    seconds=turn.seconds,
                    processor_seconds=turn.processor_seconds,
                    target=f"target {aimed} s: {met}" if turn is score else None,
                )
