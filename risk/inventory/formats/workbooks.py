"""Unpacking an Excel workbook (ECMA-376, Office Open XML) into sheets of text cells.

The parts are read one element at a time. Nothing is computed, followed or run: formulas give
their saved results, links to other files are not looked at.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from risk.inventory.formats.archives import Archive, damaged
from risk.inventory.formats.cell_values import CellContext, rich_text
from risk.inventory.formats.number_formats import NumberFormat, number_format
from risk.inventory.formats.packages import Package, PackageKind, Sheet
from risk.inventory.formats.safe_xml import elements, local_attribute, local_name
from risk.inventory.formats.sheet_rows import TextBudget, read_rows
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

_MACROS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/")


@dataclass(frozen=True)
class _SheetEntry:
    name: str
    hidden: bool
    part: str


def main_part(archive: Archive) -> str | None:
    """The name of the workbook part, or None if the archive is no Office document."""
    if "_rels/.rels" not in archive.names:
        return None
    for kind, target in _relations(archive, "_rels/.rels").values():
        if kind == "officeDocument":
            return target
    return None


def refuse_macros(archive: Archive) -> None:
    """Raise :class:`FileRefused` (``unsafe_archive``) for a workbook that brings a program."""
    typed = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.names else b""
    names = [f"/{name}".casefold() for name in archive.names]
    if b"macroenabled" in typed.lower() or any(mark in name for name in names for mark in _MACROS):
        raise FileRefused(
            "unsafe_archive",
            "The workbook holds macros, so it was not opened. Save it as .xlsx, without macros, or"
            " the sheet as CSV.",
        )


def unpack_workbook(archive: Archive, main: str, limits: Limits) -> Package:
    """The sheets of a workbook, hidden ones named but not read.

    Raises:
        FileRefused: ``corrupt_archive``, ``unsafe_xml``, ``archive_too_large`` or
            ``unsupported_type``.
    """
    if main not in archive.names:
        raise damaged(main)
    relations = _relations(archive, _relations_of(main))
    entries, counts_from_1904 = _entries(archive, main, relations)
    context = CellContext(
        shared=_shared_texts(archive, _related(relations, "sharedStrings"), limits),
        formats=_formats(archive, _related(relations, "styles")),
        counts_from_1904=counts_from_1904,
    )
    budget = TextBudget(limits.file_bytes)
    sheets = []
    for entry in entries:
        sheet = Sheet(name=entry.name, hidden=entry.hidden)
        if not entry.hidden:
            try:
                rows = read_rows(archive, entry.part, context, budget, limits)
                sheet = replace(sheet, rows=rows)
            except FileRefused as refusal:
                if refusal.problem.code not in ("too_many_columns", "too_many_records"):
                    raise
                sheet = replace(sheet, refusal=(refusal.problem.code, refusal.problem.message))
        sheets.append(sheet)
    return Package(kind=PackageKind.WORKBOOK, sheets=tuple(sheets))


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id → the last word of the relation's kind, and the part it leads to; others left out."""
    if part not in archive.names:
        return {}
    base = posixpath.dirname(posixpath.dirname(part))
    found: dict[str, tuple[str, str]] = {}
    for _, element in elements(archive, part):
        if local_name(element) != "Relationship" or element.get("TargetMode") == "External":
            continue
        kind = element.get("Type", "").rpartition("/")[2]
        target = element.get("Target", "")
        joined = target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
        found[element.get("Id", "")] = (kind, posixpath.normpath(joined))
    return found


def _related(relations: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((target for found, target in relations.values() if found == kind), None)


def _entries(
    archive: Archive, main: str, relations: dict[str, tuple[str, str]]
) -> tuple[list[_SheetEntry], bool]:
    """The worksheets in their order (charts left out), and whether days count from 1904."""
    entries: list[_SheetEntry] = []
    counts_from_1904, is_workbook = False, False
    for _, element in elements(archive, main):
        name = local_name(element)
        is_workbook = is_workbook or name == "sheets"
        if name == "workbookPr":
            counts_from_1904 = element.get("date1904", "0").casefold() in ("1", "true", "on")
        if name != "sheet":
            continue
        kind, part = relations.get(local_attribute(element, "id"), ("", ""))
        if kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            entries.append(_SheetEntry(element.get("name", ""), hidden, part))
    if not is_workbook:
        raise FileRefused(
            "unsupported_type",
            "This is an Office document other than an Excel workbook (.xlsx). Save the inventory"
            " as .xlsx or as CSV.",
        )
    if not entries:
        raise FileRefused("no_records", "The workbook holds no sheet with cells.")
    for entry in entries:
        if not entry.hidden and entry.part not in archive.names:
            raise damaged(f"the sheet {entry.name!r}")
    return entries, counts_from_1904


def _shared_texts(archive: Archive, part: str | None, limits: Limits) -> list[str]:
    texts: list[str] = []
    if part is None or part not in archive.names:
        return texts
    for element in _children_of_root(archive, part):
        if local_name(element) == "si":
            texts.append(rich_text(element))
    return texts


def _children_of_root(archive: Archive, part: str) -> Iterator[Element]:
    """Each complete child of a part's root in turn; it is forgotten once it was looked at."""
    depth, root = 0, None
    for event, element in elements(archive, part, events=("start", "end")):
        if event == "start":
            root = element if root is None else root
            depth += 1
            continue
        depth -= 1
        if depth == 1 and root is not None:
            yield element
            root.clear()


def _formats(archive: Archive, part: str | None) -> list[NumberFormat]:
    """The number format of each cell style, by the style's number."""
    codes: dict[int, str] = {}
    formats: list[NumberFormat] = []
    if part is None or part not in archive.names:
        return formats
    for child in _children_of_root(archive, part):
        name = local_name(child)
        try:
            if name == "numFmts":
                codes |= {int(one.get("numFmtId", "")): one.get("formatCode", "") for one in child}
            elif name == "cellXfs":
                numbers = [int(one.get("numFmtId", "0")) for one in child]
                formats = [number_format(number, codes.get(number)) for number in numbers]
        except ValueError as error:
            raise damaged(part) from error
    return formats
