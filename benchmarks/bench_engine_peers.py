"""How much longer do others take for the same portfolio's losses, simulating years of events?

All peers get the same drawn events, whom each hits and what switching costs them, ready before
the clock starts. What is timed is the loss of every exposure in every occurrence, the years'
losses and every startup's expected loss; ours is the full score, which has the tail and its
shares besides. They take turns with it. A run whose answer differs from the others' stops.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.contestants import Contestant, Turn
from benchmarks.measuring import Measurement

ENGINE = "benchmarks.engine_runs:engine"
INPUTS = "benchmarks.peer_runs:inputs"
PEER = "benchmarks.peer_runs:peer"
CURVES = "benchmarks.peer_runs:curve_years"
FUSED = "fused numba loop"
NAMES = (
    *(FUSED, "NumPy", "DuckDB", "polars"),
    *("sparse matrix (CLIMADA's way)", "pandas merge"),
)
STARTUPS, YEARS = 10_000, 1_000
#: The larger comparison; only so many of its years are drawn, the rest is scaled.
MANY_STARTUPS, MANY_YEARS, DRAWN_YEARS = 100_000, 10_000, 200
#: A peer's run is cut to about so many seconds and scaled by the exposures that were hit.
SECONDS = 4
ROUNDS = 3
#: At least how many times as long as ours, of those for which something was aimed at.
TARGETS = {"sparse matrix (CLIMADA's way)": 50, "polars": 100}
MANY_TARGETS = {FUSED: 50}
#: Peers sum the same numbers in another order.
SAME_WITHIN = 1e-9
#: Standard errors of so many drawn years within which their mean must lie of the exact one.
FURTHEST = 4.0
#: Relative standard error of TVaR99 at which the project's own simulation is compared.
EQUAL_ERROR = 1e-3
CURVE_YEARS = 100_000


def measure(seconds: int = SECONDS, rounds: int = ROUNDS, whole: int = 0) -> Iterator[Measurement]:
    """All peers at the smaller size, the quickest at the larger, and the project's simulation.

    With ``whole`` every peer runs through all years at the smaller size, which takes half an hour.
    """
    with tempfile.TemporaryDirectory() as folder:
        contest = _Contest(Path(folder), STARTUPS, YEARS, drawn=YEARS)
        yield from contest.measure(NAMES, None if whole else seconds, rounds, TARGETS)
    with tempfile.TemporaryDirectory() as folder:
        contest = _Contest(Path(folder), MANY_STARTUPS, MANY_YEARS, drawn=DRAWN_YEARS)
        yield from contest.measure((FUSED,), seconds, rounds, MANY_TARGETS)
    yield from _own_simulation(STARTUPS)


class _Contest:
    """One portfolio, its drawn years in a file, and who takes part."""

    def __init__(self, folder: Path, startups: int, years: int, *, drawn: int) -> None:
        self.folder, self.startups, self.years, self.drawn = folder, startups, years, drawn
        self.inputs = str(folder / "inputs.npz")
        with Contestant(INPUTS, startups=startups, years=drawn, path=self.inputs) as maker:
            self.facts = maker.run("write").said
        self.expected: dict[int, Any] = {}
        self.worst: dict[str, float] = {}
        print(
            f"  {startups:,} startups × {years:,} years: {self.facts['occurrences']:,.0f} "
            f"occurrences a year hit {self.facts['pairs']:,.0f} exposures. The engine on the same "
            f"drawn events is {self.facts['sum off']:.0e} off in sum, at most "
            f"{self.facts['startups off']:.0e} in a startup, {self.facts['years off']:.0e} in a "
            "year: its losses are straight between the points of its grid."
        )

    def measure(
        self, names: tuple[str, ...], seconds: int | None, rounds: int, targets: dict[str, int]
    ) -> Iterator[Measurement]:
        """Each peer beside the engine, in turns, every other round in the reverse order."""
        with ExitStack() as stack:
            engine = stack.enter_context(Contestant(ENGINE, startups=self.startups))
            peers = {
                name: stack.enter_context(Contestant(PEER, name=name, path=self.inputs))
                for name in names
            }
            engine.run("score")
            years = {name: self._years_for(one, seconds) for name, one in peers.items()}
            turns: dict[str, list[tuple[Turn, Turn]]] = {name: [] for name in names}
            for number in range(rounds):
                for name in names if number % 2 else reversed(names):
                    ours = engine.run("score")
                    theirs = self._run(peers[name], years[name])
                    self._compare(name, years[name], peers[FUSED])
                    turns[name].append((ours, theirs))
            every = [ours for pairs in turns.values() for ours, _ in pairs]
            yield _own_line(f"{self.startups:,} startups: full score, exact", every)
            for name in names:
                yield self._line(name, years[name], turns[name], targets.get(name))
        print(
            f"  their mean years lie {self._distances(years)} standard errors from the exact one; "
            f"on every year and startup they agree within {max(self.worst.values()):.0e}"
        )

    def _years_for(self, peer: Contestant, seconds: int | None) -> int:
        """How many years fit into so many seconds: 1, 2 or 5 times a power of ten."""
        if seconds is None:
            return self.drawn
        peer.run("run", years=1)  # The first run loads what was compiled, whatever its size.
        years, taken = 1, peer.run("run", years=1).seconds
        while taken < seconds / 10 and years < self.drawn:
            years = min(self.drawn, years * 5)
            taken = peer.run("run", years=years).seconds
        fitting = years * seconds / taken
        steps = [step * 10**power for power in range(7) for step in (1, 2, 5)]
        return int(min(self.drawn, max(step for step in steps if step <= max(1, fitting))))

    def _run(self, peer: Contestant, years: int) -> Turn:
        return peer.run("run", years=years, to=str(self.folder / "answer.npz"))

    def _compare(self, name: str, years: int, fused: Contestant) -> None:
        """Hold the answer to the fused loop's on the same years, and to the exact expected loss."""
        found = dict(np.load(self.folder / "answer.npz"))
        if years not in self.expected:
            self._run(fused, years)
            self.expected[years] = dict(np.load(self.folder / "answer.npz"))
        for what, expected in self.expected[years].items():
            furthest = float(np.abs(found[what] - expected).max() / expected.max())
            self.worst[name] = max(self.worst.get(name, 0.0), furthest)
            if not furthest < SAME_WITHIN:
                raise AssertionError(f"{name} gives other {what} than {FUSED}: {furthest:.1e} off")
        distance = self._distance(years, float(found["year_losses"].mean()))
        if not abs(distance) < FURTHEST:
            raise AssertionError(f"{name} lies {distance:+.1f} standard errors from the exact loss")

    def _distance(self, years: int, mean: float) -> float:
        """In standard errors, with the standard deviation of the exact law."""
        return (mean - float(self.facts["aal"])) / float(self.facts["spread"]) * sqrt(years)

    def _distances(self, years: dict[str, int]) -> str:
        several = sorted(set(years.values()))
        found = [self._distance(n, self.expected[n]["year_losses"].mean()) for n in several]
        return ", ".join(
            f"{distance:+.1f} ({years:,} years)"
            for years, distance in zip(several, found, strict=True)
        )

    def _line(
        self, name: str, years: int, turns: list[tuple[Turn, Turn]], target: int | None
    ) -> Measurement:
        times = self.facts["pairs"] * self.years / turns[0][1].said["pairs"]
        scaled = [times * theirs.seconds for _, theirs in turns]
        ratio = median(times * theirs.seconds / ours.seconds for ours, theirs in turns)
        of_processors = median(
            times * theirs.processor_seconds / ours.processor_seconds for ours, theirs in turns
        )
        said = f"{of_processors:,.0f} × in processor time"
        if target is not None:
            said += f"; target {target} ×: {'met' if ratio >= target else 'missed'}"
        part = "" if years == self.years else f", scaled from {years:,} years"
        return Measurement(
            what=f"{name}, {self.years:,} years{part}",
            seconds=min(scaled),
            median_seconds=median(scaled),
            peak_mebibytes=max(theirs.peak_mebibytes for _, theirs in turns),
            against="ours",
            paired_ratio=ratio,
            target=said,
        )


