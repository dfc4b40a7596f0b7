"""Scores of forecasts against hand-computed answers and numerical integrals."""

from math import exp

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import lognorm, nbinom, poisson

from risk.hazard.scoring_rules import (
    brier,
    coverage_band,
    crps_of_counts,
    crps_of_exponential,
    crps_of_lognormal,
    crps_of_sample,
    mean_known,
    skill,
)


def test_a_two_point_law_is_scored_by_hand():
    # P(0) = P(2) = ½ and 1 is seen: F(0) = ½ misses 0 by ½, F(1) = ½ misses 1 by ½: ¼ + ¼.
    # Also E|X - 1| - ½ E|X - X'| = 1 - ½ · 1.
    assert crps_of_counts(np.array([0.5, 0.5, 1.0]), 1) == 0.5


def test_a_certain_forecast_scores_its_distance():
    sure_of_two = np.array([0.0, 0.0, 1.0, 1.0])
    assert [crps_of_counts(sure_of_two, seen) for seen in (0, 1, 2, 3)] == [2, 1, 0, 1]
    # Beyond the end of the table every further count adds one.
    assert crps_of_counts(sure_of_two, 7) == 5


def test_a_negative_binomial_of_great_size_scores_like_its_poisson_limit():
    counts = np.arange(60)
    size, mean = 1e9, 5.0
    negative_binomial = nbinom.cdf(counts, size, size / (size + mean))
    for seen in (0, 5, 12):
        assert crps_of_counts(negative_binomial, seen) == pytest.approx(
            crps_of_counts(poisson.cdf(counts, mean), seen), abs=1e-6
        )


@pytest.mark.parametrize("seen", [0.2, 1.0, 7.0])
def test_the_closed_form_of_the_lognormal_is_the_integral(seen: float):
    law = lognorm(1.2, scale=exp(0.3))
    below = quad(lambda x: law.cdf(x) ** 2, 0, seen)[0]
    above = quad(lambda x: law.sf(x) ** 2, seen, np.inf)[0]
    score = crps_of_lognormal(0.3, 1.2, np.array([seen]))[0]
    assert score == pytest.approx(below + above, rel=1e-6)


def test_an_exponential_law_is_scored_by_hand():
    # Mean 1: at 0 only ½ is left, at 1 it is 1 - 2(1 - 1/e) + ½.
    scores = crps_of_exponential(1.0, np.array([0.0, 1.0]))
    assert scores == pytest.approx([0.5, 1.5 - 2 * (1 - exp(-1))])


def test_a_sample_is_scored_by_hand():
    # {0, 2}: E|X - X'| = 1. At 1: 1 - ½; at 4: (4 + 2)/2 - ½.
    assert list(crps_of_sample(np.array([0.0, 2.0]), np.array([1.0, 4.0]))) == [0.5, 2.5]


def test_probabilities_are_scored_by_their_squared_error():
    assert brier(0.8, True) == pytest.approx(0.04)
    assert brier(0.8, False) == pytest.approx(0.64)


def test_the_band_of_a_coverage_comes_from_the_binomial_law():
    # Twelve intervals of 90 %: P(X <= 7) = 0.4 % and P(X <= 8) = 2.6 %, so 8 of 12 just passes.
    assert coverage_band(12, level=0.9) == (8 / 12, 1.0)


def test_skill_is_the_share_of_the_score_that_is_saved():
    assert skill(3.0, 4.0) == 0.25
    assert skill(5.0, 4.0) == -0.25
    assert skill(1.0, 0.0) is None


def test_unknown_scores_are_left_out_of_a_mean():
    assert mean_known([1.0, None, 3.0]) == 2.0
    assert mean_known([None]) is None
