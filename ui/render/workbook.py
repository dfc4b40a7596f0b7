"""Workbooks of several sheets: numbers as numbers, text never run, formulas live.

A formula is written together with its value, so that a reader that does not calculate (a phone's
preview) shows the same figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from risk.inventory.rejects import formula_safe
from ui import money
from ui.tables.column import Column, Record, Unit

#: Amounts are given in USD and written in the currency that is shown (:mod:`ui.money`).
MONEY, SHARE, NUMBER, PLAIN = "$#,##0", "0.0 %", "0.00", "General"
_WIDTHS = (10, 60)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula without its equals sign, and what it comes to."""

    text: str
    value: float


Value = str | int | float | date | Formula | None


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """A column's heading and how its numbers are shown."""

    heading: str
    shown: str = PLAIN


@dataclass(frozen=True, kw_only=True)
class ReportSheet:
    """One sheet: a note above the table in words, the header in row 3, rows from row 4 on."""

    name: str
    note: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


#: The row (counted from 1, as in a formula) in which a sheet's first row of the table stands.
FIRST_ROW = 4


def as_report(sheets: Sequence[ReportSheet], *, title: str, created: date) -> bytes:
    """The workbook's bytes; the same sheets on the same day give the same bytes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = datetime(created.year, created.month, created.day)
    book.set_properties({"title": title, "created": day})
    formats = _Formats(book)
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return target.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.note = book.add_format({"italic": True, "font_color": "#475569"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})

    def of(self, shown: str) -> Format:
        if shown not in self._made:
            self._made[shown] = self._book.add_format({"num_format": shown})
        return self._made[shown]


def _write(target: Worksheet, sheet: ReportSheet, formats: _Formats) -> None:
    target.write_string(0, 0, sheet.note, formats.note)
    for place, column in enumerate(sheet.columns):
        target.write_string(FIRST_ROW - 2, place, column.heading, formats.heading)
        shown = [len(_as_text(row[place])) for row in sheet.rows[:100]]
        longest = max([len(column.heading), *shown])
        target.set_column(place, place, max(_WIDTHS[0], min(_WIDTHS[1], longest + 2)))
    for line, row in enumerate(sheet.rows, start=FIRST_ROW - 1):
        for place, value in enumerate(row):
            _write_cell(target, line, place, value, formats, sheet.columns[place].shown)
    target.freeze_panes(FIRST_ROW - 1, 1)
    if sheet.rows:
        last = FIRST_ROW - 2 + len(sheet.rows)
        target.autofilter(FIRST_ROW - 2, 0, last, len(sheet.columns) - 1)


def _write_cell(
    target: Worksheet, line: int, place: int, value: Any, formats: _Formats, shown: str
) -> None:
    if value is None:
        return
    is_money, shown = shown == MONEY, money.number_format() if shown == MONEY else shown
    if isinstance(value, Formula):
        figure = money.shown().of(value.value) if is_money else value.value
        target.write_formula(line, place, f"={value.text}", formats.of(shown), figure)
    elif isinstance(value, date):
        day = datetime(value.year, value.month, value.day)
        target.write_datetime(line, place, day, formats.day)
    elif isinstance(value, str):
        target.write_string(line, place, formula_safe(value))
    else:
        figure = money.shown().of(value) if is_money else value
        target.write_number(line, place, figure, formats.of(shown))


def _as_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else "1,000,000"


_SHOWN = {
    Unit.USD: MONEY,
    Unit.EUR: "€#,##0",
    Unit.SHARE: SHARE,
    Unit.SCORE: "0",
    Unit.DAYS: "0",
    Unit.MONTHS: "0.0",
    Unit.COUNT: "0",
    Unit.FACTOR: NUMBER,
}


def headings(columns: Sequence[Column]) -> tuple[SheetColumn, ...]:
    """Return how the columns of a sheet are called and shown."""
    return tuple(
        SheetColumn(heading=one.label, shown=_SHOWN.get(one.unit, PLAIN)) for one in columns
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
