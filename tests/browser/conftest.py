"""A running dashboard with the demo portfolio, and browsers to visit it with."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.filings import draw_register
from db.services.kept_answers import keep_answer
from db.services.portfolio_changes import delete_portfolio
from db.services.portfolios import list_portfolios
from risk.dora.packages import FilingFacts
from tests.browser.serving import Dashboard, running, url_in
from tests.browser.visitor import Visitor
from tests.conftest import Make

#: A name that leads to this machine in the browser of the tests, and to nobody elsewhere.
SITE_NAME = "downstream.example.com"
FLAGS = [
    f"--host-resolver-rules=MAP {SITE_NAME} 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; without one the tests are skipped, or fail where CI=true."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "There is no Chromium here; install it with: apt-get install -y chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def answered(demo_file: Path, shared_file: Callable[[str, Make], Path]) -> Path:
    """A store with the demo portfolio and today's answer about it, as after a server's first day.

    A register of information is drawn up of it.

    A server copies it, and has neither to make the demo nor to value it. The one of
    test_door.py that is as by default begins on nothing.
    """

    def answer(path: Path) -> None:
        store = open_store(f"sqlite:///{shutil.copy(demo_file, path)}")
        keep_answer(store, LOCAL_OWNER, "demo", today=datetime.now(UTC).date())
        draw_register(store, LOCAL_OWNER, "demo", facts=FilingFacts(day=date(2026, 12, 31)))
        store.close()

    return shared_file("answered_today.sqlite3", answer)


@pytest.fixture(scope="session")
def served(
    chromium: str, answered: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """A dashboard that runs on a store of its own, which all tests of a worker share."""
    with running(tmp_path_factory.mktemp("dashboard"), store=answered) as started:
        yield started


@pytest.fixture
def dashboard(served: Dashboard) -> Iterator[str]:
    """Its address; what a test imported is gone after it, and opens first for no other test."""
    store = open_store(url_in(served.folder))
    before = {one.name for one in list_portfolios(store, LOCAL_OWNER)}
    yield served.address
    for one in list_portfolios(store, LOCAL_OWNER):
        if one.name not in before:
            delete_portfolio(store, LOCAL_OWNER, one.name, typed=one.name)
    store.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all visits."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, dashboard: str) -> Iterator[Callable[..., Visitor]]:
    """Start visits with fresh profiles; at the end nobody may have had a complaint."""
    visitors: list[Visitor] = []

    def start(*, width: int = 1360, dark: bool = False) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 860 if width > 600 else 844},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        visitors.append(Visitor(context=context, address=dashboard))
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
