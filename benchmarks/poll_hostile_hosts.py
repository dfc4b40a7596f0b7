"""Poll hostile hosts over real sockets and look whether an incident is lost or doubled.

python -m benchmarks.poll_hostile_hosts [POLLS] [SEED]

Twelve hosts of this machine trickle, flood, send to private addresses, break off, ask to wait,
fail, lie about their dates, change without news, or are honest. Only the store's clock is invented:
it runs ahead and is set back by two days now and then.
"""

import gc
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.feeds import import_feed, set_feed_interval
from db.services.incidents import load_incidents
from db.services.polling import poll_feeds
from db.services.setup import initialise
from db.web.addresses import IpAddress
from db.web.calling import fetch

POLLS, SEED = 10_000, 3
KINDS = (
    *("honest", "changing", "slow", "huge", "private", "truncated", "limited", "broken"),
    *("back-filled", "ahead", "slow headers", "honest"),
)
LIES = {"back-filled": timedelta(days=-40), "ahead": timedelta(days=40)}
#: How often a host misbehaves. Slow ones seldom: each of their polls takes the whole wait.
SELDOM, OFTEN = 0.2, 0.6
#: Polls wait so many seconds and read so many bytes here, to be done within an hour.
WITHIN, LARGEST = 1.0, 1_000_000


@dataclass
class Host:
    """A status page that behaves as its kind says while it is not ``well``."""

    number: int
    kind: str
    dice: random.Random
    published: list[tuple[int, datetime]] = field(default_factory=list)
    well: bool = True
    asked: int = 0

    @property
    def provider(self) -> str:
        """Whose page it says that it is."""
        return f"Invented {self.number}"

    def misbehaves(self) -> bool:
        """Whether this answer is one of its bad ones."""
        often = SELDOM if self.kind.startswith("slow") else OFTEN
        return not self.well and self.dice.random() < often

    def page(self) -> bytes:
        """Its newest incidents in Statuspage's form; of a changing one no two pages are equal."""
        document = {
            "page": {"id": "p", "name": self.provider},
            "incidents": [_incident(number, at) for number, at in self.published[-50:]],
        }
        if self.kind == "changing":
            document["asked"] = self.asked
        return json.dumps(document).encode()


def _incident(number: int, began: datetime) -> dict[str, object]:
    at, end = (f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (began, began + timedelta(hours=1)))
    updates = [
        {"status": status, "body": "…", "display_at": when, "affected_components": None}
        for status, when in (("resolved", end), ("investigating", at))
    ]
    return {
        "id": f"{number:012x}",
        "name": f"Invented {number}",
        "status": "resolved",
        "impact": "minor",
        "created_at": at,
        "started_at": at,
        "resolved_at": end,
        "incident_updates": updates,
        "components": [{"name": "Chat", "status": "operational"}],
    }


