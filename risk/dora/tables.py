"""Tables of a register as their files were written: every cell as text, and changed cell by cell.

What came is kept byte for byte. A change rewrites the cells that it names and no others, so that
what is filed differs from what came only where a person decided so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from risk.dora.schema import COLUMNS

#: One cell as it is written: in quotes that are doubled inside, or plain up to what ends it.
_CELL = re.compile(r'(?:"[^"]*(?:""[^"]*)*"(?=[,\r\n]|\Z)|[^,\r\n]*)')
_END = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"
_TO_QUOTE = re.compile(r'[",\r\n]')
_SHORT_CODE = re.compile(r"c?(\d{4})", re.IGNORECASE)
_OLD_TO_NEW = {f"c{number:04}": f"c{number - 10:04}" for number in range(60, 120, 10)}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is written: its cells with their quotes, and what ends it."""

    cells: tuple[str, ...]
    end: str

    @property
    def said(self) -> tuple[str, ...]:
        """What the cells say, without quotes, and without the mark before the first line."""
        first = self.cells[0]
        if first[:1] == _MARK:
            return tuple(map(_said, (first[1:], *self.cells[1:])))
        return tuple(map(_said, self.cells))

    @property
    def is_blank(self) -> bool:
        """Is it a line without anything on it?"""
        return len(self.cells) == 1 and self.said == ("",)


@dataclass(frozen=True)
class Row:
    """A row of a table: its number among all that ever were, its line in the file, its cells.

    ``number`` counts from 0 in the file that came; rows added later have -1, -2 and so on.
    ``line`` counts from 1; of a row that was added it is None. ``cells`` are in the order of the
    header, as many as were written.
    """

    number: int
    line: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: its name (``B_02.02``), its file's text and bytes, header and rows.

    ``header`` holds codes as they stand in the file. ``is_utf8``: whether the bytes were.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    source: bytes = b""
    is_utf8: bool = True
    _lines: tuple[_Line, ...] = field(default=(), repr=False)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each known column stands; the first of two alike."""
        found: dict[str, int] = {}
        known = COLUMNS[self.name]
        for place, code in enumerate(self.header):
            if code in known:
                found.setdefault(code, place)
        return found

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Columns that the taxonomy does not have, as they are written."""
        return tuple(code for code in self.header if code not in COLUMNS[self.name])

    def cell(self, row: Row, column: str) -> str:
        """The text of one cell; nothing where the table lacks the column or the row its cell."""
        place = self.places.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def values(self, column: str) -> list[str]:
        """A column, from the first row to the last."""
        place = self.places.get(column)
        if place is None:
            return [""] * len(self.rows)
        return [row.cells[place] if place < len(row.cells) else "" for row in self.rows]

    def row(self, number: int) -> Row | None:
        """The row of a number."""
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> Mapping[int, Row]:
        return {row.number: row for row in self.rows}

    @cached_property
    def header_as_written(self) -> tuple[str, ...]:
        """The header letter by letter, where ``header`` has ``c0010`` for ``C0010``."""
        line = next((line for line in self._lines if not line.is_blank), None)
        return line.said if line else ()

    @property
    def has_mark(self) -> bool:
        """Does the file begin with the mark of UTF-8, which a filing may not have?"""
        return self.source.startswith(_MARK.encode())

    @property
    def end_of_line(self) -> str:
        """What ends a line of the file; CRLF where nothing says."""
        return next((line.end for line in self._lines if line.end), "\r\n")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a person decided about one cell, or about a row (``column`` empty).

    ``value`` of a cell is its new text. Of a row it is :data:`ADDED` or :data:`REMOVED`.
    """

    table: str
    row: int
    column: str
    value: str


ADDED, REMOVED = "added", "removed"


def read_table(name: str, data: bytes) -> Table:
    """A table from the bytes of its file, whatever they are: nothing is lost, nothing refused."""
    try:
        text, is_utf8 = data.decode("utf-8"), True
    except UnicodeDecodeError:
        text, is_utf8 = data.decode("cp1252", "replace"), False
    lines = tuple(_lines_of(text.removeprefix(_MARK)))
    if lines and text[:1] == _MARK:
        first = lines[0]
        lines = (replace(first, cells=(_MARK + first.cells[0], *first.cells[1:])), *lines[1:])
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    at, found = 1, False
    for line in lines:
        cells = line.said
        if cells != ("",):
            if found:
                rows.append(Row(len(rows), at, cells))
            else:
                header, found = tuple(map(_code, cells)), True
        at += 1 + sum(cell.count("\n") for cell in line.cells)
    return Table(name, header, tuple(rows), data, is_utf8, lines)


def empty_table(name: str) -> Table:
    """A table with the header of the taxonomy and no row."""
    return read_table(name, ",".join(COLUMNS[name]).encode() + b"\r\n")


def table_of(name: str, rows: Iterable[Mapping[str, str]]) -> Table:
    """A table in the order of the taxonomy, from cells by column; an absent one is empty."""
    columns = tuple(COLUMNS[name])
    lines = [",".join(columns)]
    lines += [",".join(written(row.get(column, "")) for column in columns) for row in rows]
    return read_table(name, "".join(f"{line}\r\n" for line in lines).encode())


def _code(text: str) -> str:
    """A column's code; ``0010`` and ``C0010`` mean ``c0010``."""
    found = _SHORT_CODE.fullmatch(text.strip())
    return f"c{found[1]}" if found else text


