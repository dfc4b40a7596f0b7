"""Intake: from the bytes of an inventory file to rows, or to every problem at once.

bytes → text (:mod:`.decoding`) → records by column (:mod:`.gathering`, :mod:`.tables`) → canonical
columns (:mod:`.mapping`) → values (:mod:`.cells`) → duplicates (:mod:`.duplicates`) → resolved rows
(:mod:`.dependencies`). Each distinct text of a column is judged once, however many records hold
it. Nothing is guessed silently: what holds for the whole file and cannot be known is a question,
and until it is answered the rows are a preview under the suggested answer.

**Free text beside the provider is the use case.** Sub-processor pages list company, sub-processor
and what it does there. A company that names Azure OpenAI twice, for two features, has two use
cases on one service: the texts stand in ``use_case``, which is part of a record's key, so that
both are kept and neither contradicts the other. Read as notes, they would be one key with two
texts, and both would be refused. The startup still counts once under a provider, because startups
are counted by name. A row that is repeated word for word counts once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.inventory.cells import (
    CellRead,
    ColumnReader,
    ReadColumn,
    cell_readers,
    read_column,
)
from risk.inventory.columns import (
    COLUMNS,
    LOST_BYTES,
    NUMERIC,
    OF_THE_STARTUP,
    Kind,
    header_key,
)
from risk.inventory.conventions import (
    Conventions,
    MoneyCells,
    find_date_style,
    find_money,
    find_notation,
)
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.reading import read_table_of
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.in_usd import unit_column, with_amounts_in_usd
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.mapping import (
    GATHERING,
    ColumnMap,
    Columns,
    Remembered,
    map_columns,
    refuse_missing,
    suggest_mapping,
    with_whole_file,
)
from risk.inventory.progress import Progress, part, unheard
from risk.inventory.refusals import (
    SAID,
    Context,
    FileRefused,
    Findings,
    Questions,
    shortened,
)
from risk.inventory.rejects import Reject, reject_file
from risk.inventory.resolution import Resolver, is_vague
from risk.inventory.row_speaks import Hint, hint_in, speaking_columns
from risk.inventory.rows import Coded, Indices, combined, object_array
from risk.inventory.shared_cells import Parting, find_parting
from risk.inventory.sound_records import (
    resolved_rows,
    settle_duplicates,
    warn_about_rows,
    with_model_names,
)
from risk.inventory.splitting import Record
from risk.inventory.tables import Table
from risk.money.rates import last_day

#: How much of the work is done once the records are split.
_SPLIT = 0.7
#: Cells of a column that are looked at to say what it may be.
_MANY_SAMPLES = 40
#: Cells that are shown beside a question.
_EXAMPLES = 3
_PLAIN_DIGITS = r"^[0-9]*(?:\.[0-9]*)?$"


def read_inventory(
    data: bytes,
    *,
    file_name: str,
    resolver: Resolver,
    mapping: Columns | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    limits: Limits = LIMITS,
    progress: Progress = unheard,
    unpack: Unpack = unpack_here,
    remembered: Remembered | None = None,
    today: date | None = None,
) -> IntakeResult:
    """Read an inventory file; every outcome is a result, nothing about the bytes raises.

    ``mapping`` is described in :mod:`risk.inventory.mapping`. ``assume`` answers questions by
    their code; the key ``all`` takes every suggestion. ``split_products`` makes one row for each
    product named in a provider cell. ``file_name`` is only shown: bytes decide what a file is.
    ``progress`` hears how much is done, 0 to 1; what it raises ends the reading. ``unpack`` opens
    workbooks and archives, for whoever wants that done elsewhere than in this process.
    ``remembered`` is asked for a mapping, once the header is known, if none is given. Amounts of
    another currency become USD by the rate of their day; of ``today`` (None: the newest there is)
    where a record has none.
    """
    context = Context(mapping, Questions(assume or {}), Findings(), limits)
    table: Table | None = None
    try:
        table = read_table_of(data, context, unpack, part(progress, 0.0, _SPLIT))
        if mapping is None and remembered is not None:
            mapping = remembered(table.header)
        mapping = with_whole_file(mapping, context.questions.answered)
        columns = mapped_columns(table, mapping, resolver)
    except FileRefused as refusal:
        problem = replace(refusal.problem, value=refusal.problem.value or shortened(file_name))
        return _refused(problem, table, resolver)
    reading = _Reading(table, columns, resolver, context, split_products, today or last_day())
    return reading.result(part(progress, _SPLIT, 1.0))


def rows_of(
    table: Table, columns: ColumnMap, resolver: Resolver, context: Context, today: date
) -> IntakeResult:
    """The result of a table that the program made of another document, in our own columns."""
    return _Reading(table, columns, resolver, context, False, today).result(unheard)


def mapped_columns(table: Table, mapping: Columns | None, resolver: Resolver) -> ColumnMap:
    """The file's columns. Raises :class:`FileRefused` if a required one is missing."""
    columns = map_columns(table.header, mapping)
    samples = table.samples(_MANY_SAMPLES)
    refuse_missing(table.header, columns, samples, resolver.names_a_provider)
    return columns


