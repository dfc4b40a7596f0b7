"""Every key's draws are stratified in every prefix, and depend on nothing but the key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from risk.loss.draws import CUT, normals, row_seeds, seed_of, uniforms


def seeds(*words: str) -> np.ndarray:
    return np.array([seed_of(one) for one in words], dtype=np.uint32)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(0, 10))
def test_every_prefix_of_a_power_of_two_hits_each_stratum_once(seed, power):
    worlds = 2**power
    drawn = uniforms(np.array([seed], dtype=np.uint32), worlds)[:, 0]
    assert sorted(np.floor(drawn * worlds).astype(int)) == list(range(worlds))


def test_two_keys_are_not_shuffled_alike():
    # Worlds 2j and 2j + 1 lie in opposite halves for every key, so that pairs of worlds count once:
    # two shuffles of 256 worlds correlate by up to 0.8 · √(2/256) = 0.07 on average.
    drawn = uniforms(seeds(*(f"key {number}" for number in range(40))), 256)
    correlation = np.corrcoef(drawn.T)
    apart = np.abs(correlation[np.triu_indices(40, 1)])
    assert apart.max() < 0.4
    assert 0.03 < apart.mean() < 0.08


def test_pairs_fill_the_square():
    # Of 1,024 worlds each of 16 squares holds 64 on average, 8 of them by chance more or less.
    drawn = uniforms(seeds("one", "other"), 1024)
    held = np.histogram2d(drawn[:, 0], drawn[:, 1], bins=4, range=((0, 1), (0, 1)))[0]
    assert 30 < held.min() <= held.max() < 98


def test_draws_do_not_depend_on_what_else_is_drawn_or_on_how_many_worlds():
    alone = uniforms(seeds("recapture"), 64)
    among = uniforms(seeds("something new", "recapture", "another"), 256)
    np.testing.assert_array_equal(alone[:, 0], among[:64, 1])
    later = uniforms(seeds("recapture"), 32, first=32)
    np.testing.assert_array_equal(alone[32:], later)


def test_fields_of_rows_have_seeds_of_their_own():
    rows = np.arange(500, dtype=np.uint32)
    found = {int(seed) for field in range(12) for seed in row_seeds(rows, field)}
    assert len(found) == 6_000


def test_quantiles_are_those_of_the_normal_law_up_to_the_cut():
    levels = np.linspace(0.011, 0.989, 400)
    np.testing.assert_allclose(normals(levels), ndtri(levels), atol=2e-6)
    assert normals(np.array([1e-9, 1 - 1e-9])) == pytest.approx([-CUT, CUT])
