"""What a link to one hour leaves out is nowhere in it, and contacts are in none."""

import json
from dataclasses import replace
from typing import Any

import pytest

from db.sharing.hour_content import hour_content
from db.sharing.presets import Preset
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.calls import Hour, failed_hour, hour_of, next_news
from risk.scenarios.replay import frame_at, open_replay
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.scenarios.test_replay import KINDS, LAID_OUT, START, WORLD, moment, replay
from tests.sharing.test_content import names_in, showing
from tests.ui import sample
from ui.share_page.page import report_page

SETTING = open_replay(LAID_OUT, "Alpha", catalog=WORLD, kinds=KINDS, seed=7)
NEWS = replay(moment(-5, "backer_commits"), moment(0, "chief_executive_dismissed"))
HOUR = hour_of(SETTING, frame_at(SETTING, NEWS, START))
DOWN = failed_hour(
    stress(LAID_OUT, Scenario(id="", title="", root="Alpha", kind=FailureKind.OUTAGE, days=2.0)),
    (),
    START,
    None,
)
SOURCE = "a call with Direct's founder"
#: For what each preset leaves out, the fields that would tell it.
TOLD_BY = {
    Preset.MONEY: (
        *("loss_usd", "loss_low_usd", "loss_median_usd", "loss_high_usd", "move_all_usd"),
        *("urgency", "decision", "say", "bridge", "break_even_probability", "days_down"),
        *("runway_months_after", "newly_out_of_cash", "call", "prepare", "watch"),
    ),
    Preset.OUTLINE: ("provider", "at", "news", "source", "hit_through", "loss_usd", "say"),
}


def content(preset: Preset, hour: Hour = HOUR, *, most: int = 5_000) -> dict[str, Any]:
    numbers = LAID_OUT.assumptions
    coming = hour.hazard and next_news(hour.hazard, "Alpha", kinds=KINDS, numbers=numbers)
    return hour_content(
        hour,
        sample.ASSESSMENT,
        showing(preset),
        coming=coming or (),
        source=SOURCE,
        is_ours=False,
        most=most,
    )


def page(preset: Preset, hour: Hour = HOUR) -> str:
    return report_page(json.loads(json.dumps(content(preset, hour))), digest="0" * 64)


@pytest.mark.parametrize("preset", TOLD_BY)
def test_what_is_left_out_has_no_field_anywhere(preset: Preset) -> None:
    told = set(TOLD_BY[preset])
    assert told <= names_in(content(Preset.EVERYTHING))
    assert not told & names_in(content(preset))


@pytest.mark.parametrize("hour", [HOUR, DOWN], ids=["news", "failed"])
@pytest.mark.parametrize("preset", Preset)
def test_the_page_can_be_shown_whatever_is_left_out(preset: Preset, hour: Hour) -> None:
    assert "<h2>Whom to call first</h2>" in page(preset, hour)


@pytest.mark.parametrize("preset", Preset)
def test_nobody_is_told_who_sees_to_a_company(preset: Preset) -> None:
    assert not {"watched_by", "contact_email"} & names_in(content(preset))


def test_the_link_shows_this_hour_and_nothing_else_of_the_portfolio() -> None:
    shown = content(Preset.EVERYTHING)
    assert {one["startup"] for one in shown["startups"]} == {"Direct", "Copied"}
    assert [one["headline"] for one in shown["news"]] == [
        "chief_executive_dismissed",
        "backer_commits",
    ]
    assert HOUR.hazard is not None
    assert shown["chance"]["probability"] == HOUR.hazard.probability
    assert not {"aal_usd", "tvar95_usd", "exceedance", "actions"} & names_in(shown)


@pytest.mark.parametrize("preset", [Preset.NAMES, Preset.OUTLINE])
def test_without_names_no_text_that_somebody_wrote_is_in_it(preset: Preset) -> None:
    text = json.dumps(content(preset))
    for written in (SOURCE, "Direct", "Copied"):
        assert written not in text


def test_an_outline_tells_neither_whose_crisis_it_is_nor_when() -> None:
    text = json.dumps(content(Preset.OUTLINE))
    assert "Alpha" not in text
    assert f"{START:%Y-%m-%d}" not in text


def test_which_are_listed_of_many_tells_no_loss_that_is_left_out() -> None:
    # Direct loses most; Copied is the first by name.
    assert [one["startup"] for one in content(Preset.MONEY, most=1)["startups"]] == ["Copied"]
    assert [one["startup"] for one in content(Preset.EVERYTHING, most=1)["startups"]] == ["Direct"]


def test_the_call_order_stands_where_amounts_are_shown() -> None:
    assert HOUR.hazard is not None
    sure = replace(HOUR.hazard, low=0.21, probability=0.4, high=0.6)
    hour = replace(HOUR, hazard=sure, calls=replace(HOUR.calls, hazard=sure))
    rows = content(Preset.EVERYTHING, hour)["startups"]
    assert [(one["startup"], one["urgency"]) for one in rows] == [
        ("Direct", "call"),
        ("Copied", "watch"),
    ]
