"""Duration laws against integrals done by hand or by another method."""

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import genpareto, lognorm, norm

from risk.hazard.durations import (
    DURATION_GRID,
    FixedDuration,
    LengthTail,
    LognormalDuration,
    SplicedDuration,
    grid_weights,
    limited_expected_value,
)

LAW = LognormalDuration(mu=0.357 - log(24), sigma=1.112)
#: One in twenty is longer than a day, the excess Pareto with shape 1/2 and scale one day.
SPLICED = SplicedDuration(LAW, LengthTail(share=0.05, shape=0.5, scale_days=1.0))


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


def longer(law: SplicedDuration, days: float) -> float:
    """P(D > days)."""
    return float(1 - law.probability_up_to(np.array([days]))[0])


def test_a_tail_by_hand() -> None:
    # P(D > 3) = 0.05·(1 + 0.5·2/1)^(-1/0.5) = 0.05/4 = 0.0125; P(D > 1) = 0.05.
    assert longer(SPLICED, 3.0) == pytest.approx(0.0125)
    assert longer(SPLICED, 1.0) == pytest.approx(0.05)
    # One in eighty is longer than three days, so that 79 in 80 are not.
    assert SPLICED.quantile(79 / 80) == pytest.approx(3.0)


def test_the_mean_of_a_spliced_law_by_hand() -> None:
    # Above a day on average 1 + scale/(1 - shape) = 1 + 1/0.5 = 3 days. Below it, μ = -2 and σ = 1,
    # z = (0 - μ)/σ = 2: e^(-2 + ½) Φ(2 - 1)/Φ(2) = 0.223130·0.841345/0.977250 = 0.192100.
    # Together 0.95·0.192100 + 0.05·3 = 0.332495.
    law = SplicedDuration(LognormalDuration(-2.0, 1.0), LengthTail(0.05, 0.5, 1.0))
    assert limited_expected_value(law, float("inf")) == pytest.approx(0.332495, abs=1e-6)
    # Counted up to three days: of the excess, E[min(Y, 2)] = 2·(1 - (1 + 1)^(1 - 2)) = 1 day.
    assert limited_expected_value(law, 3.0) == pytest.approx(0.95 * 0.192100 + 0.05 * 2, abs=1e-6)


def test_below_a_day_a_spliced_law_is_its_body_given_that_it_is_no_longer() -> None:
    law = SplicedDuration(LognormalDuration(-2.0, 1.0), LengthTail(0.05, 0.5, 1.0))
    # Half of the body lies below e^-2 days: 0.95·0.5/Φ(2).
    half = 0.95 * 0.5 / norm.cdf(2)
    assert 1 - longer(law, exp(-2)) == pytest.approx(half)
    assert law.quantile(half) == pytest.approx(exp(-2))


def test_stretching_widens_the_body_and_the_tail_and_leaves_how_many_exceed_a_day() -> None:
    wider = SPLICED.stretched(2.0)
    assert wider.body == LognormalDuration(LAW.mu, 2 * LAW.sigma)
    assert wider.tail == LengthTail(share=0.05, shape=0.5, scale_days=2.0)
    # 0.05·(1 + 0.5·2/2)^-2 = 0.05/2.25.
    assert longer(wider, 3.0) == pytest.approx(0.05 / 2.25)


def test_weights_of_a_spliced_law_sum_to_one_and_give_its_limited_mean() -> None:
    weights = grid_weights(SPLICED)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    expected = limited_expected_value(SPLICED, float(DURATION_GRID[-1]))
    assert weights @ DURATION_GRID == pytest.approx(expected, rel=1e-9)
    # A day is a point of the grid: what is longer weighs 5 %, beside the part of that point itself.
    beyond = grid_weights(SPLICED)[DURATION_GRID > 1].sum()
    assert 0.03 < beyond < 0.05


SPLICES = st.builds(
    SplicedDuration,
    st.builds(LognormalDuration, st.floats(-5, -0.5), st.floats(0.4, 2.0)),
    st.builds(LengthTail, st.floats(0, 0.3), st.floats(0.01, 0.9), st.floats(0.05, 5.0)),
)


@given(SPLICES)
def test_weights_are_shares_for_any_tail(law: SplicedDuration) -> None:
    weights = grid_weights(law)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    limited = limited_expected_value(law, float(DURATION_GRID[-1]))
    assert weights @ DURATION_GRID == pytest.approx(limited, rel=1e-9)


@given(SPLICES, st.floats(0.001, 600), st.floats(1.0, 3.0))
def test_longer_lengths_are_rarer(law: SplicedDuration, days: float, factor: float) -> None:
    up_to = law.probability_up_to(np.array([days, days * factor]))
    assert 0 <= up_to[0] <= up_to[1] + 1e-12 <= 1 + 2e-12


@given(SPLICES, st.floats(0.001, 0.999))
def test_a_share_of_lengths_stays_below_its_quantile(law: SplicedDuration, share: float) -> None:
    assert law.probability_up_to(np.array([law.quantile(share)])) == pytest.approx(share, abs=1e-9)


@given(SPLICES, st.floats(0.05, 200))
def test_closed_forms_agree_with_integrals_of_the_density(
    law: SplicedDuration, limit: float
) -> None:
    body, tail = law.body, law.tail
    below = lognorm(body.sigma, scale=exp(body.mu))
    above = genpareto(tail.shape, loc=1.0, scale=tail.scale_days)

    def survival(day: float) -> float:
        if day >= 1:
            return tail.share * float(above.sf(day))
        return 1 - (1 - tail.share) * float(below.cdf(day) / below.cdf(1.0))

    parts = [(0.0, min(limit, 1.0)), (1.0, limit)] if limit > 1 else [(0.0, limit)]
    by_integral = sum(quad(survival, *one, limit=200)[0] for one in parts)
    assert limited_expected_value(law, limit) == pytest.approx(by_integral, rel=1e-6)


def test_weights_of_a_curve_agree_with_an_integral_over_the_tail() -> None:
    # √d is concave: chords lie below it. Its mean by quantiles of many even shares.
    shares = (np.arange(200_000) + 0.5) / 200_000
    by_quantiles = np.mean([sqrt(min(SPLICED.quantile(one), 730.0)) for one in shares.tolist()])
    assert grid_weights(SPLICED) @ np.sqrt(DURATION_GRID) == pytest.approx(by_quantiles, rel=3e-3)
