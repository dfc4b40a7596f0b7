"""Digests and warnings: one a day or week, one for any number of crossings, with why and what."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store, open_store
from db.records import SubscriptionRecord
from db.services import watching
from db.services.access import LOCAL_OWNER
from db.services.endings import exit_startup, rename
from db.services.feeds import import_feed, set_feed_interval
from db.services.kept_answers import keep_answer
from db.services.limits import load_limits, set_limit
from db.services.polling import poll_feeds
from db.services.scoring import score_portfolio
from db.services.subscriptions import (
    Rhythm,
    Subscription,
    list_subscriptions,
    send_waiting,
    subscribe,
)
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import Finding, Measure, Watch
from tests.db.access_decisions import ARGUMENTS, OWN_ARGUMENTS
from tests.db.feed_server import Page, serving, this_machine
from tests.hazard.incidents import feed_samples as samples
from tests.ui.conftest import DEMO_DAY, Open, texts
from ui import digests
from ui.digests import Readings, digest, digest_due, tell, warning

#: A Monday; digests go out from seven.
MONDAY = datetime(2026, 11, 2, 7, tzinfo=UTC)
ONE: Subscription = OWN_ARGUMENTS["put_message"]["subscription"]


@dataclass
class Clock:
    now: datetime = datetime.combine(DEMO_DAY, datetime.min.time(), UTC) + timedelta(hours=12)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(part_store: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A part of the demo portfolio with its answer of today, and a channel that is set."""
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", "json://127.0.0.1:9/")
    opened = open_store(clock=clock)
    yield opened
    opened.close()


@dataclass
class Post:
    """Whoever takes messages."""

    came: list[tuple[str, str]]

    def __call__(self, channel: str, recipient: str, title: str, body: str, files: object) -> None:
        self.came.append((title, body))


def told(store: Store, readings: Readings, **options) -> list[tuple[str, str]]:
    """What comes of one look of the schedule."""
    post = Post([])
    tell(store, LOCAL_OWNER, readings, may_act=lambda session: True, **options)
    send_waiting(store, LOCAL_OWNER, send=post)
    return post.came


def limit(store: Store, measure: Measure, value: float, **what: Any) -> None:
    set_limit(store, LOCAL_OWNER, "demo", measure, value, "policy", **what)


def test_what_crosses_a_limit_is_told_at_once_once_and_with_why_and_where(
    store: Store, clock: Clock
):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.NONE)
    readings = Readings()
    assert told(store, readings) == []
    limit(store, Measure.EXPECTED_LOSS, 1.0)
    limit(store, Measure.DEVELOPER_SHARE, 0.01)
    ((title, body),) = told(store, readings)
    assert title == "Downstream: 2 limits crossed (demo)"
    assert "beyond the limit of at most 1 %" in body
    assert "/watch?portfolio=demo" in body
    assert "To do:" in body
    assert told(store, Readings()) == []  # another process, or the same after a restart
    # What crosses within the hour comes with the next message, alone.
    limit(store, Measure.WIND_DOWN, 1e-9)
    assert told(store, readings) == []
    clock.now += timedelta(minutes=61)
    ((title, _),) = told(store, readings)
    assert title == "Downstream: 1 limit crossed (demo)"


def test_a_limit_that_is_kept_again_and_crossed_again_is_told_again(store: Store, clock: Clock):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.NONE)
    readings = Readings()
    for value, messages in ((1.0, 1), (1e15, 0), (1.0, 1)):
        limit(store, Measure.EXPECTED_LOSS, value)
        clock.now += timedelta(minutes=61)
        assert len(told(store, readings)) == messages


def test_limits_of_one_measure_are_told_apart_and_by_what_they_are_about(
    store: Store, clock: Clock
):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.NONE)
    readings = Readings()
    loss = Measure.EXPECTED_LOSS
    limit(store, loss, 1.0)
    assert len(told(store, readings)) == 1
    # That of the whole was told; those of a slice and of a company are others.
    limit(store, loss, 1.0, slices=["country=US"])
    limit(store, loss, 1.0, startup="Quillhaven Briefs")
    clock.now += timedelta(minutes=61)
    ((title, body),) = told(store, readings)
    assert title == "Downstream: 2 limits crossed (demo)"
    assert "Expected loss a year of country US is" in body
    assert "Expected loss a year of Quillhaven Briefs is" in body
    # The slice is kept again, and crossed again.
    for value, messages in ((1e15, 0), (1.0, 1)):
        limit(store, loss, value, slices=["country=US"])
        clock.now += timedelta(minutes=61)
        came = told(store, readings)
        assert len(came) == messages
    assert came[0][0] == "Downstream: 1 limit crossed (demo)"
    assert "country US" in came[0][1]


