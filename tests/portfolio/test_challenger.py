"""The challengers by hand, and the engine beside them."""

from dataclasses import replace
from datetime import timedelta
from math import exp, log

import numpy as np
import pytest

from risk.assumptions import override
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.records import Retirement
from risk.inventory.records import Requirement, Startup, SwitchBegun
from risk.loss.valuation import valuation_of
from risk.portfolio.challenger import Challenge, challenge
from risk.portfolio.simple_model import simple_model
from risk.portfolio.validation import Challenged, challenged
from tests.catalog.test_likeness import rated
from tests.small_world import (
    AS_OF,
    PLAIN,
    TODAY,
    dependency,
    laid_out,
    portfolio,
    rate,
    small_catalog,
    startup,
)

YEARS = 4_000
YES, NO = SwitchBegun.YES, SwitchBegun.NO


def drawn(*startups: Startup, rates: tuple[FailureRate, ...]) -> Challenge:
    """Years in which nothing is unsure but chance."""
    catalog = small_catalog(rates=rates)
    columns = laid_out(portfolio(*startups), catalog=catalog).columns
    return challenge(columns, catalog, PLAIN, today=TODAY, years=YEARS, seed=1, unsure=False)


def test_an_end_costs_what_it_costs_by_hand_and_comes_at_most_once_a_year():
    rates = (rate("Alpha", FailureKind.WIND_DOWN, 0.2),)
    found = drawn(startup("A", dependency("a", "Alpha", "Alpha")), rates=rates)
    # 1.5 weeks · (2 - 0.75) is 13.1 days, less than the 14 of an agreement; 3 more to evaluate.
    lost = 14 + 3
    # χ is straight between its knots at 15 and 20 days: ½(1 - e^-1.5^1.5) and ½(1 - e^-2^1.5).
    low, high = (0.5 * (1 - exp(-(one**1.5))) for one in (1.5, 2.0))
    gone = low + (1.7 - 1.5) / (2.0 - 1.5) * (high - low)
    quality = (1 - 0.75) * PLAIN.quality_loss * PLAIN.quality_days
    switch = 1.5 * 1.25 * PLAIN.engineer_week_usd + PLAIN.evaluation_usd
    loss = 10_000 * (lost + gone * PLAIN.churn_horizon_days + quality) + switch
    assert np.unique(found.losses) == pytest.approx([0.0, loss])
    chance = 1 - exp(-0.2)
    assert found.mean == pytest.approx(chance * loss, abs=4 * found.mean_error)
    # Of a mean of p·L the standard error is L·√(p(1 - p)/n), n - 1 for n in the spread.
    error = loss * (chance * (1 - chance) / YEARS) ** 0.5
    assert found.mean_error == pytest.approx(error, rel=0.1)
    assert found.by_part["switching"] / found.mean == pytest.approx(switch / loss)
    assert sum(found.by_part.values()) == pytest.approx(found.mean)
    assert found.by_kind[FailureKind.WIND_DOWN] == pytest.approx(found.mean)


def test_a_worse_replacement_counts_by_the_facts_of_both_models():
    # Beta's model is 100 points below: 0.28013 of the voters against 0.12 usually, k = 1.6672.
    catalog = replace(
        small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 0.2),)),
        usual_distances={"frontier": (0.12, 0.0, 0.0, 0.0, 0.0)},
        ratings=rated(alpha_1=1500, beta_1=1400),
    )
    named = startup("A", dependency("a", "Alpha", "Alpha", model="alpha-1"))
    columns = laid_out(portfolio(named), catalog=catalog).columns
    found = challenge(columns, catalog, PLAIN, today=TODAY, years=500, seed=1, unsure=False)
    unlike = 0.25 * (1 + 0.5 * (0.280130 / 0.12 - 1))
    often = float((found.losses > 0).mean())
    assert found.by_part["quality"] == pytest.approx(often * 10_000 * unlike * 0.3 * 90, rel=1e-4)
    assert found.by_part["switching"] == pytest.approx(
        often * (1.5 * (1 + unlike) * PLAIN.engineer_week_usd + PLAIN.evaluation_usd), rel=1e-4
    )


def test_outages_of_two_days_come_as_often_as_they_do_and_are_waited_out():
    rates = (rate("Alpha", FailureKind.OUTAGE, 3.0, days=(log(2.0), 1e-9)),)
    found = drawn(startup("A", dependency("a", "Alpha", "Alpha")), rates=rates)
    # χ has a knot at two days.
    gone = 0.5 * (1 - exp(-(0.2**1.5)))
    loss = 10_000 * (2 * (1 - PLAIN.recapture) + gone * PLAIN.churn_horizon_days)
    times = found.losses / loss
    assert times == pytest.approx(np.rint(times), abs=1e-5)
    assert times.mean() == pytest.approx(3.0, abs=4 * (3 / YEARS) ** 0.5)
    # P(N ≤ 5) = 0.916 and P(N ≤ 6) = 0.966 for a mean of 3.
    assert found.reached(0.95) == pytest.approx(6 * loss)
    assert found.by_part["switching"] == 0


