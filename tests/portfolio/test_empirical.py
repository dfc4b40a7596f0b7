"""Risk measures of simulated years, on years that can be sorted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.portfolio.empirical import (
    paired_errors,
    resampled,
    return_level,
    standard_error_of_mean,
    tail_value_at_risk,
    tail_weights,
    value_at_risk,
)

TIED = np.array([0.0] * 94 + [10.0] * 4 + [20.0, 30.0])

years = st.lists(st.integers(0, 20), min_size=2, max_size=60).map(
    lambda values: np.array(values, dtype=float)
)


def test_value_at_risk_is_the_smallest_loss_that_covers_the_level() -> None:
    # F(0) = .94 and F(10) = .98 reach .94 and .98 exactly: both count as covered.
    assert value_at_risk(TIED, 0.94) == 0
    assert value_at_risk(TIED, 0.95) == 10
    assert value_at_risk(TIED, 0.98) == 10
    assert value_at_risk(TIED, 0.99) == 20


def test_years_tied_with_the_value_at_risk_share_what_is_left_of_the_tail() -> None:
    # k = 100 · 5 % = 5 years. Two lie above 10; the four years at 10 share the other three:
    # weight 3/4 each. TVaR = (20 + 30 + 4 · ¾ · 10) / 5 = 80 / 5 = 16.
    weights = tail_weights(TIED, 0.95)
    assert weights[94:98] == pytest.approx([0.75 / 5] * 4)
    assert weights[98:] == pytest.approx([0.2, 0.2])
    assert weights.sum() == pytest.approx(1)
    assert tail_value_at_risk(TIED, 0.95) == pytest.approx(16)


def test_a_tail_of_half_a_year_is_half_of_the_worst_year() -> None:
    # k = 100 · ½ % = ½: the worst year alone, whatever its weight.
    assert tail_value_at_risk(TIED, 0.995) == pytest.approx(30)


@settings(max_examples=60)
@given(years, st.floats(0, 0.98), st.floats(0, 0.98))
def test_the_tail_mean_is_above_the_quantile_and_rises_with_the_level(
    losses: np.ndarray, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    assert tail_value_at_risk(losses, low) >= value_at_risk(losses, low) - 1e-9
    assert tail_value_at_risk(losses, high) >= tail_value_at_risk(losses, low) - 1e-9
    assert tail_value_at_risk(losses, 0) == pytest.approx(losses.mean())


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 0.98))
def test_the_tail_of_a_sum_is_at_most_the_sum_of_tails(seed: int, level: float) -> None:
    one, other = np.random.default_rng(seed).exponential(size=(2, 50))
    whole = tail_value_at_risk(one + other, level)
    assert whole <= tail_value_at_risk(one, level) + tail_value_at_risk(other, level) + 1e-9
    # Losses that always come together do not diversify at all.
    assert tail_value_at_risk(2 * one, level) == pytest.approx(2 * tail_value_at_risk(one, level))


def test_the_standard_error_of_the_mean() -> None:
    # 1, 2, 3, 4: squared deviations 2.25 + .25 + .25 + 2.25 = 5; s² = 5/3; s/√4 = .6455.
    assert standard_error_of_mean(np.array([1.0, 2, 3, 4])) == pytest.approx((5 / 3 / 4) ** 0.5)
    assert standard_error_of_mean(np.array([1.0])) == float("inf")


def test_return_levels_are_straight_between_ranks() -> None:
    # Of four years the largest comes back every 4, the second every 2, the third every 4/3.
    losses = np.array([40.0, 10, 30, 20])
    assert return_level(losses, 4) == 40
    assert return_level(losses, 2) == 30
    assert return_level(losses, 3) == pytest.approx(35)


def test_resampling_only_the_top_spreads_like_resampling_every_year() -> None:
    losses = np.random.default_rng(5).lognormal(sigma=1.0, size=2_000)
    _, tail = resampled(losses, 0.95, seed=1)
    draws = np.random.default_rng(2)
    plain = [tail_value_at_risk(draws.choice(losses, size=len(losses)), 0.95) for _ in range(400)]
    # Two estimates of one spread from 400 resamples: each is off by 1/√800 = 3.5 %, so 15 % is
    # three standard errors of their difference.
    assert tail.standard_error == pytest.approx(np.std(plain, ddof=1), rel=0.15)
    assert tail.low < tail_value_at_risk(losses, 0.95) < tail.high
    assert resampled(losses, 0.95, seed=1) == resampled(losses, 0.95, seed=1)


def test_errors_of_a_change_come_from_resampling_pairs() -> None:
    random = np.random.default_rng(5)
    before = random.lognormal(sigma=1.0, size=2_000)
    after = before * random.uniform(0.8, 1.1, size=2_000)
    found = paired_errors(before, after, 0.95, seed=1)
    plain = np.zeros((400, 2))
    for row in plain:
        years = random.integers(2_000, size=2_000)
        old, new = before[years], after[years]
        row[0] = value_at_risk(new, 0.95) - value_at_risk(old, 0.95)
        row[1] = tail_value_at_risk(new, 0.95) - tail_value_at_risk(old, 0.95)
    # As above: 15 % is three standard errors of the difference of two such estimates.
    assert found == pytest.approx(plain.std(axis=0, ddof=1), rel=0.15)
    # Much surer than two unpaired tails would be.
    assert found[1] < 0.5 * resampled(before, 0.95, seed=1)[1].standard_error
    assert paired_errors(before, before, 0.95, seed=1) == (0.0, 0.0)
