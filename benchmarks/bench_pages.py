"""Time of a warm page in a browser against an empty one."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measuring import Measurement

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = ("", "startups", "startup", "providers", "stress", "alternatives")
EMPTY_PAGE = "import streamlit as st\n\nst.title('Empty')\n"
VISITS = 4
IDLE = """() => document.querySelector(
  '[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]'
) && !document.querySelector('[data-testid=stSkeleton]')"""


def measure() -> list[Measurement]:
    """Load each page several times in a browser that has seen it, from address to idle."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("  left out: there is no Chromium here (apt-get install -y chromium)")
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY_PAGE)
        with served([str(empty)], Path(folder)) as address:
            base = load_seconds(browser, address)
        with served([str(ROOT / "app.py")], Path(folder)) as address:
            return [
                Measurement(
                    what=f"/{page}",
                    seconds=load_seconds(browser, f"{address}/{page}"),
                    against="empty page",
                    against_seconds=base,
                )
                for page in PAGES
            ]


def load_seconds(browser: Browser, address: str) -> float:
    """Return the best time from asking for the address until the page is idle, after one visit."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    times = []
    for _ in range(1 + VISITS):
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_function(IDLE, timeout=120_000)
        times.append(time.perf_counter() - start)
        assert page.get_by_test_id("stException").count() == 0
    context.close()
    return min(times[1:])


@contextmanager
def served(script: list[str], folder: Path) -> Iterator[str]:
    """Run a Streamlit server on a store of its own and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    server = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-m", "streamlit", "run", *script, *options],
        cwd=folder,
        env={**os.environ, "DOWNSTREAM_DATABASE_URL": f"sqlite:///{folder}/store.sqlite3"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/_stcore/health")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"{address} did not answer")
