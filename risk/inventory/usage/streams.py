"""Streams of a usage file: its bytes as rows, one at a time, and only the columns that are read.

CSV, JSON (an array, lines, one document), Parquet, each packed with gzip or not. Nothing is held
but the row at hand, so that a file of a million rows takes no more memory than one of ten.
"""

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from risk.inventory.refusals import FileRefused

UsageRow = Mapping[str, Any]

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_CHUNK = 1 << 20
#: A document that is no list of rows is held as a whole; this many characters of one are read.
MOST_CHARACTERS = 256 * 1024 * 1024
_BETWEEN = re.compile(r"[\s,]*")
_HEADER_BYTES = 256 * 1024


class _Bounded(io.RawIOBase):
    """A stream that gives at most ``most`` bytes: gzip makes much of a small file."""

    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner, self._left, self._most = inner, most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileRefused(
                "truncated_file", "The file is packed with gzip and ends too early. Copy it again."
            ) from error
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused(
                "file_too_large",
                f"A usage file may hold at most {self._most // 1024**3} GB. Split it by month;"
                " months are put together again.",
            )
        buffer[: len(data)] = data
        return len(data)


class _Utf8(io.RawIOBase):
    """A stream of text whose bytes that are no UTF-8 are replaced by the mark for them.

    The reader of tables would drop an odd row that has such bytes without a word.
    """

    def __init__(self, inner: io.RawIOBase) -> None:
        self._inner, self._held = inner, b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held:
            data = self._inner.read(_CHUNK)
            self._held = self._decoder.decode(data or b"", final=not data).encode()
            if not data:
                break
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size


@dataclass(frozen=True)
class Opened:
    """A usage file whose kind is known: ``csv``, ``json`` or ``parquet``, and its first names.

    ``names`` are the columns of a table, or the keys of the first JSON object, with those of what
    lies in it as ``data.results.amount``: lists are walked into at their first elements. ``inside``
    is the key under which a JSON document holds the list of rows.
    """

    source: BinaryIO
    kind: str
    names: frozenset[str]
    first: Any
    most_bytes: int
    inside: str | None = None

    def rows(self, columns: Collection[str]) -> Iterator[UsageRow | None]:
        """Every row with the ``columns`` that it has; None for one that is no row of the table."""
        self.source.seek(0)
        if self.kind == "parquet":
            yield from _parquet_rows(self.source, columns)
        elif self.kind == "csv":
            yield from _csv_rows(_unpacked(self.source, self.most_bytes), columns)
        else:
            for value in _json_values(_unpacked(self.source, self.most_bytes)):
                if self.inside is None:
                    yield value if isinstance(value, dict) else None
                    continue
                held = value.get(self.inside) if isinstance(value, dict) else None
                for one in held if isinstance(held, list) else (None,):
                    yield one if isinstance(one, dict) else None


def open_usage(source: BinaryIO, most_bytes: int) -> Opened | None:
    """The file in ``source``, or None if it is neither a table, JSON nor Parquet.

    Raises:
        FileRefused: ``truncated_file``, ``truncated_json``.
    """
    source.seek(0)
    begins = source.read(4)
    if begins == _PARQUET:
        source.seek(0)
        try:
            columns = pq.ParquetFile(source).schema_arrow.names
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _broken_parquet() from error
        return Opened(source, "parquet", frozenset(columns), None, most_bytes)
    source.seek(0)
    head = io.BufferedReader(_unpacked(source, most_bytes), _HEADER_BYTES).peek(_HEADER_BYTES)
    source.seek(0)
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text[:1] in ("{", "["):
        first = next(_json_values(_unpacked(source, most_bytes)), None)
        names = frozenset(_paths(first)) if first is not None else frozenset()
        return Opened(source, "json", names, first, most_bytes)
    try:
        header = next(csv.reader(io.StringIO(text)), [])
    except csv.Error:
        return None
    if len(header) < 2:
        return None
    return Opened(source, "csv", frozenset(name.strip() for name in header), None, most_bytes)


def _unpacked(source: BinaryIO, most: int) -> Any:
    source.seek(0)
    packed = source.read(2) == _GZIP
    source.seek(0)
    inner: Any = gzip.GzipFile(fileobj=source) if packed else source
    return _Bounded(inner, most)


