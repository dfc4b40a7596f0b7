"""Friday night to Sunday night of November 2023, and the link that shows it to somebody else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FRIDAY = "Fri 17 Nov, 12:28"
SUNDAY = "Sunday 19 November 2023, 23:53 Pacific"


def figures(page: Page) -> list[str]:
    """The figures of the hour and what stands below each."""
    boxes = page.get_by_test_id("stMetric")
    return [boxes.nth(i).inner_text() for i in range(boxes.count())]


def advice(page: Page) -> list[str]:
    """What the hour says, sentence by sentence."""
    found = page.get_by_test_id("stMarkdown").get_by_role("listitem").all_inner_texts()
    assert found
    return found


def test_sunday_night_is_compared_with_friday_and_sent_to_somebody_on_a_phone(
    visit: Callable[..., Visitor],
):
    visitor = visit()
    page = visitor.open("replay?at=2023-11-17T12:28-08:00")
    expect(page.get_by_role("heading", name=re.compile("Friday 17 November 2023"))).to_be_visible()
    friday = figures(page)
    for _ in range(12):
        if page.get_by_role("heading", name=SUNDAY).count():
            break
        page.get_by_role("button", name="Later news").click()
        visitor.settle(page)
    expect(page.get_by_role("heading", name=SUNDAY)).to_be_visible()

    visitor.choose(page, re.compile("Compare with"), re.compile(FRIDAY))
    visitor.settle(page)
    # 2.5 % on Friday (tests/scenarios/test_replay.py), against which Sunday now stands.
    expect(page.get_by_test_id("stMetric").first).to_contain_text("2.5 % →", timeout=60_000)
    sunday = figures(page)
    assert sunday != friday

    page.get_by_role("button", name="Share", exact=True).click()
    address = page.get_by_test_id("stCode").first.inner_text().strip()
    assert "at=2023-11-19T23%3A53-08%3A00" in address
    assert "against=2023-11-17T12%3A28-08%3A00" in address
    page.keyboard.press("Escape")

    somebody = visit(width=390)
    theirs = somebody.open(address.removeprefix(visitor.address))
    expect(theirs.get_by_role("heading", name=SUNDAY)).to_be_visible()
    assert figures(theirs) == sunday
    assert advice(theirs) == advice(page)


def test_it_plays_until_somebody_stops_it(visit: Callable[..., Visitor]):
    visitor = visit()
    page = visitor.open("replay?at=2023-11-28T15:00-08:00&section=later")
    page.get_by_role("button", name="Play").click()
    # It stops by itself at the end, where the outcome is told.
    expect(page.get_by_text("How it ended:")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=60_000)
    last = page.get_by_role("heading", name="Wednesday 29 November 2023, 18:00")
    expect(last).to_be_visible(timeout=60_000)
    visitor.settle(page)
    assert "at=2023-11-29T18" in page.url
