"""Whose end costs a portfolio most: the same figures as in the stress test of that wind-down."""

from datetime import date, timedelta

import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.deadlines import DeadlineKind, deadline_calendar, renewals_of, told_by
from risk.scenarios import hits
from risk.scenarios.ending import at_stake, ending_of, worst_ending
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.small_world import TODAY


@pytest.fixture(scope="module")
def valuation(demo: Portfolio, catalog: Catalog) -> Valuation:
    return valuation_of(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


def test_it_is_the_wind_down_that_costs_most_with_the_figures_of_its_stress_test(
    valuation: Valuation,
):
    worst = worst_ending(valuation)
    assert worst is not None
    scenario = Scenario(id="", title="", root=worst.provider, kind=FailureKind.WIND_DOWN)
    tested = stress(valuation, scenario)
    assert worst.startups == len(hits.hit(tested))
    assert worst.median_usd == pytest.approx(tested.total_median_usd, rel=1e-9)
    assert worst.interval.low == pytest.approx(tested.total_low_usd, rel=1e-9)
    assert worst.interval.high == pytest.approx(tested.total_high_usd, rel=1e-9)
    others = [ending_of(valuation, name) for name in ("OpenAI", "Anthropic", "Google", "Cohere")]
    assert worst.median_usd == max(one.median_usd for one in others if one is not None)


def test_a_developer_on_whom_nobody_depends_ends_without_a_loss(catalog: Catalog):
    nobody = Portfolio(name="Empty", startups=())
    laid_out = valuation_of(nobody, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    assert worst_ending(laid_out) is None


def test_the_end_of_a_model_costs_more_with_less_notice(valuation: Valuation, demo: Portfolio):
    calendar = deadline_calendar(valuation, renewals_of(demo), told_by(demo), days=365)
    ends = [one for one in calendar.deadlines if one.days_left > 0]
    stakes = at_stake(valuation, ends)
    # Contracts that renew have no figure; every other day has one, with a range around it.
    assert {one.kind for one in stakes} == {DeadlineKind.RETIREMENT}
    assert all(one.interval.low <= one.usd <= one.interval.high for one in stakes.values())
    first = max(stakes, key=lambda one: stakes[one].usd)
    sooner = type(first)(**{**vars(first), "days_left": 0, "day": date.today() + timedelta(0)})
    assert at_stake(valuation, [sooner])[sooner].usd >= stakes[first].usd
