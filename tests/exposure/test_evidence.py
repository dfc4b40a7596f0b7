"""How long a test of a fallback or of an exit plan is worth something, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS
from risk.exposure.evidence import fallback_terms, plan_factor, worn_share
from risk.inventory.records import ExitPlan, Fallback
from tests.small_world import TODAY, dependency


def terms_after(days_ago: int, *, hours: float | None = None) -> tuple[float, float]:
    """(share taken, days until it does) of a fallback that was tested so many days ago."""
    one = dependency(
        "d",
        "Alpha",
        "Alpha",
        fallback=Fallback.TESTED,
        fallback_tested_on=TODAY - timedelta(days=days_ago),
        fallback_hours=hours,
    )
    return fallback_terms(Fallback.TESTED, one, DEFAULTS, TODAY)


def test_a_test_is_fresh_for_ninety_days_and_worth_nothing_after_a_hundred_and_eighty() -> None:
    assert terms_after(0) == terms_after(90) == (0.8, 0.02)
    assert terms_after(180) == terms_after(400) == pytest.approx((0.5, 0.1))
    # Half-way, at 135 days: 0.8/2 + 0.5/2 = 0.65 of the workload, 0.02/2 + 0.1/2 = 0.06 days.
    assert terms_after(135) == pytest.approx((0.65, 0.06))


def test_what_a_drill_measured_counts_instead_of_the_assumption() -> None:
    # Six hours are a quarter of a day; a slow take-over is not forgotten as the drill wears out.
    assert terms_after(10, hours=6) == pytest.approx((0.8, 0.25))
    assert terms_after(180, hours=6) == pytest.approx((0.5, 0.25))
    # Twelve minutes are 1/120 of a day; once worn out, the 0.1 days of an untested one.
    assert terms_after(10, hours=0.2)[1] == pytest.approx(1 / 120)
    assert terms_after(180, hours=0.2)[1] == pytest.approx(0.1)


def test_a_tried_exit_plan_wears_out_to_a_written_one() -> None:
    def factor(days_ago: int) -> float:
        one = dependency("d", "Alpha", "Alpha", exit_plan_tested_on=TODAY - timedelta(days_ago))
        return plan_factor(ExitPlan.TESTED, one, DEFAULTS, TODAY)

    assert factor(30) == 0.6
    assert factor(135) == pytest.approx((0.6 + 0.85) / 2)
    assert factor(200) == pytest.approx(0.85)


def test_a_test_without_a_date_proves_nothing() -> None:
    one = dependency("d", "Alpha", "Alpha", fallback=Fallback.TESTED)
    assert fallback_terms(Fallback.TESTED, one, DEFAULTS, TODAY) == (0.5, 0.1)


@given(younger=st.integers(0, 400), days=st.integers(0, 400))
def test_an_older_test_is_never_worth_more(younger: int, days: int) -> None:
    def worn(age: int) -> float:
        return worn_share(date(2026, 11, 23) - timedelta(age), DEFAULTS, date(2026, 11, 23))

    assert 0 <= worn(younger) <= worn(younger + days) <= 1
