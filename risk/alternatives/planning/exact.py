"""Plans of few startups solved by HiGHS, with cuts that close in on the tail. docs/plan.md.

Variables are x, one for every option (0 or 1), then one more: the tail, or a share. Conditional
value at risk is CVaR(x) = min over ζ of ζ + Σ p_s max(0, L_s - ζ)/(1 - α) (Rockafellar and Uryasev
2000), which is the largest of Σ q_s L_s over weights q on a tail. Instead of a variable for every
scenario, the worst tail of the last solution is added as a row, θ >= Σ q_s L_s(x), until no tail is
worse than θ says (Künzi-Bay and Mayer 2006). A row holds for every budget, so a frontier shares
them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack

from risk.alternatives.planning.scenarios import DrawnYears
from risk.alternatives.planning.sharing import Joint, unshared, with_sharers
from risk.alternatives.planning.table import PlanLimits, PlanTable

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Money in thousands: the solver's tolerances are absolute.
UNIT_USD = 1_000.0
MOST_ROUNDS = 40
MOST_SECONDS = 30.0


@dataclass
class Cuts:
    """Rows θ >= constant + gradient · x, in thousands of USD, found so far for one table.

    ``beaten`` are the options that no plan needs, without and with a limit on one developer.
    """

    gradients: list[Array] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    beaten: dict[bool, Array] = field(default_factory=dict)

    def add(self, years: DrawnYears, chosen: Array) -> None:
        """The row of the tail that is worst under this choice."""
        weights = years.weights(chosen)
        self.gradients.append(weights @ years.changes / UNIT_USD)
        self.constants.append(float(weights @ years.base) / UNIT_USD)

    def copy(self) -> "Cuts":
        """The same rows, to be added to on their own."""
        return Cuts(list(self.gradients), list(self.constants), self.beaten)

    def rows(self) -> LinearConstraint:
        """θ - gradient · x >= constant."""
        slope = np.array(self.gradients)
        matrix = hstack([csr_array(-slope), csr_array(np.ones((len(slope), 1)))])
        return LinearConstraint(csr_array(matrix), np.array(self.constants), np.inf)


def solve(
    table: PlanTable,
    years: DrawnYears,
    limits: PlanLimits,
    *,
    cost_of_capital: float,
    gap: float,
    cuts: Cuts,
) -> tuple[Array, float] | None:
    """Min Σ x (C + AAL) + λ CVaR(x) under the limits; None if no choice keeps to them.

    The chosen options (options,), and the most by which a better choice could undercut them. What
    options share is paid once: a variable for each such cost, at least as large as every x in it.
    """
    joint = Joint.of_table(table)
    own = with_sharers(table, joint.sharers) if table.shared is not None else table
    yearly = (own.cost + own.aal) / UNIT_USD
    # Every dependency has one option: a part of today's loss to each makes the objective what all
    # costs, of which the gap is a share.
    yearly += table.aal_usd / UNIT_USD / len(table.volume)
    rows = list(rows_of(own, limits, joint))
    if not cuts.constants:
        cuts.add(years, np.zeros(len(yearly)))
    objective = np.concatenate([yearly, [cost_of_capital], joint.cost / UNIT_USD])
    limited = limits.max_share is not None
    if limited not in cuts.beaten:
        cuts.beaten[limited] = beaten(own, years, by_developer=limited, alone=table)
    most = table.left - cuts.beaten[limited]
    for whole in (False, True):
        best: tuple[float, Array] | None = None
        for _ in range(MOST_ROUNDS):
            found = _answer(
                objective, [*rows, cuts.rows()], most, gap if whole else 0.0, whole=whole
            )
            if found is None:
                return None
            chosen, least = found
            shared = float(joint.cost @ joint.paid(chosen))
            cost = float(yearly @ chosen) + shared / UNIT_USD
            cost += cost_of_capital * years.tail(chosen) / UNIT_USD
            if best is None or cost < best[0]:
                best = cost, chosen
            left = (best[0] - least) / max(abs(best[0]), 1e-9)
            if left <= max(gap, 1e-9):
                break
            cuts.add(years, chosen)
    return (best[1], max(0.0, left)) if best else None


def settled(
    table: PlanTable, limits: PlanLimits, value: Array, may: NDArray[np.bool_], *, gap: float
) -> tuple[Integers, float] | None:
    """Min Σ x·value under the limits over options that ``may`` be taken, (options,) both.

    The option of every dependency, and the bound that is proved; None if none keeps to the limits,
    or none was found in the time allowed. ``gap`` is a share of what the choice comes to.
    """
    objective = np.append(value / UNIT_USD, 0.0)
    found = _answer(objective, list(rows_of(table, limits)), may.astype(float), gap, whole=True)
    return None if found is None else (np.flatnonzero(found[0]), found[1] * UNIT_USD)


def least_share(table: PlanTable, limits: PlanLimits) -> tuple[float, str] | None:
    """The lowest share of the margin on any one developer within the other limits, and on whom."""
    columns = len(table.cost)
    constraints = list(rows_of(table, replace(limits, max_share=None)))
    constraints.append(_shares(table, 0.0, of_last=-1.0))
    objective = np.append(np.zeros(columns), 1.0)
    found = _answer(objective, constraints, table.left.astype(float), 2e-3, whole=True)
    if found is None:
        return None
    shares = table.shares(np.flatnonzero(found[0]))
    largest = int(np.argmax(shares))
    return float(shares[largest]), table.developers[largest]


def _answer(
    objective: Array,
    constraints: list[LinearConstraint],
    most: Array,
    gap: float,
    *,
    whole: bool,
) -> tuple[Array, float] | None:
    """The options and the bound that the solver proves; parts of options unless ``whole``.

    Variables are ``most`` options, one that is free, and shares of what options pay together.
    """
    columns = len(most)
    more = len(objective) - columns - 1
    kinds, ends = np.repeat([float(whole), 0.0], [columns, 1 + more]), np.ones(more)
    answer = milp(
        objective,
        constraints=[_widened(one, len(objective)) for one in constraints],
        integrality=kinds,
        bounds=Bounds(
            np.concatenate([np.zeros(columns), [-np.inf], np.zeros(more)]),
            np.concatenate([most, [np.inf], ends]),
        ),
        options={"mip_rel_gap": gap / 2, "time_limit": MOST_SECONDS},
    )
    if answer.x is None:
        return None
    chosen = answer.x[:columns]
    bound = answer.fun if answer.mip_dual_bound is None else answer.mip_dual_bound
    return (np.round(chosen) if whole else chosen), float(bound)


def _widened(one: LinearConstraint, width: int) -> LinearConstraint:
    """A constraint in which the variables after its own do not count."""
    more = width - one.A.shape[1]
    if not more:
        return one
    none = csr_array((one.A.shape[0], more))
    return LinearConstraint(csr_array(hstack([one.A, none])), one.lb, one.ub)


def _with(one: LinearConstraint, more: csr_array) -> LinearConstraint:
    """A constraint with what shared costs take of it."""
    return LinearConstraint(csr_array(hstack([one.A, more])), one.lb, one.ub)


def rows_of(
    table: PlanTable, limits: PlanLimits, joint: Joint | None = None
) -> Iterable[LinearConstraint]:
    """One option each; at most one change where dependencies stand together; and the limits.

    What options pay together counts as well, and is paid where any of them is taken.
    """
    joint = Joint.nothing(table) if joint is None else joint
    if len(joint.cost):
        yield joint.rows()
    owner, every = table.owner, np.arange(len(table.cost))
    dependencies = len(table.volume)
    yield _rows(table, np.ones(len(every)), owner, every, np.ones(dependencies), least=1.0)
    together = (table.group[owner] >= 0) & (every != table.stay[owner])
    if together.any():
        _, row = np.unique(table.group[owner][together], return_inverse=True)
        most = np.ones(int(row.max()) + 1)
        yield _rows(table, np.ones(len(row)), row.ravel(), every[together], most)
    if limits.budget_usd is not None:
        most = np.array([limits.budget_usd / UNIT_USD])
        row = _rows(table, table.first_year / UNIT_USD, np.zeros_like(owner), every, most)
        yield _with(row, csr_array(joint.once[None, :] / UNIT_USD))
    bounded, short = table.startup[owner], np.isfinite(table.spare)
    if short.any():
        own = short[bounded]
        row = (np.cumsum(short) - 1)[bounded[own]]
        found = _rows(table, table.weeks[own], row, every[own], table.spare[short])
        firms = np.flatnonzero(short)[:, None] == joint.startup[None, :]
        yield _with(found, csr_array(firms * joint.weeks))
    if limits.headroom and len(table.headroom):
        own = table.pool >= 0
        volumes = table.volume[owner[own]] / UNIT_USD
        yield _rows(table, volumes, table.pool[own], every[own], table.headroom / UNIT_USD)
    if limits.max_share is not None:
        yield _shares(table, limits.max_share)


def _shares(table: PlanTable, most: float, of_last: float = 0.0) -> LinearConstraint:
    """Each developer's share of the margin, and so much of the last variable."""
    weight = table.margin / max(float(table.margin.sum()), 1e-300)
    each, last = np.arange(len(table.developers)), np.full(len(table.developers), len(table.cost))
    return _rows(
        table,
        np.concatenate([weight[table.owner], np.full(len(each), of_last)]),
        np.concatenate([table.developer, each]),
        np.concatenate([np.arange(len(table.cost)), last]),
        np.full(len(each), most),
    )


