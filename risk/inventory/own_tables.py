"""Tables with columns of their own, such as holdings of funds and drills, read as an inventory is.

The table is found, decoded and split by :mod:`risk.inventory.formats.reading`, and cells are read
by the same readers; only the columns are others. What a cell does not say is None.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Generic, TypeVar, cast

import numpy as np

from risk.inventory.amounts import Signed
from risk.inventory.cells import CellRead, ColumnReader
from risk.inventory.columns import Column, Kind, header_key
from risk.inventory.conventions import Conventions, find_date_style, find_notation
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.reading import read_table_of
from risk.inventory.intake import record_fault
from risk.inventory.intake_results import Outcome, Problem, Question
from risk.inventory.limits import Limits
from risk.inventory.progress import unheard
from risk.inventory.refusals import SAID, Context, FileRefused, Findings, Questions, shortened
from risk.inventory.rejects import Reject, own_columns, reject_file
from risk.inventory.shipped import shipped
from risk.inventory.tables import Table

#: Records whose cells are held at once.
_AT_ONCE = 10_000
_NUMBERS = (Kind.MONEY, Kind.FRACTION, Kind.NUMBER)


@dataclass(frozen=True)
class Sort:
    """A sort of table: its ``columns`` by name, and the shipped table of ``headers`` that mean one.

    ``as_inventory`` says which column of an inventory stands for one of these while the table is
    looked for, where its header was chosen by hand.
    """

    columns: Mapping[str, Column]
    headers: str
    as_inventory: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.headers)


@dataclass(frozen=True)
class Place:
    """Where a column stands, under which header, and the currency that this names."""

    index: int
    header: str
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is read of one record: its ``line``, from 1, and its ``cells`` as they stood."""

    line: int
    cells: tuple[str, ...]


Read = TypeVar("Read", bound=Row)


@dataclass(frozen=True, kw_only=True)
class TableRead(Generic[Read]):
    """What a table says: rows, problems by line, questions to be answered first.

    ``records`` = rows + ``rejected`` + ``duplicate``. ``mapping`` goes from the file's header to
    our column, None where it is left out.
    """

    outcome: Outcome
    problems: tuple[Problem, ...]
    records: int = 0
    duplicate: int = 0
    rows: tuple[Read, ...] = ()
    rejects: tuple[Reject, ...] = ()
    confirm: tuple[Question, ...] = ()
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    header: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether what it says can be taken over: it is a table, and no question is open."""
        return self.outcome in (Outcome.ACCEPT, Outcome.PARTIAL)

    @property
    def rejected(self) -> int:
        """How many records are refused."""
        return len(self.rejects)

    @property
    def reject_file(self) -> bytes:
        """The refused records as they were, each with its reason, to correct and read again."""
        return reject_file(self.header, self.rejects)

    def without(self, refused: Sequence[tuple[Read, Problem]]) -> "TableRead[Read]":
        """The same with some rows refused, each for its problem."""
        if not refused:
            return self
        lost = {row.line for row, _ in refused}
        more = [Reject(row.line, one.code, one.message, row.cells) for row, one in refused]
        problems = sorted((*self.problems, *(one for _, one in refused)), key=lambda one: one.line)
        return replace(
            self,
            outcome=Outcome.PARTIAL if self.outcome is Outcome.ACCEPT else self.outcome,
            rows=tuple(one for one in self.rows if one.line not in lost),
            problems=tuple(problems),
            rejects=(*self.rejects, *more),
        )


#: The column of a header, its rank (of two headers for one the lower is taken), and its currency.
Meaning = tuple[str, int, str | None]


@cache
def known_headers(sort: Sort) -> Mapping[str, tuple[str, int]]:
    """Compared header → column and rank."""
    found = {header_key(name): (name, -1) for name in sort.columns}
    for rank, row in enumerate(shipped(sort.headers)):
        if row["column"] not in sort.columns:
            raise ValueError(f"{row['column']!r} is no column of {sort.headers}")
        found.setdefault(header_key(row["synonym"]), (row["column"], rank))
    return found


def plain_meaning(sort: Sort, cell: str) -> Meaning | None:
    """What a header means by itself."""
    found = known_headers(sort).get(header_key(cell.rstrip("*: ")))
    return None if found is None else (*found, None)


class _Remembering(ColumnReader):
    """A reader that reads equal cells once: most columns say little that is new in a line."""

    def __init__(self, column: Column, conventions: Conventions, limits: Limits) -> None:
        super().__init__(column, conventions, limits)
        self._known: dict[str, CellRead] = {}

    def read(self, cell: str) -> CellRead:
        """The value of ``cell``."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = super().read(cell)
        return known


