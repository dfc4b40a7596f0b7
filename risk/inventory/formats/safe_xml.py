"""Reading XML, alone or in an archive, without what XML could do besides holding data."""

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Literal
from xml.etree.ElementTree import Element, ParseError, iterparse

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse as defused_iterparse

from risk.inventory.formats.archives import DAMAGE, Archive, damaged
from risk.inventory.refusals import FileRefused

_XML_NAMES = (".xml", ".rels", ".vml")


def local_name(element: Element) -> str:
    """An element's name without its namespace, of which workbooks have two dialects."""
    return _local(element.tag)


@lru_cache(maxsize=1_000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def local_attribute(element: Element, name: str) -> str:
    """The value of the attribute called so in any namespace, or nothing."""
    for key, value in element.attrib.items():
        if _local(key) == name:
            return value
    return ""


def _defused(source: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """The beginnings and ends of elements; raises where a document type or an entity stands."""
    events: Iterator[tuple[str, Element]] = defused_iterparse(
        source,
        events=("start", "end"),
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
    )
    return events


def refuse_document_types(archive: Archive) -> None:
    """Look at the beginning of every XML part: a document type or an entity refuses the file.

    They must stand before the first element, so that nothing of a part's content is read.
    """
    for name in archive.names:
        if name.casefold().endswith(_XML_NAMES):
            _refuse_document_type(archive, name)


def _refuse_document_type(archive: Archive, name: str) -> None:
    try:
        with archive.open(name) as source:
            next(_defused(source), None)
    except DefusedXmlException as error:
        raise FileRefused(
            "unsafe_xml",
            f"The file was not read: {name[:120]} declares a document type or an entity, which"
            " workbooks never need. Save the inventory as CSV and upload that.",
        ) from error
    except (ParseError, LookupError, *DAMAGE) as error:
        raise damaged(name) from error


def elements(
    archive: Archive, name: str, *, events: tuple[Literal["start", "end"], ...] = ("end",)
) -> Iterator[tuple[str, Element]]:
    """The events of one part as they are parsed.

    Raises:
        FileRefused: ``unsafe_xml``, or ``corrupt_archive`` where it is no XML.
    """
    _refuse_document_type(archive, name)
    try:
        with archive.open(name) as source:
            yield from iterparse(source, events=events)  # noqa: S314 - no document type, no entities
    except (ParseError, LookupError, *DAMAGE) as error:
        raise damaged(name) from error


def document_root(data: bytes) -> Element:
    """The first element of a document that is no part of an archive, with all below it.

    Raises:
        FileRefused: ``unsafe_xml`` where it declares a document type or an entity,
            ``corrupt_xml`` where it is no XML.
    """
    root: Element | None = None
    try:
        for _, element in _defused(io.BytesIO(data)):
            root = element if root is None else root
    except DefusedXmlException as error:
        raise FileRefused(
            "unsafe_xml",
            "The file was not read: it declares a document type or an entity, which status feeds"
            " never need.",
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise FileRefused("corrupt_xml", f"The file is no whole XML: {error}.") from error
    if root is None:
        raise FileRefused("corrupt_xml", "The file is no whole XML: it holds no element.")
    return root
