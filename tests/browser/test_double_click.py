"""Hands that click twice everywhere get one of what they asked for, and see it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def links_made(visitor: Visitor) -> int:
    """How many links the page Shares counts."""
    page = visitor.open("shares")
    counted = page.get_by_text(re.compile(r"\d+ of \d+ still open something"))
    expect(counted.or_(page.get_by_text("No link was made yet"))).to_be_visible()
    if not counted.count():
        return 0
    found = re.search(r"of (\d+)", counted.inner_text())
    assert found is not None
    return int(found[1])


def click_twice(page: Page, name: str, *, between_ms: int) -> None:
    """Two clicks, the second as long after the first as hands take."""
    box = page.get_by_role("button", name=name).bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    page.wait_for_timeout(between_ms)
    page.mouse.click(*middle)


def test_two_clicks_make_one_link(visit: Callable[..., Visitor]):
    visitor = visit()
    made = links_made(visitor)
    for between_ms in (0, 250):
        page = visitor.open("startup?startup=Larkspur%20Intake")
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_role("button", name="Create the link")).to_be_visible()
        visitor.settle(page)
        click_twice(page, "Create the link", between_ms=between_ms)
        expect(page.get_by_text("It is shown only now: copy it.")).to_be_visible(timeout=60_000)
        visitor.settle(page)
        page.close()
        made += 1
        assert links_made(visitor) == made
