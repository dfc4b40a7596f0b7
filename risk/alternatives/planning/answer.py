"""The whole answer to "what should all do together": plans by budget, and the price of herding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.planning.building import plan_table
from risk.alternatives.planning.checking import PlanCheck, check_plan, whole_portfolio
from risk.alternatives.planning.frontier import STEPS, Frontier, frontier
from risk.alternatives.planning.herding import PriceOfHerding, price_of_herding
from risk.alternatives.planning.milp import PlanLimits
from risk.alternatives.planning.plan import Plan, best_plan
from risk.alternatives.planning.solving import Cuts
from risk.alternatives.planning.table import PlanTable
from risk.alternatives.planning.wishes import Wishes, with_wishes
from risk.alternatives.variants import Setting
from risk.inventory.records import Startup

Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class PlanGround:
    """A portfolio made ready to plan: its options in the same years, for any limits.

    ``today`` are expected loss and tail (TVaR 95 %) of the full model in USD.
    """

    startups: tuple[Startup, ...]
    setting: Setting
    today: tuple[float, float]
    table: PlanTable


@dataclass(frozen=True, kw_only=True)
class PlanAnswer:
    """One budget's plan, what more money buys, and what herding costs."""

    plan: Plan
    frontier: Frontier
    herding: PriceOfHerding


@dataclass(frozen=True, kw_only=True)
class BudgetPlans:
    """The plans of all budgets, and what was found on the way that makes further ones quicker."""

    frontier: Frontier
    cuts: Cuts


def plan_ground(
    startups: Sequence[Startup],
    setting: Setting,
    *,
    judgements: Judgements = NO_JUDGEMENTS,
) -> PlanGround:
    """Value every option of some startups once, in one call."""
    held = tuple(startups)
    table = plan_table(held, setting, judgements=judgements)
    today = whole_portfolio(held, setting) if table.dependencies else (0.0, 0.0)
    return PlanGround(startups=held, setting=setting, today=today, table=table.with_tail(today[1]))


def wished(ground: PlanGround, wishes: Wishes) -> PlanGround:
    """The ground with the options alone that the wishes leave.

    Raises:
        NoPlan: a pin names no option or several, or two wishes cannot both be kept.
    """
    return replace(ground, table=with_wishes(ground.table, wishes))


def plan_for(
    ground: PlanGround, limits: PlanLimits, *, progress: Progress | None = None
) -> PlanAnswer:
    """The plan under these limits, beside the frontier of all budgets.

    Raises:
        NoPlan: no choice keeps to the limits.
    """
    cuts, assumptions = Cuts(), ground.setting.assumptions
    plan = best_plan(ground.table, limits, assumptions, cuts=cuts)
    curve = frontier(ground.table, limits, assumptions, cuts=cuts, progress=progress)
    return PlanAnswer(
        plan=plan,
        frontier=curve,
        herding=price_of_herding(ground.table, plan, assumptions, cuts=cuts),
    )


def plans_by_budget(
    ground: PlanGround,
    limits: PlanLimits,
    *,
    steps: int = STEPS,
    progress: Progress | None = None,
) -> BudgetPlans:
    """The plan of every step of money.

    Raises:
        NoPlan: not even without a budget does a plan keep to the limits.
    """
    cuts, without = Cuts(), replace(limits, budget_usd=None)
    curve = frontier(
        ground.table,
        without,
        ground.setting.assumptions,
        steps=steps,
        cuts=cuts,
        progress=progress,
    )
    return BudgetPlans(frontier=curve, cuts=cuts)


def answer_of(ground: PlanGround, plans: BudgetPlans, plan: Plan) -> PlanAnswer:
    """One of these plans with the price of herding at its budget."""
    assumptions = ground.setting.assumptions
    herding = price_of_herding(ground.table, plan, assumptions, cuts=plans.cuts.copy())
    return PlanAnswer(plan=plan, frontier=plans.frontier, herding=herding)


def checked(ground: PlanGround, plan: Plan) -> PlanCheck:
    """The plan put to the full model."""
    return check_plan(ground.startups, plan, ground.setting, before=ground.today)
