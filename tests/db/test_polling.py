"""Feeds asked by themselves: in their turn, once, patiently; nothing is lost or doubled."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from db.engine import Store
from db.errors import AskedToWait, Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.feeds import Feed, FeedMark, import_feed, list_feeds, set_feed_interval
from db.services.incidents import load_incidents
from db.services.polling import Poll, count_polled, poll_feeds
from db.web.calling import Answer, Validators, fetch
from tests.db.feed_server import Page, dribbling, serving, this_machine
from tests.hazard.incidents import feed_samples as samples

START = datetime(2026, 6, 2, 12, tzinfo=UTC)
ONE = samples.status_page(samples.page_incident("aaaaaaaaaaaa"))


@dataclass
class Clock:
    """The store's clock, which a test turns."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(store: Store) -> Clock:
    turned = Clock()
    store.now = turned
    return turned


@pytest.fixture
def page() -> Page:
    return Page(body=ONE, headers={"ETag": '"v1"'})


@pytest.fixture
def feed_at(store: Store, clock: Clock, page: Page) -> Iterator[str]:
    """The address of a feed that is asked every ten minutes."""
    with serving({"/feed": page}) as host:
        import_feed(store, LOCAL_OWNER, f"{host}/feed", allowed=this_machine)
        set_feed_interval(store, LOCAL_OWNER, f"{host}/feed", 10)
        page.asked.clear()
        yield f"{host}/feed"


def poll(store: Store, **options) -> tuple[Poll, ...]:
    return poll_feeds(store, LOCAL_OWNER, allowed=this_machine, dice=random.Random(1), **options)  # noqa: S311 - not a secret


def the_feed(store: Store) -> Feed:
    (feed,) = list_feeds(store, LOCAL_OWNER)
    return feed


def test_nobody_is_called_before_somebody_says_so(store: Store, clock: Clock, page: Page):
    with serving({"/feed": page}) as host:
        import_feed(store, LOCAL_OWNER, f"{host}/feed", allowed=this_machine)
        clock.now += timedelta(days=30)
        assert (count_polled(store, LOCAL_OWNER), poll(store)) == (0, ())
        assert len(page.asked) == 1