class _Answers(BaseHTTPRequestHandler):
    """Answers as its host would; a class of its own for each host."""

    host: Host

    def do_GET(self) -> None:
        """Answer well or badly, whichever it is this time."""
        self.host.asked += 1
        with suppress(OSError):
            if self.host.misbehaves() and self._badly(self.host.kind):
                return
            self._well()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _badly(self, kind: str) -> bool:
        page = self.host.page()
        if kind == "slow":
            self._head(200, {"Content-Length": "9999"})
            self._trickle(b"x")
        elif kind == "slow headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._trickle(b"X-More: 1\r\n")
        elif kind == "huge":
            self._head(200, {})
            for _ in range(30):
                self.wfile.write(b"y" * 100_000)
        elif kind == "truncated":
            self._head(200, {"Content-Length": str(len(page))})
            self.wfile.write(page[: len(page) // 2])
        elif kind == "private":
            self._head(302, {"Location": "http://10.0.0.1/"})
        elif kind == "limited":
            self._head(429, {"Retry-After": "1800"})
        elif kind == "broken":
            self._head(500, {})
        else:
            return False
        return True

    def _well(self) -> None:
        page, etag = self.host.page(), f'"{len(self.host.published)}"'
        named = {"ETag": etag} if self.host.kind != "changing" else {}
        if named and self.headers.get("If-None-Match") == etag:
            self._head(304, {})
            return
        self._head(200, {**named, "Content-Length": str(len(page))})
        self.wfile.write(page)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _trickle(self, part: bytes) -> None:
        for _ in range(round(2 * WITHIN / 0.02)):
            self.wfile.write(part)
            time.sleep(0.02)


@contextmanager
def _served(hosts: list[Host]) -> Iterator[list[str]]:
    """The hosts on addresses of their own, all of this machine."""
    with ExitStack() as stack:
        addresses = []
        for host in hosts:
            answers = type("Answers", (_Answers,), {"host": host})
            name = f"127.0.0.{host.number + 2}"
            server = stack.enter_context(ThreadingHTTPServer((name, 0), answers))
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            addresses.append(f"http://{name}:{server.server_address[1]}/feed")
        yield addresses


def _this_machine(number: IpAddress) -> bool:
    return number.is_loopback


def campaign(store: Store, polls: int, seed: int) -> None:
    """Poll so often, then let every host be well and compare what is kept with what they told.

    Raises:
        AssertionError: an incident is missing, or is there twice or otherwise than told.
    """
    dice, now = random.Random(seed), [datetime(2026, 6, 2, 12, tzinfo=UTC)]  # noqa: S311
    store.now = lambda: now[0]  # type: ignore[method-assign]
    hosts = [Host(number, kind, dice) for number, kind in enumerate(KINDS)]

    def publish(turn: int) -> None:
        for host in hosts:
            at = now[0] + LIES.get(host.kind, timedelta())
            host.published.append((100 * turn + host.number, at.replace(microsecond=0)))

    with _served(hosts) as addresses:
        publish(0)
        for address in addresses:
            import_feed(store, LOCAL_OWNER, address, allowed=_this_machine)
            set_feed_interval(store, LOCAL_OWNER, address, 10)
        ask = partial(poll_feeds, store, LOCAL_OWNER, allowed=_this_machine, dice=dice)
        for host in hosts:
            host.well = False
        asked = failed = rounds = said = 0
        while asked < polls:
            rounds += 1
            now[0] += timedelta(minutes=dice.choice([6, 11, 30]))
            if rounds % 40 == 0:
                now[0] -= timedelta(days=2)  # the clock is set back
            if rounds % 100 == 0:
                publish(rounds // 100)
            told = ask(read=partial(fetch, within=WITHIN, largest=LARGEST))
            asked += len(told)
            failed += sum(one.problem is not None for one in told)
            if asked >= said:
                print(f"  {asked:,} polls, {failed:,} failed; {_held()}", flush=True)
                said += 1_000
        for host in hosts:
            host.well = True
        for _ in range(4):
            now[0] += timedelta(days=3)
            ask(read=fetch)
    kept = sorted(
        (one.provider, int(one.reference, 16), one.started_at)
        for one in load_incidents(store, LOCAL_OWNER)
    )
    published = sorted((host.provider, *one) for host in hosts for one in host.published)
    assert kept == published, f"{len(published)} published, {len(kept)} kept"
    print(f"{asked:,} polls, {failed:,} failed: {len(kept)} incidents told, all kept, none twice.")


def _held() -> str:
    gc.collect()
    process = psutil.Process(os.getpid())
    memory = process.memory_info().rss / 2**20
    return f"{memory:,.0f} MiB, {process.num_threads()} threads, {process.num_fds()} open files"


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]] + [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        fresh = open_store(f"sqlite:///{Path(folder) / 'polls.sqlite3'}")
        initialise(fresh)
        campaign(fresh, given[0] or POLLS, given[1] or SEED)
