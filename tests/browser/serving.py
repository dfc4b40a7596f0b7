"""A dashboard that runs on a store of its own, started and stopped by a test."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from typer.testing import CliRunner
from websockets.sync.client import ClientConnection, connect

import cli

ROOT = Path(__file__).parents[2]
START_SECONDS = 300
STORE = "store.sqlite3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: where it is, where it lives, and the settings that it was given."""

    port: int
    folder: Path
    environment: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return (self.folder / "log.txt").read_text()

    def tell(self, *words: str) -> str:
        """Run a command on the same store, as the owner of the machine."""
        command = [*words, "--database", url_in(self.folder)]
        done = CliRunner().invoke(cli.app, command, env=dict(self.environment))
        assert done.exit_code == 0, done.output
        return done.stdout


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / STORE}"


@contextlib.contextmanager
def running(folder: Path, *, store: Path | None = None, **environment: str) -> Iterator[Dashboard]:
    """Serve a copy of a store, or else a new one, until the block ends.

    ``environment`` is added to the test's own.
    """
    port = free_port()
    if store:
        shutil.copy(store, folder / STORE)
    log = folder / "log.txt"
    known = {**os.environ, "DOWNSTREAM_DATABASE_URL": url_in(folder), **environment}
    with log.open("a") as output:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port)],
            cwd=folder,
            env=known,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server, log)
            yield Dashboard(port, folder, known)
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_until_healthy(
    address: str, server: subprocess.Popen[bytes], log: Path, *, seconds: float = START_SECONDS
) -> None:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    raise AssertionError(f"no answer within {seconds} s: {log.read_text()}")


@contextlib.contextmanager
def page_of_a_program(
    address: str, page: str = "", *, headers: Mapping[str, str] | None = None
) -> Iterator[tuple[ClientConnection, str]]:
    """Open a page over its websocket as a program would; yields it and its session's number."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(
        stream,
        subprotocols=["streamlit"],  # type: ignore[list-item]  # plain strings
        additional_headers=headers,
        max_size=None,
        open_timeout=30,
    ) as opened:
        asked = BackMsg()
        asked.rerun_script.page_name = page
        opened.send(asked.SerializeToString())
        yield opened, next(session for session, _ in messages(opened) if session)


def messages(opened: ClientConnection, *, seconds: float = 60.0) -> Iterator[tuple[str, str]]:
    """Every message of one run: the session's number where it begins, and its text."""
    while True:
        told = ForwardMsg()
        told.ParseFromString(bytes(opened.recv(timeout=seconds)))
        yield told.new_session.initialize.session_id, str(told)
        if told.WhichOneof("type") == "script_finished":
            return
