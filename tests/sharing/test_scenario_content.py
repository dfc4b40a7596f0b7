"""What a link to one stress test leaves out is nowhere in it, in no field, text, order or chart."""

import json
from dataclasses import replace
from typing import Any

import pytest

from db.sharing.presets import Preset
from db.sharing.scenario_content import as_values, scenario_content, scenario_of
from risk.alternatives.herding import Herd, HerdAlternative
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import BeforeAfter
from risk.scenarios.results import WORST_HIT, Scenario, StressedStartup, StressResult
from tests.sharing.test_content import names_in, showing
from tests.ui import sample
from ui.share_page.page import report_page

NAMES = [one.startup for one in sample.ASSESSMENT.startups]
SCENARIO = Scenario(
    id="alpha-gone",
    title="Alpha is gone",
    root="Alpha",
    kind=FailureKind.WIND_DOWN,
    notice_days=14.0,
    summary=f"Alpha winds down, and {NAMES[0]} with it.",
    not_modelled="What Alpha's owners do",
    sources=("https://alpha.example/notice",),
    doubt="Alpha said so itself",
)


def stressed(name: str, loss_usd: float, **changed: Any) -> StressedStartup:
    facts = StressedStartup(
        startup=name,
        loss_usd=loss_usd,
        loss_low_usd=loss_usd / 2,
        loss_median_usd=loss_usd * 0.9,
        loss_high_usd=loss_usd * 2,
        parts={"churn": loss_usd},
        hit_probability=0.9,
        lost_service_days=11.0,
        hit_through=("Alpha → Alpha API",),
        switched_on_day=30.0,
        queue_days=4.0,
        runway_months=BeforeAfter(before=20.0, after=9.0),
        cash_out_probability=BeforeAfter(before=0.1, after=0.7),
    )
    return replace(facts, **changed)


RESULT = StressResult(
    scenario=SCENARIO,
    total_usd=5_000.0,
    total_low_usd=2_500.0,
    total_median_usd=4_500.0,
    total_high_usd=10_000.0,
    by_day=((0.0, 0.0), (30.0, 5_000.0)),
    startups=(stressed(NAMES[0], 2_000.0, switched_on_day=55.0), stressed(NAMES[1], 3_000.0)),
    unaffected=tuple(NAMES[2:]),
    herd=None,
    note=f"{NAMES[0]} depends on Alpha.",
    crowd=Herd(
        market_share=0.2,
        groups=(),
        members=(),
        askers=0,
        turned_away=0,
        alternatives=(
            HerdAlternative(alternative="Beta", displaced=900.0, capacity=500.0, admitted=400.0),
        ),
    ),
    queue_usd=120.0,
)
#: For what each preset leaves out, the fields that would tell it.
TOLD_BY = {
    Preset.NAMES: ("unaffected", "title", "summary", "sources", "doubt", "id"),
    Preset.MONEY: (
        *(
            "loss_usd",
            "loss_low_usd",
            "loss_median_usd",
            "by_day",
            "loss_by_part",
            "queue_usd",
            "displaced",
        ),
        *("switched_on_day", "lost_service_days", "runway_months_after", "newly_out_of_cash"),
    ),
    Preset.OUTLINE: ("root", "hit_through", "loss_usd", "title", "unaffected"),
}


def content(preset: Preset, *, result: StressResult = RESULT) -> dict[str, Any]:
    return scenario_content(result, sample.ASSESSMENT, showing(preset), own_words={})


def page(preset: Preset, *, result: StressResult = RESULT) -> str:
    loaded = json.loads(json.dumps(content(preset, result=result)))
    return report_page(loaded, digest="0" * 64)


def test_a_notice_of_its_own_is_said_on_the_page_of_a_link():
    said = "is this scenario&#39;s own"
    stated = replace(RESULT, scenario=replace(SCENARIO, notice_days=14.0))
    assert said in page(Preset.EVERYTHING, result=stated)
    assert said not in page(
        Preset.EVERYTHING, result=replace(RESULT, scenario=replace(SCENARIO, notice_days=None))
    )


@pytest.mark.parametrize("preset", TOLD_BY)
def test_what_is_left_out_has_no_field_anywhere(preset: Preset):
    told = set(TOLD_BY[preset])
    assert told <= names_in(content(Preset.EVERYTHING))
    assert not told & names_in(content(preset))


@pytest.mark.parametrize("preset", Preset)
def test_the_page_can_be_shown_whatever_is_left_out(preset: Preset):
    assert "<h2>Companies hit</h2>" in page(preset)


def test_startups_are_numbered_by_what_they_show():
    # 3,000 is the larger loss, so that it is the first; 2,000 the second.
    rows = content(Preset.NAMES)["startups"]
    assert [(row["startup"], row["loss_usd"]) for row in rows] == [
        ("Company 1", 3_000.0),
        ("Company 2", 2_000.0),
    ]
    alone = replace(RESULT, scenario=replace(SCENARIO, customer=NAMES[1]))
    assert content(Preset.NAMES, result=alone)["scenario"]["customer"] == "Company 1"


def test_neither_the_provider_nor_its_alternatives_are_told_in_an_outline():
    shown = page(Preset.OUTLINE)
    assert "Alpha" not in shown
    assert "Beta" not in shown
    assert "Wind-down of a provider" in shown


def test_a_loss_that_is_left_out_is_told_by_no_order_and_by_no_note():
    rows = content(Preset.MONEY)["startups"]
    assert [row["startup"] for row in rows] == sorted(NAMES[:2], key=str.casefold)
    alone = replace(
        RESULT,
        scenario=replace(SCENARIO, kind=FailureKind.ACCESS_CUT, customer=NAMES[1]),
        note=f"{NAMES[1]} alone is cut off; {NAMES[0]} would lose most, $2,000.",
    )
    assert "2,000" in page(Preset.EVERYTHING, result=alone)
    for preset in (Preset.NAMES, Preset.MONEY, Preset.OUTLINE):
        assert content(preset, result=alone)["note"] == ""


def test_a_scenario_comes_back_as_it_was_kept():
    for one in (SCENARIO, replace(SCENARIO, customer=WORST_HIT, sources=())):
        assert scenario_of(json.loads(json.dumps(as_values(one)))) == one
