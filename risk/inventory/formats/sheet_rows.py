"""The rows of one sheet of a workbook, as they are parsed."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from risk.inventory.formats.archives import Archive, damaged
from risk.inventory.formats.cell_values import CellContext, CellText, cell_text
from risk.inventory.formats.packages import Row
from risk.inventory.formats.safe_xml import elements, local_name
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

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
            self.fault, self.fault_at = cell.fault, f"{letters(column)}{self.line}: {cell.text}"
        if not cell.text.strip():
            return
        if column > limits.columns:
            raise FileRefused(
                "too_many_columns",
                f"The sheet has data in column {letters(column)}; at most {limits.columns} columns"
                " are read.",
                line=self.line,
            )
        self.cells.extend([""] * (column - 1 - len(self.cells)))
        self.cells.append(cell.text)

    def finished(self) -> Row | None:
        if not self.cells and self.fault is None:
            return None
        return Row(self.line, tuple(self.cells), self.fault, self.fault_at, self.computed)


def read_rows(
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
        number = column_number(match[1]) if match else 0
    if not before < number <= _LAST_COLUMN:
        raise damaged(f"{part}, cell {text}")
    return number


def column_number(name: str) -> int:
    """The number of the column called ``name``: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters(number: int) -> str:
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
        (left, top), (right, bottom) = ((column_number(c[1]), int(c[2])) for c in corners if c)
        for place in range(bisect_left(lines, top), bisect_right(lines, bottom)):
            row = rows[place]
            first = left + 1 if row.line == top else left
            if len(row.cells) >= first:
                cells = list(row.cells)
                end = min(right, len(cells))
                cells[first - 1 : end] = [""] * max(0, end - first + 1)
                rows[place] = replace(row, cells=_without_empty_end(cells))
    return [row for row in rows if row.cells or row.fault]


def _without_empty_end(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)
