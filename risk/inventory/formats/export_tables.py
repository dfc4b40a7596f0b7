"""Tables to be written out, and writing one as CSV that runs nothing and reads back the same.

Text is written as text, whatever it looks like. Numbers stand with every digit that they have,
unknown is an empty cell.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from risk.inventory.formats.cell_values import number_text
from risk.inventory.formats.marked_text import COLUMN as MARKS
from risk.inventory.formats.marked_text import marked

Cell = str | int | float | Decimal | date | None
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class CannotBeWritten(ValueError):
    """The table does not fit into the kind of file; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class ExportTable:
    """A table to be written. Every row has a cell for every column; None is unknown.

    Rows may be made while they are read: they are read one by one, and several times.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def as_csv(table: ExportTable) -> bytes:
    """CSV in UTF-8 with a mark, a comma between cells, CRLF at the end of a line.

    A text that a spreadsheet would run is written with an apostrophe before it, and the column
    ``written_as_text`` says where (:mod:`risk.inventory.formats.marked_text`).
    """
    written = _written(table, marks=False)
    if written is None:
        written = _written(table, marks=True) or ""
    return _BYTE_ORDER_MARK + written.encode("utf-8", "replace")


def _written(table: ExportTable, *, marks: bool) -> str | None:
    """The table as CSV, with the column of marks or without; None where that is missed."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([*table.columns, *([MARKS] if marks else [])])
    for row in table.rows:
        texts = [isinstance(cell, str) for cell in row]
        cells, mark = marked(table.columns, [plain_text(cell) for cell in row], texts)
        if mark and not marks:
            return None
        writer.writerow([*cells, *([mark] if marks else [])])
    return target.getvalue()


def plain_text(cell: Cell) -> str:
    """A cell as text: a point before decimals, no exponent, days as year-month-day."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return number_text(str(cell))
