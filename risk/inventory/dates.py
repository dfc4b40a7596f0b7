"""Reading dates: ISO as it stands, any other order only once the reader has confirmed it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from risk.inventory.amounts import NULL_WORDS, Read, ascii_digits
from risk.inventory.shipped import word_list

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"(?:[ T] ?|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)? ?([AaPp]\.?[Mm]\.?)?"
    r" ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY = re.compile(r"[\d/.-]{5,10}(?!\d)|[^:]*?\d{4}(?=[T ,]+\d{1,2}:)")
#: Names of months and their short forms in the languages of the headers; the number of each.
_MONTHS = {name: month for month in range(1, 13) for name in word_list(f"month {month}")}
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
#: "31-Mar-2026", "31. März 2026", "31st of March, 2026", "1er mars 2026", "31 de marzo de 2026".
_DAY_NAMED_YEAR = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?[\s/-]*(?:of |de |d')?\s*({_MONTH})\.?"
    r"(?:\s+del?|,)?[\s/,-]*['’]?(\d{4}|\d{2})",
    re.I,
)
#: "March 31, 2026", "Mar-31-2026".
_NAMED_DAY_YEAR = re.compile(
    rf"{_WEEKDAY}({_MONTH})\.?[\s/-]*(\d{{1,2}})(?:st|nd|rd|th)?(?:[\s,/-]+)['’]?(\d{{4}}|\d{{2}})",
    re.I,
)
#: "2026-Mar-31", "2026 March 31".
_YEAR_NAMED_DAY = re.compile(
    rf"(\d{{4}})[\s/.-]*({_MONTH})\.?[\s/-]*(\d{{1,2}})(?:st|nd|rd|th)?", re.I
)
#: "2026年3月31日", "2026년 3월 31일".
_CHINESE = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]")
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")
#: No date is written with more characters than this.
_LONGEST = 60
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
    DAY_FIRST = "is a day of the calendar only if the day stands first"
    MONTH_FIRST = "is a day of the calendar only if the month stands first"
    EITHER = "could be either"


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one file are written; ``century`` completes two-digit years."""

    order: DateOrder = DateOrder.REFUSED
    century: int = 2000
    serial_system: str = "1900"


def _without_time(cell: str) -> str:
    """The calendar day written in ``cell``, in whatever zone it was written.

    A time that no clock shows is left where it is, so that the cell is no date.
    """
    text = ascii_digits(cell.strip()) if len(cell) <= _LONGEST else cell
    day = _DAY.match(text)
    if day is None or day.end() == len(text):
        return text
    time = _TIME.fullmatch(text, day.end())
    return day.group() if time and _is_time(time) else text


def _is_time(time: re.Match[str]) -> bool:
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    if time[4]:
        return 1 <= hour <= 12 and minute < 60 and second < 60
    # 24:00 is the end of a day and 60 a leap second, both in ISO 8601.
    return (hour < 24 and minute < 60 and second <= 60) or (hour, minute, second) == (24, 0, 0)


def date_evidence(cell: str) -> DateEvidence:
    """What ``cell`` says about the order of day and month; nothing if it is a day in neither."""
    match = _DAY_MONTH_YEAR.fullmatch(_without_time(cell))
    if match is None:
        return DateEvidence.NOTHING
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year = year + 2000 if len(match[4]) == 2 else year
    day_first, month_first = _exists(year, second, first), _exists(year, first, second)
    if day_first and month_first:
        return DateEvidence.EITHER
    if day_first:
        return DateEvidence.DAY_FIRST
    return DateEvidence.MONTH_FIRST if month_first else DateEvidence.NOTHING


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def has_two_digit_year(cell: str) -> bool:
    """Whether ``cell`` is a date whose year has two digits."""
    named = _named_month(_without_time(cell))
    if named is not None:
        return named.has_short_year and _exists(named.year + 2000, named.month, named.day)
    match = _DAY_MONTH_YEAR.fullmatch(_without_time(cell))
    return (
        match is not None and len(match[4]) == 2 and date_evidence(cell) is not DateEvidence.NOTHING
    )


@dataclass(frozen=True)
class _Named:
    """A date whose month is written as a word, so that its order is beyond doubt."""

    year: int
    month: int
    day: int
    has_short_year: bool


def names_its_month(cell: str) -> bool:
    """Whether ``cell`` is a date whose month is written as a word."""
    return _named_month(_without_time(cell)) is not None


def _named_month(text: str) -> _Named | None:
    if len(text) > _LONGEST or (text.isascii() and not any(map(str.isalpha, text))):
        return None
    plain = " ".join(text.strip().split())
    for pattern, (year, month, day) in _BY_NAME:
        match = pattern.fullmatch(plain)
        if match is not None:
            name = match[month].casefold()
            number = int(name) if name.isdigit() else _MONTHS[name]
            return _Named(int(match[year]), number, int(match[day]), len(match[year]) == 2)
    return None


#: Each pattern, and the groups of year, month and day in it.
_BY_NAME = (
    (_DAY_NAMED_YEAR, (3, 2, 1)),
    (_NAMED_DAY_YEAR, (3, 1, 2)),
    (_YEAR_NAMED_DAY, (1, 2, 3)),
    (_CHINESE, (1, 2, 3)),
)


def is_serial(cell: str) -> bool:
    """Whether ``cell`` is a day count of Excel rather than a date."""
    return len(cell) <= _LONGEST and _SERIAL.fullmatch(cell.strip()) is not None


def read_date(cell: str, style: DateStyle) -> Read[date]:
    """The calendar day in ``cell``; only days that exist."""
    if not cell or cell.isspace():
        return Read(None)
    text = _without_time(cell)
    if text.casefold() in NULL_WORDS:
        return Read(None, None, ("null_amount",))
    parts = _parts(text, style)
    if parts is None:
        return Read(None, "bad_date")
    try:
        day = parts if isinstance(parts, date) else date(*parts)
    except ValueError:
        return Read(None, "bad_date")
    warnings = () if ascii_digits(cell) == cell else ("digits_normalised",)
    if day.year not in _PLAUSIBLE_YEARS:
        warnings = (*warnings, "date_implausible")
    return Read(day, None, warnings)


def _parts(text: str, style: DateStyle) -> tuple[int, int, int] | date | None:
    """Year, month and day, or the day itself for an Excel serial; None if it is no date."""
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day = (iso[1], iso[3], iso[4]) if iso[1] else (iso[5], iso[6], iso[7])
        return int(year), int(month), int(day)
    named = _named_month(text)
    if named is not None:
        return named.year + (style.century if named.has_short_year else 0), named.month, named.day
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
