"""Reading a large inventory file by columns, with the answers of the row-by-row reading.

:func:`risk.inventory.intake.read_inventory` says what a file means. Here each distinct text is
judged once, by the same validators, and whatever is out of the ordinary (a faulty record, a refused
cell, a contradiction, a name that looks like another) goes through the same functions record by
record. Files that cannot be read as one plain table are left to it altogether.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import pyarrow.compute as pc

from risk.inventory.columnar_cells import ReadColumn, constant_column, read_column
from risk.inventory.columnar_duplicates import settle_duplicates
from risk.inventory.columnar_resolution import rows_of, warn_about_columns, with_model_names
from risk.inventory.columnar_rows import Coded, Indices
from risk.inventory.columnar_tables import ColumnTable, read_column_table
from risk.inventory.columns import COLUMNS, NUMERIC, Kind, header_key
from risk.inventory.conventions import Conventions, find_date_style, find_notation
from risk.inventory.findings import Findings
from risk.inventory.formats.marked_text import has_marks
from risk.inventory.intake import (
    _MANY_SAMPLES,
    _read_cells,
    _refused,
    read_inventory,
    warn_of_unknown,
)
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.mapping import ColumnMap, map_columns, refuse_missing
from risk.inventory.progress import Progress, part, unheard
from risk.inventory.record_faults import record_fault, repeats_header
from risk.inventory.refusals import Answers, FileRefused, Questions, shortened
from risk.inventory.rejects import own_columns, reject_file
from risk.inventory.resolution import Resolver
from risk.inventory.validators import ColumnReader

#: From this size on columns are quicker than rows.
COLUMNAR_BYTES = 1_000_000
#: How much of the work is done once the records are split.
_SPLIT = 0.7
_PLAIN_DIGITS = r"^[0-9]*(?:\.[0-9]*)?$"


def read_inventory_file(
    data: bytes,
    *,
    file_name: str,
    resolver: Resolver,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    limits: Limits = LIMITS,
    progress: Progress = unheard,
    columnar_from: int | None = None,
    **more: Any,
) -> IntakeResult:
    """As :func:`risk.inventory.intake.read_inventory`, by columns if the file is large.

    Large is ``columnar_from`` bytes (default :data:`COLUMNAR_BYTES`) or more.

    ``more`` is what only files of other formats need.
    """
    asked: dict[str, Any] = {"mapping": mapping, "assume": assume, "limits": limits}
    asked |= {"split_products": split_products, "file_name": file_name, "resolver": resolver}
    row_by_row = partial(read_inventory, data, progress=progress, **asked, **more)
    least = COLUMNAR_BYTES if columnar_from is None else columnar_from
    if len(data) < least or split_products:
        return row_by_row()
    questions, findings = Questions(Answers(assume or {})), Findings()
    noted: dict[str, Any] = {"questions": questions, "findings": findings, "limits": limits}
    try:
        table = read_column_table(
            data, chosen=mapping, progress=part(progress, 0.0, _SPLIT), **noted
        )
    except FileRefused:
        return row_by_row()
    try:
        columns = _mapped(table, resolver, mapping)
    except FileRefused as refusal:
        problem = replace(refusal.problem, value=refusal.problem.value or shortened(file_name))
        number = table.records.number
        return replace(_refused(problem, table.head, resolver), records=number, rejected=number)
    header = table.head.header
    if columns.gathered or has_marks(header) or own_columns(header):
        return row_by_row()
    reading = _Reading(table, columns, resolver, questions, findings, limits)
    return reading.result(part(progress, _SPLIT, 1.0))


def _mapped(
    table: ColumnTable, resolver: Resolver, mapping: Mapping[str, str | None] | None
) -> ColumnMap:
    columns = map_columns(table.head.header, mapping)
    refuse_missing(
        table.head.header,
        columns,
        samples=table.head.samples(_MANY_SAMPLES),
        names_a_provider=resolver.names_a_provider,
    )
    return columns


class _Reading:
    """One large file on its way from texts to rows."""

    def __init__(
        self,
        table: ColumnTable,
        columns: ColumnMap,
        resolver: Resolver,
        questions: Questions,
        findings: Findings,
        limits: Limits,
    ) -> None:
        self._table = table
        self._columns = columns
        self._resolver = resolver
        self._questions = questions
        self._findings = findings
        self._limits = limits

    def result(self, progress: Progress) -> IntakeResult:
        table, findings = self._table, self._findings
        warn_of_unknown(self._columns, table.head.header_line, findings)
        readers, read = self._read_columns()
        progress(0.3)
        good = self._good_records(read, readers)
        values: dict[str, Coded] = {name: column.taken(good) for name, column in read.items()}
        lines, positions = table.records.lines[good], table.records.positions[good]
        values = with_model_names(values, self._resolver)
        progress(0.5)
        kept = settle_duplicates(table, values, lines, positions, findings)
        values = {name: column.taken(kept) for name, column in values.items()}
        rows = rows_of(values, lines[kept], self._resolver)
        progress(0.9)
        warn_about_columns(rows, self._resolver, findings)
        progress(1.0)
        rejected = len(findings.rejects)
        outcome = Outcome.PARTIAL if rejected else Outcome.ACCEPT
        return IntakeResult(
            outcome=Outcome.CONFIRM if self._questions.open else outcome,
            error=min(findings.rejects, key=lambda one: one.line).code if rejected else None,
            records=table.records.number,
            accepted=len(kept),
            rejected=rejected,
            duplicate=table.records.number - rejected - len(kept),
            warnings=findings.warning_codes,
            problems=findings.problems(),
            confirm=tuple(self._questions.open),
            header=table.head.header,
            mapping=self._columns.headers,
            samples=table.head.samples(),
            rows=rows,
            reject_file=reject_file(table.head.header, findings.rejects),
        )

    def _read_columns(self) -> tuple[dict[str, ColumnReader], dict[str, ReadColumn]]:
        table, columns = self._table, self._columns
        conventions = self._conventions()
        places: dict[str, Any] = {**columns.positions, **columns.constants}
        readers = {name: ColumnReader(COLUMNS[name], conventions, self._limits) for name in places}
        read = {
            name: read_column(table.columns[place], readers[name], self._limits)
            if isinstance(place, int)
            else constant_column(place, readers[name], len(table.records.lines))
            for name, place in places.items()
        }
        return readers, read

    def _conventions(self) -> Conventions:
        """What the numbers and dates of all records say about how they are written."""
        cut = self._table.columns
        kinds = {name: COLUMNS[name].kind for name in self._columns.positions}
        numeric = [cut[i] for n, i in self._columns.positions.items() if kinds[n] in NUMERIC]
        dates = [cut[i] for n, i in self._columns.positions.items() if kinds[n] is Kind.DATE]
        unusual = (_cells_that_are_not(column, _PLAIN_DIGITS) for column in numeric)
        distinct = (column.dictionary.to_pylist() for column in dates)
        return Conventions(
            notation=find_notation(chain.from_iterable(unusual), self._questions),
            dates=find_date_style(chain.from_iterable(distinct), self._questions),
        )

    def _good_records(
        self, read: Mapping[str, ReadColumn], readers: Mapping[str, ColumnReader]
    ) -> Indices:
        """Which sound records have no fault and no error; the others are refused."""
        judged = self._without_faulty()
        refused = np.zeros(len(judged), bool)
        for column in read.values():
            refused |= column.refused
        scratch = Findings()
        for row in np.flatnonzero(refused & judged).tolist():
            line = int(self._table.records.lines[row])
            texts = {name: column.text(row) for name, column in read.items()}
            _, problems = _read_cells(line, texts, readers, scratch)
            self._findings.reject(problems, self._table.record_cells(row))
        self._say_warnings(read, readers, judged)
        return np.flatnonzero(judged & ~refused)

    def _without_faulty(self) -> Any:
        """Refuse records that are faulty as a whole; return which sound records are left."""
        records, head = self._table.records, self._table.head
        header = tuple(header_key(cell) for cell in head.header)
        faulty = dict(records.odd)
        first_cells = self._table.columns[0]
        likely = [header_key(text) == header[0] for text in first_cells.dictionary.to_pylist()]
        repeats = [
            int(records.positions[row])
            for row in np.flatnonzero(
                np.array(likely, bool)[first_cells.indices.to_numpy()]
            ).tolist()
            if repeats_header(self._table.record_cells(row), header)
        ]
        faulty |= self._table.records_at(set(repeats) - set(faulty))
        for position in sorted(faulty):
            fault = record_fault(faulty[position], head, header)
            if fault is not None:
                self._findings.reject([fault], head.cells_to_mend(faulty[position]))
        return ~np.isin(records.positions, list(faulty))

    def _say_warnings(
        self,
        read: Mapping[str, ReadColumn],
        readers: Mapping[str, ColumnReader],
        judged: Any,
    ) -> None:
        """Say every warning once, at its first record, with the number of the others."""
        events: list[tuple[int, int, str, int, int]] = []
        for order, (name, column) in enumerate(read.items()):
            noted = [code for code, one in column.unusual.items() if one.warnings and not one.error]
            rows = np.flatnonzero(judged & np.isin(column.codes, noted)) if noted else ()
            if len(rows):
                codes, first, times = np.unique(
                    column.codes[rows], return_index=True, return_counts=True
                )
                places = rows[first].tolist()
                for place, code, number in zip(places, codes.tolist(), times.tolist(), strict=True):
                    events.append((place, order, name, code, number))
        for place, _, name, code, number in sorted(events):
            text, line = read[name].text(place), int(self._table.records.lines[place])
            _read_cells(line, {name: text}, readers, self._findings)
            for warning in read[name].unusual[code].warnings:
                self._findings.repeat(warning, number - 1, column=name, value=text)


def _cells_that_are_not(column: Any, pattern: str) -> list[str]:
    """The cells of a column of texts that do not fit ``pattern``, in order."""
    plain = pc.match_substring_regex(column.dictionary, pattern).to_numpy(zero_copy_only=False)
    codes = column.indices.to_numpy()
    if plain.all():
        return []
    found: list[str] = column.take(np.flatnonzero(~plain[codes])).to_pylist()
    return found
