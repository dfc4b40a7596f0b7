"""The formulas of one line of business: worked by hand, then what must hold for any inputs."""

from math import exp
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.loss.formulas import business_days, churned, lost_service, worn
from risk.loss.startups import plan_left
from risk.loss.worlds import churn_of, numbers_of

NUMBERS, CHURN = numbers_of(DEFAULTS, 1.0), churn_of(DEFAULTS)
days = st.floats(0, 400)
shares = st.floats(0, 1)


def test_a_day_without_service_costs_its_margin_and_the_customers_who_leave():
    # A fifth of the day is caught up later. 0.5 · (1 - e^(-(1/10)^1.5)) = 1.5564 % of customers
    # leave, worth 365 days of margin: 5.6809 days.
    gone = 0.5 * (1 - exp(-(0.1**1.5)))
    assert churned(1.0, CHURN) == pytest.approx(gone)
    assert business_days(1.0, 0.8, 0.0, NUMBERS, CHURN) == pytest.approx(0.8 + 5.6809, abs=1e-4)


def test_an_automatic_fallback_leaves_a_twentieth():
    # Two thousandths of a day until it takes over, then a twentieth of the rest: 0.0519 days.
    assert lost_service(1.0, 1.0, 0.95, 0.0, 0.002) == pytest.approx(0.002 + 0.05 * 0.998)


def test_a_fallback_that_takes_nothing_over_is_none():
    assert lost_service(3.0, 0.5, 0.0, 0.0, 0.1) == pytest.approx(0.5 * 3)


def test_nothing_is_lost_while_nobody_feels_it():
    assert lost_service(0.5, 1.0, 0.0, 0.5, 0.0) == 0.0


def test_churn_is_convex_before_it_saturates():
    # k = 1.5: two days cost 2^1.5 = 2.83 times one day, within 3 %.
    assert churned(2.0, CHURN) / churned(1.0, CHURN) == pytest.approx(2**1.5, rel=0.03)
    assert churned(1e6, CHURN) == pytest.approx(0.5)


@pytest.mark.parametrize(("age", "left"), [(30, 0.6), (135, (0.6 + 0.85) / 2), (200, 0.85)])
def test_a_tried_exit_plan_wears_out_to_a_written_one(age, left):
    chunk = SimpleNamespace(plan=[2], plan_age=[float(age)])
    assert plan_left(2, chunk, 0, NUMBERS) == pytest.approx(left)


def test_an_exit_plan_that_was_tried_nobody_said_when_is_taken_at_its_word():
    assert plan_left(2, SimpleNamespace(plan=[2], plan_age=[float("nan")]), 0, NUMBERS) == 0.6


@given(days, days)
def test_an_older_test_is_never_worth_more(younger, older):
    assert 0 <= worn(younger, NUMBERS) <= worn(younger + older, NUMBERS) <= 1


@given(days, days, st.floats(0, 100))
def test_business_lost_rises_with_the_days_and_is_a_years_margin_at_most(short, more, quality):
    less = business_days(short, 1.0, quality, NUMBERS, CHURN)
    assert less <= business_days(short + more, 1.0, quality, NUMBERS, CHURN) + 1e-9
    assert 0 <= less <= DEFAULTS.churn_horizon_days


@given(days, shares, shares, shares, st.floats(0, 5))
def test_a_fallback_that_takes_over_less_never_loses_fewer_days(length, severity, a, b, failover):
    few, many = sorted((a, b))
    lost = lost_service(length, severity, few, 0.0, failover)
    assert lost_service(length, severity, many, 0.0, failover) <= lost + 1e-9
    assert lost <= severity * length + 1e-9
