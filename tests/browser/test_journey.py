"""An analyst's first visit: look, filter, send a link, import a file, and take it back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

VENDORS = (
    "Company,Vendor,Use case\nAcme Notes,OpenAI,summaries\nBorealis,Claude on Bedrock,search\n"
)


def main(page: Page) -> str:
    """The text of the page, without its navigation."""
    return page.get_by_test_id("stMain").inner_text()


def shown(page: Page) -> str:
    """The sentence that says how many startups the table shows."""
    return page.get_by_text(re.compile(r"^\d+ of \d+ shown")).inner_text()


def test_a_filtered_page_is_reproduced_by_its_address_on_another_screen(
    visit: Callable[..., Visitor],
):
    visitor = visit(width=390)
    page = visitor.open("startups?portfolio=demo")
    expect(page.get_by_role("heading", name="of 61 companies are in band")).to_be_visible()
    for text in ("INVENTED DATA", "61 of 61 shown"):
        expect(page.get_by_test_id("stMain")).to_contain_text(text, use_inner_text=True)
    search = page.get_by_role("textbox", name="Search", exact=True)
    search.fill("Quillhaven")
    search.press("Enter")
    visitor.settle(page)
    expect(page.get_by_text("1 of 61 shown")).to_be_visible()
    assert "search=Quillhaven" in page.url

    path = page.url.removeprefix(visitor.address)
    somebody_else = visit(width=1360).open(path)
    expect(somebody_else.get_by_text("1 of 61 shown")).to_be_visible()
    assert shown(somebody_else) == shown(page)


def test_a_file_is_previewed_published_shown_and_undone(
    visit: Callable[..., Visitor], tmp_path: Path
):
    visitor = visit()
    # The page suggests the file's name for the new portfolio.
    portfolio = "first journey"
    file = tmp_path / "first-journey.csv"
    file.write_text(VENDORS, encoding="utf-8")

    page = visitor.open("import")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Publish")).to_be_visible(timeout=30_000)
    visitor.settle(page)
    for figure in ("Records", "Can be imported", "New"):
        expect(page.get_by_test_id("stMain")).to_contain_text(
            re.compile(rf"{figure}\s+2\s"), use_inner_text=True
        )

    page.get_by_role("button", name="Publish").click()
    done = page.get_by_text(re.compile(rf"Batch \d+ is in “{portfolio}”"))
    expect(done).to_be_visible(timeout=30_000)
    batch = re.findall(r"Batch (\d+)", done.inner_text())[0]
    visitor.settle(page)

    page.get_by_role("link", name="See the overview").click()
    expect(page.get_by_role("heading", name="This week")).to_be_visible(timeout=30_000)
    visitor.settle(page)
    assert "INVENTED DATA" not in main(page)
    assert f"portfolio={portfolio.replace(' ', '+')}" in page.url.replace("%20", "+")

    page = visitor.open("import")
    page.get_by_role("button", name=f"Undo batch {batch}", exact=True).click()
    page.get_by_role("button", name=f"Yes, undo batch {batch}").click()
    expect(page.get_by_text(f"Batch {batch} was undone")).to_be_visible(timeout=30_000)
    visitor.settle(page)

    page = visitor.open(f"?portfolio={portfolio}")
    expect(page.get_by_text("which does not exist here")).to_be_visible()


def test_the_tour_leads_to_its_places_and_stays_hidden(visit: Callable[..., Visitor]):
    visitor = visit()
    page = visitor.open()
    page.get_by_role("link", name="3 · Compare the alternatives").click()
    page.wait_for_url("**/alternatives*")
    assert len(visitor.context.pages) == 1
    visitor.settle(page)

    page = visitor.open()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_role("button", name="Show the tour")).to_be_visible()
    visitor.settle(page)
    again = visitor.open()
    expect(again.get_by_role("button", name="Show the tour")).to_be_visible()
    expect(again.get_by_text("New here?")).to_have_count(0)

    again.get_by_role("button", name="Show the tour").click()
    again.get_by_role("link", name="Use my own file").click()
    expect(again.get_by_role("heading", name="Import", exact=True)).to_be_visible()