def _own_line(what: str, turns: list[Turn]) -> Measurement:
    return Measurement(
        what=what,
        seconds=min(one.seconds for one in turns),
        median_seconds=median(one.seconds for one in turns),
        processor_seconds=min(one.processor_seconds for one in turns),
        peak_mebibytes=max(one.peak_mebibytes for one in turns),
    )


def _own_simulation(startups: int) -> Iterator[Measurement]:
    """How long the project's own simulation takes to know the tail as well as the exact law."""
    with (
        Contestant(ENGINE, startups=startups) as engine,
        Contestant(CURVES, startups=startups) as curves,
    ):
        grid_error = engine.run("facts").said["grid error"]
        for contestant, work, given in ((curves, "draw", {"years": 1_000}), (engine, "score", {})):
            contestant.run(work, **given)  # to warm up
        ours = [engine.run("score").seconds for _ in range(ROUNDS)]
        drawn = curves.run("draw", years=CURVE_YEARS)
        ours += [engine.run("score").seconds for _ in range(ROUNDS)]
    said = drawn.said
    distances = ", ".join(f"{name} {said[name]:+.1f}" for name in ("AAL", "VaR99", "TVaR99"))
    years = CURVE_YEARS * (said["relative error"] / EQUAL_ERROR) ** 2
    print(
        f"  {CURVE_YEARS:,} years on our own curves lie {distances} standard errors from the law; "
        f"TVaR99 is known to {said['relative error']:.1%}, by the law to {grid_error:.0e}"
    )
    seconds = drawn.seconds * years / CURVE_YEARS
    yield Measurement(
        what=f"our simulation, TVaR99 to {EQUAL_ERROR:.1%}: {years / 1e6:.1f} million years",
        seconds=seconds,
        peak_mebibytes=drawn.peak_mebibytes,
        against="the full score",
        against_seconds=median(ours),
        target=f"scaled from {CURVE_YEARS:,} years",
    )
