"""A plan against every choice there is, and what more money, room or options can never do."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from risk.alternatives.planning.plan import Plan, Step, best_plan
from risk.alternatives.planning.scenarios import tail_weights
from risk.alternatives.planning.table import NoPlan, PlanLimits, PlanTable, Shared
from risk.alternatives.planning.wishes import Wishes, with_wishes
from risk.assumptions import DEFAULTS, Assumptions, override
from risk.portfolio.results import Interval
from tests.alternatives.planning.tables import (
    dependency,
    every_choice,
    inserted,
    option,
    sharing_tables,
    table,
    tables,
    years,
)
from tests.alternatives.planning.tables import taken as names

FREE = override(DEFAULTS, {"cost_of_capital": 0.0})
HEAVY = override(DEFAULTS, {"cost_of_capital": 0.5})
FEW = settings(max_examples=25, deadline=None)


def plan(made: PlanTable, assumptions: Assumptions = DEFAULTS, **limits: object) -> Plan:
    return best_plan(made, PlanLimits(**limits), assumptions, gap=0.0)  # type: ignore[arg-type]


THREE = table(
    dependency("a", option("move", -60.0, cost=20.0)),
    dependency("b", option("move", -50.0, cost=30.0)),
    dependency("c", option("move", -10.0, cost=15.0)),
)


def test_without_a_budget_everybody_moves_for_whom_it_pays() -> None:
    # a saves 60 for 20 and b 50 for 30; c would pay 15 to save 10. 300 - 110 + 50 = 240.
    found = plan(THREE, FREE)
    assert names(found) == ["move", "move", "stay"]
    assert (found.spent_usd, found.aal_usd, found.objective_usd) == (50.0, 190.0, 240.0)


def test_a_budget_buys_what_saves_most_with_it() -> None:
    # 49 is not enough for both: a saves 40 net, b only 20.
    assert names(plan(THREE, FREE, budget_usd=49.0)) == ["move", "stay", "stay"]
    assert names(plan(THREE, FREE, budget_usd=0.0)) == ["stay", "stay", "stay"]


def test_the_next_step_is_the_change_that_saves_most_for_its_money() -> None:
    # Nobody has moved: a's 60 for 20 is worth 40 / 20 = 2 a dollar, b's 50 for 30 only 20 / 30.
    assert told(plan(THREE, FREE, budget_usd=0.0).next_step) == ("a", 20.0, 60.0, 40.0)
    # After a has: b. With all the money c is left, who would pay 15 to save 10: no step.
    assert told(plan(THREE, FREE, budget_usd=49.0).next_step) == ("b", 30.0, 50.0, 20.0)
    assert plan(THREE, FREE).next_step is None


def test_the_last_step_is_the_change_that_saves_least_for_its_money() -> None:
    assert plan(THREE, FREE, budget_usd=0.0).last_step is None
    # a's 40 net for 20, and b's 20 for 30: b went in last.
    assert told(plan(THREE, FREE).last_step) == ("b", 30.0, 50.0, 20.0)


def told(step: Step | None) -> tuple[str, float, float, float]:
    assert step is not None
    return step.startup, step.first_year_usd, step.aal_removed_usd, step.saved_usd


def test_a_step_counts_what_it_takes_off_the_worst_years_and_the_room_that_is_left() -> None:
    # Twenty years alike: the worst 5 % is the first one. Moving a costs 10 to save 5 a year, and
    # takes 100 off that year: at 0.5 a dollar of tail 5 + 50 - 10 = 45 saved. b would do the same.
    lost = np.zeros((4, 20))
    lost[0, 0], lost[2, 0] = 100.0, 100.0
    made = table(
        dependency("a", option("there", -5.0, cost=10.0, pool="A"), aal=5.0),
        dependency("b", option("there", -5.0, cost=10.0, pool="A"), aal=5.0),
        losses=lost,
        headroom={"A": 1.0},
    )
    step = plan(made, HEAVY, budget_usd=0.0).next_step
    assert step is not None
    assert (step.tail_removed_usd, step.saved_usd) == pytest.approx((100.0, 45.0))
    # The room is gone once one of them is there.
    assert plan(made, HEAVY).next_step is None
    assert plan(made, HEAVY, headroom=False).next_step is None


@FEW
@given(tables(), st.integers(0, 200))
def test_no_single_change_that_fits_saves_anything_more(made: PlanTable, budget: int) -> None:
    limits = PlanLimits(budget_usd=float(budget))
    # The solver may stop ten per cent off.
    found = best_plan(made, limits, HEAVY, gap=0.1)
    tried = every_choice(made, limits, HEAVY.cost_of_capital)
    places = tuple((found.chosen - made.stay).tolist())
    one_off = [
        least
        for choice, least in tried.items()
        if sum(a != b for a, b in zip(choice, places, strict=True)) == 1
    ]
    assert tried[places] == pytest.approx(found.objective_usd)
    assert all(least >= tried[places] - 0.5 - 1e-6 for least in one_off)


@settings(max_examples=60, deadline=None)
@given(sharing_tables(), st.integers(0, 250), st.sampled_from([None, 0.7]))
def test_a_shared_cost_is_paid_once_by_those_who_take_it(
    made: PlanTable, budget: int, share: float | None
) -> None:
    limits = PlanLimits(budget_usd=float(budget), max_share=share)
    tried = every_choice(made, limits, HEAVY.cost_of_capital)
    if not tried:
        with pytest.raises(NoPlan):
            best_plan(made, limits, HEAVY, gap=0.0)
        return
    found = best_plan(made, limits, HEAVY, gap=0.0)
    places = tuple((found.chosen - made.stay).tolist())
    assert places in tried
    assert found.objective_usd == pytest.approx(tried[places])
    assert found.objective_usd == pytest.approx(min(tried.values()), abs=1e-3)
    assert found.spent_usd <= budget + 1e-3
    assert sum(one.first_year_usd for one in found.choices) == pytest.approx(found.spent_usd)


def test_who_joins_a_shared_cost_pays_no_more_of_it() -> None:
    # Building costs 90 once, 30 a year over three years. It takes 100 a year off a's loss and 20
    # off b's, of the same startup, and 20 off c's, of another one. Alone it pays for a only.
    made = shared_building()
    both = plan(made, FREE)
    assert names(both) == ["gateway", "gateway", "stay"]
    assert [one.one_off_usd for one in both.choices] == [45.0, 45.0, 0.0]
    assert both.spent_usd == 90.0
    assert both.objective_usd == pytest.approx(300.0 - 100.0 - 20.0 + 30.0)
    # Pinned to stay, a pays for nothing, and b is left alone with it.
    held = with_wishes(made, Wishes(pins=("s / a's / stay",)))
    assert names(plan(held, FREE)) == ["stay", "stay", "stay"]
    # One of both leaves the cost to the other: neither saves money by itself.
    assert both.last_step is None
    assert both.next_step is None
    # Nobody has moved: a's is the next, 100 a year for 90, of which 30 a year.
    assert told(plan(made, FREE, budget_usd=0.0).next_step) == ("s", 90.0, 100.0, 70.0)


def shared_building() -> PlanTable:
    made = table(
        dependency("a", option("gateway", -100.0, cost=30.0, first_year=90.0), startup="s"),
        dependency("b", option("gateway", -20.0, cost=30.0, first_year=90.0), startup="s"),
        dependency("c", option("gateway", -20.0, cost=30.0, first_year=90.0), startup="t"),
    )
    moves = np.array([0.0, 90.0, 0.0, 90.0, 0.0, 90.0])
    return replace(
        made,
        use_cases=["a's", "b's", "c's"],
        shared=Shared(
            groups=np.array([[0, 1, 2, 3, 4, 5], [0, 1, 2, 1, 3, 4]]),
            usd=np.stack([np.zeros(6), moves]),
            weeks=np.zeros((2, 6)),
            sharers=np.ones((2, 6)),
            once=moves,
            years=3.0,
        ),
    )


def test_ranges_add_up_world_by_world() -> None:
    # In one world all lose 100 and the move of a takes 20 off, in the other 300 and 120; it costs
    # 10 or 30. The 10 and 90 % points of two values lie a tenth from either.
    made = table(dependency("a", option("move", -70.0, cost=20.0), aal=200.0))
    unsure = replace(
        years(made),
        loss=np.array([100.0, 300.0], dtype=np.float32),
        removed=np.array([[0.0, 20.0], [0.0, 120.0]], dtype=np.float32),
        first_year=np.array([[0.0, 10.0], [0.0, 30.0]], dtype=np.float32),
    )
    found = plan(replace(made, losses=unsure), FREE)
    (move,) = found.changed
    assert between(found.ranges.removed) == between(move.removed) == pytest.approx((30.0, 110.0))
    assert between(found.ranges.spent) == between(move.first_year) == pytest.approx((12.0, 28.0))
    # A fifth of 100 and two fifths of 300; 80 and 180 are left.
    assert between(found.ranges.share) == pytest.approx((0.22, 0.38))
    assert between(found.ranges.today) == pytest.approx((120.0, 280.0))
    assert between(found.ranges.after) == pytest.approx((90.0, 170.0))


def test_what_a_step_removes_has_its_range_against_what_it_replaces() -> None:
    # In one world "half" takes 20 off and "move" 50, in the other 40 and 140: from one to the other
    # it is 30 or 100, and back as much is lost. The 10 and 90 % points lie a tenth from either.
    made = table(
        dependency(
            "a", option("half", -30.0, cost=5.0), option("move", -95.0, cost=20.0), aal=200.0
        )
    )
    drawn = np.array([[0.0, 20.0, 50.0], [0.0, 40.0, 140.0]], dtype=np.float32)
    unsure = replace(
        years(made),
        loss=np.array([100.0, 300.0], dtype=np.float32),
        removed=drawn,
        first_year=np.zeros((2, 3), dtype=np.float32),
    )
    made = replace(made, losses=unsure)
    few = plan(made, FREE, budget_usd=5.0)
    assert names(few) == ["half"]
    assert few.next_step is not None
    assert between(few.removed_by(few.next_step)) == pytest.approx((37.0, 93.0))
    all_money = plan(made, FREE)
    assert all_money.last_step is not None
    # Of all it would be if nobody had changed anything: 50 or 140.
    assert between(all_money.removed_by(all_money.last_step)) == pytest.approx((59.0, 131.0))


def between(one: Interval) -> tuple[float, float]:
    return one.low, one.high


def test_a_tail_drawn_out_keeps_the_means_and_has_the_tail_that_was_asked_for() -> None:
    lost = np.zeros((2, 10))
    lost[0, 0], lost[1, 0] = 1_000.0, 400.0
    made = years(table(dependency("a", option("move", -60.0), aal=100.0), losses=lost))
    wider = made.widened(1_500.0)
    # The worst 5 % lies in the worst year: 1,000 becomes 1,500 about a mean of 100.
    assert wider.probability @ wider.base == pytest.approx(100.0)
    assert wider.tail(np.zeros(2)) == pytest.approx(1_500.0)
    np.testing.assert_allclose(wider.probability @ wider.changes, made.probability @ made.changes)
    # What a move takes off the tail grows alike: 600 - 60 above its mean, times 1,400 / 900.
    assert wider.changes[0, 1] == pytest.approx(-60 - 540 * 1_400 / 900)


def test_a_startups_engineers_bound_it() -> None:
    busy = table(
        dependency("a", option("move", -60.0, weeks=3.0), startup="s"),
        dependency("b", option("move", -50.0, weeks=3.0), startup="s"),
        weeks={"s": 5.0},
    )
    assert names(plan(busy, FREE)) == ["move", "stay"]


def test_room_in_the_scenario_goes_to_whom_it_helps_most() -> None:
    # Room for 3: b (volume 3, saves 70) or a with c (volume 2 and 1, save 40 and 35)?
    crowd = table(
        dependency("a", option("there", -40.0, pool="A"), volume=2.0),
        dependency("b", option("there", -70.0, pool="A"), volume=3.0),
        dependency("c", option("there", -35.0, pool="A"), volume=1.0),
        headroom={"A": 3.0},
    )
    assert names(plan(crowd, FREE)) == ["there", "stay", "there"]
    assert names(plan(crowd, FREE, headroom=False)) == ["there", "there", "there"]


def test_the_tail_turns_the_choice_towards_those_who_fail_together() -> None:
    # Both moves remove 10 a year on average in ten years. b's worst year is a's worst year too.
    lost = np.zeros((4, 10))
    lost[0, 0], lost[2, 0], lost[2, 1] = 1_000.0, 900.0, 100.0
    lost[1, 0], lost[3, 0] = 900.0, 900.0  # a's move removes 100 in the worst year
    made = table(
        dependency("a", option("move", -10.0, cost=12.0), aal=100.0),
        dependency("b", option("move", -10.0, cost=12.0), aal=100.0),
        losses=lost,
    )
    # Expected loss alone: 12 for 10 never pays. With λ = 0.5 a's move takes 100 off the tail.
    assert names(plan(made, FREE)) == ["stay", "stay"]
    assert names(plan(made, HEAVY)) == ["move", "stay"]


def test_dependencies_that_stand_together_change_one_at_a_time() -> None:
    made = table(
        dependency("a", option("move", -60.0), group="s / assistant"),
        dependency("b", option("move", -50.0), group="s / assistant"),
    )
    assert names(plan(made, FREE)) == ["move", "stay"]


def test_a_limit_on_one_developer_is_kept_or_named_with_what_would_do() -> None:
    made = table(
        dependency("a", option("beta", -1.0, cost=50.0, developer="Beta"), margin=60.0),
        dependency("b", option("beta", -1.0, cost=70.0, developer="Beta"), margin=40.0),
    )
    found = plan(made, FREE, max_share=0.6)
    assert names(found) == ["beta", "stay"]
    assert made.shares(found.chosen) == pytest.approx([0.4, 0.6])
    with pytest.raises(NoPlan, match=r"below 50 %|at 50 % .* lowest .* is 60 % \((Beta|Alpha)\)"):
        plan(made, FREE, max_share=0.5)
    with pytest.raises(NoPlan, match=r"for \$40 keeps .* lowest .* is 100 % \(Alpha\)"):
        plan(made, FREE, max_share=0.6, budget_usd=40.0)


def test_a_budget_below_zero_is_refused_in_words() -> None:
    with pytest.raises(NoPlan, match="below zero; write 0 or more"):
        plan(THREE, budget_usd=-1.0)


@FEW
@given(made=tables(), budget=st.integers(0, 60))
def test_the_gap_is_a_share_of_all_that_the_plan_costs(made: PlanTable, budget: int) -> None:
    # Losses removed and costs may cancel out: the gap must not be a share of what is left of them.
    limits = PlanLimits(budget_usd=float(budget))
    found = best_plan(made, limits, DEFAULTS)
    least = min(every_choice(made, limits, DEFAULTS.cost_of_capital).values())
    assert 0 <= found.gap <= 1e-3
    assert found.objective_usd * (1 - found.gap) <= least + 1e-6 * abs(least) + 1e-9


@FEW
@given(tables(), st.integers(0, 200), st.sampled_from([None, 0.7]), st.sampled_from([0.0, 0.5]))
def test_the_solver_finds_what_trying_every_choice_finds(
    made: PlanTable, budget: int, share: float | None, weight: float
) -> None:
    limits = PlanLimits(budget_usd=float(budget), max_share=share)
    assumptions = override(DEFAULTS, {"cost_of_capital": weight})
    tried = every_choice(made, limits, weight)
    if not tried:
        with pytest.raises(NoPlan):
            best_plan(made, limits, assumptions, gap=0.0)
        return
    found = best_plan(made, limits, assumptions, gap=0.0)
    assert found.objective_usd == pytest.approx(min(tried.values()), abs=0.01)
    # The choice itself comes to that money, to the cent.
    places = tuple((found.chosen - made.stay).tolist())
    assert tried[places] == pytest.approx(found.objective_usd, abs=0.005)


@FEW
@given(tables(), st.integers(0, 100), st.integers(0, 100))
def test_more_money_never_makes_a_plan_worse(made: PlanTable, budget: int, more: int) -> None:
    small = plan(made, budget_usd=float(budget))
    large = plan(made, budget_usd=float(budget + more))
    assert large.objective_usd <= small.objective_usd + 0.01


@FEW
@given(tables(), st.sampled_from(["A", "B"]), st.integers(0, 10))
def test_more_room_never_makes_a_plan_worse(made: PlanTable, pool: str, more: int) -> None:
    larger = replace(made, headroom=made.headroom + more * (np.array(made.pools) == pool))
    assert plan(larger).objective_usd <= plan(made).objective_usd + 0.01


@FEW
@given(tables())
def test_without_limits_everybody_takes_their_own_best(made: PlanTable) -> None:
    idle = replace(made, spare=np.full(len(made.spare), np.inf))
    yearly = made.cost + made.aal
    found = yearly[plan(idle, FREE, headroom=False).chosen]
    assert list(found) == pytest.approx(list(np.minimum.reduceat(yearly, made.stay)), abs=0.01)


@FEW
@given(tables(), st.integers(0, 200))
def test_one_more_option_never_makes_a_plan_worse(made: PlanTable, budget: int) -> None:
    if made.stay[-1] == len(made.cost) - 1:
        return
    without = replace(made, left=np.arange(len(made.cost)) < len(made.cost) - 1)
    with_it = plan(made, budget_usd=float(budget))
    assert with_it.objective_usd <= plan(without, budget_usd=float(budget)).objective_usd + 0.01


@FEW
@given(tables(), st.integers(0, 200))
def test_an_option_that_another_beats_in_everything_is_never_chosen(
    made: PlanTable, budget: int
) -> None:
    if made.start[1] < 2:
        return
    wider = inserted(made, 1, cost=made.cost[1] + 1e-6)
    worse = int(made.start[1])
    for limits in ({"budget_usd": float(budget)}, {}, {"max_share": 1.0}):
        assert worse not in plan(wider, **limits).chosen


@FEW
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_the_tail_is_that_of_rockafellar_and_uryasev(losses: list[int]) -> None:
    # min ζ + Σ p u / (1 - α) with u >= L - ζ, u >= 0, solved as they wrote it.
    count = len(losses)
    objective = np.array([1.0, *np.full(count, 1 / count / 0.05)])
    rows = np.hstack([-np.ones((count, 1)), -np.eye(count)])
    bounds = [(None, None), *[(0, None)] * count]
    lost = np.array(losses, dtype=float)
    answer = linprog(objective, A_ub=rows, b_ub=-lost, bounds=bounds)
    ours = tail_weights(lost, np.full(count, 1 / count)) @ lost
    assert ours == pytest.approx(answer.fun, abs=1e-6)
