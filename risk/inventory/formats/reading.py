"""From the bytes of any file that can hold an inventory to one table of text cells.

Bytes decide what a file is, never its name. Every kind ends in the same
:class:`~risk.inventory.tables.Table`, so that columns are mapped, values validated and names
resolved in one way.
"""

import re
from collections.abc import Mapping

from risk.inventory.findings import Findings
from risk.inventory.formats.ciso_assistant import ciso_assistant_table, is_ciso_assistant
from risk.inventory.formats.cyclonedx import cyclonedx_table, is_cyclonedx
from risk.inventory.formats.dora import register_table
from risk.inventory.formats.marked_text import with_marks_removed
from risk.inventory.formats.packages import PackageKind, Unpack
from risk.inventory.formats.sheet_tables import sheet_table, visible_sheets
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.limits import Limits
from risk.inventory.progress import Progress, unheard
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.tables import Table, read_table

_ARCHIVE = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does, which every workbook is."""
    return _ARCHIVE.match(data) is not None


def read_table_of(
    data: bytes,
    *,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
    findings: Findings,
    limits: Limits,
    unpack: Unpack = unpack_here,
    progress: Progress = unheard,
) -> Table:
    """The table in ``data``: CSV and its kin, a workbook, a DORA register, a CycloneDX document.

    ``unpack`` opens archives; whoever reads files of strangers passes one that does it elsewhere.
    Raises :class:`FileRefused` if there is no table.
    """
    if len(data) <= limits.file_bytes:
        if is_archive(data):
            table = _table_of_package(data, chosen, questions, findings, limits, unpack)
            return with_marks_removed(table)
        if is_cyclonedx(data):
            return cyclonedx_table(data, findings=findings, limits=limits)
    table = read_table(
        data,
        chosen=chosen,
        questions=questions,
        findings=findings,
        limits=limits,
        progress=progress,
    )
    return with_marks_removed(table)


def _table_of_package(
    data: bytes,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
    findings: Findings,
    limits: Limits,
    unpack: Unpack,
) -> Table:
    package = unpack(data, limits)
    if package.kind is PackageKind.CSV_TABLES:
        return register_table(package.sheets, findings=findings, limits=limits)
    sheets = visible_sheets(package.sheets, findings)
    if not sheets:
        raise FileRefused(
            "no_records", "Every sheet of the workbook is hidden. Show the one to be read."
        )
    if is_ciso_assistant(sheets):
        return ciso_assistant_table(sheets, findings=findings, limits=limits)
    return sheet_table(sheets, chosen=chosen, questions=questions, findings=findings, limits=limits)
