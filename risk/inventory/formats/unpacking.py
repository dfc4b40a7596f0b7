"""Kind of package that a zip archive is, and its tables."""

import re

from risk.inventory.decoding import decode
from risk.inventory.formats.archives import Archive, open_archive
from risk.inventory.formats.packages import Package, PackageKind, Row, Sheet
from risk.inventory.formats.safe_xml import refuse_document_types
from risk.inventory.formats.workbooks import (
    TextBudget,
    main_part,
    refuse_macros,
    unpack_workbook,
)
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.splitting import split_records

#: A table of the Register of Information in a plain-CSV package: ``reports/b_05.01.csv``.
_REGISTER_TABLE = re.compile(r"(?:^|/)(b_\d\d\.\d\d)\.csv$", re.I)


def unpack(data: bytes, limits: Limits) -> Package:
    """The tables in a workbook or in an archive of CSV tables, every cell as text.

    Raises:
        FileRefused: ``encrypted_or_legacy_excel``, ``archive_too_large``, ``unsafe_archive``,
            ``unsafe_xml``, ``corrupt_archive``, ``no_records`` or ``unsupported_type``.
    """
    archive = open_archive(data, limits)
    refuse_macros(archive)
    refuse_document_types(archive)
    main = main_part(archive)
    if main is not None and "xl/workbook.bin" not in archive.names:
        return unpack_workbook(archive, main, limits)
    tables = {
        match[1].casefold(): name
        for name in archive.names
        if (match := _REGISTER_TABLE.search(name))
    }
    if tables:
        return _unpack_register(archive, tables, limits)
    raise FileRefused(
        "unsupported_type",
        f"This is {_what_it_is(archive)}. Upload an Excel workbook (.xlsx), a CSV file, or the zip"
        " of a DORA Register of Information in plain CSV.",
    )


def _what_it_is(archive: Archive) -> str:
    names = archive.names
    if "xl/workbook.bin" in names:
        return "a binary Excel workbook (.xlsb)"
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file"
    if not names:
        return "an empty archive"
    shown = ", ".join(name[:60] for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"an archive that holds {shown}{more}"


def _unpack_register(archive: Archive, tables: dict[str, str], limits: Limits) -> Package:
    count = sum(bool(_REGISTER_TABLE.search(name)) for name in archive.names)
    if count > len(tables):
        raise FileRefused(
            "unsupported_type",
            "The archive holds more than one Register of Information. Upload them one by one.",
        )
    budget = TextBudget(limits.file_bytes)
    sheets = tuple(
        Sheet(name=table, rows=_table_rows(archive.read(name), name, budget, limits))
        for table, name in sorted(tables.items())
    )
    return Package(kind=PackageKind.CSV_TABLES, sheets=sheets)


def _table_rows(data: bytes, name: str, budget: TextBudget, limits: Limits) -> tuple[Row, ...]:
    """The rows of one table; the fault of a row that cannot be split is kept with it."""
    if not data.strip():
        return ()
    questions = Questions({})
    text = decode(data, questions=questions, limits=limits).text
    if questions.open:
        raise FileRefused(
            "not_text", f"{name} is not UTF-8. Save the tables of the register as UTF-8."
        )
    rows: list[Row] = []
    for record in split_records(text, ","):
        if not record.is_blank:
            budget.spend(record.text)
            rows.append(Row(record.line, record.cells, record.fault, record.text[:200]))
    return tuple(rows)
