"""From the bytes of a file to one header and its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from risk.inventory.columns import INVISIBLE_IN_HEADER, LOST_BYTES, header_key
from risk.inventory.decoding import decode
from risk.inventory.findings import Findings
from risk.inventory.layout import Header, find_delimiter, find_header, refuse_markup
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.rejects import as_written, own_columns
from risk.inventory.splitting import Record, sample_records, separator_line, split_records

_SAMPLES = 3
DOUBLE_MARK = "The file begins with its byte order mark twice; save it again as CSV UTF-8."
EMPTY_LINE = "An empty line was skipped; write the record that is missing there, if one is."
SPACED_QUOTE = "A space before an opening quote was left out; write the quote right after the mark."


@dataclass(frozen=True)
class Table:
    """The header as shown, the records below it, and which of the file's columns were kept."""

    header: tuple[str, ...]
    header_line: int
    width: int
    kept: tuple[int, ...]
    records: tuple[Record, ...]

    def cells(self, record: Record) -> tuple[str, ...]:
        """The cells of a record of the right width under ``header``."""
        if len(self.kept) == self.width:
            return record.cells
        return tuple(record.cells[index] for index in self.kept)

    def cells_to_mend(self, record: Record) -> tuple[str, ...]:
        """The cells of a refused record, under ``header`` where their number allows it."""
        return self.cells(record) if len(record.cells) == self.width else record.cells

    def samples(self, at_most: int = _SAMPLES) -> Mapping[str, tuple[str, ...]]:
        """For every header its first cells that are not empty, shortened."""
        found: dict[str, list[str]] = {name: [] for name in self.header}
        for record in self.records[:200]:
            if len(record.cells) != self.width:
                continue
            for name, cell in zip(self.header, self.cells(record), strict=True):
                text = LOST_BYTES.sub("\ufffd", " ".join(cell[:400].split())[:80])
                if text and len(found[name]) < at_most:
                    found[name].append(text)
        return {name: tuple(cells) for name, cells in found.items()}


def read_table(
    data: bytes,
    *,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
    findings: Findings,
    limits: Limits,
) -> Table:
    """The table in ``data``. Raises :class:`FileRefused` if there is none."""
    decoded = decode(data, questions=questions, limits=limits)
    if decoded.double_mark:
        findings.warn(
            "double_bom",
            1,
            DOUBLE_MARK,
        )
    if not decoded.text.strip():
        raise FileRefused("empty_file", "The file is empty. Save the inventory again as CSV.")
    refuse_markup(decoded.text)
    separator, text = separator_line(decoded.text)
    first_line = 1 if separator is None else 2
    delimiter = separator or find_delimiter(text, chosen)
    header = _header(text, delimiter, first_line, chosen, questions)
    _check_header(header, findings, limits)
    records = _records(text, delimiter, first_line, header, findings, limits)
    if own_columns(header.cells):
        records = tuple(
            replace(record, cells=tuple(map(as_written, record.cells))) for record in records
        )
    return _without_empty_columns(header, records, findings)


def table_below(
    header: Header, records: Sequence[Record], *, findings: Findings, limits: Limits
) -> Table:
    """The table of records that were found by other means than splitting a text.

    Raises :class:`FileRefused` for a header that cannot stand, and where no record is below it.
    """
    _check_header(header, findings, limits)
    if not records:
        raise _no_records(header)
    if len(records) > limits.records:
        raise _too_many_records(limits)
    return _without_empty_columns(header, records, findings)


def _no_records(header: Header) -> FileRefused:
    return FileRefused(
        "no_records",
        "The file has a header and nothing below it. Add a line for each dependency.",
        line=header.line,
    )


def _too_many_records(limits: Limits) -> FileRefused:
    return FileRefused(
        "too_many_records",
        f"The file has more than {limits.records:,} records. Split it and upload parts.",
    )


def _header(
    text: str,
    delimiter: str,
    first_line: int,
    chosen: Mapping[str, str | None] | None,
    questions: Questions,
) -> Header:
    sample = [record for record in sample_records(text, delimiter) if not record.is_blank]
    if not sample:
        everything = split_records(text, delimiter)
        sample = [record for record in everything if not record.is_blank][:1]
    if not sample:
        raise FileRefused("empty_file", "The file holds nothing but empty cells.")
    header = find_header(sample, questions=questions, chosen=chosen)
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


def _check_header(header: Header, findings: Findings, limits: Limits) -> None:
    if header.width > limits.columns:
        raise FileRefused(
            "too_many_columns",
            f"The file has {header.width} columns; at most {limits.columns} are read."
            " Remove those that say nothing about who depends on whom.",
            line=header.line,
        )
    if header.blank_above:
        first_line = header.line - header.blank_above
        findings.warn("blank_records", first_line, EMPTY_LINE, times=header.blank_above)
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


def _records(
    text: str,
    delimiter: str,
    first_line: int,
    header: Header,
    findings: Findings,
    limits: Limits,
) -> tuple[Record, ...]:
    """The records below the header; blank ones are counted and left out."""
    records: list[Record] = []
    for record in split_records(text, delimiter, first_line=first_line, width=header.width):
        if record.line <= header.line:
            continue
        if record.is_blank:
            findings.warn("blank_records", record.line, EMPTY_LINE, times=record.lines)
            continue
        if record.spaced_quote:
            findings.warn(
                "space_before_quote",
                record.line,
                SPACED_QUOTE,
            )
        records.append(record)
        if len(records) > limits.records:
            raise _too_many_records(limits)
    if not records:
        raise _no_records(header)
    return tuple(records)


def _without_empty_columns(header: Header, records: Sequence[Record], findings: Findings) -> Table:
    unnamed = [index for index, cell in enumerate(header.cells) if not cell]
    for index in unnamed:
        for record in records:
            read = len(record.cells) == header.width and record.fault != "bad_quoting"
            if read and record.cells[index].strip():
                raise FileRefused(
                    "unnamed_column",
                    f"Column {index + 1} has no header but holds data on line {record.line}. Name"
                    " it or remove it.",
                    line=record.line,
                    value=record.cells[index],
                )
        findings.warn(
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
        records=tuple(records),
    )