def test_what_an_earlier_version_told_of_is_not_told_again(store: Store):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.NONE)
    limit(store, Measure.EXPECTED_LOSS, 1.0)

    def of_before(session: Session) -> None:
        (row,) = session.scalars(select(SubscriptionRecord))
        row.told = {"demo": ["expected_loss_usd"]}

    store.transact(of_before)
    assert told(store, Readings()) == []
    limit(store, Measure.EXPECTED_LOSS, 1.0, startup="Quillhaven Briefs")
    ((_, body),) = told(store, Readings())
    assert "of Quillhaven Briefs" in body


def test_a_company_with_another_name_is_not_told_of_again(store: Store, clock: Clock):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.NONE)
    limit(store, Measure.EXPECTED_LOSS, 1.0, startup="Quillhaven Briefs")
    assert len(told(store, Readings())) == 1
    rename(store, LOCAL_OWNER, "demo", "Quillhaven Briefs", "Quillhaven")
    keep_answer(store, LOCAL_OWNER, "demo", today=clock.now.date())
    clock.now += timedelta(minutes=61)
    assert told(store, Readings()) == []
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    assert list(one.told["demo"]) == [load_limits(store, LOCAL_OWNER, "demo")[0].key]


def test_a_slice_is_scored_again_only_when_something_changed(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    scored: list[bool] = []

    def counted(opened: Store, *asked: Any, **named: Any) -> PortfolioAssessment:
        scored.append(opened.view.is_whole)
        return score_portfolio(opened, *asked, **named)

    monkeypatch.setattr(watching, "score_portfolio", counted)
    clock.now -= timedelta(days=1)
    for channel in ("HOOK", "SECOND", "THIRD"):
        monkeypatch.setenv(f"DOWNSTREAM_CHANNEL_{channel}", "json://127.0.0.1:9/")
        subscribe(store, LOCAL_OWNER, channel.lower(), rhythm=Rhythm.DAY)
    clock.now += timedelta(days=1)
    readings = Readings()
    limit(store, Measure.EXPECTED_LOSS, 1.0, slices=["country=US"])
    limit(store, Measure.SCORE, 1.0, slices=["country=US"])
    # Once for three readers, their warnings and then digests, and two limits of one slice.
    assert [len(told(store, readings)) for _ in range(2)] == [3, 3]
    for _ in range(3):
        clock.now += timedelta(minutes=61)
        assert told(store, readings) == []
    assert scored.count(False) == 1
    limit(store, Measure.EXPECTED_LOSS, 2.0, slices=["country=US"])
    told(store, readings)
    assert scored.count(False) == 2


def test_a_digest_says_what_cannot_be_checked(store: Store, clock: Clock):
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.WEEK)
    limit(store, Measure.EXPECTED_LOSS, 1.0, startup="Quillhaven Briefs")
    exit_startup(store, LOCAL_OWNER, "demo", "Quillhaven Briefs", day=clock.now.date())
    keep_answer(store, LOCAL_OWNER, "demo", today=clock.now.date())
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    letter = digest(store, LOCAL_OWNER, one, now=clock.now)
    assert "There is no company Quillhaven Briefs in demo any longer." in letter.body
    assert "1 limit cannot be checked" in letter.body
    assert letter.title.endswith("no limit exceeded")


def test_a_hundred_crossings_are_one_message():
    finding = Finding(
        measure=Measure.EXPECTED_LOSS,
        limit=1.0,
        value=2.0,
        interval=None,
        subject=None,
        before=None,
        subject_before=None,
        moved=(),
    )
    watch: Watch = ARGUMENTS["watch"]
    many = [(replace(watch, portfolio=f"Fund {number}"), finding) for number in range(100)]
    letter = warning(many, address="https://downstream.example.com")
    assert letter.title == "Downstream: 100 limits crossed (100 portfolios)"
    assert "And 80 more: https://downstream.example.com/watch" in letter.body


