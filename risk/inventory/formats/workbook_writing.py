"""Writing a table as an Excel workbook that runs nothing and reads back the same."""

from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from risk.inventory.formats.cell_values import day_serial, escaped, number_text, without_dust
from risk.inventory.formats.export_tables import CannotBeWritten, Cell, ExportTable, plain_text
from risk.inventory.formats.marked_text import is_run_by_spreadsheets

_EXCEL_CHARACTERS = 32_767
_EXCEL_ROWS = 1_048_576
#: Excel keeps fifteen digits of a number; a longer whole number is written as text.
_EXCEL_WHOLE = 10**15
_WIDTHS = (9, 48)


def as_workbook(table: ExportTable) -> bytes:
    """An Excel workbook with one sheet, its header frozen; numbers and days as such.

    Raises :class:`CannotBeWritten` for more rows, or longer texts, than Excel can hold.
    """
    _refuse_what_excel_cannot_hold(table)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    for place, name in enumerate(table.columns):
        longest = max((len(plain_text(row[place])) for row in table.rows[:100]), default=0)
        width = max(_WIDTHS[0], min(_WIDTHS[1], max(len(name), longest) + 2))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
    header = [_text_cell(sheet, name) for name in table.columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in table.rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _refuse_what_excel_cannot_hold(table: ExportTable) -> None:
    if len(table.rows) >= _EXCEL_ROWS:
        raise CannotBeWritten(
            f"The table has {len(table.rows):,} rows, more than Excel can hold. Export it as CSV."
        )
    for row in table.rows:
        for cell in row:
            if isinstance(cell, str) and len(escaped(cell)) > _EXCEL_CHARACTERS:
                raise CannotBeWritten(
                    f"A text has {len(cell):,} characters, more than a cell of Excel can hold"
                    f" ({cell[:40]!r}…). Export the table as CSV."
                )


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> SheetCell | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool | datetime | str):
        return _text_cell(sheet, plain_text(value))
    if isinstance(value, date) and day_serial(value) is None:
        return _text_cell(sheet, value.isoformat())
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, value=datetime(value.year, value.month, value.day))
        day.number_format = "yyyy-mm-dd"
        return day
    text = number_text(str(value))
    if (isinstance(value, int) and abs(value) >= _EXCEL_WHOLE) or without_dust(text) != text:
        # As a number it would be read back with fewer digits.
        return _text_cell(sheet, text)
    # Given as a number, the writer would keep sixteen digits of it; a float may have seventeen.
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "n"
    return cell


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> SheetCell:
    """A cell that holds text, even where it looks like a formula or an error."""
    cell = WriteOnlyCell(sheet, value=escaped(text))
    cell.data_type = "s"
    if is_run_by_spreadsheets(text):
        # Text stays text when somebody edits the cell.
        cell.quotePrefix = True
        cell.number_format = "@"
    return cell
