"""What can be downloaded from the pages: the bytes, read back by what reads them."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

import ui.downloads
from db.engine import open_store
from db.services import exports
from db.services.access import LOCAL_OWNER
from db.services.exports import FileKind, not_in_an_inventory
from db.services.judgements import judge
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from risk.alternatives.judgements import Judgement, Topic
from risk.inventory.records import Portfolio
from tests.db.test_exports import facts, imported
from tests.inventory.formats.files import HEADER, workbook
from tests.inventory.formats.test_registers import register
from tests.inventory.reading import read
from tests.ui import sample
from tests.ui.conftest import Downloads, Open, nobody_depends, texts
from ui import cached, jobs
from ui.downloads import export_rows
from ui.tables import provider
from ui.tables.register import STARTUPS

CSV = b"startup,provider\nAsh,OpenAI\n"
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"type": "application", "name": "Ash"}},
    "services": [{"name": "OpenAI API", "provider": {"name": "OpenAI"}}],
}
READABLE = {
    "vendors.csv": CSV,
    "vendors.tsv": CSV.replace(b",", b"\t"),
    "vendors.txt": CSV.replace(b",", b";"),
    "vendors.xlsx": workbook(HEADER, ("Ash", "OpenAI")),
    "vendors.json": json.dumps(CYCLONEDX).encode(),
    "vendors.zip": register(),
}


@pytest.fixture
def import_page(
    demo_store: None, downloads: Downloads, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> AppTest:
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    return open_page("imports.py")


def records_of(data: bytes) -> list[dict[str, Any]]:
    """The records that a file reads as, without the line that each stands on."""
    found = read(data)
    assert not found.rejected
    return [{**vars(row), "line": None} for row in found.rows]


@pytest.mark.parametrize(
    ("name", "records"), [("downstream_inventory_template", 3), ("sample_inventory", 8)]
)
def test_template_and_sample_read_the_same_as_csv_and_as_workbook(
    import_page: AppTest, downloads: Downloads, name: str, records: int
) -> None:
    assert not import_page.exception
    as_csv, as_workbook = (downloads[f"{name}.{kind}"]() for kind in ("csv", "xlsx"))
    assert as_workbook[:2] == b"PK"
    assert len(records_of(as_csv)) == records
    assert records_of(as_workbook) == records_of(as_csv)


@pytest.mark.parametrize("name", READABLE)
def test_every_kind_of_file_that_is_named_can_be_chosen(import_page: AppTest, name: str) -> None:
    named = next(one.value for one in import_page.caption if one.value.startswith("Inventories: "))
    assert name.rpartition(".")[2].upper() in named
    import_page.file_uploader[0].upload(name, READABLE[name]).run()
    assert not import_page.exception
    (verdict,) = (one.value for one in import_page.metric if one.label == "Can be imported")
    assert int(verdict) > 0


def test_another_kind_of_file_is_told_what_it_is_and_what_to_do(import_page: AppTest) -> None:
    old_workbook = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    import_page.file_uploader[0].upload("vendors.xls", old_workbook).run()
    assert "an old or password-protected Excel workbook. Open it in Excel" in texts(import_page)


def sheet(data: bytes) -> list[tuple[Any, ...]]:
    (only,) = load_workbook(io.BytesIO(data)).worksheets
    return list(only.values)


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def with_names(*names: str) -> Portfolio:
    """The sample's first startup once under each name."""
    first = sample.PORTFOLIO.startups[0]
    return replace(
        sample.PORTFOLIO, startups=tuple(replace(first, name=name, sector=None) for name in names)
    )