def _refused(problem: Problem, table: Table | None, resolver: Resolver) -> IntakeResult:
    """The result of a refused file; what was seen of its header is shown, so it can be mapped."""
    many = table.samples(_MANY_SAMPLES) if table else {}
    header = table.header if table else ()
    records = table.records.number if table else 0
    return IntakeResult(
        outcome=Outcome.REJECT_FILE,
        error=problem.code,
        records=records,
        rejected=records,
        problems=(problem,),
        header=header,
        mapping=suggest_mapping(header, many, resolver.names_a_provider),
        samples=table.samples() if table else {},
        format=table.format if table else "",
    )


@dataclass(frozen=True)
class _Reading:
    """One file on its way from texts to rows."""

    table: Table
    columns: ColumnMap
    resolver: Resolver
    context: Context
    split_products: bool
    today: date

    def result(self, progress: Progress) -> IntakeResult:
        table, findings, questions = self.table, self.context.findings, self.context.questions
        warn_of_unknown(self.columns, table.header_line, findings)
        conventions, texts = self._conventions(), self._texts()
        parting = find_parting(
            texts["provider"].dictionary.to_pylist(),
            self.resolver,
            questions,
            every=self.split_products,
        )
        as_written = self._read_columns(texts, conventions, parting)
        read, facts = with_amounts_in_usd(
            as_written, conventions.money, today=self.today, limits=self.context.limits
        )
        progress(0.3)
        hints = self._hints(read["provider"], texts)
        good = self._good_records(read, self._nothing_said(as_written, hints))
        values: dict[str, Coded] = {name: column.taken(good) for name, column in facts.items()}
        lines, positions = table.records.lines[good], table.records.positions[good]
        values = with_model_names(values, self.resolver)
        progress(0.5)
        lost = np.logical_or.reduce([column.lost for column in read.values()])[good]
        kept = settle_duplicates(table, values, lines, positions, lost, findings)
        values = {name: column.taken(kept) for name, column in values.items()}
        rows = resolved_rows(
            values,
            lines[kept],
            self.resolver,
            parting=parting,
            hints=hints.taken(good).taken(kept),
            findings=findings,
        )
        progress(0.9)
        warn_about_rows(rows, self.resolver, findings)
        unread = unread_of(findings.rejects, self.columns, table.header)
        rows = replace(rows, unread=unread)
        progress(1.0)
        rejected = len(findings.rejects)
        outcome = Outcome.PARTIAL if rejected else Outcome.ACCEPT
        return IntakeResult(
            outcome=Outcome.CONFIRM if questions.open else outcome,
            error=min(findings.rejects, key=lambda one: one.line).code if rejected else None,
            records=table.records.number,
            accepted=len(kept),
            rejected=rejected,
            duplicate=table.records.number - rejected - len(kept),
            warnings=findings.warning_codes,
            problems=findings.problems(),
            confirm=tuple(questions.open),
            header=table.header,
            mapping=self.columns.headers,
            samples=table.samples(),
            rows=rows,
            reject_file=reject_file(table.header, findings.rejects),
            format=table.format,
        )

    def _texts(self) -> dict[str, pa.DictionaryArray]:
        """The cells of every canonical column that the file has or was given a value for."""
        cut, records = self.table.columns, len(self.table.records.lines)
        texts = {name: cut[place] for name, place in self.columns.positions.items()}
        texts |= {
            name: pa.DictionaryArray.from_arrays(np.zeros(records, np.int32), pa.array([text]))
            for name, text in self.columns.constants.items()
        }
        if self.columns.gathered:
            # The cells kept as notes, for each combination of them once.
            parts = [
                cut[place].indices.to_numpy().astype(int) for _, place in self.columns.gathered
            ]
            codes, first = combined(parts)
            notes = [
                self.columns.gathered_text(self.table.row_cells(row)) for row in first.tolist()
            ]
            texts[GATHERING] = pa.DictionaryArray.from_arrays(codes, pa.array(notes, pa.string()))
        return texts

    def _read_columns(
        self, texts: Mapping[str, pa.DictionaryArray], conventions: Conventions, parting: Parting
    ) -> dict[str, ReadColumn]:
        """The values of every canonical column, amounts in the currency of their cell."""
        limits = self.context.limits
        readers = cell_readers(
            self.columns, conventions, limits, resolver=self.resolver, parting=parting
        )
        return {name: read_column(column, readers[name], limits) for name, column in texts.items()}

    def _conventions(self) -> Conventions:
        """What the numbers and dates of all records say about how they are written."""
        kinds = {place: COLUMNS[name].kind for name, place in self.columns.positions.items()}
        columns = {place: self.table.columns[place] for place in kinds}
        numbers = (_unusual(columns[i]) for i, kind in kinds.items() if kind in NUMERIC)
        dates = (
            columns[i].dictionary.to_pylist() for i, kind in kinds.items() if kind is Kind.DATE
        )
        return Conventions(
            notation=find_notation(chain.from_iterable(numbers), self.context.questions),
            dates=find_date_style(chain.from_iterable(dates), self.context.questions),
            money=find_money(self._money(), self.context.questions),
        )

    def _money(self) -> list[MoneyCells]:
        """The columns of money with the cells that say something about their currency."""
        named = {*self.columns.positions, *self.columns.constants}
        return [
            MoneyCells(
                column=name,
                header=header,
                says=says,
                cells=self._telling_cells(name),
                beside=self._telling_cells(beside)
                if (beside := unit_column(named, name))
                else None,
            )
            for name, (header, says) in self.columns.money.items()
        ]

    def _telling_cells(self, name: str) -> list[str]:
        """The distinct cells of a column that are more than digits, and of the others some."""
        if name in self.columns.constants:
            return [self.columns.constants[name]]
        texts = self.table.columns[self.columns.positions[name]].dictionary
        plain = pc.match_substring_regex(texts, _PLAIN_DIGITS)
        digits = pc.and_(plain, pc.greater(pc.binary_length(texts), 0))
        telling: list[str] = texts.filter(pc.invert(plain)).to_pylist()
        examples: list[str] = texts.filter(digits).slice(0, _EXAMPLES).to_pylist()
        return telling + examples

    def _hints(self, provider: ReadColumn, texts: Mapping[str, pa.DictionaryArray]) -> Coded:
        """What other cells say of the provider, record by record where its cell names nobody."""
        vague = np.array([_names_nobody(one, self.resolver) for one in provider.values], bool)
        found = np.zeros(len(provider.codes), np.int64)
        hints: list[Hint | None] = [None]
        rows = np.flatnonzero(vague[provider.codes]) if vague.any() else np.empty(0, np.int64)
        cut = self.table.columns
        for label, source in speaking_columns(self.columns, self.table.header):
            column = texts[source] if isinstance(source, str) else cut[source]
            rows = rows[found[rows] == 0]
            codes = column.indices.to_numpy()[rows]
            place_of = np.zeros(len(column.dictionary), np.int64)
            for code in np.unique(codes).tolist():
                hint = hint_in(label, column.dictionary[code].as_py(), self.resolver)
                if hint is not None:
                    place_of[code] = len(hints)
                    hints.append(hint)
            found[rows] = place_of[codes]
        return Coded(found, object_array(hints))

    def _nothing_said(self, read: Mapping[str, ReadColumn], hints: Coded) -> NDArray[np.bool_]:
        """Which records name no provider, and nothing else of a dependency either."""
        provider = read["provider"]
        empty = np.array([not text.strip() for text in provider.texts.to_pylist()], bool)
        silent: NDArray[np.bool_] = empty[provider.codes] & (hints.codes == 0)
        for name, column in read.items():
            if name not in OF_THE_STARTUP and name != "provider" and silent.any():
                unknown = np.array([value is None for value in column.values], bool)
                silent &= unknown[column.codes]
        return silent

    def _good_records(self, read: Mapping[str, ReadColumn], silent: NDArray[np.bool_]) -> Indices:
        """Which sound records have no fault and no error; the others are refused in order."""
        records, table = self.table.records, self.table
        refused = self._faulty()
        judged = ~np.isin(records.positions, list(refused))
        in_error = np.logical_or.reduce([silent, *(column.refused for column in read.values())])
        for row in np.flatnonzero(in_error & judged).tolist():
            line = int(records.lines[row])
            problems = [
                cell_problem(line, name, column.text(row), one)
                for name, column in read.items()
                if (one := column.unusual.get(int(column.codes[row]))) and one.error
            ]
            if silent[row]:
                problems.append(cell_problem(line, "provider", "", NO_PROVIDER))
            refused[int(records.positions[row])] = problems, table.row_cells(row)
        for _, (problems, cells) in sorted(refused.items()):
            self.context.findings.reject(problems, cells)
        self._say_warnings(read, judged, judged & ~in_error)
        return np.flatnonzero(judged & ~in_error)

    def _faulty(self) -> dict[int, tuple[list[Problem], tuple[str, ...]]]:
        """The records that are faulty as a whole, by position: why, and their cells."""
        records, table = self.table.records, self.table
        header = tuple(header_key(cell) for cell in table.header)
        repeats: set[int] = set()
        for first in table.columns[:1]:
            alike = np.array(
                [header_key(text) == header[0] for text in first.dictionary.to_pylist()]
            )
            rows = np.flatnonzero(alike.astype(bool)[first.indices.to_numpy()])
            repeats = {
                int(records.positions[row])
                for row in rows.tolist()
                if repeats_header(table.row_cells(row), header)
            }
        doubtful = records.odd | table.records_at(repeats - set(records.odd))
        return {
            position: ([fault], table.cells_to_correct(record))
            for position, record in doubtful.items()
            if (fault := record_fault(record, table, header)) is not None
        }

    def _say_warnings(
        self,
        read: Mapping[str, ReadColumn],
        judged: NDArray[np.bool_],
        good: NDArray[np.bool_],
    ) -> None:
        """Say every warning once, at its first record, with the number of the others.

        So is a cell that could not be read, of records that are in all the same.
        """
        events: list[tuple[int, int, str, CellRead, int]] = []
        for order, (name, column) in enumerate(read.items()):
            for of_lost, among in ((False, judged), (True, good)):
                noted = {
                    code: one
                    for code, one in column.unusual.items()
                    if (one.lost if of_lost else not one.error)
                }
                rows = np.flatnonzero(among & np.isin(column.codes, list(noted)))
                codes, first, times = np.unique(
                    column.codes[rows], return_index=True, return_counts=True
                )
                events += [
                    (int(place), order, name, noted[int(code)], int(number))
                    for place, code, number in zip(rows[first], codes, times, strict=True)
                ]
        for place, _, name, one, number in sorted(events, key=lambda event: event[:2]):
            text, line = read[name].text(place), int(self.table.records.lines[place])
            if one.lost:
                say_lost(line, name, text, one, self.context.findings, times=number)
                continue
            for warning in one.warnings:
                message = f"Line {line}, {name}: {SAID[warning]}."
                self.context.findings.warn(
                    warning, line, message, column=name, value=text, times=number
                )


