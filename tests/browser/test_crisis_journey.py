"""A crisis of fifteen lines, from a blank file to a link that opens without an account."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Clicks, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MOST_CLICKS = 8
STARTS = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
MISTAKE = 'signal = "chief_dismissed"'
FIFTEEN_LINES = f"""\
title = "Board at OpenAI"
provider = "OpenAI"
starts = {STARTS:%Y-%m-%dT%H:%M:%SZ}
summary = "The chief executive goes."
[[moment]]
time = {STARTS + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}
headline = "The board dismisses its head"
{MISTAKE}
source = "axios.com"
doubt = "The hour is ours."
[[moment]]
time = {STARTS + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}
headline = "The service is slow"
outage_severity = 0.3
source = "status page"
"""


def write(visitor: Visitor, page: Page, text: str) -> None:
    """Write the file and leave the field, which checks it."""
    box = page.get_by_role("textbox", name="The text of the file")
    box.fill(text)
    box.press("Control+Enter")
    visitor.settle(page)


def test_from_a_blank_file_to_a_link_that_opens_without_an_account(
    visit: Callable[..., Visitor],
) -> None:
    visitor, clicks = visit(), Clicks()
    page = visitor.open("replay?portfolio=demo")
    began = time.monotonic()
    clicks.on(page.get_by_text("Your own crises", exact=True))
    visitor.settle(page)
    assert len(FIFTEEN_LINES.splitlines()) == 15
    write(visitor, page, FIFTEEN_LINES)
    expect(page.get_by_text("Line 8, signal")).to_be_visible()
    assert page.get_by_role("button", name="Add it").count() == 0
    write(visitor, page, FIFTEEN_LINES.replace("chief_dismissed", "chief_executive_dismissed"))
    clicks.on(page.get_by_role("button", name="Add it"))
    visitor.settle(page)
    expect(page.get_by_text("The board dismisses its head").first).to_be_visible()
    expect(page.get_by_text("It goes on", exact=False).first).to_be_visible()

    clicks.on(page.get_by_role("button", name="Add news"))
    page.get_by_role("textbox", name="Headline").fill("The chair follows")
    page.get_by_role("textbox", name="Where it was read").fill("theverge.com")
    page.get_by_role("textbox", name="Where it was read").press("Tab")
    clicks.on(page.get_by_role("button", name="Add it").last)
    visitor.settle(page)
    expect(page.get_by_text("The chair follows").first).to_be_visible()

    clicks.on(page.get_by_role("button", name="Share this hour"))
    clicks.on(page.get_by_role("button", name="Create the link").last)
    visitor.settle(page)
    made = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/#[\w-]{43}$")).last
    expect(made).to_be_visible(timeout=60_000)
    link = made.inner_text().strip()
    print(f"{clicks.count} clicks, {time.monotonic() - began:.1f} seconds of the machine")
    assert clicks.count <= MOST_CLICKS

    theirs = visit(width=390).context.new_page()
    theirs.goto(link)
    theirs.wait_for_url("**/s/view/*")
    expect(theirs.get_by_role("heading", name="Incident: OpenAI")).to_be_visible()
    expect(theirs.get_by_text("The board dismisses its head").first).to_be_visible()
    expect(theirs.get_by_text("The chair follows").first).to_be_visible()
    assert theirs.evaluate("document.documentElement.scrollWidth") == 390
