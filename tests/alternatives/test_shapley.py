"""Fair shares of a difference, done by hand and by every order."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.why_high import shapley_values

seeds = st.integers(0, 2**32 - 1)


def test_two_factors_that_help_only_together_share_what_they_bring() -> None:
    # 50 as it is, 50 with either moved, 20 with both: each order gives the second one all 30.
    assert shapley_values(np.array([50.0, 50, 50, 20])) == pytest.approx([15, 15])


def test_three_factors_by_hand() -> None:
    # S: none 60; a 50; b 40; ab 25; c 60; ac 50; bc 40; abc 25. c never matters.
    # a: from none 10, from b 15, equally often: 12.5. b: 20 and 25: 22.5. Sum 35 = 60 - 25.
    values = np.array([60.0, 50, 40, 25, 60, 50, 40, 25])
    assert shapley_values(values) == pytest.approx([12.5, 22.5, 0])


@settings(max_examples=40)
@given(seeds, st.integers(0, 5))
def test_shares_sum_to_the_whole_difference(seed: int, factors: int) -> None:
    values = np.random.default_rng(seed).random(2**factors) * 100
    assert shapley_values(values).sum() == pytest.approx(values[0] - values[-1])


@settings(max_examples=20)
@given(seeds)
def test_a_share_is_the_mean_over_all_orders(seed: int) -> None:
    values = np.random.default_rng(seed).random(16)
    found = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        moved = 0
        for factor in order:
            found[factor] += values[moved] - values[moved | 1 << factor]
            moved |= 1 << factor
    assert shapley_values(values) == pytest.approx(found / len(orders))


@settings(max_examples=40)
@given(seeds)
def test_a_factor_that_never_matters_gets_nothing(seed: int) -> None:
    half = np.random.default_rng(seed).random(8)
    assert shapley_values(np.concatenate([half, half]))[3] == pytest.approx(0, abs=1e-12)


@settings(max_examples=40)
@given(seeds)
def test_factors_with_the_same_effect_get_the_same(seed: int) -> None:
    # The outcome depends only on how many are moved.
    by_count = np.random.default_rng(seed).random(5)
    values = np.array([by_count[one.bit_count()] for one in range(16)])
    assert np.ptp(shapley_values(values)) == pytest.approx(0, abs=1e-12)
