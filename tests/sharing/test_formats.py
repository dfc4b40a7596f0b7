"""A content of an older format is verified as it was frozen, and read by the names of today."""

import json
from typing import Any

import pytest

from db.engine import Store
from db.errors import StoreError
from db.records import SnapshotRecord
from db.services.access import LOCAL_OWNER
from db.services.share_contents import Frozen, Wanted, snapshot_of
from db.services.shares import create_share
from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import FORMAT
from db.sharing.formats import upgraded
from db.sharing.presets import preset_of
from db.sharing.proposals import correctable
from risk.inventory.records import Portfolio
from risk.portfolio.fields import FIELDS
from tests.sharing.links import TODAY, keep, read
from tests.sharing.test_hidden_money import register
from tests.sharing.test_presets import contents_of

CONTENTS = contents_of("fourth_edition")
FIFTH = contents_of("fifth_edition")
#: What version 4 called otherwise, and what it said twice.
RENAMED = {
    "tail_usd": "tvar95_contribution_usd",
    "share_facts": "variance_facts",
    "share_rates": "variance_rates",
    "share_judgement": "variance_judgement",
}


def named(content: dict[str, Any]) -> str:
    return f"{content['scope']} {content['redacted']}"


def frozen(content: dict[str, Any]) -> Frozen:
    text = canonical_json(content)
    return Frozen(portfolio="Fund", startup=None, text=text, digest=content_digest(text), places=())


def rows_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Every answer about a startup, and the figures of a portfolio."""
    of_startups = content.get("startups", [content.get("answer", {})])
    return [*of_startups, content.get("figures", {})]


@pytest.mark.parametrize("content", CONTENTS, ids=named)
def test_nothing_of_an_older_content_is_lost_and_nothing_is_added(content: dict[str, Any]):
    assert content["format"] == 4 < FORMAT
    made = upgraded(content)
    kept = ("startups", "answer", "figures")
    assert {name: of for name, of in made.items() if name not in kept} == {
        name: of for name, of in content.items() if name not in kept
    }
    for before, after in zip(rows_of(content), rows_of(made), strict=True):
        expected = {RENAMED.get(name, name): of for name, of in before.items()}
        expected.pop("mostly", None)
        assert after == expected
    if content["scope"] != "scenario":
        startups = rows_of(made)[:-1]
        assert {name for row in startups for name in row} <= set(FIELDS)
    # Reading it again changes nothing.
    assert upgraded(made) == made


@pytest.mark.parametrize("content", CONTENTS, ids=named)
def test_an_older_content_is_shown_as_it_was_frozen(content: dict[str, Any]):
    link = read(frozen(content))
    assert json.loads(link.files[0].data) == content
    preset = preset_of(content["redacted"])
    assert ("$" in link.page) == preset.has_money
    assert ("Quillhaven Briefs" in link.everything) == preset.has_names
    if content["scope"] == "portfolio" and preset.has_money:
        assert "companies drive" in link.page or "the worst years" in link.page
        largest = max(row["tail_usd"] for row in content["startups"])
        assert max(row["tvar95_contribution_usd"] for row in link.sheet) == largest
        # Of whom nothing but a question is known, how much may be lost.
        assert "up to $" in link.page
    assert bool(correctable(link.content)) == ("facts" in content and preset.has_names)


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_snapshot_is_verified_by_what_was_frozen_before_it_is_upgraded(
    store: Store, is_changed: bool
):
    fund = keep(store, Portfolio(name="Older", startups=register(1).startups[:1]))
    share = create_share(store, LOCAL_OWNER, Wanted(portfolio=fund, today=TODAY)).share
    known = frozen(CONTENTS[0])
    text = known.text.replace("legal", "regal") if is_changed else known.text
    store.transact(
        lambda session: session.add(
            SnapshotRecord(link_id=share, content=text, digest=known.digest, places=[])
        )
    )
    if is_changed:
        with pytest.raises(StoreError, match="not as it was frozen"):
            snapshot_of(store, share)
        return
    found = snapshot_of(store, share)
    assert (found.text, content_digest(found.text)) == (known.text, known.digest)
    assert "tvar95_contribution_usd" in found.content["startups"][0]


@pytest.mark.parametrize("content", FIFTH, ids=named)
def test_a_content_from_before_the_week_has_neither_it_nor_whose_end_costs_most(
    content: dict[str, Any],
):
    assert content["format"] == 5 < FORMAT
    assert upgraded(content) == content
    link = read(frozen(content))
    assert "<h2>This week</h2>" not in link.page
    assert "ended tomorrow" not in link.page
    assert ("<h2>Do first</h2>" in link.page) == bool(content.get("actions"))
    assert ("Quillhaven Briefs" in link.everything) == preset_of(content["redacted"]).has_names
