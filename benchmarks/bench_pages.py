"""Time of every warm page in a browser against an empty page, at several sizes of a portfolio."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.browsing import FLAGS, chromium, listed_pages, wait_until_idle
from benchmarks.large_store import NAME, fill
from benchmarks.measuring import Measurement
from benchmarks.servers import ROOT, dashboards, free_port, wait_for, wait_until_warm
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.kept_answers import keep_answer
from db.services.setup import initialise

EMPTY_PAGE = "import streamlit as st\n\nst.title('Empty')\n"
#: Of each page, after one that nobody counts: it fills what the server keeps.
VISITS = 5
#: Startups beside the demo, which is measured in any case.
LARGER, MILLION = 5_000, 1_000_000
#: A first screen may take so many empty pages, and so long on a quiet machine.
TIMES, SECONDS = 3.0, 1.0
AIM = f"{TIMES:g} × and {1000 * SECONDS:,.0f} ms"
STORES = ROOT / "build" / "stores"


def measure(
    startups: int = LARGER, million: int = 0, visits: int = VISITS
) -> Iterator[Measurement]:
    """Load every page of the navigation, from asking for its address until it is idle.

    On the demo, on so many ``startups`` (0: not) and, with ``--million``, on a million. Each visit
    is followed by one of an empty page, with which it is compared.
    """
    program = chromium()
    if program is None:
        print("  left out: there is no Chromium here (apt-get install -y chromium)")
        return
    sizes = (0, *((startups,) if startups else ()), *((MILLION,) if million else ()))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        with empty_page(Path(name)) as empty:
            for size in sizes:
                store = store_of(size, Path(name))
                with dashboards(store, Path(name)) as ports:
                    port = next(iter(ports))
                    wait_until_warm(Path(name), port)
                    yield from _pages(browser, port, empty, size, visits)
        browser.close()


def store_of(startups: int, folder: Path) -> str:
    """The address of a store with the demo, or with so many invented startups and their answer.

    Large ones stay in build/stores, since writing them takes longer than what is measured.
    """
    if not startups:
        return f"sqlite:///{folder}/demo.sqlite3"
    STORES.mkdir(parents=True, exist_ok=True)
    address = f"sqlite:///{STORES}/pages-{startups}.sqlite3"
    store = open_store(address)
    initialise(store, demo=True)
    fill(store, startups)
    keep_answer(store, LOCAL_OWNER, NAME, today=datetime.now(UTC).date())
    store.close()
    return address


@contextmanager
def empty_page(folder: Path) -> Iterator[int]:
    """A Streamlit server with a title and nothing else: its port."""
    script, port = folder / "empty.py", free_port()
    script.write_text(EMPTY_PAGE)
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    server = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server, path="/_stcore/health")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _pages(
    browser: Browser, port: int, empty: int, size: int, visits: int
) -> Iterator[Measurement]:
    """Every page in turn with the empty one, each in a browser that has seen both."""
    portfolio = NAME if size else "demo"
    for page in listed_pages():
        context = browser.new_context(reduced_motion="reduce")
        address = f"http://127.0.0.1:{port}/{page.address}?portfolio={portfolio}"
        nothing = f"http://127.0.0.1:{empty}/"
        visit(context, address), visit(context, nothing)
        pairs = [(visit(context, address), visit(context, nothing)) for _ in range(visits)]
        context.close()
        took = [first for first, _ in pairs]
        yield Measurement(
            what=f"{page.title}, {size or 'demo'}",
            seconds=min(took),
            median_seconds=median(took),
            against="empty page",
            paired_ratio=median(first / second for first, second in pairs),
            target=AIM,
        )


def visit(context: BrowserContext, address: str) -> float:
    """Seconds from asking for the address until the page is idle, in a tab of its own."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address)
    wait_until_idle(page)
    seconds = time.perf_counter() - start
    assert page.get_by_test_id("stException").count() == 0, address
    page.close()
    return seconds
