"""Names, use cases and sectors that try to be more than text, on the pages and in shared ones."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from tests.browser.serving import free_port
from tests.browser.test_share_attacks import Server
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAMES = (
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(2)></svg>',
    ":material/delete: :red[x] :rainbow[y]",
    "$\\frac{1}{2}$ $$x^2$$",
    "[click](https://evil.example) ![i](https://evil.example/a.png)",
    "https://evil.example/login www.evil.example",
    "</style></script><script>alert(3)</script>",
    "`code` **bold** {{7*7}}",
)
#: Whatever a name must never become.
BECAME_MORE = """() => [
  ...[...document.querySelectorAll('a[href], img[src]')]
    .filter(one => new URL(one.href || one.src, location).hostname.includes('evil')),
  ...[...document.querySelectorAll('[data-testid=stIconMaterial]')]
    .filter(one => one.textContent === 'delete'),
  ...document.querySelectorAll('.katex, img[src="x"], svg[onload], [data-testid=stMain] script'),
].map(one => one.outerHTML.slice(0, 120))"""


def inventory() -> bytes:
    text = io.StringIO()
    columns = ["startup", "use_case", "provider", "cash_usd", "spend_usd", "sector", "notes"]
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for place, name in enumerate(NAMES):
        amounts = {"provider": "OpenAI", "cash_usd": 300_000, "spend_usd": 1_000 + place}
        said = dict.fromkeys(("startup", "use_case", "sector", "notes"), name)
        writer.writerow(said | amounts)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def server(
    chromium: str, prepared_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    running = Server(folder=Path(tmp_path_factory.mktemp("hostile")), port=free_port())
    store = open_store(f"sqlite:///{shutil.copy(prepared_file, running.database)}")
    publish_import(store, LOCAL_OWNER, data=inventory(), file_name="h.csv", portfolio="Fund")
    store.close()
    running.start()
    yield running
    running.stop()


def nothing_became_more(page: Page, dialogs: list[str]) -> None:
    assert page.evaluate(BECAME_MORE) == []
    assert dialogs == []


def test_a_name_is_text_on_every_kind_of_page(server: Server, browser: Browser):
    visitor = Visitor(context=browser.new_context(), address=server.address)
    dialogs: list[str] = []
    visitor.context.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    paths = ["", "startups", "stress?root=OpenAI&kind=wind_down", "activity"]
    paths += [f"startup?startup={quote(name)}" for name in NAMES[3:6]]
    for path in paths:
        page = visitor.open(path)
        nothing_became_more(page, dialogs)
        page.close()
    assert visitor.complaints == []


def test_a_name_is_text_on_a_shared_page_and_in_the_name_of_no_file(
    server: Server, browser: Browser
):
    context = browser.new_context()
    dialogs: list[str] = []
    context.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    for startup in (None, NAMES[0], NAMES[1], NAMES[6]):
        link = server.link(startup=startup)
        page = context.new_page()
        page.goto(link.link)
        page.wait_for_url("**/s/view/*")
        shown = page.locator("main").inner_text()
        assert all(name in shown for name in (NAMES if startup is None else [startup]))
        nothing_became_more(page, dialogs)
        if startup is not None:
            page.get_by_role("link", name="Propose a correction").click()
            page.get_by_role("heading", level=1).wait_for()
            nothing_became_more(page, dialogs)
            page.go_back()
        with page.expect_download() as started:
            page.get_by_role("link", name="CSV").click()
        assert started.value.suggested_filename == f"downstream-share-{link.share}-table.csv"
        page.close()
