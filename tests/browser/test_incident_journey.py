"""Something happened: from the overview to a link that opens without an account, in six clicks."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Clicks, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_CLICKS = 6


def test_from_the_overview_to_a_link_that_opens_without_an_account(
    visit: Callable[..., Visitor],
) -> None:
    visitor, clicks = visit(), Clicks()
    page = visitor.open("?portfolio=demo")
    began = time.monotonic()
    clicks.on(page.get_by_role("button", name="Something happened"))
    page.wait_for_url("**/incident?**")
    visitor.settle(page)
    clicks.on(page.get_by_role("combobox", name=re.compile("What happened")))
    clicks.on(page.get_by_role("option", name="The board dismisses the chief executive"))
    visitor.settle(page)
    expect(page.get_by_role("heading", name=re.compile("^Incident: "))).to_be_visible()
    expect(page.get_by_text("Whom to call first", exact=True)).to_be_visible()
    provider = page.get_by_role("heading", level=1).inner_text().removeprefix("Incident: ")

    clicks.on(page.get_by_role("button", name="Share this hour"))
    clicks.on(page.get_by_role("button", name="Create the link").last)
    visitor.settle(page)
    made = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/#[\w-]{43}$")).last
    expect(made).to_be_visible(timeout=60_000)
    link = made.inner_text().strip()
    print(f"{clicks.count} clicks, {time.monotonic() - began:.1f} seconds of the machine")
    assert clicks.count <= MOST_CLICKS

    somebody = visit(width=390)
    theirs = somebody.context.new_page()
    theirs.goto(link)
    theirs.wait_for_url("**/s/view/*")
    expect(theirs.get_by_role("heading", name=f"Incident: {provider}")).to_be_visible()
    expect(theirs.get_by_text("Whom to call first")).to_be_visible()
    expect(theirs.get_by_text("The board dismisses the chief executive").first).to_be_visible()
    assert theirs.evaluate("document.documentElement.scrollWidth") == 390
    # It is this hour alone: nothing of the portfolio's score.
    assert "Expected loss a year" not in theirs.content()
