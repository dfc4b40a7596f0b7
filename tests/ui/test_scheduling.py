"""The schedule of a server: silent where nothing is to do, led by one, handed over at its end."""

import time
from collections.abc import Callable, Iterator

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.feeds import import_feed, list_feeds, set_feed_interval
from db.services.leadership import Leadership
from tests.db.feed_server import Page, serving, this_machine
from tests.hazard.incidents import feed_samples as samples
from ui import cached, scheduling
from ui.scheduling import Schedule


@pytest.fixture
def store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of this process, which the schedule opens as pages do."""
    monkeypatch.setattr(cached, "whole_store", lambda: store)
    return store


@pytest.fixture
def schedule() -> Iterator[Schedule]:
    one = Schedule(look_every=0.02)
    yield one
    one.end()


@pytest.fixture
def feed_at(store: Store) -> Iterator[str]:
    with serving({"/feed": Page(body=samples.SEVEN)}) as host:
        import_feed(store, LOCAL_OWNER, f"{host}/feed", allowed=this_machine)
        yield f"{host}/feed"


def until(holds: Callable[[], bool]) -> None:
    """Wait for it, and fail where it never comes."""
    give_up_at = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def failures(store: Store) -> int:
    return sum(one.failures for one in list_feeds(store, LOCAL_OWNER))


def test_a_server_with_nothing_to_do_writes_nothing(
    store: Store, schedule: Schedule, feed_at: str, monkeypatch: pytest.MonkeyPatch
):
    looked, really = [], scheduling.is_anything_to_do

    def look(store: Store) -> bool:
        looked.append(store)
        return really(store)

    monkeypatch.setattr(scheduling, "is_anything_to_do", look)
    schedule.begin()
    until(lambda: len(looked) > 3)
    with store.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM leases").scalar() == 0


def test_a_feed_in_its_turn_is_asked_by_the_rules_of_every_call(
    store: Store, schedule: Schedule, feed_at: str
):
    set_feed_interval(store, LOCAL_OWNER, feed_at, 5)
    schedule.begin()
    until(lambda: failures(store) == 1)
    (feed,) = list_feeds(store, LOCAL_OWNER)
    assert "not on the public internet" in feed.problem  # it lies on this machine


def test_at_its_end_another_leads_at_once(store: Store, schedule: Schedule, feed_at: str):
    set_feed_interval(store, LOCAL_OWNER, feed_at, 5)
    schedule.begin()
    until(lambda: failures(store) == 1)
    assert not Leadership(store).leads()
    schedule.end(within=20)
    assert Leadership(store).leads()


def test_a_process_can_be_kept_out_of_it(
    store: Store, schedule: Schedule, feed_at: str, monkeypatch: pytest.MonkeyPatch
):
    set_feed_interval(store, LOCAL_OWNER, feed_at, 5)
    monkeypatch.setenv(scheduling.SCHEDULE, "off")
    schedule.begin()
    assert Leadership(store).leads()
    assert failures(store) == 0
