"""Concentration by count and by value, of three startups with margins that can be told apart."""

from dataclasses import replace

import pytest

from risk.portfolio.structure import Dependences
from risk.portfolio.weighting import weighted
from tests.portfolio.test_three_startups import BESIDE, COPIED, DIRECT, assess
from tests.small_world import portfolio


def dependence() -> Dependences:
    # Direct and Copied are Alpha's, Beside is Beta's with ten times their revenue.
    large = replace(BESIDE, annual_revenue_usd=36_500_000.0)
    found = assess(portfolio(DIRECT, COPIED, large)).dependence
    assert isinstance(found, Dependences)
    return found


def test_by_count_each_startup_is_one_whatever_it_earns() -> None:
    # Alpha two of three: HHI 4/9 + 1/9 = 5/9; hosts are three: 1/3.
    found = weighted(dependence())
    assert found.levels["developer"].shares == pytest.approx({"Alpha": 2 / 3, "Beta": 1 / 3})
    assert found.levels["developer"].effective_number == pytest.approx(1.8)
    assert found.levels["host"].effective_number == pytest.approx(3)
    assert found.without == 0


def test_by_value_each_startup_counts_as_it_is_worth_and_unknown_ones_are_told() -> None:
    # Direct 3, Beside 1, of Copied nobody knows: Alpha 3/4, HHI 9/16 + 1/16 = 5/8.
    found = weighted(dependence(), {"Direct": 3e6, "Beside": 1e6})
    assert found.levels["developer"].shares == pytest.approx({"Alpha": 0.75, "Beta": 0.25})
    assert found.levels["developer"].hhi == pytest.approx(5 / 8)
    assert found.without == 1


def test_without_any_value_there_is_no_figure() -> None:
    found = weighted(dependence(), {})
    assert found.levels["developer"].hhi is None
    assert found.without == 3
