"""Amounts of every currency into USD, beside what was stated.

What an amount in USD is depends on the cell, the currency beside it and the day of the fact; each
combination of the three is worked out once. A number that is in USD already is left as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from risk.inventory.amounts import CENT, Signed
from risk.inventory.cells import CellRead, ReadColumn
from risk.inventory.columns import OF_AMOUNTS
from risk.inventory.conventions import MoneyStyle
from risk.inventory.limits import Limits
from risk.inventory.refusals import SAID
from risk.inventory.rows import Coded, combined, object_array
from risk.money.currencies import USD, meant_by
from risk.money.stated import PERIODS, Stated, Unit, stated

#: Amounts as a cell was read.
Amount = float | Decimal | Signed


@dataclass(frozen=True)
class InUsd:
    """One amount: ``usd`` for the usual time, and as ``stated`` if that was anything else."""

    usd: float | None
    stated: Stated | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()


def amount_in_usd(
    value: Amount, style: MoneyStyle, unit: Unit | None, *, fact: str, day: date, limits: Limits
) -> InUsd:
    """An amount in USD. ``unit`` is the currency beside it, ``day`` that of its rate."""
    beside = style.currency if unit is None or style.header_wins else unit.currency
    amount, currency = value, beside
    if isinstance(value, Signed):
        sign = value.sign.casefold()
        found = meant_by(sign, beside) or style.signs.get(sign)
        if found is None:
            return InUsd(None, error="currency_mismatch")
        amount, currency = value.amount, found
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    usual, per = PERIODS[fact], style.per
    if unit is not None and unit.per is not None:
        per = unit.per
    per = None if per is usual or usual is None else per
    said = stated(exact, currency, per=per, day=day)
    usd = said.usd(usual)
    if usd is None:
        return InUsd(None, said, warnings=("currency_not_quoted",))
    if usd > limits.amount:
        return InUsd(None, error="amount_too_large")
    if currency != USD or per is not None:
        return InUsd(float(usd), said)
    rounded = ("rounded_to_cents",) if usd != exact else ()
    return InUsd(float(exact.quantize(CENT, ROUND_HALF_EVEN)), warnings=rounded)


def with_amounts_in_usd(
    read: Mapping[str, ReadColumn], styles: Mapping[str, MoneyStyle], *, today: date, limits: Limits
) -> tuple[dict[str, ReadColumn], dict[str, Coded]]:
    """The columns of a file with its amounts in USD, and beside them the facts to import.

    ``today`` is the day of a fact that has none. The facts have no columns about amounts; of each
    amount ``X_usd`` and, where any was stated otherwise, ``X_stated``.
    """
    judged = dict(read)
    facts: dict[str, Coded] = {n: c for n, c in read.items() if n not in OF_AMOUNTS}
    for fact in PERIODS:
        found = []
        for name in (f"{fact}_usd", f"{fact}_stated"):
            facts.pop(name, None)
            if name in read:
                unit = _unit_beside(read, name)
                judged[name], as_stated = _converted(
                    read[name], styles[name], unit, _days(read, fact, today), fact, limits
                )
                found.append((judged[name], as_stated))
        for name, column in zip((f"{fact}_usd", f"{fact}_stated"), _merged(found), strict=False):
            facts[name] = column
    return judged, facts


def unit_column(columns: Mapping[str, Any] | set[str], name: str) -> str | None:
    """Which column of currencies goes with a column of money, if the file has any."""
    fact = name.removesuffix("_usd").removesuffix("_stated")
    own = f"{fact}_currency"
    if own in columns and not (name.endswith("_usd") and f"{fact}_stated" in columns):
        return own
    # What we export in USD stays so, whatever was stated.
    is_ours = name.endswith("_usd") and f"{fact}_stated" in columns
    return "currency" if "currency" in columns and not is_ours else None


def _unit_beside(read: Mapping[str, ReadColumn], name: str) -> ReadColumn | None:
    column = unit_column(read, name)
    return None if column is None else read[column]


def _days(read: Mapping[str, ReadColumn], fact: str, today: date) -> Coded:
    """The day of the rate of each record: a stated one, else the day of the fact, else today."""
    known = [read[name] for name in (f"{fact}_rate_day", "as_of") if name in read]
    if not known:
        rows = len(next(iter(read.values())).codes)
        return Coded(np.zeros(rows, np.int64), object_array([today]))
    *stated_days, last = known
    days = last.mapped([value or today for value in last.values])
    for one in stated_days:
        days = _first_known(one, days)
    return days


def _first_known(first: Coded, second: Coded) -> Coded:
    """The values of ``first``, and of ``second`` where these are None."""
    codes = np.where(first.identities >= 0, first.codes, second.codes + len(first.values))
    return Coded(codes, np.append(first.values, second.values))


def _converted(
    column: ReadColumn,
    style: MoneyStyle,
    unit: ReadColumn | None,
    days: Coded,
    fact: str,
    limits: Limits,
) -> tuple[ReadColumn, Coded | None]:
    """A column of amounts in USD, and as stated: None where all were in USD.

    One whose currency could not be read is unknown.
    """
    is_amount = np.array([value is not None for value in column.values], bool)
    is_signed = np.array([isinstance(value, Signed) for value in column.values], bool)
    wanted = (is_signed if style.is_plain else is_amount)[column.codes]
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return column, None
    parts = [column.codes[rows].astype(np.int64), days.codes[rows].astype(np.int64)]
    if unit is not None:
        parts.append(unit.codes[rows].astype(np.int64))
    numbers, first = combined(parts)
    places = rows[first]
    unclear = np.zeros(len(column.codes), bool) if unit is None else unit.lost
    made = [
        amount_in_usd(
            column.values[column.codes[row]],
            style,
            None if unit is None else unit.values[unit.codes[row]],
            fact=fact,
            day=days.values[days.codes[row]],
            limits=limits,
        )
        if style.header_wins or not unclear[row]
        else InUsd(None)
        for row in places.tolist()
    ]
    before = len(column.values)
    codes = column.codes.astype(np.int64)
    codes[rows] = before + numbers
    unusual = dict(column.unusual)
    for number, (row, one) in enumerate(zip(places.tolist(), made, strict=True)):
        read = column.unusual.get(int(column.codes[row]))
        warnings = (*(read.warnings if read else ()), *one.warnings)
        if one.error or warnings:
            advice = SAID[one.error].format(**vars(limits)) if one.error else ""
            unusual[before + number] = CellRead(
                one.usd, one.error, advice, warnings, lost=one.error is not None
            )
    texts = pa.concat_arrays(
        [
            column.texts.cast(pa.string()),
            column.texts.take(pa.array(column.codes[places])).cast(pa.string()),
        ]
    )
    plain = [None if isinstance(value, Signed) else value for value in column.values]
    usd = ReadColumn(codes, object_array([*plain, *(one.usd for one in made)]), texts, unusual)
    said = [None] * before + [one.stated for one in made]
    return usd, Coded(codes, object_array(said)) if any(said) else None


def _merged(found: list[tuple[ReadColumn, Coded | None]]) -> list[Coded]:
    """Amount in USD and as stated of the columns of one fact; what is stated goes before USD."""
    if not found:
        return []
    (usd, said), *more = found
    if not more:
        return [usd] if said is None else [usd, said]
    (other, otherwise), nothing = more[0], Coded(usd.codes * 0, object_array([None]))
    said, otherwise = said or nothing, otherwise or nothing
    is_other = (other.identities >= 0) | (otherwise.identities >= 0)
    return [
        Coded(np.where(is_other, b.codes + len(a.values), a.codes), np.append(a.values, b.values))
        for a, b in ((usd, other), (said, otherwise))
    ]
