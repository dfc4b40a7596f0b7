"""Conventions of a whole file: the meaning of its commas and the order of its dates.

Each is settled by all cells together and confirmed by the reader; no cell is guessed by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from risk.inventory.amounts import Evidence, Notation, notation_evidence
from risk.inventory.dates import (
    DateEvidence,
    DateOrder,
    DateStyle,
    date_evidence,
    has_two_digit_year,
    is_serial,
    names_its_month,
)
from risk.inventory.refusals import Questions

_EXAMPLES = 3
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year"}


@dataclass(frozen=True)
class Conventions:
    """How the numbers and dates of one file are written."""

    notation: Notation = Notation.COMMA_GROUPS
    dates: DateStyle = field(default_factory=DateStyle)


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