@dataclass(frozen=True)
class OwnTable:
    """A table that was found, where its columns stand, and what is said while it is read."""

    sort: Sort
    table: Table
    places: Mapping[str, Place]
    context: Context

    @property
    def records(self) -> int:
        """How many records it has, those that are refused among them."""
        return self.table.records.number

    @property
    def mapping(self) -> dict[str, str | None]:
        """The column of each header, None where it is left out."""
        found = {place.index: name for name, place in self.places.items()}
        return {cell: found.get(index) for index, cell in enumerate(self.table.header)}

    @property
    def outcome(self) -> Outcome:
        """What became of the file, once every record was read."""
        if self.context.questions.open:
            return Outcome.CONFIRM
        return Outcome.PARTIAL if self.context.findings.rejects else Outcome.ACCEPT

    def lines(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The line and cells of every sound record; the others are refused on the way."""
        table, findings = self.table, self.context.findings
        header = tuple(map(header_key, table.header))
        for _, record in sorted(table.records.odd.items()):
            fault = record_fault(record, table, header)
            if fault is not None:
                findings.reject([fault], record.cells)
        for line, cells in zip(table.records.lines.tolist(), _rows_of(table), strict=True):
            if tuple(map(header_key, cells)) == header:
                said = f"Line {line}: {SAID['repeated_header']}."
                first = next(iter(self.sort.columns))
                findings.reject([problem(line, first, cells[0], "repeated_header", said)], cells)
                continue
            yield line, cells

    def readers(self) -> dict[str, ColumnReader]:
        """A reader for each column that the table has; asks what its notation leaves open."""
        columns, questions = self.table.columns, self.context.questions
        texts = {
            name: cast(list[str], columns[place.index].dictionary.to_pylist())
            for name, place in self.places.items()
        }
        kinds = {name: column.kind for name, column in self.sort.columns.items()}
        dated = [text for name in texts if kinds[name] is Kind.DATE for text in texts[name]]
        conventions = Conventions(
            notation=find_notation(
                [text for name in texts if kinds[name] in _NUMBERS for text in texts[name]],
                questions,
            ),
            dates=find_date_style(dated, questions),
        )
        limits = self.context.limits
        return {
            name: _Remembering(self.sort.columns[name], conventions, limits) for name in self.places
        }

    def values(
        self, line: int, cells: Sequence[str], readers: Mapping[str, ColumnReader]
    ) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
        """The values of a record, the signs of currencies in it with their cells, and problems."""
        problems: list[Problem] = []
        values: dict[str, Any] = dict.fromkeys(self.sort.columns)
        signs: dict[str, str] = {}
        for name, place in self.places.items():
            text = cells[place.index]
            read: CellRead = readers[name].read(text)
            if read.error:
                said = f"Line {line}, {place.header}: {read.advice}, not {shortened(text)!r}."
                problems.append(problem(line, name, text, read.error, said))
            values[name] = read.value
            if isinstance(read.value, Signed):
                values[name] = read.value.amount
                signs.setdefault(read.value.sign, text)
        return values, signs, problems

    def warn_of_unknown(self) -> None:
        """Say which columns nobody knows; those of a file of rejects are its own."""
        own = own_columns(self.table.header)
        for header, column in self.mapping.items():
            if column is None and header and header not in own:
                self.context.findings.warn(
                    "unknown_column_ignored",
                    self.table.header_line,
                    f"The column {header[:80]!r} is none that we know; it was left out.",
                    column=header,
                )

    def read_as(self, rows: Sequence[Read], *, duplicate: int) -> TableRead[Read]:
        """What it says, once every record was read: these rows, so many said twice."""
        self.warn_of_unknown()
        findings = self.context.findings
        return TableRead(
            outcome=self.outcome,
            records=self.records,
            duplicate=duplicate,
            rows=tuple(rows),
            rejects=tuple(findings.rejects),
            problems=findings.problems(),
            confirm=tuple(self.context.questions.open),
            mapping=self.mapping,
            header=tuple(self.table.header),
        )


def _rows_of(table: Table) -> Iterator[tuple[str, ...]]:
    """The cells of every sound record, made some thousand records at a time."""
    columns = [
        (np.array(one.dictionary.to_pylist(), object), one.indices.to_numpy())
        for one in table.columns
    ]
    for start in range(0, len(table.records.lines), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        yield from zip(*(texts[codes[some]].tolist() for texts, codes in columns), strict=True)


def open_table(
    data: bytes,
    sort: Sort,
    *,
    needed: Sequence[str],
    mapping: Mapping[str, str | None] | None,
    assume: Mapping[str, str] | None,
    limits: Limits,
    unpack: Unpack,
    meaning: Callable[[str], Meaning | None] | None = None,
    hints: Mapping[str, str] | None = None,
) -> OwnTable:
    """Find a table of a sort and where its columns stand.

    ``needed`` are the columns without which it says nothing, ``hints`` what else may be done where
    one of these is missing. ``mapping`` goes from header to column; headers that it does not name
    are read as usual, by ``meaning`` where a plain look is not enough. ``assume`` answers questions
    by their code.

    Raises:
        FileRefused: it is no table, or a needed column is missing.
    """
    chosen = mapping or {}
    looked_for = {header: sort.as_inventory.get(column or "") for header, column in chosen.items()}
    context = Context(looked_for, Questions(assume or {}), Findings(), limits)
    table = read_table_of(data, context, unpack, unheard)
    places = _places(
        table.header, sort, chosen, meaning or (lambda cell: plain_meaning(sort, cell))
    )
    missing = [name for name in needed if name not in places]
    if missing:
        listed = ", ".join(cell[:40] for cell in table.header[:12] if cell)
        also = "".join(f" {said}" for name, said in (hints or {}).items() if name in missing)
        raise FileRefused(
            "missing_columns",
            f"No column for {' and '.join(missing)}. The file has: {listed}. Rename or map the "
            f"columns that hold them; the columns are {', '.join(sort.columns)}.{also}",
        )
    return OwnTable(sort, table, places, context)


def _places(
    header: Sequence[str],
    sort: Sort,
    chosen: Mapping[str, str | None],
    meaning: Callable[[str], Meaning | None],
) -> dict[str, Place]:
    by_hand = {header_key(key): column for key, column in chosen.items()}
    if wrong := [column for column in by_hand.values() if column and column not in sort.columns]:
        raise FileRefused(
            "missing_columns",
            f"The mapping names a column {wrong[0]!r} that does not exist. The columns are: "
            f"{', '.join(sort.columns)}.",
        )
    ranked: dict[str, tuple[int, Place]] = {}
    found: Meaning | None
    for index, cell in enumerate(header):
        if header_key(cell) in by_hand:
            column = by_hand[header_key(cell)]
            found = None if column is None else (column, -2, None)
        else:
            found = meaning(cell)
        if found is None:
            continue
        name, rank, currency = found
        place = Place(index, cell, currency)
        if name not in ranked or rank < ranked[name][0]:
            ranked[name] = rank, place
    return {name: place for name, (_, place) in ranked.items()}


def refused(refusal: FileRefused, file_name: str) -> TableRead[Any]:
    """What is told of a file that cannot be read as a whole: why, and its name."""
    said = Problem(
        **{**vars(refusal.problem), "value": refusal.problem.value or shortened(file_name)}
    )
    return TableRead(outcome=Outcome.REJECT_FILE, problems=(said,))


def problem(line: int, column: str, text: str, code: str, message: str) -> Problem:
    """Something that is wrong with a cell."""
    return Problem(code=code, line=line, column=column, value=shortened(text), message=message)
