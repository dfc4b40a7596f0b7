"""Duration laws against integrals done by hand or by another method."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm

from risk.hazard.durations import (
    DURATION_GRID,
    FixedDuration,
    LognormalDuration,
    grid_weights,
    limited_expected_value,
)

LAW = LognormalDuration(mu=0.357 - log(24), sigma=1.112)


def test_limited_expected_value_equals_the_integral_of_the_survival_function() -> None:
    # E[min(D, d)] = ∫₀^d P(D > x) dx
    by_integral, _ = quad(lambda x: lognorm.sf(x, LAW.sigma, scale=exp(LAW.mu)), 0, 0.5)
    assert limited_expected_value(LAW, 0.5) == pytest.approx(by_integral, rel=1e-9)


def test_limited_expected_value_of_a_hand_checked_case() -> None:
    # mu = 0, sigma = 1, d = 1: e^0.5 Φ(-1) + 1·(1 - Φ(0)) = 1.648721·0.158655 + 0.5 = 0.761578
    assert limited_expected_value(LognormalDuration(0, 1), 1.0) == pytest.approx(0.761578, abs=1e-6)


def test_unlimited_expected_value_is_the_mean() -> None:
    # e^(mu + sigma²/2) = e^0.5
    assert limited_expected_value(LognormalDuration(0, 1), float("inf")) == pytest.approx(exp(0.5))


def test_grid_weights_integrate_a_straight_line_to_its_limited_mean() -> None:
    weights = grid_weights(LAW)
    assert weights.sum() == pytest.approx(1)
    # f(d) = min(d, last grid point): straight between points, flat beyond the grid.
    expected = limited_expected_value(LAW, float(DURATION_GRID[-1]))
    assert weights @ DURATION_GRID == pytest.approx(expected, rel=1e-9)


def test_grid_weights_come_close_for_a_curve() -> None:
    weights = grid_weights(LAW)
    curve = DURATION_GRID**1.5
    exact = exp(1.5 * LAW.mu + 1.5**2 * LAW.sigma**2 / 2)  # E[D^1.5]
    assert weights @ curve == pytest.approx(exact, rel=1e-2)  # a chord lies above a convex curve


@given(st.floats(0.001, 700))
def test_a_fixed_duration_is_interpolated_exactly(days: float) -> None:
    weights = grid_weights(FixedDuration(days))
    assert weights @ DURATION_GRID == pytest.approx(days, rel=1e-9)


@given(st.floats(-6, 4), st.floats(0.3, 2.0), st.floats(0.01, 600))
def test_limited_expected_value_rises_with_its_limit(mu: float, sigma: float, limit: float) -> None:
    law = LognormalDuration(mu, sigma)
    lower, upper = limited_expected_value(law, limit), limited_expected_value(law, 2 * limit)
    assert lower <= upper + 1e-12
    assert lower <= limit + 1e-9