def record_fault(record: Record, table: Table, header: tuple[str, ...]) -> Problem | None:
    """What spoils a record as a whole, before any cell of it is read; None for a sound one.

    ``header`` are the compared headers of ``table``.
    """
    code = record.fault
    if not record.text.isascii() and LOST_BYTES.search(record.text):
        code = "bad_encoding"
    elif code is None and len(record.cells) != table.width:
        code = "field_count"
    elif code is None and repeats_header(table.cells(record), header):
        code = "repeated_header"
    if code is None:
        return None
    if code == "field_count":
        cells = "1 cell" if len(record.cells) == 1 else f"{len(record.cells)} cells"
        said = (
            f"{cells} where the header has {table.width}; add or remove a separator, or quote the"
            " cell that holds one"
        )
    else:
        said = SAID[code]
    return Problem(
        code=code,
        line=record.line,
        column=None,
        value=shortened(record.text),
        message=f"Line {record.line}: {said}.",
    )


def repeats_header(cells: tuple[str, ...], header: tuple[str, ...]) -> bool:
    """Whether the cells are the header once more, by their compared headers."""
    return header_key(cells[0]) == header[0] and tuple(map(header_key, cells)) == header


def warn_of_unknown(columns: ColumnMap, header_line: int, findings: Findings) -> None:
    """Say which columns of the file are left out."""
    for header in columns.unknown:
        findings.warn(
            "unknown_column_ignored",
            header_line,
            f"The column {header[:80]!r} is none that we know; it was left out. Map it"
            " to a column of ours to keep it.",
            column=header,
        )