def _rows(
    table: PlanTable,
    values: Array,
    rows: Integers,
    columns: Integers,
    most: Array,
    *,
    least: float = -np.inf,
) -> LinearConstraint:
    """Rows of the variables between ``least`` and ``most`` (rows,)."""
    shape = (len(most), len(table.cost) + 1)
    matrix = csr_array(coo_array((values, (rows, columns)), shape=shape))
    return LinearConstraint(matrix, np.full(len(most), least), most)


def beaten(
    table: PlanTable, years: DrawnYears, *, by_developer: bool, alone: PlanTable | None = None
) -> Array:
    """1 for each option (options,) that another one of its dependency beats in everything.

    Everything is cost, first-year cost, weeks, room needed, expected loss, and the loss in every
    scenario; with ``by_developer`` only options that stand on the same developer are compared.
    Staying is never ruled out: another dependency of the use case may be the one that changes. An
    option that would pay for what others pay in ``table`` is compared at its own costs, ``alone``.
    """
    figures, winning = (
        np.vstack([one.cost, one.first_year, one.weeks, one.aal, years.changes])
        for one in (table, table if alone is None or alone.shared is None else unshared(alone))
    )
    pool, found = table.pool, np.zeros(figures.shape[1])
    for start, stop in zip(table.start[:-1], table.start[1:], strict=True):
        own = [column for column in range(start, stop) if table.left[column]]
        for loser in own:
            for winner in own:
                if loser in (own[0], winner) or found[winner]:
                    continue
                if pool[winner] not in (-1, pool[loser]):
                    continue
                if by_developer and table.developer[winner] != table.developer[loser]:
                    continue
                a, b = winning[:, winner], figures[:, loser]
                if (a <= b).all() and (
                    (a < b).any() or pool[winner] != pool[loser] or winner < loser
                ):
                    found[loser] = 1.0
                    break
    return found
