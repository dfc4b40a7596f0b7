"""What spoils a record as a whole: lost bytes, stray quotes, a wrong number of cells, a header."""

from risk.inventory.columns import LOST_BYTES, header_key
from risk.inventory.intake_results import Problem
from risk.inventory.refusals import shortened
from risk.inventory.splitting import Record
from risk.inventory.tables import Table

#: What is wrong with a record as a whole and what to do, by its code.
RECORD_FAULTS = {
    "bad_encoding": "some bytes are not UTF-8; save the file again as CSV UTF-8",
    "bad_quoting": 'a quote stands where none may; write "" for a quote inside a quoted cell',
    "repeated_header": "the header stands here once more; remove the line",
    "error_cell": "a cell holds an error instead of a value; mend its formula or write the value",
    "formula_without_value": "a cell holds a formula without its result; open the workbook in"
    " Excel, save it and upload it again, or write the value",
}


def record_fault(record: Record, table: Table, header: tuple[str, ...]) -> Problem | None:
    """What spoils a record as a whole, before any cell of it is read; None for a sound one.

    ``header`` are the compared headers of ``table``.
    """
    code = record.fault
    if not record.text.isascii() and LOST_BYTES.search(record.text):
        code = "bad_encoding"
    if code is None and len(record.cells) != table.width:
        return Problem(
            code="field_count",
            line=record.line,
            column=None,
            value=shortened(record.text),
            message=f"Line {record.line}: {_cells(len(record.cells))} where the header has"
            f" {table.width}; add or remove a separator, or quote the cell that holds one.",
        )
    if code is None and repeats_header(table.cells(record), header):
        code = "repeated_header"
    if code is None:
        return None
    return Problem(
        code=code,
        line=record.line,
        column=None,
        value=shortened(record.text),
        message=f"Line {record.line}: {RECORD_FAULTS[code]}.",
    )


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def repeats_header(cells: tuple[str, ...], header: tuple[str, ...]) -> bool:
    """Whether the cells are the header once more, by their compared headers."""
    return header_key(cells[0]) == header[0] and tuple(map(header_key, cells)) == header
