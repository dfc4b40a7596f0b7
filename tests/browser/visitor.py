"""A visitor with a real browser, who notices everything that goes wrong on the way."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)
from playwright.sync_api import TimeoutError as TookTooLong

#: The page Plan scores every option of every startup when it is opened for the first time.
PATIENCE_MS = 180_000
CHOICES_TRIED = 5

#: Streamlit tries these below the page's own address before it finds the right one.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")

IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app
    && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
    && !document.querySelector('[data-stale=true]');
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Clicks:
    """Clicks or taps of a reader, counted."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        """Click once."""
        self.count += 1
        what.click()


@dataclass
class Visitor:
    """One browser context. ``complaints`` must be empty at the end of a visit."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Open a page in a new tab and wait until it has settled."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.goto(f"{self.address}/{path.removeprefix('/')}")
        self.settle(page)
        return page

    def settle(self, page: Page) -> None:
        """Wait until the page shows its answer and nothing moves."""
        page.wait_for_function(IDLE, timeout=PATIENCE_MS)
        page.evaluate(TWO_FRAMES)
        # A change may only now have reached the server: it counts once the page is idle twice.
        page.wait_for_timeout(300)
        page.wait_for_function(IDLE, timeout=PATIENCE_MS)
        if page.get_by_test_id("stException").count():
            self.complaints.append(f"{page.url} shows an error")

    def choose(
        self, page: Page, label: str | re.Pattern[str], option: str | re.Pattern[str]
    ) -> None:
        """Pick ``option`` from the list called ``label``, typing it first where it is plain text.

        The list opens again when a part of the page that arrives late has closed it.
        """
        box = page.get_by_role("combobox", name=label)
        for attempt in range(CHOICES_TRIED):
            self.settle(page)
            box.click()
            if isinstance(option, str):
                box.fill(option)
            try:
                page.get_by_role("option", name=option).first.click(timeout=5_000)
                return
            except TookTooLong:
                if attempt == CHOICES_TRIED - 1:
                    raise
                page.keyboard.press("Escape")

    def _requested(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("data", "blob"):
            return
        if url.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.url.endswith(HARMLESS):
            self.complaints.append(f"{response.status} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        origin = str(message.location.get("url", ""))
        if message.type == "error" and not origin.endswith(HARMLESS):
            self.complaints.append(f"console: {message.text} ({origin})")
