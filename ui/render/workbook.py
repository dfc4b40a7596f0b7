"""Rows of columns as sheets of a workbook: numbers as numbers, in the format of their unit."""

from collections.abc import Sequence

from ui.reports import sheets
from ui.reports.sheets import Value
from ui.tables.column import Column, Record, Unit

_FORMATS = {
    Unit.USD: sheets.MONEY,
    Unit.SHARE: sheets.SHARE,
    Unit.SCORE: "0",
    Unit.DAYS: "0",
    Unit.MONTHS: "0.0",
    Unit.COUNT: "0",
    Unit.FACTOR: sheets.NUMBER,
}


def headings(columns: Sequence[Column]) -> tuple[sheets.Column, ...]:
    """Return how the columns of a sheet are called and shown."""
    return tuple(
        sheets.Column(heading=one.label, shown=_FORMATS.get(one.unit, sheets.PLAIN))
        for one in columns
    )


def cells(columns: Sequence[Column], row: Record) -> tuple[Value, ...]:
    """Return the cells of one row: figures as they are, all else in words; empty is unknown."""
    return tuple(_cell(one, row) for one in columns)


def _cell(column: Column, row: Record) -> Value:
    if column.told is not None and not column.told(row):
        return None
    if column.unit.is_number or column.cell is None:
        value: Value = row[column.key]
        return value
    return column.text(row) or None
