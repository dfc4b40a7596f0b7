"""Tables: what was written is read letter by letter, and a change touches nothing else."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.dora.schema import COLUMNS
from risk.dora.tables import (
    ADDED,
    REMOVED,
    Change,
    changed,
    empty_table,
    has_old_numbers,
    in_current_numbers,
    read_table,
    table_of,
    with_header,
    written,
)

NAME = "B_03.01"
CODES = tuple(COLUMNS[NAME])
cells = st.text(st.characters(codec="utf-8"), max_size=12)
ends = st.sampled_from(["\n", "\r\n", "\r"])


def change(row: int, column: str, value: str) -> Change:
    return Change(table=NAME, row=row, column=column, value=value)


def quoted(cell: str, quote: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if quote else written(cell)


@dataclass(frozen=True)
class File:
    """A file in its pieces: ``rows`` are cells, ``quotes`` says which of them stand in quotes."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    quotes: frozenset[tuple[int, int]]
    end: str
    closed: bool
    mark: bool

    def text(self, written_here: Mapping[tuple[int, int], str] = MappingProxyType({})) -> str:
        """The file, with some cells written otherwise."""
        lines = [",".join(self.header)]
        for row, its in enumerate(self.rows):
            lines.append(
                ",".join(
                    written_here.get((row, place), quoted(cell, (row, place) in self.quotes))
                    for place, cell in enumerate(its)
                )
            )
        text = self.end.join(lines) + (self.end if self.closed else "")
        return "\ufeff" + text if self.mark else text


row_of_cells = st.tuples(cells, cells, cells)
some_files = st.builds(
    File,
    header=st.permutations(CODES).map(tuple),
    rows=st.lists(row_of_cells, max_size=5).map(tuple),
    quotes=st.frozensets(st.tuples(st.integers(0, 4), st.integers(0, 2))),
    end=ends,
    closed=st.booleans(),
    mark=st.booleans(),
)


@given(some_files)
def test_what_a_file_says_is_read_as_a_reader_of_csv_does(file: File):
    table = read_table(NAME, file.text().encode())
    assert table.header == file.header
    assert tuple(row.cells for row in table.rows) == file.rows
    assert table.source == file.text().encode()
    assert [row.number for row in table.rows] == list(range(len(file.rows)))
    read = csv.reader(io.StringIO(file.text().removeprefix("\ufeff"), newline=""))
    assert [tuple(row) for row in read] == [file.header, *file.rows]


@given(some_files, st.integers(0, 4), st.sampled_from(CODES), cells)
def test_one_changed_cell_leaves_every_other_byte(file: File, row: int, column: str, value: str):
    table = read_table(NAME, file.text().encode())
    one = changed(table, [change(row, column, value)])
    place = file.header.index(column)
    if row >= len(file.rows) or file.rows[row][place] == value:
        assert one.source == table.source
        return
    assert one.source == file.text({(row, place): written(value)}).encode()
    read = read_table(NAME, one.source)
    assert [its.cells for its in read.rows] == [its.cells for its in one.rows]
    assert read.cell(read.rows[row], column) == value


@given(some_files, st.sets(st.integers(0, 4)), st.lists(row_of_cells, max_size=3))
def test_rows_are_added_and_removed_alone(
    file: File, gone: set[int], new: list[tuple[str, str, str]]
):
    changes = [change(row, "", REMOVED) for row in sorted(gone)]
    for place, row in enumerate(new, start=1):
        changes.append(change(-place, "", ADDED))
        changes += [change(-place, code, cell) for code, cell in zip(file.header, row, strict=True)]
    table = changed(read_table(NAME, file.text().encode()), changes)
    kept = [(number, its) for number, its in enumerate(file.rows) if number not in gone]
    wanted = [its for _, its in kept] + new
    assert [row.cells for row in table.rows] == wanted
    assert [row.cells for row in read_table(NAME, table.source).rows] == wanted
    numbers = [number for number, _ in kept] + [-place for place in range(1, len(new) + 1)]
    assert [row.number for row in table.rows] == numbers


@settings(max_examples=200)
@given(st.binary(max_size=120))
def test_any_bytes_are_kept(data: bytes):
    table = read_table(NAME, data)
    assert table.source == data
    assert changed(table, []).source == data


