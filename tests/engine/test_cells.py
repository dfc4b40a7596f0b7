"""Masses on even cells, by hand and by both ways of laying them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.engine.cells import fast, lay, lay_on_cells
from risk.measures import at_least


def test_a_mass_is_split_between_the_cells_beside_it() -> None:
    # 0.8 at cell 1.25: three quarters of it stay in cell 1. What is beyond the end is laid on it.
    density = np.zeros(4)
    lay_on_cells(np.array([1.25, 9.0]), np.array([0.8, 0.2]), density)
    assert density == pytest.approx([0, 0.6, 0.2, 0.2], abs=1e-5)


@given(st.lists(st.tuples(st.floats(0, 12), st.floats(0, 1)), max_size=20))
def test_all_ways_of_laying_masses_agree_and_keep_sum_and_mean(
    masses: list[tuple[float, float]],
) -> None:
    position = np.array([one for one, _ in masses], dtype=float)
    probability = np.array([one for _, one in masses], dtype=float)
    found = [np.zeros(16) for _ in range(3)]
    lay_on_cells(position, probability, found[0])
    lay(position, probability, found[1])
    fast()(position, probability, found[2])
    for other in found[1:]:
        assert other == pytest.approx(found[0], abs=1e-12)
    assert found[0].sum() == pytest.approx(probability.sum())
    assert found[0] @ np.arange(16) == pytest.approx(probability @ position, abs=1e-9)


def test_between_cells_the_chance_of_more_is_straight() -> None:
    reached = np.array([1.0, 0.5, 0.1])
    asked = np.array([-2.0, 0.0, 0.5, 1.0, 1.25, 2.0, 7.0])
    assert at_least(reached, asked) == pytest.approx([1, 1, 0.75, 0.5, 0.4, 0.1, 0.1])
