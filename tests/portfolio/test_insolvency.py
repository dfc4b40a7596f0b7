"""A startup whose cash ends half-way through the year, with the arithmetic shown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.portfolio.dependents import Dependent
from risk.portfolio.insolvency import Ends, Ledger, ends_of_cash

#: $1,000 a day.
BURN = 365_000.0 / 12
STARTUP = Dependent(
    lines=(("a",),),
    moving_days={},
    margin_usd_per_day=10_000.0,
    cash_usd=400_000.0,
    burn_usd_per_month=BURN,
)


def ends(
    *falters: tuple[float, float, float],
    startup: Dependent = STARTUP,
    daily_usd: float = 0.0,
    years: tuple[int, ...] | None = None,
) -> Ends:
    """Falters as (day, USD, of which lost with customers), of one year unless ``years`` says."""
    days, usd, churn = (np.array(one) for one in zip(*falters, strict=True))
    return ends_of_cash(
        startup,
        Ledger(
            years=np.array(years or (0,) * len(falters)),
            starts=days,
            usd=usd,
            churn_usd=churn,
            daily_usd=daily_usd,
        ),
    )


def test_the_rest_of_the_year_is_lost_once_and_nothing_more_afterwards() -> None:
    # Without burn: 400,000 less 450,000 on day 100. 265 days of $10,000 are lost and the
    # falter of day 200, $50,000, finds nobody: 2,650,000 - 50,000.
    still = replace(STARTUP, burn_usd_per_month=0.0)
    found = ends((100, 450_000, 0), (200, 50_000, 0), startup=still)
    assert found.days == pytest.approx([100])
    assert found.change_usd == pytest.approx([2_600_000])


def test_the_planned_burn_finishes_what_a_falter_began() -> None:
    # Day 100: 400,000 - 100 · 1,000 - 200,000 = 100,000, a hundred days more: day 200.
    found = ends((100, 200_000, 0))
    assert found.days == pytest.approx([200])
    assert found.change_usd == pytest.approx([165 * 10_000])


def test_lost_customers_take_their_part_day_by_day_and_are_not_lost_again() -> None:
    # $465,000 of which 365,000 is what lost customers bring in over the next 365 days: $1,000 a
    # day. Day 100: 400,000 - 100,000 - 100,000 = 200,000 at $2,000 a day ends on day 200.
    # The 165 days left would have brought in 10,000 - 1,000 each.
    found = ends((100, 465_000, 365_000))
    assert found.days == pytest.approx([200])
    assert found.change_usd == pytest.approx([165 * 9_000])


def test_falters_too_short_to_be_listed_cost_their_expected_part_until_the_end() -> None:
    # $50 a day beside the burn of $1,000: level 400,000 - 100 · 1,050 - 190,000 = 105,000 lasts
    # 100 days more. They too are spared for the 165 days left.
    found = ends((100, 190_000, 0), daily_usd=50.0)
    assert found.days == pytest.approx([200])
    assert found.change_usd == pytest.approx([165 * (10_000 - 50)])


def test_two_falters_of_one_year_can_do_what_neither_does_alone() -> None:
    # The plan leaves 35,000 at the year's end: 20,000 is borne, twice 20,000 is not.
    assert not len(ends((100, 20_000, 0)).days)
    assert not len(ends((100, 20_000, 0), (200, 20_000, 0), years=(0, 1)).days)
    found = ends((100, 20_000, 0), (200, 20_000, 0))
    # 400,000 - 40,000 lasts 360 days.
    assert found.days == pytest.approx([360])
    assert found.change_usd == pytest.approx([5 * 10_000])


def test_years_are_looked_at_one_by_one() -> None:
    found = ends(
        (10, 1_000, 0), (100, 200_000, 0), (50, 450_000, 0), (60, 7_000, 0), years=(1, 4, 6, 6)
    )
    assert found.years.tolist() == [4, 6]
    assert found.days == pytest.approx([200, 50])
    assert found.change_usd == pytest.approx([1_650_000, 315 * 10_000 - 7_000])


@pytest.mark.parametrize(
    "changes",
    [
        {"cash_usd": None},
        {"burn_usd_per_month": None},
        # 364,000 is gone by the plan a day before the year is.
        {"cash_usd": 364_000.0},
    ],
)
def test_unknown_cash_or_a_plan_that_ends_within_the_year_is_left_alone(
    changes: dict[str, float | None],
) -> None:
    startup = replace(STARTUP, **changes)  # type: ignore[arg-type]
    assert not startup.lasts_the_year
    assert not len(ends((100, 1e7, 0), startup=startup).days)


def test_a_startup_that_earns_money_can_still_be_ended_by_one_falter() -> None:
    earning = replace(STARTUP, burn_usd_per_month=-BURN)
    # 400,000 + 100 · 1,000 is more than 450,000 and less than 600,000.
    assert not len(ends((100, 450_000, 0), startup=earning).days)
    assert ends((100, 600_000, 0), startup=earning).days == pytest.approx([100])


falters = st.lists(
    st.tuples(st.floats(0, 364), st.floats(0, 4e5), st.floats(0, 1)), min_size=1, max_size=5
)


@given(falters, st.floats(0, 5e5))
def test_more_cash_never_brings_the_end_nearer(
    drawn: list[tuple[float, float, float]], more: float
) -> None:
    listed = [(day, usd, usd * part) for day, usd, part in sorted(drawn)]
    richer = replace(STARTUP, cash_usd=400_000.0 + more)
    before, after = ends(*listed), ends(*listed, startup=richer)
    first = before.days[0] if len(before.days) else 365.0
    second = after.days[0] if len(after.days) else 365.0
    assert second >= first - 1e-6
