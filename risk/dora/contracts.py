"""Contracts that a register of information states, one record for each arrangement.

Where rows of one contract differ, nothing is taken: what they agree on is what the contract says.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from risk.dora.packages import Register
from risk.dora.schema import NO_END
from risk.dora.tables import Table
from risk.inventory.contracts import ArrangementKind, Contract

KINDS: Mapping[str, ArrangementKind] = {
    "eba_CO:x1": ArrangementKind.STANDALONE,
    "eba_CO:x2": ArrangementKind.OVERARCHING,
    "eba_CO:x3": ArrangementKind.SUBSEQUENT,
}
_OF_ARRANGEMENTS = ("c0020", "c0030", "c0040", "c0050")
T = TypeVar("T")
_WHOLE = re.compile(r"\d{1,5}")
_COUNTRY = re.compile(r"eba_GA:([A-Z]{2})")
_CURRENCY = re.compile(r"eba_CU:([A-Z]{3})")


def contracts_in(register: Register, *, source: str) -> tuple[Contract, ...]:
    """The contracts of B_02.01 and B_02.02, in their order; a row without a reference is none."""
    arrangements, uses = register.table("B_02.01"), register.table("B_02.02")
    entities = _names(register.table("B_01.02"), "c0020")
    providers = _names(register.table("B_05.01"), "c0050")
    stated = {arrangements.cell(row, "c0010"): row for row in arrangements.rows}
    used: dict[str, list[dict[str, str]]] = {}
    for row in uses.rows:
        cells = {code: uses.cell(row, code) for code in uses.places}
        used.setdefault(cells.get("c0010", ""), []).append(cells)
    found = []
    for reference in dict.fromkeys([*stated, *used]):
        if not reference.strip():
            continue
        its = used.get(reference, [])
        own = stated.get(reference)

        said = {code: arrangements.cell(own, code) if own else "" for code in _OF_ARRANGEMENTS}
        amount, currency = _amount(said["c0050"]), _match(_CURRENCY, said["c0040"])
        known = amount is not None and currency is not None
        found.append(
            Contract(
                reference=reference,
                kind=KINDS.get(said["c0020"]),
                overarching=said["c0030"] or None,
                entity=_agreed(entities.get(one.get("c0020", "")) for one in its),
                provider=_agreed(providers.get(one.get("c0030", "")) for one in its),
                contract_start=_agreed(_day(one.get("c0070", "")) for one in its),
                contract_end=_agreed(_day(one.get("c0080", "")) for one in its),
                notice_days=_agreed(_days(one.get("c0100", "")) for one in its),
                provider_notice_days=_agreed(_days(one.get("c0110", "")) for one in its),
                governing_law=_agreed(_match(_COUNTRY, one.get("c0120", "")) for one in its),
                annual_expense=amount if known else None,
                expense_currency=currency if known else None,
                source=source,
            )
        )
    return tuple(found)


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
