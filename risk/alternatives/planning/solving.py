"""Solve a plan: HiGHS on the options, and cuts that close in on the tail. docs/plan.md.

Conditional value at risk is CVaR(x) = min over ζ of ζ + Σ p_s max(0, L_s - ζ)/(1 - α) (Rockafellar
and Uryasev 2000), which is the largest of Σ q_s L_s over weights q on a tail. Instead of a variable
for every scenario, the worst tail of the last solution is added as a row, θ >= Σ q_s L_s(x), until
no tail is worse than θ says (Künzi-Bay and Mayer 2006). A row holds for every budget, so a
frontier shares them.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from risk.alternatives.planning.milp import UNIT_USD, PlanLimits, developer_shares, rows_of
from risk.alternatives.planning.table import (
    TAIL_LEVEL,
    PlanTable,
    tail_value_at_risk,
    tail_weights,
)

Array = NDArray[np.float64]

MOST_ROUNDS = 40
MOST_SECONDS = 30.0


@dataclass
class Cuts:
    """Rows θ >= constant + gradient · x, in thousands of USD, found so far for one table."""

    gradients: list[Array] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)

    def add(self, table: PlanTable, chosen: Array) -> None:
        """The row of the tail that is worst under this choice."""
        weights = tail_weights(table.losses(chosen), table.probability, TAIL_LEVEL)
        self.gradients.append(weights @ table.changes / UNIT_USD)
        self.constants.append(float(weights @ table.base_losses) / UNIT_USD)

    def copy(self) -> "Cuts":
        """The same rows, to be added to on their own."""
        return Cuts(list(self.gradients), list(self.constants))

    def rows(self) -> LinearConstraint:
        """θ - gradient · x >= constant."""
        slope = np.array(self.gradients)
        matrix = hstack([csr_array(-slope), csr_array(np.ones((len(slope), 1)))])
        return LinearConstraint(csr_array(matrix), np.array(self.constants), np.inf)


@dataclass(frozen=True)
class Solution:
    """The chosen options (columns,) and the most by which a better choice could undercut them."""

    chosen: Array
    gap: float


def solve(
    table: PlanTable, limits: PlanLimits, *, cost_of_capital: float, gap: float, cuts: Cuts
) -> Solution | None:
    """Min Σ x (C + AAL) + λ CVaR(x) under the limits; None if no choice keeps to them."""
    yearly = (table.column("cost_usd_per_year") + table.column("aal_usd")) / UNIT_USD
    # Every dependency has one option: a part of today's loss to each makes the objective what all
    # costs, of which the gap is a share.
    yearly += table.aal_usd / UNIT_USD / len(table.dependencies)
    rows = [one.padded(len(yearly) + 1) for one in rows_of(table, limits)]
    if not cuts.constants:
        cuts.add(table, np.zeros(len(yearly)))
    objective = np.append(yearly, cost_of_capital)
    beaten = table.beaten if limits.max_share is None else table.beaten_at_its_developer
    for whole in (False, True):
        best: tuple[float, Array] | None = None
        for _ in range(MOST_ROUNDS):
            found = _answer(
                objective, [*rows, cuts.rows()], 1.0 - beaten, gap if whole else 0.0, whole=whole
            )
            if found is None:
                return None
            chosen, least = found
            tail = tail_value_at_risk(table.losses(chosen), table.probability, TAIL_LEVEL)
            cost = float(yearly @ chosen) + cost_of_capital * tail / UNIT_USD
            if best is None or cost < best[0]:
                best = cost, chosen
            left = (best[0] - least) / max(abs(best[0]), 1e-9)
            if left <= max(gap, 1e-9):
                break
            cuts.add(table, chosen)
    return Solution(chosen=best[1], gap=max(0.0, left)) if best else None


def least_share(table: PlanTable, limits: PlanLimits) -> tuple[float, str] | None:
    """The lowest share of the margin on any one developer within the other limits, and on whom."""
    columns = len(table.options)
    without = PlanLimits(
        budget_usd=limits.budget_usd,
        startup_usd=limits.startup_usd,
        room=limits.room,
        weeks=limits.weeks,
    )
    matrix, names = developer_shares(table)
    below = hstack([matrix, csr_array(-np.ones((len(names), 1)))])
    constraints = [one.padded(columns + 1) for one in rows_of(table, without)]
    constraints.append(LinearConstraint(csr_array(below), -np.inf, 0.0))
    found = _answer(
        np.append(np.zeros(columns), 1.0), constraints, np.ones(columns), 2e-3, whole=True
    )
    if found is None:
        return None
    shares = matrix @ found[0]
    largest = int(np.argmax(shares))
    return float(shares[largest]), names[largest]


def _answer(
    objective: Array,
    constraints: list[LinearConstraint],
    most: Array,
    gap: float,
    *,
    whole: bool,
) -> tuple[Array, float] | None:
    """The options and the bound that the solver proves; parts of options unless ``whole``."""
    columns = len(objective) - 1
    answer = milp(
        objective,
        constraints=constraints,
        integrality=np.append(np.full(columns, float(whole)), 0.0),
        bounds=Bounds(np.append(np.zeros(columns), -np.inf), np.append(most, np.inf)),
        options={"mip_rel_gap": gap / 2, "time_limit": MOST_SECONDS},
    )
    if answer.x is None:
        return None
    chosen = answer.x[:columns]
    bound = answer.fun if answer.mip_dual_bound is None else answer.mip_dual_bound
    return (np.round(chosen) if whole else chosen), float(bound)
