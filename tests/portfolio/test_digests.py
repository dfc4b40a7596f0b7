"""Digests of what a portfolio is valued on: equal for equal inputs, on whatever day."""

from datetime import date

import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import register_digest

ENDS = date(2027, 3, 4)


def digest(catalog: Catalog, *, ends: date | None, today: date) -> str:
    used = Dependency(
        key="x",
        provider_text="OpenAI",
        answer=Answer.YES,
        developer="OpenAI",
        host="OpenAI",
        product="OpenAI API",
        contract_end=ends,
    )
    acme = Startup(name="Acme", use_cases=(UseCase(name="x", dependencies=(used,)),))
    portfolio = Portfolio(name="Fund", startups=(acme,))
    return register_digest(
        valuation_of(portfolio, catalog=catalog, assumptions=DEFAULTS, today=today)
    )


@pytest.mark.parametrize("ends", [None, ENDS])
def test_a_day_that_passes_changes_no_input(catalog: Catalog, ends: date | None):
    first, second = date(2026, 11, 23), date(2026, 11, 24)
    assert digest(catalog, ends=ends, today=first) == digest(catalog, ends=ends, today=second)


def test_another_end_of_a_contract_is_another_input(catalog: Catalog):
    today = date(2026, 11, 23)
    found = {digest(catalog, ends=one, today=today) for one in (None, ENDS, date(2027, 3, 5))}
    assert len(found) == 3
