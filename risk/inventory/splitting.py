"""Splitting of text into records of cells, with the line on which each record began.

Quoting is strict: a quote that is stray spoils its record, and reading resumes at the next line
that has the right number of fields, be it a sound record or one with a stray quote of its own. CR,
LF and CRLF end a record; no other character does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from risk.inventory.refusals import FileRefused

DELIMITERS = (",", ";", "\t", "|")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_NEWLINES = re.compile(r"[\r\n]+")
_SEPARATOR_LINE = re.compile(r"\A\"?sep=(.)\1*\"?[ \t]*(?:\r\n|\r|\n|\Z)", re.I)
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_RECORDS = 60


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line (from 1), cells, text as in the file, and what spoils it.

    Empty lines that follow each other are one blank record of so many ``lines``.
    """

    line: int
    cells: tuple[str, ...]
    text: str
    fault: str | None = None
    spaced_quote: bool = False
    lines: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether every cell is empty or space."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class _Parsed:
    cells: tuple[str, ...]
    end: int
    stray: bool = False
    spaced: bool = False
    open_at: int | None = None


class Dialect:
    """The field and line patterns of one delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter)
        self.quoted = re.compile(r'( *)"((?:[^"]++|"")*+)"')
        self.special = re.compile(rf'["\r\n{mark}]')
        self.opening = re.compile(r' *"')

    def parse(self, text: str, position: int) -> _Parsed:
        """The record that begins at ``position``; ``end`` is before its line end."""
        cells: list[str] = []
        spaced = False
        while True:
            opening = self.opening.match(text, position)
            if opening:
                quoted = self.quoted.match(text, position)
                if quoted is None:
                    return _Parsed(tuple(cells), len(text), open_at=opening.end() - 1)
                spaced = spaced or bool(quoted[1])
                cells.append(quoted[2].replace('""', '"') if '""' in quoted[2] else quoted[2])
                position = quoted.end()
            else:
                end = self.special.search(text, position)
                stop = end.start() if end else len(text)
                cells.append(text[position:stop])
                position = stop
            if position == len(text) or text[position] in "\r\n":
                return _Parsed(tuple(cells), position, spaced=spaced)
            if text[position] != self.delimiter:
                return _Parsed(tuple(cells), position, stray=True)
            position += 1


def separator_line(text: str) -> tuple[str | None, str]:
    """Excel's ``sep=`` line: its delimiter and the text after it, or None and the text itself."""
    match = _SEPARATOR_LINE.match(text)
    if match is None or match[1] not in DELIMITERS:
        return None, text
    return match[1], text[match.end() :]


def split_records(
    text: str, delimiter: str, *, first_line: int = 1, width: int | None = None
) -> Iterator[Record]:
    """The records of ``text``, blank ones included.

    ``width`` is the right number of fields; by default that of the first record that is not
    blank. Raises :class:`FileRefused` (``unterminated_quote``) for a quote that never closes.
    """
    dialect = Dialect(delimiter)
    position, line = 0, first_line
    while position < len(text):
        empty = _NEWLINES.match(text, position)
        if empty:
            lines = line_ends(empty.group())
            yield Record(line, ("",), "", lines=lines)
            line, position = line + lines, empty.end()
            continue
        newline = _NEWLINE.search(text, position)
        end = newline.start() if newline else len(text)
        physical = text[position:end]
        lines = 1
        if '"' not in physical:
            record = Record(line, tuple(physical.split(delimiter)), physical)
        else:
            record, end = _quoted_record(text, position, line, dialect, width)
            lines = _lines(text, position, end)
        if width is None and not record.is_blank and record.fault is None:
            width = len(record.cells)
        yield record
        line += lines
        after = _NEWLINE.match(text, end)
        position = after.end() if after else len(text)


