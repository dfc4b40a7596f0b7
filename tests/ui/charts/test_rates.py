"""How sure rates are, drawn; and the churn curve."""

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.rate_laws import RateLaw, rate_laws
from tests.small_world import rate
from ui.charts import churn, rates
from ui.theme import LIGHT
from ui.words.rate_words import range_in_figures


def laws() -> tuple[RateLaw, ...]:
    rows = (
        rate("Alpha", FailureKind.WIND_DOWN, 0.02),
        rate("Beta", FailureKind.WIND_DOWN, 0.02),
        rate("Alpha", FailureKind.OUTAGE, 12, level="major"),
    )
    return rate_laws(rows, rates=rows, evidence={})


def test_equal_rates_share_a_line() -> None:
    assert [len(same) for same in rates.alike(laws())] == [2, 1]
    figure = rates.rate_figure(laws(), palette=LIGHT)
    assert [one.text for one in figure.layout.annotations] == [
        "Alpha and Beta: wind-down",
        "Alpha: outage, major",
    ]
    assert list(figure.data[-1].x) == [0.02, 12]


def test_a_range_is_not_written_as_a_power_of_ten() -> None:
    assert range_in_figures(0.000011, 0.0034) == "under 0.0001 to 0.0034"
    assert range_in_figures(27.7, 42.7) == "28 to 43"


def test_the_churn_curve_is_straight_between_knots_and_flat_beyond() -> None:
    days, shares = [0.0, 2.0, 10.0], [0.0, 0.1, 0.5]
    assert churn.read_off(days, shares, 1.0) == pytest.approx(0.05)
    assert churn.read_off(days, shares, 6.0) == pytest.approx(0.3)
    assert churn.read_off(days, shares, 40.0) == 0.5
    assert churn.churn_alt(days, shares) == (
        "Customers gone for good: 5 % after 24 hours, 35 % after 7 days and 50 % after 30 days, "
        "never more than 50 %."
    )
