"""What is left out of a link is nowhere in its content, and order tells nothing hidden."""

import json
from dataclasses import replace
from typing import Any

import pytest

from db.errors import Refused
from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import Provenance, portfolio_content
from db.sharing.hidden_names import without_names
from db.sharing.redaction import Redaction, redactions
from risk.portfolio.results import Action, PortfolioAssessment
from tests.ui import sample

WHERE = Provenance(frozen_at="2026-11-25T12:00:00+00:00", batch=7, parameters={"rate": 2.0})
ACTION = Action(
    startup="Acme Notes",
    use_case="Acme summaries",
    what="Gateway",
    aal_removed_usd=10_000.0,
    one_off_usd=500.0,
)
#: For each fact, the fields that would tell it.
TOLD_BY = {
    Redaction.SECTOR: ("sector",),
    Redaction.PROVIDERS: ("providers", "lead_developer", "worst_root", "developers", "root"),
    Redaction.SCORE: ("score", "band"),
    Redaction.EXPECTED_LOSS: ("aal_usd", "aal_low_usd", "loss_by_kind", "aal_removed_usd"),
    Redaction.WORST_YEARS: ("tail_usd", "var95_usd", "exceedance", "tail_by_root"),
    Redaction.WORST_FALTER: ("worst_kind", "worst_loss_usd", "worst_root"),
    Redaction.DAYS_TO_SWITCH: ("days_to_switch",),
    Redaction.RUNWAY: ("runway_months_before", "cash_out_probability_after", "cash_out_startups"),
    Redaction.CONFIDENCE: ("confidence",),
    Redaction.NEXT_ACTION: ("next_action", "actions"),
}


def content(
    *left_out: Redaction, assessment: PortfolioAssessment = sample.ASSESSMENT
) -> dict[str, Any]:
    return portfolio_content(
        assessment, [ACTION], shown=None, left_out=frozenset(left_out), provenance=WHERE
    )


def fields(value: Any) -> set[str]:
    """Every name of a field anywhere in a content."""
    if isinstance(value, dict):
        return set(value).union(*(fields(one) for one in value.values()))
    return set().union(*(fields(one) for one in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("left_out", TOLD_BY)
def test_what_is_left_out_has_no_field_anywhere(left_out: Redaction):
    told = set(TOLD_BY[left_out])
    assert told & fields(content())
    assert not told & fields(content(left_out))


def test_no_text_holds_a_name_that_is_left_out():
    text = json.dumps(content(Redaction.NAMES)).casefold()
    for one in sample.ASSESSMENT.startups:
        assert one.startup.casefold() not in text
        assert one.startup.split()[0].casefold() not in text
    assert "startup 1 summaries" in text  # the use case named its company


def test_a_name_that_is_also_a_provider_or_sector_is_kept_there():
    told = {"a": "Retail Robots grows", "b": "retail", "c": "robots"}
    replaced = without_names(told, {"Retail Robots": "Startup 1"}, kept=["retail"])
    assert replaced == {"a": "Startup 1 grows", "b": "retail", "c": "robots"}


def test_the_order_of_rows_follows_from_what_they_show():
    hidden = (Redaction.EXPECTED_LOSS, Redaction.NAMES)
    turned = replace(sample.ASSESSMENT, startups=sample.ASSESSMENT.startups[::-1])
    # Other losses and another order of the startups: what is shown is the same to the letter.
    dearer = [
        replace(one, aal_usd=1e6 / place)
        for place, one in enumerate(sample.ASSESSMENT.startups, start=1)
    ]
    for other in (turned, replace(sample.ASSESSMENT, startups=tuple(dearer))):
        known = canonical_json({"rows": content(*hidden)["startups"]})
        assert canonical_json({"rows": content(*hidden, assessment=other)["startups"]}) == known


def test_one_content_has_one_text_and_one_hash():
    text = canonical_json({"b": 1, "a": "ä"})
    assert text == '{"a":"ä","b":1}'
    # printf '{"a":"ä","b":1}' | sha256sum
    assert content_digest(text) == (
        "507aab815f2bdfce1c740c0b1ae7b1c874f56b9aa5b9ab109a07b57365148233"
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})


def test_only_facts_can_be_left_out():
    assert redactions(["Expected loss", "NAMES"]) == {Redaction.EXPECTED_LOSS, Redaction.NAMES}
    with pytest.raises(Refused, match="What can be: names"):
        redactions(["everything"])
