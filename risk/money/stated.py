"""Amounts as somebody stated them, beside the USD that the model reckons with.

The store keeps one as a text, ``GBP 12000 per year; 1 EUR = 0.8412 GBP = 1.1172 USD on
2026-10-30``, which says all that the amount in USD was made of.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import cache, lru_cache

from risk.money.currencies import USD, currencies, meant_by
from risk.money.rates import CENT, SOURCE, Rate, rate_on

_TEXT = re.compile(
    r"(?P<currency>[A-Z]{3}) (?P<amount>\d+(?:\.\d+)?)(?: per (?P<per>year|month))?"
    r"(?:; 1 EUR(?: = (?P<own>[\d.]+) [A-Z]{3})? = (?P<usd>[\d.]+) USD on (?P<day>[\d-]{10}))?"
)


_UNIT = re.compile(
    r"(?:eba_cu:)?(?P<currency>.+?)(?:\s+per\s+(?P<per>year|month))?", re.I | re.DOTALL
)


class Period(StrEnum):
    """What an amount is for, where it is for a time."""

    YEAR = "year"
    MONTH = "month"


_MONTHS = {Period.YEAR: 12, Period.MONTH: 1}
#: What an amount in USD is for, by the fact's name without its unit; the others have no time.
PERIODS = {
    "annual_revenue": Period.YEAR,
    "cash": None,
    "monthly_burn": Period.MONTH,
    "invested": None,
    "spend": Period.MONTH,
}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """An amount with its currency. Two are equal that say the same, whatever the ``rate``.

    ``per`` is None where the amount is for the usual time of its fact. ``rate`` is None in USD, and
    where there is no rate.
    """

    amount: Decimal
    currency: str
    per: Period | None = None
    rate: Rate | None = field(default=None, compare=False)

    def usd(self, usual: Period | None) -> Decimal | None:
        """The amount in USD for the ``usual`` time, to the cent; None without a rate."""
        amount = self.amount
        if self.per is not None and usual is not None:
            amount = amount * _MONTHS[usual] / _MONTHS[self.per]
        if self.currency == USD:
            return amount.quantize(CENT, ROUND_HALF_EVEN)
        return None if self.rate is None else self.rate.usd(amount)

    def parts(self, among: int) -> list["Stated"]:
        """The amount in ``among`` parts that differ by a hundredth at most and add up to it."""
        hundredths, rest = divmod(self.amount, CENT)
        each, left = divmod(int(hundredths), among)
        amounts = [(each + (place < left)) * CENT for place in range(among)]
        amounts[0] += rest
        return [replace(self, amount=one) for one in amounts]

    @property
    def said(self) -> str:
        """The amount alone: ``GBP 12000 per year``."""
        per = f" per {self.per}" if self.per else ""
        return f"{self.currency} {_plain(self.amount)}{per}"

    @property
    def shown(self) -> str:
        """The amount for people: ``GBP 12,000 per year``."""
        digits = currencies()[self.currency].digits if self.currency in currencies() else 2
        whole = self.amount == self.amount.to_integral_value()
        per = f" per {self.per}" if self.per else ""
        return f"{self.currency}\u00a0{self.amount:,.{0 if whole else digits}f}{per}"

    @property
    def text(self) -> str:
        """All of it, as the store keeps it."""
        return f"{self.said}; {self.rate.said}" if self.rate else self.said

    @property
    def provenance(self) -> str:
        """How it became USD, or why it did not, for people."""
        if self.currency == USD:
            return f"stated as {self.shown}"
        if self.rate is None:
            return f"stated as {self.shown}; no {SOURCE} for it"
        return f"stated as {self.shown}; {self.rate.said} ({SOURCE})"


def _plain(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Unit:
    """A currency by its code, and the time that an amount is for if it is not the usual one."""

    currency: str
    per: Period | None = None

    @property
    def said(self) -> str:
        """As a cell of a column of currencies says it: ``EUR per year``."""
        return f"{self.currency} per {self.per}" if self.per else self.currency


@cache
def _by_name() -> dict[str, str]:
    return {one.name.casefold(): code for code, one in currencies().items()}


def unit_of(text: str, beside: str | None = None) -> Unit | None:
    """What a cell of a column of currencies says: ``EUR``, ``€``, ``Euro``, ``GBP per year``.

    None where it names no currency, or several; ``beside`` as for
    :func:`~risk.money.currencies.meant_by`.
    """
    found = _UNIT.fullmatch(text.strip())
    if found is None:
        return None
    named = " ".join(found["currency"].split())
    code = meant_by(named, beside) or _by_name().get(named.casefold())
    per = Period(found["per"].casefold()) if found["per"] else None
    return None if code is None else Unit(code, per)


def stated(amount: Decimal, currency: str, *, per: Period | None, day: date) -> Stated:
    """An amount with the rate for the day of the fact."""
    rate = None if currency == USD else rate_on(currency, day)
    return Stated(amount=amount, currency=currency, per=per, rate=rate)


@lru_cache(maxsize=100_000)
def stated_of(text: str) -> Stated:
    """The amount that the store keeps as ``text`` (:attr:`Stated.text`).

    Raises ``ValueError`` for any other text.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no stated amount")
    rate = None
    if found["usd"]:
        rate = Rate(
            currency=found["currency"],
            day=date.fromisoformat(found["day"]),
            per_euro=Decimal(found["own"] or 1),
            usd_per_euro=Decimal(found["usd"]),
        )
    return Stated(
        amount=Decimal(found["amount"]),
        currency=found["currency"],
        per=Period(found["per"]) if found["per"] else None,
        rate=rate,
    )
