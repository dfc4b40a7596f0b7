"""Unpacking an Excel workbook (ECMA-376, Office Open XML) into sheets of text cells.

The parts are read one element at a time. Nothing is computed, followed or run: formulas give
their saved results, links to other files are not looked at.
"""

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from risk.inventory.formats.archives import Archive, damaged
from risk.inventory.formats.cell_values import (
    CellContext,
    CellText,
    NumberFormat,
    cell_text,
    number_format,
    rich_text,
)
from risk.inventory.formats.packages import Package, PackageKind, Row, Sheet
from risk.inventory.formats.safe_xml import elements, local_attribute, local_name
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

_MACROS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
#: Rows that may stand above the header besides the records.
_ABOVE = 100


class TextBudget:
    """How much text all cells of a workbook may hold: one shared text may stand in many cells."""

    def __init__(self, characters: int) -> None:
        self._characters = characters
        self._left = characters

    def spend(self, text: str) -> None:
        """Count one cell. Raises :class:`FileRefused` (``archive_too_large``)."""
        self._left -= len(text)
        if self._left < 0:
            raise FileRefused(
                "archive_too_large",
                f"The cells of the workbook hold more than {self._characters:,} characters. Split"
                " it and upload parts.",
            )


def main_part(archive: Archive) -> str | None:
    """The name of the workbook part, or None if the archive is no Office document."""
    if "_rels/.rels" not in archive.names:
        return None
    for kind, target in _relations(archive, "_rels/.rels").values():
        if kind == "officeDocument":
            return target
    return None


def refuse_macros(archive: Archive) -> None:
    """Raise :class:`FileRefused` (``unsafe_archive``) for a workbook that brings a program."""
    typed = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.names else b""
    names = [f"/{name}".casefold() for name in archive.names]
    if b"macroenabled" in typed.lower() or any(mark in name for name in names for mark in _MACROS):
        raise FileRefused(
            "unsafe_archive",
            "The workbook holds macros, so it was not opened. Save it as .xlsx, without macros, or"
            " the sheet as CSV.",
        )


