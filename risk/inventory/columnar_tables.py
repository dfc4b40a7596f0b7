"""From the bytes of a large file to one header and its columns (as :mod:`.tables`, by column)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from risk.inventory.columnar_splitting import ColumnarRecords, split_columns
from risk.inventory.decoding import decode
from risk.inventory.findings import Findings
from risk.inventory.layout import Header, find_delimiter, refuse_markup
from risk.inventory.limits import Limits
from risk.inventory.progress import Progress
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.splitting import Record, separator_line, split_records
from risk.inventory.tables import (
    DOUBLE_MARK,
    EMPTY_LINE,
    SPACED_QUOTE,
    Table,
    _check_header,
    _header,
    _without_empty_columns,
)


@dataclass(frozen=True)
class ColumnTable:
    """``head`` is the header with the first records; ``records`` are all of them, by column."""

    head: Table
    columns: tuple[pa.DictionaryArray, ...]
    records: ColumnarRecords
    text: str
    delimiter: str
    first_line: int

    def record_cells(self, row: int) -> tuple[str, ...]:
        """The cells of one sound record."""
        return tuple(column[row].as_py() for column in self.columns)

    def records_at(self, positions: Collection[int]) -> dict[int, Record]:
        """Some records as they stand in the file, by position; takes a second pass through it."""
        wanted, found = set(positions), {}
        if wanted:
            for position, record in enumerate(self._records()):
                if position in wanted:
                    found[position] = record
                    if len(found) == len(wanted):
                        break
        return found

    def _records(self) -> Iterator[Record]:
        every = split_records(
            self.text, self.delimiter, first_line=self.first_line, width=self.head.width
        )
        return (r for r in every if r.line > self.head.header_line and not r.is_blank)


def read_column_table(
    data: bytes,
    *,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
    findings: Findings,
    limits: Limits,
    progress: Progress,
) -> ColumnTable:
    """The table in ``data``.

    Raises:
        FileRefused: there is none, or only :func:`risk.inventory.tables.read_table` can tell.
    """
    decoded = decode(data, questions=questions, limits=limits)
    if decoded.double_mark:
        findings.warn("double_bom", 1, DOUBLE_MARK)
    refuse_markup(decoded.text)
    separator, text = separator_line(decoded.text)
    first_line = 1 if separator is None else 2
    delimiter = separator or find_delimiter(text, chosen)
    header = _header(text, delimiter, first_line, chosen, questions)
    _check_header(header, findings, limits)
    records = split_columns(
        text,
        delimiter,
        first_line=first_line,
        header=header,
        most=limits.records,
        progress=progress,
    )
    _say_what_was_skipped(records, findings)
    if not records.number:
        raise FileRefused("no_records", "The file has a header and nothing below it.")
    _refuse_unnamed(header, records)
    head = _without_empty_columns(header, records.first, findings)
    columns = tuple(records.columns[index] for index in head.kept)
    return ColumnTable(head, columns, records, text, delimiter, first_line)


def _say_what_was_skipped(records: ColumnarRecords, findings: Findings) -> None:
    said = (
        (records.blank, "blank_records", EMPTY_LINE),
        (
            records.spaced,
            "space_before_quote",
            SPACED_QUOTE,
        ),
    )
    for (line, times), code, message in sorted(said):
        if times:
            findings.warn(code, line, message)
            findings.repeat(code, times - 1)


def _refuse_unnamed(header: Header, records: ColumnarRecords) -> None:
    """Refuse data in a column without a header, wherever in the file it is."""
    for index in (index for index, cell in enumerate(header.cells) if not cell):
        texts = records.columns[index].dictionary.to_pylist()
        filled = np.array([bool(text.strip()) for text in texts], bool)
        odd = (r for r in records.odd.values() if len(r.cells) == header.width)
        if filled.any() or any(record.cells[index].strip() for record in odd):
            raise FileRefused("unnamed_column", f"Column {index + 1} has data but no header.")
