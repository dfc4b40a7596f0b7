"""Choose one option for every dependency so that all together cost and lose least. docs/plan.md."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.planning.milp import PlanLimits, developer_shares
from risk.alternatives.planning.pinned import Pinned, what_pins_exceed
from risk.alternatives.planning.solving import Cuts, least_share, solve
from risk.alternatives.planning.table import (
    TAIL_LEVEL,
    PlanDependency,
    PlanOption,
    PlanTable,
    tail_value_at_risk,
)
from risk.alternatives.results import OptionClass
from risk.assumptions import Assumptions
from risk.loss.uncertainty import HIGH, LOW
from risk.portfolio.results import Interval

Array = NDArray[np.float64]
Drawn = NDArray[np.float64] | NDArray[np.float32]

#: How far from the best a plan may be, as a share of what all costs.
GAP = 1e-3


class NoPlan(ValueError):
    """No choice keeps to the limits; the message says which one, and what would do."""


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """What one dependency does; ranges (10 to 90 %) of what it removes and costs first, USD."""

    dependency: PlanDependency
    option: PlanOption
    removed: Interval
    first_year: Interval

    @property
    def changes(self) -> bool:
        """True if it does anything else than stay."""
        return self.option.option_class is not OptionClass.STAY


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
class Plan:
    """A choice for every dependency and what it comes to, USD.

    ``objective_usd`` is cost a year + expected loss + λ · tail, ``gap`` the most by which a better
    plan could undercut it (a share of it). ``shares`` is the margin by developer, 0..1.
    """

    limits: PlanLimits
    choices: tuple[PlanChoice, ...]
    spent_usd: float
    cost_usd_per_year: float
    aal_usd: float
    tvar95_usd: float
    objective_usd: float
    gap: float
    shares: dict[str, float]
    ranges: PlanRanges

    @property
    def changed(self) -> tuple[PlanChoice, ...]:
        """The choices that change something, those that remove most expected loss first."""
        found = [one for one in self.choices if one.changes]
        return tuple(sorted(found, key=lambda one: (one.option.aal_usd, one.dependency.key)))


def best_plan(
    table: PlanTable,
    limits: PlanLimits,
    assumptions: Assumptions,
    *,
    gap: float = GAP,
    cuts: Cuts | None = None,
) -> Plan:
    """The choice with the least cost and loss a year under the limits.

    ``cuts`` of the same table make further plans faster.

    Raises:
        NoPlan: no choice keeps to them.
    """
    if not table.dependencies:
        raise NoPlan(
            "Nobody in this portfolio depends on a language model that is known, so there is "
            "nothing to plan. Import what the startups depend on."
        )
    found = solve(
        table,
        limits,
        cost_of_capital=assumptions.cost_of_capital,
        gap=gap,
        cuts=Cuts() if cuts is None else cuts,
    )
    if found is None:
        raise NoPlan(_why_not(table, limits))
    return plan_of(table, limits, found.chosen, assumptions, gap=found.gap)


def plan_of(
    table: PlanTable, limits: PlanLimits, chosen: Array, assumptions: Assumptions, *, gap: float
) -> Plan:
    """What a choice (columns,) of ones and zeros comes to."""
    losses = table.losses(chosen)
    aal = table.aal_usd + float(table.column("aal_usd") @ chosen)
    tail = tail_value_at_risk(losses, table.probability, TAIL_LEVEL)
    cost = float(table.column("cost_usd_per_year") @ chosen)
    shares, names = developer_shares(table)
    columns = np.flatnonzero(chosen)
    draws, picked = table.draws.of(columns), [table.options[column] for column in columns]
    removed, paid = ranges_of(draws.removed), ranges_of(draws.first_year)
    return Plan(
        limits=limits,
        choices=tuple(
            PlanChoice(dependency=dependency, option=option, removed=less, first_year=paid_first)
            for dependency, option, less, paid_first in zip(
                table.dependencies, picked, removed, paid, strict=True
            )
        ),
        spent_usd=float(table.column("first_year_usd") @ chosen),
        cost_usd_per_year=cost,
        aal_usd=aal,
        tvar95_usd=tail,
        objective_usd=cost + aal + assumptions.cost_of_capital * tail,
        gap=gap,
        shares=dict(zip(names, (float(one) for one in shares @ chosen), strict=True)),
        ranges=plan_ranges(draws.loss, draws.removed.sum(axis=1), draws.first_year.sum(axis=1)),
    )


def plan_ranges(loss: Drawn, removed: Drawn, paid: Drawn) -> PlanRanges:
    """The ranges of a plan from its sums in every draw and, of what it costs, in every world."""
    share = removed / np.maximum(loss, 1e-9)
    kinds = {"removed": removed, "share": share, "today": loss, "after": loss - removed}
    found = {name: ranges_of(values[:, None])[0] for name, values in kinds.items()}
    return PlanRanges(spent=ranges_of(paid[:, None])[0], **found)


def ranges_of(values: Drawn) -> list[Interval]:
    """The 10 to 90 % of every column of values (draws, columns)."""
    low, high = np.quantile(values.astype(np.float64), [LOW, HIGH], axis=0)
    return [Interval(low=a, high=b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def next_step(plan: Plan) -> tuple[float, float] | None:
    """First-year cost and removed loss in USD of the best further change, None if none pays.

    That is the option that saves most, cost and expected loss together, for a dollar of the first
    year, whatever the budget and the room.
    """
    found: tuple[float, float, float] | None = None
    taken = {one.dependency.group for one in plan.choices if one.changes}
    for one in plan.choices:
        if not one.changes and one.dependency.group is not None and one.dependency.group in taken:
            continue
        old = one.option
        for new in one.dependency.options:
            cost = new.first_year_usd - old.first_year_usd
            removed = old.aal_usd - new.aal_usd
            gain = removed - (new.cost_usd_per_year - old.cost_usd_per_year)
            if cost > 0 and gain > 0 and (found is None or gain / cost > found[0]):
                found = gain / cost, cost, removed
    return None if found is None else found[1:]


def _why_not(table: PlanTable, limits: PlanLimits) -> str:
    """One sentence: which limit cannot be kept, and what would do."""
    if limits.budget_usd is not None and limits.budget_usd < 0:
        return f"A budget of ${limits.budget_usd:,.0f} is below zero; write 0 or more."
    short = [name for name, usd in limits.startup_usd.items() if usd < 0]
    if short:
        return f"The budget of {short[0]} is below zero; write 0 or more."
    exceeded = what_pins_exceed(_pinned(table), limits, weeks=table.weeks, room=table.room)
    if exceeded is not None:
        return exceeded
    found = least_share(table, limits) if limits.max_share is not None else None
    if found is None or limits.max_share is None:
        return "No plan was found in the time allowed; try another budget."
    percent = np.ceil(1_000 * found[0]) / 10
    within = "" if limits.budget_usd is None else f" for ${limits.budget_usd:,.0f}"
    return (
        f"No plan{within} keeps every developer at {100 * limits.max_share:g} % of the margin or "
        f"below: the lowest that can be reached is {percent:g} % ({found[1]}). Allow more on one "
        "developer, or a larger budget."
    )


def _pinned(table: PlanTable) -> Iterator[Pinned]:
    """The dependencies that are left one option, which is not to stay."""
    for one in table.dependencies:
        only = one.options[0]
        if only.option_class is not OptionClass.STAY:
            yield Pinned(
                startup=one.startup,
                first_year_usd=only.first_year_usd,
                weeks=only.weeks,
                pool=only.pool,
                volume=one.volume,
            )
