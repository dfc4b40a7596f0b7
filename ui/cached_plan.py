"""What the page Plan reads: the options of a portfolio once, then the plans of every budget.

A progress bar cannot be drawn from inside a cached function, so the memory is our own; its keys
hold what those of :mod:`ui.cached` do.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.services import planning
from risk.alternatives.planning.answer import PlanAnswer, PlanGround, checked, plans_by_budget
from risk.alternatives.planning.checking import PlanCheck, whole_portfolio
from risk.alternatives.planning.milp import PlanLimits
from risk.alternatives.planning.plan import Plan
from ui import cached

Progress = Callable[[float], None]
MOST_KEPT = 12


def plans(portfolio: str, max_share: float | None, progress: Progress) -> tuple[PlanAnswer, ...]:
    """Return the plan of every step of money; ``progress`` hears 0 to 1 unless it is known.

    Raises:
        risk.alternatives.planning.plan.NoPlan: no choice keeps every developer below the share.
    """
    ground = _ground(portfolio, lambda share: progress(0.7 * share))
    key = ("plans", *_state(portfolio), max_share)
    return _kept(
        key,
        lambda: plans_by_budget(
            ground,
            PlanLimits(max_share=max_share),
            progress=lambda share: progress(0.7 + 0.3 * share),
        ),
    )


def check(portfolio: str, plan: Plan) -> PlanCheck:
    """Return the plan put to the full model."""
    ground = _ground(portfolio, lambda share: None)
    state = _state(portfolio)
    before = _kept(("before", *state), lambda: whole_portfolio(ground.portfolio, ground.setting))
    limits = (plan.limits.budget_usd, plan.limits.max_share)
    return _kept(("check", *state, limits), lambda: checked(ground, plan, before=before))


def _ground(portfolio: str, progress: Progress) -> PlanGround:
    return _kept(
        ("ground", *_state(portfolio)),
        lambda: planning.plan_ground(
            cached.store(),
            cached.actor(),
            portfolio,
            today=cached.today(),
            progress=progress,
        ),
    )


def _state(portfolio: str) -> tuple[Any, ...]:
    """What an answer depends on: who sees what of which register, its numbers, and the day."""
    known = (one.revision for one in cached.portfolios() if one.name == portfolio)
    scope = cached.actor().scope
    return portfolio, next(known, -1), scope, cached.assumptions(portfolio), cached.today()


def _kept(key: tuple[Any, ...], work: Callable[[], Any]) -> Any:
    known = _memory()
    if key not in known:
        found = work()
        for old in list(known)[: max(0, len(known) - MOST_KEPT * 4)]:
            known.pop(old, None)
        known[key] = found
    return known[key]


@st.cache_resource(show_spinner=False)
def _memory() -> dict[tuple[Any, ...], Any]:
    return {}