def test_startups_behind_one_cloud_fall_together_when_the_link_passes():
    rates = (rate("Nimbus", FailureKind.OUTAGE, 0.5, days=(log(2.0), 1e-9)),)
    both = [startup(name, dependency(name, "Beta", "Beta")) for name in ("A", "B")]
    found = drawn(*both, rates=rates)
    # The link passes every second outage and loses 0.8: 1.6 days of two are lost.
    low, high = (0.5 * (1 - exp(-(one**1.5))) for one in (0.14, 0.2))
    gone = low + (0.16 - 0.14) / (0.2 - 0.14) * (high - low)
    loss = 10_000 * (1.6 * (1 - PLAIN.recapture) + gone * PLAIN.churn_horizon_days)
    times = found.losses / (2 * loss)
    assert times == pytest.approx(np.rint(times), abs=1e-5)
    assert times.mean() == pytest.approx(0.25, abs=4 * (0.25 / YEARS) ** 0.5)


def test_who_needs_any_of_two_loses_nothing_while_one_serves():
    rates = (rate("Alpha", FailureKind.WIND_DOWN, 0.2),)
    parts = dependency("a", "Alpha", "Alpha"), dependency("b", "Beta", "Beta")
    assert not drawn(startup("A", *parts, requirement=Requirement.ANY), rates=rates).losses.any()
    assert drawn(startup("A", *parts, requirement=Requirement.ALL), rates=rates).losses.any()


RATES = (
    rate("Alpha", FailureKind.OUTAGE, 4.0, days=(log(0.3), 1.2)),
    rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=5.0),
    rate("Alpha", FailureKind.PRICE_SHOCK, 0.3),
    rate("Beta", FailureKind.OUTAGE, 2.0, severity=0.6, days=(log(0.5), 1.0)),
    rate("Nimbus", FailureKind.OUTAGE, 0.5, days=(log(0.5), 0.8)),
    rate("*model", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=90.0),
    rate("*customer", FailureKind.ACCESS_CUT, 0.05, notice_days=5.0),
)


def beside_the_engine(*, most: int = 100) -> Challenged:
    """Five startups, of which one says nothing but whom it depends on.

    Alpha's model ends in 10 days, announced five days ago; a move takes 17. One has not begun yet,
    one has, and of who says nothing one in five begins late.
    """
    facts = ("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers")
    silent = dict.fromkeys(("share", "spend_usd_per_month", "depth", "fallback", "exit_plan"))
    some = [
        startup("A", dependency("a", "Alpha", "Alpha", model="alpha-1")),
        startup("B", dependency("b", "Beta", "Beta")),
        startup("C", dependency("c", "Alpha", "Cloud"), dependency("d", "Beta", "Beta", share=0.5)),
        startup(
            "D",
            dependency("e", "Alpha", "Alpha", model="alpha-1", share=0.7, switch_begun=NO),
            dependency("g", "Alpha", "Cloud", model="alpha-1", share=0.3, switch_begun=YES),
            annual_revenue_usd=900_000.0,
        ),
        startup("E", dependency("f", "Alpha", "Alpha", **silent), **dict.fromkeys(facts)),
    ]
    end = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=TODAY - timedelta(days=5),
        shutdown=TODAY + timedelta(days=10),
        replacement=None,
        source="test",
        as_of=AS_OF,
    )
    valuation = valuation_of(
        portfolio(*some),
        catalog=replace(small_catalog(rates=RATES), retirements=(end,)),
        assumptions=override(PLAIN, {"begins_on_time": 0.8}),
        today=TODAY,
    )
    return challenged(valuation, years=YEARS, most=most)


def test_the_engine_is_within_standard_errors_of_the_challenger():
    found = beside_the_engine()
    for one in (found.chance, found.unsure):
        assert one.mean > 0
        assert one.challenge.mean_error < 0.1 * one.mean
        assert abs(one.mean_apart) < 3.5
        assert abs(one.reached_apart) < 3.5
    assert found.unsure.mean != found.chance.mean


def test_of_a_large_portfolio_engine_and_challengers_are_of_the_same_startups():
    found = beside_the_engine(most=2)
    assert (found.startups, found.sampled, found.rows.tolist()) == (5, 2, [0, 2])
    assert {one.startup for one in found.simple.lines} == {0, 1}
    assert abs(found.chance.mean_apart) < 3.5
    assert found.chance.mean < beside_the_engine().chance.mean


def test_a_wrong_engine_would_be_noticed():
    found = beside_the_engine().chance
    assert abs(replace(found, mean=found.mean * 1.2).mean_apart) > 3.5


def test_the_simple_model_by_hand():
    rates = (
        rate("Alpha", FailureKind.OUTAGE, 4.0, severity=0.5, days=(0.0, 1e-9)),
        rate("Alpha", FailureKind.WIND_DOWN, 0.2, notice_days=7.0),
    )
    catalog = small_catalog(rates=rates)
    columns = laid_out(
        portfolio(startup("A", dependency("a", "Alpha", "Alpha"), ai_revenue_share=0.5)),
        catalog=catalog,
    ).columns
    found = simple_model(columns, catalog, PLAIN, today=TODAY)
    # 3 weeks · (2 - 0.75) of four people take 7 · 3.75 / 4^0.7 = 9.9 days, fewer than legal ones.
    assert found.switch_days == pytest.approx(14 + 3)
    # 4 · 0.5 · 1 day of outages; and 17 - 7 days at a chance of 1 - e^-0.2.
    days = 2.0 + (1 - exp(-0.2)) * 10
    assert found.total_usd == pytest.approx(5_000 * days)
