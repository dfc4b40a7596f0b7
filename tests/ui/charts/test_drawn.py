"""Charts as HTML: where bars, stretches, lines and dots begin and end, and that text stays text."""

import re
from base64 import b64decode
from datetime import date

import pytest

from ui.charts import drawn
from ui.theme import DARK, LIGHT, Palette
from ui.uncertainty import Spread

HOSTILE = '"><script>alert(1)</script>'


def widths(html: str) -> list[tuple[float, float]]:
    found = re.findall(r"left:([\d.]+)%;width:([\d.]+)%", html)
    return [(float(left), float(width)) for left, width in found]


def picture_of(html: str) -> str:
    return b64decode(html.partition("base64,")[2].partition('"')[0]).decode()


def test_bars_with_ranges_share_one_scale_from_zero() -> None:
    wide = drawn.ranged("Ash", Spread(low=0.0, median=50.0, high=100.0))
    short = drawn.ranged("Birch", Spread(low=28.0, median=42.0, high=56.0))
    found = widths(drawn.bars_html([wide, short], palette=LIGHT, alt="a"))
    # The scale ends at 1.12 of the largest, 112: 100 is 89.29 %, 28 to 56 is 25 to 50 %.
    assert found[1] == (0.0, 89.29)
    assert found[4] == (25.0, 25.0)


def test_a_range_stands_beside_its_amount_in_words() -> None:
    bar = drawn.ranged("Ash", Spread(low=1e6, median=2e6, high=4e6), href="startup?startup=Ash")
    html = drawn.bars_html([bar], palette=LIGHT, alt="a")
    assert "$2.0M" in html
    assert "$1.0M–4.0M" in html
    assert 'href="startup?startup=Ash"' in html


def test_an_address_keeps_names_whole() -> None:
    assert drawn.address("startup", portfolio="a&b", startup="R D/1") == (
        "startup?portfolio=a%26b&startup=R+D%2F1"
    )


def test_a_stretch_lies_between_its_days_on_the_scale_of_all() -> None:
    first = drawn.Stretch(
        label="a", said="late by 5 days", start=date(2026, 1, 1), end=date(2026, 1, 26), late=True
    )
    last = drawn.Stretch(
        label="b", said="12 days of slack", start=date(2026, 2, 20), end=date(2026, 4, 11)
    )
    html = drawn.stretches_html([first, last], today=date(2026, 1, 26), palette=LIGHT, alt="a")
    # 100 days over 96 % after 2 %: days 0 to 25, and 50 to 100.
    assert widths(html) == [(2.0, 24.0), (50.0, 48.0)]
    assert LIGHT.loss in html
    # Today is day 25 in both.
    assert html.count("left:26.00%;top:-3px") == 2


def test_no_day_and_one_day_draw_without_fault() -> None:
    day = date(2026, 1, 1)
    one = drawn.Stretch(label="a", said="b", start=day, end=day)
    assert "1 Jan" in drawn.stretches_html([one], today=day, palette=LIGHT, alt="a")
    assert drawn.stretches_html([], today=day, palette=LIGHT, alt="a")
    assert drawn.bars_html([], palette=LIGHT, alt="a")


def test_a_line_steps_keeping_its_value_until_the_next_and_its_band_closes() -> None:
    line = drawn.Line(x=[0.0, 0.5], y=[0.2, 0.6], low=[0.1, 0.4], high=[0.3, 0.8], colour="#111111")
    html = drawn.plot_html(palette=LIGHT, alt="a", height=99, across=(), up=(), lines=[line])
    picture = picture_of(html)
    assert 'polyline points="0.0,800.0 500.0,800.0 500.0,400.0"' in picture
    band = re.findall(r'polygon points="([^"]+)"', picture)[0].split()
    assert band == ["0.0,700.0", "500.0,700.0", "500.0,200.0", "500.0,600.0", "500.0,900.0",
                    "0.0,900.0"]  # fmt: skip


def test_marks_beyond_the_scale_are_left_out() -> None:
    marks = drawn.scaled({"tickvals": [0.0, 50.0, 100.0], "ticktext": ["0", "fifty", "100"]}, 80.0)
    html = drawn.plot_html(palette=LIGHT, alt="a", height=99, across=marks, up=())
    assert "left:62.50%" in html  # 50 of 80
    assert "100</div>" not in html


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_text_leaves_its_place(palette: Palette) -> None:
    dot = drawn.Dot(x=0.5, y=0.5, colour="#111111", said=HOSTILE, sign="1")
    day = date(2026, 1, 1)
    stretch = drawn.Stretch(label=HOSTILE, said=HOSTILE, start=day, end=day, href=HOSTILE)
    bar = drawn.Bar(label=HOSTILE, said=HOSTILE, note=HOSTILE, share=0.5, href=HOSTILE)
    for html in (
        drawn.bars_html([bar], palette=palette, alt=HOSTILE),
        drawn.stretches_html([stretch], today=day, palette=palette, alt=HOSTILE),
        drawn.plot_html(
            palette=palette, alt=HOSTILE, height=9, across=[(0.5, HOSTILE)], up=[(0.5, HOSTILE)],
            dots=[dot],
        ),
        drawn.numbered_html([(dot, HOSTILE, HOSTILE)], palette=palette),
        drawn.strip_html([(0.0, 0.5, "#111111")], label=HOSTILE, palette=palette),
    ):  # fmt: skip
        assert "<script" not in html
