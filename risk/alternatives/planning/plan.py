"""Choose one option for every dependency so that all together cost and lose least. docs/plan.md.

A table of drawn years is solved exactly (:mod:`risk.alternatives.planning.exact`), one that only
says what each option holds of the tail by prices (:mod:`risk.alternatives.planning.prices`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.exact import Cuts, least_share, settled, solve
from risk.alternatives.planning.prices import PlanArrays, Priced, priced_plan
from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.sharing import (
    Paid,
    as_taken,
    counted_on,
    most_shared,
    one_by_one,
    with_sharers,
)
from risk.alternatives.planning.table import NoPlan, PlanLimits, PlanRanges, PlanTable, Unsure
from risk.alternatives.results import OptionClass
from risk.assumptions import Assumptions
from risk.inventory.records import Dependency
from risk.portfolio.results import LEAST_TO_SPREAD, Interval

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Progress = Callable[[float], None]

#: How far from the best a plan may be, as a share of what all costs.
GAP = 1e-3
#: A limit counts as kept by pinned options up to this share of it.
SLACK = 1e-9
#: Options that prices may leave open for them to be settled exactly.
MOST_SETTLED = 5_000
#: Changes of which the tail is reckoned exactly when the best of them is looked for.
CLOSELY = 16
#: How often a plan is looked for until nobody counts on sharing with somebody who does not.
MOST_SHARINGS = 5
#: What a change saves at least that is worth a word, USD a year.
LEAST_SAVED = 0.5
#: Single changes that a solver within its gap may have left out, at most.
MOST_POLISHED = 50
#: Equal steps of money in a frontier.
STEPS = 10


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """What one dependency does, USD; ranges (10 to 90 %) of what it removes and costs first.

    ``use_case`` None: its name was not read; ``pool`` None: it needs nobody's room. ``changed`` is
    the dependency as it would be, where it was read. ``ask`` is what has
    to be asked first, ``switch_days`` how long it takes until the option works.
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
    switch_days: float = 0.0
    ask: tuple[str, ...] = ()
    changed: Dependency | None = None

    @property
    def changes(self) -> bool:
        """True if it does anything else than stay."""
        return self.option_class is not OptionClass.STAY


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change, all else kept: what it costs in its first year, and removes, USD.

    ``aal_removed_usd`` of the expected loss a year, ``tail_removed_usd`` of the tail (TVaR 95 %),
    ``saved_usd`` a year of all that is spent and lost, λ · tail included. ``before`` and ``after``
    are options of the plan's table.
    """

    startup: str
    use_case: str | None
    provider: str
    option: str
    first_year_usd: float
    aal_removed_usd: float
    tail_removed_usd: float
    saved_usd: float
    before: int
    after: int


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
    def paid(self) -> Paid:
        """What each dependency pays, shared costs divided among those that take them."""
        return Paid.of(self.table, self.chosen)

    @cached_property
    def spent_usd(self) -> float:
        """What it costs in its first year."""
        return float(self.paid.first_year.sum())

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
        return float(self.paid.cost.sum()) + self.aal_usd + self.weight * self.tvar95_usd

    @property
    def on_ending(self) -> int:
        """How many dependencies stay on a model that ends within the horizon of advice."""
        ends = np.array([one.ends for one in self.table.options], dtype=bool)
        return int(ends[self.table.kind[self.chosen]].sum())

    @property
    def looked_at(self) -> int:
        """How many startups have options."""
        return len(self.table.startups)

    @property
    def is_by_prices(self) -> bool:
        """Whether it was found by prices, and its tail is told by what each disruption holds."""
        return not isinstance(self.table.losses, DrawnYears)

    @property
    def is_of_many(self) -> bool:
        """Whether so many are planned for that frontier and herding say anything."""
        return self.looked_at >= LEAST_TO_SPREAD

    @cached_property
    def _told(self) -> Integers:
        """Dependencies whose choices are listed: all, of a plan by prices those that change."""
        if not self.is_by_prices:
            return np.arange(len(self.chosen))
        changed = np.flatnonzero(self.chosen != self.table.stay)
        return changed[np.argsort(self.table.aal[self.chosen[changed]], kind="stable")]

    @cached_property
    def _unsure(self) -> Unsure:
        table, told = self.table, self._told
        taken = self.chosen[told]
        valued = table.once if table.shared is None else table.shared.once
        more = self.paid.once[told] - valued[taken]
        return table.losses.unsure(taken, table.stay[told], more)

    @property
    def ranges(self) -> PlanRanges:
        """How unsure its figures are."""
        return self._unsure.ranges

    @cached_property
    def choices(self) -> tuple[PlanChoice, ...]:
        """What every dependency does; of a plan by prices the changes alone."""
        unsure = self._unsure
        return tuple(
            _choice(self, dep, removed, first)
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
    def _one_by_one(self) -> PlanTable:
        return one_by_one(self.table, self.chosen)

    @cached_property
    def next_step(self) -> Step | None:
        """The further change that saves most for its money, whatever the budget.

        Room, engineers' weeks and the share on one developer hold; where one of a group has
        changed, no other one may. None: nothing more pays.
        """
        table, old = self._one_by_one, self.chosen[self.table.owner]
        may = np.flatnonzero(self.one_more(replace(self.limits, budget_usd=None)))
        more = (table.first_year - table.first_year[old])[may]
        gain = self.gain_at_most()[may]
        worth = (more > 0) & (gain > 0)
        order = np.argsort(-gain[worth] / more[worth], kind="stable")[:CLOSELY]
        steps = [self._step(int(old[one]), one) for one in may[worth][order].tolist()]
        pays = (one for one in steps if one.saved_usd > LEAST_SAVED)
        return max(pays, key=_return, default=None)

    @cached_property
    def last_step(self) -> Step | None:
        """The change in it that saves least for its money: with less of it the first to go.

        None: nothing in it costs anything and could be left out.
        """
        table, stay = self._one_by_one, self.table.stay
        more = table.first_year[self.chosen]
        may = np.flatnonzero((self.chosen != stay) & table.left[stay] & (more > 0))
        # The tail is convex: whoever goes back loses at least this.
        lost = self.gain_at_most()[stay[may]]
        order = np.argsort(-lost / more[may], kind="stable")[:CLOSELY]
        steps = [self._step(int(stay[dep]), int(self.chosen[dep])) for dep in may[order].tolist()]
        return min(steps, key=_return, default=None)

    def _step(self, before: int, after: int) -> Step:
        """What it changes that a dependency takes one option in place of another, all else kept."""
        table, dep = self._one_by_one, int(self.table.owner[after])
        tails = []
        for column in (before, after):
            chosen = self.chosen.copy()
            chosen[dep] = column
            tails.append(table.losses.tail(table.taken(chosen)))
        aal, tail = float(table.aal[before] - table.aal[after]), tails[0] - tails[1]
        dearer = float(table.cost[after] - table.cost[before])
        return Step(
            startup=table.startups[int(table.startup[dep])],
            use_case=table.use_cases[dep],
            provider=table.providers[dep],
            option=table.named(after).option,
            first_year_usd=float(table.first_year[after] - table.first_year[before]),
            aal_removed_usd=aal,
            tail_removed_usd=tail,
            saved_usd=aal + self.weight * tail - dearer,
            before=before,
            after=after,
        )

    def removed_by(self, step: Step) -> Interval:
        """What a step removes of the expected loss, USD a year: 10 to 90 %, world by world."""
        before, after = np.array([step.before]), np.array([step.after])
        return self.table.losses.unsure(after, before, np.zeros(1)).ranges.removed

    def gain_at_most(self) -> Array:
        """What every option (options,) would save at most in place of the chosen one.

        USD a year, λ · tail by its slope at the choice: convex, it falls by no more than that.
        """
        table = self._one_by_one
        value = table.cost + table.aal + self.weight * table.losses.slope(self._parts)
        return np.asarray(value[self.chosen[table.owner]] - value)

    def one_more(self, limits: PlanLimits) -> NDArray[np.bool_]:
        """Which options (options,) may be taken in place of the chosen ones within the limits."""
        table, single, chosen = self.table, self._one_by_one, self.chosen
        old, owner = chosen[table.owner], table.owner
        fits: NDArray[np.bool_] = table.left & (np.arange(len(old)) != old)
        changed, group = chosen != table.stay, table.group
        bound = (group >= 0) & ~changed & np.isin(group, group[changed])
        fits &= ~bound[owner]
        if limits.budget_usd is not None:
            spent = self.spent_usd + single.first_year - single.first_year[old]
            fits &= spent <= limits.budget_usd + 1e-9
        weeks = np.bincount(table.startup, self.paid.weeks, minlength=len(table.spare))
        firm = table.startup[owner]
        needed = weeks[firm] - single.weeks[old] + single.weeks
        fits &= needed <= table.spare[firm] * (1 + SLACK)
        if limits.headroom and len(table.headroom):
            asking = table.pool[chosen] >= 0
            used = np.bincount(
                table.pool[chosen][asking], table.volume[asking], minlength=len(table.headroom)
            )
            # The last place stands for who needs nobody's room.
            left = np.append(table.headroom * (1 + SLACK) - used, np.inf)
            fits &= (table.pool == table.pool[old]) | (table.volume[owner] <= left[table.pool])
        if limits.max_share is not None:
            share = table.shares(chosen)[table.developer]
            own = table.margin[owner] / max(float(table.margin.sum()), 1e-300)
            fits &= (table.developer == table.developer[old]) | (share + own <= limits.max_share)
        return fits

    def taking(self, column: int) -> "Plan":
        """The plan with one option in place of the chosen one of its dependency."""
        chosen = self.chosen.copy()
        chosen[self.table.owner[column]] = column
        return replace(self, chosen=chosen)


def _return(one: Step) -> float:
    """What a step saves a year for a dollar of its first year."""
    return one.saved_usd / one.first_year_usd


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
    weight = assumptions.cost_of_capital
    exceeded = _what_pins_exceed(as_taken(table, _least_changed(table)), limits)
    if exceeded is not None:
        raise NoPlan(exceeded)
    if not isinstance(table.losses, DrawnYears):
        return shared_by_prices(table, limits, weight)
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
    return _polished(Plan(table=table, limits=limits, chosen=chosen, weight=weight, gap=found[1]))


def shared_by_prices(table: PlanTable, limits: PlanLimits, weight: float) -> Plan:
    """A plan by prices, looked for until nobody counts on sharing with somebody who does not.

    Raises:
        NoPlan: none was found that keeps to the limits.
    """
    shared = most_shared(table)
    first = found = _priced(shared, limits, weight)
    for number in range(MOST_SHARINGS):
        sharers = counted_on(shared, found.chosen, first=number == 0)
        if sharers is None:
            break
        if number == MOST_SHARINGS - 1:
            sharers = np.ones_like(sharers)
        shared = with_sharers(shared, sharers)
        found = _priced(shared, limits, weight)
    # No plan undercuts what all would cost if all shared that may.
    least = first.objective_usd * (1 - first.gap)
    plan = replace(found, table=table)
    return replace(plan, gap=max(0.0, 1 - least / max(abs(plan.objective_usd), 1e-9)))


def _polished(plan: Plan) -> Plan:
    """A plan with what a solver left out within its gap: single changes that fit and save."""
    for _ in range(MOST_POLISHED):
        may = np.flatnonzero(plan.one_more(plan.limits))
        gain = plan.gain_at_most()[may]
        likely = may[gain > LEAST_SAVED][np.argsort(-gain[gain > LEAST_SAVED])[:CLOSELY]]
        better = min(
            (plan.taking(one) for one in likely.tolist()),
            key=lambda one: one.objective_usd,
            default=plan,
        )
        if better.objective_usd > plan.objective_usd - LEAST_SAVED:
            break
        plan = better
    return plan


def _priced(table: PlanTable, limits: PlanLimits, weight: float) -> Plan:
    """The plan by prices at the costs of a table.

    Raises:
        NoPlan: none was found that keeps to the limits.
    """
    priced = by_prices(table, limits, weight)
    if not priced.within:
        raise NoPlan(
            f"No plan{_within(limits)} was found that keeps every developer at "
            f"{100 * (limits.max_share or 0.0):.3g} % of the margin or below. Allow more on one "
            "developer, or a larger budget."
        )
    plan = Plan(table=table, limits=limits, chosen=priced.chosen, weight=weight, gap=0.0)
    lower = max(0.0, priced.value - priced.bound)
    return replace(plan, gap=lower / max(abs(plan.objective_usd), 1e-9))


def by_prices(table: PlanTable, limits: PlanLimits, weight: float) -> Priced:
    """What prices choose of the options that are left, and what they prove."""
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
    found = replace(found, chosen=left[found.chosen])
    whole = table.aal_usd + weight * table.losses.tail(np.zeros(len(table.cost)))
    return _settled(table, limits, arrays, found, gap_usd=GAP * whole)


def _settled(
    table: PlanTable, limits: PlanLimits, arrays: PlanArrays, found: Priced, *, gap_usd: float
) -> Priced:
    """A plan by prices, solved exactly where prices leave more than a gap and few options open.

    An option with which the bound lies above the plan is in no better one.
    """
    if found.within and found.value - found.bound <= gap_usd:
        return found
    may = table.left & arrays.may_be_better(found)
    if may.sum() > MOST_SETTLED:
        return found
    gap = min(0.5, gap_usd / max(abs(found.value), 1e-9)) if found.within else GAP
    exact = settled(table, limits, arrays.value, may, gap=gap)
    if exact is None:
        return found
    chosen, bound = exact
    value = float(arrays.value[chosen].sum())
    if found.within and found.value <= value:
        chosen, value = found.chosen, found.value
    bound = min(value, max(found.bound, bound))
    return replace(found, chosen=chosen, value=value, bound=bound, within=True)


def _choice(plan: Plan, dep: int, removed: Interval, first_year: Interval) -> PlanChoice:
    table, paid, column = plan.table, plan.paid, int(plan.chosen[dep])
    option, pool = table.named(column), int(table.pool[column])
    return PlanChoice(
        key=table.keys[dep],
        startup=table.startups[int(table.startup[dep])],
        use_case=table.use_cases[dep],
        provider=table.providers[dep],
        option=option.option,
        option_class=option.option_class,
        first_year_usd=float(paid.first_year[dep]),
        one_off_usd=float(paid.once[dep]),
        cost_usd_per_year=float(paid.cost[dep]),
        weeks=float(paid.weeks[dep]),
        aal_removed_usd=-float(table.aal[column]),
        pool=None if pool < 0 else table.pools[pool],
        removed=removed,
        first_year=first_year,
        switch_days=float(table.days[column]),
        ask=option.ask,
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
        f"No plan{_within(limits)} keeps every developer at {100 * limits.max_share:.3g} % of the "
        f"margin or below: the lowest that can be reached is {percent:g} % ({found[1]}). Allow "
        "more on one developer, or a larger budget."
    )


def _least_changed(table: PlanTable) -> Integers:
    """The first option that is left to each dependency: staying, but for what is pinned."""
    left = np.flatnonzero(table.left)
    _, first = np.unique(table.owner[left], return_index=True)
    return np.asarray(left[first])


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
                    f"The pinned options need capacity for ${needs:,.0f} of spend a month at "
                    f"{table.pools[pool]}; there is capacity for ${table.headroom[pool]:,.0f}. "
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
    full: Plan | None = None,
    cuts: Cuts | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """The best plans for ``steps`` equal steps of money; ``limits`` hold but for the budget.

    Budgets for which no plan keeps to the limits are left out. ``full`` is the plan without a
    budget, where it is known. ``progress`` hears 0 to 1.

    Raises:
        NoPlan: not even without a budget does a plan keep to the limits.
    """
    shared = Cuts() if cuts is None else cuts
    if full is None:
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
