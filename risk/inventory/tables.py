"""One header and the columns below it: from the bytes of a text, or from records of a document."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pyarrow as pa

from risk.inventory.columns import COLUMNS, INVISIBLE_IN_HEADER, LOST_BYTES, REQUIRED, header_key
from risk.inventory.decoding import decode
from risk.inventory.gathering import (
    Records,
    gather,
    is_rule_below,
    split_columns,
    too_many_records,
)
from risk.inventory.layout import Header, find_delimiter, find_header, refuse_markup
from risk.inventory.mapping import columns_in_use
from risk.inventory.progress import Progress
from risk.inventory.refusals import Context, FileRefused
from risk.inventory.rejects import as_written, own_columns
from risk.inventory.splitting import Record, sample_records, separator_line, split_records

_SAMPLES = 3
_ORDER = (*REQUIRED, "use_case", *(name for name in COLUMNS if name not in (*REQUIRED, "use_case")))
_EMPTY_LINE = "An empty line was skipped; write the record that is missing there, if one is."


@dataclass(frozen=True)
class Table:
    """The header as shown, the records below it by column, and which of the columns were kept.

    ``again`` gives the records once more as they stand in the file, one by one. ``format`` is the
    kind of file: csv (whatever parts its cells), xlsx, dora, ciso_assistant or cyclonedx.
    """

    header: tuple[str, ...]
    header_line: int
    width: int
    kept: tuple[int, ...]
    records: Records
    again: Callable[[], Iterator[Record]]
    format: str = "csv"

    @property
    def columns(self) -> tuple[pa.DictionaryArray, ...]:
        """The texts of the sound records under ``header``."""
        return tuple(self.records.columns[index] for index in self.kept)

    def row_cells(self, row: int) -> tuple[str, ...]:
        """The cells of one sound record under ``header``."""
        return tuple(column[row].as_py() for column in self.columns)

    def records_at(self, positions: Collection[int]) -> dict[int, Record]:
        """Some records as they stand in the file, by position; takes a pass through it."""
        wanted, found = set(positions), dict[int, Record]()
        if wanted:
            for position, record in enumerate(self.again()):
                if position in wanted:
                    found[position] = record
                    if len(found) == len(wanted):
                        break
        return found

    def cells(self, record: Record) -> tuple[str, ...]:
        """The cells of a record of the right width under ``header``."""
        if len(self.kept) == self.width:
            return record.cells
        return tuple(record.cells[index] for index in self.kept)

    def cells_to_correct(self, record: Record) -> tuple[str, ...]:
        """The cells of a refused record, under ``header`` where their number allows it."""
        return self.cells(record) if len(record.cells) == self.width else record.cells

    def samples(self, at_most: int = _SAMPLES) -> Mapping[str, tuple[str, ...]]:
        """For every header its first cells that are not empty, shortened."""
        found: dict[str, list[str]] = {name: [] for name in self.header}
        for record in self.records.first:
            if len(record.cells) != self.width:
                continue
            for name, cell in zip(self.header, self.cells(record), strict=True):
                text = LOST_BYTES.sub("\ufffd", " ".join(cell[:400].split())[:80])
                if text and len(found[name]) < at_most:
                    found[name].append(text)
        return {name: tuple(cells) for name, cells in found.items()}

    def changed(self, change: Callable[[Record], Record]) -> "Table":
        """The table with ``change`` done to each record."""

        def again() -> Iterator[Record]:
            return map(change, self.again())

        return replace(self, records=gather(again(), self.width), again=again)


def read_table(data: bytes, context: Context, progress: Progress) -> Table:
    """The table in ``data``. Raises :class:`FileRefused` if there is none."""
    decoded = decode(data, questions=context.questions, limits=context.limits)
    if decoded.double_mark:
        context.findings.warn(
            "double_bom",
            1,
            "The file begins with its byte order mark twice; save it again as CSV UTF-8.",
        )
    if decoded.joined:
        context.findings.warn(
            "halves_joined",
            1,
            "Some characters were written as two halves (CESU-8), as databases export them; they"
            " were put together. Export the file as CSV UTF-8.",
        )
    if not decoded.text.strip():
        raise FileRefused("empty_file", "The file is empty. Save the inventory again as CSV.")
    refuse_markup(decoded.text)
    separator, text = separator_line(decoded.text)
    first_line = 1 if separator is None else 2
    delimiter = separator or find_delimiter(text, context.chosen)
    header = _checked_header(_header(text, delimiter, first_line, context), context)
    changed = _as_written if own_columns(header.cells) else None
    records = split_columns(
        text,
        delimiter,
        first_line=first_line,
        header=header,
        most=context.limits.records,
        progress=progress,
        changed=changed,
    )
    _say_what_was_skipped(records, context)
    if not records.number:
        raise _no_records(header)
    split = partial(split_records, text, delimiter, first_line=first_line, width=header.width)

    def again() -> Iterator[Record]:
        below = (
            one
            for one in split()
            if one.line > header.line and not one.is_blank and not is_rule_below(one, header)
        )
        return below if changed is None else map(changed, below)

    return _without_empty_columns(header, records, again, context)


def _as_written(record: Record) -> Record:
    return replace(record, cells=tuple(map(as_written, record.cells)))


def _say_what_was_skipped(records: Records, context: Context) -> None:
    spaced = "A space before an opening quote was left out; write the quote right after the mark."
    said = (
        (records.blank, "blank_records", _EMPTY_LINE),
        (records.spaced, "space_before_quote", spaced),
    )
    for (line, times), code, message in sorted(said):
        if times:
            context.findings.warn(code, line, message, times=times)


def table_below(header: Header, records: Sequence[Record], context: Context) -> Table:
    """The table of records that were found by other means than splitting a text.

    Raises :class:`FileRefused` for a header that cannot stand, and where no record is below it.
    """
    header = _checked_header(header, context)
    if not records:
        raise _no_records(header)
    if len(records) > context.limits.records:
        raise too_many_records(context.limits.records)
    gathered = gather(records, header.width)
    return _without_empty_columns(header, gathered, lambda: iter(records), context)


@dataclass(frozen=True, kw_only=True)
class DerivedRow:
    """One record: canonical column → text. ``line`` is where the document says it.

    ``spoilt`` are the cells of a row that could not be read; its record is refused.
    """

    line: int
    values: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None
    fault_at: str = ""
    spoilt: tuple[str, ...] | None = None


def derived_table(rows: Sequence[DerivedRow], nothing: str, context: Context) -> Table:
    """The table of what a document says, with those of our own columns that any row fills.

    ``startup`` is a column only if the document names the dependent company: otherwise the reader
    is asked for it. Raises :class:`FileRefused` (``no_records``, saying ``nothing``) without rows.
    """
    if not rows:
        raise FileRefused("no_records", nothing)
    filled = {name for row in rows for name, text in row.values.items() if text.strip()}
    if all(row.spoilt is not None for row in rows):
        # Nothing could be read of any row, which says nothing about its columns.
        filled = set(REQUIRED)
    columns = tuple(name for name in _ORDER if name in filled or name == "provider")
    records = [_derived(row, columns) for row in rows]
    header = Header(0, columns, Record(0, columns, ",".join(columns)))
    return table_below(header, records, context)


def _derived(row: DerivedRow, columns: tuple[str, ...]) -> Record:
    if row.spoilt is not None:
        # A record whose number of cells is wrong is refused as such.
        cells = row.spoilt if len(row.spoilt) != len(columns) else (*row.spoilt, "")
        return Record(row.line, cells, ", ".join(row.spoilt), fault=row.fault)
    cells = tuple(row.values.get(name, "") for name in columns)
    text = row.fault_at or ", ".join(cell for cell in cells if cell)
    return Record(row.line, cells, text, fault=row.fault)


def _no_records(header: Header) -> FileRefused:
    return FileRefused(
        "no_records",
        "The file has a header and nothing below it. Add a line for each dependency.",
        line=header.line,
    )


def _header(text: str, delimiter: str, first_line: int, context: Context) -> Header:
    sample = [record for record in sample_records(text, delimiter) if not record.is_blank]
    if not sample:
        everything = split_records(text, delimiter)
        sample = [record for record in everything if not record.is_blank][:1]
    if not sample:
        raise FileRefused("empty_file", "The file holds nothing but empty cells.")
    header = find_header(sample, context)
    if header.record.fault is not None:
        line = header.line + first_line - 1
        raise FileRefused(
            "missing_columns",
            f"Line {line}: a quote stands inside the header where none may, so its columns cannot"
            ' be told apart. Remove it, or write "" for a quote inside a quoted cell.',
            line=line,
            value=header.record.text,
        )
    above = header.line - 1 if header.record is sample[0] else 0
    return Header(header.line + first_line - 1, header.cells, header.record, above)


def _checked_header(header: Header, context: Context) -> Header:
    """The header with a number behind a name that stands twice where nobody uses it.

    Raises :class:`FileRefused` for a header that cannot stand.
    """
    findings, limits = context.findings, context.limits
    in_use = columns_in_use(header.cells, context.chosen)
    names: list[str] = []
    if header.width > limits.columns:
        raise FileRefused(
            "too_many_columns",
            f"The file has {header.width} columns; at most {limits.columns} are read."
            " Remove those that say nothing about who depends on whom.",
            line=header.line,
        )
    if header.blank_above:
        first_line = header.line - header.blank_above
        findings.warn("blank_records", first_line, _EMPTY_LINE, times=header.blank_above)
    seen: set[str] = set()
    for shown, cell in zip(header.cells, header.record.cells, strict=True):
        if len(cell) > limits.cell_characters:
            raise FileRefused(
                "not_csv",
                f"Line {header.line}: a header has more than {limits.cell_characters:,} characters,"
                " so this is no table. Save the inventory again as CSV.",
                line=header.line,
                value=cell,
            )
        key = header_key(cell)
        if key and key in seen and key not in in_use:
            number = 2
            while header_key(f"{shown} ({number})") in seen:
                number += 1
            names.append(f"{shown} ({number})")
            seen.add(header_key(names[-1]))
            findings.warn(
                "header_renamed",
                header.line,
                f"Line {header.line}: the header {shown[:80]!r} stands twice; the later column is"
                f" called {names[-1][:90]!r} here.",
                value=shown,
            )
            continue
        names.append(shown)
        if key and key in seen:
            raise FileRefused(
                "duplicate_header",
                f"Line {header.line}: the header {shown!r} stands twice. Rename or remove one.",
                line=header.line,
                value=shown,
            )
        seen.add(key)
        if INVISIBLE_IN_HEADER.search(cell):
            findings.warn(
                "header_cleaned",
                header.line,
                f"Invisible characters were removed from the header {shown!r}; type it again.",
                value=shown,
            )
    return replace(header, cells=tuple(names))


def _without_empty_columns(
    header: Header, records: Records, again: Callable[[], Iterator[Record]], context: Context
) -> Table:
    unnamed = [index for index, cell in enumerate(header.cells) if not cell]
    for index in unnamed:
        _refuse_unnamed(index, header, records)
        context.findings.warn(
            "empty_column_dropped",
            header.line,
            f"Column {index + 1} has no header and no data; it was left out. Name it to use it.",
            value=str(index + 1),
        )
    kept = tuple(index for index in range(header.width) if index not in unnamed)
    return Table(
        header=tuple(header.cells[index] for index in kept),
        header_line=header.line,
        width=header.width,
        kept=kept,
        records=records,
        again=again,
    )


def _refuse_unnamed(index: int, header: Header, records: Records) -> None:
    """Refuse data in a column without a header, wherever in the file it is."""
    column = records.columns[index]
    filled = np.array([bool(text.strip()) for text in column.dictionary.to_pylist()], bool)
    places = np.flatnonzero(filled[column.indices.to_numpy()])[:1].tolist()
    data = {int(records.lines[row]): column[row].as_py() for row in places}
    data |= {
        record.line: record.cells[index]
        for record in records.odd.values()
        if len(record.cells) == header.width
        and record.fault != "bad_quoting"
        and record.cells[index].strip()
    }
    if data:
        line = min(data)
        raise FileRefused(
            "unnamed_column",
            f"Column {index + 1} has no header but holds data on line {line}. Name it or remove"
            " it.",
            line=line,
            value=data[line],
        )
