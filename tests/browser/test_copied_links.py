"""A link that was copied shows in another browser what its maker had filtered and compared.

tests/browser/test_every_page.py follows those of all pages.
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OWN = "scenario=own&root=OpenAI&kind=outage&days=2.5&severity=0.35"
SECOND = "second_scenario=own&second_root=Anthropic&second_kind=wind_down"
PAGES = (
    "?band=C~D&tail=kind&search=open&sector=legal",
    "startups?search=a&gaps=unknown%20revenue",
    "providers?search=open",
    f"stress?view=two&{OWN}&{SECOND}",
)


def shown(page: Page) -> str:
    return page.get_by_test_id("stMain").inner_text()


def copied_link(page: Page, path: str, address: str) -> str:
    """The path of the link that a page, opened at a path, offers to copy."""
    page.get_by_role("button", name="Copy link").first.click()
    link = page.get_by_test_id("stPopoverBody").locator("code").first.inner_text().strip()
    assert link.startswith(address)
    asked, kept = (dict(parse_qsl(urlsplit(one).query)) for one in (f"/{path}", link))
    assert asked.items() <= kept.items()
    return link.removeprefix(address)


@pytest.fixture(scope="module")
def two(browser: Browser, dashboard: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Who makes the links and who follows them, each with a browser of their own."""
    contexts = [
        browser.new_context(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
        for _ in range(2)
    ]
    maker, reader = (Visitor(context=one, address=dashboard) for one in contexts)
    yield maker, reader
    for one in contexts:
        one.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_copied_link_brings_the_page_back(two: tuple[Visitor, Visitor], path: str):
    maker, reader = two
    page = maker.open(path)
    seen = shown(page)
    link = copied_link(page, path, maker.address)
    page.close()
    theirs = reader.open(link)
    assert shown(theirs) == seen
    theirs.close()
    assert [*maker.complaints, *reader.complaints] == []
