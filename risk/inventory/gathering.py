"""The records of a file by column: blocks that are plainly clean at once, others one by one.

A block is plainly clean if it holds no quote, no carriage return of its own, no blank line, and the
right number of fields on every line: then cells are what stands between the separators, and
pyarrow cuts them. Any other block goes through :func:`~risk.inventory.splitting.split_records`, so
both ways give the same cells. Rows of a workbook are gathered one by one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from risk.inventory.layout import Header
from risk.inventory.progress import Progress
from risk.inventory.refusals import FileRefused
from risk.inventory.splitting import Record, line_ends, split_records

_FIRST_BLOCK = 1 << 16
_BLOCK = 1 << 22
_AT_ONCE = 20_000
#: A cell of the line below the header of a table in Markdown: ``---``, ``:---:``, ``===``.
_RULE = re.compile(r":?-{2,}:?|=+|[-+=]{3,}|[─━┼│]{2,}")
#: Enough for the samples shown beside each header.
_FIRST_RECORDS = 200
_CODED = pa.dictionary(pa.int32(), pa.string())


class Records:
    """The records below the header, by column.

    ``columns`` hold the texts of the *sound* records, those of the right width without a fault, as
    codes into distinct texts; ``lines`` and ``positions`` say where these stand in the file.
    ``odd`` are the others, by position, and sound ones that hold lost bytes. ``first`` are the
    first records as they are. Blank lines and spaced quotes are in ``blank`` and ``spaced``: first
    line and number.
    """

    def __init__(self, width: int) -> None:
        self.columns: list[pa.DictionaryArray] = []
        self.lines = np.empty(0, np.int64)
        self.positions = np.empty(0, np.int64)
        self.odd: dict[int, Record] = {}
        self.first: list[Record] = []
        self.blank = [0, 0]
        self.spaced = [0, 0]
        self.number = 0
        self._width = width
        self._chunks: list[list[pa.DictionaryArray]] = [[] for _ in range(width)]
        self._lines: list[NDArray[np.int64]] = []
        self._positions: list[NDArray[np.int64]] = []

    def add_block(self, line: int, table: pa.Table, delimiter: str) -> None:
        """Add sound records on consecutive lines from ``line``."""
        rows = table.num_rows
        for row in range(min(rows, _FIRST_RECORDS - len(self.first))):
            cells = tuple(column[row].as_py() for column in table.columns)
            self.first.append(Record(line + row, cells, delimiter.join(cells)))
        for chunks, column in zip(self._chunks, table.columns, strict=True):
            chunks.extend(column.chunks)
        self._lines.append(np.arange(line, line + rows))
        self._positions.append(np.arange(self.number, self.number + rows))
        self.number += rows

    def add_records(self, records: Iterable[Record]) -> None:
        """Add records one by one."""
        cells: list[tuple[str, ...]] = []
        places: list[tuple[int, int]] = []
        for position, record in enumerate(records, start=self.number):
            if len(self.first) < _FIRST_RECORDS:
                self.first.append(record)
            self.number += 1
            sound = record.fault is None and len(record.cells) == self._width
            lost = not record.text.isascii() and not _is_unicode(record.text)
            if lost or not sound:
                self.odd[position] = record
            if sound:
                whole = (cell.encode("utf-8", "replace").decode() for cell in record.cells)
                cells.append(tuple(whole) if lost else record.cells)
                places.append((record.line, position))
        if cells:
            for chunks, column in zip(self._chunks, zip(*cells, strict=True), strict=True):
                chunks.append(pa.array(column, pa.string()).dictionary_encode())
            lines, positions = np.array(places, np.int64).T
            self._lines.append(lines)
            self._positions.append(positions)

    def below(self, records: Iterable[Record], header: Header) -> Iterator[Record]:
        """The records below the header; blank ones are counted and left out."""
        for record in records:
            if record.line <= header.line or is_rule_below(record, header):
                continue
            if record.is_blank:
                _count(self.blank, record.line, record.lines)
                continue
            if record.spaced_quote:
                _count(self.spaced, record.line)
            yield record

    def finished(self) -> "Records":
        """The same once nothing is added any more."""
        for chunks in self._chunks:
            whole = pa.chunked_array(chunks, _CODED).unify_dictionaries()
            self.columns.append(whole.combine_chunks() if chunks else pa.array([], _CODED))
            chunks.clear()
        self.lines = np.concatenate([self.lines, *self._lines])
        self.positions = np.concatenate([self.positions, *self._positions])
        return self


def is_rule_below(record: Record, header: Header) -> bool:
    """Whether a record is the line of hyphens that parts the header of a drawn table from it."""
    if record.line != header.line + 1 or record.fault is not None:
        return False
    cells = [cell.strip() for cell in record.cells if cell.strip()]
    return bool(cells) and all(_RULE.fullmatch(cell) for cell in cells)


def _count(noted: list[int], line: int, times: int = 1) -> None:
    noted[0] = noted[0] or line
    noted[1] += times


def split_columns(
    text: str,
    delimiter: str,
    *,
    first_line: int,
    header: Header,
    most: int,
    progress: Progress,
    changed: Callable[[Record], Record] | None,
) -> Records:
    """Cut the records below ``header``; ``progress`` hears 0 to 1.

    ``changed`` is what is done to each record first.

    Raises:
        FileRefused: a quote never closes, or there are more than ``most`` records.
    """
    found = Records(header.width)
    for share, line, block in _blocks(text, delimiter, first_line, header.width, changed is None):
        progress(share)
        if isinstance(block, pa.Table):
            found.add_block(line, block, delimiter)
        else:
            below = found.below(block, header)
            found.add_records(below if changed is None else map(changed, below))
        if found.number > most:
            raise too_many_records(most)
    return found.finished()


def gather(records: Iterable[Record], width: int) -> Records:
    """The columns of records that were found by other means than splitting a text."""
    found, rest = Records(width), iter(records)
    for batch in iter(lambda: list(islice(rest, _AT_ONCE)), []):
        found.add_records(batch)
    return found.finished()


def too_many_records(most: int) -> FileRefused:
    """Why a file with more than ``most`` records is not read."""
    return FileRefused(
        "too_many_records", f"The file has more than {most:,} records. Split it and upload parts."
    )


def _is_unicode(text: str) -> bool:
    """Whether there are no lone surrogates: bytes that were no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _blocks(
    text: str, delimiter: str, first_line: int, width: int, at_once: bool
) -> Iterator[tuple[float, int, pa.Table | Sequence[Record]]]:
    """Blocks from first to last: the share of the text before it, its first line, its records."""
    position, line, size = 0, first_line, _FIRST_BLOCK
    while position < len(text):
        share = position / len(text)
        stop = _line_end(text, position + size)
        block = text[position:stop]
        clean = _clean_block(block, delimiter, width) if position and at_once else None
        if clean is not None:
            yield share, line, clean
        else:
            stop, batches = _by_record(text, position, stop, delimiter, line, width)
            yield from ((share, line, batch) for batch in batches)
            block = text[position:stop]
        line += line_ends(block)
        position, size = stop, _BLOCK


def _line_end(text: str, position: int) -> int:
    """The place after the line feed that follows ``position``, or the end of the text."""
    return text.find("\n", position) + 1 or len(text)


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
        whole = column.unify_dictionaries().combine_chunks()
        empty = np.array([not text.strip() for text in whole.dictionary.to_pylist()], bool)
        blank &= empty[whole.indices.to_numpy()]
        if not blank.any():
            return False
    return True