def _lines_of(text: str) -> Iterator[_Line]:
    if '"' not in text:
        place = 0
        for found in _END.finditer(text):
            yield _Line(tuple(text[place : found.start()].split(",")), found[0])
            place = found.end()
        if place < len(text):
            yield _Line(tuple(text[place:].split(",")), "")
        return
    place = 0
    cells: list[str] = []
    while place < len(text):
        cell = _CELL.match(text, place)
        assert cell is not None  # noqa: S101 - the pattern also matches nothing
        cells.append(cell[0])
        place = cell.end()
        if text[place : place + 1] == ",":
            place += 1
            if place == len(text):
                cells.append("")
            continue
        ended = _END.match(text, place)
        yield _Line(tuple(cells), ended[0] if ended else "")
        cells, place = [], ended.end() if ended else place
    if cells:
        yield _Line(tuple(cells), "")


def _said(cell: str) -> str:
    """What a written cell says."""
    if len(cell) > 1 and cell[0] == '"' and cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def written(value: str) -> str:
    """A value as a cell of a file: in quotes where it must be."""
    if _TO_QUOTE.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def changed(table: Table, changes: Sequence[Change]) -> Table:
    """The table after changes, in their order; only the cells that they name differ.

    A column that the table lacks is added at the end where a cell of it is stated.
    """
    cells: dict[int, dict[str, str]] = {}
    added: list[int] = []
    removed: set[int] = set()
    for one in changes:
        if one.column:
            cells.setdefault(one.row, {})[one.column] = one.value
        elif one.value == REMOVED:
            removed.add(one.row)
        else:
            removed.discard(one.row)
            if one.row < 0 and one.row not in added:
                added.append(one.row)
    if not cells and not added and not removed:
        return table
    there = {row.number for row in table.rows} | set(added)
    stated = {
        code for row, its in cells.items() if row in there for code, value in its.items() if value
    }
    more = tuple(code for code in COLUMNS[table.name] if code in stated - set(table.places))
    header = (*table.header, *more) if table.header else tuple(COLUMNS[table.name])
    places = dict(table.places) if table.header else {}
    places |= {code: place for place, code in enumerate(header) if code not in places}
    blank = ("",) * len(more)
    end = table.end_of_line
    lines: list[_Line] = []
    rows: list[Row] = []
    numbers = iter(table.rows)
    before, named, after = _around_header(table)
    lines += [*before, replace(named, cells=(*named.cells, *more)) if named else _Line(header, end)]
    for line in after:
        if line.is_blank:
            lines.append(line)
            continue
        row = next(numbers)
        if row.number in removed:
            continue
        own = cells.get(row.number, {})
        raw, said = [*line.cells], [*row.cells]
        # Cells beyond the header stay beyond it.
        if len(raw) >= (known := len(table.header)):
            raw[known:known] = blank
            said[known:known] = blank
        for code, value in own.items():
            place = places.get(code)
            if place is None:
                continue
            missing = place + 1 - len(raw)
            raw.extend([""] * missing)
            said.extend([""] * missing)
            if said[place] != value:
                raw[place], said[place] = written(value), value
        lines.append(_Line(tuple(raw), line.end))
        rows.append(replace(row, cells=tuple(said)))
    for new in added:
        if new not in removed:
            own = cells.get(new, {})
            said = [own.get(code, "") for code in header]
            lines.append(_Line(tuple(map(written, said)), end))
            rows.append(Row(new, None, tuple(said)))
    # A file whose last line had no end gets one where something follows it.
    closed = [
        replace(line, end=line.end or end) if place < len(lines) - 1 else line
        for place, line in enumerate(lines)
    ]
    source = "".join(",".join(line.cells) + line.end for line in closed).encode()
    return Table(table.name, header, tuple(rows), source, True, tuple(closed))


def with_header(table: Table, header: Sequence[str]) -> Table:
    """The table under another header, all else byte for byte as it stands."""
    before, named, after = _around_header(table)
    mark = _MARK if named and named.cells[0][:1] == _MARK else ""
    cells = tuple(map(written, header))
    line = _Line((mark + cells[0], *cells[1:]), named.end if named else table.end_of_line)
    lines = (*before, line, *after)
    source = "".join(",".join(one.cells) + one.end for one in lines).encode()
    return Table(table.name, tuple(map(_code, header)), table.rows, source, True, lines)


def has_old_numbers(table: Table) -> bool:
    """Is it B_06.01 as the Official Journal of December 2024 numbered its columns?

    It had no 0050 and counted on to 0110; the corrigendum 2025/90725 moved the six columns behind
    0040 down by ten.
    """
    return table.name == "B_06.01" and "c0110" in table.header and "c0050" not in table.header


def in_current_numbers(table: Table) -> Table:
    """The table with B_06.01's old numbers as they are now; any other as it stands."""
    if not has_old_numbers(table):
        return table
    return with_header(table, tuple(_OLD_TO_NEW.get(code, code) for code in table.header))


def _around_header(table: Table) -> tuple[Sequence[_Line], _Line | None, Sequence[_Line]]:
    """The lines before the header, its own, and those behind it."""
    lines = table._lines
    for place, line in enumerate(lines):
        if not line.is_blank:
            return lines[:place], line, lines[place + 1 :]
    return lines, None, ()
