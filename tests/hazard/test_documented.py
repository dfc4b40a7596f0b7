"""The documented disruptions and the published table: sources, doubts, names that are known."""

from pathlib import Path

import pytest

from risk.catalog.loading import load_catalog
from risk.catalog.tables import CatalogError
from risk.hazard.documented import FALTERS_FILE, documented_disruptions, published_reliability

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_every_documented_falter_has_a_source_and_a_known_provider():
    known = load_catalog(FIXTURES).providers
    disruptions = documented_disruptions(FIXTURES)
    assert len(disruptions) >= 20
    assert {one.provider for one in disruptions} <= set(known)
    assert all(one.source for one in disruptions)
    # Without an hour at either end no length is made up.
    assert all(one.hours is None for one in disruptions if one.began_at is None)


def test_the_outage_of_8_november_2023_lasted_112_minutes():
    first = next(
        one for one in documented_disruptions(FIXTURES) if "All models and ChatGPT" in one.what
    )
    assert first.hours == pytest.approx(112 / 60)


def test_the_published_table_is_as_printed():
    rows = {(one.provider, one.service): one for one in published_reliability(FIXTURES)}
    api = rows["OpenAI", "API"]
    assert (api.incidents, api.mttr_hours, api.mtbf_days) == (227, 2.56, 5.64)
    assert (api.outage_day_share, api.availability) == (0.0732, 0.9982)
    assert len(rows) == 8


def test_a_falter_that_ends_before_it_began_is_refused(tmp_path: Path):
    (tmp_path / FALTERS_FILE).write_text(
        "provider,began,ended,kind,what,source,doubt\nOpenAI,2026-01-02,2026-01-01,outage,x,y,\n"
    )
    with pytest.raises(CatalogError, match="ends before it began"):
        documented_disruptions(tmp_path)
