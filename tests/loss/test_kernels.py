"""Expected losses of startups: worked out by hand, and against the plain formulas."""

from dataclasses import replace
from datetime import timedelta
from math import exp, log

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Retirement
from risk.inventory.records import Depth, ExitPlan, Fallback, Requirement
from risk.loss.facts import COMMON, priors_at
from tests.loss.small import begins, central
from tests.oracle.one_startup import expected_loss
from tests.small_world import AS_OF, TODAY, dependency, rate, small_catalog, startup

CLOSING = rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14)
#: One of everything, at rates that no two share.
EVERYTHING = (
    CLOSING,
    rate("Beta", FailureKind.WIND_DOWN, 0.07, notice_days=20),
    rate("Cloud", FailureKind.WIND_DOWN, 0.01, notice_days=30),
    rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30),
    rate("*developer", FailureKind.ACQUISITION, 0.05, notice_days=90),
    rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=30),
    rate("*customer", FailureKind.ACCESS_CUT, 0.02, notice_days=5),
    rate("*region", FailureKind.REGIONAL_BLOCK, 0.04, days=(3.3, 1.0)),
    rate("*service", FailureKind.OUTAGE, 9.0, severity=0.41, days=(-3.0, 1.2), level="critical"),
    rate("*service", FailureKind.DEGRADED, 29.0, severity=0.04, days=(-2.9, 1.4), level="minor"),
    rate("*cloud", FailureKind.OUTAGE, 0.4, severity=0.41, days=(-0.9, 0.8), level="region"),
)


def oracle(one, catalog, assumptions=DEFAULTS):
    drawn = begins(one, catalog=catalog)[0]
    return expected_loss(one, catalog=catalog, assumptions=assumptions, today=TODAY, begins=drawn)


def test_a_wind_down_costs_what_the_arithmetic_says():
    # Effort 1.5 · (2 - 0.75) = 1.875 weeks; one engineer at least: 7 · 1.875 = 13.125 days, legal
    # 14 days are longer, and 3 of evaluation: 17 days, less 14 of notice: 3 days down.
    # Churn at 3 / 10 = 0.3 is a knot: 0.5 · (1 - e^(-0.3^1.5)) = 0.075767 of a year: 27.655 days.
    # Quality 0.25 · 0.3 · 90 = 6.75 days. (3 + 27.655 + 6.75) · 10,000 = 374,050 and
    # 1.875 · 4,000 + 2,000 = 9,500 for the move: 383,550, with chance 1 - e^-0.1 = 0.095163.
    churn = 0.5 * (1 - exp(-(0.3**1.5))) * 365
    loss = (3 + churn + 6.75) * 10_000 + 9_500
    assert loss == pytest.approx(383_550, abs=20)
    found = central(
        startup("Direct", dependency("d", "Alpha", "Alpha")),
        catalog=small_catalog(rates=(CLOSING,)),
    )
    assert found[0] == pytest.approx((1 - exp(-0.1)) * loss, rel=1e-6)


def test_a_price_shock_is_paid_or_left():
    # 1.84 times the price of 1,000 a month for twelve months: 10,080. Leaving costs 9,500, a day's
    # margin of 10,000 times 6.75, and more: one stays. At 0.2 a year: 2,016.
    shock = rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30)
    found = central(
        startup("Direct", dependency("d", "Alpha", "Alpha")), catalog=small_catalog(rates=(shock,))
    )
    assert found[0] == pytest.approx(2_016, rel=1e-6)


def test_a_business_that_earns_nothing_loses_what_its_costs_go_on_for():
    # Below a tenth of revenue costs run on while nothing is served: at -5 %, 0 and 0.5 % alike a
    # day is worth 0.1 · 10,000 USD, at 20 % twice that. The wind-down above stops 3 days.
    def lost(margin: float) -> float:
        one = startup("Direct", dependency("d", "Alpha", "Alpha"), gross_margin=margin)
        return float(central(one, catalog=small_catalog(rates=(CLOSING,)))[0])

    days = 3 + 0.5 * (1 - exp(-(0.3**1.5))) * 365 + 6.75
    least = (1 - exp(-0.1)) * (days * 1_000 + 9_500)
    assert [lost(margin) for margin in (-0.05, 0.0, 0.005)] == pytest.approx([least] * 3, rel=1e-6)
    assert lost(0.2) == pytest.approx((1 - exp(-0.1)) * (days * 2_000 + 9_500), rel=1e-6)


