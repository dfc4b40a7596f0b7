"""Lognormal fits, shrinkage and calibration, checked by hand."""

from math import e, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import kstest, lognorm

from risk.hazard.duration_fitting import (
    DurationFit,
    IncidentSpan,
    TooFewDurations,
    fit_durations,
    kolmogorov_smirnov,
    severity_calibration,
    shrunk_law,
)
from risk.hazard.durations import LognormalDuration

#: Durations in whole minutes, as status pages tell them.
DAYS = st.lists(
    st.integers(1, 144_000).map(lambda minutes: minutes / 1440),
    min_size=2,
    max_size=40,
    unique=True,
)


def fit_of(incidents: int, mu: float, sigma: float) -> DurationFit:
    law = LognormalDuration(mu, sigma)
    return DurationFit(law=law, incidents=incidents, left_out=0, distance=0.1)


def test_a_fit_of_two_durations_by_hand() -> None:
    # ln 1 = 0 and ln e² = 2: μ = 1, σ² = (1 + 1)/2 = 1.
    fit = fit_durations([1.0, e**2])
    assert (fit.law.mu, fit.law.sigma) == pytest.approx((1, 1))
    assert (fit.incidents, fit.left_out) == (2, 0)


def test_an_unknown_or_zero_length_is_left_out_and_counted() -> None:
    fit = fit_durations([1.0, None, e**2, 0.0])
    assert (fit.law.mu, fit.incidents, fit.left_out) == (pytest.approx(1), 2, 2)


@pytest.mark.parametrize("days", [[], [1.0], [2.0, 2.0], [0.0, None, 3.0]])
def test_one_duration_has_no_spread(days: list[float | None]) -> None:
    with pytest.raises(TooFewDurations, match="Two different durations"):
        fit_durations(days)


@given(DAYS, st.floats(-0.2, 0.2), st.floats(0.8, 1.25))
def test_no_other_law_is_likelier(days: list[float], shift: float, stretch: float) -> None:
    law = fit_durations(days).law

    def likelihood(one: LognormalDuration) -> float:
        return float(lognorm.logpdf(days, one.sigma, scale=np.exp(one.mu)).sum())

    other = LognormalDuration(law.mu + shift, law.sigma * stretch)
    assert likelihood(law) >= likelihood(other) - 1e-6


@given(DAYS, st.floats(0.1, 10))
def test_another_unit_of_time_shifts_the_mean_alone(days: list[float], factor: float) -> None:
    # All but equal durations leave a spread of rounding errors, of which nothing can be said.
    assume(max(days) > 1.01 * min(days))
    one, two = fit_durations(days), fit_durations([day * factor for day in days])
    assert two.law.mu == pytest.approx(one.law.mu + log(factor), abs=1e-9)
    assert two.law.sigma == pytest.approx(one.law.sigma, abs=1e-9)
    assert two.distance == pytest.approx(one.distance, abs=1e-4)


def test_the_distance_by_hand() -> None:
    # Both durations at the median, where F = ½: the observed share jumps from 0 to 1.
    assert kolmogorov_smirnov([1.0, 1.0], LognormalDuration(0, 1)) == pytest.approx(0.5)


@given(DAYS)
def test_the_distance_is_that_of_kolmogorov_and_smirnov(days: list[float]) -> None:
    law = LognormalDuration(0.3, 1.2)
    expected = kstest(days, lognorm(law.sigma, scale=np.exp(law.mu)).cdf).statistic
    assert kolmogorov_smirnov(days, law) == pytest.approx(expected)


def test_a_short_record_is_drawn_towards_the_market() -> None:
    # n = 10: half way from 2 to 0 is 1, and the pooled spread 1.5 as n < 20.
    pooled = LognormalDuration(0.0, 1.5)
    assert shrunk_law(fit_of(10, 2.0, 0.5), pooled) == LognormalDuration(1.0, 1.5)
    # n = 30: 30/40 · 2 = 1.5, and its own spread.
    assert shrunk_law(fit_of(30, 2.0, 0.5), pooled) == LognormalDuration(1.5, 0.5)
    assert shrunk_law(fit_of(19, 2.0, 0.5), pooled).sigma == 1.5
    assert shrunk_law(fit_of(20, 2.0, 0.5), pooled).sigma == 0.5
    assert shrunk_law(None, pooled) == pooled


def test_shrinkage_gives_the_reference_rows_of_openai() -> None:
    # fixtures/rates.csv: 161 incidents, mean .345 in ln hours, pooled .156; in ln days less ln 24:
    # 161/171 · .345 + 10/171 · .156 - 3.1781 = -2.8441.
    fit = fit_of(161, 0.345 - log(24), 1.1054)
    law = shrunk_law(fit, LognormalDuration(0.156 - log(24), 1.204))
    assert law.mu == pytest.approx(-2.8441, abs=1e-3)
    assert law.sigma == 1.1054


@pytest.mark.parametrize(
    ("lost", "told", "factor"), [(17.7, 64.2, 0.28), (8.2, 20.3, 0.40), (31.3, 54.6, 0.57)]
)
def test_calibration_of_three_providers(lost: float, told: float, factor: float) -> None:
    # Chu et al., ICPE 2025, September 2023 to August 2024: hours lost on the uptime page over
    # Σ span · severity. Two incidents: half of it critical (1.0), half major (0.3).
    spans = [IncidentSpan(told / 2, 1.0), IncidentSpan(told / 2 / 0.3, 0.3)]
    assert severity_calibration(spans, lost_hours=lost) == pytest.approx(factor, abs=0.005)


def test_all_three_together_are_calibrated_by_0_41() -> None:
    # (17.7 + 8.2 + 31.3)/(64.2 + 20.3 + 54.6) = 57.2/139.1 = 0.411.
    spans = [IncidentSpan(hours, 1.0) for hours in (64.2, 20.3, 54.6)]
    assert severity_calibration(spans, lost_hours=57.2) == pytest.approx(0.411, abs=5e-4)


def test_calibration_never_raises_severity_and_is_unknown_without_incidents() -> None:
    assert severity_calibration([IncidentSpan(1, 1)], lost_hours=5) == 1
    assert severity_calibration([], lost_hours=5) is None
