"""Conventions of a whole file: the meaning of its commas and the order of its dates.

Each is settled by all cells together and confirmed by the reader; no cell is guessed by itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from risk.inventory.amounts import NULL_WORDS, Evidence, Notation, currency_sign, notation_evidence
from risk.inventory.columns import header_key
from risk.inventory.dates import (
    DateEvidence,
    DateOrder,
    DateStyle,
    date_evidence,
    has_two_digit_year,
    is_serial,
    names_its_month,
)
from risk.inventory.money_headers import MoneyHeader, fact_of
from risk.inventory.refusals import Questions
from risk.money.currencies import EUR, USD, candidates, meant_by
from risk.money.rates import quoted_on
from risk.money.stated import PERIODS, Period, unit_of

_EXAMPLES = 3
#: Questions about signs of several currencies, and these, the likeliest first.
_SIGN_QUESTIONS = {
    "currency_of_crowns": ("SEK", "NOK", "DKK", "ISK"),
    "currency_of_yen_or_yuan": ("JPY", "CNY"),
    "currency_of_rupees": ("INR", "PKR", "LKR", "NPR", "MUR"),
}
#: Asked for first where nothing names a currency.
_LIKELY = (EUR, USD, "GBP", "CHF")
#: A header of our own says by its name that an amount is for a month.
_OWN_NAME = re.compile(r"spend(?:[a-z]{3}|stated)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year"}


@dataclass(frozen=True)
class Conventions:
    """How the numbers and dates of one file are written."""

    notation: Notation = Notation.COMMA_GROUPS
    dates: DateStyle = field(default_factory=DateStyle)
    money: Mapping[str, "MoneyStyle"] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MoneyStyle:
    """How the amounts of one column are to be read.

    ``currency`` is theirs where neither the cell nor a column of currencies names one, or, if
    ``header_wins``, wherever the cell names none. ``per`` is None for the usual time of the fact.
    ``signs`` says which currency a sign means that several have.
    """

    currency: str = USD
    header_wins: bool = False
    per: Period | None = None
    scale: Decimal = Decimal(1)
    signs: Mapping[str, str] = field(default_factory=dict)
    beside: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a number without a sign is an amount in USD for the usual time."""
        return self.currency == USD and self.per is None and not self.beside


def find_notation(cells: Iterable[str], questions: Questions) -> Notation:
    """The meaning of the comma in the numeric ``cells`` of a file."""
    seen: dict[Evidence, list[str]] = {evidence: [] for evidence in Evidence}
    for cell in cells:
        examples = seen[notation_evidence(cell)]
        if len(examples) < _EXAMPLES:
            examples.append(cell)
    decimal, groups, either = seen[Evidence.DECIMAL], seen[Evidence.GROUPS], seen[Evidence.EITHER]
    answer = ""
    if decimal and not groups:
        as_decimal = decimal[0].replace(".", "").replace(",", ".")
        answer = questions.ask(
            "decimal_comma",
            f"Is the comma the decimal mark, so that {decimal[0]} is {as_decimal}?",
            ("comma", "point"),
            decimal,
        )
    elif decimal or (either and not groups):
        examples = either or decimal
        answer = questions.ask(
            "decimal_or_thousands",
            f"Does the comma in {examples[0]} group thousands, or is it the decimal mark? The"
            " answer holds for the whole file.",
            ("thousands", "decimal"),
            examples,
        )
    is_decimal = answer in ("comma", "decimal")
    return Notation.COMMA_DECIMAL if is_decimal else Notation.COMMA_GROUPS


def find_date_style(cells: Iterable[str], questions: Questions) -> DateStyle:
    """The order, century and serial system of the date ``cells`` of a file."""
    unusual = [cell for cell in dict.fromkeys(cells) if not _ISO_DAY.fullmatch(cell)]
    seen: dict[DateEvidence, list[str]] = {evidence: [] for evidence in DateEvidence}
    for cell in unusual:
        seen[date_evidence(cell)].append(cell)
    order = _date_order(seen, questions)
    century, system = 2000, "1900"
    short = [
        cell
        for cell in unusual
        if has_two_digit_year(cell) and (order is not DateOrder.REFUSED or names_its_month(cell))
    ]
    if short:
        answer = questions.ask(
            "two_digit_year",
            f"Is the year in {short[0]} a year after 2000?",
            ("20yy", "19yy"),
            short[:_EXAMPLES],
        )
        century = 2000 if answer == "20yy" else 1900
    serials = [cell for cell in unusual if is_serial(cell)]
    if serials:
        system = questions.ask(
            "excel_serial_date",
            f"{serials[0]} looks like Excel's count of days. Counted from which year?",
            ("1900", "1904"),
            serials[:_EXAMPLES],
        )
    return DateStyle(order, century, system)


