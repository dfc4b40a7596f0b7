"""Contracts that a register of information states, one record for each arrangement.

Where rows of one contract differ, nothing is taken: what they agree on is what the contract says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from risk.dora.packages import Register
from risk.dora.schema import COLUMNS, NO_END
from risk.dora.tables import Table
from risk.inventory.contracts import ArrangementKind, Contract, faults

KINDS: Mapping[str, ArrangementKind] = {
    "eba_CO:x1": ArrangementKind.STANDALONE,
    "eba_CO:x2": ArrangementKind.OVERARCHING,
    "eba_CO:x3": ArrangementKind.SUBSEQUENT,
}
T = TypeVar("T")
_WHOLE = re.compile(r"\d{1,5}")
_COUNTRY = re.compile(r"eba_GA:([A-Z]{2})")
_CURRENCY = re.compile(r"eba_CU:([A-Z]{3})")


def contracts_in(register: Register, *, source: str) -> tuple[Contract, ...]:
    """The contracts of B_02.01 and B_02.02, in their order.

    A row without a reference is none, nor is one whose reference no record can have. What makes no
    sense, such as an end before the start, is not taken: the lint says it of the register.
    """
    entities = _names(register.table("B_01.02"), "c0020")
    providers = _names(register.table("B_05.01"), "c0050")
    stated = _by_reference(register.table("B_02.01"))
    used = _by_reference(register.table("B_02.02"))
    found = []
    for reference in dict.fromkeys([*stated, *used]):
        own, its = stated.get(reference, []), used.get(reference, [])
        amount = _agreed(_amount(one["c0050"]) for one in own)
        currency = _agreed(_match(_CURRENCY, one["c0040"]) for one in own)
        known = amount is not None and currency is not None
        found.append(
            _sound(
                Contract(
                    reference=reference,
                    kind=_agreed(KINDS.get(one["c0020"]) for one in own),
                    overarching=_agreed(one["c0030"].strip() or None for one in own),
                    entity=_agreed(entities.get(one["c0020"]) for one in its),
                    provider=_agreed(providers.get(one["c0030"]) for one in its),
                    contract_start=_agreed(_day(one["c0070"]) for one in its),
                    contract_end=_agreed(_day(one["c0080"]) for one in its),
                    notice_days=_agreed(_days(one["c0100"]) for one in its),
                    provider_notice_days=_agreed(_days(one["c0110"]) for one in its),
                    governing_law=_agreed(_match(_COUNTRY, one["c0120"]) for one in its),
                    annual_expense=amount if known else None,
                    expense_currency=currency if known else None,
                    source=source,
                )
            )
        )
    return tuple(one for one in found if one is not None)


#: Facts that make sense together or not at all.
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "contract_end": ("contract_start", "contract_end"),
    "annual_expense": ("annual_expense", "expense_currency"),
    "expense_currency": ("annual_expense", "expense_currency"),
}


def _sound(contract: Contract) -> Contract | None:
    """A contract without what makes no sense in it; None where that is its reference."""
    wrong = {name for name, _ in faults(contract)}
    if "reference" in wrong:
        return None
    gone: dict[str, Any] = {
        name: None for fault in wrong for name in _TOGETHER.get(fault, (fault,))
    }
    return replace(contract, **gone)


def _by_reference(table: Table) -> dict[str, list[Mapping[str, str]]]:
    """The rows of a table, cells by column, by the reference of their contract."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in table.rows:
        cells = {code: table.cell(row, code) for code in COLUMNS[table.name]}
        if reference := cells["c0010"].strip():
            found.setdefault(reference, []).append(cells)
    return found


def _names(table: Table, name: str) -> dict[str, str]:
    pairs = zip(table.values("c0010"), table.values(name), strict=True)
    return {code: text for code, text in pairs if text}


def _agreed(values: Iterable[T | None]) -> T | None:
    """The only value that rows state; None where they differ or none does."""
    stated = {one for one in values if one is not None}
    return stated.pop() if len(stated) == 1 else None


def _day(text: str) -> date | None:
    if text == NO_END:
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _days(text: str) -> float | None:
    return float(text) if _WHOLE.fullmatch(text) else None


def _match(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.fullmatch(text)
    return found[1] if found else None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and amount >= 0 else None
