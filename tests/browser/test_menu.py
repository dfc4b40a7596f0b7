"""The menu: search by keyboard, the company opened last kept, and Back that brings filters back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_company_is_found_by_keyboard_kept_on_the_way_and_back_keeps_the_filter(
    visit: Callable[..., Visitor],
):
    visitor = visit()
    page = visitor.open("startups?search=a")
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_label("Companies, providers, pages")
    expect(field).to_be_visible()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("larkspur")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Larkspur Intake", level=1)).to_be_visible()
    visitor.settle(page)
    page.go_back()
    visitor.settle(page)
    expect(page.get_by_test_id("stMain").get_by_label("Search").first).to_have_value("a")
    page.get_by_role("link", name="Alternatives", exact=True).click()
    visitor.settle(page)
    expect(page.get_by_test_id("stMain").locator("input[value='Larkspur Intake']")).to_be_visible()
    expect(page.get_by_role("link", name="Larkspur Intake", exact=True)).to_be_visible()
