"""A small portfolio planned from its register: the page's options, and the full model's check."""

import numpy as np
import pytest

from risk.alternatives.options import alternatives_for
from risk.alternatives.planning.answer import (
    PreparedPlan,
    checked,
    large_prepared,
    plan_for,
    planned_startups,
    prepared_plan,
)
from risk.alternatives.planning.scenarios import chosen_years
from risk.alternatives.planning.table import NoPlan, PlanLimits
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.valuation import valuation_of
from tests.alternatives.planning.tables import titles, years
from tests.small_world import TODAY, dependency, startup

BOOK = tuple(
    startup(
        name,
        dependency(name, "OpenAI", "OpenAI", model="GPT-5.5", spend_usd_per_month=5_000.0),
        country="US",
    )
    for name in ("One", "Two")
)


def setting_of(catalog: Catalog) -> Setting:
    return Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY, count=32)


@pytest.fixture(scope="module")
def prepared(catalog: Catalog) -> PreparedPlan:
    return prepared_plan(BOOK, setting_of(catalog))


def test_the_options_are_those_of_the_page_and_their_years_have_their_mean(
    prepared: PreparedPlan, catalog: Catalog
) -> None:
    table = prepared.table
    shown = alternatives_for(BOOK[0], setting_of(catalog))
    allowed = [one for one in shown if one.allowed]
    assert table.startups[0] == "One"
    assert titles(table, 0) == [one.option for one in allowed]
    stay = allowed[0].residual_aal_usd
    for one, change in zip(allowed, table.aal, strict=False):
        assert stay + change == pytest.approx(one.residual_aal_usd)
    # Scenario by scenario: weighted by probability, every option's change is its change of AAL.
    drawn = years(table)
    assert drawn.probability.sum() == pytest.approx(1)
    # Two startups leave time for eight times the usual 500.
    assert len(drawn.probability) == 4_000
    np.testing.assert_allclose(drawn.probability @ drawn.changes, table.aal, atol=1e-6)


def test_two_alike_do_not_both_fit_where_there_is_room_for_part_of_one(
    prepared: PreparedPlan,
) -> None:
    # Each has $5,000 a month; 60 % looks for room at once: 3,000.
    table = prepared.table
    assert list(table.volume) == pytest.approx([3_000, 3_000])
    # Claude's own API: 0.17 of the market · 15 % · $10,000 / 0.262 displaced = 973.
    pool = next(place for place, one in enumerate(table.pools) if one.startswith("Claude API"))
    assert table.headroom[pool] == pytest.approx(0.17 * 0.15 * 10_000 / 0.262, rel=1e-6)


def test_the_full_model_confirms_the_plan(prepared: PreparedPlan) -> None:
    answer = plan_for(prepared, PlanLimits(budget_usd=60_000.0))
    assert answer.plan.changed
    assert answer.plan.spent_usd <= 60_000.0
    check = checked(prepared, answer.plan)
    assert check.aal_after_usd < check.aal_before_usd
    # Losses of different startups add up: the gap is rounding of the unknown and of the grid.
    assert abs(check.aal_gap_usd) < 0.01 * check.aal_before_usd
    assert check.aal_after_usd == pytest.approx(answer.plan.aal_usd + check.aal_gap_usd)


def test_what_a_change_removes_has_the_range_of_the_page(
    prepared: PreparedPlan, catalog: Catalog
) -> None:
    plan = plan_for(prepared, PlanLimits(budget_usd=60_000.0)).plan
    for one in plan.changed:
        (firm,) = (each for each in BOOK if each.name == one.startup)
        shown = alternatives_for(firm, setting_of(catalog))
        (same,) = (each for each in shown if each.option == one.option)
        assert same.removed is not None
        ends = (same.removed.low_usd, same.removed.high_usd)
        assert (one.removed.low, one.removed.high) == pytest.approx(ends, rel=1e-5)
    assert plan.ranges.spent.low <= plan.spent_usd <= plan.ranges.spent.high
    assert plan.ranges.today.high > plan.ranges.after.high


def test_the_planned_register_differs_by_the_choices_alone(prepared: PreparedPlan) -> None:
    answer = plan_for(prepared, PlanLimits(budget_usd=60_000.0))
    after = planned_startups(BOOK, answer.plan.choices)
    moved = {one.key: one.changed for one in answer.plan.changed}
    for old, new in zip(BOOK, after, strict=True):
        (was,), (becomes,) = old.use_cases[0].dependencies, new.use_cases[0].dependencies
        assert becomes == moved.get(was.key, was)


def test_kept_years_stand_for_all_and_closely_for_the_worst() -> None:
    years, weights = chosen_years(np.arange(1_000.0), 100)
    assert weights.sum() == pytest.approx(1)
    # The worst 200 by 80 years, the other 800 by 20 of 40 each.
    assert (years[:80] >= 800).all()
    assert weights[-1] == pytest.approx(0.04)
    assert weights @ years == pytest.approx(499.5, rel=0.01)


def test_a_portfolio_that_stands_on_nobody_is_told_so(catalog: Catalog) -> None:
    alone = startup("Alone")
    with pytest.raises(NoPlan, match="nothing to plan"):
        prepared_plan([alone], setting_of(catalog))
    large = valuation_of(
        Portfolio(name="Alone", startups=(alone,)),
        catalog=catalog,
        assumptions=DEFAULTS,
        today=TODAY,
    )
    with pytest.raises(NoPlan, match="nothing to plan"):
        large_prepared(large)
