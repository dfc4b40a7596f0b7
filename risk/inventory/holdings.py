"""Reader of a table of holdings: which fund owns how much of which company, and at what value.

The table is found, decoded and split as an inventory is (:mod:`risk.inventory.formats.reading`),
and cells are read by the same readers; only the columns are others. A row is told apart by fund
and company. What nobody stated is None.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, cast

from risk.inventory.amounts import Signed
from risk.inventory.cells import CellRead, ColumnReader
from risk.inventory.columns import Column, Kind, header_key
from risk.inventory.conventions import Conventions, find_date_style, find_notation
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.reading import read_table_of
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.intake import record_fault
from risk.inventory.intake_results import Outcome, Problem, Question
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.progress import unheard
from risk.inventory.refusals import SAID, Context, FileRefused, Findings, Questions, shortened
from risk.inventory.shipped import shipped
from risk.inventory.tables import Table
from risk.money.currencies import meant_by

COMPANY, FUND = "company", "fund"
COLUMNS: Mapping[str, Column] = {
    name: Column(name=name, kind=kind)
    for name, kind in (
        (COMPANY, Kind.NAME),
        (FUND, Kind.NAME),
        ("cost", Kind.MONEY),
        ("value", Kind.MONEY),
        ("ownership", Kind.FRACTION),
        ("currency", Kind.TEXT),
        ("as_of", Kind.DATE),
    )
}
_MONEY = ("cost", "value")
_NUMBERS = (*_MONEY, "ownership")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: ``Fair value (EUR)``, ``cost_usd``, ``Value in EUR``: an amount and its currency.
_WITH_CURRENCY = re.compile(r"^(?P<what>.*?)[\s_]*[(\[]?(?:in\s+)?(?P<code>[A-Za-z]{3})[)\]]?$")
_CODES = frozenset(
    "USD EUR GBP CHF JPY CNY SEK NOK DKK PLN CZK HUF RON BGN ISK TRY AUD CAD NZD HKD SGD KRW INR "
    "IDR ILS MXN MYR PHP THB ZAR BRL".split()
)
USD = "USD"


@dataclass(frozen=True, kw_only=True)
class HoldingRow:
    """One line: what a fund holds of a company, in its currency. ``line`` counts from 1."""

    line: int
    company: str
    fund: str
    cost: float | None
    value: float | None
    ownership: float | None
    currency: str
    as_of: date | None


@dataclass(frozen=True, kw_only=True)
class HoldingsRead:
    """What a table of holdings says: rows, problems by line, questions to be answered first.

    ``records`` = rows + ``rejected`` + ``duplicate``. ``mapping`` goes from the file's header to
    our column, None where it is left out.
    """

    outcome: Outcome
    records: int
    rejected: int
    duplicate: int
    rows: tuple[HoldingRow, ...]
    problems: tuple[Problem, ...]
    confirm: tuple[Question, ...]
    mapping: Mapping[str, str | None]


def read_holdings(
    data: bytes,
    *,
    file_name: str,
    fund: str | None = None,
    currency: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
    unpack: Unpack = unpack_here,
) -> HoldingsRead:
    """Read a table of holdings; every outcome is a result, nothing about the bytes raises.

    ``fund`` and ``currency`` hold for rows that name none. ``mapping`` goes from header to column;
    headers that it does not name are read as usual. ``assume`` answers questions by their code.
    """
    context = Context(
        {header: _as_of_inventory(column) for header, column in (mapping or {}).items()},
        Questions(assume or {}),
        Findings(),
        limits,
    )
    try:
        table = read_table_of(data, context, unpack, unheard)
        places = _places(table.header, mapping or {}, has_fund=fund is not None)
    except FileRefused as refusal:
        value = refusal.problem.value or shortened(file_name)
        return HoldingsRead(
            outcome=Outcome.REJECT_FILE,
            records=0,
            rejected=0,
            duplicate=0,
            rows=(),
            problems=(replace(refusal.problem, value=value),),
            confirm=(),
            mapping={},
        )
    return _Reading(table, places, fund, currency or USD, context).result()


def _as_of_inventory(column: str | None) -> str | None:
    """The column of an inventory by which a table is found whose header was chosen by hand."""
    return {COMPANY: "startup", FUND: "provider"}.get(column or "")


@dataclass(frozen=True)
class _Place:
    """Where a column stands, and the currency that its header names."""

    index: int
    header: str
    currency: str | None = None


@cache
def _known() -> Mapping[str, tuple[str, int]]:
    """Compared header → column and rank; of two headers for one the lower rank is taken."""
    found = {header_key(name): (name, -1) for name in COLUMNS}
    for rank, row in enumerate(shipped("holding_headers")):
        if row["column"] not in COLUMNS:
            raise ValueError(f"{row['column']!r} is no column of a table of holdings")
        found.setdefault(header_key(row["synonym"]), (row["column"], rank))
    return found


def _meaning(cell: str) -> tuple[str, int, str | None] | None:
    """The column of a header, its rank, and the currency that it names."""
    known = _known()
    plain = cell.rstrip("*: ")
    if header_key(plain) in known:
        column, rank = known[header_key(plain)]
        return column, rank, None
    match = _WITH_CURRENCY.match(plain)
    if match and match["code"].upper() in _CODES and header_key(match["what"]) in known:
        column, rank = known[header_key(match["what"])]
        if column in _MONEY:
            return column, rank, match["code"].upper()
    return None


def _places(
    header: Sequence[str], chosen: Mapping[str, str | None], *, has_fund: bool
) -> dict[str, _Place]:
    """Where each column stands. Raises FileRefused if one that is needed is missing."""
    by_hand = {header_key(key): column for key, column in chosen.items()}
    if wrong := [column for column in by_hand.values() if column and column not in COLUMNS]:
        raise FileRefused(
            "missing_columns",
            f"The mapping names a column {wrong[0]!r} that does not exist. The columns are: "
            f"{', '.join(COLUMNS)}.",
        )
    ranked: dict[str, tuple[int, _Place]] = {}
    found: tuple[str, int, str | None] | None
    for index, cell in enumerate(header):
        if header_key(cell) in by_hand:
            column = by_hand[header_key(cell)]
            found = None if column is None else (column, -2, None)
        else:
            found = _meaning(cell)
        if found is None:
            continue
        name, rank, currency = found
        place = _Place(index, cell, currency)
        if name not in ranked or rank < ranked[name][0]:
            ranked[name] = rank, place
    needed = (COMPANY,) if has_fund else (COMPANY, FUND)
    missing = [name for name in needed if name not in ranked]
    if missing:
        listed = ", ".join(cell[:40] for cell in header[:12] if cell)
        also = (
            " If all rows belong to one fund, give its name for all of them (--fund NAME)."
            if FUND in missing
            else ""
        )
        raise FileRefused(
            "missing_columns",
            f"No column for {' and '.join(missing)}. The file has: {listed}. Rename or map the "
            f"columns that hold them; the columns are {', '.join(COLUMNS)}.{also}",
        )
    return {name: place for name, (_, place) in ranked.items()}


@dataclass(frozen=True)
class _Reading:
    table: Table
    places: Mapping[str, _Place]
    fund: str | None
    currency: str
    context: Context

    def result(self) -> HoldingsRead:
        """Read every record; what two records say of one stake differently is refused in both."""
        table, findings = self.table, self.context.findings
        header = tuple(map(header_key, table.header))
        readers = self._readers()
        for _, record in sorted(table.records.odd.items()):
            fault = record_fault(record, table, header)
            if fault is not None:
                findings.reject([fault], record.cells)
        rows: list[HoldingRow] = []
        for row, line in enumerate(table.records.lines.tolist()):
            cells = table.row_cells(row)
            if tuple(map(header_key, cells)) == header:
                said = f"Line {line}: {SAID['repeated_header']}."
                problem = _problem(line, COMPANY, cells[0], "repeated_header", said)
                findings.reject([problem], cells)
                continue
            one = self._row(line, cells, readers)
            if one is not None:
                rows.append(one)
        kept, duplicate = self._once(rows)
        self._warn_of_unknown()
        rejected = len(findings.rejects)
        outcome = Outcome.PARTIAL if rejected else Outcome.ACCEPT
        return HoldingsRead(
            outcome=Outcome.CONFIRM if self.context.questions.open else outcome,
            records=table.records.number,
            rejected=rejected,
            duplicate=duplicate,
            rows=tuple(kept),
            problems=findings.problems(),
            confirm=tuple(self.context.questions.open),
            mapping=self._mapping(),
        )

    def _mapping(self) -> dict[str, str | None]:
        found = {place.index: name for name, place in self.places.items()}
        return {cell: found.get(index) for index, cell in enumerate(self.table.header)}

    def _readers(self) -> dict[str, ColumnReader]:
        columns, questions = self.table.columns, self.context.questions
        texts = {
            name: cast(list[str], columns[place.index].dictionary.to_pylist())
            for name, place in self.places.items()
        }
        conventions = Conventions(
            notation=find_notation(
                [text for name in _NUMBERS for text in texts.get(name, ())], questions
            ),
            dates=find_date_style(texts.get("as_of", ()), questions),
        )
        limits = self.context.limits
        return {name: ColumnReader(COLUMNS[name], conventions, limits) for name in self.places}

    def _row(
        self, line: int, cells: Sequence[str], readers: Mapping[str, ColumnReader]
    ) -> HoldingRow | None:
        """One record, None where it is refused."""
        problems: list[Problem] = []
        values: dict[str, Any] = dict.fromkeys(COLUMNS)
        signs: dict[str, str] = {}
        for name, place in self.places.items():
            text = cells[place.index]
            read: CellRead = readers[name].read(text)
            if read.error:
                said = f"Line {line}, {place.header}: {read.advice}"
                problems.append(
                    _problem(line, name, text, read.error, f"{said}, not {shortened(text)!r}.")
                )
            values[name] = read.value
            if isinstance(read.value, Signed):
                values[name] = read.value.amount
                signs.setdefault(read.value.sign, text)
        values[FUND] = values[FUND] or self.fund
        for name in (COMPANY, FUND):
            if not values[name]:
                said = f"Line {line}: no {name} is named. Name it, or remove the line."
                problems.append(_problem(line, name, "", f"missing_{name}", said))
        currency = self._currency(line, values["currency"], signs, problems)
        if problems:
            self.context.findings.reject(problems, tuple(cells))
            return None
        return HoldingRow(
            line=line,
            company=str(values[COMPANY]),
            fund=str(values[FUND]),
            cost=_number(values["cost"]),
            value=_number(values["value"]),
            ownership=_number(values["ownership"]),
            currency=currency,
            as_of=values["as_of"],
        )

    def _currency(
        self, line: int, stated: str | None, signs: Mapping[str, str], problems: list[Problem]
    ) -> str:
        """The currency of a row: its own, that of its headers, or that of the file.

        ``signs`` stand in cells of amounts, with the cell: what several currencies have means the
        one that is named otherwise.
        """
        named = {
            place.currency
            for name, place in self.places.items()
            if name in _MONEY and place.currency is not None
        }
        code = stated.strip().upper() if stated else ""
        beside = code or next(iter(named), self.currency)
        for sign, cell in signs.items():
            meant = meant_by(sign, beside)
            if meant is None:
                said = (
                    f"Line {line}: name the currency of {shortened(cell)!r} by its three letters."
                )
                problems.append(_problem(line, "currency", cell, "currency_mismatch", said))
            else:
                named.add(meant)
        if len(named | ({code} if code else set())) > 1:
            said = (
                f"Line {line}: the amounts have several currencies "
                f"({', '.join(sorted(named | {code} - {''}))}). Give each line one currency."
            )
            problems.append(_problem(line, "currency", code, "currency_mismatch", said))
        code = code or next(iter(named), self.currency)
        if not _CURRENCY.fullmatch(code):
            said = f"Line {line}, currency: write a code of three letters such as USD or EUR, not "
            said += f"{shortened(stated)!r}."
            problems.append(_problem(line, "currency", code, "not_in_list", said))
        return code

    def _once(self, rows: Sequence[HoldingRow]) -> tuple[list[HoldingRow], int]:
        """Rows with their repetitions left out, and contradictions refused wherever they stand."""
        whose: dict[tuple[str, str], list[HoldingRow]] = {}
        for one in rows:
            whose.setdefault((_key(one.fund), _key(one.company)), []).append(one)
        kept, duplicate = [], 0
        for same in whose.values():
            facts = Counter(replace(one, line=0, company="", fund="") for one in same)
            if len(facts) == 1:
                kept.append(same[0])
                duplicate += len(same) - 1
                continue
            lines = ", ".join(str(one.line) for one in same)
            for one in same:
                said = (
                    f"Line {one.line}: lines {lines} say different things about what {one.fund} "
                    f"holds of {one.company}. Keep one, or add the stakes up in one line."
                )
                problem = _problem(one.line, COMPANY, one.company, "conflict", said)
                self.context.findings.reject([problem], ())
        return sorted(kept, key=lambda one: one.line), duplicate

    def _warn_of_unknown(self) -> None:
        for header, column in self._mapping().items():
            if column is None and header:
                self.context.findings.warn(
                    "unknown_column_ignored",
                    self.table.header_line,
                    f"The column {header[:80]!r} is none that we know; it was left out.",
                    column=header,
                )


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _problem(line: int, column: str, text: str, code: str, message: str) -> Problem:
    return Problem(code=code, line=line, column=column, value=shortened(text), message=message)
