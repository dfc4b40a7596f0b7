"""Runway and the chance of running out of cash."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tests.oracle.runway import cash_out_probability, runway_months


def chance(cash: float, burn: float, volatility: float) -> float:
    return cash_out_probability(cash_usd=cash, burn_usd_per_month=burn, volatility_usd=volatility)


def test_runway_is_cash_over_burn() -> None:
    assert runway_months(600_000, 50_000) == 12
    assert runway_months(600_000, 0) == float("inf")
    assert runway_months(-1, 50_000) == 0


def test_first_passage_of_a_hand_checked_case() -> None:
    # C = 100, B = 5, σ = 10, T = 12: spread 10 √12 = 34.641.
    # Φ((60 - 100)/34.641) + e^{2·5·100/100} Φ((-100 - 60)/34.641)
    # = Φ(-1.1547) + e^10 Φ(-4.6188)
    expected = norm.cdf(-40 / 34.6410) + exp(10) * norm.cdf(-160 / 34.6410)
    assert chance(100, 5, 10) == pytest.approx(expected, rel=1e-4)
    assert chance(100, 5, 10) == pytest.approx(0.1664, abs=1e-3)


def test_without_volatility_it_is_a_step_at_the_runway() -> None:
    assert chance(1_000, 100, 0) == 1  # ten months
    assert chance(1_300, 100, 0) == 0  # thirteen


def test_no_cash_left_is_certain() -> None:
    assert chance(0, 10, 5) == 1
    assert chance(-5, 10, 5) == 1


@given(st.floats(1, 1e12), st.floats(0, 1e10), st.floats(1e-3, 1e9))
def test_it_is_a_probability_for_extreme_arguments(
    cash: float, burn: float, volatility: float
) -> None:
    assert 0 <= chance(cash, burn, volatility) <= 1


@given(st.floats(1e3, 1e8), st.floats(1e2, 1e7), st.floats(1.01, 10))
def test_more_cash_helps_and_more_burn_hurts(cash: float, burn: float, factor: float) -> None:
    volatility = 0.25 * burn
    assert chance(cash * factor, burn, volatility) <= chance(cash, burn, volatility) + 1e-12
    assert chance(cash, burn * factor, volatility) >= chance(cash, burn, volatility) - 1e-12
