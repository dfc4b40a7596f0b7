"""Choose one option for every dependency so that all together cost and lose least. docs/plan.md.

A table of drawn years is solved exactly (:mod:`risk.alternatives.planning.exact`), one that only
says what each option holds of the tail by prices (:mod:`risk.alternatives.planning.prices`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.exact import Cuts, least_share, solve
from risk.alternatives.planning.prices import PlanArrays, Priced, priced_plan
from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.table import NoPlan, PlanLimits, PlanRanges, PlanTable, Unsure
from risk.alternatives.results import OptionClass
from risk.assumptions import Assumptions
from risk.inventory.records import Dependency
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Progress = Callable[[float], None]

#: How far from the best a plan may be, as a share of what all costs.
GAP = 1e-3
#: A limit counts as kept by pinned options up to this share of it.
SLACK = 1e-9
#: Equal steps of money in a frontier.
STEPS = 10


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """What one dependency does, USD; ranges (10 to 90 %) of what it removes and costs first.

    ``use_case`` None: its name was not read; ``pool`` None: it needs nobody's room. ``changed`` is
    the dependency as it would be, where it was read.
    """

    key: str
    startup: str
    use_case: str | None
    provider: str
    option: str
    option_class: OptionClass
    first_year_usd: float
    one_off_usd: float
    cost_usd_per_year: float
    weeks: float
    aal_removed_usd: float
    pool: str | None
    removed: Interval
    first_year: Interval
    changed: Dependency | None = None

    @property
    def changes(self) -> bool:
        """True if it does anything else than stay."""
        return self.option_class is not OptionClass.STAY


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """What a portfolio does together, and what it comes to in USD when it is asked.

    ``chosen`` has the options (dependencies,) of the table; ``weight`` is λ, what a dollar of the
    tail costs a year. ``gap`` is the most by which a better plan could undercut this one, as a
    share of it.
    """

    table: PlanTable
    limits: PlanLimits
    chosen: Integers
    weight: float
    gap: float

    @cached_property
    def _parts(self) -> Array:
        return self.table.taken(self.chosen)

    @cached_property
    def spent_usd(self) -> float:
        """What it costs in its first year."""
        return float(self.table.first_year @ self._parts)

    @cached_property
    def aal_usd(self) -> float:
        """The expected loss a year that it leaves."""
        return self.table.aal_usd + float(self.table.aal @ self._parts)

    @cached_property
    def tvar95_usd(self) -> float:
        """The tail that it leaves (TVaR 95 %)."""
        return self.table.losses.tail(self._parts)

    @property
    def aal_today_usd(self) -> float:
        """The expected loss a year if everybody stays."""
        return self.table.aal_usd

    @cached_property
    def tvar95_today_usd(self) -> float:
        """The tail if everybody stays."""
        return self.table.losses.tail(np.zeros(len(self.table.cost)))

    @property
    def objective_usd(self) -> float:
        """Cost a year + expected loss + λ · tail."""
        cost = float(self.table.cost @ self._parts)
        return cost + self.aal_usd + self.weight * self.tvar95_usd

    @property
    def looked_at(self) -> int:
        """How many startups have options."""
        return len(self.table.startups)

    @cached_property
    def _told(self) -> Integers:
        """Dependencies whose choices are listed: all, of a plan by prices those that change."""
        if isinstance(self.table.losses, DrawnYears):
            return np.arange(len(self.chosen))
        changed = np.flatnonzero(self.chosen != self.table.stay)
        return changed[np.argsort(self.table.aal[self.chosen[changed]], kind="stable")]

    @cached_property
    def _unsure(self) -> Unsure:
        told = self._told
        return self.table.losses.unsure(self.chosen[told], self.table.stay[told])

    @property
    def ranges(self) -> PlanRanges:
        """How unsure its figures are."""
        return self._unsure.ranges

    @cached_property
    def choices(self) -> tuple[PlanChoice, ...]:
        """What every dependency does; of a plan by prices the changes alone."""
        unsure = self._unsure
        return tuple(
            _choice(self.table, dep, int(self.chosen[dep]), removed, first)
            for dep, removed, first in zip(
                self._told.tolist(), unsure.removed, unsure.first_year, strict=True
            )
        )

    @cached_property
    def changed(self) -> tuple[PlanChoice, ...]:
        """The choices that change something, those that remove most expected loss first."""
        found = [one for one in self.choices if one.changes]
        return tuple(sorted(found, key=lambda one: (-one.aal_removed_usd, one.key)))

    @cached_property
    def next_step(self) -> tuple[float, float] | None:
        """First-year cost and removed loss of the further change that saves most for its money.

        Whatever the budget and the room; where one of a group has changed, no other one may. None:
        nothing more pays.
        """
        table = self.table
        old, group = self.chosen[table.owner], table.group
        changed = self.chosen != table.stay
        bound = (group >= 0) & ~changed & np.isin(group, group[changed])
        value = table.value(self.weight)
        gain, more = value[old] - value, table.first_year - table.first_year[old]
        worth = np.flatnonzero(table.left & ~bound[table.owner] & (gain > 0) & (more > 0))
        if not len(worth):
            return None
        best = int(worth[np.argmax(gain[worth] / more[worth])])
        return float(more[best]), float(table.aal[old[best]] - table.aal[best])


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Plans by rising budget; ``full_usd`` is what the best of all spends in its first year."""

    full_usd: float
    plans: tuple[Plan, ...]

    def at(self, budget_usd: float) -> Plan | None:
        """The plan of the largest budget that is not above this one, None below the first."""
        found = [one for one in self.plans if (one.limits.budget_usd or 0.0) <= budget_usd + 0.005]
        return found[-1] if found else None


