"""From a file to a shared stress test without ever touching the mouse."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FILE = "startup,provider,use_case\nAcme Notes,OpenAI,summaries\nBorealis,Anthropic,search\n"
#: No page has more places to stop at on the way.
MOST_STOPS = 150
#: The page may draw a button anew just when it is pressed.
TRIED = 3
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one.matches('a, button, input, textarea, select, [role=combobox]')) return '';
  const labels = [...(one.labels ?? [])].map(label => label.textContent).join(' ');
  return [one.getAttribute('aria-label') ?? '', labels, one.innerText ?? ''].join(' | ');
}"""
IS_SEEN = "() => document.activeElement.matches(':focus-visible')"


class Keyboard:
    """A visitor's hands on the keyboard: Tab, Enter, Space and the arrows are all it has."""

    def __init__(self, visitor: Visitor, page: Page) -> None:
        self.visitor = visitor
        self.page = page

    def tab_to(self, name: str, *, key: str = "Tab") -> None:
        """Go on with Tab, or back, until what has this name is reached; it must look reached."""
        passed = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            passed.append(self.page.evaluate(FOCUSED))
            if re.search(name, passed[-1]):
                assert self.page.evaluate(IS_SEEN), f"{name} is reached, and nobody sees it"
                return
        raise AssertionError(f"no way to {name} by Tab; passed {passed}")

    def choose_file(self, name: str, file: Path) -> None:
        """Open the dialog of a button and choose a file there; press again if nothing opens."""
        for attempt in range(TRIED):
            self.tab_to(name)
            try:
                with self.page.expect_file_chooser(timeout=8_000) as chooser:
                    self.page.keyboard.press("Enter")
            except TookTooLong:
                if attempt == TRIED - 1:
                    raise
            else:
                chooser.value.set_files(file)
                return

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.visitor.settle(self.page)


def test_a_file_is_imported_stressed_and_shared_by_keyboard_alone(
    visit: Callable[..., Visitor], tmp_path: Path
):
    file = tmp_path / "by-keyboard.csv"
    file.write_text(FILE, encoding="utf-8")
    visitor = visit()
    page = visitor.open()
    hands = Keyboard(visitor, page)

    # Import. The dialog in which the file is chosen is the system's own.
    hands.tab_to("Use my own file")
    hands.press("Enter")
    expect(page.get_by_role("heading", name="Import", level=1)).to_be_visible(timeout=60_000)
    visitor.settle(page)
    hands.choose_file("Upload", file)
    expect(page.get_by_text("All 2 records are fine")).to_be_visible(timeout=60_000)
    visitor.settle(page)
    hands.tab_to("Publish")
    hands.press("Enter")
    expect(page.get_by_text(re.compile(r"Batch \d+ is in “by keyboard”"))).to_be_visible(
        timeout=60_000
    )
    visitor.settle(page)

    hands.tab_to("See the overview")
    hands.press("Enter")
    expect(page.get_by_role("heading", name="This week")).to_be_visible(timeout=60_000)
    visitor.settle(page)

    # Stress test, with another scenario than the one it opens with.
    hands.tab_to(r"\| Stress test$", key="Shift+Tab")  # the list of pages stands before the page
    hands.press("Enter")
    page.wait_for_url("**/stress*")
    visitor.settle(page)
    before = page.url
    hands.tab_to("Scenario")
    page.keyboard.type("over a quarter")
    hands.press("Enter")
    expect(page).not_to_have_url(before, timeout=60_000)
    visitor.settle(page)
    expect(page.get_by_text("Companies hit").first).to_be_visible()

    # Share.
    hands.tab_to("ios_share")  # the menu has a page Shares
    hands.press("Enter")
    expect(page.get_by_text("For people without an account")).to_be_visible(timeout=60_000)
    hands.tab_to("Create the link")
    hands.press("Space")
    expect(page.get_by_text("It is shown only now: copy it.")).to_be_visible(timeout=60_000)
    link = re.search(r"http\S+/s/#\S+", page.get_by_text(re.compile("/s/#")).first.inner_text())
    assert link is not None

    # The reader's page asks for no mouse either: the files are links, reached in order.
    reader = visit().context.new_page()
    reader.goto(link[0])
    reader.wait_for_url("**/s/view/*", timeout=60_000)
    expect(reader.get_by_text("Acme Notes").first).to_be_visible()
    for _ in range(MOST_STOPS):
        reader.keyboard.press("Tab")
        if "CSV" in reader.evaluate(FOCUSED):
            break
    assert "CSV" in reader.evaluate(FOCUSED)

    # And back: the import is undone.
    page = visitor.open("import")
    hands = Keyboard(visitor, page)
    hands.tab_to("Undo batch")
    hands.press("Enter")
    hands.tab_to("Yes, undo batch")
    hands.press("Enter")
    expect(page.get_by_text("was undone")).to_be_visible(timeout=60_000)


def test_moving_through_a_table_leads_nowhere_by_itself_and_shift_space_opens_a_row(
    visit: Callable[..., Visitor],
):
    visitor = visit()
    page = visitor.open("providers")
    page.get_by_test_id("data-grid-canvas").first.focus()
    hands = Keyboard(visitor, page)
    hands.press("Tab", "Tab", "ArrowDown", "ArrowRight", "Tab")
    visitor.settle(page)
    assert "/provider?" not in page.url
    hands.press("ArrowDown", "Shift+Space")
    expect(page).to_have_url(re.compile(r"/provider\?"), timeout=60_000)
