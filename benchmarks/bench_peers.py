"""Time that others take for a portfolio's losses, simulating years of disruptions.

All peers get the same drawn years of the central world, whom each state hits and what leaving costs
them, ready before the clock starts. What is timed is the loss of every exposure in every
occurrence, the years' losses and every startup's; ours is every startup's expected loss and the
exact law of the portfolio's year in that world. They take turns with it. A run whose answer differs
from the others' stops.
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
from benchmarks.measuring import Measurement, installed

ENGINE = "benchmarks.peer_runs:engine"
INPUTS = "benchmarks.peer_runs:inputs"
PEER = "benchmarks.peer_runs:peer"
FUSED = "fused numba loop"
NAMES = (
    *(FUSED, "NumPy", "DuckDB", "polars"),
    *("sparse matrix (CLIMADA's way)", "pandas merge"),
)
STARTUPS, YEARS = 10_000, 1_000
#: A peer's run is cut to about so many seconds and scaled by the exposures that were hit.
SECONDS = 4
#: No fewer years, so that what a run costs before its first row does not count as if it grew.
LEAST_YEARS = 10
ROUNDS = 3
#: Peers sum the same numbers in another order.
SAME_WITHIN = 1e-9
#: Standard errors of so many drawn years within which their mean must lie of the exact one.
FURTHEST = 4.0


def measure(
    startups: int = STARTUPS, years: int = YEARS, seconds: int = SECONDS, rounds: int = ROUNDS
) -> Iterator[Measurement]:
    """All peers in turns with the engine; then the whole answer, which no peer gives."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _Contest(Path(folder), startups, years).measure(seconds, rounds)


class _Contest:
    """One portfolio, its drawn years in a file, and who takes part."""

    def __init__(self, folder: Path, startups: int, years: int) -> None:
        self.folder, self.startups, self.years = folder, startups, years
        self.inputs = str(folder / "inputs.npz")
        with Contestant(INPUTS, startups=startups, years=years, path=self.inputs) as maker:
            self.facts = dict(maker.run("write").said)
        self.expected: dict[int, Any] = {}
        self.worst = 0.0
        print(
            f"  {startups:,} startups × {years:,} years: {self.facts['occurrences']:,.0f} "
            f"states a year hit {self.facts['pairs']:,.0f} exposures. Over the mean year the "
            f"engine's table of outages is {self.facts['sum off']:.0e} off in sum, at most "
            f"{self.facts['startups off']:.0e} in a startup."
        )

    def measure(self, seconds: int, rounds: int) -> Iterator[Measurement]:
        """Each peer beside the engine, in turns, every other round in the reverse order."""
        with ExitStack() as stack:
            engine = stack.enter_context(Contestant(ENGINE, startups=self.startups))
            peers = {
                name: stack.enter_context(Contestant(PEER, name=name, path=self.inputs))
                for name in installed(NAMES)
            }
            self.facts |= engine.run("law").said
            years = {name: self._years_for(one, seconds) for name, one in peers.items()}
            turns: dict[str, list[tuple[Turn, Turn]]] = {name: [] for name in peers}
            for number in range(rounds):
                for name in peers if number % 2 else reversed(peers):
                    ours = engine.run("law")
                    theirs = self._run(peers[name], years[name])
                    self._compare(name, years[name], peers[FUSED])
                    turns[name].append((ours, theirs))
            every = [ours for pairs in turns.values() for ours, _ in pairs]
            yield self._own("every startup's loss and the exact law, central world", every)
            for name in peers:
                yield self._line(name, years[name], turns[name])
            engine.run("whole")
            whole = [engine.run("whole")]
            yield self._own("the whole answer in all worlds, with ranges and tails", whole, every)
        distances = ", ".join(
            f"{self._distance(n, self.expected[n]['year_losses'].mean()):+.1f} ({n:,} years)"
            for n in sorted(set(years.values()))
        )
        print(
            f"  their mean years lie {distances} standard errors from the exact one; on every "
            f"year and startup they agree within {self.worst:.0e}"
        )

    def _years_for(self, peer: Contestant, seconds: int) -> int:
        """How many years fit into so many seconds: 1, 2 or 5 times a power of ten."""
        peer.run("run", years=1)  # The first run loads what was compiled, whatever its size.
        years = min(LEAST_YEARS, self.years)
        taken = peer.run("run", years=years).seconds
        while taken < seconds / 10 and years < self.years:
            years = min(self.years, years * 5)
            taken = peer.run("run", years=years).seconds
        fitting = years * seconds / taken
        steps = [step * 10**power for power in range(7) for step in (1, 2, 5)]
        fits = max(step for step in steps if step <= max(1, fitting))
        return int(min(self.years, max(LEAST_YEARS, fits)))

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
            self.worst = max(self.worst, furthest)
            if not furthest < SAME_WITHIN:
                raise AssertionError(f"{name} gives other {what} than {FUSED}: {furthest:.1e} off")
        distance = self._distance(years, float(found["year_losses"].mean()))
        if not abs(distance) < FURTHEST:
            raise AssertionError(f"{name} lies {distance:+.1f} standard errors from the exact loss")

    def _distance(self, years: int, mean: float) -> float:
        """In standard errors, with the standard deviation of the exact law."""
        return (mean - float(self.facts["mean"])) / float(self.facts["spread"]) * sqrt(years)

    def _line(self, name: str, years: int, turns: list[tuple[Turn, Turn]]) -> Measurement:
        times = self.facts["pairs"] * self.years / turns[0][1].said["pairs"]
        scaled = [times * theirs.seconds for _, theirs in turns]
        of_processors = median(
            times * theirs.processor_seconds / ours.processor_seconds for ours, theirs in turns
        )
        part = "" if years == self.years else f", scaled from {years:,} years"
        return Measurement(
            what=f"{name}, {self.years:,} years{part}",
            seconds=min(scaled),
            median_seconds=median(scaled),
            processor_seconds=min(times * theirs.processor_seconds for _, theirs in turns),
            peak_mebibytes=max(theirs.peak_mebibytes for _, theirs in turns),
            against=f"ours; {of_processors:,.1f} × in processor time",
            paired_ratio=median(times * theirs.seconds / ours.seconds for ours, theirs in turns),
        )

    def _own(self, what: str, turns: list[Turn], beside: list[Turn] | None = None) -> Measurement:
        spent = median(one.processor_seconds for one in turns)
        return Measurement(
            what=f"{self.startups:,} startups: {what}",
            seconds=min(one.seconds for one in turns),
            median_seconds=median(one.seconds for one in turns),
            processor_seconds=min(one.processor_seconds for one in turns),
            peak_mebibytes=max(one.peak_mebibytes for one in turns),
            against=None if beside is None else "the central world's (processor time)",
            paired_ratio=None
            if beside is None
            else spent / median(one.processor_seconds for one in beside),
        )
