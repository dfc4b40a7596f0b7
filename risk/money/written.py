"""Amounts as people type them in a form: ``300k``, ``$1.2m``, ``2,5 million``, ``300,000``."""

import re
from decimal import Decimal

_SHORT = re.compile(
    r"(?:USD|US\$|\$)?\s*(?P<number>[0-9][0-9.,  '’]*?)\s*"
    r"(?P<unit>k|thousand|m|mn|mio|million|b|bn|billion)\.?",
    re.IGNORECASE,
)
_TIMES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
_PLAIN = re.compile(r"(?:USD|US\$|\$)?\s*(?P<number>[0-9][0-9.,\s'’]*)", re.IGNORECASE)


def in_digits(text: str) -> str:
    """An amount with a unit such as ``k`` in plain digits; any other text as it is."""
    found = _SHORT.fullmatch(text.strip())
    if found is None:
        return text
    number = re.sub(r"[\s'’]", "", found["number"])
    if re.fullmatch(r"[0-9]+[.,][0-9]{1,2}|[0-9]+\.[0-9]+", number):
        number = number.replace(",", ".")
    elif re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})*", number):
        number = number.replace(",", "")
    elif not number.isdigit():
        return text
    amount = Decimal(number) * _TIMES[found["unit"][0].casefold()]
    return f"{amount:f}"


def usd_of(text: str) -> float | None:
    """The USD that a text says; None where it says no amount, or one that reads two ways."""
    found = _PLAIN.fullmatch(in_digits(text).strip())
    if found is None:
        return None
    number = re.sub(r"[\s'’]", "", found["number"])
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]*)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", number):
        return None
    return float(number.replace(",", ""))
