"""Currencies of ISO 4217 and the signs and words that they are written with.

A sign may stand for several: ``kr`` is the crown of four countries, ``$`` the dollar of seven.
``fixtures/currencies.csv`` has the list.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

USD, EUR = "USD", "EUR"


@dataclass(frozen=True, kw_only=True)
class Currency:
    """One currency: ``code`` of ISO 4217, digits after the point, and the sign it is shown with."""

    code: str
    name: str
    digits: int
    signs: tuple[str, ...]
    shown: str


@cache
def currencies() -> Mapping[str, Currency]:
    """Every currency by its code."""
    text = files("fixtures").joinpath("currencies.csv").read_text("utf-8")
    return {
        row["code"]: Currency(
            code=row["code"],
            name=row["name"],
            digits=int(row["digits"]),
            signs=tuple(row["signs"].split()),
            # No-break: the code never stands alone at the end of a line.
            shown=row["shown"] or f"{row['code']}\u00a0",
        )
        for row in csv.DictReader(StringIO(text))
    }


@cache
def candidates() -> Mapping[str, tuple[str, ...]]:
    """Sign, word or code in small letters → the currencies it may mean, by code."""
    found: dict[str, list[str]] = {}
    for one in currencies().values():
        for sign in (one.code, *one.signs):
            found.setdefault(sign.casefold(), []).append(one.code)
    return {sign: tuple(codes) for sign, codes in found.items()}


def meant_by(sign: str, beside: str | None = None) -> str | None:
    """The currency that a sign, word or code means; None where it may be several, or none.

    ``beside`` is the currency that the header or a column of currencies names: it decides between
    several. A bare dollar sign is the dollar of the United States otherwise.
    """
    codes = candidates().get(sign.strip().rstrip(".").casefold(), ())
    if beside in codes:
        return beside
    if USD in codes:
        return USD
    return codes[0] if len(codes) == 1 else None
