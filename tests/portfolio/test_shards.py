"""A portfolio scored in parts gives what it gives as a whole, to nine digits."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fixtures
from benchmarks.invented_register import invented_register
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.shards import (
    answer_of_shards,
    law_of_shards,
    score_shard,
    share_of_shard,
    year_of_shards,
)
from risk.portfolio.survey import ground_of, joined, survey_of
from risk.portfolio.tail_shares import tail_weights
from tests.engine.test_valuation import books
from tests.metamorphic.world import WORLD
from tests.portfolio.test_startup_figures import differences
from tests.small_world import TODAY

FOLDER = Path(fixtures.__file__).parent


def in_parts(held: Portfolio, catalog: Catalog, *, parts: int) -> PortfolioAssessment:
    """Every ``parts``-th startup in a part of its own."""
    shards = [held.startups[first::parts] for first in range(parts)]
    inputs: dict[str, Any] = {"catalog": catalog, "assumptions": DEFAULTS, "today": TODAY}
    ground = ground_of(joined(survey_of(one, **inputs) for one in shards), **inputs)
    scores = [score_shard(one, ground) for one in shards]
    year = law_of_shards([one.sums for one in scores], ground)
    weights = tail_weights(year, level=0.95)
    shares = [share_of_shard(one.columns, weights, ground) for one in scores]
    return answer_of_shards(
        held,
        [one.sums.totals for one in scores],
        year_of_shards(year, weights, shares),
        ground,
        startups=[startup for one in scores for startup in one.startups],
        dependence_shares=[share for one in scores for share in one.dependence],
    )


def compared(held: Portfolio, catalog: Catalog, *, parts: int) -> list[str]:
    whole = assess_portfolio(held, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    return differences(whole, in_parts(held, catalog, parts=parts))


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_the_demo_portfolio_in_parts_is_the_demo_portfolio(parts: int) -> None:
    catalog = load_catalog(FOLDER)
    assert not compared(demo_portfolio(catalog), catalog, parts=parts)


@settings(max_examples=25, deadline=None)
@given(held=books(), parts=st.integers(1, 3))
def test_any_small_portfolio_in_parts_is_the_whole(held: Portfolio, parts: int) -> None:
    parts = min(parts, len(held.startups))
    assert not compared(held, WORLD, parts=parts)


def test_an_invented_portfolio_taken_by_the_engine_is_the_same_in_parts() -> None:
    catalog = load_catalog(FOLDER)
    assert not compared(invented_register(700), catalog, parts=2)
