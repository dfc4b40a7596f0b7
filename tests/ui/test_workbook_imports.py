"""The page Import with a workbook: which sheet is asked, as any other question."""

import pytest
from streamlit.testing.v1 import AppTest

from risk.dora.packages import zip_of
from tests.dora.samples import NAME, sample_files
from tests.inventory.formats.files import HEADER, workbook
from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui import cached, jobs

pytestmark = pytest.mark.usefixtures("demo_store")
TWO_SHEETS = {
    "Vendors": [HEADER, ("Acme", "OpenAI")],
    "Old": [HEADER, ("Gone", "Mistral"), ("Gone too", "Mistral")],
}


@pytest.fixture
def page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "week", lambda name: ())
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    return open_page("imports.py")


def test_a_workbook_with_two_sheets_asks_which_one_holds_the_inventory(page: AppTest) -> None:
    page.file_uploader[0].upload("vendors.xlsx", workbook(**TWO_SHEETS), "x").run()
    assert not page.exception
    assert "The workbook has 2 sheets. Which one holds the inventory?" in texts(page)


def test_a_register_of_information_leads_to_where_it_is_kept_whole(page: AppTest) -> None:
    page.file_uploader[0].upload(f"{NAME}.zip", zip_of(sample_files()), "x").run()
    assert not page.exception
    next(one for one in page.button if one.label.startswith("Publish")).click().run()
    assert not page.exception
    links = [one.proto.label for one in page.get("page_link")]
    assert "The register of information, kept whole" in links
