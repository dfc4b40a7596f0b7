"""Reader and writer of a table of contracts: a line for each, with what was found of provisions.

It is read as :mod:`risk.inventory.own_tables` reads any. A contract is told apart by its reference,
as written. Each provision has a column that says what was found, under its identifier or its
article (``art_30_2_h``, ``30(2)(h)``); where more was noted, four beside it say the clause, the
day, by whom, and what else. A blank cell says nothing: what is known stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from risk.inventory.cells import ColumnReader
from risk.inventory.columns import Column, Kind
from risk.inventory.contracts import (
    FACTS,
    ArrangementKind,
    Check,
    Contract,
    ProvisionState,
    cents_of,
    faults,
    provision_named,
    provisions,
)
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.unpacking import unpack as unpack_here
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
from risk.inventory.refusals import FileRefused
from risk.money.currencies import meant_by

REFERENCE = "reference"
#: What else may be noted of a provision, by the end of its column's name.
DETAILS = ("clause", "checked_on", "checked_by", "note")
#: A contract without an end has this one in a register of information.
_OPEN_END = date(9999, 12, 31)


class YesNo(StrEnum):
    """What a cell says that is yes or no."""

    YES = "yes"
    NO = "no"


_KINDS = {
    "kind": (Kind.CHOICE, ArrangementKind),
    **dict.fromkeys(("renews_itself", "escrow", "step_in"), (Kind.CHOICE, YesNo)),
    **dict.fromkeys(("contract_start", "contract_end", "renewal", "as_of"), (Kind.DATE, None)),
    **dict.fromkeys(("notice_days", "provider_notice_days"), (Kind.NUMBER, None)),
    "promised_availability": (Kind.FRACTION, None),
    "annual_expense": (Kind.MONEY, None),
}
#: The columns of facts, in the order in which they are written.
FACT_COLUMNS = (REFERENCE, *FACTS)
COLUMNS: Mapping[str, Column] = {
    REFERENCE: Column(name=REFERENCE, kind=Kind.NAME),
    **{
        name: Column(name=name, kind=kind, choices=choices)
        for name in FACTS
        for kind, choices in [_KINDS.get(name, (Kind.TEXT, None))]
    },
    **{name: Column(name=name, kind=Kind.CHOICE, choices=ProvisionState) for name in provisions()},
    **{
        f"{name}_{detail}": Column(
            name=f"{name}_{detail}", kind=Kind.DATE if detail == "checked_on" else Kind.TEXT
        )
        for name in provisions()
        for detail in DETAILS
    },
}
SORT = Sort(
    columns=COLUMNS,
    headers="contract_headers",
    as_inventory={REFERENCE: "contract", "entity": "startup", "provider": "provider"},
)


@dataclass(frozen=True, kw_only=True)
class ContractLine(Row):
    """One line of a table: a contract as it is told there."""

    contract: Contract


def read_contracts(
    data: bytes,
    *,
    file_name: str,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
    unpack: Unpack = unpack_here,
) -> TableRead[ContractLine]:
    """Read a table of contracts; every outcome is a result, nothing about the bytes raises.

    ``mapping`` goes from header to column, ``assume`` answers questions by their code.
    """
    try:
        table = open_table(
            data,
            SORT,
            needed=(REFERENCE,),
            mapping=mapping,
            assume=assume,
            limits=limits,
            unpack=unpack,
            meaning=_meaning,
        )
    except FileRefused as refusal:
        return refused(refusal, file_name)
    readers = table.readers()
    looked_at = [
        name
        for name in provisions()
        if any(one in table.places for one in (name, *(f"{name}_{each}" for each in DETAILS)))
    ]
    found = [_line(table, line, cells, readers, looked_at) for line, cells in table.lines()]
    kept, duplicate = _once(table, [one for one in found if one is not None])
    return table.read_as(kept, duplicate=duplicate)


def _meaning(cell: str) -> Meaning | None:
    """The column of a header; a provision may be called by its article."""
    found = plain_meaning(SORT, cell)
    if found is not None:
        return found
    named = provision_named(cell)
    return None if named is None else (named.id, 0, None)


def _line(
    table: OwnTable,
    line: int,
    cells: tuple[str, ...],
    readers: Mapping[str, ColumnReader],
    looked_at: Sequence[str],
) -> ContractLine | None:
    """One record, None where it is refused; ``looked_at`` are the provisions that have a column."""
    values, signs, problems = table.values(line, cells, readers)
    broken = {one.column for one in problems}

    def wrong(column: str, code: str, said: str) -> None:
        if column not in broken:
            place = table.places.get(column)
            text = cells[place.index] if place else ""
            problems.append(problem(line, column, text, code, f"Line {line}: {said}"))

    if not values[REFERENCE]:
        said = "no contract is named. Write its reference, or remove the line."
        wrong(REFERENCE, "missing_reference", said)
    sign = next(iter(signs), None)
    stated = values["expense_currency"]
    currency = None if stated is None else stated.strip().upper()
    if sign is not None:
        currency = meant_by(sign, currency) if currency is None else currency
        if currency is None or meant_by(sign, currency) != currency:
            said = "name the currency of the expense by its three letters in expense_currency."
            wrong("annual_expense", "currency_mismatch", said)
    facts = {name: _fact(name, values[name]) for name in FACTS}
    checks = {}
    for name in looked_at:
        state = values[name]
        details = {detail: values[f"{name}_{detail}"] for detail in DETAILS}
        if state is not None:
            checks[name] = Check(state=state, **details)
        elif any(details.values()):
            said = f"say what was found: {', '.join(ProvisionState)}, beside what was noted of it."
            wrong(name, "missing_finding", said)
    contract = Contract(
        reference=values[REFERENCE] or "",
        **{**facts, "expense_currency": currency, "checks": checks},
    )
    for column, said in faults(contract) if values[REFERENCE] else ():
        wrong(column, "bad_value", said)
    if problems:
        table.context.findings.reject(problems, cells)
        return None
    return ContractLine(line=line, cells=cells, contract=contract)


def _fact(name: str, value: Any) -> Any:
    """A value as a contract states it."""
    if isinstance(value, YesNo):
        return value is YesNo.YES
    if name == "annual_expense" and value is not None:
        return cents_of(value)
    if name == "contract_end" and value == _OPEN_END:
        return None
    return value


def _once(table: OwnTable, lines: list[ContractLine]) -> tuple[list[ContractLine], int]:
    """Lines with their repetitions left out; contradictions are refused wherever they stand."""
    by_reference: dict[str, list[ContractLine]] = {}
    for one in lines:
        by_reference.setdefault(one.contract.reference, []).append(one)
    kept: list[ContractLine] = []
    duplicate = 0
    for reference, same in by_reference.items():
        if all(one.contract == same[0].contract for one in same):
            kept.append(same[0])
            duplicate += len(same) - 1
            continue
        listed = ", ".join(str(one.line) for one in same)
        for one in same:
            said = (
                f"Line {one.line}: lines {listed} say different things about the contract "
                f"{reference}. Keep one line for each contract."
            )
            found = problem(one.line, REFERENCE, reference, "conflict", said)
            table.context.findings.reject([found], one.cells)
    return kept, duplicate


def contracts_table(contracts: Iterable[Contract]) -> ExportTable:
    """Contracts as a table that reads back as the same; columns in which nothing stands are few.

    All facts and provisions have a column; clause, day, name and note of a provision where any
    contract has one.
    """
    every = tuple(contracts)
    used = [
        (name, detail)
        for name in provisions()
        for detail in DETAILS
        if any(getattr(one.check(name), detail) is not None for one in every)
    ]
    columns = (*FACT_COLUMNS, *provisions(), *(f"{name}_{detail}" for name, detail in used))
    rows = [
        (
            one.reference,
            *(_cell(getattr(one, name)) for name in FACTS),
            *(str(one.checks[name].state) if name in one.checks else None for name in provisions()),
            *(getattr(one.check(name), detail) for name, detail in used),
        )
        for one in every
    ]
    return ExportTable(name="Contracts", columns=columns, rows=rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return str(YesNo.YES if value else YesNo.NO)
    if isinstance(value, StrEnum):
        return str(value)
    stated: Cell = value
    return stated


def with_source(contract: Contract, source: str) -> Contract:
    """A contract that says where it is from, if it did not."""
    return contract if contract.source else replace(contract, source=source)
