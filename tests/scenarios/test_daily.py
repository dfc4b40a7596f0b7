"""The loss of a stress test day by day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.hits import daily_losses
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import stress as stressed
from tests.scenarios.test_stress import LAID_OUT, stress


def test_an_outage_of_three_days_is_lost_on_three_days() -> None:
    # 10,000 a day, four fifths not recovered later: 8,000 a day of interruption at one startup.
    result = stress("Beta", FailureKind.OUTAGE, days=3)
    days = daily_losses(result)
    assert [day for day, _ in days] == [0, 1, 2]
    # Churn grows with the days lost, so each day costs more than the one before.
    losses = [usd for _, usd in days]
    assert losses[0] > 8_000
    assert losses == sorted(losses)


def test_less_than_a_day_is_lost_on_day_0() -> None:
    result = stress("Alpha", FailureKind.OUTAGE, days=0.4)
    assert daily_losses(result) == ((0.0, pytest.approx(result.total_usd)),)


def test_a_begun_day_counts_as_a_day() -> None:
    result = stress("Alpha", FailureKind.OUTAGE, days=2.25)
    assert [day for day, _ in daily_losses(result)] == [0, 1, 2]


def test_a_wind_down_is_followed_for_half_a_year_and_the_rest_stands_at_its_end() -> None:
    days = daily_losses(stress("Alpha", FailureKind.WIND_DOWN))
    assert [day for day, _ in days] == [*range(180), 365]


def test_a_crisis_that_charges_nothing_has_days_without_loss() -> None:
    crisis = daily_losses(stress("Alpha", FailureKind.LEADERSHIP_CRISIS))
    assert {usd for _, usd in crisis} == {0.0}


@given(
    kind=st.sampled_from([one for one in FailureKind if one is not FailureKind.LEADERSHIP_CRISIS]),
    days=st.floats(0.01, 90),
    notice=st.floats(0, 120),
)
def test_the_days_sum_to_the_total_and_none_gives_money_back(
    kind: FailureKind, days: float, notice: float
) -> None:
    result = _result(kind, days, notice)
    losses = [usd for _, usd in daily_losses(result)]
    assert sum(losses) == pytest.approx(result.total_usd, rel=1e-9, abs=1e-6)
    assert min(losses) >= -1e-6 * max(1.0, result.total_usd)


def _result(kind: FailureKind, days: float, notice: float) -> StressResult:
    scenario = Scenario(
        id="", title="", root="Alpha", kind=kind, days=days, notice_days=notice, severity=1.0
    )
    return stressed(LAID_OUT, scenario)
