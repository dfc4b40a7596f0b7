"""Table that a plan chooses from: dependencies' options, and what they leave of the tail.

All money is in USD; what an option changes is said against staying, so that losses of several
dependencies add up. docs/plan.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.rationing import Priority
from risk.alternatives.results import OptionClass
from risk.inventory.records import Dependency
from risk.loss.uncertainty import HIGH, LOW
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Drawn = NDArray[np.float64] | NDArray[np.float32]

TAIL_LEVEL = 0.95


class NoPlan(ValueError):
    """No choice keeps to the limits; the message says which one, and what would do."""


class NothingToPlan(NoPlan):
    """Nobody depends on anything that could be changed."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody in this portfolio depends on a language model that is known, so there is "
            "nothing to plan. Import what the companies depend on."
        )


@dataclass(frozen=True, kw_only=True)
class PlanLimits:
    """What a plan must keep to; None: no limit.

    ``budget_usd`` is what all may spend in the first year beyond today's bills, ``max_share``
    (0..1) the most of the portfolio's margin that may depend on one developer. With ``room`` False
    everybody believes that there is room everywhere.
    """

    budget_usd: float | None = None
    max_share: float | None = None
    headroom: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanOption:
    """What an option is, whoever takes it.

    ``turn`` says whose turn it is where it needs room, ``newly_on`` the developers and hosts to
    which it leads. ``ask`` is what nobody has said yet and has to be asked first. ``ends`` is True
    of staying on a model that ends within the horizon of advice. ``changed`` is the dependency as
    it would be, where it was read.
    """

    option: str
    option_class: OptionClass
    ask: tuple[str, ...] = ()
    ends: bool = False
    turn: Priority = Priority.NEW
    newly_on: frozenset[str] = frozenset()
    changed: Dependency | None = None


@dataclass(frozen=True, kw_only=True)
class PlanRanges:
    """How unsure a plan's figures are: 10 to 90 % over the worlds, in USD.

    What it costs in its first year, what it removes (``share``: as a part of what is lost today in
    the same world), and what is lost today and after it.
    """

    spent: Interval
    removed: Interval
    share: Interval
    today: Interval
    after: Interval


@dataclass(frozen=True, kw_only=True)
class Unsure:
    """The ranges of a choice: of each told option what it removes and costs first, and of all."""

    removed: Sequence[Interval]
    first_year: Sequence[Interval]
    ranges: PlanRanges


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What options share with others of their startup: porting, and what is built or signed once.

    (2, options) each: ``groups`` says which options share, ``usd`` and ``weeks`` what one alone
    would pay, ``sharers`` by how many the table divides it. ``once`` (options,) is the one-off cost
    as it was valued, spread over ``years``.
    """

    groups: Integers
    usd: Array
    weeks: Array
    sharers: Array
    once: Array
    years: float


class Losses(Protocol):
    """What options leave of the worst years: drawn years, or shares of today's tail."""

    @property
    def marginal(self) -> Array:
        """What each option (options,) changes of the tail alone, 0 if only all together say it."""
        ...

    def tail(self, parts: Array) -> float:
        """TVaR 95 % in USD if ``parts`` (options,) of every option are taken."""
        ...

    def slope(self, parts: Array) -> Array:
        """What one more of each option (options,) changes of that tail, at the least."""
        ...

    def unsure(self, told: Integers, stay: Integers, more: Array) -> Unsure:
        """The ranges of some options, told against those of staying, or others of the same choice.

        ``more`` is what each costs more once than it was valued at, because fewer share it.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class PlanTable:
    """The options of some dependencies, those of dependency i from ``start[i]`` on, staying first.

    By option (options,): ``cost`` is what it costs more than staying in USD a year: one-off cost
    spread over its years of use, and dearer running; ``first_year`` what is paid in the first year,
    ``once`` of it the one-off cost; ``weeks`` of engineers; ``days`` until it works; ``aal`` the
    change of the expected loss (negative: less is lost); ``pool`` whose room it needs when today's
    provider falters (-1: nobody's); ``developer`` on whom the work stands; ``kind`` which of
    ``options`` it is. ``left`` is False where a wish took it away. ``shared`` says
    which costs are divided (None: none is).

    By dependency, those of a startup one after the other: ``volume`` is USD of spend a month that
    looks for room when its provider falters, ``margin`` USD a year that depend on it, ``startup``,
    and ``group`` of those that stand or fall together, of which one may change (-1: it stands
    alone). ``use_cases`` has None where the name was not read; ``keys`` tell dependencies apart.

    ``room`` (pools,) USD of spend a month and ``spare`` (startups,) weeks are what there is,
    infinite where nothing limits. ``aal_usd`` is the expected loss a year if everybody stays.
    """

    start: Integers
    cost: Array
    first_year: Array
    once: Array
    weeks: Array
    days: Array
    aal: Array
    pool: Integers
    developer: Integers
    kind: Integers
    volume: Array
    margin: Array
    startup: Integers
    group: Integers
    headroom: Array
    spare: Array
    pools: tuple[str, ...]
    developers: tuple[str, ...]
    startups: tuple[str, ...]
    use_cases: Sequence[str | None]
    providers: Sequence[str]
    keys: Sequence[str]
    options: tuple[PlanOption, ...]
    losses: Losses
    aal_usd: float
    left: NDArray[np.bool_]
    shared: Shared | None = None

    @cached_property
    def owner(self) -> Integers:
        """The dependency of every option, (options,)."""
        return np.repeat(np.arange(len(self.volume)), np.diff(self.start))

    @property
    def stay(self) -> Integers:
        """The option to stay, by dependency."""
        return self.start[:-1]

    def value(self, weight: float) -> Array:
        """What options cost and lose more than staying a year, the tail by itself at a weight."""
        return self.cost + self.aal + weight * self.losses.marginal

    def named(self, column: int) -> PlanOption:
        """What an option is."""
        return self.options[int(self.kind[column])]

    def taken(self, columns: Integers) -> Array:
        """Options as parts of all, (options,) of ones and zeros."""
        parts = np.zeros(len(self.cost))
        parts[columns] = 1.0
        return parts

    def shares(self, columns: Integers) -> Array:
        """The share of the margin on each developer under a choice, (developers,)."""
        weight = self.margin / max(float(self.margin.sum()), 1e-300)
        count = len(self.developers)
        return np.bincount(self.developer[columns], weight, minlength=count).astype(np.float64)


def place_key(place: int) -> str:
    """The key of a dependency of which a plan knows no more than its place among all."""
    return f"{place:09}"


def ranges_of(values: Drawn) -> list[Interval]:
    """The 10 to 90 % of every column of values (draws, columns)."""
    low, high = np.quantile(values.astype(np.float64), [LOW, HIGH], axis=0)
    return [Interval(low=a, high=b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def plan_ranges(loss: Drawn, removed: Drawn, spent: Interval) -> PlanRanges:
    """The ranges of a plan from what is lost and removed in every draw."""
    share = removed / np.maximum(loss, 1e-9)
    kinds: Mapping[str, Drawn] = {
        "removed": removed,
        "share": share,
        "today": loss,
        "after": loss - removed,
    }
    found = {name: ranges_of(values[:, None])[0] for name, values in kinds.items()}
    return PlanRanges(spent=spent, **found)
