"""Every page opens from its address, fits the screen and keeps the rules of accessibility.

The rules are those of WCAG 2.1 A and AA, as axe knows them. Whoever looks at it in the dark follows
the link that somebody copied by day.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_copied_links import OWN, copied_link, shown
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = [
    *("", "startups", "startup?startup=Larkspur%20Intake", "providers"),
    *("provider?provider=Anthropic", f"stress?{OWN}", "replay"),
    *("alternatives?startup=Larkspur%20Intake", "plan", "calendar?days=180", "watch"),
    *("reports?table=inventory", "assumptions", "import", "shares", "people"),
    "activity?what=open%20share",
]
#: Pages without a link to copy.
UNLINKED = {"import", "shares", "people"}
#: Visited one after another in each of so many tests.
PARTS = 3
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


@pytest.mark.parametrize("paths", [PAGES[part::PARTS] for part in range(PARTS)])
def test_every_page_fits_can_be_read_by_all_and_comes_back_from_its_link(
    visit: Callable[..., Visitor], paths: list[str]
):
    wrong: dict[tuple[str, str], list[str]] = {}
    by_day, in_the_dark = visit(), visit(dark=True)

    def look(page: Page, path: str, how: str) -> None:
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[how == "dark"])
        if found := what_is_wrong(page):
            wrong[path or "portfolio", how] = found

    for path in paths:
        page = by_day.open(path)
        seen = shown(page)
        look(page, path, "light")
        page.set_viewport_size({"width": 390, "height": 844})
        by_day.settle(page)
        look(page, path, "phone")
        link = path
        if path not in UNLINKED:
            link = copied_link(page, path, by_day.address)
        page.close()
        page = in_the_dark.open(link)
        look(page, path, "dark")
        if path not in UNLINKED:
            assert shown(page) == seen
        page.close()
    assert wrong == {}
