"""Read the reference facts of a folder into one :class:`~risk.catalog.records.Catalog`.

The folder holds one CSV table for each kind of fact; every row says where it comes from and when
that was read. A bad cell, an unknown name or a loop among the links stops the loading with an
error that says where to look.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from risk.catalog.aliases import load_aliases
from risk.catalog.falters import Basis, FalterKind, FalterRate
from risk.catalog.jurisdictions import REGION_NODES
from risk.catalog.links import load_links
from risk.catalog.market import load_market_shares
from risk.catalog.model_history import MODEL_NODES, last_days_not_listed, load_model_history
from risk.catalog.models import load_models
from risk.catalog.packages import PackageDate, catalogue_dates
from risk.catalog.rate_evidence import load_rate_evidence
from risk.catalog.records import (
    IN_HOUSE,
    SELF_HOSTED,
    Alias,
    Catalog,
    Provider,
    Retirement,
    Role,
    Service,
)
from risk.catalog.tables import CatalogError, Row, read_table

__all__ = ["CatalogError", "PackageDate", "catalogue_dates", "load_catalog"]

#: Nodes of fixtures/rates.csv that stand for every node of a sort.
DEFAULT_NODES = frozenset(
    {
        *("*service", "*developer", "*developer top", "*developer second", "*host"),
        *("*cloud", "*edge", "*customer", *REGION_NODES, *MODEL_NODES),
    }
)
_MOST = 1e6


def load_catalog(folder: Path, *, aliases: Iterable[Alias] = ()) -> Catalog:
    """All reference facts: the tables of ``folder`` and the installed catalogue packages.

    ``aliases`` are decisions of this installation's analysts; they come after the folder's own
    spellings and replace those with the same text (compared without regard to case).

    Raises:
        CatalogError: a table is missing or wrong; the message names file, line and column.
    """
    providers = _providers(folder)
    services = _services(folder, providers)
    own = tuple(aliases)
    decided = {alias.text.casefold() for alias in own}
    published = (one for one in load_aliases(folder) if one.text.casefold() not in decided)
    dates = catalogue_dates()
    known = Catalog(
        providers=providers,
        services=services,
        links=load_links(folder, nodes=frozenset(providers) | frozenset(services)),
        rates=_rates(folder, frozenset(providers) | frozenset(services)),
        aliases=(*published, *own),
        models=load_models(folder),
        retirements=_retirements(folder, providers),
        catalogue_date=min(one.data_date for one in dates),
        notes={one.package: one.source for one in dates},
        rate_evidence=load_rate_evidence(folder),
        market=load_market_shares(folder),
    )
    return replace(known, retirements=_with_recorded(known, folder))


def _providers(folder: Path) -> Mapping[str, Provider]:
    columns = ("name", "roles", "country", "website", "tier", "colour", "source", "as_of")
    found: dict[str, Provider] = {}
    for row in read_table(folder / "providers.csv", columns):
        roles = row.choices("roles", Role)
        tiers = ("top", "second") if Role.DEVELOPER in roles else ("",)
        provider = Provider(
            name=_new_name(row, found),
            roles=roles,
            country=row.text("country"),
            website=row.text("website"),
            tier=row.one_of("tier", tiers),
            colour=_colour(row),
            source=row.text("source"),
            as_of=row.day("as_of").isoformat(),
        )
        if any(provider.colour == other.colour for other in found.values()):
            raise row.error("colour", f"{provider.colour} already belongs to another provider.")
        found[provider.name] = provider
    return found


def _services(folder: Path, providers: Mapping[str, Provider]) -> Mapping[str, Service]:
    columns = ("name", "developer", "host", "form", "source", "as_of")
    hosts = {*providers, SELF_HOSTED, IN_HOUSE}
    found: dict[str, Service] = {}
    for row in read_table(folder / "services.csv", columns):
        name = _new_name(row, found)
        if name in providers:
            raise row.error("name", f"'{name}' is already the name of a provider.")
        developer = row.optional("developer")
        if developer:
            row.known("developer", providers.__contains__, "provider")
        found[name] = Service(
            name=name,
            developer=developer,
            host=row.known("host", hosts.__contains__, "provider"),
            form=row.one_of("form", ("api", "app")),
            source=row.text("source"),
            as_of=row.day("as_of").isoformat(),
        )
    return found


def _rates(folder: Path, nodes: frozenset[str]) -> tuple[FalterRate, ...]:
    columns = (
        *("node", "kind", "level", "rate_per_year", "severity", "calibration"),
        *("duration_mu_ln_days", "duration_sigma", "notice_days", "basis", "source", "as_of"),
    )
    known = nodes | DEFAULT_NODES
    found: dict[tuple[str, FalterKind, str], FalterRate] = {}
    for row in read_table(folder / "rates.csv", columns):
        rate = FalterRate(
            node=row.known("node", known.__contains__, "provider, service or default node"),
            kind=row.choice("kind", FalterKind),
            level=row.text("level"),
            rate_per_year=row.number("rate_per_year", low=0, high=_MOST),
            severity=row.number("severity", low=0, high=1),
            calibration=row.number("calibration", low=0, high=1),
            duration_mu_ln_days=row.optional_number("duration_mu_ln_days", low=-20, high=20),
            duration_sigma=row.optional_number("duration_sigma", low=0, high=10),
            notice_days=row.number("notice_days", low=0, high=3650),
            basis=row.choice("basis", Basis),
            source=row.text("source"),
            as_of=row.day("as_of").isoformat(),
        )
        if (rate.duration_mu_ln_days is None) != (rate.duration_sigma is None):
            raise row.error("duration_sigma", "give both duration cells or neither.")
        key = (rate.node, rate.kind, rate.level)
        if key in found:
            raise row.error("level", f"{rate.node} {rate.kind} {rate.level} is listed twice.")
        found[key] = rate
    return tuple(found.values())


def _retirements(folder: Path, providers: Mapping[str, Provider]) -> tuple[Retirement, ...]:
    columns = (
        *("developer", "model", "host", "announced", "shutdown", "replacement"),
        *("source", "as_of"),
    )
    found: dict[tuple[str, str, str | None], Retirement] = {}
    for row in read_table(folder / "retirements.csv", columns):
        host = row.optional("host")
        retirement = Retirement(
            developer=row.known("developer", providers.__contains__, "provider"),
            model=row.text("model"),
            host=row.known("host", providers.__contains__, "provider") if host else None,
            announced=row.optional_day("announced"),
            shutdown=row.day("shutdown"),
            replacement=row.optional("replacement"),
            source=row.text("source"),
            as_of=row.day("as_of").isoformat(),
        )
        if retirement.announced and retirement.announced > retirement.shutdown:
            raise row.error("announced", "a model cannot be announced to end after it has ended.")
        key = (retirement.developer, retirement.model, host)
        if key in found:
            raise row.error("model", f"'{retirement.model}' is listed twice for this host.")
        found[key] = retirement
    return tuple(sorted(found.values(), key=lambda one: (one.shutdown, one.model)))


def _with_recorded(catalog: Catalog, folder: Path) -> tuple[Retirement, ...]:
    """The retirements with those of the recorded past of models."""
    both = (*catalog.retirements, *last_days_not_listed(catalog, load_model_history(folder)))
    return tuple(sorted(both, key=lambda one: (one.shutdown, one.model)))


def _new_name(row: Row, found: Mapping[str, object]) -> str:
    name = row.text("name")
    if name in found:
        raise row.error("name", f"'{name}' is listed twice.")
    return name


def _colour(row: Row) -> str:
    text = row.text("colour").lower()
    if len(text) != 7 or text[0] != "#" or not set(text[1:]) <= set("0123456789abcdef"):
        raise row.error("colour", f"write a colour such as #0060c0, not '{text}'.")
    return text
