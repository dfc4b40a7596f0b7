"""The inventory file to start from: every canonical column, and three invented rows."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from risk.inventory.columns import COLUMNS, NUMERIC, Kind
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.shipped import shipped

_ROWS = shipped("inventory_template")
#: Every canonical column in the order in which our own files have them.
INVENTORY_COLUMNS = tuple(_ROWS[0])


def inventory_template() -> bytes:
    """A CSV (UTF-8 with mark) that our own intake accepts as it is."""
    target = StringIO()
    writer = csv.DictWriter(target, fieldnames=INVENTORY_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_ROWS)
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def template_table() -> ExportTable:
    """The same rows as a table, numbers and days as such, for a workbook."""
    return typed_table(INVENTORY_COLUMNS, [tuple(row.values()) for row in _ROWS])


def typed_table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> ExportTable:
    """Rows of plain text under canonical columns as a table of numbers, days and texts."""
    return ExportTable(
        name="Inventory",
        columns=tuple(columns),
        rows=tuple(
            tuple(_typed(name, text) for name, text in zip(columns, row, strict=True))
            for row in rows
        ),
    )


def _typed(name: str, text: str | None) -> Cell:
    kind = COLUMNS[name].kind
    if not text:
        return None
    if text.endswith("%"):
        return text
    if kind in NUMERIC or kind is Kind.LEVEL:
        return Decimal(text)
    return date.fromisoformat(text) if kind is Kind.DATE else text