@pytest.mark.parametrize(
    ("rhythm", "last", "now", "due"),
    [
        (Rhythm.DAY, date(2026, 11, 1), MONDAY, date(2026, 11, 2)),
        (Rhythm.DAY, date(2026, 11, 1), MONDAY - timedelta(minutes=1), None),
        (Rhythm.DAY, date(2026, 11, 2), MONDAY + timedelta(hours=9), None),
        (Rhythm.WEEK, date(2026, 10, 28), MONDAY, date(2026, 11, 2)),
        (Rhythm.WEEK, date(2026, 10, 28), MONDAY - timedelta(days=1), None),
        # The server stood still on Monday: the digest comes on Wednesday.
        (Rhythm.WEEK, date(2026, 10, 28), MONDAY + timedelta(days=2), date(2026, 11, 2)),
        (Rhythm.WEEK, date(2026, 11, 2), MONDAY + timedelta(days=6, hours=20), None),
        (Rhythm.NONE, date(2026, 1, 1), MONDAY, None),
        # The clock was a year ahead when the last one was told.
        (Rhythm.DAY, date(2027, 11, 2), MONDAY, date(2026, 11, 2)),
    ],
)
def test_a_digest_is_due_from_seven_of_its_day(
    rhythm: Rhythm, last: date, now: datetime, due: date | None
):
    assert digest_due(replace(ONE, rhythm=rhythm, digest_day=last), now) == due


def test_a_digest_comes_once_a_day_and_says_what_changed_why_and_what_to_do(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    clock.now -= timedelta(days=1)
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.DAY, at_once=False)
    clock.now += timedelta(days=1)
    limit(store, Measure.DEVELOPER_SHARE, 0.01)
    ((title, body),) = told(store, Readings())
    assert title.endswith("1 limit exceeded")
    assert "demo: 1 limit exceeded (share on one developer)." in body
    assert "8 of 10" in body  # no mean without its range
    assert "To do: " in body
    assert "/watch?portfolio=demo" in body
    assert told(store, Readings()) == []
    clock.now += timedelta(hours=5)
    assert told(store, Readings()) == []


def test_a_feed_that_fails_stands_in_the_digest(store: Store, clock: Clock):
    page = Page(body=samples.SEVEN)
    with serving({"/feed": page}) as host:
        import_feed(store, LOCAL_OWNER, f"{host}/feed", allowed=this_machine)
        set_feed_interval(store, LOCAL_OWNER, f"{host}/feed", 5)
        page.status = 500
        for _ in range(3):
            poll_feeds(store, LOCAL_OWNER, allowed=this_machine)
            clock.now += timedelta(hours=2)
    subscribe(store, LOCAL_OWNER, "hook", rhythm=Rhythm.WEEK)
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    letter = digest(store, LOCAL_OWNER, one, now=clock.now)
    assert "failed 3 times in a row" in letter.body
    assert letter.calls_for_it


def test_without_an_answer_of_today_nothing_is_said_of_figures(store: Store, clock: Clock):
    subscribe(store, LOCAL_OWNER, "hook")
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    letter = digest(store, LOCAL_OWNER, one, now=clock.now + timedelta(days=40))
    assert "there is no answer of today yet" in letter.body
    assert "$" not in letter.body


def test_somebody_is_told_by_the_page_sees_it_beforehand_and_is_told_no_longer(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
):
    sent = []
    monkeypatch.setattr(digests, "send_test", lambda *facts, **more: sent.append(more["title"]))
    app = open_page("watch.py", portfolio="demo")
    next(one for one in app.button if one.label == "Tell from now on").click().run()
    assert not app.exception
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    assert (one.channel, one.portfolio, one.rhythm) == ("hook", "demo", Rhythm.WEEK)
    app.session_state[f"told_{one.number}"] = True
    app.run()
    assert "Downstream, the week to" in texts(app)
    next(each for each in app.button if each.label == "Send a test").click().run()
    assert sent[0].startswith("Test: Downstream")
    next(each for each in app.button if each.label == "Tell no longer").click().run()
    assert not app.exception
    assert list_subscriptions(store, LOCAL_OWNER) == ()
