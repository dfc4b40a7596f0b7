"""What it costs that everybody believes there is room for them, and what more money buys."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from risk.alternatives.planning.herding import price_of_herding, under_rationing
from risk.alternatives.planning.plan import best_plan, frontier
from risk.alternatives.planning.table import PlanLimits, PlanTable
from risk.alternatives.rationing import Priority
from risk.assumptions import DEFAULTS, override
from tests.alternatives.planning.tables import dependency, option, table, tables

FREE = override(DEFAULTS, {"cost_of_capital": 0.0})
FEW = settings(max_examples=25, deadline=None)

#: Two of volume 10 want A, which has 10; the second best, B, has room for all.
CROWD = table(
    dependency("x", option("a", -80.0, pool="A"), option("b", -50.0, pool="B"), volume=10.0),
    dependency("y", option("a", -70.0, pool="A"), option("b", -60.0, pool="B"), volume=10.0),
    headroom={"A": 10.0, "B": 20.0},
)


def test_the_plan_sends_away_whom_it_costs_least_and_the_crowd_halves_everybody() -> None:
    plan = best_plan(CROWD, PlanLimits(), FREE)
    # x at A and y at B: 200 - 80 - 60 = 60. Alone: half of each at A, the other half at B:
    # 200 - (40 + 25) - (35 + 30) = 70. Believed: 200 - 150 = 50.
    found = price_of_herding(CROWD, plan, FREE)
    assert plan.objective_usd == pytest.approx(60)
    assert found.believed_usd == pytest.approx(50)
    assert found.alone_usd == pytest.approx(70)
    assert found.price_usd == pytest.approx(10)
    assert (found.turned_away, found.wanted) == (2, 2)
    crowded = found.crowds[0]
    assert (crowded.pool, crowded.asked, crowded.headroom, crowded.planned) == (
        "A",
        20.0,
        10.0,
        10.0,
    )


def test_reserved_capacity_is_served_before_the_crowd() -> None:
    reserved = option("a", -80.0, pool="A", turn=Priority.COMMITTED)
    made = table(
        dependency("x", reserved, option("b", -50.0, pool="B"), volume=10.0),
        dependency("y", option("a", -70.0, pool="A"), option("b", -60.0, pool="B"), volume=10.0),
        headroom={"A": 10.0, "B": 20.0},
    )
    alone = best_plan(made, PlanLimits(headroom=False), FREE)
    parts, _ = under_rationing(made, alone.chosen)
    # x gets all of A, y all of B.
    assert list(parts) == pytest.approx([0, 1, 0, 0, 0, 1])


def test_who_finds_no_room_stays() -> None:
    made = table(
        dependency("x", option("a", -80.0, pool="A"), volume=10.0),
        dependency("y", option("a", -70.0, pool="A"), volume=10.0),
        headroom={"A": 5.0},
    )
    alone = best_plan(made, PlanLimits(headroom=False), FREE)
    parts, _ = under_rationing(made, alone.chosen)
    assert list(parts) == pytest.approx([0.75, 0.25, 0.75, 0.25])


@FEW
@given(tables())
def test_every_dependency_is_served_once_in_all_and_no_pool_overflows(made: PlanTable) -> None:
    alone = best_plan(made, PlanLimits(headroom=False), DEFAULTS)
    parts, found = under_rationing(made, alone.chosen)
    assert list(np.add.reduceat(parts, made.stay)) == pytest.approx([1] * len(made.volume))
    for pool, headroom in zip(made.pools, made.headroom, strict=True):
        assert found.taken(pool) <= headroom + 1e-9


@FEW
@given(tables())
def test_with_room_for_all_herding_costs_nothing(made: PlanTable) -> None:
    roomy = replace(made, headroom=np.full(len(made.headroom), 1e6))
    plan = best_plan(roomy, PlanLimits(), DEFAULTS, gap=0.0)
    found = price_of_herding(roomy, plan, DEFAULTS)
    assert abs(found.price_usd) <= 1e-3 * plan.objective_usd + 0.01  # the solver's gap
    assert found.turned_away == 0


@FEW
@given(tables())
def test_the_frontier_never_rises_and_spends_within_each_budget(made: PlanTable) -> None:
    curve = frontier(made, PlanLimits(), DEFAULTS, steps=4)
    totals = [one.objective_usd for one in curve.plans]
    assert totals == sorted(totals, reverse=True)
    for one in curve.plans:
        assert one.limits.budget_usd is not None
        assert one.spent_usd <= one.limits.budget_usd + 0.01
    assert curve.plans[0].spent_usd == 0
    assert curve.at(curve.full_usd + 1) == curve.plans[-1]
    assert curve.at(-1.0) is None
