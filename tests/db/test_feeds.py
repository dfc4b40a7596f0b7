"""Feeds by address: called only on the public internet, asked only for news, never doubled."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.feeds import FeedImport, import_feed, list_feeds
from db.services.incidents import Changes, import_incidents, load_incidents
from db.services.setup import initialise
from db.web import addresses, calling
from db.web.addresses import is_public, target_of
from db.web.calling import fetch, post_json
from tests.db.feed_server import Page, dribbling, serving, this_machine
from tests.hazard.incidents import feed_samples as samples

ONE = samples.status_page(samples.page_incident("aaaaaaaaaaaa"))


def ask(store: Store, feed_at: str, **options) -> FeedImport:
    return import_feed(store, LOCAL_OWNER, feed_at, allowed=this_machine, **options)


@pytest.fixture
def page() -> Page:
    return Page(
        body=ONE, headers={"ETag": '"v1"', "Last-Modified": "Mon, 01 Jun 2026 12:00:00 GMT"}
    )


@pytest.fixture
def feed_at(page: Page) -> Iterator[str]:
    with serving({"/feed": page}) as host:
        yield f"{host}/feed"


def test_a_feed_is_imported_and_asked_again_only_for_what_is_newer(
    store: Store, feed_at: str, page: Page
):
    assert ask(store, feed_at).result.incidents == Changes(new=1)
    assert "if-none-match" not in page.asked[0]
    (first,) = list_feeds(store, LOCAL_OWNER)
    again = ask(store, feed_at)
    assert (again.result, again.unchanged_since) == (None, first.changed_at)
    assert page.asked[1]["if-none-match"] == '"v1"'
    assert page.asked[1]["if-modified-since"] == "Mon, 01 Jun 2026 12:00:00 GMT"
    assert page.asked[1]["accept-encoding"] == "identity"
    page.body = samples.SEVEN
    page.headers["ETag"] = '"v2"'
    assert ask(store, feed_at).result.incidents == Changes(new=3, unchanged=1)
    (feed,) = list_feeds(store, LOCAL_OWNER)
    assert (feed.address, feed.provider, feed.format) == (feed_at, "OpenAI", "statuspage-json")


def test_a_feed_that_could_not_be_read_is_asked_for_whole_again(
    store: Store, feed_at: str, page: Page
):
    page.body = b"<feed><entry>"
    assert not ask(store, feed_at).result.accepted
    assert list_feeds(store, LOCAL_OWNER) == ()
    page.body = ONE
    assert ask(store, feed_at).result.incidents == Changes(new=1)


def test_an_import_by_address_is_in_the_audit_trail(store: Store, feed_at: str):
    ask(store, feed_at)
    newest = max(list_audit(store, LOCAL_OWNER), key=lambda entry: entry.number)
    assert newest.object_name == feed_at
    assert newest.after["incidents"] == {"new": 1, "changed": 0, "unchanged": 0}


def test_who_may_only_read_calls_nobody(store: Store, feed_at: str, page: Page):
    viewer = Actor("reader", ActorRole.VIEWER)
    with pytest.raises(NotAllowed):
        import_feed(store, viewer, feed_at, allowed=this_machine)
    assert page.asked == []


def test_a_poorer_feed_takes_nothing_from_what_a_richer_one_told(store: Store):
    initialise(store)

    def put(data: bytes) -> Changes:
        return import_incidents(store, LOCAL_OWNER, data=data, file_name="x").incidents

    whole = samples.page_incident("aaaaaaaaaaaa")
    put(samples.status_page(whole, name="Claude"))
    # openlog collected the same incident under another title, with its last word only.
    assert put(samples.OPENLOG) == Changes(new=2, changed=1)
    assert put(samples.OPENLOG) == Changes(unchanged=3)
    found = {one.reference: one for one in load_incidents(store, LOCAL_OWNER)}["aaaaaaaaaaaa"]
    assert (found.hours, found.level) == (1, "minor")
    # A richer one completes and corrects what a poorer one began.
    longer = whole | {"id": "hhhhhhhhhhhh", "resolved_at": "2026-06-01T16:00:00Z"}
    put(samples.atom(samples.page_entry("hhhhhhhhhhhh", "<strong>Resolved</strong>")))
    assert put(samples.status_page(longer, name="Claude")) == Changes(changed=1)
    found = {one.reference: one for one in load_incidents(store, LOCAL_OWNER)}["hhhhhhhhhhhh"]
    assert found.hours == 6
    assert len(load_incidents(store, LOCAL_OWNER)) == 4


def test_one_incident_in_two_feeds_of_a_page_stands_once(store: Store):
    initialise(store)
    for data in (samples.IO_ATOM, samples.IO_RSS, samples.OPENLOG):
        import_incidents(store, LOCAL_OWNER, data=data, file_name="x")
    stored = load_incidents(store, LOCAL_OWNER, provider="OpenAI")
    assert [one.reference for one in stored] == [samples.ULID]
    assert stored[0].services == ("Conversations",)


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1"),
        *("fc00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("2001:0:4136:e378:8000:63bf:f5ff:fffe", "2002:808:808::1", "64:ff9b::808:808"),
        *("::ffff:8.8.8.8", "2001:db8::1", "3fff::1", "2001:20::1", "4000::1", "fec0::1"),
        *("64:ff9b:1::1", "5f00::1", "100::1", "::8.8.8.8"),
    ],
)
def test_no_number_outside_the_public_internet_may_be_called(number: str):
    assert not is_public(ip_address(number))
    written = f"[{number}]" if ":" in number else number
    with pytest.raises(Refused, match="not on the public internet"):
        target_of(f"http://{written}/feed")


@pytest.mark.parametrize(
    "number", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888"]
)
def test_the_public_internet_may_be_called(number: str):
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://example.com/x", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("https:///x", "names a host"),
        ("https://user:secret@example.com/", "user name or a password"),
        ("https://token@example.com/", "user name or a password"),
        ("https://example.com:99999/", "port"),
        ("https://example.com:0/", "port"),
        ("https://exa mple.com/", "blanks or signs"),
        ("https://example.com\\@127.0.0.1/", "blanks or signs"),
        ("https://[::1/", "cannot be read"),
        ("https://example.com/" + "x" * 1000, "longer than"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_in_a_sentence(address: str, sentence: str):
    with pytest.raises(Refused, match=sentence) as refused:
        target_of(address)
    assert "secret" not in str(refused.value)


def answers(*numbers: str):
    """A name service that gives these numbers for every name."""

    def getaddrinfo(host, port, **_):
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in numbers]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, port))
            for kind, one in zip(kinds, numbers, strict=True)
        ]

    return getaddrinfo


def test_a_name_is_called_at_the_number_that_was_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", answers("93.184.215.14"))
    target = target_of("https://status.example.com/a?b=c#d")
    assert target.by_number == "https://93.184.215.14:443/a?b=c"
    assert (target.host_header, target.host) == ("status.example.com",) * 2


def test_a_name_of_which_one_number_is_private_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", answers("93.184.215.14", "10.0.0.7"))
    with pytest.raises(Refused, match="not on the public internet"):
        target_of("https://status.example.com/")


def test_a_redirect_is_followed_a_few_times_and_looked_at_each_time():
    pages = {
        "/a": Page(status=302, headers={"Location": "/b"}),
        "/b": Page(status=301, headers={"Location": "/c"}),
        "/c": Page(body=b"here"),
        "/round": Page(status=302, headers={"Location": "/round"}),
        "/inside": Page(status=302, headers={"Location": "http://10.0.0.1/"}),
        "/meta": Page(status=307, headers={"Location": "http://169.254.169.254/latest/"}),
        "/file": Page(status=302, headers={"Location": "file:///etc/passwd"}),
    }
    with serving(pages) as host:
        assert fetch(f"{host}/a", allowed=this_machine).data == b"here"
        with pytest.raises(Refused, match="more than 3 times"):
            fetch(f"{host}/round", allowed=this_machine)
        for path in ("/inside", "/meta"):
            with pytest.raises(Refused, match="not on the public internet"):
                fetch(f"{host}{path}", allowed=this_machine)
        with pytest.raises(Refused, match="begins with https://"):
            fetch(f"{host}/file", allowed=this_machine)


def test_too_much_packed_or_no_answer_is_refused_in_a_sentence():
    pages = {
        "/large": Page(body=b"x" * 2_000),
        "/packed": Page(body=b"x", headers={"Content-Encoding": "gzip"}),
        "/broken": Page(status=500),
        "/unasked": Page(status=304),
    }
    with serving(pages) as host:
        with pytest.raises(Refused, match="sends more than"):
            fetch(f"{host}/large", allowed=this_machine, largest=1_000)
        with pytest.raises(Refused, match="packed"):
            fetch(f"{host}/packed", allowed=this_machine)
        for path, status in (("/broken", 500), ("/unasked", 304), ("/missing", 404)):
            with pytest.raises(Refused, match=f"status {status}"):
                fetch(f"{host}{path}", allowed=this_machine)
    with pytest.raises(Refused, match="cannot be reached"):
        fetch(f"{host}/gone", allowed=this_machine)


OK = b"HTTP/1.1 200 OK\r\n"
NEVER_DONE = {
    "says nothing": (b"", b""),
    "dribbles its headers": (OK, b"X-More: 1\r\n"),
    "dribbles its body": (OK + b"Content-Length: 9000000\r\n\r\n", b"x"),
    "never ends its body": (OK + b"Connection: close\r\n\r\n", b"x" * 1000),
    "interrupts for ever": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "redirects without an end of headers": (
        b"HTTP/1.1 302 Found\r\nLocation: /again\r\n",
        b"X-More: 1\r\n",
    ),
}


@pytest.mark.parametrize(("first", "then"), NEVER_DONE.values(), ids=NEVER_DONE)
def test_a_server_that_is_never_done_is_given_up(first: bytes, then: bytes):
    with dribbling(first, then) as host, pytest.raises(Refused, match=r"not done within 0\.5 sec"):
        fetch(f"{host}/feed", allowed=this_machine, within=0.5)


@pytest.mark.parametrize("way", ["says nothing", "dribbles its headers", "interrupts for ever"])
def test_a_message_to_a_server_that_never_answers_is_given_up(way: str):
    with dribbling(*NEVER_DONE[way]) as host, pytest.raises(Refused, match="not done within"):
        post_json(f"{host}/hook", {}, allowed=this_machine, within=0.5)


@pytest.mark.parametrize("way", ["dribbles its body", "never ends its body"])
def test_the_answer_to_a_message_is_not_read_beyond_its_headers(way: str):
    with dribbling(*NEVER_DONE[way]) as host:
        post_json(f"{host}/hook", {}, allowed=this_machine)


def test_a_name_service_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch):
    answered = threading.Event()
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: answered.wait(60))
    for call in (fetch, lambda address, **more: post_json(address, {}, **more)):
        with pytest.raises(Refused, match=r"status\.example\.com was not done within"):
            call("https://status.example.com/", within=0.2)
    answered.set()


def test_a_call_leaves_the_event_loop_of_its_thread_alone(page: Page, feed_at: str):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        assert fetch(feed_at, allowed=this_machine).data == ONE
        assert asyncio.get_event_loop_policy().get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_a_message_is_posted_once_and_only_where_it_may(page: Page, feed_at: str):
    post_json(feed_at, {"limit": 1}, allowed=this_machine)
    assert page.posted == [b'{"limit":1}']
    with pytest.raises(Refused, match="not on the public internet"):
        post_json(feed_at, {"limit": 1})
    assert len(page.posted) == 1


def test_a_look_up_that_begins_after_everybody_gave_up_ends_quietly(monkeypatch):
    """On a busy machine a thread may begin later than the wait is over."""
    late: list[Callable[[], None]] = []

    class Late:
        def __init__(self, *, target: Callable[[], None], daemon: bool) -> None:
            late.append(target)

        def start(self) -> None:
            pass

    monkeypatch.setattr(calling, "Thread", Late)
    with pytest.raises(Refused, match="not done within"):
        fetch("http://status.example.com/feed", within=0.05)
    (ask,) = late
    ask()
