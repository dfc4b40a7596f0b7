"""An awkward file in a real browser: questions, columns, publishing, undo, and a bar that moves."""

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import TWO_FRAMES, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

#: Two header rows, letters beyond ASCII, cells of several lines, days before months.
ROWS = [
    ["Section A: who", "", "", "Section B: contract", "", ""],
    ["Company", "Vendor", "Purpose", "Fee 7", "Renewal", "Remarks"],
    ["Société Générique", "Azure OpenAI", "Invoices", "1200", "03/04/2027", "Zoë signed;\nrenews"],
    ["Café Müller", "Anthropic", "Support", "800", "13/05/2027", "two lines\nin one cell"],
    ["Ångström Labs", "OpenAI, L.L.C.", "Summaries – long", "12000", "01/06/2027", "", "extra"],
]
CONTROLS_WITHOUT_NAME = """() => {
  const named = e => e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')
    || e.title || e.textContent?.trim() || e.labels?.[0]?.textContent?.trim() || e.alt;
  const shown = e => e.getClientRects().length > 0 && !e.closest('[aria-hidden=true]');
  const main = document.querySelector('[data-testid=stMain]');
  return [...main.querySelectorAll('button, input, select, textarea, a[href], [role=combobox]')]
    .filter(e => shown(e) && e.type !== 'hidden' && !named(e))
    .map(e => e.outerHTML.slice(0, 160));
}"""


def awkward_file(folder: Path) -> Path:
    """The rows in Windows-1252."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(ROWS)
    file = folder / "awkward.csv"
    file.write_bytes(text.getvalue().encode("cp1252"))
    return file


def expect_figure(page: Page, label: str, value: str) -> None:
    """The figure with this label comes to have this value."""
    tile = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    expect(tile.get_by_test_id("stMetricValue")).to_have_text(value)


def press(visitor: Visitor, page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_timeout(500)
    visitor.settle(page)


def is_well_made(page: Page) -> None:
    """Every control has a name to be read aloud, and nothing is wider than a wide or small screen.

    The page is left on the small one.
    """
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(TWO_FRAMES)
        assert page.evaluate(CONTROLS_WITHOUT_NAME) == []
        assert page.evaluate(wider) <= 0


def test_an_awkward_file_is_understood_mapped_published_and_undone(
    visit: Callable[..., Visitor], tmp_path: Path
):
    visitor = visit(width=390, dark=True)
    page = visitor.open("import")
    is_well_made(page)
    file = awkward_file(tmp_path)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("3 questions before it can be imported")).to_be_visible(timeout=60_000)
    visitor.settle(page)
    # The suggested answer comes first, and says what it makes of the cells.
    expect(page.get_by_text("Société Générique").first).to_be_visible()
    expect(page.get_by_text("13/05/2027 → 13 May 2027")).to_be_visible()
    is_well_made(page)
    press(visitor, page, "Read it this way")

    expect(page.get_by_text("2 of 3 records can be imported, 1 left out")).to_be_visible()
    page.get_by_text("Columns: 5 used, 1 left out").click()
    visitor.choose(page, "What Fee 7 means", "Spend per month")
    is_well_made(page)
    press(visitor, page, "Read again with these columns")
    expect(page.get_by_text("2 of 3 records can be imported, 1 left out")).to_be_visible()
    expect_figure(page, "Can be imported", "2")
    expect_figure(page, "Not imported", "1")
    expect(page.get_by_text("7 cells where the header has 6").first).to_be_visible()
    is_well_made(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Download it to correct").click()
    rejected = Path(download.value.path()).read_bytes()
    press(visitor, page, "Publish")
    done = page.get_by_text(re.compile(r"Batch \d+ is in “awkward”: 2 new"))
    expect(done).to_be_visible(timeout=60_000)
    visitor.settle(page)
    is_well_made(page)

    # The corrected record goes where the others went, with the columns as they were chosen.
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(rejected.replace(b",extra", b""))
    page.locator("input[type=file]").set_input_files(corrected)
    expect(page.get_by_text("Columns read as last time")).to_be_visible(timeout=60_000)
    visitor.settle(page)
    if page.get_by_role("button", name="Read it this way").count():
        press(visitor, page, "Read it this way")
    expect(page.get_by_text("1 record can be imported")).to_be_visible()
    expect_figure(page, "New", "1")
    expect_figure(page, "Not in the file", "2")
    press(visitor, page, "Publish")
    expect(page.get_by_text(re.compile(r"Batch \d+ is in “awkward”: 1 new"))).to_be_visible()

    press(visitor, page, "Undo this import")
    expect(page.get_by_text("was undone: 1 record removed")).to_be_visible()
    is_well_made(page)
    press(visitor, page, "Undo batch")
    press(visitor, page, "Yes, undo batch")
    expect(page.get_by_text("was undone: 2 records removed")).to_be_visible()


def test_the_page_stays_usable_while_a_long_file_is_written(
    visit: Callable[..., Visitor], tmp_path: Path
):
    lines = (f"Company {n // 2},{('OpenAI', 'Anthropic')[n % 2]},{n}\n" for n in range(20_000))
    file = tmp_path / "long.csv"
    file.write_text("startup,provider,spend_usd\n" + "".join(lines), encoding="utf-8")
    visitor = visit()
    page = visitor.open("import")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("All 20,000 records are fine")).to_be_visible(timeout=120_000)
    visitor.settle(page)
    page.get_by_role("button", name="Publish").dblclick()
    # Streamlit drops a click that another page is asked for in the same moment.
    heard = page.get_by_text(re.compile("Publishing 20,000 records|Undo this import"))
    expect(heard.first).to_be_visible(timeout=120_000)
    # The reader looks elsewhere; the batch is written meanwhile, and once.
    page.get_by_role("link", name="All providers", exact=True).click()
    page.wait_for_url("**/providers*")
    page.get_by_role("link", name="Import", exact=True).click()
    done = page.get_by_text(re.compile(r"Batch \d+ is in “long”: 20,000 new"))
    expect(done).to_be_visible(timeout=120_000)
    visitor.settle(page)
    expect(page.get_by_text("long.csv → long")).to_have_count(1)
    press(visitor, page, "Undo this import")
    expect(page.get_by_text("was undone: 20,000 records removed")).to_be_visible(timeout=120_000)
