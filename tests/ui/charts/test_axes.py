"""Marks of axes: round, few, and written as in the sentences beside them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.charts.axes import money_axis, money_marks, percent_axis, round_marks


def test_money_is_written_as_in_the_sentences() -> None:
    # From 0 to 1.9 M in at most six marks: 1.9 M / 5 = 380 k, the next round step is 500 k.
    axis = money_axis([340_000.0, 1_900_000.0])
    assert axis["ticktext"] == ["$0", "$500k", "$1M", "$1.5M", "$2M"]
    assert axis["tickvals"] == [0.0, 500_000.0, 1_000_000.0, 1_500_000.0, 2_000_000.0]


def test_a_billion_is_no_giga() -> None:
    assert money_axis([2.1e9], most=4)["ticktext"] == ["$0", "$1bn", "$2bn"]


def test_an_axis_without_zero_keeps_to_its_ends() -> None:
    # 4.1 to 4.9 M: 0.8 M / 5 = 160 k, so every 200 k.
    assert money_marks(4.1e6, 4.9e6)["ticktext"] == ["$4.2M", "$4.4M", "$4.6M", "$4.8M"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (0.99, 1.0, ["99.0 %", "99.2 %", "99.4 %", "99.6 %", "99.8 %", "100.0 %"]),
    ],
)
def test_shares_are_written_with_as_many_digits_as_tell_them_apart(
    low: float, high: float, expected: list[str]
) -> None:
    assert percent_axis(low, high)["ticktext"] == expected


def test_nothing_to_draw_has_one_mark() -> None:
    assert money_axis([])["ticktext"] == ["$0"]


@given(st.floats(1e-3, 1e12), st.integers(3, 9))
def test_marks_are_evenly_apart_and_reach_almost_to_the_end(high: float, most: int) -> None:
    marks = round_marks(0.0, high, most=most)
    assert marks[0] == 0
    step = marks[1]
    assert all(abs(b - a - step) <= 1e-9 * high + 1e-11 for a, b in pairwise(marks))
    # The last mark is less than a step below the end; the end has at most `most` marks below it.
    assert marks[-1] + step > high
    assert sum(one <= high for one in marks) <= most
