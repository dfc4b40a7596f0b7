"""Workbooks and archives that the tests make: ordinary ones, and ones that nobody should open."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ("startup", "provider", "spend_usd", "renewal")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(*rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook that openpyxl wrote: ``rows`` on its only sheet, or a sheet for each name."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in (sheets or {"Inventory": rows}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def row_xml(number: int, *cells: str) -> str:
    """One row of inline texts; a cell that begins with ``<`` is taken as it stands."""
    made = "".join(
        cell if cell.startswith("<") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
        for cell in cells
    )
    return f'<row r="{number}">{made}</row>'


def workbook_parts(
    rows: str, *, before: str = "", after: str = "", styles: str = "", **changes: str
) -> dict[str, str]:
    """The parts of the smallest workbook whose one sheet has the XML ``rows``."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Inventory" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}'
        f"</sheetData>{after}</worksheet>",
    }
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>'
    return parts | {name.replace("__", "/"): content for name, content in changes.items()}


def raw_workbook(*cells: str, **options: Any) -> bytes:
    """A workbook with the header ``HEADER`` and one row of ``cells``, given as XML or text."""
    rows = row_xml(1, *HEADER) + row_xml(2, *cells)
    return archive(workbook_parts(rows, **options))


def encrypted(data: bytes) -> bytes:
    """The archive with every file marked as protected by a password."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 1)
    return bytes(changed)
