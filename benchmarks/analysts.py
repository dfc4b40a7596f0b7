"""Analysts at a running dashboard: they speak to it as a browser does, without drawing anything.

Each opens a websocket and asks for one page after the other, as somebody does who clicks every few
seconds. How long a page takes is counted from the question to the server's word that it is done;
a page that shows an error counts as an error.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import quantiles

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

#: Pages by how often analysts open them, with what they ask for there.
VISITS: tuple[tuple[str, str, int], ...] = (
    ("", "", 4),
    ("startups", "search=a", 3),
    ("startups", "band=D", 2),
    ("startup", "startup={startup}", 5),
    ("providers", "", 2),
    ("provider", "provider=OpenAI", 2),
    ("stress", "scenario=openai-wind-down", 2),
    ("calendar", "", 1),
    ("import", "", 1),
    ("shares", "", 1),
)
DONE = ForwardMsg.FINISHED_SUCCESSFULLY
#: No page takes longer, or it counts as an error.
PATIENCE_SECONDS = 120.0


@dataclass
class Tally:
    """What analysts met: ``seconds`` holds (when it was asked, how long it took) of every page."""

    seconds: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, asked: float, took: float) -> None:
        """One page arrived."""
        with self.lock:
            self.seconds.append((asked, took))

    def error(self, what: str) -> None:
        """One page did not, or shows an error."""
        with self.lock:
            self.errors.append(what)

    def between(self, start: float, stop: float) -> tuple[int, float, float]:
        """Pages asked for in this time: how many, and the median and 95 % of their seconds."""
        with self.lock:
            found = sorted(took for asked, took in self.seconds if start <= asked < stop)
        if len(found) < 2:
            return len(found), float("nan"), float("nan")
        parts = quantiles(found, n=20)
        return len(found), parts[9], parts[18]


class Analyst:
    """One session of the dashboard at ``port``."""

    def __init__(self, port: int) -> None:
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        origin = f"http://127.0.0.1:{port}"
        self.held = ExitStack()
        line = connect(
            address,
            origin=origin,  # type: ignore[arg-type]  # a plain str
            subprotocols=["streamlit"],  # type: ignore[list-item]  # plain strs
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
        )
        self.line: ClientConnection = self.held.enter_context(line)

    def open(self, page: str, query: str, seek: str = "") -> str | None:
        """Ask for a page and wait until it is complete; what error it shows, if any.

        With ``seek`` a page that does not hold these words is an error too.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_name = page
        self.line.send(asked.SerializeToString())
        error, found = None, not seek
        while True:
            said, data = ForwardMsg(), self.line.recv(timeout=PATIENCE_SECONDS)
            assert isinstance(data, bytes)
            found = found or seek.encode() in data
            said.ParseFromString(data)
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                error = said.delta.new_element.exception.message
            if kind == "script_finished" and said.script_finished == DONE:
                return error if found else f"does not show {seek}"

    def close(self) -> None:
        """Leave the dashboard."""
        self.held.close()


def work(
    port: int,
    tally: Tally,
    until: Callable[[], bool],
    *,
    startups: list[str],
    seed: int,
    think_seconds: float,
    visits_a_session: int = 40,
) -> None:
    """Open pages until told to stop, with a new session every so many."""
    draw = random.Random(seed)  # noqa: S311 - which page is opened next is no secret
    pages = [(page, query) for page, query, often in VISITS for _ in range(often)]
    time.sleep(draw.uniform(0, think_seconds))
    while not until():
        try:
            analyst = Analyst(port)
        except (OSError, WebSocketException) as reason:
            tally.error(f"no session: {reason}")
            time.sleep(think_seconds)
            continue
        try:
            for _ in range(visits_a_session):
                if until():
                    break
                page, query = draw.choice(pages)
                asked = time.monotonic()
                error = analyst.open(page, query.format(startup=draw.choice(startups)))
                tally.page(asked, time.monotonic() - asked)
                if error is not None:
                    tally.error(f"{page or 'portfolio'}: {error}")
                time.sleep(draw.expovariate(1 / think_seconds))
        except (OSError, WebSocketException) as reason:
            tally.error(f"session ended: {reason!r}")
        finally:
            analyst.close()


def at_work(
    ports: list[int],
    tally: Tally,
    until: Callable[[], bool],
    *,
    analysts: int,
    startups: list[str],
    think_seconds: float,
) -> list[threading.Thread]:
    """So many analysts in threads of their own, spread over the processes at ``ports``."""
    threads = [
        threading.Thread(
            target=work,
            args=(ports[number % len(ports)], tally, until),
            kwargs={"startups": startups, "seed": number, "think_seconds": think_seconds},
            daemon=True,
        )
        for number in range(analysts)
    ]
    for one in threads:
        one.start()
    return threads
