"""Joint events and the year's common factor, against closed forms and a simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from risk.hazard.common_cause import (
    count_covariance,
    count_covariances,
    count_variance,
    frailty_law,
    joint_events,
)

RATE = st.floats(0, 100)
SHARE = st.floats(0, 1)


def test_a_share_of_the_rarer_rate_is_joint() -> None:
    # β = .03 of min(40, 10) = .3 a year.
    events = joint_events(40, 10, joint_share=0.03)
    assert (events.only_a, events.only_b, events.both) == pytest.approx((39.7, 9.7, 0.3))


@given(RATE, RATE, SHARE)
def test_each_keeps_its_own_rate(a: float, b: float, share: float) -> None:
    events = joint_events(a, b, joint_share=share)
    assert events.only_a + events.both == pytest.approx(a)
    assert events.only_b + events.both == pytest.approx(b)
    assert min(events.only_a, events.only_b, events.both) >= 0


def test_moments_by_hand() -> None:
    # λ = 10, θ = .15: 10 + .15 · 100 = 25. With λ_B = 40, β = .03: .3 + .15 · 400 = 60.3.
    assert count_variance(10, frailty_variance=0.15) == pytest.approx(25)
    assert count_covariance(10, 40, joint_share=0.03, frailty_variance=0.15) == pytest.approx(60.3)


def test_the_variance_is_that_of_poisson_counts_in_good_and_bad_years() -> None:
    # Var N = E[Zλ] + λ² Var Z, integrated over the law of Z.
    rate, law = 10.0, frailty_law(0.15)
    density = gamma(law.shape, scale=1 / law.years).pdf
    first, _ = quad(lambda z: z * rate * density(z), 0, 20)
    second, _ = quad(lambda z: (z * rate + (z * rate) ** 2) * density(z), 0, 20)
    assert first == pytest.approx(rate)
    assert second - first**2 == pytest.approx(count_variance(rate, frailty_variance=0.15))


def test_simulated_years_have_the_stated_moments() -> None:
    random = np.random.default_rng(11)
    years = 200_000
    events = joint_events(6, 3, joint_share=0.2)
    law = frailty_law(0.15)
    factor = random.gamma(law.shape, 1 / law.years, years)
    both = random.poisson(events.both * factor)
    a = random.poisson(events.only_a * factor) + both
    b = random.poisson(events.only_b * factor) + both
    covariance = np.cov(a, b)
    # Standard errors are about variance · √(2/n): 0.4 %; four of them allowed.
    assert covariance[0, 0] == pytest.approx(count_variance(6, frailty_variance=0.15), rel=0.02)
    expected = count_covariance(6, 3, joint_share=0.2, frailty_variance=0.15)
    assert covariance[0, 1] == pytest.approx(expected, rel=0.05)


@given(st.lists(RATE, min_size=1, max_size=8), SHARE, st.floats(0, 2))
def test_the_covariances_of_many_nodes_are_never_indefinite(
    rates: list[float], share: float, theta: float
) -> None:
    matrix = count_covariances(rates, joint_share=share, frailty_variance=theta)
    assert np.array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() >= -1e-8 * (1 + np.trace(matrix))
    assert matrix[0, 0] == pytest.approx(count_variance(rates[0], frailty_variance=theta))


def test_without_common_cause_counts_are_independent_poisson() -> None:
    matrix = count_covariances([3, 5], joint_share=0, frailty_variance=0)
    assert np.array_equal(matrix, np.diag([3.0, 5.0]))


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_joint_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        joint_events(1, 1, joint_share=share)


def test_a_factor_without_variance_has_no_law() -> None:
    with pytest.raises(ValueError, match="above zero"):
        frailty_law(0)
    with pytest.raises(ValueError, match="zero or more"):
        joint_events(-1, 1)
