"""What the page Plan reads: the options of a portfolio once, then the plans of every budget.

The price of herding and the check by the full model come when a plan is looked at.
"""

from collections.abc import Callable

from db.services import planning
from risk.alternatives.planning.answer import (
    BudgetPlans,
    PlanAnswer,
    PlanCheck,
    PlanGround,
    answer_of,
    checked,
    plans_by_budget,
)
from risk.alternatives.planning.plan import Plan
from risk.alternatives.planning.table import PlanLimits
from risk.alternatives.planning.wishes import Wishes
from ui import cached
from ui.cached_answers import kept

Progress = Callable[[float], None]
#: How much of the work is done once all options are valued.
GROUND_DONE = 0.3


def plans(
    portfolio: str, max_share: float | None, wishes: Wishes, progress: Progress
) -> BudgetPlans:
    """Return the plan of every step of money; ``progress`` hears 0 to 1 unless it is known.

    Raises:
        risk.alternatives.planning.table.NoPlan: no choice keeps every developer below the share.
    """
    ground = _ground(portfolio).under(wishes)
    progress(GROUND_DONE)
    key = ("plans", *cached.state_of(portfolio), max_share, wishes)
    return kept(
        key,
        lambda: plans_by_budget(
            ground,
            PlanLimits(max_share=max_share),
            progress=lambda share: progress(GROUND_DONE + (1 - GROUND_DONE) * share),
        ),
    )


def answer(portfolio: str, plans: BudgetPlans, plan: Plan, wishes: Wishes) -> PlanAnswer:
    """Return one of the plans with the price of herding at its budget."""
    ground = _ground(portfolio).under(wishes)
    limits = (plan.limits.budget_usd, plan.limits.max_share)
    key = ("herding", *cached.state_of(portfolio), limits, wishes)
    return kept(key, lambda: answer_of(ground, plans, plan))


def check(portfolio: str, plan: Plan, wishes: Wishes) -> PlanCheck:
    """Return the plan put to the full model."""
    ground = _ground(portfolio)
    state = cached.state_of(portfolio)
    limits = (plan.limits.budget_usd, plan.limits.max_share)
    return kept(("check", *state, limits, wishes), lambda: checked(ground, plan))


def _ground(portfolio: str) -> PlanGround:
    return kept(
        ("ground", *cached.state_of(portfolio)),
        lambda: planning.plan_ground(
            cached.store(),
            cached.actor(),
            portfolio,
            today=cached.today(),
        ),
    )


def by_prices(portfolio: str, limits: PlanLimits, wishes: Wishes) -> Plan:
    """Return the plan of a portfolio too large to list every choice.

    Raises:
        risk.alternatives.planning.table.NoPlan: no plan keeps to the limits.
    """
    key = ("large plan", *cached.state_of(portfolio), limits.budget_usd, limits.max_share, wishes)
    return kept(key, lambda: _large_ground(portfolio).under(wishes).plan(limits))


def answer_by_prices(portfolio: str, plan: Plan, wishes: Wishes) -> PlanAnswer:
    """Return such a plan with what more money buys, and with the price of herding at its budget."""
    ground, limits = _large_ground(portfolio).under(wishes), plan.limits
    state = (*cached.state_of(portfolio), limits.max_share, wishes)
    plans = kept(("large plans", *state), lambda: plans_by_budget(ground, limits))
    key = ("large herding", *state, limits.budget_usd)
    return kept(key, lambda: answer_of(ground, plans, plan))


def _large_ground(portfolio: str) -> PlanGround:
    return kept(
        ("large ground", *cached.state_of(portfolio)),
        lambda: planning.large_plan_ground(
            cached.store(), cached.actor(), portfolio, today=cached.today()
        ),
    )
