"""Friday night: a provider falls, and what it costs is on a partner's phone a minute later."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STRESS = "stress?portfolio=demo&scenario=own&root=OpenAI&kind=wind_down&notice=3"


def test_a_stress_test_becomes_a_snapshot_that_a_partner_reads_on_a_phone(
    visit: Callable[..., Visitor],
):
    visitor = visit()
    page = visitor.open(STRESS)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("This stress test: Wind-down of OpenAI")).to_be_visible()
    page.get_by_text("Without names", exact=True).click()
    page.get_by_role("button", name="Create the link").click()
    made = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/#[\w-]{43}$"))
    visitor.settle(page)
    expect(made).to_be_visible(timeout=60_000)
    link = made.inner_text().strip()

    phone = visit(width=390, dark=True).context.new_page()
    phone.goto(link)
    phone.wait_for_url("**/s/view/*")
    expect(phone.get_by_role("heading", name="Wind-down of OpenAI:")).to_be_visible()
    expect(phone.get_by_text("3 days of notice")).to_be_visible()
    expect(
        phone.get_by_text("Left out by whoever shared this: names of companies.")
    ).to_be_visible()
    expect(phone.get_by_text("Content SHA-256")).to_be_visible()
    assert "Quillhaven" not in phone.content()
    assert "Company 1" in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.pdf(format="A4").startswith(b"%PDF")
