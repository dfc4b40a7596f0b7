"""Bars of a median with its range: where their parts begin and end."""

import base64
import re
from dataclasses import replace

import pytest

from risk.portfolio.results import Interval
from ui.theme import DARK, LIGHT, Palette
from ui.uncertainty import Spread, bar_html, bar_picture, shares_html, spread_of, widest

SPREAD = Spread(low=20.0, median=40.0, high=100.0, facts=0.25)


def test_facts_alone_leave_the_root_of_their_share_of_the_width() -> None:
    # A quarter of the variance is half of the width: 40 - 20/2 to 40 + 60/2.
    assert SPREAD.of_facts == Interval(low=30.0, high=70.0)
    nothing = Spread(low=20.0, median=40.0, high=100.0)
    assert nothing.of_facts == Interval(low=40.0, high=40.0)


def test_what_is_only_asked_has_no_median() -> None:
    assert spread_of(0.0, Interval(low=0.0, high=70.0)).asked
    assert not spread_of(0.0, Interval(low=0.0, high=0.0)).asked
    assert not spread_of(1.0, Interval(low=0.0, high=70.0)).asked


def test_the_parts_of_a_bar_stand_where_their_amounts_are() -> None:
    drawn = bar_html(SPREAD, palette=LIGHT, label="a", end=200.0)
    edges = [(float(a), float(b)) for a, b in re.findall(r"left:([\d.]+)%;width:([\d.]+)%", drawn)]
    # Of 200: all of it, the range 10 to 50 %, facts 15 to 35 %, the median at 20 %.
    assert edges == [(0.0, 100.0), (10.0, 40.0), (15.0, 20.0), (19.6, 0.8)]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_open_questions_are_hatched_without_a_median(palette: Palette) -> None:
    asked = spread_of(0.0, Interval(low=0.0, high=70.0))
    assert "repeating-linear-gradient" in bar_html(asked, palette=palette, label="a")
    assert palette.text not in bar_html(asked, palette=palette, label="a")
    picture = bar_picture(asked, palette=palette, end=100.0)
    assert "pattern" in base64.b64decode(picture.partition(",")[2]).decode()


def test_bars_that_are_compared_share_one_end_and_nothing_draws_without_fault() -> None:
    assert widest([SPREAD, Spread(low=0.0, median=1.0, high=50.0)]) == pytest.approx(112.0)
    assert widest([]) == 0.0
    nothing = Spread(low=0.0, median=0.0, high=0.0)
    assert "data:image/svg+xml" in bar_picture(nothing, palette=LIGHT, end=0.0)
    assert 'role="img"' in bar_html(nothing, palette=LIGHT, label="a")


def test_a_label_cannot_leave_its_attribute() -> None:
    drawn = bar_html(SPREAD, palette=LIGHT, label='"><script>')
    assert "<script>" not in drawn
    assert "<script>" not in shares_html([(1.0, "#000000")], palette=LIGHT, label='"><script>')


def test_small_shares_are_one_part_and_all_fill_the_bar() -> None:
    drawn = shares_html(
        [(0.5, "#111111"), (0.48, "#222222"), (0.02, "#333333")], palette=LIGHT, label="a"
    )
    widths = [float(one) for one in re.findall(r"width:([\d.]+)%", drawn)]
    assert widths == [50.0, 48.0, 2.0]
    assert "#333333" not in drawn


def test_a_bar_that_is_not_divided_has_no_dark_part_and_says_that_it_is_not() -> None:
    whole, stated = replace(SPREAD, facts=None), replace(SPREAD, facts=0.0)
    assert bar_html(whole, palette=LIGHT, label="") == bar_html(stated, palette=LIGHT, label="")
    assert "Full colour" not in whole.meaning
    assert "Full colour" in stated.meaning
