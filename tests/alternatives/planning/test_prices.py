"""Plans by prices: they keep to every limit, and lie within the gap that they print."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.planning.exact import Cuts, solve
from risk.alternatives.planning.plan import by_prices, shared_by_prices
from risk.alternatives.planning.prices import Priced
from risk.alternatives.planning.table import PlanLimits, PlanTable
from tests.alternatives.planning.tables import (
    dependency,
    every_choice,
    option,
    random_case,
    sharing_tables,
    table,
    tables,
    years,
)

FEW = settings(max_examples=60, deadline=None)


def priced(made: PlanTable, limits: PlanLimits) -> tuple[Priced, tuple[int, ...]]:
    """A plan by prices without the tail, and the place of every dependency's option."""
    found = by_prices(made, limits, 0.0)
    return found, tuple((found.chosen - made.stay).tolist())


@FEW
@given(tables(), st.integers(0, 200), st.sampled_from([None, 0.7]))
def test_a_plan_by_prices_is_feasible_and_within_its_gap(
    made: PlanTable, budget: int, share: float | None
) -> None:
    limits = PlanLimits(budget_usd=float(budget), max_share=share)
    tried = every_choice(made, limits, 0.0)
    found, places = priced(made, limits)
    if not tried:
        assert not found.within
        return
    best = min(tried.values()) - made.aal_usd
    # The bound holds whatever was found: no choice comes to less.
    assert found.proved <= best + 1e-6
    assert found.bound <= best + 1e-6
    if found.within:
        assert places in tried
        assert tried[places] - made.aal_usd == pytest.approx(found.value, abs=1e-6)
    else:
        # Only a limit on a developer may be missed, and is then said to be.
        assert share is not None


@FEW
@given(tables(), st.integers(0, 200))
def test_a_plan_by_prices_is_seldom_far_from_the_best(made: PlanTable, budget: int) -> None:
    limits = PlanLimits(budget_usd=float(budget))
    best = min(every_choice(made, limits, 0.0).values())
    found, places = priced(made, limits)
    assert found.within
    # Staying is always allowed, and what is left over is handed out: never worse than nobody moves.
    assert found.value <= 1e-9
    assert made.aal_usd + found.value >= best - 1e-6
    assert len(places) == len(made.volume)


@FEW
@given(sharing_tables(), st.integers(0, 250))
def test_a_plan_by_prices_pays_what_it_shares_and_keeps_its_budget(
    made: PlanTable, budget: int
) -> None:
    limits = PlanLimits(budget_usd=float(budget))
    tried = every_choice(made, limits, 0.0)
    found = shared_by_prices(made, limits, 0.0)
    places = tuple((found.chosen - made.stay).tolist())
    assert places in tried
    # What is printed as the gap bounds what any choice could save.
    assert found.objective_usd == pytest.approx(tried[places])
    assert found.objective_usd * (1 - found.gap) <= min(tried.values()) + 1e-6


def test_a_plan_by_prices_is_within_a_per_cent_of_the_exact_one_on_200_random_cases() -> None:
    gaps = []
    for seed in range(200):
        made, limits = random_case(seed)
        exact = solve(made, years(made), limits, cost_of_capital=0.0, gap=1e-6, cuts=Cuts())
        found, _ = priced(made, limits)
        assert found.within == (exact is not None), seed
        if exact is not None:
            best = made.aal_usd + float((made.cost + made.aal) @ exact[0])
            gaps.append((made.aal_usd + found.value) / best - 1)
    assert len(gaps) > 180
    assert max(gaps) < 0.01
    # Half of them are the exact plan itself.
    assert float(np.median(gaps)) < 1e-6


def test_prices_are_what_one_more_unit_is_worth() -> None:
    # 1,000 alike: moving costs 10 once and saves 30 a year, room for 400 at A. The others may move
    # to B for 20 to save 25. Money for all: a place at A is worth 30 - 10 - (25 - 20) = 15.
    made = table(
        *(
            dependency(
                f"d{number:04d}",
                option("a", -30.0, cost=10.0, pool="A"),
                option("b", -25.0, cost=20.0, pool="B"),
            )
            for number in range(1_000)
        ),
        headroom={"A": 400.0, "B": 1e9},
    )
    found, places = priced(made, PlanLimits())
    assert (places.count(1), places.count(2)) == (400, 600)
    assert found.value == pytest.approx(-(400 * 20 + 600 * 5))
    assert found.bound == pytest.approx(found.value, rel=1e-3)
    assert found.prices[1] == pytest.approx(15.0, rel=0.02)


def test_money_goes_where_it_removes_most() -> None:
    # 100 startups with changes that cost 10 and save 11 to 110: 300 buy the thirty best.
    made = table(
        *(
            dependency(f"d{number:03d}", option("a", -(11.0 + number) - 10.0, cost=10.0))
            for number in range(100)
        )
    )
    found, places = priced(made, PlanLimits(budget_usd=300.0))
    assert [place for place, one in enumerate(places) if one] == list(range(70, 100))
    # The thirtieth saves 81 and the next one 80: a dollar more is worth between 8.0 and 8.1.
    assert 8.0 - 1e-9 <= found.prices[0] <= 8.1
    assert found.bound == pytest.approx(found.value, rel=2e-3)
