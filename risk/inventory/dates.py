"""Reading dates: ISO as it stands, any other order only once the reader has confirmed it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from risk.inventory.amounts import NULL_WORDS

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*"
    r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_PLAUSIBLE_YEARS = range(1970, 2101)
_SERIAL_ZERO = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}


class DateOrder(Enum):
    """Which of the first two numbers of a date is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    REFUSED = "reject"


class DateEvidence(Enum):
    """What one cell says about the order of the dates in its file."""

    NOTHING = "nothing"
    DAY_FIRST = "the first number can only be a day"
    MONTH_FIRST = "the second number can only be a day"
    EITHER = "could be either"


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one file are written; ``century`` completes two-digit years."""

    order: DateOrder = DateOrder.REFUSED
    century: int = 2000
    serial_system: str = "1900"


@dataclass(frozen=True)
class DateRead:
    """A date read; ``value`` is None where it is unknown or refused (``error``)."""

    value: date | None
    error: str | None = None
    warnings: tuple[str, ...] = ()


def without_time(cell: str) -> str:
    """The calendar day written in ``cell``, in whatever zone it was written."""
    return _TIME.sub("", cell.strip())


def date_evidence(cell: str) -> DateEvidence:
    """What ``cell`` says about the order of day and month."""
    match = _DAY_MONTH_YEAR.fullmatch(without_time(cell))
    if match is None:
        return DateEvidence.NOTHING
    first, second = int(match[1]), int(match[3])
    if first > 12 and second > 12:
        return DateEvidence.NOTHING
    if first > 12:
        return DateEvidence.DAY_FIRST
    if second > 12:
        return DateEvidence.MONTH_FIRST
    return DateEvidence.EITHER


def has_two_digit_year(cell: str) -> bool:
    """Whether ``cell`` is a date whose year has two digits."""
    match = _DAY_MONTH_YEAR.fullmatch(without_time(cell))
    return match is not None and len(match[4]) == 2


def is_serial(cell: str) -> bool:
    """Whether ``cell`` is a day count of Excel rather than a date."""
    return _SERIAL.fullmatch(cell.strip()) is not None


def read_date(cell: str, style: DateStyle) -> DateRead:
    """The calendar day in ``cell``; only days that exist."""
    text = without_time(cell)
    if not text:
        return DateRead(None)
    if text.casefold() in NULL_WORDS:
        return DateRead(None, None, ("null_amount",))
    parts = _parts(text, style)
    if parts is None:
        return DateRead(None, "bad_date")
    try:
        day = parts if isinstance(parts, date) else date(*parts)
    except ValueError:
        return DateRead(None, "bad_date")
    return DateRead(day, None, () if day.year in _PLAUSIBLE_YEARS else ("date_implausible",))


def _parts(text: str, style: DateStyle) -> tuple[int, int, int] | date | None:
    """Year, month and day, or the day itself for an Excel serial; None if it is no date."""
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day = (iso[1], iso[3], iso[4]) if iso[1] else (iso[5], iso[6], iso[7])
        return int(year), int(month), int(day)
    if is_serial(text):
        return _SERIAL_ZERO[style.serial_system] + timedelta(days=int(float(text)))
    match = _DAY_MONTH_YEAR.fullmatch(text)
    if match is None or style.order is DateOrder.REFUSED:
        return None
    first, second, year_text = int(match[1]), int(match[3]), match[4]
    full_year = int(year_text) + (style.century if len(year_text) == 2 else 0)
    if style.order is DateOrder.DAY_FIRST:
        return full_year, second, first
    return full_year, first, second
