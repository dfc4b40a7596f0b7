"""The matrix: who depends on a provider is one click away, and a mark opens its evidence."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_who_depends_on_the_lead_is_one_click_from_the_overview(visit: Callable[..., Visitor]):
    visitor = visit()
    page = visitor.open("?portfolio=demo")
    page.get_by_role("link", name="Who depends on OpenAI").click()
    visitor.settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("depend on OpenAI")
    mark = page.get_by_role("link", name="depends directly on OpenAI: path and evidence").first
    mark.focus()
    page.keyboard.press("Enter")
    visitor.settle(page)
    expect(page.get_by_role("heading", name="depends directly on OpenAI")).to_be_visible()
    expect(page.get_by_role("button", name="depends on OpenAI")).to_be_visible()
