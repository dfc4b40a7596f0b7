"""What holds for a whole file: the meaning of its commas and the order of its dates.

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
)
from risk.inventory.intake_results import Question
from risk.inventory.refusals import Questions

_EXAMPLES = 3
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Conventions:
    """How the numbers and dates of one file are written."""

    notation: Notation = Notation.COMMA_GROUPS
    dates: DateStyle = field(default_factory=DateStyle)


def find_notation(cells: Iterable[str], questions: Questions) -> Notation:
    """The meaning of the comma in the numeric ``cells`` of a file."""
    seen: dict[Evidence, list[str]] = {evidence: [] for evidence in Evidence}
    for cell in cells:
        evidence = notation_evidence(cell)
        if len(seen[evidence]) < _EXAMPLES:
            seen[evidence].append(cell)
    decimal, groups, either = (
        seen[Evidence.DECIMAL],
        seen[Evidence.GROUPS],
        seen[Evidence.EITHER],
    )
    if decimal and not groups:
        answer = questions.ask(
            Question(
                code="decimal_comma",
                question=f"Is the comma the decimal mark, so that {decimal[0]} is"
                f" {_as_decimal(decimal[0])}?",
                choices=("comma", "point"),
                examples=tuple(decimal),
            )
        )
        return Notation.COMMA_DECIMAL if answer == "comma" else Notation.COMMA_GROUPS
    if (either and not groups) or (decimal and groups):
        examples = tuple((either or decimal)[:_EXAMPLES])
        answer = questions.ask(
            Question(
                code="decimal_or_thousands",
                question=f"Does the comma in {examples[0]} group thousands, or is it the decimal"
                " mark? The answer holds for the whole file.",
                choices=("thousands", "decimal"),
                examples=examples,
            )
        )
        return Notation.COMMA_DECIMAL if answer == "decimal" else Notation.COMMA_GROUPS
    return Notation.COMMA_GROUPS


def _as_decimal(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".")


def find_date_style(cells: Iterable[str], questions: Questions) -> DateStyle:
    """The order, century and serial system of the date ``cells`` of a file."""
    seen: dict[DateEvidence, list[str]] = {evidence: [] for evidence in DateEvidence}
    short: list[str] = []
    serials: list[str] = []
    for cell in dict.fromkeys(cells):
        if _ISO_DAY.fullmatch(cell):
            continue
        seen[date_evidence(cell)].append(cell)
        if has_two_digit_year(cell):
            short.append(cell)
        if is_serial(cell):
            serials.append(cell)
    order = _date_order(seen, questions)
    century = 2000
    if short and order is not DateOrder.REFUSED:
        answer = questions.ask(
            Question(
                code="two_digit_year",
                question=f"Is the year in {short[0]} a year after 2000?",
                choices=("20yy", "19yy"),
                examples=tuple(short[:_EXAMPLES]),
            )
        )
        century = 2000 if answer == "20yy" else 1900
    system = "1900"
    if serials:
        system = questions.ask(
            Question(
                code="excel_serial_date",
                question=f"{serials[0]} looks like Excel's count of days. Counted from which year?",
                choices=("1900", "1904"),
                examples=tuple(serials[:_EXAMPLES]),
            )
        )
    return DateStyle(order, century, system)


def _date_order(seen: dict[DateEvidence, list[str]], questions: Questions) -> DateOrder:
    day_first, month_first = seen[DateEvidence.DAY_FIRST], seen[DateEvidence.MONTH_FIRST]
    either = seen[DateEvidence.EITHER]
    if day_first and month_first:
        return DateOrder.REFUSED
    if day_first:
        code, choices, examples = "date_order_dmy", ("dmy", "reject"), day_first
    elif month_first:
        code, choices, examples = "date_order_unknown", ("mdy", "reject"), month_first
    elif either:
        code, choices, examples = "date_order_unknown", ("dmy", "mdy"), either
    else:
        return DateOrder.REFUSED
    names = {"dmy": "day, month, year", "mdy": "month, day, year"}
    answer = questions.ask(
        Question(
            code=code,
            question=f"Is {examples[0]} written as {names[choices[0]]}? The answer holds for the"
            " whole file.",
            choices=choices,
            examples=tuple(examples[:_EXAMPLES]),
        )
    )
    return DateOrder(answer)
