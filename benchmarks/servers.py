"""Dashboards in processes of their own for the scripts that load them, on loopback alone."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
START_SECONDS = 240


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dashboards(address: str, folder: Path, *, count: int = 1) -> Iterator[dict[int, int]]:
    """So many dashboards on one store: the process id behind each port."""
    with ExitStack() as stack:
        ports = [free_port() for _ in range(count)]
        started = {
            port: stack.enter_context(_dashboard(address, folder / f"{port}.log", port))
            for port in ports
        }
        for port, process in started.items():
            wait_for(port, process)
        yield {port: process.pid for port, process in started.items()}


@contextmanager
def _dashboard(address: str, log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("w") as said:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port)],
            env={**os.environ, "DOWNSTREAM_DATABASE_URL": address},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes], *, path: str = "/readyz") -> None:
    """Wait for a server's first answer.

    Raises:
        RuntimeError: it stopped before, or gave none for very long.
    """
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            raise RuntimeError(f"The dashboard on port {port} stopped before it answered.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    raise RuntimeError(f"The dashboard on port {port} gave no answer.")


def wait_until_warm(folder: Path, port: int) -> None:
    """Wait until a dashboard has read what its first readers would otherwise wait for.

    Raises:
        RuntimeError: it did not say so for very long.
    """
    give_up_at = time.monotonic() + START_SECONDS
    while "Warmed up" not in (folder / f"{port}.log").read_text(errors="replace"):
        if time.monotonic() > give_up_at:
            raise RuntimeError(f"The dashboard on port {port} did not warm up.")
        time.sleep(0.25)


def mebibytes(process: int) -> float:
    """Memory that a process holds now (RSS)."""
    return float(psutil.Process(process).memory_info().rss) / 2**20


def open_files(process: int) -> int:
    """Files and connections that a process holds open."""
    return psutil.Process(process).num_fds()
