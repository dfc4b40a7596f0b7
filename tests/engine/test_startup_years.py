"""Each startup's own year by the engine is that of its own event losses."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import fixtures
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.engine.startup_years import StartupYears, startup_years
from risk.exposure.own_year import annual_loss
from risk.inventory.records import Portfolio, Requirement
from risk.portfolio.book import Book, all_losses
from tests.engine.test_valuation import books, opened

FOLDER = Path(fixtures.__file__).parent


def compare(book: Book, years: StartupYears, *, tail_within: float) -> int:
    """Hold every startup that the engine prices to its own law; return how many there are."""
    losses = all_losses(book, DEFAULTS)
    compared = 0
    for place, member in enumerate(book.members):
        own = years.startup == place
        year = annual_loss(losses[member.startup.name])
        if np.isnan(years.aal_usd[own]).any():
            groups = [case.requirement for case in member.numbers.use_cases]
            assert any(one is not Requirement.SHARED for one in groups)
            continue
        expected = np.broadcast_to(year.aal_usd, own.sum())
        assert years.aal_usd[own] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        tails = np.broadcast_to(year.tvar95_usd, own.sum())
        assert years.tvar95_usd[own] == pytest.approx(tails, rel=tail_within, abs=1e-6)
        compared += 1
    return compared


@settings(max_examples=20, deadline=None)
@given(held=books())
def test_expected_loss_and_tail_equal_those_of_the_startup_by_itself(held: Portfolio) -> None:
    book, prepared = opened(held)
    compare(book, startup_years(prepared, cells=4096), tail_within=1e-3)


def test_the_demo_portfolios_startups_have_the_years_that_their_scores_rest_on() -> None:
    catalog = load_catalog(FOLDER)
    book, prepared = opened(demo_portfolio(catalog), catalog)
    years = startup_years(prepared, cells=4096)
    assert compare(book, years, tail_within=1e-3) > 50
    coarse = startup_years(prepared)
    known = ~np.isnan(years.aal_usd)
    assert coarse.aal_usd[known] == pytest.approx(years.aal_usd[known], rel=1e-12)
    assert coarse.tvar95_usd[known] == pytest.approx(years.tvar95_usd[known], rel=0.02)
