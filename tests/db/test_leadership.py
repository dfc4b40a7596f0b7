"""Leadership: one process at a time, another within a minute of its end, whatever clocks say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Store
from db.services.leadership import Leadership


@dataclass
class Clock:
    """Seconds that a test turns."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_leads_and_the_second_waits(store: Store, clock: Clock):
    first, second = Leadership(store, clock=clock), Leadership(store, clock=clock)
    assert first.leads()
    assert not second.leads()
    for _ in range(60):
        clock.seconds += 10
        assert first.leads()
        assert not second.leads()
    with store.read() as session:
        assert first.holds(session)
        assert not second.holds(session)


def test_another_takes_over_within_a_minute_of_the_leaders_death(store: Store, clock: Clock):
    first, second = Leadership(store, clock=clock), Leadership(store, clock=clock)
    assert first.leads()
    died_at = clock.seconds
    # It looks every five seconds, as the schedule does, and may first look five seconds later.
    while not second.leads():
        clock.seconds += 5
        # The dead one would have stopped acting before another begins: 25 seconds against 35.
    assert not first.is_trusted
    assert clock.seconds - died_at <= 60
    with store.read() as session:
        assert not first.holds(session)


def test_a_leader_that_gives_up_is_followed_at_once(store: Store, clock: Clock):
    first, second = Leadership(store, clock=clock), Leadership(store, clock=clock)
    assert first.leads()
    first.give_up()
    assert second.leads()
    assert not first.leads()


def test_one_that_slept_finds_that_it_leads_no_more(store: Store, clock: Clock):
    own = Clock()  # of a machine that was stopped: it did not go on
    first, second = Leadership(store, clock=own), Leadership(store, clock=clock)
    assert first.leads()
    while not second.leads():
        clock.seconds += 5
    assert first.is_trusted  # as far as it knows
    with store.read() as session:
        assert not first.holds(session)
    own.seconds += 11
    assert not first.leads()


@pytest.mark.parametrize("jump", [timedelta(days=-30), timedelta(days=30)])
def test_a_clock_that_is_set_gives_neither_two_leaders_nor_none(
    store: Store, clock: Clock, jump: timedelta
):
    first, second = Leadership(store, clock=clock), Leadership(store, clock=clock)
    assert first.leads()
    moment = datetime.now(UTC) + jump
    store.now = lambda: moment
    for _ in range(12):
        clock.seconds += 10
        assert first.leads()
        assert not second.leads()
    died_at = clock.seconds
    while not second.leads():
        clock.seconds += 5
    assert clock.seconds - died_at <= 60


@pytest.mark.parametrize("database", ["sqlite"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    turns=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([1, 5, 12, 30, 50])), min_size=5, max_size=40
    )
)
def test_never_do_two_act_whoever_looks_when(store: Store, turns: list[tuple[int, int]]):
    clock = Clock()
    name = f"lease {hash(tuple(turns))}"
    all_three = [Leadership(store, name, clock=clock) for _ in range(3)]
    for which, seconds in turns:
        clock.seconds += seconds
        all_three[which].leads()
        assert sum(one.is_trusted for one in all_three) <= 1
