"""Reader of a table of holdings: which fund owns how much of which company, and at what value.

It is read as :mod:`risk.inventory.own_tables` reads any. A row is told apart by fund and company.
What nobody stated is None.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from risk.inventory.cells import ColumnReader
from risk.inventory.columns import Column, Kind
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.intake_results import Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.own_tables import (
    Meaning,
    OwnTable,
    Row,
    Sort,
    TableRead,
    open_table,
    plain_meaning,
    problem,
    refused,
)
from risk.inventory.refusals import FileRefused, shortened
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
SORT = Sort(
    columns=COLUMNS,
    headers="holding_headers",
    as_inventory={COMPANY: "startup", FUND: "provider"},
)
_MONEY = ("cost", "value")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: ``Fair value (EUR)``, ``cost_usd``, ``Value in EUR``: an amount and its currency.
_WITH_CURRENCY = re.compile(r"^(?P<what>.*?)[\s_]*[(\[]?(?:in\s+)?(?P<code>[A-Za-z]{3})[)\]]?$")
_CODES = frozenset(
    "USD EUR GBP CHF JPY CNY SEK NOK DKK PLN CZK HUF RON BGN ISK TRY AUD CAD NZD HKD SGD KRW INR "
    "IDR ILS MXN MYR PHP THB ZAR BRL".split()
)
USD = "USD"


@dataclass(frozen=True, kw_only=True)
class HoldingRow(Row):
    """One line: what a fund holds of a company, in its currency."""

    company: str
    fund: str
    cost: float | None
    value: float | None
    ownership: float | None
    currency: str
    as_of: date | None


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
) -> TableRead[HoldingRow]:
    """Read a table of holdings; every outcome is a result, nothing about the bytes raises.

    ``fund`` and ``currency`` hold for rows that name none. ``mapping`` goes from header to column;
    headers that it does not name are read as usual. ``assume`` answers questions by their code.
    """
    try:
        found = open_table(
            data,
            SORT,
            needed=(COMPANY, FUND) if fund is None else (COMPANY,),
            mapping=mapping,
            assume=assume,
            limits=limits,
            unpack=unpack,
            meaning=_meaning,
            hints={
                FUND: "If all rows belong to one fund, give its name for all of them (--fund NAME)."
            },
        )
    except FileRefused as refusal:
        return refused(refusal, file_name)
    return _Reading(found, fund, currency or USD).result()


def _meaning(cell: str) -> Meaning | None:
    """The column of a header, its rank, and the currency that it names."""
    found = plain_meaning(SORT, cell)
    if found is not None:
        return found
    match = _WITH_CURRENCY.match(cell.rstrip("*: "))
    if match and match["code"].upper() in _CODES:
        amount = plain_meaning(SORT, match["what"])
        if amount is not None and amount[0] in _MONEY:
            return amount[0], amount[1], match["code"].upper()
    return None


@dataclass(frozen=True)
class _Reading:
    table: OwnTable
    fund: str | None
    currency: str

    def result(self) -> TableRead[HoldingRow]:
        """Read every record; what two records say of one stake differently is refused in both."""
        readers = self.table.readers()
        rows = [self._row(line, cells, readers) for line, cells in self.table.lines()]
        kept, duplicate = self._once([one for one in rows if one is not None])
        return self.table.read_as(kept, duplicate=duplicate)

    def _row(
        self, line: int, cells: Sequence[str], readers: Mapping[str, ColumnReader]
    ) -> HoldingRow | None:
        """One record, None where it is refused."""
        values, signs, problems = self.table.values(line, cells, readers)
        values[FUND] = values[FUND] or self.fund
        for name in (COMPANY, FUND):
            if not values[name]:
                said = f"Line {line}: no {name} is named. Name it, or remove the line."
                problems.append(problem(line, name, "", f"missing_{name}", said))
        currency = self._currency(line, values["currency"], signs, problems)
        if problems:
            self.table.context.findings.reject(problems, tuple(cells))
            return None
        return HoldingRow(
            line=line,
            cells=tuple(cells),
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
            for name, place in self.table.places.items()
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
                problems.append(problem(line, "currency", cell, "currency_mismatch", said))
            else:
                named.add(meant)
        if len(named | ({code} if code else set())) > 1:
            said = (
                f"Line {line}: the amounts have several currencies "
                f"({', '.join(sorted(named | {code} - {''}))}). Give each line one currency."
            )
            problems.append(problem(line, "currency", code, "currency_mismatch", said))
        code = code or next(iter(named), self.currency)
        if not _CURRENCY.fullmatch(code):
            said = f"Line {line}, currency: write a code of three letters such as USD or EUR, not "
            said += f"{shortened(stated)!r}."
            problems.append(problem(line, "currency", code, "not_in_list", said))
        return code

    def _once(self, rows: Sequence[HoldingRow]) -> tuple[list[HoldingRow], int]:
        """Rows with their repetitions left out, and contradictions refused wherever they stand."""
        whose: dict[tuple[str, str], list[HoldingRow]] = {}
        for one in rows:
            whose.setdefault((_key(one.fund), _key(one.company)), []).append(one)
        kept, duplicate = [], 0
        for same in whose.values():
            facts = Counter(replace(one, line=0, cells=(), company="", fund="") for one in same)
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
                found = problem(one.line, COMPANY, one.company, "conflict", said)
                self.table.context.findings.reject([found], one.cells)
        return sorted(kept, key=lambda one: one.line), duplicate


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
