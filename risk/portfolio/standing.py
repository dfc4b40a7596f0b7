"""Which startups of a portfolio stand on each provider: directly, or through someone else.

A startup stands directly on the developer and the host that it named, and through these on
whatever stands behind them (:mod:`risk.hazard.supply_chain`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from risk.assumptions import Assumptions
from risk.catalog.lookup import service_for
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog
from risk.exposure.places import PlacedStartup, place_startup
from risk.hazard.supply_chain import build_supply_chain
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.results import DependenceShare

Path = tuple[str, ...]

#: What stands in the developer's or host's place without being a company.
NOT_COMPANIES = frozenset({None, UNSPECIFIED, SELF_HOSTED, IN_HOUSE})


@dataclass(frozen=True, kw_only=True)
class StartupStanding:
    """One startup on one provider. ``paths`` lead from the provider to each service it calls."""

    startup: str
    direct: bool
    use_cases: tuple[str, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that stand on one provider, direct ones first.

    The margin shares are parts (0..1) of the portfolio's margin that depends on language models;
    ``margin_share`` counts both direct and indirect dependence. None where no margin is known.
    """

    provider: str
    startups: tuple[StartupStanding, ...]
    direct_margin_share: float | None
    margin_share: float | None

    @property
    def direct(self) -> int:
        """How many startups named this provider themselves."""
        return sum(one.direct for one in self.startups)

    @property
    def through_others(self) -> int:
        """How many startups stand on it only through someone else."""
        return len(self.startups) - self.direct


def standings(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    dependence: Iterable[DependenceShare],
) -> dict[str, Standing]:
    """Every provider on which some startup stands, by name.

    ``dependence`` is the margin by developer, host and startup of the portfolio's assessment.
    """
    placed = {one.name: place_startup(one, catalog) for one in portfolio.startups}
    endpoints = [endpoint for one in placed.values() for endpoint in one.endpoint_of.values()]
    graph = build_supply_chain(catalog, endpoints, assumptions).graph.reverse(copy=False)
    services = {endpoint.service.name for endpoint in endpoints}
    behind = {name: _providers_behind(name, graph, catalog) for name in services}
    found: dict[str, list[StartupStanding]] = {}
    for startup in portfolio.startups:
        for provider, standing in _startup_standings(startup, placed[startup.name], behind):
            found.setdefault(provider, []).append(standing)
    margins = _margin_shares(tuple(dependence), catalog, behind)
    return {
        provider: Standing(
            provider=provider,
            startups=tuple(sorted(rows, key=lambda one: (not one.direct, one.startup))),
            direct_margin_share=margins.get(provider, (None, None))[0],
            margin_share=margins.get(provider, (None, None))[1],
        )
        for provider, rows in found.items()
    }


def _providers_behind(service: str, upward: nx.DiGraph, catalog: Catalog) -> dict[str, Path]:
    """Name the providers upstream of a service, each with the shortest path down to it."""
    paths = nx.single_source_shortest_path(upward, service)
    return {name: tuple(reversed(paths[name])) for name in paths if name in catalog.providers}


def _startup_standings(
    startup: Startup, placed: PlacedStartup, behind: Mapping[str, Mapping[str, Path]]
) -> Iterable[tuple[str, StartupStanding]]:
    paths: dict[str, list[Path]] = {}
    use_cases: dict[str, list[str]] = {}
    direct: set[str | None] = set()
    for use_case in startup.use_cases:
        for dependency in use_case.dependencies:
            if dependency.key not in placed.endpoint_of:
                continue
            service = placed.endpoint_of[dependency.key].service
            named = {service.developer, service.host} - NOT_COMPANIES
            direct |= named
            reached: dict[str, Path] = {str(name): (str(name), service.name) for name in named}
            reached.update(behind[service.name])
            for provider, path in reached.items():
                paths.setdefault(provider, []).append(path)
                use_cases.setdefault(provider, []).append(use_case.name)
    for provider in paths:
        yield (
            provider,
            StartupStanding(
                startup=startup.name,
                direct=provider in direct,
                use_cases=tuple(dict.fromkeys(use_cases[provider])),
                paths=tuple(dict.fromkeys(paths[provider])),
            ),
        )


def _margin_shares(
    dependence: tuple[DependenceShare, ...],
    catalog: Catalog,
    behind: Mapping[str, Mapping[str, Path]],
) -> dict[str, tuple[float, float]]:
    """By provider: the share of all dependent margin, directly and in all."""
    total = sum(one.margin_usd_per_year for one in dependence)
    if total <= 0:
        return {}
    shares: dict[str, tuple[float, float]] = {}
    for row in dependence:
        named = {row.developer, row.host} - NOT_COMPANIES
        share = row.margin_usd_per_year / total
        for provider in named | set(behind.get(_service_of(row, catalog), {})):
            direct, both = shares.get(provider, (0.0, 0.0))
            shares[provider] = (direct + share * (provider in named), both + share)
    return shares


def _service_of(row: DependenceShare, catalog: Catalog) -> str:
    developer = None if row.developer == UNSPECIFIED else row.developer
    host = row.host if row.host != UNSPECIFIED else developer or UNSPECIFIED
    return service_for(catalog, developer, host).name
