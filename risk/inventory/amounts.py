"""Reading money, fractions and numbers exactly, in whichever notation the whole file uses."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import Enum

from risk.inventory.limits import Limits

NULL_WORDS = frozenset(
    {"na", "n/a", "#n/a", "-", "–", "—", "null", "none", "nil", "unknown", "tbd"}
)
_OTHER_CURRENCY = re.compile(
    r"[€£¥₹₩₽₺₪₫฿₴₦₱₿]|(?<![A-Za-z])(?:EUR|GBP|JPY|CHF|CNY|RMB|INR|CAD|AUD|SEK|NOK|DKK|PLN|BRL|SGD"
    r"|HKD|KRW|ZAR|MXN|CA\$|AU\$|A\$|C\$|R\$|HK\$|S\$)(?![A-Za-z])",
    re.I,
)
_DOLLAR = re.compile(r"^(?:US\$|USD|\$)\s*|\s*(?:US\$|USD|\$)$", re.I)
_SPACED_GROUPS = re.compile(
    r"\d{1,3}([ \u00a0\u2007\u2009\u202f'’])\d{3}(?:\1\d{3})*(?:[.,]\d+)?%?"
)
_PLAIN = re.compile(r"\d+(?:\.\d*)?(?:e[+-]?\d{1,4})?|\.\d+(?:e[+-]?\d{1,4})?", re.I)
#: What nearly every cell holds; the same in every notation.
_SIMPLE = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,2})?")
_MINUS = "-\u2212\u2013\ufe63\uff0d"
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?")
_GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_COMMA_DECIMAL = re.compile(r"\d+,\d+")
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")
CENT = Decimal("0.01")


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
class Amount:
    """A number read; ``value`` is None where it is unknown or refused (``error``)."""

    value: Decimal | None
    error: str | None = None
    warnings: tuple[str, ...] = ()


def notation_evidence(cell: str) -> Evidence:
    """What ``cell`` says about the meaning of the comma."""
    if "," not in cell and cell.count(".") < 2:
        return Evidence.NOTHING
    digits, _ = _bare_digits(cell)
    digits = digits.rstrip("% ")
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
    text = cell.strip()
    if not text:
        return Amount(None)
    if _SIMPLE.fullmatch(text):
        simple = Decimal(text)
        return Amount(simple) if simple <= limits.amount else Amount(None, "amount_too_large")
    if text.casefold() in NULL_WORDS:
        return Amount(None, None, ("null_amount",))
    if text[0] == "(" and text[-1] == ")" and _is_number(text[1:-1], notation):
        return Amount(None, "negative_amount")
    digits, normalised = _bare_digits(text)
    warnings = ("digits_normalised",) if normalised else ()
    if digits[:1] and digits[0] in _MINUS and _is_number(digits[1:], notation):
        return Amount(None, "negative_amount", warnings)
    plain = _plain(digits.removeprefix("+"), notation)
    if plain is None:
        return Amount(None, "bad_number", warnings)
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return Amount(None, "bad_number", warnings)
    if value > limits.amount:
        return Amount(None, "amount_too_large", warnings)
    return Amount(value, None, warnings)


def read_money(cell: str, notation: Notation, limits: Limits) -> Amount:
    """An amount in USD, rounded to cents; another currency's sign refuses it."""
    if _OTHER_CURRENCY.search(cell):
        return Amount(None, "currency_mismatch")
    amount = read_number(cell, notation, limits)
    if amount.value is None:
        return amount
    rounded = amount.value.quantize(CENT, rounding=ROUND_HALF_EVEN)
    if rounded == amount.value:
        return amount
    return Amount(rounded, None, (*amount.warnings, "rounded_to_cents"))


def read_fraction(cell: str, notation: Notation, limits: Limits) -> Amount:
    """A share from 0 to 1, or from 0% to 100% with the sign."""
    text = unicodedata.normalize("NFKC", cell).strip().replace("٪", "%")
    percent = text.endswith("%")
    amount = read_number(text[:-1] if percent else text, notation, limits)
    if amount.error in ("negative_amount", "amount_too_large"):
        return Amount(None, "share_out_of_range", amount.warnings)
    if percent and amount.value is None:
        return Amount(None, "bad_number", amount.warnings)
    if amount.value is None:
        return amount
    value = amount.value / 100 if percent else amount.value
    if value > 1:
        return Amount(None, "share_out_of_range", amount.warnings)
    return Amount(value, None, amount.warnings)


def _bare_digits(cell: str) -> tuple[str, bool]:
    """``cell`` with ASCII digits and no dollar sign or space groups; whether digits changed."""
    text = _DOLLAR.sub("", cell.strip(), count=1).strip()
    sign = text[:1] if text[:1] and text[0] in _MINUS + "+" else ""
    text = sign + _DOLLAR.sub("", text[len(sign) :], count=1) if sign else text
    changed = any(letter.isdecimal() and not letter.isascii() for letter in text)
    if changed:
        text = "".join(
            str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
        ).translate({0x066B: ".", 0x066C: ",", 0xFF0E: ".", 0xFF0C: ",", 0xFF0D: "-", 0xFF0B: "+"})
    groups = _SPACED_GROUPS.fullmatch(text.lstrip("+-"))
    return (text.replace(groups[1], "") if groups else text), changed


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


def _is_number(text: str, notation: Notation) -> bool:
    digits, _ = _bare_digits(text)
    return any(_plain(digits, either) is not None for either in (notation, *Notation))
