"""From the bytes of a status page's past to incidents or service-days, or every problem at once.

What a file is stands in it, whatever it is called: XML is a feed, JSON one of the shapes that
providers publish, anything else a table that its header tells.
"""

import json
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from risk.hazard.incidents.cells import NotATable, provider_name, rows_of
from risk.hazard.incidents.clouds import is_aws, is_google_cloud, read_aws, read_google_cloud
from risk.hazard.incidents.feeds import is_incident_io, read_incident_io, read_statuspage_feed
from risk.hazard.incidents.file_results import FileFormat, HistoryFile
from risk.hazard.incidents.maps import (
    OPENLOG,
    IncidentMap,
    is_openlog,
    read_mapped,
    read_mapped_document,
    read_mapped_table,
)
from risk.hazard.incidents.own_table import is_own_table, read_own_table
from risk.hazard.incidents.stage_tables import read_table
from risk.hazard.incidents.statuspage import is_statuspage, read_statuspage
from risk.inventory.formats.safe_xml import document_root, local_name
from risk.inventory.intake_results import Problem
from risk.inventory.refusals import FileRefused

#: No status page publishes more.
LARGEST_FILE = 50_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TABLES = (FileFormat.INCIDENT_STAGES, FileFormat.UPTIME_DAYS)

_Reader = Callable[[Any, str | None], HistoryFile]
#: In the order in which they are tried; none takes what another one would.
_JSON_SHAPES: tuple[tuple[FileFormat, Callable[[Any], bool], _Reader], ...] = (
    (FileFormat.STATUSPAGE_JSON, is_statuspage, read_statuspage),
    (FileFormat.AWS, is_aws, lambda found, _: read_aws(found)),
    (FileFormat.GOOGLE_CLOUD, is_google_cloud, lambda found, _: read_google_cloud(found)),
    (
        FileFormat.OPENLOG,
        is_openlog,
        lambda found, who: read_mapped(found, OPENLOG, who, file_format=FileFormat.OPENLOG),
    ),
)


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
        problem = Problem(code="not_a_history", line=0, column=None, value=None, message=str(error))
        return HistoryFile(format=None, rows=0, problems=(problem,))
    if file_format not in (None, FileFormat.MAPPED, file.format):
        sentence = f"The file is no {file_format}: it looks like {file.format}."
        problem = Problem(code="other_format", line=0, column=None, value=None, message=sentence)
        return HistoryFile(format=file.format, rows=file.rows, problems=(problem,))
    return file


def _read(
    data: bytes, provider: str | None, wanted: FileFormat | None, mapped: IncidentMap | None
) -> HistoryFile:
    if len(data) > LARGEST_FILE:
        raise NotATable(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    if data.startswith(_UTF_16):
        data = _from_utf_16(data)
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"<":
        return _feed(document_root(data), provider)
    if begins in (b"{", b"["):
        document = _json(data)
        if mapped is not None:
            return read_mapped_document(document, mapped, provider)
        return _document(document, provider)
    if mapped is not None:
        return read_mapped_table(data, mapped, provider)
    if wanted is FileFormat.MAPPED:
        raise NotATable("A file of another shape needs a map that says which field is what.")
    header, rows = rows_of(data)
    if is_own_table(header):
        return read_own_table(list(rows))
    return read_table(data, provider=provider, file_format=wanted if wanted in _TABLES else None)


def _from_utf_16(data: bytes) -> bytes:
    """AWS publishes some of its files so."""
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise NotATable("The file is not UTF-8 text, and not whole UTF-16.") from None


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotATable(f"The file begins like JSON and is none: {str(error)[:120]}.") from None


def _document(document: Any, provider: str | None) -> HistoryFile:
    if document == []:
        return HistoryFile(format=None, rows=0, notes=("The file lists no incident.",))
    for _, fits, read in _JSON_SHAPES:
        if fits(document):
            return read(document, provider)
    raise NotATable(
        "The file is JSON of no known shape. Known are Statuspage's incidents.json, Google Cloud's "
        "incidents.json, AWS's data.json and openlog's list; for another one give a map that says "
        "which field is what."
    )


def _feed(root: Element, provider: str | None) -> HistoryFile:
    if local_name(root) not in ("feed", "rss", "RDF"):
        raise NotATable("The file is XML, and neither Atom nor RSS.")
    if is_incident_io(root):
        return read_incident_io(root, provider)
    return read_statuspage_feed(root, provider)
