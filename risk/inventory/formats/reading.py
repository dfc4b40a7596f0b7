"""Reader of any file that can hold an inventory: from bytes to one table of text cells.

Bytes decide what a file is, never its name. Every kind ends in the same
:class:`~risk.inventory.tables.Table`, so that columns are mapped, values validated and names
resolved in one way.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from risk.inventory.columns import header_text
from risk.inventory.formats.ciso_assistant import ciso_assistant_table, is_ciso_assistant
from risk.inventory.formats.cyclonedx import cyclonedx_table, is_cyclonedx
from risk.inventory.formats.dora import register_table
from risk.inventory.formats.marked_text import with_marks_removed
from risk.inventory.formats.packages import PackageKind, Row, Sheet, Unpack, warn_about_formulas
from risk.inventory.layout import Header, find_header, required_columns_in
from risk.inventory.progress import Progress
from risk.inventory.refusals import Context, FileRefused, Findings
from risk.inventory.splitting import Record
from risk.inventory.tables import Table, read_table, table_below

CHOOSE_SHEET = "choose_sheet"
_ARCHIVE = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")
#: The header is looked for in this many rows of a sheet.
_SAMPLE = 60


def read_table_of(data: bytes, context: Context, unpack: Unpack, progress: Progress) -> Table:
    """The table in ``data``: CSV and its kin, a workbook, a DORA register, a CycloneDX document.

    ``unpack`` opens archives; whoever reads files of strangers passes one that does it elsewhere.
    Raises :class:`FileRefused` if there is no table.
    """
    if len(data) <= context.limits.file_bytes:
        if _ARCHIVE.match(data):
            return with_marks_removed(_table_of_package(data, context, unpack))
        if is_cyclonedx(data):
            return replace(cyclonedx_table(data, context), format="cyclonedx")
    return with_marks_removed(read_table(data, context, progress))


def _table_of_package(data: bytes, context: Context, unpack: Unpack) -> Table:
    package = unpack(data, context.limits)
    if package.kind is PackageKind.CSV_TABLES:
        return replace(register_table(package.sheets, context), format="dora")
    sheets = _visible_sheets(package.sheets, context.findings)
    if not sheets:
        raise FileRefused(
            "no_records", "Every sheet of the workbook is hidden. Show the one to be read."
        )
    if is_ciso_assistant(sheets):
        return replace(ciso_assistant_table(sheets, context), format="ciso_assistant")
    return replace(_sheet_table(sheets, context), format="xlsx")


def _visible_sheets(sheets: Sequence[Sheet], findings: Findings) -> tuple[Sheet, ...]:
    """The sheets that a reader of the workbook sees; the hidden ones are said to be left out."""
    for sheet in sheets:
        if sheet.hidden:
            findings.warn(
                "hidden_sheet_ignored",
                0,
                f"The sheet {sheet.name[:80]!r} is hidden; it was left out.",
                value=sheet.name,
            )
    return tuple(sheet for sheet in sheets if not sheet.hidden)


def _sheet_table(sheets: Sequence[Sheet], context: Context) -> Table:
    """The table of the sheet that the reader chose, or of the likeliest one while they have not."""
    sheet = _chosen_sheet(sheets, context)
    if sheet.refusal is not None:
        raise FileRefused(*sheet.refusal)
    if not sheet.rows:
        raise FileRefused("empty_file", f"The sheet {sheet.name[:80]!r} is empty.")
    records = _records(sheet.rows)
    # A row with one filled cell is a title; a banner of merged cells has several.
    filled = [tuple(cell for cell in one.cells if cell.strip()) for one in records[:_SAMPLE]]
    titles = [
        replace(one, cells=cells) if len(cells) == 1 else one
        for one, cells in zip(records, filled, strict=False)
    ]
    found = find_header(titles, context)
    below = [record for record in records if record.line > found.line]
    named = next(record for record in records if record.line == found.line)
    if len(found.cells) == len(named.cells):
        # Two rows may be one header, whose names are made of both.
        named = replace(named, cells=found.record.cells)
    width = max(_filled(record.cells) for record in (named, *below))
    header = Header(
        found.line,
        tuple(header_text(cell) for cell in named.cells[:width]),
        replace(named, cells=named.cells[:width]),
    )
    below = [replace(record, cells=record.cells[:width]) for record in below]
    warn_about_formulas([row for row in sheet.rows if row.line >= found.line], context.findings)
    _warn_about_blank_rows(sheet.rows, found.line, context.findings)
    return table_below(header, below, context)


def _chosen_sheet(sheets: Sequence[Sheet], context: Context) -> Sheet:
    if len(sheets) == 1 and not context.questions.is_answered(CHOOSE_SHEET):
        return sheets[0]
    fit = {
        sheet.name: required_columns_in(_records(sheet.rows[:_SAMPLE]), context.chosen)
        for sheet in sheets
    }
    likeliest = sorted(sheets, key=lambda sheet: (-fit[sheet.name], not sheet.rows))
    several = f"The workbook has {len(sheets)} sheets. Which one holds the inventory?"
    name = context.questions.ask(
        CHOOSE_SHEET,
        several if len(sheets) > 1 else "The workbook has this one sheet. Read it?",
        [sheet.name for sheet in likeliest],
        map(_glimpse, likeliest[:3]),
    )
    return next(sheet for sheet in sheets if sheet.name == name)


def _glimpse(sheet: Sheet) -> str:
    cells = sheet.rows[0].cells if sheet.rows else ()
    shown = ", ".join(" ".join(cell.split())[:30] for cell in cells[:5] if cell.strip())
    return f"{sheet.name[:60]}: {shown or 'empty'}"


def _records(rows: Sequence[Row]) -> list[Record]:
    """The rows as records of one width; a sheet ends where its last filled cell is."""
    width = max((len(row.cells) for row in rows), default=0)
    return [
        Record(
            row.line,
            row.cells + ("",) * (width - len(row.cells)),
            row.fault_at or ", ".join(cell for cell in row.cells if cell),
            fault=row.fault,
        )
        for row in rows
    ]


def _filled(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _warn_about_blank_rows(rows: Sequence[Row], header_line: int, findings: Findings) -> None:
    last = header_line
    for row in rows:
        if row.line > max(last + 1, header_line):
            findings.warn("blank_records", last + 1, "An empty line was skipped.")
        last = max(row.line, header_line)
