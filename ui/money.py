"""Money as a reader sees it: in the currency of the portfolio, by the bank's rate of the day.

The model, files and JSON hold USD. What is written for people goes through here: a page, command,
report or link says once in which currency (:func:`show_in`, :func:`shown_in`), and every amount of
that run is written in it. It holds for the running thread of work alone, as a locale does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from risk.money.currencies import USD, currencies
from risk.money.rates import SOURCE, Rate, rate_of, rate_on


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A currency to write amounts in, with the rate that makes them of USD; none for USD itself."""

    currency: str = USD
    rate: Rate | None = None

    @property
    def prefix(self) -> str:
        """What stands before an amount: ``$``, ``€``, ``CHF`` and a space."""
        return currencies()[self.currency].shown

    def of(self, usd: float) -> float:
        """An amount in USD in this currency."""
        return usd if self.rate is None else self.rate.of_usd(usd)

    def in_usd(self, amount: float) -> float:
        """The opposite of :meth:`of`."""
        return amount if self.rate is None else amount / self.rate.of_usd(1.0)

    @property
    def said(self) -> str:
        """The currency and its rate: ``in EUR, 1 EUR = 1.1172 USD on 2026-10-30 (…)``."""
        if self.rate is None:
            return f"in {self.currency}"
        return f"in {self.currency}, {self.rate.said} ({SOURCE})"


IN_USD = Shown()
_SHOWN: ContextVar[Shown] = ContextVar("shown_money", default=IN_USD)


def shown() -> Shown:
    """What amounts are written in now."""
    return _SHOWN.get()


def shown_as(currency: str, day: date) -> Shown:
    """A currency by the rate of a day; USD where the bank has none for it."""
    rate = None if currency == USD else rate_on(currency, day)
    return IN_USD if rate is None else Shown(currency=currency, rate=rate)


def shown_of(document: Mapping[str, str] | None) -> Shown:
    """The currency and rate that a content holds (:attr:`~risk.money.rates.Rate.document`)."""
    if not document:
        return IN_USD
    rate = rate_of(document)
    return Shown(currency=rate.currency, rate=rate)


def show_in(chosen: Shown) -> None:
    """Write amounts so from here on: for the rest of a run of a page, or of a command."""
    _SHOWN.set(chosen)


@contextmanager
def shown_in(chosen: Shown) -> Iterator[None]:
    """Write amounts so for a while."""
    before = _SHOWN.set(chosen)
    try:
        yield
    finally:
        _SHOWN.reset(before)


def number_format(decimals: int = 0) -> str:
    """How a workbook writes an amount in the currency shown."""
    digits = "#,##0" if not decimals else f"#,##0.{'0' * decimals}"
    prefix = shown().prefix
    return f"{prefix}{digits}" if prefix == "$" else f'"{prefix}"{digits}'
