"""Blocks depend on whose law holds for the users and for the developer."""

from dataclasses import replace
from pathlib import Path

import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.jurisdictions import jurisdiction
from risk.catalog.loading import load_catalog
from tests.oracle.book import events_behind
from tests.small_world import TODAY, dependency, startup

CATALOG = load_catalog(Path(__file__).parents[2] / "fixtures")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        *(("US", "US"), ("United States", "US"), (" germany ", "Europe"), ("GB", "Europe")),
        *(("CN", "China"), ("South Korea", "kr"), ("KR", "kr"), ("Atlantis", None), (None, None)),
    ],
)
def test_a_country_as_a_register_writes_it(written: str | None, known: str | None) -> None:
    assert jurisdiction(written) == known


@pytest.mark.parametrize(
    ("developer", "country", "a_year"),
    [
        *(("OpenAI", "US", 0.005), ("OpenAI", "DE", 0.02), ("OpenAI", "Germany", 0.02)),
        *(("OpenAI", "CN", 0.3), ("OpenAI", "Atlantis", 0.03), ("OpenAI", None, 0.03)),
        *(("Mistral AI", "DE", 0.005), ("DeepSeek", "DE", 0.06), ("DeepSeek", "CN", 0.005)),
    ],
)
def test_how_often_a_developer_is_blocked_where_the_users_are(
    developer: str, country: str | None, a_year: float
) -> None:
    one = replace(startup("Ash", dependency("a", developer, developer)), country=country)
    _, events = events_behind([one], catalog=CATALOG, assumptions=DEFAULTS, today=TODAY)
    blocks = [event for event in events if event.kind is FailureKind.REGIONAL_BLOCK]
    assert [event.rate_per_year for event in blocks] == [a_year]
    # Three users in ten are taken to live there, where nobody stated how many do.
    assert [event.severity for event in blocks] == [0.3]