def test_a_million_of_spend_and_nothing_else_says_what_revenue_must_be():
    # 1,000,000 USD a month is 12,000,000 a year, at the median 5 % of revenue from AI, all of it
    # here: 240,000,000. That is known to σ = ln(20 % / 1 %) / 2.563 = 1.169 of the logarithm, the
    # prior's 2,000,000 to ln(15 m / 0.3 m) / 2.563 = 1.526. The precision-weighted mean of the
    # logarithms is (0.732 · 19.296 + 0.429 · 14.509) / 1.161 = 17.526: a median of 41 million, and
    # a mean that is higher by e^(σ²/2), σ² what is its own of 1 / 1.161 = 0.861. A wind-down stops
    # 37.4 days of it. Who says nothing has the prior's median of 2 million.
    def lost(spend: float | None) -> float:
        facts = {"spend_usd_per_month": spend, "notice_days": 0.0}
        one = startup("Direct", dependency("d", "Alpha", "Alpha", **facts), annual_revenue_usd=None)
        return float(central(one, catalog=small_catalog(rates=(CLOSING,)))[0])

    width = 2 * 1.2815515655
    told, prior = log(0.2 / 0.01) / width, log(15 / 0.3) / width
    weights = np.array([1 / told**2, 1 / prior**2])
    median = exp(weights @ [log(240e6), log(2e6)] / weights.sum())
    assert median == pytest.approx(41e6, rel=0.01)
    own = 1 - priors_at(DEFAULTS, np.zeros((1, len(COMMON)))).shared[0]
    days = 3 + 0.5 * (1 - exp(-(0.3**1.5))) * 365 + 6.75
    for spend, middle, variance in ((1e6, median, 1 / weights.sum()), (None, 2e6, prior**2)):
        mean = middle * exp(variance * own / 2)
        expected = (1 - exp(-0.1)) * (days * mean / 365 + 9_500)
        # Draws are cut in the far tails, which takes a few per cent of so wide a mean.
        assert lost(spend) == pytest.approx(expected, rel=0.05)


def ending(days: int, host: str | None = None) -> Retirement:
    return Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=None,
        shutdown=TODAY + timedelta(days=days),
        replacement=None,
        source="test",
        as_of=AS_OF,
        host=host,
    )


def loss_with(*ends: Retirement, host: str = "Alpha") -> float:
    usual = rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3)
    catalog = replace(small_catalog(rates=(usual,)), retirements=ends)
    one = startup("Direct", dependency("d", "Alpha", host, model="alpha-1"))
    return float(central(one, catalog=catalog)[0])


def test_a_dated_retirement_comes_once_for_certain():
    # The last day is 10 days off; leaving to a model of the same developer takes
    # max(7 · 1.5 · 1.1, 14) + 3 = 17 days: 7 days down, less no buffer.
    churn = np.interp(7, [6, 8], [0.5 * (1 - exp(-(x**1.5))) for x in (0.6, 0.8)]) * 365
    quality = 0.1 * 0.3 * 90
    moving = 1.5 * 1.1 * 4_000 + 2_000
    assert loss_with(ending(10)) == pytest.approx((7 + churn + quality) * 10_000 + moving, rel=1e-6)
    # In 47 days everybody is elsewhere in time: 27,000 for worse answers and 8,600 for the move.
    assert loss_with(ending(47)) == pytest.approx(35_600, rel=1e-6)


def test_a_last_day_holds_where_it_was_published_and_beyond_a_year_is_none_within_it():
    # The cloud's own day counts there, in 47 days, not the developer's, in 10; and not both.
    both = ending(10), ending(47, "Cloud")
    assert loss_with(*both, host="Cloud") == pytest.approx(35_600, rel=1e-6)
    assert loss_with(*both) == loss_with(ending(10))
    assert loss_with(ending(366)) == 0


VARIANTS = {
    "plain": {},
    "fine-tuned": {"depth": Depth.FINE_TUNED},
    "a plan on paper": {"exit_plan": ExitPlan.WRITTEN},
    "documented": {"fallback": Fallback.DOCUMENTED},
    "untested elsewhere": {"fallback": Fallback.UNTESTED, "fallback_developer": "Beta"},
    "automatic at the same root": {
        "fallback": Fallback.AUTOMATIC,
        "fallback_developer": "Alpha",
        "fallback_host": "Cloud",
    },
    "promised notice": {"provider_notice_days": 120.0},
    "escrow": {"escrow": True},
    "residency": {"data_residency": "stays in the EU"},
    "much spent": {"spend_usd_per_month": 60_000.0, "notice_days": 90.0},
}


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("host", ["Alpha", "Cloud"])
def test_every_sort_of_dependency_loses_what_the_plain_formulas_say(name, host):
    catalog = small_catalog(rates=EVERYTHING)
    one = startup("One", dependency("d", "Alpha", host, model="alpha-1", **VARIANTS[name]))
    # Leaving is looked up for a service that is wholly down, which short outages hardly see.
    assert central(one, catalog=catalog)[0] == pytest.approx(oracle(one, catalog), rel=0.003)


@pytest.mark.parametrize("requirement", list(Requirement))
def test_use_cases_that_need_several_lose_what_the_plain_formulas_say(requirement):
    catalog = small_catalog(rates=EVERYTHING)
    several = startup(
        "Several",
        dependency("a", "Alpha", "Alpha", model="alpha-1", share=0.6),
        dependency("b", "Alpha", "Cloud", model="alpha-1", share=0.3, depth=Depth.AGENTS),
        dependency("c", "Beta", "Beta", share=0.1, fallback=Fallback.AUTOMATIC),
        requirement=requirement,
    )
    found = central(several, catalog=catalog)[0]
    tolerance = 0.003 if requirement is Requirement.SHARED else 1e-5
    assert found == pytest.approx(oracle(several, catalog), rel=tolerance)