def best_plan(
    table: PlanTable,
    limits: PlanLimits,
    assumptions: Assumptions,
    *,
    gap: float = GAP,
    cuts: Cuts | None = None,
) -> Plan:
    """The choice with the least cost and loss a year under the limits.

    ``cuts`` of the same table make further plans of drawn years faster; by prices the gap is what
    it is.

    Raises:
        NoPlan: no choice keeps to them.
    """
    if limits.budget_usd is not None and limits.budget_usd < 0:
        raise NoPlan(f"A budget of ${limits.budget_usd:,.0f} is below zero; write 0 or more.")
    exceeded = _what_pins_exceed(table, limits)
    if exceeded is not None:
        raise NoPlan(exceeded)
    weight = assumptions.cost_of_capital
    if isinstance(table.losses, DrawnYears):
        found = solve(
            table,
            table.losses,
            limits,
            cost_of_capital=weight,
            gap=gap,
            cuts=Cuts() if cuts is None else cuts,
        )
        if found is None:
            raise NoPlan(_why_not(table, limits))
        chosen = np.flatnonzero(found[0])
        return Plan(table=table, limits=limits, chosen=chosen, weight=weight, gap=found[1])
    chosen, priced = by_prices(table, limits, weight)
    if not priced.within:
        raise NoPlan(
            f"No plan{_within(limits)} was found that keeps every developer at "
            f"{100 * (limits.max_share or 0.0):g} % of the margin or below. Allow more on one "
            "developer, or a larger budget."
        )
    plan = Plan(table=table, limits=limits, chosen=chosen, weight=weight, gap=0.0)
    lower = max(0.0, priced.value - priced.bound)
    return replace(plan, gap=lower / max(abs(plan.objective_usd), 1e-9))


def by_prices(table: PlanTable, limits: PlanLimits, weight: float) -> tuple[Integers, Priced]:
    """The options (dependencies,) that prices choose of those left, and what they prove."""
    arrays = PlanArrays(
        start=table.start,
        value=table.value(weight),
        first_year=table.first_year,
        weeks=table.weeks,
        pool=table.pool,
        developer=table.developer,
        volume=table.volume,
        margin=table.margin / max(float(table.margin.sum()), 1e-300),
        startup=table.startup,
        group=table.group,
        headroom=table.headroom if limits.headroom else np.full(len(table.headroom), np.inf),
        spare=table.spare,
        developers=len(table.developers),
        budget=np.inf if limits.budget_usd is None else limits.budget_usd,
        share=np.inf if limits.max_share is None else limits.max_share,
    )
    left = np.flatnonzero(table.left)
    found = priced_plan(arrays.keeping(left))
    return left[found.chosen], found


