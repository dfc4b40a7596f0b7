"""The end of a lead developer: the stress test of one startup, and the runway of its answer."""

import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.assessment import assess
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios.lead_end import end_of, lead_end
from risk.scenarios.stress import stress
from tests.small_world import TODAY

NAME = "Quillhaven Briefs"


@pytest.fixture(scope="module")
def valuation(demo: Portfolio, catalog: Catalog) -> Valuation:
    return valuation_of(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def whole(valuation: Valuation) -> PortfolioAssessment:
    return assess(valuation)


def test_it_is_the_stress_test_of_that_startup(
    valuation: Valuation, whole: PortfolioAssessment
) -> None:
    found = lead_end(valuation, whole, NAME)
    assert found is not None
    tested = stress(valuation, end_of(found.developer))
    assert found.hit == next(one for one in tested.startups if one.startup == NAME)


def test_its_runway_is_that_of_the_answer(valuation: Valuation, whole: PortfolioAssessment) -> None:
    found = lead_end(valuation, whole, NAME)
    answer = next(one for one in whole.startups if one.startup == NAME)
    assert found is not None
    assert found.hit.runway_months.after == pytest.approx(answer.runway_months.after)


def test_its_chance_is_that_of_a_first_event_within_the_year(
    valuation: Valuation, whole: PortfolioAssessment
) -> None:
    found = lead_end(valuation, whole, NAME)
    assert found is not None
    # About once in eighty years: 1 - e^(-0.0126) is a little less than the rate itself.
    assert 0.9 * found.rate_per_year < found.chance < found.rate_per_year


def test_nobody_without_a_language_model_has_one(
    valuation: Valuation, whole: PortfolioAssessment
) -> None:
    assert lead_end(valuation, whole, "Stonewharf Masonry") is None
