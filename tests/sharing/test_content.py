"""What is left out of a link has no field in it, and equal contents have one text and one hash."""

from dataclasses import replace
from typing import Any

import pytest

from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import Provenance, Showing, portfolio_content
from db.sharing.naming import Names, labels_beside
from db.sharing.presets import Preset
from risk.portfolio.results import Action, PortfolioAssessment
from tests.ui import sample

WHERE = Provenance(
    frozen_at="2026-11-25T12:00:00+00:00",
    batch=7,
    parameters={"rate_discount": 2.0, "engineer_week_usd": 9000.0},
)
ACTION = Action(
    startup="Acme Notes",
    use_case="Summaries",
    what="Gateway",
    aal_removed_usd=10_000.0,
    one_off_usd=500.0,
)
#: For what each preset leaves out, the fields that would tell it.
TOLD_BY = {
    Preset.NAMES: ("sector", "next_action", "data_digest", "data_batch"),
    Preset.MONEY: (
        *("score", "aal_usd", "tail_usd", "margin_share", "exceedance", "actions", "developers"),
        *("runway_months_before", "cash_out_probability_after", "engineer_week_usd"),
    ),
    Preset.OUTLINE: (
        *("providers", "lead_developer", "worst_root", "single_points", "score"),
        *("sector", "next_action", "aal_usd", "actions", "listed_providers"),
    ),
}


def showing(preset: Preset, **provenance: Any) -> Showing:
    names = Names() if preset.has_names else labels_beside(sample.CATALOG)
    return Showing(preset=preset, names=names, provenance=replace(WHERE, **provenance))


def content(
    preset: Preset, *, assessment: PortfolioAssessment = sample.ASSESSMENT, **provenance: Any
) -> dict[str, Any]:
    return portfolio_content(assessment, [ACTION], showing(preset, **provenance))


def fields(value: Any) -> set[str]:
    """Every name of a field anywhere in a content."""
    if isinstance(value, dict):
        return set(value).union(*(fields(one) for one in value.values()))
    return set().union(*(fields(one) for one in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("preset", TOLD_BY)
def test_what_is_left_out_has_no_field_anywhere(preset: Preset):
    told = set(TOLD_BY[preset])
    assert told <= fields(content(Preset.EVERYTHING))
    assert not told & fields(content(preset))


def test_rows_come_in_an_order_that_their_cells_alone_decide():
    turned = replace(sample.ASSESSMENT, startups=sample.ASSESSMENT.startups[::-1])
    for preset in Preset:
        known = canonical_json({"rows": content(preset)["startups"]})
        assert canonical_json({"rows": content(preset, assessment=turned)["startups"]}) == known
    names = [row["startup"] for row in content(Preset.MONEY)["startups"]]
    assert names == sorted(names, key=str.casefold)


def test_developers_are_counted_by_startups_where_margins_are_hidden():
    users = [name for one in sample.ASSESSMENT.startups for name in one.providers]
    counted = content(Preset.MONEY)["startups_by_developer"]
    assert counted == [[name, users.count(name)] for name, _ in counted]
    assert sum(count for _, count in counted) == len(users)
    assert all(isinstance(count, int) for _, count in counted)


def test_a_part_of_a_portfolio_says_by_what_it_was_chosen_where_names_are_shown():
    part = {"filters": ("sector Health",), "is_whole": False}
    assert content(Preset.EVERYTHING, **part)["filters"] == ["sector Health"]
    assert content(Preset.NAMES, **part)["filters"] == ["chosen by whoever shared this"]
    # The last import is of the whole portfolio.
    assert "data_batch" not in content(Preset.EVERYTHING, **part)


def test_one_content_has_one_text_and_one_hash():
    text = canonical_json({"b": 1, "a": "ä"})
    assert text == '{"a":"ä","b":1}'
    # printf '{"a":"ä","b":1}' | sha256sum
    assert content_digest(text) == (
        "507aab815f2bdfce1c740c0b1ae7b1c874f56b9aa5b9ab109a07b57365148233"
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})
