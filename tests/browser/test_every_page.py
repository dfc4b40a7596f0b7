"""Every page opens from its address, fits the screen and keeps the rules of accessibility.

The rules are those of WCAG 2.1 A and AA, as axe knows them.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = [
    *("", "startups", "startup", "providers", "provider"),
    *("stress", "replay", "alternatives", "plan", "calendar", "watch", "reports", "assumptions"),
    *("import", "shares", "people", "activity"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
GROUND = {True: "rgb(11, 18, 32)", False: "rgb(255, 255, 255)"}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def what_is_wrong(page: Page) -> list[str]:
    """Whatever is broken on an open page."""
    found = []
    # A phone must not scroll sideways.
    if (wider := page.evaluate(OVERFLOW)) > 0:
        found.append(f"{wider} pixels wider than the screen")
    for broken in Axe().run(page, options=RULES).response["violations"]:
        found += [
            f"{broken['id']}: {node['html'][:120]}: {node['failureSummary'][:200]}"
            for node in broken["nodes"]
        ]
    return found


@pytest.mark.parametrize(
    ("width", "dark"),
    [(1360, False), (1360, True), (390, False)],
    ids=["light", "dark", "phone"],
)
def test_every_page_opens_fits_and_can_be_read_by_all(
    visit: Callable[..., Visitor], width: int, dark: bool
):
    visitor = visit(width=width, dark=dark)
    wrong = {}
    for path in PAGES:
        page = visitor.open(path)
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[dark])
        if found := what_is_wrong(page):
            wrong[path or "portfolio"] = found
        page.close()
    assert wrong == {}
