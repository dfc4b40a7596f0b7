"""Gamma laws of a rate, the discounted filter, forecasts, and rates judged or never seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from risk.hazard.frequency import (
    GammaLaw,
    count_law,
    predicted_laws,
)

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=24)


def test_mean_of_a_gamma_law() -> None:
    # a = 4 events in b = 2 years: 2 a year.
    assert GammaLaw(4, 2).mean == 2


def test_an_interval_holds_its_share_of_the_law() -> None:
    low, high = GammaLaw(4, 2).interval(0.9)
    assert gamma.cdf(high, 4, scale=0.5) - gamma.cdf(low, 4, scale=0.5) == pytest.approx(0.9)
    assert gamma.cdf(low, 4, scale=0.5) == pytest.approx(0.05)


def test_draws_have_the_laws_mean_and_are_repeatable() -> None:
    law = GammaLaw(4, 2)
    draws = law.draws(40_000, seed=1)
    assert draws.mean() == pytest.approx(2, abs=4 * 1 / 200)  # four standard errors: 1/√40,000
    assert np.array_equal(draws, law.draws(40_000, seed=1))
    assert not np.array_equal(draws, law.draws(40_000, seed=2))


@pytest.mark.parametrize(("shape", "years"), [(0, 1), (1, 0), (-1, 1)])
def test_a_law_without_record_or_shape_is_refused(shape: float, years: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        GammaLaw(shape, years)


def test_a_forecast_of_hand_checked_size() -> None:
    # a = 6, b = 0.5 y, h = 1/4 y: p = .5/.75 = 2/3; mean h·a/b = 3; variance 3·(1 + .25/.5) = 4.5.
    law = count_law(GammaLaw(6, 0.5), years=0.25)
    assert law.mean() == pytest.approx(3)
    assert law.var() == pytest.approx(4.5)
    # P(0) = (2/3)^6 = 64/729.
    assert law.pmf(0) == pytest.approx(64 / 729)


def test_a_forecast_is_poisson_averaged_over_the_rate() -> None:
    law, years = GammaLaw(3.5, 0.8), 0.25
    mixed, _ = quad(
        lambda rate: poisson.pmf(2, rate * years) * gamma.pdf(rate, 3.5, scale=1 / 0.8), 0, np.inf
    )
    assert count_law(law, years=years).pmf(2) == pytest.approx(mixed, rel=1e-7)


def test_two_months_of_the_filter_by_hand() -> None:
    # Start a = 2, b = 1; δ = 0.8; months of 0.1 y with 3 and 0 events.
    # Month 1: predicted with (1.6, .8), then (4.6, .9). Month 2: (3.68, .72), then (3.68, .82).
    laws = predicted_laws([3, 0], start=GammaLaw(2, 1), discount=0.8, years=0.1)
    assert [one.shape for one in laws] == pytest.approx([1.6, 3.68, 0.8 * 3.68])
    assert [one.years for one in laws] == pytest.approx([0.8, 0.72, 0.8 * 0.82])


@given(COUNTS)
def test_without_forgetting_the_filter_ends_at_the_posterior_of_all_counts(
    counts: list[int],
) -> None:
    # Relation 33: δ = 1 equals the batch conjugate posterior Gamma(a + Σy, b + ΣΔ).
    last = predicted_laws(counts, start=GammaLaw(2, 0.5), discount=1)[-1]
    assert last.shape == pytest.approx(2 + sum(counts))
    assert last.years == pytest.approx(0.5 + len(counts) / 12)


@given(st.floats(0.1, 50), st.floats(0.05, 20), st.floats(0.5, 0.99))
def test_a_discount_keeps_the_mean_and_widens_the_law(
    shape: float, years: float, discount: float
) -> None:
    start = GammaLaw(shape, years)
    (ahead,) = predicted_laws([], start=start, discount=discount)
    assert ahead.mean == pytest.approx(start.mean)
    assert ahead.shape / ahead.years**2 > start.shape / start.years**2


@given(COUNTS)
def test_one_more_event_never_lowers_the_rate(counts: list[int]) -> None:
    more = [*counts[:-1], counts[-1] + 1]
    low, high = (
        predicted_laws(months, start=GammaLaw(2, 0.5), discount=0.8)[-1]
        for months in (counts, more)
    )
    assert high.mean > low.mean


def test_after_a_change_of_regime_forgetting_comes_closer() -> None:
    # A year of 4 a month, then half a year of 16: the truth is 192 a year.
    kept, forgot = (
        predicted_laws([4] * 12 + [16] * 6, start=GammaLaw(4, 1 / 12), discount=discount)[-1].mean
        for discount in (1.0, 0.8)
    )
    assert abs(forgot - 192) < abs(kept - 192)


@pytest.mark.parametrize("discount", [0, 1.1, -0.5])
def test_a_discount_outside_its_range_is_refused(discount: float) -> None:
    with pytest.raises(ValueError, match="discount"):
        predicted_laws([1], start=GammaLaw(1, 1), discount=discount)