def _quoted_record(
    text: str, position: int, line: int, dialect: Dialect, width: int | None
) -> tuple[Record, int]:
    parsed = dialect.parse(text, position)
    if parsed.open_at is not None:
        opened = line + _lines(text, position, parsed.open_at) - 1
        raise FileRefused(
            "unterminated_quote",
            f'Line {opened}: a quote opens here and never closes. Close it, or write "" for a'
            " quote inside a quoted cell.",
            line=opened,
            value=text[parsed.open_at : parsed.open_at + 200],
        )
    if not parsed.stray:
        body = text[position : parsed.end]
        return Record(line, parsed.cells, body, spaced_quote=parsed.spaced), parsed.end
    end = _resume(text, position, parsed.end, dialect, width)
    body = text[position:end]
    cells = _as_they_stand(body, dialect.delimiter, width) or parsed.cells
    return Record(line, cells, body, fault="bad_quoting"), end


def _as_they_stand(body: str, delimiter: str, width: int | None) -> tuple[str, ...]:
    """The cells of a spoilt record, to be corrected: nothing that stands in it is lost.

    They are cut at the delimiters outside quotes, or at all of them, whichever gives ``width``
    cells; else the whole record is one. Nothing for a text too long to be corrected by hand.
    """
    if len(body) > _SAMPLE_CHARACTERS:
        return ()
    fields: list[list[str]] = [[]]
    for place, piece in enumerate(body.split('"')):
        parts = [piece] if place % 2 else piece.split(delimiter)
        fields[-1] += ['"', parts[0]] if place else [parts[0]]
        fields += [[part] for part in parts[1:]]
    for cells in (["".join(parts) for parts in fields], body.split(delimiter)):
        if len(cells) == width:
            return tuple(map(_without_quotes, cells))
    return (body,)


def _without_quotes(cell: str) -> str:
    inner = cell.strip()
    whole = len(inner) > 1 and inner.startswith('"') and inner.endswith('"')
    return inner[1:-1].replace('""', '"') if whole else cell


def _resume(text: str, position: int, stray_at: int, dialect: Dialect, width: int | None) -> int:
    """The end of a spoilt record: before the next line that has ``width`` fields.

    ``stray_at`` is where the stray quote was met. Blank lines before the line found are left to be
    read, and skipped, as blank lines.
    """
    blank_from: int | None = None
    newline = _NEWLINE.search(text, position)
    while newline is not None and newline.end() < len(text):
        start = newline.end()
        following = _NEWLINE.search(text, start)
        line = text[start : following.start() if following else len(text)]
        parsed = dialect.parse(text, start)
        if parsed.open_at is not None and start > stray_at:
            # Nothing before could have opened this quote: it never closes, and is named.
            return newline.start()
        if line.strip():
            if parsed.open_at is None and _is_right(parsed, line, dialect.delimiter, width):
                return newline.start() if blank_from is None else blank_from
            blank_from = None
        elif blank_from is None:
            blank_from = newline.start()
        newline = following
    if blank_from is not None:
        return blank_from
    return newline.start() if newline is not None else len(text)


def _is_right(parsed: _Parsed, line: str, delimiter: str, width: int | None) -> bool:
    """Whether a record that begins on ``line`` has ``width`` fields, its stray quotes aside."""
    if width is None:
        return True
    if not parsed.stray:
        return len(parsed.cells) == width
    outside_quotes = sum(part.count(delimiter) for part in line.split('"')[::2])
    return width in (line.count(delimiter) + 1, outside_quotes + 1)


def line_ends(text: str) -> int:
    """How many lines end in ``text``."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _lines(text: str, start: int, end: int) -> int:
    """How many lines the record from ``start`` to ``end`` takes."""
    return 1 + line_ends(text[start:end])


def sample_records(text: str, delimiter: str) -> tuple[Record, ...]:
    """The first records of ``text``, for finding the delimiter and the header."""
    sample = text[:_SAMPLE_CHARACTERS]
    records: list[Record] = []
    try:
        for record in split_records(sample, delimiter):
            records.append(record)
            if len(records) == _SAMPLE_RECORDS:
                return tuple(records)
    except FileRefused:
        # The sample may end inside a quoted cell; the whole file is judged when it is split.
        return tuple(records)
    return tuple(records if len(sample) == len(text) else records[:-1] or records)
