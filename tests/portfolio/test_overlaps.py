"""Long falters of one startup in one year, with the arithmetic shown."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.hazard.durations import FixedDuration
from risk.hazard.events import Event
from risk.portfolio.dependents import MOVING_KINDS, Dependent
from risk.portfolio.event_table import event_tables
from risk.portfolio.overlaps import Charges, Falters, charges, union_lengths
from risk.portfolio.startup_ways import hits_by_startup, startup_ways
from tests.portfolio.hand_made import falter, loss_of

LONG = FixedDuration(5.0)
OUTAGE = falter("Alpha", FalterKind.OUTAGE, 1, duration=LONG)
SLOW = falter("Alpha", FalterKind.DEGRADED, 1, duration=LONG)
SHORT = falter("Beta", FalterKind.OUTAGE, 36.5, duration=FixedDuration(0.5))
WIND_DOWN = falter("Alpha", FalterKind.WIND_DOWN, 0.1, notice_days=14)
ACCESS_CUT = falter("Alpha", FalterKind.ACCESS_CUT, 0.1)
RETIREMENT = falter("alpha-1", FalterKind.MODEL_RETIREMENT, 0.1)
PRICE = falter("Alpha", FalterKind.PRICE_SHOCK, 0.1)
FOREVER = float("inf")

#: Year, day, event, days.
Calendar = list[tuple[int, float, Event, float]]
SINGLE = (("a",),)
MOVING_DAYS = 44.0


def dependent(lines: tuple[tuple[str, ...], ...]) -> Dependent:
    """It takes 44 days to move any dependency."""
    moving = dict.fromkeys(MOVING_KINDS, MOVING_DAYS)
    return Dependent(
        lines=lines,
        moving_days={key: moving for line in lines for key in line},
        margin_usd_per_day=10_000.0,
        cash_usd=None,
        burn_usd_per_month=None,
    )


def charged(
    costs: Mapping[Event, Mapping[str, float]],
    calendar: Calendar,
    *,
    lines: tuple[tuple[str, ...], ...] = SINGLE,
    years: int = 1,
) -> Charges:
    """Charges in the order of the calendar. Costs are in USD: a day, or once and for all."""
    losses = {"One": tuple(loss_of(event, parts) for event, parts in costs.items())}
    tables = event_tables(losses, {event: np.ones(1) for event in costs})
    ways = startup_ways(dependent(lines), hits_by_startup(tables)["One"], tables)
    first = {table.event: row for table, (_, row, _) in zip(tables, ways.hits, strict=True)}
    return charges(
        ways,
        Falters(
            years=np.array([year for year, _, _, _ in calendar]),
            starts=np.array([day for _, day, _, _ in calendar]),
            ways=np.array([first[event] for _, _, event, _ in calendar]),
            days=np.array([days for _, _, _, days in calendar]),
        ),
        years=years,
    )


def test_a_use_case_that_was_left_for_good_is_not_lost_again() -> None:
    # Access cut on day 40 costs 80,000; the wind-down of day 200 befalls a provider that was left.
    costs = {WIND_DOWN: {"a": 100_000.0}, ACCESS_CUT: {"a": 80_000.0}}
    found = charged(costs, [(0, 40, ACCESS_CUT, FOREVER), (0, 200, WIND_DOWN, FOREVER)])
    assert found.additive.tolist() == [80_000, 100_000]
    assert found.together.tolist() == [80_000, 0]


def test_another_year_begins_with_a_startup_that_is_whole() -> None:
    costs = {WIND_DOWN: {"a": 100_000.0}, ACCESS_CUT: {"a": 80_000.0}}
    calendar = [(0, 40.0, ACCESS_CUT, FOREVER), (1, 200.0, WIND_DOWN, FOREVER)]
    assert charged(costs, calendar, years=2).together.tolist() == [80_000, 100_000]


def test_only_the_dependency_that_was_left_is_not_lost_again() -> None:
    # One use case needs both. The cut takes a, 60,000. The wind-down takes both, 30,000 each:
    # a is elsewhere by then, b is not.
    costs = {ACCESS_CUT: {"a": 60_000.0}, WIND_DOWN: {"a": 30_000.0, "b": 30_000.0}}
    calendar = [(0, 40.0, ACCESS_CUT, FOREVER), (0, 200.0, WIND_DOWN, FOREVER)]
    found = charged(costs, calendar, lines=(("a", "b"),))
    assert found.together.tolist() == [60_000, 30_000]


def test_after_a_retirement_the_developer_can_still_be_lost_but_the_model_not_again() -> None:
    costs = {RETIREMENT: {"a": 20_000.0}, WIND_DOWN: {"a": 100_000.0}}
    calendar = [(0, 10.0, RETIREMENT, FOREVER), (0, 90.0, RETIREMENT, FOREVER)]
    calendar.append((0, 200.0, WIND_DOWN, FOREVER))
    assert charged(costs, calendar).together.tolist() == [20_000, 0, 100_000]


def test_after_a_wind_down_neither_its_prices_nor_its_models_cost_anything() -> None:
    costs = {WIND_DOWN: {"a": 9e4}, PRICE: {"a": 5e3}, RETIREMENT: {"a": 2e4}}
    calendar = [(0, 5.0, PRICE, FOREVER), (0, 10.0, WIND_DOWN, FOREVER)]
    calendar += [(0, 20.0, PRICE, FOREVER), (0, 30.0, RETIREMENT, FOREVER)]
    assert charged(costs, calendar).together.tolist() == [5e3, 9e4, 0, 0]


def test_an_outage_inside_a_longer_one_costs_nothing_more() -> None:
    # Days 100 to 110 and 104 to 107 at $1,000 a day: 10 days, not 13.
    found = charged({OUTAGE: {"a": 1_000.0}}, [(0, 100, OUTAGE, 10.0), (0, 104, OUTAGE, 3.0)])
    assert found.additive.sum() == pytest.approx(13_000)
    assert found.together.sum() == pytest.approx(10_000)


def test_days_on_which_two_outages_meet_are_charged_once() -> None:
    # Days 100 to 110 and 107 to 113: their union is 13 days.
    found = charged({OUTAGE: {"a": 1_000.0}}, [(0, 100, OUTAGE, 10.0), (0, 107, OUTAGE, 6.0)])
    assert found.together.sum() == pytest.approx(13_000)


def test_where_a_severe_and_a_mild_falter_meet_the_severe_one_counts() -> None:
    # A slowdown of 20 days at $400 with an outage of 5 days at $1,000 inside:
    # 5 · 1,000 + (20 - 5) · 400 = 11,000, and not 13,000.
    costs = {OUTAGE: {"a": 1_000.0}, SLOW: {"a": 400.0}}
    found = charged(costs, [(0, 50, SLOW, 20.0), (0, 60, OUTAGE, 5.0)])
    assert found.together == pytest.approx([6_000, 5_000])
    # The other way round the slowdown adds nothing.
    found = charged(costs, [(0, 50, OUTAGE, 20.0), (0, 60, SLOW, 5.0)])
    assert found.together == pytest.approx([20_000, 0])


def test_other_lines_and_other_days_do_not_meet() -> None:
    costs = {OUTAGE: {"a": 1_000.0}, SLOW: {"b": 400.0}}
    calendar = [(0, 50.0, OUTAGE, 20.0), (0, 60.0, SLOW, 5.0), (0, 90.0, OUTAGE, 2.0)]
    found = charged(costs, calendar, lines=(("a",), ("b",)))
    assert found.together == pytest.approx(found.additive)


def test_what_falters_while_a_provider_is_being_left_costs_only_the_days_beyond() -> None:
    # Told on day 100, gone on day 114, moved on day 144: 44 days less 14 of notice, 30 days down.
    # The outage of days 105 to 110 counts whole, that of 120 to 125 not at all, and that of
    # 141 to 151 for the 7 days beyond, at the price of days 31 to 37.
    costs = {WIND_DOWN: {"a": 100_000.0}, OUTAGE: {"a": 1_000.0}}
    calendar = [(0, 100.0, WIND_DOWN, FOREVER)]
    calendar += [(0, 105.0, OUTAGE, 5.0), (0, 120.0, OUTAGE, 5.0), (0, 141.0, OUTAGE, 10.0)]
    assert charged(costs, calendar).together == pytest.approx([100_000, 5_000, 0, 7_000])


def test_short_falters_are_expected_to_cost_nothing_while_the_line_is_down() -> None:
    # 36.5 a year of half a day at $1,000 a day: $18,250 a year, $50 a day. Twenty days spare
    # 1,000; of twenty days from day 360 only five lie in this year.
    costs = {SHORT: {"a": 1_000.0}, OUTAGE: {"a": 1_000.0}}
    assert charged(costs, [(0, 50, OUTAGE, 20.0)]).relief == pytest.approx([1_000])
    assert charged(costs, [(0, 360, OUTAGE, 20.0)]).relief == pytest.approx([250])
    # Two that meet, days 50 to 70 and 60 to 90: 40 days.
    twice = charged(costs, [(0, 50, OUTAGE, 20.0), (0, 60, OUTAGE, 30.0)])
    assert twice.relief == pytest.approx([2_000])


def test_a_long_slowdown_spares_only_its_own_part_of_a_short_outage() -> None:
    # Of $50 a day of short outages at $1,000, the slowdown's $400 a day was charged twice: $20.
    costs = {SHORT: {"a": 1_000.0}, SLOW: {"a": 400.0}}
    assert charged(costs, [(0, 50, SLOW, 20.0)]).relief == pytest.approx([400])


def test_unions_by_hand() -> None:
    # 0-10; with 4-6 still 10; with 8-15 it is 15; with 20-21 it is 16.
    begins, ends = np.array([[0.0, 4, 8, 20]]), np.array([[10.0, 6, 15, 21]])
    assert union_lengths(begins, ends).tolist() == [[10, 10, 15, 16]]


stretches = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), min_size=1, max_size=6)


@given(stretches)
def test_the_length_of_a_union_is_the_number_of_days_in_any_of_them(
    drawn: list[tuple[int, int]],
) -> None:
    begins = np.array([[float(first) for first, _ in drawn]])
    ends = begins + np.array([[float(length) for _, length in drawn]])
    covered: set[int] = set()
    expected = []
    for first, length in drawn:
        covered |= set(range(first, first + length))
        expected.append(len(covered))
    assert union_lengths(begins, ends)[0].tolist() == expected


@given(st.lists(st.tuples(st.floats(0, 364), st.floats(1, 60)), min_size=1, max_size=8))
def test_at_a_price_a_day_the_charge_is_the_price_of_the_days_down(
    drawn: list[tuple[float, float]],
) -> None:
    calendar = [(0, first, OUTAGE, length) for first, length in sorted(drawn)]
    found = charged({OUTAGE: {"a": 1_000.0}}, calendar)
    begins = np.array([[first for _, first, _, _ in calendar]])
    ends = begins + np.array([[length for _, _, _, length in calendar]])
    union = union_lengths(begins, ends)[0, -1]
    assert found.together.sum() == pytest.approx(1_000 * union)
    assert found.together.sum() <= found.additive.sum() + 1e-6
