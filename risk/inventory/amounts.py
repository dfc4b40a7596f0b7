"""Reading money, fractions and numbers exactly, in whichever notation the whole file uses."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum
from typing import Generic, TypeVar

from risk.inventory.limits import Limits
from risk.money.currencies import USD, candidates, meant_by

Item = TypeVar("Item")

#: Words that mean unknown; any other word is no number, and its record is refused.
NULL_WORDS = frozenset({"na", "n/a", "-", "–", "—", "null", "none"})
#: Words for currencies that are cut short, often with a point.
_SHORT = frozenset({"rs", "kr", "fr", "sfr", "rp", "руб"})
#: A sign, code or word of a currency as it stands before or behind an amount, longest first.
_NAMES = "|".join(
    re.escape(one) + (r"\.?" if one in _SHORT else "")
    for one in sorted(candidates(), key=len, reverse=True)
)
_BEFORE = re.compile(rf"(?P<sign>{_NAMES})(?![^\W\d_])\s*", re.I)
_BEHIND = re.compile(rf"\s*(?<![^\W\d_])(?P<sign>{_NAMES})", re.I)
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
#: An amount with a unit as a person types it: 45k, 1.2M, 2,5 million.
_WITH_UNIT = re.compile(
    r"(?P<number>[0-9][0-9.,  \u00a0\u202f'’]*?)\s*"
    r"(?P<unit>k|thousand|m|mn|mio|million|b|bn|billion)\.?",
    re.I,
)
_SEVERAL_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_ONE_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_TIMES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
#: A word for per cent behind a number.
_PER_CENT = re.compile(r"\s*(?:percent|per cent|pct\.?|p\.c\.)$", re.I)
_SHARE_WITH_COMMA = re.compile(r"\d{1,3},\d+\s*%?|,\d+\s*%?")
CENT = Decimal("0.01")
ONE = Decimal(1)
#: An amount in rupiah or dong may be so many times larger than one in USD.
_SMALL_UNITS = 100_000
#: No sign of a currency has more characters, with the space before it.
_LONGEST_SIGN = 14
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


@dataclass(frozen=True)
class Signed:
    """An amount of money and the sign, code or word of its currency as it stands in the cell."""

    amount: Decimal
    sign: str


def notation_evidence(cell: str) -> Evidence:
    """What ``cell`` says about the meaning of the comma."""
    if "," not in cell and "\uff0c" not in cell and cell.count(".") < 2:
        return Evidence.NOTHING
    if len(cell) > _LONGEST:
        return Evidence.NOTHING
    digits = _bare_digits(_parted(ascii_digits(cell))[0]).strip(f"{_MINUS}+()% ")
    if _EITHER.fullmatch(digits):
        return Evidence.EITHER
    if _GROUPED_BY_COMMA.fullmatch(digits) and not digits.startswith("0"):
        return Evidence.GROUPS
    if _COMMA_DECIMAL.fullmatch(digits):
        return Evidence.DECIMAL
    if _GROUPED_BY_POINT.fullmatch(digits) and ("," in digits or digits.count(".") > 1):
        return Evidence.DECIMAL
    return Evidence.NOTHING


def currency_sign(cell: str) -> str | None:
    """The sign, code or word of a currency in a money cell; None without one, or without digits."""
    if len(cell) > _LONGEST or _SIMPLE.fullmatch(cell.strip()):
        return None
    rest, signs = _parted(ascii_digits(cell))
    return signs[0] if len(signs) == 1 and any(map(str.isdigit, rest)) else None


def read_number(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A number of no unit that is not negative."""
    return _read_amount(cell, notation, limits.amount)


def _read_amount(cell: str, notation: Notation, most: Decimal | int) -> Amount:
    text = cell.strip()
    if not text:
        return Amount(None)
    if _SIMPLE.fullmatch(text):
        simple = Decimal(text)
        return Amount(simple) if simple <= most else Amount(None, "amount_too_large")
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
    if value > most:
        return Amount(None, "amount_too_large", warnings)
    return Amount(value, None, warnings)


def read_money(
    cell: str, notation: Notation, limits: Limits, *, scale: Decimal = ONE, exact: bool = False
) -> "Read[Decimal | Signed]":
    """An amount, and the sign of its currency where the cell has one.

    ``scale`` is what the header counts in (thousands). Rounded to cents, unless ``exact``: it may
    be of another currency or for another time, and is converted before it is rounded. Of a
    currency with small units more is read than the limit, which holds for USD.
    """
    text = cell if len(cell) > _LONGEST else cell.strip()
    signs: list[str] = []
    if len(text) <= _LONGEST and not _SIMPLE.fullmatch(text):
        text, signs = _parted(ascii_digits(text))
    if len({sign.casefold() for sign in signs}) > 1:
        signs = _narrowed(signs)
        if not signs:
            return Read(None, "currency_mismatch")
    foreign = exact or (bool(signs) and meant_by(signs[0]) != USD)
    most = limits.amount * (_SMALL_UNITS if foreign else 1) / scale
    read = _read_amount(text, notation, most)
    warnings = ("digits_normalised",) if _holds_other_digits(cell) else read.warnings
    if read.value is None:
        # A sign without an amount is no amount.
        error = "bad_number" if signs and read.error is None else read.error
        return Read(None, error, warnings)
    amount = read.value * scale
    if not foreign:
        rounded = amount.quantize(CENT, rounding=ROUND_HALF_EVEN)
        warnings += ("rounded_to_cents",) if rounded != amount else ()
        amount = rounded
    return Read(Signed(amount, signs[0]) if signs else amount, None, warnings)