def _choice(
    table: PlanTable, dep: int, column: int, removed: Interval, first_year: Interval
) -> PlanChoice:
    option, pool = table.named(column), int(table.pool[column])
    return PlanChoice(
        key=table.keys[dep],
        startup=table.startups[int(table.startup[dep])],
        use_case=table.use_cases[dep],
        provider=table.providers[dep],
        option=option.option,
        option_class=option.option_class,
        first_year_usd=float(table.first_year[column]),
        one_off_usd=float(table.once[column]),
        cost_usd_per_year=float(table.cost[column]),
        weeks=float(table.weeks[column]),
        aal_removed_usd=-float(table.aal[column]),
        pool=None if pool < 0 else table.pools[pool],
        removed=removed,
        first_year=first_year,
        changed=option.changed,
    )


def _within(limits: PlanLimits) -> str:
    return "" if limits.budget_usd is None else f" for ${limits.budget_usd:,.0f}"


def _why_not(table: PlanTable, limits: PlanLimits) -> str:
    """One sentence: which limit cannot be kept, and what would do."""
    found = least_share(table, limits) if limits.max_share is not None else None
    if found is None or limits.max_share is None:
        return "No plan was found in the time allowed; try another budget."
    percent = np.ceil(1_000 * found[0]) / 10
    return (
        f"No plan{_within(limits)} keeps every developer at {100 * limits.max_share:g} % of the "
        f"margin or below: the lowest that can be reached is {percent:g} % ({found[1]}). Allow "
        "more on one developer, or a larger budget."
    )


def _what_pins_exceed(table: PlanTable, limits: PlanLimits) -> str | None:
    """One sentence: the limit that pinned options alone exceed, and what would do; None: none."""
    pinned = np.flatnonzero(~table.left[table.stay])
    if not len(pinned):
        return None
    at = np.flatnonzero(table.left & np.isin(table.owner, pinned))
    spent = float(table.first_year[at].sum())
    if limits.budget_usd is not None and spent > limits.budget_usd * (1 + SLACK) + 0.005:
        return (
            f"The pinned options cost ${spent:,.0f} in the first year, more than the budget of "
            f"${limits.budget_usd:,.0f}. Allow more, or pin less."
        )
    firms = table.startup[pinned]
    for firm, needs in _sums(firms, table.weeks[at]).items():
        if needs > table.spare[firm] * (1 + SLACK):
            name = table.startups[firm]
            return (
                f"The pinned options of {name} take {needs:,.1f} engineer weeks; its engineers "
                f"can spare {table.spare[firm]:,.1f} in a quarter. Pin less of {name}."
            )
    if limits.headroom:
        asking = table.pool[at] >= 0
        asked = _sums(table.pool[at][asking], table.volume[pinned][asking])
        for pool, needs in asked.items():
            if needs > table.headroom[pool] * (1 + SLACK):
                return (
                    f"The pinned options need room for ${needs:,.0f} of spend a month at "
                    f"{table.pools[pool]}; there is room for ${table.headroom[pool]:,.0f}. "
                    "Pin less of it."
                )
    return None


def _sums(codes: Integers, amounts: Array) -> Mapping[int, float]:
    return {int(one): float(amounts[codes == one].sum()) for one in np.unique(codes)}


def frontier(
    table: PlanTable,
    limits: PlanLimits,
    assumptions: Assumptions,
    *,
    steps: int = STEPS,
    cuts: Cuts | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """The best plans for ``steps`` equal steps of money; ``limits`` hold but for the budget.

    Budgets for which no plan keeps to the limits are left out. ``progress`` hears 0 to 1.

    Raises:
        NoPlan: not even without a budget does a plan keep to the limits.
    """
    shared = Cuts() if cuts is None else cuts
    full = best_plan(table, replace(limits, budget_usd=None), assumptions, cuts=shared)
    budgets = np.round(np.linspace(0.0, full.spent_usd, steps + 1), 2)
    budgets[-1] = np.ceil(100 * full.spent_usd) / 100
    plans: list[Plan] = []
    for number, budget in enumerate(budgets):
        own = replace(limits, budget_usd=float(budget))
        if number == len(budgets) - 1:
            found = replace(full, limits=own)
        else:
            try:
                found = best_plan(table, own, assumptions, cuts=shared)
            except NoPlan:
                continue
        if plans and plans[-1].objective_usd < found.objective_usd:
            # A plan for less money is a plan for more; the solver stops within its gap.
            found = replace(plans[-1], limits=own)
        plans.append(found)
        if progress:
            progress((number + 1) / len(budgets))
    return Frontier(full_usd=full.spent_usd, plans=tuple(plans))
