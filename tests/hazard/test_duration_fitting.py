"""Lognormal fits, shrinkage and calibration, checked by hand."""

from math import e, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import lognorm

from risk.hazard.durations import LengthFit, LognormalDuration, fit_lengths, shrunk_law

#: Durations in whole minutes, as status pages tell them.
DAYS = st.lists(
    st.integers(1, 144_000).map(lambda minutes: minutes / 1440),
    min_size=2,
    max_size=40,
    unique=True,
)


def test_a_fit_of_two_durations_by_hand() -> None:
    # ln 1 = 0 and ln e² = 2: μ = 1, σ² = (1 + 1)/2 = 1.
    fit = fit_lengths([1.0, e**2])
    assert fit
    assert (fit.mu, fit.sigma) == pytest.approx((1, 1))
    assert fit.incidents == 2


def test_an_unknown_or_zero_length_is_left_out() -> None:
    fit = fit_lengths([1.0, None, e**2, 0.0])
    assert fit
    assert (fit.mu, fit.incidents) == (pytest.approx(1), 2)


@pytest.mark.parametrize("days", [[], [1.0], [2.0, 2.0], [0.0, None, 3.0]])
def test_one_duration_has_no_spread(days: list[float | None]) -> None:
    assert fit_lengths(days) is None


@given(DAYS, st.floats(-0.2, 0.2), st.floats(0.8, 1.25))
def test_no_other_law_is_likelier(days: list[float], shift: float, stretch: float) -> None:
    law = fit_lengths(days)
    assert law

    def likelihood(one: LognormalDuration) -> float:
        return float(lognorm.logpdf(days, one.sigma, scale=np.exp(one.mu)).sum())

    other = LognormalDuration(law.mu + shift, law.sigma * stretch)
    assert likelihood(law) >= likelihood(other) - 1e-6


@given(DAYS, st.floats(0.1, 10))
def test_another_unit_of_time_shifts_the_mean_alone(days: list[float], factor: float) -> None:
    # All but equal durations leave a spread of rounding errors, of which nothing can be said.
    assume(max(days) > 1.01 * min(days))
    one, two = fit_lengths(days), fit_lengths([day * factor for day in days])
    assert one
    assert two
    assert two.mu == pytest.approx(one.mu + log(factor), abs=1e-9)
    assert two.sigma == pytest.approx(one.sigma, abs=1e-9)


def test_a_short_record_is_drawn_towards_the_market() -> None:
    # n = 10: half way from 2 to 0 is 1, and the pooled spread 1.5 as n < 20.
    pooled = LognormalDuration(0.0, 1.5)
    assert shrunk_law(LengthFit(10, 2.0, 0.5), pooled) == LognormalDuration(1.0, 1.5)
    # n = 30: 30/40 · 2 = 1.5, and its own spread.
    assert shrunk_law(LengthFit(30, 2.0, 0.5), pooled) == LognormalDuration(1.5, 0.5)
    assert shrunk_law(LengthFit(19, 2.0, 0.5), pooled).sigma == 1.5
    assert shrunk_law(LengthFit(20, 2.0, 0.5), pooled).sigma == 0.5


def test_shrinkage_gives_the_reference_rows_of_openai() -> None:
    # fixtures/rates.csv: 161 incidents, mean .345 in ln hours, pooled .156; in ln days less ln 24:
    # 161/171 · .345 + 10/171 · .156 - 3.1781 = -2.8441.
    fit = LengthFit(161, 0.345 - log(24), 1.1054)
    law = shrunk_law(fit, LognormalDuration(0.156 - log(24), 1.204))
    assert law.mu == pytest.approx(-2.8441, abs=1e-3)
    assert law.sigma == 1.1054
