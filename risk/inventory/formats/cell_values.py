"""Values of a workbook's cells: from XML to the exact text, and what writing one needs.

What the number format of a cell says about its number, a day or another currency, is told as in
ECMA-376 part 1, 18.8.30 (numFmts) and 18.8.31: built-in formats by number, the others by code.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

from risk.inventory.formats.safe_xml import local_name

_WHOLE = re.compile(r"-?\d{1,4000}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?Z?$")
#: Numbers beyond these are shorter with an exponent, and no inventory holds them.
_SHORTEST, _LONGEST = -20, 30
#: So many digits fewer say that a sum was computed; a number written down has none to lose.
_DUST = 5
_LONG = 15
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


def number_format(number: int, code: str | None) -> NumberFormat:
    """The meaning of a format by its number, and by its code if the workbook gives one."""
    if code is None:
        return NumberFormat(is_day=number in _BUILT_IN_DAYS)
    letters = set(_LITERAL.sub("", code.partition(";")[0]).casefold())
    is_day = bool(letters & {"y", "d"}) or ("m" in letters and not letters & {"h", "s"})
    if letters & {"0", "#", "?"} or code.strip().casefold() in ("general", "@"):
        is_day = False
    signs = [sign.strip() for sign in (*_CURRENCY.findall(code), *_SIGNS.findall(code))]
    foreign = (sign for sign in signs if sign.casefold() not in _DOLLARS)
    return NumberFormat(is_day=is_day, currency=next(foreign, None) or None)


def _day_text(number: float, counts_from_1904: bool) -> str | None:
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


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell's text; ``fault`` is ``error_cell`` or ``formula_without_value``."""

    text: str
    fault: str | None = None
    computed: bool = False


@dataclass(frozen=True)
class CellContext:
    """What a cell's XML refers to: shared texts, the format of each style, the first day."""

    shared: Sequence[str]
    formats: Sequence[NumberFormat]
    counts_from_1904: bool


def cell_text(cell: Element, context: CellContext) -> CellText:
    """The text of a ``c`` element. Raises ``ValueError`` or ``IndexError`` for a broken one."""
    kind, value, formula, inline = cell.get("t", "n"), None, None, None
    for child in cell:
        name = local_name(child)
        if name == "v":
            value = child.text or ""
        elif name == "f":
            formula = child.text or ""
        elif name == "is":
            inline = rich_text(child)
    computed = formula is not None
    if kind == "e":
        return CellText(value or "#ERROR", "error_cell", computed)
    if computed and not value and (kind != "str" or value is None):
        return CellText(f"={formula}", "formula_without_value", computed)
    if kind == "inlineStr":
        return CellText(inline or "")
    if not value:
        return CellText("", None, computed)
    return CellText(_value_text(kind, value, cell, context), None, computed)


def _value_text(kind: str, value: str, cell: Element, context: CellContext) -> str:
    if kind == "s":
        index = int(value)
        if index < 0:
            raise IndexError(index)
        return context.shared[index]
    if kind == "str":
        return unescaped(value)
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind == "d":
        return _MIDNIGHT.sub("", value.strip())
    style = int(cell.get("s", "0"))
    shown = context.formats[style] if 0 <= style < len(context.formats) else NumberFormat()
    return _number_as_shown(value, shown, context.counts_from_1904)


def _number_as_shown(value: str, shown: NumberFormat, counts_from_1904: bool) -> str:
    text, number = number_text(without_dust(value)), _finite(value)
    if shown.is_day:
        day = None if number is None else _day_text(number, counts_from_1904)
        return day or text
    return f"{shown.currency} {text}" if shown.currency else text


def number_text(value: str) -> str:
    """The digits of a number without an exponent: ``1E+15`` is 1000000000000000.

    Whole numbers keep every digit; others are the shortest that stand for the stored number.
    """
    value = value.strip()
    if _WHOLE.fullmatch(value):
        return value
    number = _finite(value)
    if number is None:
        return value
    exact = Decimal(repr(number))
    if not _SHORTEST <= exact.adjusted() <= _LONGEST and exact:
        return repr(number)
    digits = format(exact, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def without_dust(value: str) -> str:
    """The fifteen digits that a spreadsheet shows, where the rest is the dust of its arithmetic.

    0.1 + 0.7 is 0.7999999999999999 in the file and 0.8 on the screen.
    """
    number = _finite(value)
    if number is None or len(value) < _LONG or _WHOLE.fullmatch(value):
        return value
    shown = f"{number:.15g}"
    return shown if len(repr(number)) - len(shown) >= _DUST else value


def _finite(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def rich_text(element: Element) -> str:
    """The text of a shared or inline string: its runs joined, the reading aids left out."""
    parts: list[str] = []
    for child in element:
        name = local_name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.extend(run.text or "" for run in child if local_name(run) == "t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """``text`` with the characters that XML cannot hold: ``_x000D_`` is a carriage return."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # Two halves of one letter, each written by itself, become the letter.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def escaped(text: str) -> str:
    """The opposite of :func:`unescaped`, for writing."""
    if text.isascii() and text.isprintable() and "_x" not in text:
        return text
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
