"""The course of a disruption drawn: bars along the days, and the finding in words."""

from dataclasses import replace

import pytest

from risk.scenarios.results import Stage, StartupState
from tests.ui.small_pages import HIT
from ui.charts.course import course_alt, course_figure, days_in, of_startups, span, state_colours
from ui.theme import DARK, LIGHT, contrast

NOTICED = (
    Stage(state=StartupState.NOTICE, from_day=-14, to_day=0),
    Stage(state=StartupState.WAITING, from_day=0, to_day=3),
    Stage(state=StartupState.SWITCHED, from_day=3, to_day=None),
)
SHORT = (
    Stage(state=StartupState.BUFFER, from_day=0, to_day=0.25),
    Stage(state=StartupState.DEGRADED, from_day=0.25, to_day=1),
    Stage(state=StartupState.RECOVERED, from_day=1, to_day=None),
)


def test_every_stage_is_a_bar_from_its_first_to_its_last_day() -> None:
    figure = course_figure([("Ash", NOTICED)], palette=LIGHT)
    bars = {one.name: (one.base[0], one.base[0] + one.x[0]) for one in figure.data}
    assert bars["Noticed, still served"] == (-14, 0)
    assert bars["Down, waiting"] == (0, 3)
    # What does not end is drawn a little beyond the last change: 3 + 12 % of 17 days.
    assert bars["Switched"] == (3, pytest.approx(5.04))


def test_a_short_outage_is_drawn_in_hours() -> None:
    figure = course_figure([("Ash", SHORT)], palette=LIGHT)
    bars = {one.name: (one.base[0], one.base[0] + one.x[0]) for one in figure.data}
    assert bars["Hardly noticed"] == (0, pytest.approx(6))
    assert "Hours" in figure.layout.xaxis.title.text


def test_a_long_notice_is_cut_and_an_endless_course_has_an_end() -> None:
    long = (Stage(state=StartupState.NOTICE, from_day=-700, to_day=0),)
    assert span([("Ash", long)])[0] == -30
    endless = (Stage(state=StartupState.DEARER, from_day=0, to_day=None),)
    assert days_in(endless, StartupState.DEARER) == 180
    assert course_figure([("Ash", endless)], palette=LIGHT).data


def test_the_finding_says_who_waits_longest() -> None:
    waiting = replace(HIT[0], stages=NOTICED)
    degraded = replace(HIT[1], stages=SHORT)
    assert "1 company wait without service, Ash for 3 days; 1 run on a backup" in course_alt(
        (waiting, degraded)
    )
    assert "nobody is down without a backup" in course_alt((degraded,))
    assert [label for label, _ in of_startups((waiting, degraded))] == ["Ash", "Birch $ [x]"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_down_and_switched_stand_out_from_the_page(palette) -> None:
    colours = state_colours(palette)
    for state in (StartupState.WAITING, StartupState.SWITCHED, StartupState.DEGRADED):
        assert contrast(colours[state], palette.background) >= 3
