"""What the number format of a cell says about its number: a day, or another currency.

The formats are those of ECMA-376 part 1, 18.8.30 (numFmts) and 18.8.31: built-in ones by number,
the others by code.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_BUILT_IN_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', re.S)
_CURRENCY = re.compile(r"\[\$([^\]\-]+)[^\]]*\]")
_SIGNS = re.compile(r"[€£¥₹₩₽₺₪₫฿₴₦₱₿]")
_DOLLARS = frozenset({"$", "us$", "usd"})
_FIRST_DAY = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_LAST_SERIAL = 2_958_466
#: The day that only Excel knows: 29 February 1900. Serial numbers before it are one day short.
_DAY_THAT_NEVER_WAS = 60


@dataclass(frozen=True)
class NumberFormat:
    """``is_day``: shown as a calendar day. ``currency``: a sign other than the dollar's."""

    is_day: bool = False
    currency: str | None = None


PLAIN = NumberFormat()


def number_format(number: int, code: str | None) -> NumberFormat:
    """The meaning of a format by its number, and by its code if the workbook gives one."""
    if code is None:
        return NumberFormat(is_day=number in _BUILT_IN_DAYS)
    return NumberFormat(is_day=_is_day(code), currency=_currency(code))


def _is_day(code: str) -> bool:
    if code.strip().casefold() in ("general", "@"):
        return False
    letters = set(_LITERAL.sub("", code.partition(";")[0]).casefold())
    if letters & {"0", "#", "?"}:
        return False
    return bool(letters & {"y", "d"}) or ("m" in letters and not letters & {"h", "s"})


def _currency(code: str) -> str | None:
    for sign in [*_CURRENCY.findall(code), *_SIGNS.findall(code)]:
        if sign.strip().casefold() not in _DOLLARS:
            return str(sign).strip() or None
    return None


def day_text(number: float, *, counts_from_1904: bool) -> str | None:
    """The day, or the day and time, that Excel shows for a number; None if it shows none."""
    if not 0 <= number < _LAST_SERIAL:
        return None
    if not counts_from_1904 and int(number) == _DAY_THAT_NEVER_WAS:
        return None
    shift = 1 if not counts_from_1904 and number < _DAY_THAT_NEVER_WAS else 0
    try:
        moment = _FIRST_DAY[counts_from_1904] + timedelta(seconds=round((number + shift) * 86_400))
    except OverflowError:
        return None
    if not number.is_integer() and moment.time() != datetime.min.time():
        return moment.isoformat(sep=" ")
    return moment.date().isoformat()


def day_serial(day: date) -> int | None:
    """The number under which every spreadsheet knows ``day``; None for those before March 1900."""
    if day < date(1900, 3, 1):
        return None
    return (datetime(day.year, day.month, day.day) - _FIRST_DAY[False]).days
