"""How long and how costly it is to move a dependency to another provider. docs/method.md §3."""

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.inventory.records import Depth, ExitPlan

Array = NDArray[np.float64]


def base_effort_weeks(depth: Depth, assumptions: Assumptions) -> float:
    """Engineer weeks to move a dependency of this depth to a wholly alike replacement."""
    return float(getattr(assumptions, f"effort_{depth.value}"))


def exit_plan_factor(plan: ExitPlan, assumptions: Assumptions) -> float:
    """Share of the effort that is left with this exit plan."""
    factors = {
        ExitPlan.TESTED: assumptions.exit_plan_tested,
        ExitPlan.WRITTEN: assumptions.exit_plan_written,
        ExitPlan.NONE: 1.0,
    }
    return factors[plan]


def effort_weeks(base_weeks: Array, substitutability: Array, plan_factor: Array) -> Array:
    """E = E_base · (2 - s) · x_exit, in engineer weeks."""
    return base_weeks * (2 - substitutability) * plan_factor


def effective_engineers(engineers: Array, assumptions: Assumptions) -> Array:
    """n_eff = max(1, α · engineers)^0.7: adding people helps less and less."""
    available = np.maximum(1.0, assumptions.engineers_available * engineers)
    return np.asarray(available**assumptions.team_exponent)


def switch_days(
    effort: Array, engineers: Array, legal_days: Array, assumptions: Assumptions
) -> Array:
    """T_sw = max(7 E / n_eff, T_legal) + T_eval in days: engineering beside legal, then tests."""
    engineering = 7 * effort / effective_engineers(engineers, assumptions)
    return np.maximum(engineering, legal_days) + assumptions.evaluation_days
