"""How long the money lasts, by hand and against the plain formulas."""

from dataclasses import replace
from datetime import date
from math import exp

import numpy as np
import pytest
from scipy.special import log_ndtr

from benchmarks.synthetic import reference_catalog
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Requirement
from risk.loss.runway import (
    Reached,
    chance_of_cash_out,
    lead_developers,
    leads_of,
    log_normal_below,
    money_left,
    money_of,
)
from risk.loss.startup_years import Links
from tests.loss import small
from tests.loss.test_answer import known, plainly_told
from tests.oracle.one_startup import money_after
from tests.oracle.runway import cash_out_probability
from tests.small_world import TODAY, dependency, rate, small_catalog, startup

CLOSING = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)
CATALOG = small_catalog(rates=(CLOSING,))
LATER = date(2026, 11, 23)


def money(*startups, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY, **kind):
    held = small.book(*startups, catalog=catalog, today=today)
    on = small.world_tables(held, catalog, assumptions=assumptions, today=today, **kind)
    leads = leads_of(held.routes, on.worlds.hazards)
    return money_of(held.exposures, on, leads, assumptions), leads


def test_a_wind_down_shortens_the_runway_by_what_the_arithmetic_says():
    # Three days down (see the kernel's tests) and 6.75 of worse quality at 10,000 a day, and 9,500
    # for the move: 107,000 at once. Churn of 0.5 · (1 - e^(-0.3^1.5)) = 7.5763 % of 304,167 a month
    # is 23,045 of burn more. 1,000,000 at 100,000 a month last ten months; 893,000 at 123,045 last
    # 7.257.
    found, _ = money(startup("Direct", dependency("d", "Alpha", "Alpha")))
    gone = 0.5 * (1 - exp(-(0.3**1.5))) * 10_000 * 365 / 12
    assert gone == pytest.approx(23_045, abs=1)
    assert found.days.median[0] == pytest.approx(17)
    assert found.months[0] == pytest.approx(10)
    assert found.months_after.median[0] == pytest.approx(893_000 / (100_000 + gone), rel=1e-6)
    assert found.months_after.median[0] == pytest.approx(7.257, abs=0.001)
    expected = cash_out_probability(
        cash_usd=893_000, burn_usd_per_month=100_000 + gone, volatility_usd=25_000
    )
    assert found.chance_after.median[0] == pytest.approx(expected, rel=1e-6)
    assert found.chance[0] == pytest.approx(
        cash_out_probability(cash_usd=1_000_000, burn_usd_per_month=100_000, volatility_usd=25_000),
        rel=1e-6,
    )


@pytest.mark.parametrize("horizon", [90, 730])
def test_the_horizon_at_which_churn_is_valued_does_not_matter(horizon):
    one = startup("Direct", dependency("d", "Alpha", "Alpha"))
    usual, _ = money(one)
    other, _ = money(one, assumptions=override(DEFAULTS, {"churn_horizon_days": horizon}))
    assert other.months_after.median[0] == usual.months_after.median[0]
    assert other.chance_after.median[0] == usual.chance_after.median[0]


