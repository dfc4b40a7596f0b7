"""Which sheet of a workbook holds the inventory, and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from risk.inventory.columns import header_text
from risk.inventory.findings import Findings
from risk.inventory.formats.packages import Row, Sheet
from risk.inventory.intake_results import Question
from risk.inventory.layout import Header, find_header, required_columns_in
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.splitting import Record
from risk.inventory.tables import Table, table_below

CHOOSE_SHEET = "choose_sheet"
#: The header is looked for in this many rows.
_SAMPLE = 60


def visible_sheets(sheets: Sequence[Sheet], findings: Findings) -> tuple[Sheet, ...]:
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


def sheet_table(
    sheets: Sequence[Sheet],
    *,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
    findings: Findings,
    limits: Limits,
) -> Table:
    """The table of the sheet that the reader chose, or of the likeliest one while they have not.

    Raises :class:`FileRefused` if the sheet holds no table.
    """
    sheet = _chosen_sheet(sheets, chosen, questions)
    if sheet.refusal is not None:
        raise FileRefused(*sheet.refusal)
    if not sheet.rows:
        raise FileRefused("empty_file", f"The sheet {sheet.name[:80]!r} is empty.")
    records = _records(sheet.rows)
    found = find_header(
        [_as_title(record) for record in records[:_SAMPLE]], questions=questions, chosen=chosen
    )
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
    warn_about_formulas([row for row in sheet.rows if row.line >= found.line], findings)
    _warn_about_blank_rows(sheet.rows, found.line, findings)
    return table_below(header, below, findings=findings, limits=limits)


def _chosen_sheet(
    sheets: Sequence[Sheet], chosen: Mapping[str, str | None] | None, questions: Questions
) -> Sheet:
    if len(sheets) == 1 and not questions.is_answered(CHOOSE_SHEET):
        return sheets[0]
    fit = {
        sheet.name: required_columns_in(_records(sheet.rows[:_SAMPLE]), chosen) for sheet in sheets
    }
    likeliest = sorted(sheets, key=lambda sheet: (-fit[sheet.name], not sheet.rows))
    several = f"The workbook has {len(sheets)} sheets. Which one holds the inventory?"
    name = questions.ask(
        Question(
            code=CHOOSE_SHEET,
            question=several if len(sheets) > 1 else "The workbook has this one sheet. Read it?",
            choices=tuple(sheet.name for sheet in likeliest),
            examples=tuple(_glimpse(sheet) for sheet in likeliest[:3]),
        )
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


def _as_title(record: Record) -> Record:
    """A row with one filled cell as the title that it is; a banner of merged cells has several."""
    filled = [cell for cell in record.cells if cell.strip()]
    return replace(record, cells=tuple(filled)) if len(filled) == 1 else record


def _filled(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def warn_about_formulas(rows: Sequence[Row], findings: Findings) -> None:
    """Say which rows hold results of formulas that the workbook saved."""
    for row in rows:
        if row.computed:
            findings.warn(
                "formula_values_used",
                row.line,
                f"Line {row.line} holds formulas; the results saved in the workbook were read.",
            )


def _warn_about_blank_rows(rows: Sequence[Row], header_line: int, findings: Findings) -> None:
    last = header_line
    for row in rows:
        if row.line > max(last + 1, header_line):
            findings.warn("blank_records", last + 1, "An empty line was skipped.")
        last = max(row.line, header_line)
