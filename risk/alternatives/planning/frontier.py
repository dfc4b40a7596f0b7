"""What more money buys: the best plan at every budget, up to all that is worth spending."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from risk.alternatives.planning.milp import PlanLimits
from risk.alternatives.planning.plan import NoPlan, Plan, best_plan
from risk.alternatives.planning.solving import Cuts
from risk.alternatives.planning.table import TAIL_LEVEL, PlanTable, tail_value_at_risk
from risk.assumptions import Assumptions

Progress = Callable[[float], None]
STEPS = 10


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Plans by rising budget; ``full_usd`` is what the best of all spends in its first year.

    ``aal_today_usd`` and ``tvar95_today_usd`` are what is lost if everybody stays.
    """

    full_usd: float
    aal_today_usd: float
    tvar95_today_usd: float
    plans: tuple[Plan, ...]

    def at(self, budget_usd: float) -> Plan | None:
        """The plan of the largest budget that is not above this one, None below the first."""
        found = [one for one in self.plans if (one.limits.budget_usd or 0.0) <= budget_usd + 0.005]
        return found[-1] if found else None


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
    return Frontier(
        full_usd=full.spent_usd,
        aal_today_usd=table.aal_usd,
        tvar95_today_usd=tail_value_at_risk(table.base_losses, table.probability, TAIL_LEVEL),
        plans=tuple(plans),
    )