def _narrowed(signs: Sequence[str]) -> list[str]:
    """Of a sign and a code that agree, such as ``$`` and ``CAD``, the narrower; none otherwise."""
    by_width = sorted(signs, key=lambda sign: len(candidates()[sign.casefold()]))
    narrow, wide = candidates()[by_width[0].casefold()], candidates()[by_width[-1].casefold()]
    return [by_width[0]] if set(narrow) <= set(wide) else []


def _parted(text: str) -> tuple[str, list[str]]:
    """An amount without the signs of currencies around it, and these; a minus or bracket stays."""
    text = text.strip()
    signs: list[str] = []
    bare = _without_signs(text, signs)
    if bare[:1] and bare[0] in _MINUS + "+":
        bare = bare[0] + _without_signs(bare[1:].strip(), signs)
    elif bare[:1] == "(" and bare[-1:] == ")":
        inner = bare[1:-1].strip()
        minus = inner[:1] if inner[:1] and inner[0] in _MINUS else ""
        bare = f"({minus}{_without_signs(inner.removeprefix(minus).strip(), signs)})"
    return (bare, signs) if signs else (text, signs)


def _without_signs(text: str, signs: list[str]) -> str:
    """``text`` without a sign before and one behind, which are added to ``signs``."""
    before = _BEFORE.match(text)
    if before and before.end() < len(text):
        signs.append(before["sign"].rstrip("."))
        text = text[before.end() :]
    behind = _behind(text)
    if behind is not None:
        signs.append(behind[1].rstrip("."))
        text = behind[0]
    return text.strip()


def _behind(text: str) -> tuple[str, str] | None:
    """``text`` up to a sign at its end, and the sign."""
    start = max(0, len(text) - _LONGEST_SIGN)
    for found in _BEHIND.finditer(text, start):
        if found.end() == len(text) and found.start() > 0:
            return text[: found.start()], found["sign"]
    return None


def typed_amount(text: str) -> str:
    """An amount with a unit such as ``k``, as a person types it in a form, in plain digits.

    ``€45k`` becomes ``€ 45000``; any other text stays as it is, for :func:`read_money`.
    """
    if len(text) > _LONGEST:
        return text
    bare, signs = _parted(ascii_digits(text.strip()))
    if _SEVERAL_POINTS.fullmatch(bare):
        return " ".join([*signs, bare.replace(".", "")])
    found = _WITH_UNIT.fullmatch(bare)
    if found is None:
        return text
    number = re.sub(r"[\s'’]", "", found["number"])
    if re.fullmatch(r"[0-9]+[.,][0-9]{1,2}|[0-9]+\.[0-9]+", number):
        number = number.replace(",", ".")
    elif re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?", number):
        number = number.replace(",", "")
    elif not number.isdigit():
        return text
    amount = Decimal(number) * _TIMES[found["unit"][0].casefold()]
    digits = f"{amount:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return " ".join([*signs, digits])


def may_be_thousands(text: str) -> bool:
    """Whether an amount that a person typed may be meant a thousand times larger: ``1.200``."""
    return len(text) <= _LONGEST and bool(
        _ONE_POINT.fullmatch(_parted(ascii_digits(text.strip()))[0])
    )


def typed_usd(text: str) -> float | None:
    """The USD that a person typed; None where it is no amount, of another currency, or unclear."""
    if may_be_thousands(text):
        return None
    read = read_money(typed_amount(text), Notation.COMMA_GROUPS, Limits())
    if isinstance(read.value, Signed):
        return float(read.value.amount) if USD in candidates()[read.value.sign.casefold()] else None
    return None if read.value is None or read.value < 0 else float(read.value)


def typed_share(text: str) -> str:
    """A share as a person types it in a form, as :func:`read_fraction` reads it.

    ``30 percent`` becomes ``30%`` and ``0,3`` becomes ``0.3``; any other text stays as it is.
    """
    if len(text) > _LONGEST:
        return text
    found = _PER_CENT.sub("%", ascii_digits(text.strip()))
    return found.replace(",", ".") if _SHARE_WITH_COMMA.fullmatch(found) else found


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


def _bare_digits(text: str) -> str:
    """``text`` without the spaces between groups; a sign stays in front."""
    text = text.strip()
    sign = text[:1] if text[:1] and text[0] in _MINUS + "+" else ""
    groups = _SPACED_GROUPS.fullmatch(text.removeprefix(sign).strip())
    return sign + groups[0].replace(groups[1], "") if groups else text


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
