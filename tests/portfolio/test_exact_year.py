"""The exact law of a portfolio's year against closed forms, and its parts against its sum."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings

from risk.assumptions import override
from risk.catalog.falters import FalterKind
from risk.catalog.rate_evidence import EvidenceKind, RateEvidence
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.exact_year import ExactYear
from risk.portfolio.tail_shares import tail_shares
from risk.portfolio.year_figures import exact_figures, laid_out, law_of_year
from tests.engine.test_valuation import books
from tests.metamorphic.world import WORLD
from tests.small_world import PLAIN, TODAY, dependency, portfolio, rate, small_catalog, startup

CLOSING = rate("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14)
OUTAGES = rate("Alpha", FalterKind.OUTAGE, 12, days=(-2.0, 1.0))
DIRECT = startup("Direct", dependency("d", "Alpha", "Alpha"))
#: tests/exposure/test_vulnerability.py
CLOSING_COSTS = 383_539.0


def year_of(held: Portfolio, world: Catalog, **changes: float) -> ExactYear:
    assumptions = override(PLAIN, changes)
    book = open_book(held, catalog=world, assumptions=assumptions, today=TODAY)
    return law_of_year(laid_out(book, assumptions), assumptions)


def counted(world: Catalog, shape: float) -> Catalog:
    """The same rates, each with a Gamma law of this shape (n + ½ for n counted events)."""
    evidence = {
        (row.node, row.kind, row.level): RateEvidence(
            how=EvidenceKind.COUNTED, events=round(shape - 0.5), years=1.0
        )
        for row in world.rates
    }
    return replace(world, rate_evidence=evidence)


def cells_of(year: ExactYear, loss: float) -> float:
    return float(year.law.law.probability[0, : round(loss / float(year.law.law.step[0]))].sum())


def test_a_known_rate_gives_poisson_years() -> None:
    # One wind-down costs 383,539. P(none) = e^-0.1 = 0.9048, P(one) = 0.0905.
    year = year_of(portfolio(DIRECT), small_catalog(rates=(CLOSING,)))
    assert cells_of(year, 0.5 * CLOSING_COSTS) == pytest.approx(exp(-0.1), abs=1e-6)
    assert cells_of(year, 1.5 * CLOSING_COSTS) == pytest.approx(1.1 * exp(-0.1), abs=1e-6)


def test_an_uncertain_rate_gives_negative_binomial_years() -> None:
    # Shape 1.5, mean 0.1: P(none) = (1 + 0.1 / 1.5)^-1.5 = 0.90773, and
    # P(one) = 1.5 · (0.1 / 1.6) · P(none) = 0.08510.
    world = counted(small_catalog(rates=(CLOSING,)), 1.5)
    year = year_of(portfolio(DIRECT), world)
    none = (1 + 0.1 / 1.5) ** -1.5
    assert cells_of(year, 0.5 * CLOSING_COSTS) == pytest.approx(none, abs=1e-6)
    assert cells_of(year, 1.5 * CLOSING_COSTS) == pytest.approx(none * (1 + 0.15 / 1.6), abs=1e-6)
    assert year.aal_usd == pytest.approx(0.1 * CLOSING_COSTS, rel=1e-4)


def test_customers_of_one_supplier_share_its_uncertain_rate() -> None:
    # Two customers, each cut off at an uncertain rate of mean 0.02 and shape 1.5 that is the same
    # for both: P(neither) = (1 + 2 · 0.02 / 1.5)^-1.5, not the square of one's.
    cut = rate("*customer", FalterKind.ACCESS_CUT, 0.02, notice_days=5)
    world = counted(small_catalog(rates=(cut,)), 1.5)
    held = portfolio(DIRECT, startup("Also", dependency("a", "Alpha", "Alpha")))
    year = year_of(held, world)
    assert cells_of(year, 10_000) == pytest.approx((1 + 0.04 / 1.5) ** -1.5, abs=1e-6)


def test_the_markets_years_raise_the_tail_and_leave_the_mean() -> None:
    world = small_catalog(rates=(OUTAGES,))
    calm = year_of(portfolio(DIRECT), world, frailty_variance=0)
    rough = year_of(portfolio(DIRECT), world, frailty_variance=0.5)
    assert rough.aal_usd == pytest.approx(calm.aal_usd, rel=1e-12)
    assert rough.tvar_usd(0.99) > 1.2 * calm.tvar_usd(0.99)

    # Var S = λ E L² + θ (λ E L)².
    def variance(year: ExactYear) -> float:
        law, step = year.law.law.probability[0], float(year.law.law.step[0])
        cells = np.arange(len(law)) * step
        return float(law @ cells**2 - (law @ cells) ** 2)

    added = variance(rough) - variance(calm)
    assert added == pytest.approx(0.5 * calm.aal_usd**2, rel=1e-3)


def test_the_largest_event_of_a_year_mixes_over_the_uncertain_rate() -> None:
    # P(any) = 1 - (1 + 0.1 / 1.5)^-1.5 = 9.2 %: once in 10.8 years.
    world = counted(small_catalog(rates=(CLOSING,)), 1.5)
    year = year_of(portfolio(DIRECT), world)
    assert year.oep_usd(10.8) == 0
    assert year.oep_usd(10.9) == pytest.approx(CLOSING_COSTS, rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(held=books())
def test_every_division_of_the_tail_sums_to_it(held: Portfolio) -> None:
    book = open_book(held, catalog=counted(WORLD, 1.5), assumptions=PLAIN, today=TODAY)
    year = law_of_year(laid_out(book, PLAIN), PLAIN)
    shares = tail_shares(year, level=0.95)
    tail = year.tvar_usd(0.95)
    for parts in (shares.by_startup, shares.by_row, shares.by_event):
        assert parts.sum() == pytest.approx(tail, rel=1e-9)
    assert shares.sum_error < 1e-3
    found = exact_figures(book, laid_out(book, PLAIN), PLAIN)
    for parts in found.tail_parts.values():
        assert sum(one.tvar95_usd for one in parts) == pytest.approx(tail, rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(held=books())
def test_the_laws_mean_is_the_sum_of_all_expected_losses(held: Portfolio) -> None:
    book = open_book(held, catalog=counted(WORLD, 2.5), assumptions=PLAIN, today=TODAY)
    year = law_of_year(laid_out(book, PLAIN), PLAIN)
    expected = sum(
        one.event.rate_per_year * float(one.expected_by_draw(one.loss.total).mean())
        for losses in all_losses(book, PLAIN).values()
        for one in losses
    )
    assert year.aal_usd == pytest.approx(expected, rel=1e-9)
    law, step = year.law.law.probability[0], float(year.law.law.step[0])
    assert float(law @ np.arange(len(law))) * step == pytest.approx(expected, rel=1e-7)


def test_the_grids_error_is_reported_and_small() -> None:
    year = year_of(portfolio(DIRECT), small_catalog(rates=(CLOSING, OUTAGES)))
    assert 0 < year.grid_error(0.99) < 1e-3


@settings(max_examples=10, deadline=None)
@given(held=books())
def test_a_years_sum_is_never_below_its_largest_event(held: Portfolio) -> None:
    book = open_book(held, catalog=counted(WORLD, 1.5), assumptions=PLAIN, today=TODAY)
    points = exact_figures(book, laid_out(book, PLAIN), PLAIN).exceedance
    assert all(one.aep_usd >= one.oep_usd for one in points)
    for rarer, commoner in zip(points[1:], points[:-1], strict=True):
        assert rarer.oep_usd >= commoner.oep_usd
        assert rarer.aep_usd >= commoner.aep_usd