def test_what_may_not_reach_one_counts_at_its_chance():
    # A licensed copy outlives the developer but for the licence's chance.
    one = startup("Hosted", dependency("d", "Alpha", "Cloud"))
    direct, _ = money(startup("Direct", dependency("d", "Alpha", "Alpha")))
    hosted, _ = money(one)
    chance = DEFAULTS.licensed_wind_down
    expected = chance * direct.months_after.median[0] + (1 - chance) * 10
    assert hosted.months_after.median[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("silent", ["cash_usd", "monthly_burn_usd"])
def test_unknown_money_is_unknown_and_not_gone(silent):
    one = startup("Silent", dependency("d", "Alpha", "Alpha"), **{silent: None})
    found, _ = money(one)
    for values in (found.months, found.chance, found.chance_after.low, found.months_after.high):
        assert np.isnan(values).all()
    assert not found.newly.any()


def test_who_earns_more_than_it_spends_has_no_end():
    one = startup("Earning", dependency("d", "Beta", "Beta"), monthly_burn_usd=-5.0)
    found, leads = money(one)
    assert np.isinf(found.months_after.median[0])
    assert found.chance_after.median[0] == 0
    assert leads.names[found.lead[0]] == "Beta"


def test_the_lead_developer_carries_most_margin_and_is_named_if_one_is():
    first = dependency("d", "Alpha", "Alpha", share=0.3)
    both = startup("Both", first, dependency("e", "Beta", "Beta", share=0.7))
    unnamed = dependency("f", None, "Cloud", share=0.5)
    even = startup("Even", unnamed, dependency("g", "Beta", "Beta", share=0.5))
    listed = startup(
        "Listed",
        dependency("h", "Beta", "Beta"),
        dependency("i", "Alpha", "Alpha"),
        requirement=Requirement.ALL,
    )
    none = replace(both, name="None", use_cases=())
    held = small.book(both, even, listed, none, catalog=CATALOG)
    leads = leads_of(held.routes, small.world_tables(held, CATALOG).worlds.hazards)
    found = lead_developers(held.exposures, leads, DEFAULTS)
    assert [leads.names[place] for place in found[:3]] == ["Beta", "Beta", "Beta"]
    assert found[3] == -1


def test_the_demo_agrees_with_the_plain_formulas():
    catalog = reference_catalog()
    whole = demo_portfolio(catalog).startups
    found, leads = money(*whole, catalog=catalog, today=LATER)
    checked = 0
    for place, one in enumerate(whole):
        if not known(one) or not plainly_told(one) or one.cash_usd is None:
            continue
        developer = leads.names[found.lead[place]]
        if leads.wind_down[found.lead[place]] < 0 or one.monthly_burn_usd is None:
            continue
        months, chance = money_after(
            one, developer, catalog=catalog, assumptions=DEFAULTS, today=LATER
        )
        assert found.months_after.median[place] == pytest.approx(months, rel=1e-6)
        assert found.chance_after.median[place] == pytest.approx(chance, abs=1e-6)
        checked += 1
    assert checked > 15
    # Whoever leans on somebody is told how long leaving takes, whether its cash is known or not.
    np.testing.assert_array_equal(np.isnan(found.days.median), found.lead < 0)


def test_worlds_give_a_range_around_what_is_so_before():
    one = startup("Direct", dependency("d", "Alpha", "Alpha"))
    found, _ = money(one, count=64, drawn=True)
    after = found.months_after
    assert after.low[0] < after.median[0] < after.high[0] <= found.months[0]
    assert found.chance[0] <= found.chance_after.low[0] < found.chance_after.high[0]
    assert found.newly.shape == (64, 1)


def test_the_chance_is_that_of_the_plain_formula_for_any_sizes():
    for z in np.linspace(-60, 6, 200):
        assert log_normal_below(float(z)) == pytest.approx(float(log_ndtr(z)), rel=1e-6, abs=1e-12)
    rng = np.random.default_rng(4)
    for cash, burn, volatility in 10 ** rng.uniform([3, 2, 2], [8, 7, 7], (300, 3)):
        expected = cash_out_probability(
            cash_usd=cash, burn_usd_per_month=burn, volatility_usd=volatility
        )
        assert chance_of_cash_out(cash, burn, volatility, 12.0) == pytest.approx(expected, abs=1e-9)


def ways(*bundles):
    """Bundles of links as the loop reads them: chance, USD at once and USD a month of each way."""
    sizes = [len(one) for one in bundles]
    first = np.concatenate([[0], np.cumsum(sizes)])
    chance, spent, gone = (np.array([way[k] for one in bundles for way in one]) for k in range(3))
    nothing = np.zeros(0, dtype=int)
    links = Links(
        **{"start": nothing, "bundle": nothing, "place": nothing, "state": nothing},
        **{"event": np.zeros(len(bundles), dtype=int), "first": first, "chance": chance},
    )
    place = np.arange(len(bundles))
    return Reached(place.copy(), first[:-1].copy(), 0 * place, spent, gone, 0 * spent), links


TWO = (
    [(0.5, 0.0, 0.0), (0.5, 100.0, 100.0)],
    [(0.75, 0.0, 0.0), (0.25, 400.0, 0.0)],
)


def test_ways_of_several_bundles_are_gone_through_together():
    # 1,000 at 100 a month. Left: 10 (0.375), 900 / 200 (0.375), 6 (0.125), 500 / 200 (0.125).
    scratch, links = ways(*TWO)
    months, chance, _ = money_left(1_000.0, 100.0, 0.0, 5.0, 0.0, 2, 4_096, scratch, links)
    assert months == pytest.approx(0.375 * 10 + 0.375 * 4.5 + 0.125 * 6 + 0.125 * 2.5)
    # Within five months: both ways in which customers leave.
    assert chance == pytest.approx(0.5)


def test_bundles_beyond_those_that_can_be_gone_through_count_at_their_mean():
    scratch, links = ways(*TWO)
    months, chance, _ = money_left(1_000.0, 100.0, 0.0, 5.0, 0.0, 2, 2, scratch, links)
    # The second bundle costs 100 in any case: 9 months, or 800 / 200.
    assert months == pytest.approx(0.5 * 9 + 0.5 * 4)
    assert chance == pytest.approx(0.5)


def test_nobody_is_hit_by_an_end_that_reaches_it_in_no_way():
    scratch, links = ways()
    assert money_left(1_000.0, 100.0, 0.0, 5.0, 0.0, 0, 2, scratch, links) == (10.0, 0.0, 0.0)
