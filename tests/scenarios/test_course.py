"""What a startup goes through while its provider falters, by hand."""

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Fallback, Requirement
from risk.scenarios.course import state_on, worst_stages
from risk.scenarios.results import Scenario, Stage, StartupState
from risk.scenarios.stress import followed
from risk.scenarios.stress import stress as stressed
from tests.scenarios.small import central
from tests.small_world import dependency, portfolio, rate, small_catalog, startup

WORLD = small_catalog(rates=(rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14),))


def stages(kind: FailureKind, *, buffer_hours: float = 0.0, **facts: object) -> list[tuple]:
    settings = {name: facts.pop(name) for name in ("days", "notice_days") if name in facts}
    one = startup(
        "One", dependency("d", "Alpha", "Alpha", **facts), case={"buffer_hours": buffer_hours}
    )
    scenario = Scenario(id="", title="", root="Alpha", kind=kind, **settings)  # type: ignore[arg-type]
    result = stressed(central(portfolio(one), WORLD), scenario)
    return [(one.state.value, one.from_day, one.to_day) for one in followed(result, 1)[0].stages]


def test_without_a_fallback_it_waits_for_the_end_of_a_short_outage() -> None:
    assert stages(FailureKind.OUTAGE, days=2.0) == [
        ("waiting", 0.0, 2.0),
        ("recovered", 2.0, None),
    ]


def test_what_can_wait_twelve_hours_feels_nothing_for_half_a_day() -> None:
    assert stages(FailureKind.OUTAGE, days=2.0, buffer_hours=12) == [
        ("buffer", 0.0, 0.5),
        ("waiting", 0.5, 2.0),
        ("recovered", 2.0, None),
    ]


def test_a_fallback_that_was_tried_takes_over_and_serves_in_part() -> None:
    # An untested one takes a tenth of a day and carries half of the work.
    assert stages(FailureKind.OUTAGE, days=2.0, fallback=Fallback.UNTESTED) == [
        ("failover", 0.0, pytest.approx(0.1)),
        ("degraded", pytest.approx(0.1), 2.0),
        ("recovered", 2.0, None),
    ]


def test_a_wind_down_is_noticed_waited_for_and_switched_from() -> None:
    # 17 days to switch (tests/loss/test_kernels.py), 14 of them won by the notice.
    assert stages(FailureKind.WIND_DOWN) == [
        ("notice", -14.0, 0.0),
        ("waiting", 0.0, pytest.approx(3.0, abs=0.3)),
        ("switched", pytest.approx(3.0, abs=0.3), None),
    ]


def test_with_notice_enough_no_day_is_waited() -> None:
    assert stages(FailureKind.WIND_DOWN, notice_days=60) == [
        ("notice", -60.0, 0.0),
        ("switched", 0.0, None),
    ]


def test_a_dearer_price_stops_nothing() -> None:
    states = [state for state, _, _ in stages(FailureKind.PRICE_SHOCK, notice_days=30)]
    assert states[0] == "notice"
    assert set(states) <= {"notice", "dearer", "switched"}


def test_of_two_dependencies_the_worse_state_is_shown() -> None:
    wait, slow = StartupState.WAITING, StartupState.DEGRADED
    back = StartupState.RECOVERED
    first = (
        Stage(state=wait, from_day=0, to_day=1),
        Stage(state=back, from_day=1, to_day=None),
    )
    second = (
        Stage(state=slow, from_day=0, to_day=4),
        Stage(state=back, from_day=4, to_day=None),
    )
    assert worst_stages((first, second)) == (
        Stage(state=wait, from_day=0, to_day=1),
        Stage(state=slow, from_day=1, to_day=4),
        Stage(state=back, from_day=4, to_day=None),
    )
    assert worst_stages((second, first)) == worst_stages((first, second))
    assert state_on(first, 0.5) is wait
    assert state_on(first, -1) is None


def test_stages_follow_each_other_without_a_gap() -> None:
    two = startup(
        "Two",
        dependency("a", "Alpha", "Alpha", fallback=Fallback.TESTED, share=0.5),
        dependency("b", "Alpha", "Alpha", share=0.5),
        requirement=Requirement.ALL,
        case={"buffer_hours": 3.0},
    )
    for kind in FailureKind:
        if kind is FailureKind.LEADERSHIP_CRISIS:
            continue
        scenario = Scenario(id="", title="", root="Alpha", kind=kind, days=5.0)
        found = followed(stressed(central(portfolio(two), WORLD), scenario), 1)[0].stages
        assert found[-1].to_day is None
        assert [one.to_day for one in found[:-1]] == [one.from_day for one in found[1:]]
