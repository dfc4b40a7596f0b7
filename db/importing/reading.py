"""Reading a file's bytes into rows, and telling two readings apart."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from db.importing.unpacking import unpack_apart
from db.plugins import READERS, translated
from risk.inventory.intake import read_inventory
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.mapping import Columns, Remembered
from risk.inventory.observed import Known, read_usage
from risk.inventory.progress import Progress, unheard
from risk.inventory.refusals import FileRefused
from risk.inventory.resolution import Resolver
from risk.inventory.rows import InventoryRow, InventoryRows, combined
from risk.inventory.usage.adding import usage_format

_NAMES = ("provider", "model", "host", "fallback_provider")


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """A file and how to read it: its columns, answers to questions, whether cells list products.

    ``day`` is the day that it is of; None: that of its import. ``by_hand``: the program wrote it of
    what somebody stated here, so that it only adds and is no month of any file. ``files`` are those
    of a log or a bill that are too large to be held, or its parts; then ``data`` is empty.
    """

    data: bytes
    file_name: str
    files: tuple[Path, ...] = ()
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None
    split_products: bool = False
    day: date | None = None
    by_hand: bool = False

    @contextmanager
    def opened(self) -> Iterator[list[BinaryIO]]:
        """The bytes, as streams."""
        with ExitStack() as stack:
            if self.files:
                yield [stack.enter_context(path.open("rb")) for path in self.files]
            else:
                yield [BytesIO(self.data)]

    @property
    def options(self) -> dict[str, Any]:
        """What was answered, as the batch keeps it."""
        told = {"assume": dict(self.assume or {}), "split_products": self.split_products}
        return told if self.day is None else {**told, "day": self.day.isoformat()}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file says. Equal ``digest``: same bytes, mapping, answers and reading of names.

    ``resolver`` holds the names that were known when it was read. ``revision`` is that of the
    portfolio that a log or a bill was read against, None for an inventory.
    """

    request: ImportRequest
    resolver: Resolver
    intake: IntakeResult
    file_digest: str
    digest: str
    revision: int | None = None

    @property
    def is_publishable(self) -> bool:
        """Whether no question is open and at least one record was accepted."""
        return self.intake.outcome in (Outcome.ACCEPT, Outcome.PARTIAL) and bool(self.intake.rows)


def read_file(
    request: ImportRequest,
    resolver: Resolver,
    progress: Progress = unheard,
    remembered: Remembered | None = None,
    *,
    today: date | None = None,
) -> Reading:
    """Read an inventory with the names that ``resolver`` knows; ``progress`` hears 0 to 1.

    ``remembered`` is asked for a mapping if the request has none; it is in the reading's request.
    ``today`` as for :func:`~risk.inventory.intake.read_inventory`.
    """
    asked = request.mapping

    def mapping_of(header: Sequence[str]) -> Columns | None:
        nonlocal asked
        asked = remembered(header) if remembered is not None else None
        return asked

    plain = translated(READERS, request.data)
    intake = read_inventory(
        plain.data,
        file_name=request.file_name,
        resolver=resolver,
        mapping=request.mapping,
        assume=request.assume,
        split_products=request.split_products,
        progress=progress,
        unpack=unpack_apart,
        remembered=mapping_of,
        today=today,
    )
    told = tuple(
        Problem(code="plugin_left_out", line=0, column=None, value=None, message=one)
        for one in plain.left_out
    )
    intake = replace(intake, problems=(*told, *intake.problems))
    return _told_apart(replace(request, mapping=asked), resolver, intake)


def usage_format_of(request: ImportRequest) -> str | None:
    """The format of a log or a bill of language models; None if the file is neither."""
    with request.opened() as sources:
        try:
            found = usage_format(sources[0])
        except FileRefused:
            return None
    return None if found is None else found.name


def read_usage_file(
    request: ImportRequest,
    resolver: Resolver,
    *,
    startups: Sequence[str],
    known: Known,
    remembered: Mapping[str, str],
    revision: int | None,
    today: date,
) -> Reading:
    """Read a log or a bill against what is ``known`` at a ``revision`` of the portfolio.

    ``remembered`` are answers to earlier files of its kind, which hold unless it is answered anew.
    """
    with request.opened() as sources:
        intake = read_usage(
            sources,
            file_name=request.file_name,
            resolver=resolver,
            startups=startups,
            known=known,
            assume={**remembered, **(request.assume or {})},
            today=today,
        )
    return replace(_told_apart(request, resolver, intake), revision=revision)


def _told_apart(request: ImportRequest, resolver: Resolver, intake: IntakeResult) -> Reading:
    """The reading with the digests that tell it from others."""
    file_digest = _digest(request)
    identity = {
        "file": file_digest,
        "mapping": dict(intake.mapping),
        "options": request.options,
        "names": sorted({json.dumps(_names_as_read(row)) for row in _each_name(intake.rows)}),
    }
    text = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return Reading(
        request=request,
        resolver=resolver,
        intake=intake,
        file_digest=file_digest,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _digest(request: ImportRequest) -> str:
    digest = hashlib.sha256()
    with request.opened() as sources:
        for source in sources:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _each_name(rows: InventoryRows) -> Iterable[InventoryRow]:
    """A row for every combination of names."""
    _, first = combined([rows.identities(name) for name in _NAMES])
    return (rows[place] for place in first.tolist())


def _names_as_read(row: InventoryRow) -> tuple[str | None, ...]:
    """Part of the digest: after a new alias the same file says something else."""
    read = row.resolution
    fallback = row.fallback_resolution
    return (
        *(getattr(row, name) for name in _NAMES),
        read.answer,
        read.developer,
        read.host,
        read.product,
        fallback.developer if fallback else None,
        fallback.host if fallback else None,
    )