def test_a_feed_is_asked_in_its_turn_for_what_is_newer_alone(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    assert poll(store) == (Poll(address=feed_at),)
    assert page.asked[0]["if-none-match"] == '"v1"'
    clock.now += timedelta(minutes=8)  # nine at the earliest: ten, less a tenth
    assert poll(store) == ()
    clock.now += timedelta(minutes=4)
    page.body, page.headers = samples.SEVEN, {"ETag": '"v2"'}
    (found,) = poll(store)
    assert (found.changes.new, found.problem) == (3, None)
    assert len(load_incidents(store, LOCAL_OWNER)) == 4


def test_what_changes_nothing_leaves_no_row_in_the_trail(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    page.headers.clear()  # every answer is a whole one
    before = len(list_audit(store, LOCAL_OWNER))
    for number in range(5):
        page.body = ONE + b" " * number
        clock.now += timedelta(minutes=12)
        (found,) = poll(store)
        assert found.problem is None
    assert len(page.asked) == 5
    assert len(list_audit(store, LOCAL_OWNER)) == before


def test_one_process_asks_where_two_want_to(store: Store, clock: Clock, page: Page, feed_at: str):
    asked_meanwhile = []

    def slow(address: str, **options) -> Answer:
        asked_meanwhile.append(poll(store))  # another process, while this one waits
        return fetch(address, **options)

    assert len(poll(store, read=slow)) == 1
    assert asked_meanwhile == [()]
    assert len(page.asked) == 1


def test_a_process_that_leads_no_more_asks_nobody(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    assert poll(store, may_act=lambda session: False) == ()
    assert page.asked == []


def test_a_host_that_fails_is_asked_less_and_less_often(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    page.status, page.headers = 500, {}
    asked_at = []
    until = clock.now + timedelta(days=5)
    while clock.now < until:
        if poll(store):
            asked_at.append(clock.now)
        clock.now += timedelta(minutes=5)
    waits = [later - one for one, later in pairwise(asked_at)]
    # 20, 40, 80 … minutes, each a tenth more or less and up to five minutes of looking.
    assert waits[0] >= timedelta(minutes=18)
    assert all(later > one for one, later in pairwise(waits[:6]))
    assert max(waits) <= timedelta(days=1.1, minutes=5)
    feed = the_feed(store)
    assert feed.marks(clock.now)[0] is FeedMark.BROKEN
    assert "status 500" in feed.problem
    page.status = 200
    clock.now += timedelta(days=2)
    assert [one.problem for one in poll(store)] == [None]
    assert the_feed(store).failures == 0


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_waited_for(
    store: Store, clock: Clock, page: Page, feed_at: str, status: int
):
    page.status, page.headers = status, {"Retry-After": "7200"}
    (found,) = poll(store)
    assert "asked less often" in found.problem
    clock.now += timedelta(hours=1, minutes=59)
    assert poll(store) == ()
    clock.now += timedelta(minutes=2)
    assert len(poll(store)) == 1


def test_a_host_may_say_until_when_by_its_own_clock(page: Page):
    page.status = 429
    with serving({"/feed": page}) as host:
        # The server's Date stands before ours, so that alone tells how long it means.
        page.headers = {"Retry-After": "Wed, 01 Jan 2031 00:00:00 GMT"}
        with pytest.raises(AskedToWait) as raised:
            fetch(f"{host}/feed", allowed=this_machine)
        assert raised.value.seconds > 0
        page.headers = {"Retry-After": "soon"}
        with pytest.raises(AskedToWait) as raised:
            fetch(f"{host}/feed", allowed=this_machine)
        assert raised.value.seconds is None


def test_a_wait_without_end_ends_after_a_day(store: Store, clock: Clock, page: Page, feed_at: str):
    page.status, page.headers = 429, {"Retry-After": "999999999"}
    assert len(poll(store)) == 1
    clock.now += timedelta(days=1.1)
    assert len(poll(store)) == 1


def test_a_clock_that_was_ahead_and_is_set_back_keeps_no_feed_waiting(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    clock.now += timedelta(days=365)
    assert len(poll(store)) == 1
    clock.now = START
    assert len(poll(store)) == 1
    assert poll(store) == ()  # once, not without end
    clock.now += timedelta(minutes=12)
    assert len(poll(store)) == 1


def test_one_feed_of_each_host_has_its_turn_in_a_round(store: Store, clock: Clock):
    pages = {f"/{number}": Page(body=ONE) for number in range(3)}
    with serving(pages) as host:
        for path in pages:
            import_feed(store, LOCAL_OWNER, f"{host}{path}", allowed=this_machine)
            set_feed_interval(store, LOCAL_OWNER, f"{host}{path}", 60)
        asked = [tuple(one.address for one in poll(store)) for _ in range(4)]
    assert [len(one) for one in asked] == [1, 1, 1, 0]
    assert len({one for some in asked for one in some}) == 3


def test_a_feed_is_asked_by_itself_only_as_often_as_may_be(store: Store, feed_at: str):
    for minutes in (0, 4, 20_000):
        with pytest.raises(Refused, match="every 5 to"):
            set_feed_interval(store, LOCAL_OWNER, feed_at, minutes)
    with pytest.raises(Refused, match="never imported"):
        set_feed_interval(store, LOCAL_OWNER, "https://status.example.com/", 10)
    set_feed_interval(store, LOCAL_OWNER, feed_at, None)
    assert count_polled(store, LOCAL_OWNER) == 0


def dated(number: int, began: datetime) -> dict[str, object]:
    at = began.strftime("%Y-%m-%dT%H:%M:%SZ")
    end = (began + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return samples.page_incident(
        f"{number:012x}",
        created_at=at,
        started_at=at,
        resolved_at=end,
        incident_updates=[samples.update("resolved", end), samples.update("investigating", at)],
    )


def test_a_feed_that_tells_late_or_of_the_future_is_marked(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    page.headers.clear()
    clock.now += timedelta(days=10)
    poll(store)
    first = samples.page_incident("aaaaaaaaaaaa")
    # It was read ten days after the first incident, without one that had begun eight days before.
    late, soon = clock.now - timedelta(days=8), clock.now + timedelta(hours=1)
    page.body = samples.status_page(first, dated(1, late), dated(2, soon))
    clock.now += timedelta(hours=2)
    (found,) = poll(store)
    assert found.changes.new == 2
    feed = the_feed(store)
    assert (feed.late, feed.ahead) == (1, 0)
    assert feed.marks(clock.now) == (FeedMark.BACK_FILLED,)
    page.body = samples.status_page(first, dated(3, clock.now + timedelta(days=30)))
    clock.now += timedelta(hours=2)
    poll(store)
    feed = the_feed(store)
    assert feed.ahead == 1
    assert FeedMark.AHEAD in feed.marks(clock.now)
    # A month later it has begun, though the feed was not read again.
    assert FeedMark.AHEAD not in feed.marks(clock.now + timedelta(days=31))
    # Three months later it has told nothing late again.
    assert FeedMark.BACK_FILLED not in feed.marks(clock.now + timedelta(days=91))


def test_a_feed_is_silent_when_its_silence_is_no_longer_likely(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    page.headers.clear()
    # Six incidents, ten days apart: a silence of 4.6 × 10 = 46 days has a chance of 1 %.
    page.body = samples.status_page(
        *(dated(number, START - timedelta(days=10 * number)) for number in range(6))
    )
    poll(store)
    feed = the_feed(store)
    assert feed.gap_days == pytest.approx(10)
    asked_now = {"asked_at": None}
    assert FeedMark.STALE not in Feed(**vars(feed) | asked_now).marks(START + timedelta(days=45))
    assert FeedMark.STALE in Feed(**vars(feed) | asked_now).marks(START + timedelta(days=47))
    assert FeedMark.UNASKED in feed.marks(START + timedelta(days=1))


HOSTILE = {
    "dribbles its body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n", b"x"),
    "never ends its headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
    "sends without end": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x" * 100_000),
}


@pytest.mark.parametrize("way", HOSTILE)
def test_a_hostile_host_costs_one_turn_and_changes_nothing(
    store: Store, clock: Clock, page: Page, feed_at: str, way: str
):
    def read(address: str, **options) -> Answer:
        assert address == feed_at
        return fetch(f"{hostile}/", **options, within=0.5, largest=1_000_000)

    with dribbling(*HOSTILE[way]) as hostile:
        (found,) = poll(store, read=read)
    assert found.problem is not None
    assert len(load_incidents(store, LOCAL_OWNER)) == 1
    clock.now += timedelta(hours=1)
    assert poll(store) == (Poll(address=feed_at),)  # what was known before still holds


def test_a_truncated_file_and_a_way_to_a_private_address_change_nothing(
    store: Store, clock: Clock, page: Page, feed_at: str
):
    page.headers, page.body = {}, samples.SEVEN[: len(samples.SEVEN) // 2]
    (found,) = poll(store)
    assert found.problem is not None
    page.status, page.headers = 302, {"Location": "http://10.0.0.1/inside"}
    clock.now += timedelta(hours=1)
    (found,) = poll(store)
    assert "not on the public internet" in found.problem
    assert len(load_incidents(store, LOCAL_OWNER)) == 1


@dataclass
class Host:
    """A host that tells of one more incident a day, and behaves as its kind says."""

    kind: str
    provider: str
    clock: Clock
    dice: random.Random
    published: list[tuple[int, datetime]] = field(default_factory=list)
    asked_at: list[datetime] = field(default_factory=list)
    wait_until: datetime | None = None
    told: set[int] = field(default_factory=set)
    well: bool = False

    def body(self) -> bytes:
        """All that is published; what it says of the time differs with each asking, or not."""
        incidents = [dated(number, at) for number, at in self.published]
        more = {"as_of": len(self.asked_at)} if self.kind == "never the same" else {}
        return samples.status_page(*incidents, name=self.provider, **more)

    def read(self, known: Validators | None) -> Answer:
        now = self.clock.now
        self.asked_at.append(now)
        if not self.well:
            self._misbehave(now)
        body = self.body()
        etag = None if self.kind == "never the same" else f'"{len(self.published)}"'
        if self.kind == "truncated" and not self.well and self.dice.random() < 0.5:
            return Answer(data=body[: len(body) // 2], validators=Validators())
        self.told = {number for number, _ in self.published}
        if etag is not None and known is not None and known.etag == etag:
            return Answer(data=None, validators=known)
        return Answer(data=body, validators=Validators(etag=etag))

    def _misbehave(self, now: datetime) -> None:
        if self.kind == "slow" and self.dice.random() < 0.5:
            raise Refused("was not done within 30 seconds")
        if self.kind == "private" and self.dice.random() < 0.7:
            raise Refused("is not on the public internet")
        if self.kind == "broken":
            raise Refused("answered with status 500")
        if self.kind == "limited" and self.dice.random() < 0.5:
            self.wait_until = now + timedelta(hours=1)
            raise AskedToWait("host", 3600.0)

    def publish(self, number: int) -> None:
        """One more incident: of now, of the past or of the future, as honest as its kind."""
        lies = {"back-filled": timedelta(days=-40), "ahead": timedelta(days=40)}
        at = self.clock.now + lies.get(self.kind, timedelta())
        self.published.append((number, at.replace(microsecond=0)))


KINDS = (
    *("honest", "never the same", "slow", "private", "truncated", "limited", "broken"),
    *("back-filled", "ahead", "honest", "never the same", "slow"),
)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_thousand_polls_of_hostile_hosts_lose_and_double_nothing(store: Store, clock: Clock):
    dice = random.Random(7)  # noqa: S311 - not a secret
    hosts = {
        f"host{number}.example.com": Host(kind, f"Invented {number}", clock, dice)
        for number, kind in enumerate(KINDS)
    }

    def read(address: str, *, known: Validators | None, allowed: object) -> Answer:
        return hosts[urlsplit(address).hostname].read(known)

    for number, (name, host) in enumerate(hosts.items()):
        host.well = True
        host.publish(number)
        import_feed(store, LOCAL_OWNER, f"https://{name}/feed", read=read)
        set_feed_interval(store, LOCAL_OWNER, f"https://{name}/feed", 10)
        host.well = False
    polls, rounds = 0, 0
    while polls < 1_000:
        rounds += 1
        clock.now += timedelta(minutes=dice.choice([1, 6, 30]))
        if rounds % 50 == 0:
            clock.now -= timedelta(days=2)  # the clock is set back
            for host in hosts.values():
                host.wait_until = None
        if rounds % 10 == 0:
            for host in hosts.values():
                host.publish(100 * rounds + int(host.provider.split()[1]))
        before = {name: len(host.asked_at) for name, host in hosts.items()}
        waits = {name: host.wait_until for name, host in hosts.items()}
        polls += len(poll_feeds(store, LOCAL_OWNER, read=read, dice=dice))
        for name, host in hosts.items():
            assert len(host.asked_at) - before[name] <= 1
            if len(host.asked_at) > before[name]:
                assert waits[name] is None or clock.now >= waits[name]
    # At last every host is well and has its turn.
    for host in hosts.values():
        host.well = True
    clock.now += timedelta(days=3)
    assert len(poll_feeds(store, LOCAL_OWNER, read=read, dice=dice)) == len(hosts)
    found = load_incidents(store, LOCAL_OWNER)
    kept = sorted((one.provider, int(one.reference, 16), one.started_at) for one in found)
    published = sorted(
        (host.provider, number, at) for host in hosts.values() for number, at in host.published
    )
    assert kept == published
    marked = {feed.provider: set(feed.marks(clock.now)) for feed in list_feeds(store, LOCAL_OWNER)}
    assert FeedMark.BACK_FILLED in marked["Invented 7"]
    assert FeedMark.AHEAD in marked["Invented 8"]
    assert not any(FeedMark.BROKEN in one for one in marked.values())