def _paths(value: Any, before: str = "", depth: int = 0) -> Iterator[str]:
    """The keys of a JSON value as dotted paths."""
    if depth > 6:
        return
    if isinstance(value, list):
        for one in value[:3]:
            yield from _paths(one, before, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{before}{key}"
            if isinstance(inner, dict | list):
                yield from _paths(inner, f"{before}{key}.", depth + 1)


def _csv_rows(raw: io.RawIOBase, columns: Collection[str]) -> Iterator[UsageRow | None]:
    buffered = io.BufferedReader(_Utf8(raw), _CHUNK)
    skip = len(codecs.BOM_UTF8) if buffered.peek(3)[:3] == codecs.BOM_UTF8 else 0
    buffered.read(skip)
    line = buffered.readline()
    while line and not line.strip():
        line = buffered.readline()
    try:
        written = next(csv.reader([line.decode("utf-8", "replace")]))
    except csv.Error as error:
        raise _broken_table() from error
    named = [name.strip() for name in written]
    # Of two columns of one name the first is read.
    header = [f"{n}\0{i}" if n in named[:i] else n for i, n in enumerate(named)]
    odd = 0

    def note(_: Any) -> str:
        nonlocal odd
        odd += 1
        return "skip"

    wanted = [name for name in header if name in columns]
    try:
        batches = pa_csv.open_csv(
            pa.PythonFile(buffered, mode="r"),
            read_options=pa_csv.ReadOptions(
                column_names=header, block_size=4 * _CHUNK, use_threads=False
            ),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        for batch in batches:
            for _ in range(odd):
                yield None
            odd = 0
            texts = [column.to_pylist() for column in batch.columns]
            for cells in zip(*texts, strict=True):
                yield dict(zip(wanted, cells, strict=True))
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise _broken_table() from error
    for _ in range(odd):
        yield None


def _broken_table() -> FileRefused:
    return FileRefused(
        "not_csv", "The table cannot be read to its end. Export it again as CSV UTF-8."
    )


def _parquet_rows(source: BinaryIO, columns: Collection[str]) -> Iterator[UsageRow | None]:
    try:
        file = pq.ParquetFile(source)
        wanted = [name for name in file.schema_arrow.names if name in columns]
        for batch in file.iter_batches(batch_size=20_000, columns=wanted):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken_parquet() from error


def _broken_parquet() -> FileRefused:
    return FileRefused("truncated_file", "The Parquet file cannot be read. Export it again.")


def _json_values(raw: io.RawIOBase) -> Iterator[Any]:
    """The objects of a JSON array, of lines, or the one document. Numbers keep every digit.

    Raises:
        FileRefused: ``truncated_json`` where the last one is not whole, or something is no JSON.
    """
    reader = io.TextIOWrapper(io.BufferedReader(raw, _CHUNK), "utf-8-sig", errors="replace")
    decoder = json.JSONDecoder(parse_float=Decimal)
    text, place, size = reader.read(_CHUNK), 0, _CHUNK
    place = len(text) - len(text.lstrip())
    is_list = text[place : place + 1] == "["
    place += is_list
    while True:
        found = _BETWEEN.match(text, place)
        place = found.end() if found else place
        ended = is_list and text[place : place + 1] == "]"
        if ended:
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            more = "" if isinstance(error, RecursionError) else reader.read(size)
            if not more:
                if place >= len(text) and not is_list:
                    return
                raise FileRefused(
                    "truncated_json",
                    "The JSON is not whole: it ends too early, or something in it is no JSON."
                    " Export it again.",
                ) from error
            text, place = text[place:] + more, 0
            size = min(2 * size, MOST_CHARACTERS)
            if len(text) > MOST_CHARACTERS:
                raise FileRefused(
                    "file_too_large",
                    "One JSON document holds too much to be read at once. Export fewer days at a"
                    " time, or as JSON lines.",
                ) from error
            continue
        size = _CHUNK
        yield value
        if place > _CHUNK:
            text, place = text[place:] + reader.read(_CHUNK), 0
