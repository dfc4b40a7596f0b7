"""A click on a mark of a chart goes where one expects."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def click_widest(page: Page, key: str) -> None:
    """Click in the middle of the widest mark of a chart, as somebody does who means it."""
    marks = page.locator(f".st-key-{key} .js-plotly-plot .points path")
    expect(marks.first).to_be_attached(timeout=60_000)
    boxes = [(one.bounding_box() or {"width": 0})["width"] for one in marks.all()]
    mark = marks.nth(boxes.index(max(boxes)))
    mark.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = mark.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.wait_for_timeout(200)  # The chart looks under the pointer a moment later.
    page.mouse.click(x, y)


@pytest.mark.parametrize(
    ("page_name", "key", "leads_to"),
    [
        ("?section=years&tail=startup", "tail_by_startup", "startup"),
        ("?section=loss&expected=provider", "expected_by_provider", "provider"),
    ],
)
def test_a_click_on_a_mark_opens_what_it_stands_for(
    visit: Callable[..., Visitor], page_name: str, key: str, leads_to: str
) -> None:
    visitor = visit()
    page = visitor.open(page_name)
    click_widest(page, key)
    page.wait_for_url(f"**/{leads_to}?*", timeout=60_000)
    visitor.settle(page)
    (name,) = parse_qs(urlsplit(page.url).query)[leads_to]
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
