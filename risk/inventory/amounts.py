"""Reading money, fractions and numbers exactly, in whichever notation the whole file uses."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum
from typing import Generic, TypeVar

from risk.inventory.limits import Limits
from risk.inventory.shipped import word_list

Item = TypeVar("Item")

#: Words that mean unknown; any other word is no number, and its record is refused.
NULL_WORDS = frozenset({"na", "n/a", "-", "–", "—", "null", "none"})
_OTHER_CURRENCY = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(word_list('currency'))}|euros?|pounds?|yen|yuan|rupees?|kr|zł|Rs|Rp|Kč|Ft|руб)(?![A-Za-z])"
    r"|(?<![A-Za-z])(?!US)[A-Za-z]{1,3}\$|\$[AC](?![A-Za-z])|[元円圆원]",
    re.I,
)
_DOLLAR = re.compile(r"^(?:US ?\$|USD|\$)\s*|\s*(?:US ?\$|USD|\$)$", re.I)
#: No amount is written with more characters than this.
_LONGEST = 400
_SPACED_GROUPS = re.compile(
    r"\d{1,3}([ \u00a0\u2007\u2009\u202f'’])\d{3}(?:\1\d{3})*(?:[.,]\d+)?%?"
)
_PLAIN = re.compile(r"\d+(?:\.\d*)?(?:e[+-]?\d{1,9})?|\.\d+(?:e[+-]?\d{1,9})?", re.I)
#: What nearly every cell holds; the same in every notation.
_SIMPLE = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,2})?")
_MINUS = "-\u2212\u2012\u2013\u2014\ufe63\uff0d"
#: Marks of other scripts that mean one thing only, and full-width forms of ASCII.
_MARKS = {
    0x066B: ".",
    0x066C: "",
    0x066A: "%",
    0xFF0E: ".",
    0xFF0C: ",",
    0xFF0D: "-",
    0xFF0B: "+",
    0xFF05: "%",
    0xFF04: "$",
    0xFE69: "$",
}
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?")
_GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_COMMA_DECIMAL = re.compile(r"\d+,\d+")
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")
CENT = Decimal("0.01")
#: What is made of a dollar of revenue at the least: ten dollars are lost on it.
LEAST_MARGIN = Decimal(-10)


class Notation(Enum):
    """What a comma means in the numbers of a file."""

    COMMA_GROUPS = "comma groups"
    COMMA_DECIMAL = "comma is the decimal mark"


class Evidence(Enum):
    """What one number says about the notation of its file."""

    NOTHING = "nothing"
    GROUPS = "comma groups thousands"
    DECIMAL = "comma is the decimal mark"
    EITHER = "could be either"


@dataclass(frozen=True)
class Read(Generic[Item]):
    """What a text was read as; ``value`` is None where it is unknown or refused (``error``)."""

    value: Item | None
    error: str | None = None
    warnings: tuple[str, ...] = ()


Amount = Read[Decimal]


def notation_evidence(cell: str) -> Evidence:
    """What ``cell`` says about the meaning of the comma."""
    if "," not in cell and "\uff0c" not in cell and cell.count(".") < 2:
        return Evidence.NOTHING
    if len(cell) > _LONGEST:
        return Evidence.NOTHING
    digits = _bare_digits(ascii_digits(cell)).strip(f"{_MINUS}+()% ")
    if _EITHER.fullmatch(digits):
        return Evidence.EITHER
    if _GROUPED_BY_COMMA.fullmatch(digits) and not digits.startswith("0"):
        return Evidence.GROUPS
    if _COMMA_DECIMAL.fullmatch(digits):
        return Evidence.DECIMAL
    if _GROUPED_BY_POINT.fullmatch(digits) and ("," in digits or digits.count(".") > 1):
        return Evidence.DECIMAL
    return Evidence.NOTHING


def read_number(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A number of no unit that is not negative."""
    if "$" in ascii_digits(cell) or "usd" in cell.casefold():
        return Amount(None, "bad_number")
    return _read_amount(cell, notation, limits)


def _read_amount(cell: str, notation: Notation, limits: Limits) -> Amount:
    text = cell.strip()
    if not text:
        return Amount(None)
    if _SIMPLE.fullmatch(text):
        simple = Decimal(text)
        return Amount(simple) if simple <= limits.amount else Amount(None, "amount_too_large")
    if text.casefold() in NULL_WORDS:
        return Amount(None, None, ("null_amount",))
    if len(text) > _LONGEST:
        too_large = text.isascii() and text.isdigit() and int(text[:_LONGEST]) > 0
        return Amount(None, "amount_too_large" if too_large else "bad_number")
    ascii_text = ascii_digits(text)
    warnings = ("digits_normalised",) if _holds_other_digits(text) else ()
    digits = _bare_digits(ascii_text)
    if _is_negative(digits, notation):
        if not any(map("123456789".__contains__, digits)):
            return Amount(Decimal(0), None, warnings)
        return Amount(None, "negative_amount", warnings)
    plain = _plain(digits.removeprefix("+"), notation)
    if plain is None:
        return Amount(None, "bad_number", warnings)
    value = Decimal(plain)
    if value > limits.amount:
        return Amount(None, "amount_too_large", warnings)
    return Amount(value, None, warnings)


