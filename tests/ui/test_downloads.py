"""What can be downloaded from the pages: the bytes, read back by what reads them."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.inventory.formats.files import HEADER, workbook
from tests.inventory.formats.test_registers import register
from tests.inventory.reading import read
from tests.ui import sample
from tests.ui.conftest import Downloads, Open, texts
from ui import cached, import_jobs

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
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "actions", lambda name: ())
    monkeypatch.setattr(import_jobs, "PATIENCE_SECONDS", 60)
    return open_page("imports.py")


def facts(data: bytes) -> list[dict[str, Any]]:
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
    assert len(facts(as_csv)) == records
    assert facts(as_workbook) == facts(as_csv)


@pytest.mark.parametrize("name", READABLE)
def test_every_kind_of_file_that_is_named_can_be_chosen(import_page: AppTest, name: str) -> None:
    named = next(one.value for one in import_page.caption if one.value.startswith("Reads "))
    assert name.rpartition(".")[2].upper() in named
    import_page.file_uploader[0].upload(name, READABLE[name]).run()
    assert not import_page.exception
    (verdict,) = (one.value for one in import_page.metric if one.label == "Can be imported")
    assert int(verdict) > 0


def test_another_kind_of_file_is_told_what_it_is_and_what_to_do(import_page: AppTest) -> None:
    old_workbook = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    import_page.file_uploader[0].upload("vendors.xls", old_workbook).run()
    assert "an old or password-protected Excel workbook. Open it in Excel" in texts(import_page)
