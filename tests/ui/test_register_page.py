"""The page Register of information: ready or not, filled in, proposals accepted, packed."""

import io
import zipfile
from datetime import date

import pytest

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.filings import CellDecision, decide_cells, draw_register, list_filings, load_filing
from db.services.imports import publish_import
from risk.dora.packages import FilingFacts, zip_of
from tests.dora.samples import NAME, sample_files
from tests.ui.conftest import Downloads, Open, texts


@pytest.fixture
def demo(part_store: None) -> Store:
    """A part of the demo, of which no register is kept."""
    return open_store()


@pytest.fixture
def bank(demo: Store) -> Store:
    """The sample register in a portfolio of its own, with one cell emptied."""
    store = demo
    publish_import(
        store,
        LOCAL_OWNER,
        data=zip_of(sample_files()),
        file_name=f"{NAME}.zip",
        portfolio="Bank",
    )
    (kept,) = list_filings(store, LOCAL_OWNER, "Bank")
    emptied = CellDecision(table="B_07.01", row=1, column="c0100", value="")
    bare = CellDecision(table="B_05.01", row=2, column="c0080", value="US")
    decide_cells(store, LOCAL_OWNER, kept.number, [emptied, bare])
    return store


def test_it_says_what_stands_in_the_way_and_corrects_what_is_beyond_doubt(
    bank: Store, open_page: Open
) -> None:
    app = open_page("register.py", portfolio="Bank")
    assert not app.exception
    assert "Not ready to file" in texts(app)
    assert [one.value for one in app.metric] == ["1", "1", "1"]
    next(one for one in app.button if one.label == "Correct 1 cell").click().run()
    assert not app.exception
    assert [one.value for one in app.metric] == ["0", "1", "1"]
    filing = load_filing(bank, LOCAL_OWNER, 1)
    table = filing.register.table("B_05.01")
    assert table.cell(table.rows[2], "c0080") == "eba_GA:US"


def test_an_open_column_is_filled_in_at_once(bank: Store, open_page: Open) -> None:
    app = open_page("register.py", portfolio="Bank", section="cells", table="B_07.01")
    assert not app.exception
    next(one for one in app.selectbox if one.label == "Column").set_value("c0100")
    next(one for one in app.text_input if one.label == "Value").set_value("eba_ZZ:x791")
    next(one for one in app.button if one.label == "Fill them in").click().run()
    assert not app.exception
    values = load_filing(bank, LOCAL_OWNER, 1).register.table("B_07.01").values("c0100")
    assert values == ["eba_ZZ:x793", "eba_ZZ:x791", "eba_ZZ:x792"]


def test_the_package_says_who_files_and_holds_the_tables(
    bank: Store, open_page: Open, downloads: Downloads
) -> None:
    app = open_page("register.py", portfolio="Bank", section="files")
    assert not app.exception
    assert "can be packed as it stands" in texts(app)
    name = next(one for one in downloads if "_DORA010100_" in one)
    made = zipfile.ZipFile(io.BytesIO(downloads[name]()))
    assert f"{name.removesuffix('.zip')}/reports/b_07.01.csv" in made.namelist()
    assert list_filings(bank, LOCAL_OWNER, "Bank")[0].packed_as == name.removesuffix(".zip")


def test_a_drawn_register_asks_once_and_proposes_with_reasons(demo: Store, open_page: Open) -> None:
    number = draw_register(demo, LOCAL_OWNER, "demo", facts=FilingFacts(day=date(2026, 12, 31)))
    app = open_page("register.py", portfolio="demo")
    assert not app.exception
    assert "answers fill in" in texts(app)
    app = open_page("register.py", portfolio="demo", section="proposals", column="B_06.01 c0050")
    assert not app.exception
    next(one for one in app.button if "of this column" in one.label).click().run()
    assert not app.exception
    decided = load_filing(demo, LOCAL_OWNER, number).decided
    assert decided
    assert {one.change.column for one in decided} == {"c0050"}
    assert all("criticality" in str(one.reason) for one in decided)


def test_without_a_register_one_can_be_drawn_up(demo: Store, open_page: Open) -> None:
    app = open_page("register.py", portfolio="demo")
    assert not app.exception
    next(one for one in app.button if one.label == "Draw it up").click().run()
    assert not app.exception
    assert "Not ready to file" in texts(app)
    assert len(list_filings(demo, LOCAL_OWNER, "demo")) == 1