def _unusual(column: pa.DictionaryArray) -> list[str]:
    """The cells of a column of numbers that are more than digits and a point, in order."""
    plain = pc.match_substring_regex(column.dictionary, _PLAIN_DIGITS).to_numpy(
        zero_copy_only=False
    )
    codes = column.indices.to_numpy()
    found: list[str] = [] if plain.all() else column.take(np.flatnonzero(~plain[codes])).to_pylist()
    return found


def unread_of(
    rejects: Iterable[Reject], columns: ColumnMap, header: Sequence[str]
) -> dict[str, int]:
    """By startup how many of its records were refused, where its name could be read."""
    found: Counter[str] = Counter()
    place = columns.positions.get("startup")
    reader = ColumnReader(COLUMNS["startup"], Conventions(), LIMITS)
    for one in rejects:
        if place is not None and len(one.cells) != len(header):
            continue
        cell = columns.constants["startup"] if place is None else one.cells[place]
        name = reader.read(LOST_BYTES.sub("\ufffd", cell)).value
        if isinstance(name, str) and one.code not in _NO_LINE_OF_ITS_OWN:
            found[name] += 1
    return dict(found)


#: Refused for saying nothing: the header once more.
_NO_LINE_OF_ITS_OWN = frozenset({"repeated_header"})


def _names_nobody(provider: object, resolver: Resolver) -> bool:
    return isinstance(provider, str) and is_vague(resolver.resolve(provider))


#: What is said of a record that names no provider, and nothing else by which to ask for one.
NO_PROVIDER = CellRead(None, "missing_provider", SAID["missing_provider"])


def say_lost(
    line: int, column: str, text: str, read: CellRead, findings: Findings, *, times: int = 1
) -> None:
    """Say that a cell could not be read: what it says is unknown, its record is in."""
    one = cell_problem(line, column, text, read)
    findings.warn(
        one.code,
        line,
        f"{one.message} Until then it is unknown.",
        column=column,
        value=text,
        times=times,
    )


def cell_problem(line: int, column: str, text: str, read: CellRead) -> Problem:
    """The problem of one cell, with what to write instead."""
    said = f"Line {line}, {column}: {read.advice}"
    return Problem(
        code=read.error or "",
        line=line,
        column=column,
        value=shortened(text),
        message=f"{said}, not {shortened(text)!r}." if text.strip() else f"{said}.",
    )