@pytest.mark.usefixtures("answers")
def test_the_register_is_downloaded_as_it_is_shown(open_page: Open, downloads: Downloads) -> None:
    page = open_page("startups.py", search="acme", view="facts")
    assert not page.exception
    (shown,) = page.dataframe[0].value.to_dict("records")
    header, row = sheet(downloads["demo-register.xlsx"]())
    assert list(header) == [one.key for one in STARTUPS]
    found = dict(zip(header, row, strict=True))
    assert (found["startup"], found["sector"]) == (shown["Company"], "Health")
    assert (found["annual_revenue_usd"], found["engineers"]) == (4_000_000, 9)
    assert found["as_of"] is None
    as_csv, as_text = lines(downloads["demo-register.csv"]())
    assert as_csv == list(header)
    assert dict(zip(as_csv, as_text, strict=True))["annual_revenue_usd"] == "4000000"
    assert dict(zip(as_csv, as_text, strict=True))["as_of"] == ""


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_name_that_a_spreadsheet_would_run_is_a_text_in_both_files(
    open_page: Open, downloads: Downloads, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sample, "register", lambda _: with_names(name))
    named = sample.answered(names=(name, "Bolt", "Cedar"))
    monkeypatch.setattr(cached, "assessment", lambda _: named)
    assert not open_page("startups.py", view="facts").exception
    (only,) = load_workbook(io.BytesIO(downloads["demo-register.xlsx"]())).worksheets
    assert (only["A2"].value, only["A2"].data_type) == (name, "s")
    assert lines(downloads["demo-register.csv"]())[1][0] == f"'{name}"


@pytest.mark.usefixtures("demo_store")
def test_providers_are_downloaded_as_they_are_chosen(
    open_page: Open, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "dependents", lambda name: nobody_depends())
    page = open_page("providers.py", role="gpu")
    assert not page.exception
    shown = page.dataframe[0].value
    header, *rows = sheet(downloads["demo-providers.xlsx"]())
    assert [row[0] for row in rows] == list(shown["Provider"]) != []
    assert list(header) == [one.key for one in provider.COLUMNS]
    assert [row[0] for row in lines(downloads["demo-providers.csv"]())[1:]] == [
        row[0] for row in rows
    ]


@pytest.mark.usefixtures("demo_store")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_downloaded_inventory_imports_back_the_same(
    open_page: Open, downloads: Downloads, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "week", lambda name: ())
    imported(cached.store(), exports.sample_file(FileKind.CSV).data, "Our book")
    page = open_page("portfolio.py", portfolio="Our book", section="files")
    assert not page.exception
    assert "Download the inventory" in texts(page)
    copy = imported(cached.store(), downloads[f"Our book-inventory.{kind}"](), "Copy")
    assert len(copy.startups) == 6
    assert copy == facts(cached.store(), "Our book")


def test_what_an_inventory_has_no_place_for_is_said(
    answers: None, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'sample.sqlite3'}")
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, sample.PORTFOLIO)
    (one, *_) = sample.PORTFOLIO.startups[0].use_cases[0].dependencies
    judged = Judgement(
        topic=Topic.EXIT_PLAN,
        value="written",
        reason="seen",
        startup=sample.PORTFOLIO.startups[0].name,
        dependency_key=one.key,
    )
    assert not_in_an_inventory(store, LOCAL_OWNER, "demo") == ()
    judge(store, LOCAL_OWNER, "demo", judged)
    said = not_in_an_inventory(store, LOCAL_OWNER, "demo")
    monkeypatch.setattr(cached, "not_in_an_inventory", lambda name: said)
    assert "1 judgements of analysts" in texts(open_page("portfolio.py", section="files"))


@pytest.mark.usefixtures("answers")
def test_more_rows_than_excel_holds_are_offered_as_csv_alone(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A sheet with three rows holds a header and two lines; the sample has three startups.
    monkeypatch.setattr(ui.downloads, "_EXCEL_ROWS", 3)
    offered = {one.proto.label: one.proto for one in open_page("startups.py").get("link_button")}
    assert offered["Excel"].disabled
    assert offered["Excel"].help == "More rows than Excel can hold: download the CSV."
    assert not offered["CSV"].disabled


def test_cells_become_plain_values_and_unknown_stays_unknown() -> None:
    rows = pd.DataFrame(
        {
            "text": ["Ash", None],
            "figure": [1.5, None],
            "count": [2, 3],
            "several": [["a", "b"], []],
            "day": [date(2026, 11, 23), None],
            "sure": [True, False],
        }
    )
    first, second = export_rows(rows)
    assert first == ("Ash", 1.5, 2, "a; b", date(2026, 11, 23), True)
    assert second == (None, None, 3, None, None, False)
    assert type(first[2]) is int
