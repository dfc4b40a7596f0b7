"""Leaving, preparing and waiting in a crisis: where they cross, and what the whole range says."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.alternatives.break_even import (
    NEVER,
    Advice,
    PaysFrom,
    advised,
    break_evens,
    pays_from,
)
from risk.alternatives.results import OptionClass
from risk.alternatives.waiting import Course, Waiting, waiting_for
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.signals import Evidence, WindDown
from risk.inventory.records import Fallback, Startup
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.alternatives.settings import central
from tests.alternatives.test_ranking import ends, last_day
from tests.alternatives.test_worked_examples import only, options, world
from tests.scenarios import small
from tests.small_world import dependency, portfolio, startup

Array = NDArray[np.float64]
USD = st.floats(0, 1e6)


def chance(probability: float, low: float, high: float) -> WindDown:
    return WindDown(
        horizon_days=90.0,
        probability_before=probability,
        probability=probability,
        low=low,
        high=high,
        log_odds_before=0.0,
        log_odds_after=0.0,
        rate_per_year=0.0,
        evidence=Evidence(as_of=datetime(2026, 11, 23, tzinfo=UTC), contributions=()),
    )


def test_a_course_pays_from_where_its_line_crosses_the_other() -> None:
    # Leaving costs 20,000 for certain, waiting loses 100,000 if it happens: 20 %.
    assert pays_from(20_000.0, 0.0, 100_000.0) == pytest.approx(0.2)
    # A backup costs 6,000 and leaves 40,000 of 100,000: 6/60 = 10 %.
    assert pays_from(6_000.0, 40_000.0, 100_000.0) == pytest.approx(0.1)
    # Leaving overtakes the backup at (20 − 6)/40 = 35 %.
    assert pays_from(20_000.0, 0.0, 40_000.0, than_cost=6_000.0) == pytest.approx(0.35)
    # What saves nothing, or costs as much as it saves, never pays.
    assert pays_from(5.0, 100.0, 100.0) == np.inf
    assert pays_from(100.0, 0.0, 100.0) == np.inf
    assert pays_from(0.0, 0.0, 100.0) == 0.0


def lines(*options: tuple[float, float]) -> tuple[Array, Array]:
    """Options of a course in one world, each with what it costs for certain and what it leaves."""
    found = np.array(options).reshape(-1, 2)
    return found[None, :, 0], found[None, :, 1]


def test_leaving_must_beat_whatever_could_be_prepared() -> None:
    wait = np.array([100_000.0])
    leave, backup = lines((20_000.0, 0.0)), lines((6_000.0, 40_000.0))
    act, prepare = break_evens(leave, backup, wait)
    assert (act[0], prepare[0]) == pytest.approx((0.35, 0.1))
    # Held capacity for 1,000 that leaves 90,000 pays from 10 % on as well; the dearer backup is
    # what leaving must beat.
    act, prepare = break_evens(leave, lines((6_000.0, 40_000.0), (1_000.0, 90_000.0)), wait)
    assert (act[0], prepare[0]) == pytest.approx((0.35, 0.1))
    # A backup that hardly helps holds nobody back: 20 of 100.
    act, prepare = break_evens(leave, lines((6_000.0, 95_000.0)), wait)
    assert act[0] == pytest.approx(0.2)
    assert prepare[0] == np.inf
    # One that is dearer than leaving and leaves as much holds nobody back either.
    act, _ = break_evens(leave, lines((30_000.0, 0.0)), wait)
    assert act[0] == pytest.approx(0.2)
    # Nothing to leave to, nothing to prepare.
    assert break_evens(lines(), lines(), wait) == (np.inf, np.inf)


@given(cost=USD, second=USD, left=USD, more=USD, p=st.floats(0.001, 0.999))
def test_above_its_point_a_course_is_the_cheapest_and_below_it_is_not(
    cost: float, second: float, left: float, more: float, p: float
) -> None:
    loss = left + more
    act, prepare = break_evens(lines((cost, 0.0)), lines((second, left)), np.array([loss]))
    others = min(second + p * left, p * loss)
    if p > act[0]:
        assert cost <= others + 1e-6
    if p < act[0] and cost > 0:
        assert cost >= others - 1e-6
    if p > prepare[0]:
        assert second + p * left <= p * loss + 1e-6
    if p < prepare[0] and second > 0:
        assert second + p * left >= p * loss - 1e-6


def test_the_range_over_worlds_may_be_endless_at_one_end() -> None:
    found = PaysFrom.of(np.array([0.1, 0.2, 0.3, 0.4, *[0.5] * 4, np.inf, np.inf]))
    assert (found.low, found.median, found.high) == (0.1, 0.5, np.inf)


def test_advice_is_given_over_the_whole_range_or_left_open() -> None:
    act = PaysFrom(low=0.1, median=0.2, high=0.3)
    prepare = PaysFrom(low=0.02, median=0.04, high=0.08)

    def said(low: float, high: float, second: PaysFrom = prepare) -> Advice:
        return advised(low, high, act=act, prepare=second)

    assert said(0.31, 0.6) is Advice.ACT
    assert said(0.09, 0.6) is Advice.PREPARE
    assert said(0.001, 0.019) is Advice.WAIT
    # Above where preparing may pay, and below where it surely does.
    assert said(0.01, 0.05) is Advice.OPEN
    # Nothing can be prepared: below 10 % one waits, between one cannot say.
    assert said(0.01, 0.05, NEVER) is Advice.WAIT
    assert said(0.09, 0.6, NEVER) is Advice.OPEN


OTHER = OptionClass.OTHER_DEVELOPER
HELD = startup("Any", dependency("d", "Alpha", "Alpha", model="alpha-1"))


def only_waiting(one: Startup, known: WindDown) -> Waiting:
    (found,) = waiting_for(one, central(world()), {"Alpha": known})
    return found


def course(found: Waiting, wanted: Advice) -> Course:
    (one,) = [one for one in found.courses if one.course is wanted]
    return one


def test_what_waiting_loses_is_the_loss_of_the_stress_test() -> None:
    found = only_waiting(HELD, chance(0.1, 0.05, 0.2))
    held = portfolio(HELD)
    result = stress(
        small.central(held, world()),
        Scenario(id="x", title="", root="Alpha", kind=FailureKind.WIND_DOWN),
    )
    assert course(found, Advice.WAIT).loss_usd == pytest.approx(
        result.startups[0].loss_usd, rel=1e-6
    )
    # Leaving costs what the option costs, and 90 days of a bill that is no higher: nothing more.
    act = course(found, Advice.ACT)
    shown = only(options(world()), OTHER)
    assert (act.option, act.days) == (shown.option, shown.switch_days)
    assert act.cost_usd == pytest.approx(shown.one_off_usd, rel=1e-6)
    assert act.loss_usd == 0
    # With one world the range is a point: leaving must beat the backup, and the backup waiting.
    second, wait = course(found, Advice.PREPARE), course(found, Advice.WAIT)
    assert act.pays_from is not None
    assert act.pays_from.median >= act.cost_usd / wait.loss_usd - 1e-9
    assert act.pays_from.median >= (act.cost_usd - second.cost_usd) / second.loss_usd - 1e-9
    assert act.pays_from.low == act.pays_from.high
    assert sum(one.best_in for one in found.courses) == pytest.approx(1)


def test_the_same_startup_acts_prepares_or_waits_as_the_chance_rises() -> None:
    calm = only_waiting(HELD, chance(0.001, 0.0005, 0.002))
    assert calm.advice is Advice.WAIT
    act = course(calm, Advice.ACT).pays_from
    prepare = course(calm, Advice.PREPARE).pays_from
    assert act is not None
    assert prepare is not None
    assert prepare.high < act.low
    between = (prepare.high + act.low) / 2
    assert only_waiting(HELD, chance(between, prepare.high + 1e-6, 0.99)).advice is Advice.PREPARE
    assert only_waiting(HELD, chance(0.9, act.high + 1e-6, 0.99)).advice is Advice.ACT


def test_who_has_a_backup_that_takes_over_has_nothing_to_prepare_but_capacity() -> None:
    facts = {"fallback": Fallback.AUTOMATIC, "fallback_developer": "Beta", "fallback_host": "Beta"}
    (link,) = HELD.use_cases[0].dependencies
    case = replace(HELD.use_cases[0], dependencies=(replace(link, **facts),))  # type: ignore[arg-type]
    backed = only_waiting(replace(HELD, use_cases=(case,)), chance(0.1, 0.05, 0.2))
    bare = only_waiting(HELD, chance(0.1, 0.05, 0.2))
    assert course(backed, Advice.WAIT).loss_usd < course(bare, Advice.WAIT).loss_usd
    prepared = [one for one in backed.courses if one.course is Advice.PREPARE]
    assert all("Capacity reserved" in str(one.option) for one in prepared)


def test_where_todays_model_ends_within_the_horizon_there_is_nothing_to_wait_for() -> None:
    known = {"Alpha": chance(0.1, 0.05, 0.2)}

    def asked(days: int) -> int:
        return len(waiting_for(HELD, central(ends(last_day("alpha-1", days))), known))

    assert (asked(90), asked(91)) == (0, 1)


def test_providers_that_cannot_reach_a_dependency_say_nothing_of_it() -> None:
    known = {"Beta": chance(0.1, 0.05, 0.2)}
    assert waiting_for(HELD, central(world()), known) == ()