def unpack_workbook(archive: Archive, main: str, limits: Limits) -> Package:
    """The sheets of a workbook, hidden ones named but not read.

    Raises:
        FileRefused: ``corrupt_archive``, ``unsafe_xml``, ``archive_too_large`` or
            ``unsupported_type``.
    """
    if main not in archive.names:
        raise damaged(main)
    folder, name = posixpath.split(main)
    relations = _relations(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    entries, counts_from_1904 = _entries(archive, main, relations)
    # The first part of each kind.
    parts = dict(reversed(relations.values()))
    context = CellContext(
        shared=_shared_texts(archive, parts.get("sharedStrings")),
        formats=_formats(archive, parts.get("styles")),
        counts_from_1904=counts_from_1904,
    )
    budget = TextBudget(limits.file_bytes)
    sheets = []
    for sheet, part in entries:
        if not sheet.hidden:
            try:
                sheet = replace(sheet, rows=_read_rows(archive, part, context, budget, limits))
            except FileRefused as refusal:
                if refusal.problem.code not in ("too_many_columns", "too_many_records"):
                    raise
                sheet = replace(sheet, refusal=(refusal.problem.code, refusal.problem.message))
        sheets.append(sheet)
    return Package(kind=PackageKind.WORKBOOK, sheets=tuple(sheets))


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id → the last word of the relation's kind, and the part it leads to; others left out."""
    if part not in archive.names:
        return {}
    base = posixpath.dirname(posixpath.dirname(part))
    found: dict[str, tuple[str, str]] = {}
    for _, element in elements(archive, part):
        if local_name(element) != "Relationship" or element.get("TargetMode") == "External":
            continue
        kind = element.get("Type", "").rpartition("/")[2]
        target = element.get("Target", "")
        joined = target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
        found[element.get("Id", "")] = (kind, posixpath.normpath(joined))
    return found


def _entries(
    archive: Archive, main: str, relations: dict[str, tuple[str, str]]
) -> tuple[list[tuple[Sheet, str]], bool]:
    """The worksheets in their order (charts left out), and whether days count from 1904."""
    entries: list[tuple[Sheet, str]] = []
    counts_from_1904, is_workbook = False, False
    for _, element in elements(archive, main):
        name = local_name(element)
        is_workbook = is_workbook or name == "sheets"
        if name == "workbookPr":
            counts_from_1904 = element.get("date1904", "0").casefold() in ("1", "true", "on")
        if name != "sheet":
            continue
        kind, part = relations.get(local_attribute(element, "id"), ("", ""))
        if kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            entries.append((Sheet(name=element.get("name", ""), hidden=hidden), part))
    if not is_workbook:
        raise FileRefused(
            "unsupported_type",
            "This is an Office document other than an Excel workbook (.xlsx). Save the inventory"
            " as .xlsx or as CSV.",
        )
    if not entries:
        raise FileRefused("no_records", "The workbook holds no sheet with cells.")
    for sheet, part in entries:
        if not sheet.hidden and part not in archive.names:
            raise damaged(f"the sheet {sheet.name!r}")
    return entries, counts_from_1904


def _shared_texts(archive: Archive, part: str | None) -> list[str]:
    children = _children_of_root(archive, part)
    return [rich_text(element) for element in children if local_name(element) == "si"]


def _children_of_root(archive: Archive, part: str | None) -> Iterator[Element]:
    """Each complete child of a part's root in turn; it is forgotten once it was looked at."""
    if part is None or part not in archive.names:
        return
    depth, root = 0, None
    for event, element in elements(archive, part, events=("start", "end")):
        if event == "start":
            root = element if root is None else root
            depth += 1
            continue
        depth -= 1
        if depth == 1 and root is not None:
            yield element
            root.clear()


def _formats(archive: Archive, part: str | None) -> list[NumberFormat]:
    """The number format of each cell style, by the style's number."""
    codes: dict[int, str] = {}
    formats: list[NumberFormat] = []
    for child in _children_of_root(archive, part):
        name = local_name(child)
        try:
            if name == "numFmts":
                codes |= {int(one.get("numFmtId", "")): one.get("formatCode", "") for one in child}
            elif name == "cellXfs":
                numbers = [int(one.get("numFmtId", "0")) for one in child]
                formats = [number_format(number, codes.get(number)) for number in numbers]
        except ValueError as error:
            raise damaged(str(part)) from error
    return formats


@dataclass
class _Row:
    """The row that is being parsed."""

    line: int
    cells: list[str] = field(default_factory=list)
    column: int = 0
    fault: str | None = None
    fault_at: str = ""
    computed: bool = False

    def put(self, column: int, cell: CellText, limits: Limits) -> None:
        self.column = column
        self.computed = self.computed or cell.computed
        if cell.fault and self.fault is None:
            self.fault, self.fault_at = cell.fault, f"{_letters(column)}{self.line}: {cell.text}"
        if not cell.text.strip():
            return
        if column > limits.columns:
            raise FileRefused(
                "too_many_columns",
                f"The sheet has data in column {_letters(column)}; at most {limits.columns} columns"
                " are read.",
                line=self.line,
            )
        self.cells.extend([""] * (column - 1 - len(self.cells)))
        self.cells.append(cell.text)

    def finished(self) -> Row | None:
        if not self.cells and self.fault is None:
            return None
        return Row(self.line, tuple(self.cells), self.fault, self.fault_at, self.computed)


def _read_rows(
    archive: Archive, part: str, context: CellContext, budget: TextBudget, limits: Limits
) -> tuple[Row, ...]:
    """The rows of a sheet that are not blank; a merged cell stands in its first place alone.

    Raises:
        FileRefused: ``too_many_columns``, ``too_many_records``, ``archive_too_large``,
            ``unsafe_xml`` or ``corrupt_archive``.
    """
    rows: list[Row] = []
    merged: list[str] = []
    current, holder = _Row(0), None
    for event, element in elements(archive, part, events=("start", "end")):
        name = local_name(element)
        if event == "start":
            if name == "sheetData":
                holder = element
            elif name == "row" and holder is not None:
                current = _Row(_row_number(element, current.line, part))
        elif name == "c" and holder is not None:
            column = _column_number(element, current.column, part)
            current.put(column, _read_cell(element, context, part, budget), limits)
            element.clear()
        elif name == "row" and holder is not None:
            finished = current.finished()
            if finished is not None:
                rows.append(finished)
            if len(rows) > limits.records + _ABOVE:
                raise FileRefused(
                    "too_many_records",
                    f"The sheet has more than {limits.records:,} records. Split it and upload"
                    " parts.",
                )
            holder.clear()
        elif name == "sheetData":
            holder = None
        elif name == "mergeCell":
            merged.append(element.get("ref", ""))
    return tuple(_without_covered_cells(rows, merged))


def _read_cell(element: Element, context: CellContext, part: str, budget: TextBudget) -> CellText:
    try:
        cell = cell_text(element, context)
    except (ValueError, IndexError) as error:
        raise damaged(f"{part}, cell {element.get('r', '')}") from error
    budget.spend(cell.text)
    return cell


def _row_number(element: Element, before: int, part: str) -> int:
    text = element.get("r")
    number = before + 1 if text is None else int(text) if text.isdecimal() else 0
    if not before < number <= _LAST_ROW:
        raise damaged(f"{part}, row {text}")
    return number


def _column_number(element: Element, before: int, part: str) -> int:
    text = element.get("r")
    number = before + 1
    if text is not None:
        match = _REFERENCE.fullmatch(text)
        number = _column_of(match[1]) if match else 0
    if not before < number <= _LAST_COLUMN:
        raise damaged(f"{part}, cell {text}")
    return number


def _column_of(name: str) -> int:
    """The number of the column called ``name``: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    """The name of a column by its number."""
    name = ""
    while number:
        number, place = divmod(number - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def _without_covered_cells(rows: list[Row], merged: list[str]) -> list[Row]:
    """Values under a merged cell that only the file shows, not the sheet, are left out."""
    lines = [row.line for row in rows]
    for reference in merged:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) != 2 or corners[0] is None or corners[1] is None:
            continue
        (left, top), (right, bottom) = ((_column_of(c[1]), int(c[2])) for c in corners if c)
        for place in range(bisect_left(lines, top), bisect_right(lines, bottom)):
            row = rows[place]
            first = left + 1 if row.line == top else left
            if len(row.cells) >= first:
                cells = list(row.cells)
                end = min(right, len(cells))
                cells[first - 1 : end] = [""] * max(0, end - first + 1)
                while cells and not cells[-1].strip():
                    cells.pop()
                rows[place] = replace(row, cells=tuple(cells))
    return [row for row in rows if row.cells or row.fault]
