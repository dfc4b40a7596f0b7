"""The market's law of a rate, and providers drawn towards it."""

from math import lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.hazard.frequency import (
    GammaLaw,
    MarketPrior,
    ProviderRecord,
    log_likelihood,
    market_prior,
    shrunk_rate,
    weight_sentence,
)


def records(*pairs: tuple[int, float]) -> list[ProviderRecord]:
    return [
        ProviderRecord(provider=f"Provider {place}", events=events, years=years)
        for place, (events, years) in enumerate(pairs)
    ]


def prior_of(shape: float, years: float) -> MarketPrior:
    return MarketPrior(
        law=GammaLaw(shape, years), providers=5, events=1, years=1, fitted=True, note=""
    )


def test_the_likelihood_of_one_count_by_hand() -> None:
    # NegBin(n = 2; α = 3, p = β/(β + T) = 1/2): C(4, 2) (1/2)^3 (1/2)^2 = 6/32.
    assert log_likelihood(GammaLaw(3, 1), records((2, 1.0))) == pytest.approx(log(6 / 32))
    assert lgamma(5) - lgamma(3) - lgamma(3) == pytest.approx(log(6))


def test_three_providers_are_too_few_and_give_the_pooled_rate_for_a_quarter_year() -> None:
    # Critical API outages (Chu et al., ICPE 2025): 7, 0 and 19 in 1, 1 and .85 years:
    # 26/2.85 = 9.123 a year; shape .25 · 9.123 = 2.281.
    prior = market_prior(records((7, 1.0), (0, 1.0), (19, 0.85)))
    assert not prior.fitted
    assert prior.law.years == 0.25
    assert prior.law.shape == pytest.approx(2.2807, abs=1e-4)
    assert "too few" in prior.note


def test_providers_that_differ_no_more_than_chance_are_pooled() -> None:
    prior = market_prior(records(*[(10, 1.0)] * 6))
    assert (prior.fitted, prior.law.mean, prior.law.years) == (False, 10, 0.25)


def test_nobody_had_an_event() -> None:
    # Jeffreys: ½ event in 5 years, 0.1 a year.
    prior = market_prior(records(*[(0, 1.0)] * 5))
    assert prior.law.mean == pytest.approx(0.1)


def test_the_fit_is_the_highest_point_of_the_likelihood() -> None:
    known = records((42, 1.0), (29, 1.0), (30, 0.85), (5, 1.0), (12, 2.0), (80, 2.0))
    prior = market_prior(known)
    assert prior.fitted
    best = log_likelihood(prior.law, known)
    for shape in (0.9, 1.0, 1.1):
        for years in (0.9, 1.0, 1.1):
            near = GammaLaw(prior.law.shape * shape, prior.law.years * years)
            assert log_likelihood(near, known) <= best + 1e-7


def test_the_fit_finds_the_law_that_made_the_rates() -> None:
    # 400 providers, rates from Gamma(4, 0.2 y), five years each: mean 20 a year.
    random = np.random.default_rng(7)
    rates = random.gamma(4, 1 / 0.2, 400)
    prior = market_prior(records(*((int(random.poisson(5 * rate)), 5.0) for rate in rates)))
    assert prior.fitted
    assert prior.law.mean == pytest.approx(20, rel=0.1)
    assert prior.law.shape == pytest.approx(4, rel=0.25)


def test_a_provider_between_its_record_and_the_market() -> None:
    # Gamma(2.5, .25) and 7 events in 1 year: 9.5/1.25 = 7.6 a year; weight .25/1.25 = 20 %.
    shrunk = shrunk_rate(records((7, 1.0))[0], prior_of(2.5, 0.25))
    assert shrunk.law.mean == pytest.approx(7.6)
    assert shrunk.prior_weight == pytest.approx(0.2)
    # The mean is the weighted mean: .2 · 10 + .8 · 7.
    assert shrunk.law.mean == pytest.approx(0.2 * 10 + 0.8 * 7)
    assert shrunk.sentence == "20 % market average, 80 % this provider's record"


@given(st.floats(0, 1))
def test_the_two_weights_of_the_sentence_make_a_hundred(weight: float) -> None:
    words = weight_sentence(weight).split()
    assert int(words[0]) + int(words[4]) == 100


@settings(max_examples=50)
@given(st.integers(0, 50), st.floats(0.5, 20), st.floats(0.05, 5))
def test_much_record_gives_the_own_rate_and_none_gives_the_markets(
    events: int, shape: float, years: float
) -> None:
    # Relation 32: T → ∞ is the own rate, T → 0 the prior.
    prior = prior_of(shape, years)
    long = shrunk_rate(records((events * 10**7, 1e7))[0], prior)
    assert long.law.mean == pytest.approx(events, rel=1e-4, abs=1e-5)
    assert long.prior_weight < 1e-6
    assert shrunk_rate(records((0, 0.0))[0], prior).law == prior.law


def test_a_market_without_any_record_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one provider"):
        market_prior(records((0, 0.0)))
