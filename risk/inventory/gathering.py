"""The records of a file by column: blocks that are plainly clean at once, others one by one.

A block is plainly clean if it holds no quote, no carriage return of its own, no blank line, and the
right number of fields on every line: then cells are what stands between the separators, and
pyarrow cuts them. Any other block goes through :func:`~risk.inventory.splitting.split_records`, so
both ways give the same cells. Rows of a workbook are gathered one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from risk.inventory.layout import Header
from risk.inventory.progress import Progress, unheard
from risk.inventory.refusals import FileRefused
from risk.inventory.splitting import Record, split_records

_FIRST_BLOCK = 1 << 16
_BLOCK = 1 << 22
_AT_ONCE = 20_000
#: Enough for the samples shown beside each header.
_FIRST_RECORDS = 200
_CODED = pa.dictionary(pa.int32(), pa.string())


@dataclass
class Records:
    """The records below the header, by column.

    ``columns`` hold the texts of the *sound* records, those of the right width without a fault, as
    codes into distinct texts; ``lines`` and ``positions`` say where these stand in the file.
    ``odd`` are the others, by position, and sound ones that hold lost bytes. ``first`` are the
    first records as they are. Blank lines and spaced quotes are in ``blank`` and ``spaced``: first
    line and number.
    """

    columns: list[pa.DictionaryArray] = field(default_factory=list)
    lines: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    positions: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    odd: dict[int, Record] = field(default_factory=dict)
    first: list[Record] = field(default_factory=list)
    blank: list[int] = field(default_factory=lambda: [0, 0])
    spaced: list[int] = field(default_factory=lambda: [0, 0])
    number: int = 0


def split_columns(
    text: str,
    delimiter: str,
    *,
    first_line: int,
    header: Header,
    most: int,
    progress: Progress = unheard,
    changed: Callable[[Record], Record] | None = None,
) -> Records:
    """Cut the records below ``header``; ``progress`` hears 0 to 1.

    ``changed`` is what is done to each record first.

    Raises:
        FileRefused: a quote never closes, or there are more than ``most`` records.
    """
    gathering = _Gathering(header.width, delimiter)
    for share, block in _blocks(text, delimiter, first_line, header.width, changed is None):
        progress(share)
        if isinstance(block, _CleanBlock):
            gathering.add_block(block)
        else:
            below = _below(block, header, gathering.found)
            gathering.add_records(below if changed is None else map(changed, below))
        if gathering.found.number > most:
            raise too_many_records(most)
    return gathering.finished()


def gather(records: Iterable[Record], width: int) -> Records:
    """The columns of records that were found by other means than splitting a text."""
    gathering, rest = _Gathering(width), iter(records)
    for batch in iter(lambda: list(islice(rest, _AT_ONCE)), []):
        gathering.add_records(batch)
    return gathering.finished()


def too_many_records(most: int) -> FileRefused:
    """Why a file with more than ``most`` records is not read."""
    return FileRefused(
        "too_many_records", f"The file has more than {most:,} records. Split it and upload parts."
    )


def _below(records: Iterable[Record], header: Header, found: Records) -> Iterator[Record]:
    """The records below the header; blank ones are counted and left out."""
    for record in records:
        if record.line <= header.line:
            continue
        if record.is_blank:
            _count(found.blank, record.line, record.lines)
            continue
        if record.spaced_quote:
            _count(found.spaced, record.line)
        yield record


@dataclass(frozen=True)
class _CleanBlock:
    """Sound records on consecutive lines from ``line``."""

    line: int
    table: pa.Table


class _Gathering:
    def __init__(self, width: int, delimiter: str = ",") -> None:
        self._delimiter = delimiter
        self._width = width
        self.found = Records()
        self._chunks: list[list[pa.DictionaryArray]] = [[] for _ in range(width)]
        self._lines: list[NDArray[np.int64]] = []
        self._positions: list[NDArray[np.int64]] = []

    def add_block(self, block: _CleanBlock) -> None:
        rows = block.table.num_rows
        for row in range(min(rows, _FIRST_RECORDS - len(self.found.first))):
            cells = tuple(column[row].as_py() for column in block.table.columns)
            text = self._delimiter.join(cells)
            self.found.first.append(Record(block.line + row, cells, text))
        for chunks, column in zip(self._chunks, block.table.columns, strict=True):
            chunks.extend(column.chunks)
        self._lines.append(np.arange(block.line, block.line + rows))
        self._positions.append(np.arange(self.found.number, self.found.number + rows))
        self.found.number += rows

    def add_records(self, records: Iterable[Record]) -> None:
        found = self.found
        cells: list[tuple[str, ...]] = []
        lines: list[int] = []
        positions: list[int] = []
        for position, record in enumerate(records, start=found.number):
            if len(found.first) < _FIRST_RECORDS:
                found.first.append(record)
            found.number += 1
            sound = record.fault is None and len(record.cells) == self._width
            lost = not record.text.isascii() and not _is_unicode(record.text)
            if lost or not sound:
                found.odd[position] = record
            if sound:
                cells.append(tuple(map(_without_lost, record.cells)) if lost else record.cells)
                lines.append(record.line)
                positions.append(position)
        if cells:
            for chunks, column in zip(self._chunks, zip(*cells, strict=True), strict=True):
                chunks.append(pa.array(column, pa.string()).dictionary_encode())
            self._lines.append(np.array(lines, np.int64))
            self._positions.append(np.array(positions, np.int64))

    def finished(self) -> Records:
        found = self.found
        for chunks in self._chunks:
            whole = pa.chunked_array(chunks, _CODED).unify_dictionaries()
            found.columns.append(whole.combine_chunks() if chunks else pa.array([], _CODED))
            chunks.clear()
        if self._lines:
            found.lines = np.concatenate(self._lines)
            found.positions = np.concatenate(self._positions)
        return found


def _count(noted: list[int], line: int, times: int = 1) -> None:
    noted[0] = noted[0] or line
    noted[1] += times


def _is_unicode(text: str) -> bool:
    """Whether there are no lone surrogates: bytes that were no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_lost(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode()


def _blocks(
    text: str, delimiter: str, first_line: int, width: int, at_once: bool
) -> Iterator[tuple[float, _CleanBlock | Sequence[Record]]]:
    """Blocks from first to last, each with the share of the text that lies before it."""
    position, line, size = 0, first_line, _FIRST_BLOCK
    while position < len(text):
        stop = _line_end(text, position + size)
        block = text[position:stop]
        clean = _clean_block(block, delimiter, width) if position and at_once else None
        if clean is not None:
            yield position / len(text), _CleanBlock(line, clean)
        else:
            stop, batches = _by_record(text, position, stop, delimiter, line, width)
            yield from ((position / len(text), batch) for batch in batches)
            block = text[position:stop]
        line += _lines_in(block)
        position, size = stop, _BLOCK


def _line_end(text: str, position: int) -> int:
    """The place after the line feed that follows ``position``, or the end of the text."""
    return text.find("\n", position) + 1 or len(text)


def _lines_in(block: str) -> int:
    return block.count("\n") + block.count("\r") - block.count("\r\n")


def _by_record(
    text: str, position: int, stop: int, delimiter: str, line: int, width: int
) -> tuple[int, Iterator[Sequence[Record]]]:
    """Where the block that begins at ``position`` really ends, and its records in batches.

    A quoted cell may reach beyond ``stop``, and a stray quote may swallow lines beyond it: then
    the block must grow until the answer no longer depends on where it ends.
    """
    while stop < len(text):
        try:
            records = list(
                split_records(text[position:stop], delimiter, first_line=line, width=width)
            )
        except FileRefused:
            stop = _line_end(text, stop + (stop - position))
            continue
        if not any(record.fault for record in records):
            return stop, iter([records])
        stop = len(text)
    rest = split_records(text[position:], delimiter, first_line=line, width=width)
    return stop, iter(lambda: list(islice(rest, _AT_ONCE)), [])


def _clean_block(block: str, delimiter: str, width: int) -> pa.Table | None:
    """The cells of a block that is plainly clean; None for any other."""
    if width < 2 or '"' in block or block[0] == "\ufeff" or not block.endswith("\n"):
        return None
    if block.count("\r") != block.count("\r\n") or not _is_unicode(block):
        return None
    data = block.encode()
    letters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    marks = np.searchsorted(np.flatnonzero(letters == ord(delimiter)), ends)
    if np.any(np.diff(marks, prepend=0) != width - 1):
        return None
    names = [str(index) for index in range(width)]
    table = csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(column_names=names, block_size=len(data) + 1),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, _CODED), strings_can_be_null=False
        ),
    )
    return None if _has_blank_row(table) else table


def _has_blank_row(table: pa.Table) -> bool:
    blank = np.ones(table.num_rows, bool)
    for column in table.columns:
        empty = np.concatenate([_is_blank(chunk) for chunk in column.chunks])
        blank &= empty
        if not blank.any():
            return False
    return True


def _is_blank(column: pa.DictionaryArray) -> NDArray[np.bool_]:
    texts = np.array([not text.strip() for text in column.dictionary.to_pylist()], bool)
    codes: NDArray[np.int32] = column.indices.to_numpy()
    return texts[codes]
