"""Reference rates of the European Central Bank, day by day, as they ship with `currencyconverter`.

The bank publishes what a euro is worth in other currencies on every working day since January 1999.
An amount becomes USD by two of these figures of one day. Where a day has none, the last before it
holds; after the last day of the shipped data, that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from risk.money.currencies import EUR, USD

if TYPE_CHECKING:  # The data is read where a rate is asked for.
    from currency_converter import CurrencyConverter

SOURCE = "ECB reference rate"
CENT = Decimal("0.01")
#: The longest that the bank was closed was five days. An older rate means that it quotes no more.
_DAYS_CLOSED = 10


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What a euro was worth on ``day``: ``per_euro`` of ``currency``, and ``usd_per_euro`` USD."""

    currency: str
    day: date
    per_euro: Decimal
    usd_per_euro: Decimal

    def usd(self, amount: Decimal) -> Decimal:
        """An amount of the currency in USD, rounded to the cent once, half to even."""
        return (amount * self.usd_per_euro / self.per_euro).quantize(CENT, ROUND_HALF_EVEN)

    def of_usd(self, usd: float) -> float:
        """USD in the currency, for showing."""
        return usd * float(self.per_euro / self.usd_per_euro)

    @cached_property
    def said(self) -> str:
        """The bank's figures and their day: ``1 EUR = 0.8412 GBP = 1.1172 USD on 2026-10-30``."""
        own = "" if self.currency in (EUR, USD) else f" = {self.per_euro} {self.currency}"
        return f"1 EUR{own} = {self.usd_per_euro} USD on {self.day.isoformat()}"

    @property
    def document(self) -> dict[str, str]:
        """The figures and their source as plain values."""
        return {
            "currency": self.currency,
            "currency_per_eur": str(self.per_euro),
            "usd_per_eur": str(self.usd_per_euro),
            "day": self.day.isoformat(),
            "source": SOURCE,
        }


def rate_of(document: Mapping[str, str]) -> Rate:
    """The opposite of :attr:`Rate.document`."""
    return Rate(
        currency=document["currency"],
        day=date.fromisoformat(document["day"]),
        per_euro=Decimal(document["currency_per_eur"]),
        usd_per_euro=Decimal(document["usd_per_eur"]),
    )


@cache
def _bank() -> "CurrencyConverter":
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)


def last_day() -> date:
    """The newest day that the shipped data has rates of."""
    last: date = _bank().bounds[USD].last_date
    return last


def first_day() -> date:
    """The oldest day that the shipped data has rates of."""
    first: date = _bank().bounds[USD].first_date
    return first


def quoted_on(day: date | None = None) -> tuple[str, ...]:
    """The currencies that have a rate for a day (None: the newest), by code in their order."""
    return tuple(code for code in sorted(_bank().currencies) if rate_on(code, day or last_day()))


@lru_cache(maxsize=100_000)
def rate_on(currency: str, day: date) -> Rate | None:
    """The rate of ``currency`` for ``day``: that day's, or the last before.

    None where the bank quotes it not, not yet or no more, or the day is older than the data.
    """
    if currency not in _bank().currencies:
        return None
    at = min(day, last_day())
    for back in range(_DAYS_CLOSED + 1):
        if at.toordinal() <= back:
            return None
        found = _published(currency, at - timedelta(days=back))
        if found is not None:
            return found
    return None


def _published(currency: str, day: date) -> Rate | None:
    """The rate published on this very day."""
    from currency_converter import RateNotFoundError

    one = Decimal(1)
    try:
        return Rate(
            currency=currency,
            day=day,
            per_euro=_bank().convert(one, EUR, currency, date=day),
            usd_per_euro=_bank().convert(one, EUR, USD, date=day),
        )
    except RateNotFoundError:
        return None
