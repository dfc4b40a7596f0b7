"""Ranges of shares of margin: none where all is stated, and worked out by hand where one is not."""

from dataclasses import replace

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Portfolio
from risk.portfolio.margin_ranges import MarginRanges, margin_ranges
from risk.portfolio.structure import structure_of
from tests.portfolio.test_structure import BESIDE, THREE, laid_out
from tests.small_world import portfolio, rate, small_catalog


def ranges(held: Portfolio) -> MarginRanges:
    return margin_ranges(laid_out(held))


def test_what_is_stated_has_its_share_at_both_ends() -> None:
    # Alpha develops two of three equal margins: 2/3 and 1/3 in each world, and 1 / (4/9 + 1/9).
    found = ranges(THREE)
    alpha, beta = found.developers["Alpha"], found.developers["Beta"]
    assert (alpha.low, alpha.high) == pytest.approx((2 / 3, 2 / 3))
    assert (beta.low, beta.high) == pytest.approx((1 / 3, 1 / 3))
    assert found.equal_ones is not None
    assert (found.equal_ones.low, found.equal_ones.high) == pytest.approx((1.8, 1.8))
    # Nimbus, which nobody named, is behind Beta.
    assert found.providers["Nimbus"] == found.providers["Beta"] == beta


def test_an_unstated_revenue_gives_every_share_and_the_concentration_a_range() -> None:
    unsure = portfolio(*THREE.startups[:2], replace(BESIDE, annual_revenue_usd=None))
    found = ranges(unsure)
    alpha, beta, equal = found.developers["Alpha"], found.developers["Beta"], found.equal_ones
    assert equal is not None
    assert 0 < alpha.low < alpha.high < 1
    # What is not on Alpha is on Beta.
    assert (beta.low, beta.high) == pytest.approx((1 - alpha.high, 1 - alpha.low))
    # Of two developers with shares p and 1 − p it is 1 / (p² + (1 − p)²), from 1 to 2.
    assert 1 < equal.low < equal.high <= 2
    ends = [1 / (p**2 + (1 - p) ** 2) for p in (alpha.low, alpha.high)]
    assert min(ends) <= equal.high


def test_developers_that_fall_together_count_as_in_the_concentration() -> None:
    # The end of the cloud takes what runs on it with it: of Alpha only in part.
    ends = ("Alpha", "Beta", "Nimbus", "Cloud")
    rates = tuple(rate(name, FailureKind.WIND_DOWN, 0.1, notice_days=14) for name in ends)
    held = laid_out(THREE, small_catalog(rates=rates))
    adjusted = structure_of(held).dependence_adjusted
    found = margin_ranges(held).equal_ones
    assert adjusted is not None
    assert found is not None
    assert adjusted < 1.8
    assert (found.low, found.high) == pytest.approx((adjusted, adjusted))


def test_without_any_margin_nothing_has_a_range() -> None:
    nothing = portfolio(replace(BESIDE, annual_revenue_usd=0.0))
    assert ranges(nothing) == MarginRanges(developers={}, providers={}, equal_ones=None)
    assert ranges(portfolio()) == MarginRanges(developers={}, providers={}, equal_ones=None)
