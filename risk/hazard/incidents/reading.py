"""Reader of a status page's past: from bytes to incidents or service-days, or every problem.

What a file is stands in it, whatever it is called: XML is a feed, JSON one of the shapes that
providers publish, anything else a table that its header tells.
"""

import json
from typing import Any

from risk.hazard.incidents.documents import format_of, has_fields, read_document
from risk.hazard.incidents.feeds import read_feed
from risk.hazard.incidents.gathering import provider_name
from risk.hazard.incidents.maps import (
    OPENLOG,
    OPENLOG_FIELDS,
    IncidentMap,
    read_mapped,
    read_mapped_document,
    read_mapped_table,
)
from risk.hazard.incidents.records import FileFormat, HistoryFile, problem
from risk.hazard.incidents.tables import NotATable, read_table
from risk.inventory.formats.safe_xml import document_root, local_name
from risk.inventory.refusals import FileRefused

#: No status page publishes more.
LARGEST_FILE = 50_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_history(
    data: bytes,
    *,
    provider: str | None = None,
    file_format: FileFormat | None = None,
    mapped: IncidentMap | None = None,
) -> HistoryFile:
    """Read a file of a provider's past.

    Args:
        data: the file: a table (UTF-8, with or without byte order mark), JSON, Atom or RSS.
        provider: whom it is about, where its records name nobody.
        file_format: what it is; by default what it looks like.
        mapped: which field is what, in a table or JSON of another shape.

    Nothing is accepted from a file with problems. What is read but not used is in ``skipped``.
    """
    owner = provider_name(provider) if provider else None
    try:
        file = _read(data, owner, file_format, mapped)
    except (NotATable, FileRefused) as error:
        return _refused(HistoryFile(format=None, rows=0), "not_a_history", str(error))
    if file_format not in (None, FileFormat.MAPPED, file.format):
        sentence = f"The file is no {file_format}: it looks like {file.format}."
        return _refused(file, "other_format", sentence)
    return file


def _refused(file: HistoryFile, code: str, sentence: str) -> HistoryFile:
    return HistoryFile(format=file.format, rows=file.rows, problems=(problem(code, sentence),))


def _read(
    data: bytes, provider: str | None, wanted: FileFormat | None, mapped: IncidentMap | None
) -> HistoryFile:
    if len(data) > LARGEST_FILE:
        raise NotATable(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    if data.startswith(_UTF_16):
        # AWS publishes some of its files so.
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise NotATable("The file is not UTF-8 text, and not whole UTF-16.") from None
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"<":
        root = document_root(data)
        if local_name(root) not in ("feed", "rss", "RDF"):
            raise NotATable("The file is XML, and neither Atom nor RSS.")
        return read_feed(root, provider)
    if begins in (b"{", b"["):
        try:
            document = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise NotATable(f"The file begins like JSON and is none: {str(error)[:120]}.") from None
        if mapped is not None:
            return read_mapped_document(document, mapped, provider)
        return _document(document, provider)
    if mapped is not None:
        return read_mapped_table(data, mapped, provider)
    if wanted is FileFormat.MAPPED:
        raise NotATable("A file of another shape needs a map that says which field is what.")
    return read_table(data, provider=provider, file_format=wanted)


def _document(document: Any, provider: str | None) -> HistoryFile:
    if document == []:
        return HistoryFile(format=None, rows=0, notes=("The file lists no incident.",))
    if file_format := format_of(document):
        return read_document(file_format, document, provider)
    if has_fields(document, OPENLOG_FIELDS):
        return read_mapped(document, OPENLOG, provider, file_format=FileFormat.OPENLOG)
    raise NotATable(
        "The file is JSON of no known shape. Known are Statuspage's incidents.json, Google Cloud's "
        "incidents.json, AWS's data.json and openlog's list; for another one give a map that says "
        "which field is what."
    )
