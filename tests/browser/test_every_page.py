"""Every page opens from its address, fits the screen and keeps the rules of accessibility.

The rules are those of WCAG 2.1 A and AA, as axe knows them, by day on a phone and in the dark on a
wide screen. Whoever looks at it in the dark follows the link that somebody copied by day, and sees
what its maker had filtered and compared.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OWN = "scenario=own&root=OpenAI&kind=outage&days=2.5&severity=0.35"
SECOND = "second_scenario=own&second_root=Anthropic&second_kind=wind_down"
PAGES = [
    *("", "?band=C~D&tail=kind&search=open&sector=legal"),
    *("startups?search=a&gaps=unknown%20revenue", "matrix", "matrix?on=OpenAI"),
    "startup?startup=Larkspur%20Intake",
    *(f"startup?startup=Larkspur%20Intake&section={name}" for name in ("why", "days", "map")),
    *("questions?startup=Larkspur%20Intake", "questions?section=several"),
    *("funds", "providers?search=open", "provider?provider=Anthropic"),
    *(f"stress?{OWN}", f"stress?view=two&{OWN}&{SECOND}", "replay"),
    *("incident?provider=OpenAI&news=backer_commits&source=axios.com", "incident?news=outage"),
    *("alternatives?startup=Larkspur%20Intake", "plan", "calendar?days=180"),
    *("decisions", "watch", "glossary", "forecasts", "forecasts?section=losses"),
    *("reports?table=inventory", "oversight?by=person", "assumptions", "import", "shares"),
    *("contracts?only=contradictions", "contracts?contract=QB-2025-07", "people"),
    *("register", "register?section=cells&table=B_07.01", "register?section=facts"),
    "activity?what=open%20share",
]
#: Pages without a link to copy.
UNLINKED = {"import", "shares", "people"}
#: Visited one after another in each of so many tests.
PARTS = 4
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
GROUND = {True: "rgb(11, 18, 32)", False: "rgb(255, 255, 255)"}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def shown(page: Page) -> str:
    return page.get_by_test_id("stMain").inner_text()


def copied_link(page: Page, path: str, address: str) -> str:
    """The path of the link that a page, opened at a path, offers to copy."""
    page.get_by_role("button", name="Share").first.click()
    link = page.get_by_test_id("stPopoverBody").locator("code").first.inner_text().strip()
    assert link.startswith(address)
    asked, kept = (dict(parse_qsl(urlsplit(one).query)) for one in (f"/{path}", link))
    assert asked.items() <= kept.items()
    return link.removeprefix(address)


def too_wide(page: Page) -> list[str]:
    """By how much a page is wider than its screen; a phone must not scroll sideways."""
    wider = page.evaluate(OVERFLOW)
    return [f"{wider} pixels wider than the screen"] if wider > 0 else []


def breaks_rules(page: Page) -> list[str]:
    """Whatever is broken on an open page."""
    return [
        f"{broken['id']}: {node['html'][:120]}: {node['failureSummary'][:200]}"
        for broken in Axe().run(page, options=RULES).response["violations"]
        for node in broken["nodes"]
    ]


@pytest.mark.parametrize("paths", [PAGES[part::PARTS] for part in range(PARTS)])
def test_every_page_fits_can_be_read_by_all_and_comes_back_from_its_link(
    visit: Callable[..., Visitor], paths: list[str]
):
    wrong: dict[tuple[str, str], list[str]] = {}
    by_day, in_the_dark = visit(), visit(dark=True)

    def look(page: Page, path: str, how: str, *, by_the_rules: bool = True) -> None:
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[how == "dark"])
        if found := too_wide(page) + (breaks_rules(page) if by_the_rules else []):
            wrong[path or "portfolio", how] = found

    for path in paths:
        page = by_day.open(path)
        seen = shown(page)
        look(page, path, "light", by_the_rules=False)
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
