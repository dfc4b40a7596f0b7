"""The Reports page on the demo: what it offers, and that each file says what it rests on."""

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from db.services.access import LOCAL_OWNER
from db.services.scoring import score_startup
from risk.inventory.progress import Progress
from tests.ui import sample
from tests.ui.conftest import Downloads, Open
from ui import cached
from ui.reports import pdf
from ui.reports.bundles import archive, rests_on
from ui.wording import escaped


def ending(downloads: Downloads, name: str) -> bytes:
    """The bytes of the one file whose name ends so."""
    (found,) = (make for file, make in downloads.items() if file.endswith(name))
    return found()


@pytest.fixture
def page(demo_store: None, downloads: Downloads, open_page: Open) -> AppTest:
    return open_page("reports.py", portfolio="demo", scenario="openai-wind-down")


def digest_alone(html: str) -> str:
    """The digest of the startup that a report is about, without the others."""
    (name,) = re.findall("<h1>(.*)</h1>", html)
    _, _, alone = score_startup(
        cached.store(), LOCAL_OWNER, "demo", unescape(name), today=cached.today()
    )
    return alone.data_digest


def test_every_file_of_the_page_says_what_it_stands_on(page: AppTest, downloads: Downloads):
    assert not page.exception
    answer = cached.assessment("demo")
    digest = answer.data_digest
    for name, heading in (
        ("-report.html", "Demo portfolio · 61 companies"),
        ("-startup-report.html", "</h1>"),
        ("-stress-report.html", "<h1>OpenAI winds down: "),
    ):
        (file,) = (one for one in downloads if one.endswith(f"{digest[:8]}{name}"))
        html = downloads[file]().decode()
        assert heading in html
        # One startup's report stands on the startup alone, as a link to it does.
        rests_on = digest if "startup" not in name else digest_alone(html)
        assert f"digest {rests_on}" in html
        assert f"version {answer.model_version}, catalogue of 21 May 2026" in html
        assert "<script" not in html

    sheet = load_workbook(io.BytesIO(ending(downloads, "-workbook.xlsx")))["Provenance"]
    assert digest in [cell.value for row in sheet.iter_rows() for cell in row]

    calendar = ending(downloads, ".ics").decode().replace("\r\n ", "")
    assert digest in calendar

    tables = zipfile.ZipFile(io.BytesIO(ending(downloads, "-tables.zip")))
    assert digest in tables.read("provenance.txt").decode()
    assert {"demo_scores.csv", "demo_inventory.csv"} <= set(tables.namelist())


def printing(app: AppTest) -> AppTest:
    """Print the report of the portfolio, and wait for what comes of it."""
    app.button(key="report_print").click().run()
    app.session_state["report_printing_report"].job.is_done_within(60)
    return app.run()


def test_a_printed_report_is_offered_as_a_file(
    demo_store: None, downloads: Downloads, open_page: Open, monkeypatch: pytest.MonkeyPatch
):
    printed: list[bytes] = []

    def pdf_of(make: Callable[[], bytes], *, progress: Progress) -> bytes:
        progress(0.5)
        printed.append(make())
        return b"%PDF-1.4 made"

    monkeypatch.setattr(pdf, "pdf_of", pdf_of)
    assert not printing(open_page("reports.py", portfolio="demo")).exception
    assert b"Demo portfolio" in printed[0]
    assert ending(downloads, "-report.pdf") == b"%PDF-1.4 made"


def test_where_nothing_prints_the_page_says_so_and_keeps_the_html(
    page: AppTest, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pdf, "printer", lambda path=None: None)
    (said,) = printing(page).warning
    assert said.value == escaped(pdf.NO_PRINTER)
    assert not any(one.endswith(".pdf") for one in downloads)
    assert any(one.endswith("-report.html") for one in downloads)


def test_the_same_files_make_the_same_archive_with_its_comment():
    said = rests_on(sample.ASSESSMENT)
    first, second = (
        archive({"b.csv": b"2", "a.csv": b"1"}, said=said, made_on=sample.TODAY) for _ in range(2)
    )
    assert first == second
    made = zipfile.ZipFile(io.BytesIO(first))
    assert made.namelist() == ["a.csv", "b.csv"]
    assert made.comment.decode() == said
    assert f"Digest of facts and assumptions: {sample.ASSESSMENT.data_digest}" in said