@settings(max_examples=200)
@given(st.text(st.sampled_from('",\r\na\ufeff'), max_size=30), st.integers(0, 3))
def test_whatever_is_written_a_change_keeps_the_other_cells(text: str, row: int):
    table = read_table(NAME, text.encode())
    one = changed(table, [change(row, "c0020", "x")])
    # A column that is added stands behind those of the header, before what no column has.
    width, more = len(table.header), len(one.header) - len(table.header)
    kept = {its.number: its.cells for its in one.rows}
    for its in table.rows:
        wanted = list(its.cells)
        if len(wanted) >= width:
            wanted[width:width] = [""] * more
        if its.number != row:
            assert kept[its.number] == tuple(wanted)
    assert kept.keys() == {its.number for its in table.rows}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_stay_where_they_are(end: str):
    text = end.join(["", '""', "c0010,c0020,c0030", "", "a,b,true", '""', "c,d,true", "", ""])
    table = read_table(NAME, text.encode())
    assert [row.cells[0] for row in table.rows] == ["a", "c"]
    one = changed(table, [change(1, "c0020", "e")])
    assert one.source.decode() == text.replace("c,d", "c,e")


def test_lines_are_those_of_the_file_where_a_cell_has_an_end_of_line():
    table = read_table(NAME, b'c0010,c0020,c0030\n"a\nb",c,true\nd,e,true\n')
    assert [row.line for row in table.rows] == [2, 4]


def test_a_mark_before_a_quoted_header_is_no_part_of_it():
    data = '\ufeff"c0010","c0020","c0030"\r\na,b,true\r\n'.encode()
    table = read_table(NAME, data)
    assert (table.header, table.has_mark) == (CODES, True)
    one = changed(table, [change(0, "c0020", "c")])
    assert one.source == data.replace(b"a,b", b"a,c")


def test_ragged_rows_keep_what_stands_beyond():
    table = read_table(NAME, b"c0010,c0030\r\na,true,more,still\r\nb\r\n")
    assert [table.cell(row, "c0030") for row in table.rows] == ["true", ""]
    # The column that is added comes before what no column has.
    one = changed(table, [change(0, "c0020", "x"), change(1, "c0020", "y")])
    assert one.source == b"c0010,c0030,c0020\r\na,true,x,more,still\r\nb,,y\r\n"


def test_a_file_of_windows_is_read_and_said_to_be_none_of_utf_8():
    table = read_table(NAME, "c0010,c0020,c0030\nÖrebro,b,true\n".encode("cp1252"))
    assert (table.is_utf8, table.rows[0].cells[0]) == (False, "Örebro")


def test_a_header_is_changed_alone():
    table = read_table(NAME, b"\r\nC0010,0020,c0030\r\n'a',\"b\",true")
    assert table.header == CODES
    assert table.header_as_written == ("C0010", "0020", "c0030")
    assert with_header(table, CODES).source == b"\r\nc0010,c0020,c0030\r\n'a',\"b\",true"


def test_old_numbers_of_functions_are_moved_down_by_ten():
    header = b"c0010,c0020,c0030,c0040,c0060,c0070,c0080,c0090,c0100,c0110\r\n"
    row = b"F1,a,b,L,yes,why,2025-01-01,2,1,high\r\n"
    table = read_table("B_06.01", header + row)
    assert has_old_numbers(table)
    now = in_current_numbers(table)
    assert now.source == ",".join(COLUMNS["B_06.01"]).encode() + b"\r\n" + row
    assert now.values("c0050") == ["yes"]
    assert not has_old_numbers(now)
    assert in_current_numbers(now) is now


def test_an_empty_table_has_the_header_alone():
    assert empty_table(NAME).source == b"c0010,c0020,c0030\r\n"
    assert table_of(NAME, []).source == b"c0010,c0020,c0030\r\n"


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(CODES, cells)), max_size=4))
def test_a_table_that_is_made_is_read_as_it_was_made(rows: list[dict[str, str]]):
    table = table_of(NAME, rows)
    assert [table.values(code) for code in CODES] == [[row[code] for row in rows] for code in CODES]
