"""The three ways through the product as somebody goes them for the first time, from its first page.

How long each took is printed and kept in the report of the tests (``seconds``); no test judges it,
since it depends on the machine.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_founder_journey import (
    SECONDS_A_KEY,
    SECONDS_A_QUESTION,
    SECONDS_A_TAP,
)
from tests.browser.visitor import Clicks, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STARTUP = "Quillhaven Briefs"
MOST_CLICKS = 6
#: As a tool exports it: columns of other names, somebody without a model, days before months.
OWN_FILE = """Company;Vendor;Purpose;Monthly fee;Renewal
Acme Notes;OpenAI, L.L.C.;summaries;1200;03/04/2027
Borealis Maps;Azure OpenAI;address reading;800;05/06/2027
Cormorant Ledger;Stripe;payments;90;07/08/2027
"""


@contextmanager
def timed(record: Callable[[str, object], None], journey: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    record("seconds", round(seconds, 1))
    print(f"\n{journey}: {seconds:.1f} s, without the time to read")


def figure(page: Page, label: str) -> str:
    tile = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return tile.first.get_by_test_id("stMetricValue").inner_text()


def made_link(visitor: Visitor, page: Page, *, preset: str = "") -> str:
    """Make a snapshot by the button in the page's head, with the usual settings or a preset."""
    page.get_by_role("button", name="Share", exact=True).click()
    if preset:
        page.get_by_text(re.compile("no passcode: change$")).click()
        page.get_by_text(preset, exact=True).click()
    page.get_by_role("button", name="Create the link").click()
    expect(page.get_by_text("It is shown only now: copy it.")).to_be_visible(timeout=60_000)
    visitor.settle(page)
    shown = page.get_by_text(re.compile(r"/s/#")).first.inner_text()
    found = re.search(r"http\S+/s/#\S+", shown)
    assert found is not None
    return found[0]


def opened_by_a_stranger(visit: Callable[..., Visitor], link: str, *, dark: bool = False) -> Page:
    """The link in another browser, on a phone."""
    page = visit(width=390, dark=dark).context.new_page()
    page.goto(link)
    page.wait_for_url("**/s/view/*", timeout=60_000)
    return page


def test_own_file_to_the_first_answer(
    visit: Callable[..., Visitor],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
):
    file = tmp_path / "first-visit.csv"
    file.write_text(OWN_FILE, encoding="utf-8")
    visitor = visit()
    clicks = Clicks()
    with timed(record_property, "Own file to first answer"):
        page = visitor.open()
        clicks.on(page.get_by_role("link", name="Use my own file"))
        clicks.count += 2  # "Upload", and the file in the dialog of the system
        page.locator("input[type=file]").set_input_files(file)
        expect(page.get_by_text("before it can be imported")).to_be_visible(timeout=60_000)
        visitor.settle(page)
        clicks.on(page.get_by_role("button", name="Read it this way"))
        expect(page.get_by_text("All 3 records are fine")).to_be_visible(timeout=60_000)
        visitor.settle(page)
        clicks.on(page.get_by_role("button", name="Publish").first)
        expect(page.get_by_role("link", name="See the overview")).to_be_visible(timeout=60_000)
        clicks.on(page.get_by_role("link", name="See the overview"))
        expect(page.get_by_role("heading", name="This week")).to_be_visible(timeout=60_000)
        visitor.settle(page)
        loss = figure(page, "Loss in a typical year")
    print(f"own file to first answer: {clicks.count} clicks")
    assert clicks.count <= MOST_CLICKS
    assert re.fullmatch(r"\$[\d.]+[kM]?(–[\d.]+[kM]?)?", loss)
    # Stripe serves no language model, so all of the margin at stake is OpenAI's.
    expect(page.locator("body")).to_contain_text("OpenAI 100 %", use_inner_text=True)

    page = visitor.open("import")
    page.get_by_role("button", name=re.compile(r"^Undo batch \d+$")).first.click()
    page.get_by_role("button", name=re.compile("Yes, undo batch")).click()
    expect(page.get_by_text("was undone")).to_be_visible(timeout=60_000)


def test_friday_night_to_a_shared_snapshot(
    visit: Callable[..., Visitor], record_property: Callable[[str, object], None]
):
    visitor = visit()
    with timed(record_property, "Friday night to a shared snapshot"):
        page = visitor.open()
        page.get_by_role("link", name="Stress test", exact=True).first.click()
        page.wait_for_url("**/stress*")
        visitor.choose(page, "Scenario", "OpenAI winds down over a quarter")
        title = page.get_by_role("heading", level=1)
        expect(title).to_contain_text("OpenAI winds down over a quarter", timeout=60_000)
        visitor.settle(page)
        hit, loss = figure(page, "Companies hit"), figure(page, "Loss if it happens")
        assert re.fullmatch(r"\d+ of 61", hit)
        link = made_link(visitor, page, preset="Without names")
        phone = opened_by_a_stranger(visit, link, dark=True)
        # What was on the screen is what the partner sees: the stress test, not the portfolio.
        expect(phone.get_by_role("heading", level=1)).to_contain_text("OpenAI winds down")
        for said in (hit, loss):
            expect(phone.get_by_text(said, exact=True).first).to_be_visible()
    # Marked as invented, without the names that were left out, no wider than the phone, printable.
    text = phone.locator("body").inner_text()
    for said in ("INVENTED DATA", "names of companies", "Content SHA-256", "Company 1"):
        assert said in text
    assert STARTUP not in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.pdf(format="A4").startswith(b"%PDF")


def test_a_founders_link_to_a_proposed_correction(
    visit: Callable[..., Visitor],
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
):
    analyst = visit()
    link = made_link(analyst, page := analyst.open(f"startup?portfolio=demo&startup={STARTUP}"))
    taps, written = Clicks(), "10.5M"
    with timed(record_property, "Founder's link to a proposed correction"):
        phone = opened_by_a_stranger(visit, link)
        expect(phone.get_by_role("heading", name=STARTUP)).to_be_visible()
        taps.on(phone.get_by_role("link", name="Propose a correction"))
        cash = phone.get_by_label(re.compile("^Cash"))
        expect(cash).to_have_count(1)
        taps.on(cash)
        cash.fill(written)
        taps.on(phone.get_by_label(re.compile("^Your name")))
        phone.get_by_label(re.compile("^Your name")).fill("Bea")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        taps.on(phone.get_by_role("button", name="Send the proposal"))
        expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    # Two pages are read, and a field is looked for; the link was one tap more.
    taps.count += 1
    keys = len(written) + len("Bea")
    seconds = taps.count * SECONDS_A_TAP + keys * SECONDS_A_KEY + 3 * SECONDS_A_QUESTION
    with capsys.disabled():
        print(f"\nfounder's correction: {taps.count} taps, {keys} keys, about {seconds:.0f} s")
    assert taps.count <= 6
    assert seconds <= 90

    page = analyst.open("shares")
    expect(page.get_by_text(re.compile(rf"Correction \d+: {STARTUP}"))).to_be_visible()
    expect(page.get_by_text("10,500,000").first).to_be_attached()
    page.get_by_role("button", name="Decline").first.click()
    expect(page.get_by_text("is declined; nothing changed")).to_be_visible()