def read_money(cell: str, notation: Notation, limits: Limits) -> Amount:
    """An amount in USD, rounded to cents; another currency's sign refuses it."""
    if _names_other_currency(cell):
        return Amount(None, "currency_mismatch")
    amount = _read_amount(cell, notation, limits)
    if amount.value is None:
        return amount
    rounded = amount.value.quantize(CENT, rounding=ROUND_HALF_EVEN)
    if rounded == amount.value:
        return amount
    return Amount(rounded, None, (*amount.warnings, "rounded_to_cents"))


def read_fraction(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A share from 0 to 1, or from 0% to 100% with the sign."""
    read = _read_share(cell, notation, limits)
    if read.value is not None and read.value > 1:
        return Amount(None, "share_out_of_range", read.warnings)
    return read


def read_margin(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A gross margin: a share up to 1 that may be negative, down to :data:`LEAST_MARGIN`.

    A minus may stand before or after it, or brackets around it, with the per cent sign inside or
    outside: ``-5%``, ``(5%)``, ``(0.05)``. One of 0 or less is kept with a warning.
    """
    bare = _without_minus(cell) if len(cell) <= _LONGEST else None
    read = _read_share(cell if bare is None else bare, notation, limits)
    warnings = ("digits_normalised",) if _holds_other_digits(cell) else read.warnings
    if read.value is None:
        error = read.error if bare is None else read.error or "bad_number"
        return Amount(
            None, "margin_out_of_range" if error == "share_out_of_range" else error, warnings
        )
    value = read.value if bare is None else -read.value
    if not LEAST_MARGIN <= value <= 1:
        return Amount(None, "margin_out_of_range", warnings)
    if value <= 0:
        return Amount(value, None, (*warnings, "margin_not_positive"))
    return Amount(value, None, warnings)


def _read_share(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A share of whatever size that is not negative, with or without a per cent sign."""
    text = ascii_digits(cell.strip()) if len(cell) <= _LONGEST else cell
    percent = text.endswith("%")
    amount = read_number(text[:-1] if percent else text, notation, limits)
    warnings = ("digits_normalised",) if _holds_other_digits(cell) else amount.warnings
    if amount.error in ("negative_amount", "amount_too_large"):
        return Amount(None, "share_out_of_range", warnings)
    if percent and amount.value is None:
        return Amount(None, "bad_number", warnings)
    if amount.value is None:
        return Amount(None, amount.error, warnings)
    return Amount(amount.value / 100 if percent else amount.value, None, warnings)


def _without_minus(cell: str) -> str | None:
    """What a minus or brackets make negative, with its per cent sign; None without either."""
    text = ascii_digits(cell.strip())
    outside = text.endswith("%")
    inner = text[:-1].rstrip() if outside else text
    if inner[:1] == "(" and inner[-1:] == ")":
        inner = inner[1:-1].strip()
        inner = inner[1:] if inner[:1] and inner[0] in _MINUS else inner
    elif inner[:1] and inner[0] in _MINUS:
        inner = inner[1:]
    elif len(inner) > 1 and inner[-1] in _MINUS:
        inner = inner[:-1]
    else:
        return None
    inner = inner.strip()
    return f"{inner}%" if outside and not inner.endswith("%") else inner or None


def ascii_digits(text: str) -> str:
    """``text`` with the digits of every script, and their marks, as ASCII has them.

    Arabic has a mark of its own for thousands, which is left out, and one for decimals.
    """
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return "".join(digits).translate(_MARKS)


def _holds_other_digits(text: str) -> bool:
    return not text.isascii() and any(
        letter.isdecimal() and not letter.isascii() for letter in text
    )


def _names_other_currency(cell: str) -> bool:
    """Whether a money cell has the sign, code or name of a currency other than the dollar."""
    if len(cell) > _LONGEST or (cell.isascii() and not any(map(str.isalpha, cell))):
        return False
    if any(unicodedata.category(letter) == "Sc" and letter not in "$＄﹩" for letter in cell):
        return True
    return _OTHER_CURRENCY.search(cell) is not None


def _bare_digits(text: str) -> str:
    """``text`` without its dollar sign and the spaces between groups; a sign stays in front."""
    text = _DOLLAR.sub("", text.strip(), count=1).strip()
    sign = text[:1] if text[:1] and text[0] in _MINUS + "+" else ""
    if sign:
        text = sign + _DOLLAR.sub("", text[1:].strip(), count=1).strip()
    groups = _SPACED_GROUPS.fullmatch(text.removeprefix(sign))
    return text.replace(groups[1], "") if groups else text


def _plain(digits: str, notation: Notation) -> str | None:
    """``digits`` as Python writes a number, or None if it is not one in this notation."""
    if _PLAIN.fullmatch(digits) and not (
        notation is Notation.COMMA_DECIMAL and _GROUPED_BY_POINT.fullmatch(digits)
    ):
        return digits
    if notation is Notation.COMMA_GROUPS:
        if _GROUPED_BY_COMMA.fullmatch(digits) and not digits.startswith("0"):
            return digits.replace(",", "")
        return None
    if _GROUPED_BY_POINT.fullmatch(digits) or _COMMA_DECIMAL.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    return None


def _is_negative(digits: str, notation: Notation) -> bool:
    """Whether it is a number with a minus before or after it, or in brackets."""
    if not digits:
        return False
    if digits[0] in _MINUS:
        inner = digits[1:]
    elif digits[-1] in _MINUS:
        inner = digits[:-1]
    elif digits[0] == "(" and digits[-1] == ")":
        inner = digits[1:-1].removeprefix("-")
    else:
        return False
    bare = _bare_digits(inner) if inner else ""
    return any(_plain(bare, either) is not None for either in (notation, *Notation))
