"""Gamma laws of a rate, the discounted filter, forecasts, and rates judged or never seen."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from risk.hazard.frequency import (
    CountForecast,
    GammaLaw,
    Observation,
    count_forecast,
    filtered_rates,
)

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=24)


def test_mean_and_variance_of_a_gamma_law() -> None:
    # a = 4 events in b = 2 years: mean 2 a year, variance 4/2² = 1.
    assert (GammaLaw(4, 2).mean, GammaLaw(4, 2).variance) == (2, 1)


def test_an_interval_holds_its_share_of_the_law() -> None:
    low, high = GammaLaw(4, 2).interval(0.9)
    assert gamma.cdf(high, 4, scale=0.5) - gamma.cdf(low, 4, scale=0.5) == pytest.approx(0.9)
    assert gamma.cdf(low, 4, scale=0.5) == pytest.approx(0.05)


def test_the_chance_of_an_event_averages_over_the_unknown_rate() -> None:
    # a = 1, b = 2 years, half a year ahead: 1 - 2/2.5 = 0.2.
    assert GammaLaw(1, 2).probability_within(182.5) == pytest.approx(0.2)
    # Less than at the mean rate: 1 - e^{-.25} = 0.221, for 1 - e^{-x} is concave.
    assert GammaLaw(1, 2).probability_within(182.5) < 1 - exp(-0.25)


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
    forecast = count_forecast(GammaLaw(6, 0.5), years=0.25)
    assert forecast.probability == pytest.approx(2 / 3)
    assert forecast.mean == pytest.approx(3)
    assert forecast.variance == pytest.approx(4.5)
    # P(0) = (2/3)^6 = 64/729.
    assert forecast.probability_of(0) == pytest.approx(64 / 729)


def test_a_forecast_is_poisson_averaged_over_the_rate() -> None:
    law, years = GammaLaw(3.5, 0.8), 0.25
    mixed, _ = quad(
        lambda rate: poisson.pmf(2, rate * years) * gamma.pdf(rate, 3.5, scale=1 / 0.8), 0, np.inf
    )
    assert count_forecast(law, years=years).probability_of(2) == pytest.approx(mixed, rel=1e-7)


@given(st.floats(0.1, 50), st.floats(0.05, 20), st.floats(0.05, 0.95))
def test_a_quantile_is_the_smallest_count_that_reaches_its_level(
    shape: float, years: float, level: float
) -> None:
    forecast = count_forecast(GammaLaw(shape, years), years=1 / 12)
    found = forecast.quantile(level)
    assert forecast.probability_up_to(found) >= level - 1e-9
    assert found == 0 or forecast.probability_up_to(found - 1) < level + 1e-9


def test_two_months_of_the_filter_by_hand() -> None:
    # Start a = 2, b = 1; δ = 0.8; months of 0.1 y with 3 and 0 events.
    # Month 1: predicted with (1.6, .8), then (4.6, .9). Month 2: (3.68, .72), then (3.68, .82).
    first, second = filtered_rates(
        [Observation(3, 0.1), Observation(0, 0.1)], start=GammaLaw(2, 1), discount=0.8
    )
    assert (first.predictive.shape, first.predictive.years) == pytest.approx((1.6, 0.8))
    assert (first.reported.shape, first.reported.years) == pytest.approx((4.6, 0.9))
    assert (second.predictive.shape, second.predictive.years) == pytest.approx((3.68, 0.72))
    assert (second.reported.shape, second.reported.years) == pytest.approx((3.68, 0.82))
    # The forecast of month 2 was made before its count: mean .1·3.68/.72.
    assert second.forecast == CountForecast(
        second.predictive.shape,
        pytest.approx(0.72 / 0.82),  # type: ignore[arg-type]
    )


@given(COUNTS)
def test_without_forgetting_the_filter_ends_at_the_posterior_of_all_counts(
    counts: list[int],
) -> None:
    # Relation 33: δ = 1 equals the batch conjugate posterior Gamma(a + Σy, b + ΣΔ).
    last = filtered_rates(map(Observation, counts), start=GammaLaw(2, 0.5), discount=1)[-1]
    assert last.reported.shape == pytest.approx(2 + sum(counts))
    assert last.reported.years == pytest.approx(0.5 + len(counts) / 12)


@given(COUNTS, st.floats(0.5, 0.99))
def test_a_discount_keeps_the_mean_and_widens_the_law(counts: list[int], discount: float) -> None:
    for state in filtered_rates(map(Observation, counts), start=GammaLaw(2, 0.5), discount=1):
        (one,) = filtered_rates([Observation(0, 0)], start=state.reported, discount=discount)
        assert one.predictive.mean == pytest.approx(state.reported.mean)
        assert one.predictive.variance > state.reported.variance


@given(COUNTS)
def test_one_more_event_never_lowers_the_rate(counts: list[int]) -> None:
    more = [*counts[:-1], counts[-1] + 1]
    low, high = (
        filtered_rates(map(Observation, months), start=GammaLaw(2, 0.5), discount=0.8)[-1]
        for months in (counts, more)
    )
    assert high.reported.mean > low.reported.mean


def test_after_a_change_of_regime_forgetting_comes_closer() -> None:
    # A year of 4 a month, then half a year of 16: the truth is 192 a year.
    months = [Observation(4)] * 12 + [Observation(16)] * 6
    kept, forgot = (
        filtered_rates(months, start=GammaLaw(4, 1 / 12), discount=discount)[-1].reported.mean
        for discount in (1.0, 0.8)
    )
    assert abs(forgot - 192) < abs(kept - 192)


@pytest.mark.parametrize(("events", "years"), [(-1, 1.0), (1, 0.0), (0, -1.0)])
def test_counts_that_cannot_be_are_refused(events: int, years: float) -> None:
    with pytest.raises(ValueError, match="Count events"):
        Observation(events, years)


@pytest.mark.parametrize("discount", [0, 1.1, -0.5])
def test_a_discount_outside_its_range_is_refused(discount: float) -> None:
    with pytest.raises(ValueError, match="discount"):
        filtered_rates([Observation(1)], start=GammaLaw(1, 1), discount=discount)