def _date_order(seen: dict[DateEvidence, list[str]], questions: Questions) -> DateOrder:
    day_first, month_first = seen[DateEvidence.DAY_FIRST], seen[DateEvidence.MONTH_FIRST]
    either = seen[DateEvidence.EITHER]
    examples = day_first or month_first or either
    if not examples or (day_first and month_first):
        return DateOrder.REFUSED
    code, choices = "date_order_unknown", ("dmy", "mdy")
    if day_first:
        code, choices = "date_order_dmy", ("dmy", "reject")
    elif month_first:
        choices = ("mdy", "reject")
    answer = questions.ask(
        code,
        f"Is {examples[0]} written as {_ORDERS[choices[0]]}? The answer holds for the whole file.",
        choices,
        examples[:_EXAMPLES],
    )
    return DateOrder(answer)


@dataclass(frozen=True, kw_only=True)
class MoneyCells:
    """One column of money: its header, what that says, its distinct cells, the codes beside it."""

    column: str
    header: str
    says: MoneyHeader
    cells: Sequence[str]
    beside: Sequence[str] | None = None


def find_money(columns: Sequence[MoneyCells], questions: Questions) -> dict[str, MoneyStyle]:
    """How the amounts of every column of money are to be read."""
    signs = {one.column: _signs(one.cells) for one in columns}
    meant = _meanings(columns, signs, questions)
    return {
        one.column: MoneyStyle(
            currency=_currency(one, signs[one.column], meant, questions),
            header_wins=_header_wins(one, questions),
            per=_time(one, questions),
            scale=one.says.scale,
            signs=meant,
            beside=one.beside is not None,
        )
        for one in columns
    }


def _signs(cells: Iterable[str]) -> Counter[str]:
    """How many of the cells have which sign of a currency; the empty text counts those without."""
    found: Counter[str] = Counter()
    for cell in cells:
        if cell.strip() and cell.strip().casefold() not in NULL_WORDS:
            sign = currency_sign(cell)
            found["" if sign is None else sign.casefold()] += 1
    return found


def _meanings(
    columns: Sequence[MoneyCells], signs: Mapping[str, Counter[str]], questions: Questions
) -> dict[str, str]:
    """What each sign of several currencies means where no header and no column says it."""
    meant: dict[str, str] = {}
    for one in columns:
        used = [sign for sign in (*signs[one.column], one.says.sign) if sign]
        for sign in used if one.beside is None else ():
            codes = candidates().get(sign.casefold(), ())
            if len(codes) < 2 or meant_by(sign, one.says.currency) is not None:
                continue
            code = next(at for at, choices in _SIGN_QUESTIONS.items() if codes[0] in choices)
            choices = [choice for choice in _SIGN_QUESTIONS[code] if choice in codes]
            meant[sign.casefold()] = questions.ask_once(
                code,
                f"Which currency does “{sign}” stand for in {one.header}? The answer holds for"
                " the whole file.",
                choices,
                [cell for cell in one.cells if currency_sign(cell)][:_EXAMPLES],
            )
    return meant


def _currency(
    one: MoneyCells, signs: Counter[str], meant: Mapping[str, str], questions: Questions
) -> str:
    """The currency of the amounts that have no sign."""
    if one.says.currency is not None:
        return one.says.currency
    if one.says.sign is not None:
        return meant.get(one.says.sign.casefold(), USD)
    if one.beside is not None:
        return USD
    named = [meant.get(sign) or meant_by(sign) for sign, _ in signs.most_common() if sign]
    found = [code for code in dict.fromkeys(named) if code is not None]
    is_mixed = bool(signs[""]) and any(code != USD for code in found)
    if not is_mixed and not (one.says.is_unsure and signs[""]):
        return USD
    return questions.ask_once(
        "currency_unclear",
        f"Some amounts in {one.header} name no currency. Which one is meant?",
        list(dict.fromkeys([*found, *_LIKELY, *quoted_on()])),
        [cell for cell in one.cells if cell.strip() and not currency_sign(cell)][:_EXAMPLES],
    )


def _header_wins(one: MoneyCells, questions: Questions) -> bool:
    """Whether the header's currency holds against that of the column of currencies beside it."""
    if one.says.currency is None or one.beside is None:
        return one.says.currency is not None
    units = ((cell, unit_of(cell, one.says.currency)) for cell in one.beside)
    others = [cell for cell, unit in units if unit and unit.currency != one.says.currency]
    if not others:
        return True
    answer = questions.ask_once(
        "currency_of_amounts",
        f"The header {one.header} says {one.says.currency}, and the column of currencies says"
        f" {others[0]}. Which holds for the amounts?",
        ("header", "column"),
        others[:_EXAMPLES],
    )
    return answer == "header"


def _time(one: MoneyCells, questions: Questions) -> Period | None:
    """The time that amounts are for, if it is not the usual one of the fact."""
    fact = fact_of(one.column)
    usual, per = PERIODS[fact], one.says.per
    if usual is None:
        return None
    if per is None and fact == "spend" and any(map(str.strip, one.cells)):
        if not one.says.is_known or _OWN_NAME.fullmatch(header_key(one.header)):
            return None
        answer = questions.ask_once(
            "spend_period",
            f"Are the amounts in {one.header} for a month or for a year?",
            ("month", "year"),
            [cell for cell in one.cells if cell.strip()][:_EXAMPLES],
        )
        per = Period(answer)
    return None if per is usual else per
