"""Pages as a browser sees them: which there are, and when one has nothing left to do."""

import ast
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
#: The script has run, nothing is still to be drawn, and there is a title: before the first run a
#: page is as quiet as after it.
IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app
    && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid=stMain] h1')
    && !document.querySelector('[data-testid=stSkeleton]')
    && !document.querySelector('[data-stale=true]');
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: A plan scores every option first.
LONGEST_MS = 300_000


@dataclass(frozen=True)
class ListedPage:
    """A page as the navigation has it; ``address`` is empty for the first."""

    file: str
    title: str
    address: str


def listed_pages() -> tuple[ListedPage, ...]:
    """Every page of the navigation, in its order, read without running the script that shows it."""
    tree = ast.parse((ROOT / "ui" / "navigation.py").read_text(encoding="utf-8"))
    for node in tree.body:
        names = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if value is not None and any(getattr(one, "id", "") == "PAGES" for one in names):
            return tuple(_pages_in(ast.literal_eval(value)))
    raise LookupError("ui/navigation.py lists no PAGES.")


def _pages_in(listed: Any) -> Iterator[ListedPage]:
    """Pages of a list or of its groups: whatever has a file, a title and an address."""
    if isinstance(listed, dict):
        listed = list(listed.values())
    if not isinstance(listed, list | tuple):
        return
    if len(listed) >= 3 and all(isinstance(one, str) for one in listed[:3]):
        yield ListedPage(*listed[:3])
        return
    for one in listed:
        yield from _pages_in(one)


def chromium() -> str | None:
    """Where the browser is; None: there is none here."""
    return shutil.which("chromium")


def wait_until_idle(page: Page) -> None:
    """Wait until the script has run and the last drawing is on screen."""
    page.wait_for_function(IDLE, timeout=LONGEST_MS)
    page.evaluate(TWO_FRAMES)
