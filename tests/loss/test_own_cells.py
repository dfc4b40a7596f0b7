"""The steps of a startup's own year on cells: sums of laws, Poisson numbers, the normal law."""

import numpy as np
import pytest
from scipy.special import ndtr

from risk.loss.startup_years import (
    LEVELS,
    RARE_LEVELS,
    add_rare,
    convolve,
    lay_lognormal,
    lay_mass,
    lay_poisson,
    normal_below,
    sort_keys,
)


def test_two_laws_add_up_cell_by_cell():
    # 0 or 1, and 0 or 2: 0, 1, 2 or 3.
    found = np.zeros(4)
    convolve(np.array([0.25, 0.75, 0, 0]), np.array([0.5, 0, 0.5, 0]), found)
    assert found == pytest.approx([0.125, 0.375, 0.125, 0.375])


def test_what_lies_beyond_the_last_cell_is_left_out():
    found = np.zeros(2)
    convolve(np.array([0.5, 0.5]), np.array([0.5, 0.5]), found)
    assert found == pytest.approx([0.25, 0.5])
    law = np.zeros(3)
    lay_mass(1.25, 1.0, 1.0, law)
    lay_mass(2.0, 1.0, 1.0, law)
    assert law == pytest.approx([0, 0.75, 0.25])


def test_poisson_numbers_of_two_losses_have_the_law_of_their_transform():
    # 0.3 a year of one cell, 0.2 of three, 0.1 of none and 0.05 beyond the last.
    often = np.zeros(64)
    often[[0, 1, 3]] = 0.1, 0.3, 0.2
    transform = np.exp(np.fft.fft(often, 4096) - 0.65)
    expected = np.fft.ifft(transform).real[:64]
    year = np.zeros(64)
    lay_poisson(often.copy(), 0.65, year)
    assert year == pytest.approx(expected, abs=1e-9)
    # Nothing at all: e^-0.65 of no event, and e^0.1 for events that cost nothing.
    assert year[0] == pytest.approx(np.exp(-0.55))


def test_the_normal_law_is_right_to_seven_digits():
    z = np.linspace(-9, 9, 2_001)
    assert [normal_below(one) for one in z] == pytest.approx(ndtr(z), abs=1e-7)


def test_a_lognormal_on_cells_keeps_its_mean():
    year = np.zeros(64)
    lay_lognormal(10.0, 6.0, 1.0, year)
    assert year.sum() == pytest.approx(1)
    assert year @ np.arange(64) == pytest.approx(10, rel=1e-3)
    lay_lognormal(0.0, 0.0, 1.0, year)
    assert year[0] == 1


def test_keys_come_in_order_and_equal_ones_stay_in_theirs():
    order = np.zeros(5, dtype=np.int64)
    sort_keys(5, np.array([7, 3, 7, 1, 3]), order)
    assert order.tolist() == [3, 1, 4, 0, 2]


def test_outages_are_put_into_levels_by_how_often_one_costs_so_much():
    # Levels end at 0.003, 0.01, 0.025, 0.06, 0.15 and 0.4 times a year. What costs 100 comes 0.005
    # times: 0.003·100 and 0.002·100. What costs 10 comes once: 0.005·10 fill the second level, the
    # others take their widths.
    own = np.zeros(LEVELS)
    seen, level = add_rare(100.0, 0.005, 0.0, 0, own)
    assert (seen, level) == (pytest.approx(0.005), 1)
    seen, level = add_rare(10.0, 1.0, seen, level, own)
    assert (seen, level) == (RARE_LEVELS[-1], LEVELS)
    assert own == pytest.approx([0.3, 0.2 + 0.05, 0.15, 0.35, 0.9, 2.5])
    # Beyond the last level nothing is taken in: that is the body's.
    assert add_rare(1.0, 1.0, seen, level, own) == (seen, LEVELS)
    assert own.sum() == pytest.approx(0.005 * 100 + 0.395 * 10)
