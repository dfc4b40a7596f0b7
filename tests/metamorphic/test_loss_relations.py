"""What must hold for the loss of one startup, whatever it is, on the whole model."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Dependency, Depth, Fallback, Requirement, Startup
from tests.metamorphic.world import (
    ROUTES,
    TESTED_ON,
    WORLD,
    aal,
    alone,
    dependencies,
    factors,
    no_more,
    startups,
    with_case,
    with_dependency,
    with_rates,
)
from tests.small_world import dependency, startup

quick = settings(max_examples=30, deadline=None)


@quick
@given(startups(), factors)
def test_3_more_revenue_or_margin_never_costs_less(one: Startup, factor: float) -> None:
    before = aal(one)
    assert no_more(before, aal(replace(one, annual_revenue_usd=one.annual_revenue_usd * factor)))
    share = min(1.0, one.ai_revenue_share * factor)
    assert no_more(before, aal(replace(one, ai_revenue_share=share)))
    assert no_more(before, aal(replace(one, gross_margin=min(1.0, one.gross_margin * factor))))


@quick
@given(startups(), st.integers(1, 5), st.integers(1, 5))
def test_3_a_more_critical_use_case_never_costs_less(one: Startup, a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert no_more(aal(with_case(one, criticality=low)), aal(with_case(one, criticality=high)))


@quick
@given(startups(), st.floats(0.01, 1), st.floats(0.01, 1))
def test_3_a_larger_share_of_revenue_never_costs_less(one: Startup, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert no_more(aal(with_case(one, revenue_share=low)), aal(with_case(one, revenue_share=high)))


@quick
@given(startups(), st.floats(0, 2))
def test_4_longer_outages_never_cost_less(one: Startup, longer: float) -> None:
    # The grid takes a loss as straight between points: where it bends, moving the law may lower
    # the sum by less than the bend is worth.
    row = next(row for row in WORLD.rates if row.kind is FailureKind.OUTAGE)
    now = with_rates(WORLD, FailureKind.OUTAGE, duration_mu_ln_days=row.duration_mu_ln_days)
    later = with_rates(
        WORLD, FailureKind.OUTAGE, duration_mu_ln_days=(row.duration_mu_ln_days or 0) + longer
    )
    assert no_more(aal(one, now), aal(one, later) * (1 + 1e-6))


@quick
@given(startups(), st.sampled_from(list(FailureKind)), st.floats(0.01, 1), st.floats(0.01, 1))
def test_6_deeper_falters_never_cost_less(
    one: Startup, kind: FailureKind, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    mild, hard = (with_rates(WORLD, kind, severity=value) for value in (low, high))
    assert no_more(aal(one, mild), aal(one, hard))


@quick
@given(startups(), st.floats(0, 200), st.floats(0, 200))
def test_7_more_notice_never_costs_more(one: Startup, a: float, b: float) -> None:
    short, long = sorted((a, b))
    for kind in (FailureKind.WIND_DOWN, FailureKind.ACQUISITION, FailureKind.ACCESS_CUT):
        sudden, announced = (with_rates(WORLD, kind, notice_days=days) for days in (short, long))
        assert no_more(aal(one, announced), aal(one, sudden))


@quick
@given(startups(), st.floats(0, 200), st.floats(0, 200))
def test_8_being_able_to_wait_longer_never_costs_more(one: Startup, a: float, b: float) -> None:
    short, long = sorted((a, b))
    assert no_more(aal(with_case(one, buffer_hours=long)), aal(with_case(one, buffer_hours=short)))


@quick
@given(startups())
def test_9_a_better_fallback_never_costs_more(one: Startup) -> None:
    order = (Fallback.AUTOMATIC, Fallback.TESTED, Fallback.UNTESTED, Fallback.NONE)
    costs = [
        aal(with_dependency(one, fallback=state, fallback_tested_on=TESTED_ON)) for state in order
    ]
    assert all(no_more(better, worse) for better, worse in pairwise(costs))
    documented = aal(with_dependency(one, fallback=Fallback.DOCUMENTED))
    assert no_more(documented, costs[-1])


@quick
@given(startups(), st.floats(0, 1), st.floats(0, 1))
def test_10_a_fallback_that_falls_along_more_often_never_costs_less(
    one: Startup, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    assert no_more(aal(one, fallback_shared_root=low), aal(one, fallback_shared_root=high))


@quick
@given(
    startups(),
    st.sampled_from(["legal_days", "evaluation_days", "queue_days", "engineer_week_usd"]),
    factors,
)
def test_11_what_makes_switching_harder_never_costs_less(
    one: Startup, name: str, factor: float
) -> None:
    base = {"legal_days": 14.0, "evaluation_days": 3.0, "queue_days": 5.0}.get(name, 4_000.0)
    assert no_more(aal(one, **{name: base}), aal(one, **{name: base * factor}))
    longer = {
        f"effort_{depth.value}": getattr(DEFAULTS, f"effort_{depth.value}") * min(factor, 6)
        for depth in Depth
    }
    assert no_more(aal(one), aal(one, **longer))


@quick
@given(startups(), factors)
def test_12_more_engineers_never_cost_more(one: Startup, factor: float) -> None:
    assert no_more(aal(replace(one, engineers=(one.engineers or 1) * factor)), aal(one))


@quick
@given(startups(), st.floats(0, 1), st.floats(0, 1))
def test_13_a_more_alike_replacement_never_costs_more(one: Startup, a: float, b: float) -> None:
    unlike, like = sorted((a, b))
    for name in ("frontier", "same_developer", "fine_tuned"):
        field = f"substitutability_{name}"
        assert no_more(aal(one, **{field: like}), aal(one, **{field: unlike}))


@quick
@given(startups())
def test_16_score_and_losses_stay_within_their_bounds(one: Startup) -> None:
    found = alone(one)
    assert 0 <= found.score <= 100
    assert found.score_interval.low <= found.score <= found.score_interval.high + 1e-9
    assert found.aal_usd >= 0


def beside(first: Dependency, second: Dependency, requirement: Requirement) -> Startup:
    return startup("Two", first, second, requirement=requirement)


def without_switching(one: Startup) -> float:
    """Its loss where moving costs nothing but time, so that a second route costs nothing extra."""
    return aal(
        one,
        engineer_week_usd=0,
        evaluation_usd=0,
        fine_tune_usd=0,
        price_multiple=1,
        quality_loss=0,
    )


@quick
@given(
    dependencies(key="a", notice_days=0.0, developer="Alpha", host="Alpha"),
    dependencies(key="b", notice_days=0.0, developer="Beta", host="Beta"),
    st.booleans(),
)
def test_23_an_independent_second_route_never_raises_the_loss(
    a: Dependency, b: Dependency, other: bool
) -> None:
    alone_ = without_switching(startup("Two", b if other else a))
    assert no_more(without_switching(beside(a, b, Requirement.ANY)), alone_)


@pytest.mark.parametrize("route", ROUTES)
def test_24_a_second_route_over_the_same_root_does_not_help(route: tuple[str, str]) -> None:
    a, b = dependency("a", *route), dependency("b", *route)
    once = without_switching(startup("Two", a))
    twice = without_switching(beside(a, b, Requirement.ANY))
    # Access cuts reach the customer at one supplier: here both are the same one.
    # Alone, an outage is read off a grid of twenty-four costs of moving.
    assert twice == pytest.approx(once, rel=2e-3)


@quick
@given(dependencies(key="a"), dependencies(key="b"))
def test_25_one_more_that_is_needed_never_lowers_the_loss(a: Dependency, b: Dependency) -> None:
    # Alone, an outage is read off a grid of sixteen costs of moving.
    alone_ = without_switching(startup("Two", a)) * (1 - 1e-3)
    assert no_more(alone_, without_switching(beside(a, b, Requirement.ALL)))


@quick
@given(startups(), factors)
def test_42_more_cash_lowers_the_chance_of_running_out_and_more_burn_raises_it(
    one: Startup, factor: float
) -> None:
    def out_of_cash(**facts: float) -> float:
        return alone(replace(one, **facts)).cash_out_probability.after or 0.0  # type: ignore[arg-type]

    now = out_of_cash()
    assert no_more(out_of_cash(cash_usd=1_000_000.0 * factor), now)
    # Spread follows burn, so compare at a fixed spread: none, a step at the runway.
    few, many = (
        alone(replace(one, monthly_burn_usd=burn), burn_volatility=0.0).cash_out_probability.after
        for burn in (50_000.0, 50_000.0 * factor)
    )
    assert no_more(few or 0.0, many or 0.0)
