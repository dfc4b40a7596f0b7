"""Three paces of switching in place of one time that nobody knows."""

from dataclasses import replace
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.falters import FalterKind
from risk.exposure.promises import Promises, notice_days
from risk.hazard.durations import LognormalDuration, Permanent
from risk.hazard.events import DATED, Event
from risk.hazard.switching_pace import PACES, at_mean_pace, by_pace
from risk.inventory.records import Depth
from tests.metamorphic.world import WORLD, assess
from tests.small_world import dependency, startup

CLOSURE = Event(
    root="Alpha",
    kind=FalterKind.WIND_DOWN,
    level="closure",
    rate_per_year=0.06,
    severity=1.0,
    duration=Permanent(),
    notice_days=14.0,
)
OUTAGE = replace(CLOSURE, kind=FalterKind.OUTAGE, duration=LognormalDuration(-3.0, 1.0))


def test_an_event_comes_at_half_once_and_twice_the_time_in_one_four_and_one_cases_of_six() -> None:
    # e^(√3 · 0.4) = 1.9993, its inverse 0.5002; 0.06 a year = 0.01 + 0.04 + 0.01.
    found = by_pace([CLOSURE], 0.4)
    assert [one.switching_pace for one in found] == pytest.approx([0.5002, 1, 1.9993], abs=1e-4)
    assert [one.rate_per_year for one in found] == pytest.approx([0.01, 0.04, 0.01])
    assert [one.level for one in found] == [
        "closure, fast switching",
        "closure",
        "closure, slow switching",
    ]
    assert {one.rate_group for one in found} == {("Alpha", FalterKind.WIND_DOWN, "closure")}


@given(st.floats(0.05, 0.8))
def test_the_three_keep_five_moments_of_the_logarithm(spread: float) -> None:
    # A normal law has moments 0, σ², 0, 3σ⁴, 0.
    found = by_pace([CLOSURE], spread)
    weight = [one.rate_per_year / CLOSURE.rate_per_year for one in found]
    for power, moment in enumerate((1, 0, spread**2, 0, 3 * spread**4, 0)):
        mean = sum(
            share * log(one.switching_pace) ** power
            for share, one in zip(weight, found, strict=True)
        )
        assert mean == pytest.approx(moment, abs=1e-12)


def test_what_is_over_in_hours_and_what_is_known_for_certain_stays_one_event() -> None:
    assert by_pace([OUTAGE], 0.4) == (OUTAGE,)
    assert by_pace([CLOSURE], 0.0) == (CLOSURE,)


def test_a_retirement_whose_day_is_published_stays_one_at_every_pace() -> None:
    # Its day is not drawn, and an agreed notice does not put it off.
    last_day = replace(CLOSURE, kind=FalterKind.MODEL_RETIREMENT, level=DATED)
    found = by_pace([last_day, CLOSURE], 0.4)
    assert [one.dated for one in found] == [True, True, True, False, False, False]
    agreed = Promises(notice_days=100.0)
    assert [notice_days(one, agreed) for one in found[:3]] == [14.0, 14.0, 14.0]


def test_the_paces_of_each_event_are_put_together_again_at_their_mean() -> None:
    # (0.5002 + 4 + 1.9993) / 6 = 1.0833; two notices stay two events.
    later = replace(CLOSURE, notice_days=90.0, level="closure, long notice")
    later = replace(later, reference_level="closure")
    whole = at_mean_pace(by_pace([CLOSURE, later, OUTAGE], 0.4))
    found = sorted(whole.values(), key=lambda one: (one.kind, one.notice_days))
    assert [one.rate_per_year for one in found] == pytest.approx([0.06, 0.06, 0.06])
    assert [one.switching_pace for one in found] == pytest.approx([1, 1.0833, 1.0833], abs=1e-4)
    assert [one.notice_days for one in found] == [14.0, 14.0, 90.0]


def test_a_loss_is_the_mean_over_times_to_switch_half_once_and_twice_as_long() -> None:
    # One engineer behind a gateway needs 0.5 · 1.25 weeks, 4.4 days, less than the lawyers at any
    # pace: the time to switch is legal days + evaluation, and its factor multiplies both.
    one = startup("One", dependency("one", "Alpha", "Alpha", depth=Depth.GATEWAY), engineers=50.0)

    def loss(factor: float) -> float:
        days = {"legal_days": 60 * factor, "evaluation_days": 10 * factor}
        return assess(one, world=WORLD, switch_spread=0.0, **days).aal_usd

    spread = assess(one, world=WORLD, switch_spread=0.4, legal_days=60.0, evaluation_days=10.0)
    by_hand = sum(share * loss(exp(step * 0.4)) for _, share, step in PACES)
    # Outages keep one pace, so the rare ones that outlast the move differ by a hair.
    assert spread.aal_usd == pytest.approx(by_hand, rel=1e-8)
    assert spread.aal_usd > loss(1.0) * 1.005
    assert exp(sqrt(3) * 0.4) == pytest.approx(1.9993, abs=1e-4)
