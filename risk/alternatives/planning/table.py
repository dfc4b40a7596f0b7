"""What a portfolio plan chooses from: every dependency's options with cost, loss and room needed.

All money is in USD; what an option changes is said against staying, so that losses of several
dependencies add up. docs/plan.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.results import OptionClass
from risk.inventory.records import CapacityClass, Dependency

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

TAIL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class PlanOption:
    """One option of one dependency.

    ``cost_usd_per_year`` is what it costs more than staying: one-off cost spread over its years of
    use, and dearer running. ``first_year_usd`` is what is paid in the first year: the one-off cost
    whole. ``aal_usd`` is the change of the expected loss a year (negative: less is lost). ``pool``
    names whose room it needs when today's provider falters (None: nobody's), ``turn`` whose turn it
    is there. ``developer`` is who the work stands on then, ``newly_on`` the developers and hosts to
    which it leads.
    """

    option: str
    option_class: OptionClass
    cost_usd_per_year: float
    first_year_usd: float
    weeks: float
    aal_usd: float
    developer: str
    one_off_usd: float = 0.0
    run_usd_per_year: float = 0.0
    pool: str | None = None
    turn: CapacityClass = CapacityClass.NEW
    changed: Dependency | None = None
    newly_on: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PlanDependency:
    """One dependency with its options, staying first; one that is pinned has one option alone.

    ``volume`` is USD of spend a month that looks for room when its provider falters,
    ``margin_usd_per_year`` what stands on it. Dependencies with the same ``group`` stand or fall
    together, and only one of them may change.
    """

    key: str
    startup: str
    use_case: str
    provider: str
    volume: float
    margin_usd_per_year: float
    aal_usd: float
    options: tuple[PlanOption, ...]
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanDraws:
    """How unsure it all is: figures in USD in every world, to be added up world by world.

    ``loss`` (draws,) is what everybody loses a year who stays, ``removed`` (draws, columns) what
    each option takes off it, ``first_year`` (worlds, columns) what it costs in its first year.
    """

    loss: NDArray[np.float32]
    removed: NDArray[np.float32]
    first_year: NDArray[np.float32]

    def of(self, columns: Integers) -> "PlanDraws":
        """The same of some columns."""
        return replace(
            self, removed=self.removed[:, columns], first_year=self.first_year[:, columns]
        )


@dataclass(frozen=True, kw_only=True)
class PlanTable:
    """All dependencies of a portfolio, the room there is, and what every option loses in each year.

    Columns are the options of all dependencies, one after the other. ``base_losses`` (scenarios,)
    is a year's loss if everybody stays, ``changes`` (scenarios, columns) what each option changes
    of it, ``probability`` (scenarios,) sums to 1. ``room`` maps pools to USD of spend a month,
    ``weeks`` startups to the engineer weeks that they can spare.
    """

    dependencies: tuple[PlanDependency, ...]
    base_losses: Array
    changes: Array
    probability: Array
    draws: PlanDraws
    room: Mapping[str, float]
    weeks: Mapping[str, float]

    @cached_property
    def options(self) -> tuple[PlanOption, ...]:
        """The options column by column."""
        return tuple(option for one in self.dependencies for option in one.options)

    @cached_property
    def owner(self) -> Integers:
        """The number of the dependency to which each column belongs."""
        counts = [len(one.options) for one in self.dependencies]
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def first_column(self) -> Integers:
        """The column of the first option, by dependency: to stay, unless another one is pinned."""
        counts = [len(one.options) for one in self.dependencies]
        return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)

    @cached_property
    def aal_usd(self) -> float:
        """The expected loss a year if everybody stays."""
        return float(self.probability @ self.base_losses)

    @cached_property
    def beaten(self) -> Array:
        """1 for each option (columns,) that no plan needs: see :func:`dominated`."""
        return dominated(self, by_developer=False)

    @cached_property
    def beaten_at_its_developer(self) -> Array:
        """The same where a limit on one developer holds."""
        return dominated(self, by_developer=True)

    def column(self, name: str) -> Array:
        """One number of every option, (columns,)."""
        return np.array([getattr(one, name) for one in self.options], dtype=float)

    def with_tail(self, tvar95_usd: float) -> "PlanTable":
        """The same with all losses drawn away from their means until today's tail is this one.

        Years are drawn from what disruptions cost on average; how differently one may pass on, and
        how long it may last, is left to the full model, whose tail is therefore wider.
        """
        mean = self.probability @ self.base_losses
        own = tail_value_at_risk(self.base_losses, self.probability, TAIL_LEVEL) - mean
        wider = (tvar95_usd - mean) / own if own > 0 and tvar95_usd > mean else 1.0
        change = self.probability @ self.changes
        return replace(
            self,
            base_losses=mean + wider * (self.base_losses - mean),
            changes=change + wider * (self.changes - change),
        )

    def losses(self, chosen: Array) -> Array:
        """A year's loss in every scenario, (scenarios,); ``chosen`` (columns,) may be in parts."""
        taken = np.flatnonzero(chosen)
        return np.asarray(self.base_losses + self.changes[:, taken] @ chosen[taken])


def tail_value_at_risk(losses: Array, probability: Array, level: float) -> float:
    """Mean of the worst (1 - level) of weighted scenarios; the last one counts in part."""
    return float(tail_weights(losses, probability, level) @ losses)


def tail_weights(losses: Array, probability: Array, level: float) -> Array:
    """What every scenario (scenarios,) counts in that mean; sums to 1."""
    order = np.argsort(-losses, kind="stable")
    tail = 1 - level
    before = np.cumsum(probability[order]) - probability[order]
    weights = np.zeros(len(losses))
    weights[order] = np.clip(tail - before, 0.0, probability[order]) / tail
    return weights


def dominated(table: PlanTable, *, by_developer: bool) -> Array:
    """1 for each option (columns,) that another one of its dependency beats in everything.

    Everything is cost, first-year cost, weeks, room needed, expected loss, and the loss in every
    scenario; with ``by_developer`` only options that stand on the same developer are compared.
    Staying is never ruled out: another dependency of the use case may be the one that changes.
    """
    names = ("cost_usd_per_year", "first_year_usd", "weeks", "aal_usd")
    figures = np.vstack([*(table.column(name) for name in names), table.changes])
    found = np.zeros(figures.shape[1])
    for start, one in zip(table.first_column, table.dependencies, strict=True):
        for i, loser in enumerate(one.options):
            for j, winner in enumerate(one.options):
                if i in (0, j) or found[start + j] or winner.pool not in (None, loser.pool):
                    continue
                if by_developer and winner.developer != loser.developer:
                    continue
                a, b = figures[:, start + j], figures[:, start + i]
                if (a <= b).all() and ((a < b).any() or winner.pool != loser.pool or j < i):
                    found[start + i] = 1.0
                    break
    return found
