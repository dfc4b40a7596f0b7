"""An apostrophe is put before a formula when a table is written, and taken off where it was put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.inventory.formats.cell_values import escaped, number_text, unescaped
from risk.inventory.formats.export_tables import ExportTable, as_csv
from tests.inventory.reading import read

COLUMNS = ("startup", "provider", "notes")


def written(*rows: tuple[str, ...]) -> bytes:
    return as_csv(ExportTable(name="Inventory", columns=COLUMNS, rows=rows))


def test_a_mark_is_taken_off_and_an_apostrophe_of_the_text_stays() -> None:
    data = written(("=Acme", "OpenAI", "'=kept"), ("'=Borealis", "OpenAI", "-x"))
    rows = read(data).rows
    assert [row.startup for row in rows] == ["=Acme", "'=Borealis"]
    assert [row.notes for row in rows] == ["'=kept", "-x"]


def test_a_file_that_is_not_ours_keeps_its_apostrophes() -> None:
    assert read("startup,provider\n'=Acme,OpenAI\n").rows[0].startup == "'=Acme"


@given(st.text())
def test_escaping_for_xml_can_be_undone(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.floats(0, 1e15))
def test_a_number_is_written_without_an_exponent_and_reads_back(number: float) -> None:
    text = number_text(repr(number))
    assert float(text) == number
    assert number == 0 or number < 1e-20 or set(text) <= set("0123456789.")


@pytest.mark.parametrize(
    ("stored", "text"),
    [("1E+15", "1000000000000000"), ("0.30", "0.3"), ("5", "5"), ("-0.5", "-0.5"), ("x", "x")],
)
def test_numbers_as_they_are_shown(stored: str, text: str) -> None:
    assert number_text(stored) == text
