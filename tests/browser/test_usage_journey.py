"""A bill of three months in a real browser: one question, what it says to the cent, the answer."""

import calendar
import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_import_journey import is_well_made, press
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

#: What is paid each day: a line of the bill, the project, dollars.
LINES = (
    ("gpt-5.4, input_tokens", "support", "40.25"),
    ("gpt-5.4, output_tokens", "support", "22.50"),
    ("gpt-5.4-mini, input_tokens", "search", "9.75"),
)


def bill(folder: Path) -> Path:
    """OpenAI's cost page from 1 August to 31 October: 92 days of $72.50, $6,670 in all."""
    file = folder / "openai.csv"
    day = date(2026, 8, 1)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(
            "start_time end_time amount_value amount_currency line_item project_name".split()
        )
        while day <= date(2026, 10, 31):
            start = calendar.timegm(day.timetuple())
            for item, project, dollars in LINES:
                rows.writerow([start, start + 86_400, dollars, "usd", item, project])
            day += timedelta(days=1)
    return file


def test_a_bill_of_three_months_becomes_exposure_after_one_question(
    visit: Callable[..., Visitor], tmp_path: Path
):
    visitor = visit()
    page = visitor.open("import")
    page.locator("input[type=file]").set_input_files(bill(tmp_path))
    expect(page.get_by_text("1 question before it can be imported")).to_be_visible(timeout=60_000)
    visitor.settle(page)
    name = page.get_by_role("combobox", name=re.compile("Whose usage is this"))
    name.click()
    name.fill("Acme Bills")
    name.press("Enter")
    press(visitor, page, "Read it this way")

    expect(page.get_by_text("6,670.00 USD for language models")).to_be_visible()
    expect(page.get_by_text("3 whole months")).to_be_visible()
    is_well_made(page)
    page.set_viewport_size({"width": 1360, "height": 900})
    press(visitor, page, "Publish")
    expect(page.get_by_text(re.compile(r"Batch \d+ is in “openai”: 2 new"))).to_be_visible()

    page.get_by_role("link", name="See the overview").click()
    visitor.settle(page)
    expect(page.get_by_text("OpenAI").first).to_be_visible()
    page.goto(f"{visitor.address}/import")
    visitor.settle(page)
    press(visitor, page, "Undo batch")
    press(visitor, page, "Yes, undo batch")
    expect(page.get_by_text("was undone: 2 records removed")).to_be_visible()
