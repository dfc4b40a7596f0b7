"""Lognormal fits, shrinkage and calibration, checked by hand."""

from math import e, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import beta, genpareto, lognorm

from risk.hazard.durations import (
    MOST_TAIL_SHAPE,
    LengthFit,
    LengthTail,
    LognormalDuration,
    drawn_tail,
    fit_lengths,
    fit_tail,
    shrunk_law,
    spliced_law,
)

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
    # fixtures/rates.csv: 158 incidents up to a day, mean .287 in ln hours, pooled .086; in ln days
    # less ln 24: 158/168 · .287 + 10/168 · .086 - 3.1781 = -2.9031.
    fit = LengthFit(158, 0.287 - log(24), 1.0324)
    law = shrunk_law(fit, LognormalDuration(0.086 - log(24), 1.117))
    assert law.mu == pytest.approx(-2.9028, abs=1e-3)
    assert law.sigma == 1.0324


def test_a_share_above_a_day_is_drawn_towards_the_market() -> None:
    pooled = LengthTail(0.02, 0.6, 0.4)
    # Ten longer than a day come of 10/0.02 = 500 incidents. 6 of 300: (6 + 10)/(300 + 500) = 2 %;
    # none of 500: 10/1000 = 1 %; nobody watched: as the market. Shape and scale are the market's.
    assert drawn_tail(pooled, incidents=300, beyond=6) == pooled
    assert drawn_tail(pooled, incidents=500, beyond=0) == LengthTail(0.01, 0.6, 0.4)
    assert drawn_tail(pooled, incidents=0, beyond=0) == pooled
    nobody = LengthTail(0.0, 0.6, 0.4)
    assert drawn_tail(nobody, incidents=10, beyond=0) == nobody


def test_the_law_of_a_provider_has_its_own_body_and_the_drawn_tail() -> None:
    pooled = LengthTail(0.02, 0.6, 0.4)
    # Up to a day 0.1 and 0.4 days: the mean of their logarithms is ln 0.2, the spread ln 2.
    law = spliced_law(np.array([0.1, 0.4, 2.0]), pooled)
    assert law is not None
    assert (law.body.mu, law.body.sigma) == pytest.approx((log(0.2), log(2)))
    assert law.tail == LengthTail(11 / 503, 0.6, 0.4)
    assert spliced_law(np.array([0.1, 2.0, 3.0]), pooled) is None


def test_a_tail_is_the_likeliest_of_all() -> None:
    days = 1 + genpareto.ppf((np.arange(400) + 0.5) / 400, 0.5, scale=0.3)
    fit = fit_tail([*days, *[0.1] * 1200, None, 0.0])
    assert fit is not None
    assert (fit.incidents, fit.beyond, fit.tail.share) == (1600, 400, 0.25)
    # Even quantiles lack what lies beyond them, so that the shape comes out a little lower.
    assert fit.tail.shape == pytest.approx(0.5, abs=0.02)
    shape, _, scale = genpareto.fit(days - 1, floc=0)
    assert (fit.tail.shape, fit.tail.scale_days) == pytest.approx((shape, scale), rel=1e-3)
    assert fit.shape_range[0] < 0.5 < fit.shape_range[1]
    # Clopper and Pearson: the share at which so many or more, or so few or fewer, have 5 %.
    assert fit.share_range == pytest.approx((beta.ppf(0.05, 400, 1201), beta.ppf(0.95, 401, 1200)))


def test_a_tail_without_a_mean_is_held_where_it_has_one() -> None:
    days = 1 + genpareto.ppf((np.arange(50) + 0.5) / 50, 1.4, scale=0.3)
    fit = fit_tail(days)
    assert fit is not None
    assert fit.free_shape > 1.2
    assert fit.tail.shape == MOST_TAIL_SHAPE
    # The scale is the likeliest for that shape.
    likelihood = [
        genpareto.logpdf(days - 1, MOST_TAIL_SHAPE, scale=fit.tail.scale_days * one).sum()
        for one in (0.98, 1.0, 1.02)
    ]
    assert max(likelihood) == likelihood[1]


def test_lengths_that_are_thinner_than_exponential_have_the_least_shape() -> None:
    fit = fit_tail([1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 0.5])
    assert fit is not None
    assert fit.tail.shape < 0.01
    assert fit.shape_range[0] == 0
    # An exponential law has the mean excess (0.5 + … + 1.0)/6 = 0.75 days as its scale.
    assert fit.tail.scale_days == pytest.approx(0.75, rel=0.01)


def test_four_long_ones_are_too_few_for_a_tail() -> None:
    assert fit_tail([2.0, 3.0, 4.0, 5.0, *[0.1] * 50]) is None
    assert fit_tail([]) is None
