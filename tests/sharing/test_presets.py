"""A link shows what its preset shows, and an old one never more than it did."""

import json
from pathlib import Path
from typing import Any

import pytest

from db.errors import Refused
from db.sharing.formats import upgraded
from db.sharing.presets import Preset, preset_of
from db.sharing.proposals import correctable
from ui.share_page.page import report_page

HERE = Path(__file__).parent


def contents_of(edition: str) -> list[dict[str, Any]]:
    """Contents as an older version froze them."""
    lines = (HERE / edition / "contents.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


CONTENTS = contents_of("first_edition")


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_comes_back_from_what_a_link_keeps_of_it(preset: Preset):
    assert preset_of(preset.left_out) is preset


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        ([], Preset.EVERYTHING),
        (["Names"], Preset.NAMES),
        (["sector"], Preset.NAMES),
        (["expected-loss", "worst years", "runway"], Preset.MONEY),
        (["names", "money"], Preset.OUTLINE),
        (["names", "expected_loss"], Preset.OUTLINE),
        (["providers"], Preset.OUTLINE),
        (["outline"], Preset.OUTLINE),
        (["next_action"], Preset.OUTLINE),
        (["facts"], Preset.OUTLINE),
    ],
)
def test_what_is_to_be_left_out_is_left_out_with_the_least_beyond(words: list[str], preset: Preset):
    assert preset_of(words) is preset


@pytest.mark.parametrize(
    "words",
    [["score"], ["names", "days_to_switch"], ["worst_disruption"], ["confidence"], ["everything"]],
)
def test_what_no_preset_leaves_out_is_refused_with_what_can_be(words: list[str]):
    with pytest.raises(Refused, match=f"{words[-1]}.*names; money"):
        preset_of(words)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda one: f"{one['scope']} {one['redacted']}")
def test_a_snapshot_of_the_first_edition_is_shown_as_it_was_frozen(content: dict[str, object]):
    assert content["format"] == 1
    page = report_page(upgraded(content), digest="0" * 64)
    assert ("Left out by whoever shared this" in page) == bool(content["redacted"])
    assert ("The figures are of the whole portfolio" in page) == bool(content["filters"])
    # Where its reader could correct facts, they still can.
    has_facts = content["scope"] == "startup" and ("facts" in content or "dependencies" in content)
    assert bool(correctable(content)) == has_facts


@pytest.mark.parametrize(
    "content", contents_of("second_edition"), ids=lambda one: f"{one['scope']} {one['redacted']}"
)
def test_a_snapshot_of_the_second_edition_is_shown_as_it_was_frozen(content: dict[str, Any]):
    assert content["format"] == 2
    page = report_page(upgraded(content), digest="0" * 64)
    assert ("Left out by whoever shared this" in page) == bool(content["redacted"])
    # What it says of its certainty is the grade of its time; nothing is made up beside it.
    assert ("facts known" in page) is False
    if content["scope"] != "scenario":
        assert " confidence</span>" in page
        assert ("$" in page) == ("money" not in content["redacted"])
