"""Neighbours of a provider in the catalogue of services: whom it depends on, who depends on it.

The graph is that of :mod:`risk.hazard.supply_chain`; here it is read for one name, with how far
each neighbour is away and which disruptions pass, so that a page can draw and list it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.model_history import cell_node, cell_of
from risk.catalog.records import Catalog, Role, UpstreamLink
from risk.hazard.event_catalogue import failure_rows
from risk.hazard.rate_laws import rows_for
from risk.hazard.supply_chain import (
    HERE_KINDS,
    Effects,
    Endpoint,
    SupplyChain,
    build_supply_chain,
)

Links = Mapping[tuple[str, str], UpstreamLink]

#: Disruptions that hit one customer or one region rather than the provider as a whole.
CUSTOMER_DEFAULTS = {
    FailureKind.ACCESS_CUT: "*customer",
    FailureKind.REGIONAL_BLOCK: "*region",
}


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A node up or down the chain. ``steps`` is 1 for the next one; ``via`` names those between.

    ``effects`` says which disruptions pass over the last link, ``relation`` and ``source`` where
    that link is recorded (``source`` is None where it follows from who develops and hosts what).
    """

    name: str
    steps: int
    via: tuple[str, ...]
    effects: Effects
    relation: str
    source: str | None


def catalogue_chain(catalog: Catalog, assumptions: Assumptions) -> SupplyChain:
    """Build the supply chain behind every service of the catalogue."""
    endpoints = (Endpoint(service, None) for service in catalog.services.values())
    return build_supply_chain(catalog, endpoints, assumptions)


def upstream_of(catalog: Catalog, chain: SupplyChain, name: str) -> tuple[Neighbour, ...]:
    """Everything upstream of ``name``, nearest first; empty for a name outside the chain."""
    links = {(link.downstream, link.upstream): link for link in catalog.links}
    return _reached(chain, chain.graph.reverse(copy=False), name, links, catalog)


def dependents_of(catalog: Catalog, chain: SupplyChain, name: str) -> tuple[Neighbour, ...]:
    """Every provider and service downstream of ``name``, nearest first."""
    links = {(link.upstream, link.downstream): link for link in catalog.links}
    return _reached(chain, chain.graph, name, links, catalog)


def _reached(
    chain: SupplyChain, graph: nx.DiGraph, name: str, links: Links, catalog: Catalog
) -> tuple[Neighbour, ...]:
    """Nearest first; providers before services, which there are more of."""
    # Endpoints and unnamed models exist only to carry disruptions; nobody would look for them.
    hidden = {
        node for one in chain.endpoints for node in (one.node, one.model_node, one.model_here_node)
    }
    found = []
    for node, path in nx.single_source_shortest_path(graph, name).items() if name in graph else ():
        if node == name or node in hidden:
            continue
        link = links.get((path[-2], path[-1]))
        found.append(
            Neighbour(
                name=node,
                steps=len(path) - 1,
                via=tuple(path[1:-1]),
                effects=graph.edges[path[-2], path[-1]]["effects"],
                relation=link.relation if link else "serves its models",
                source=link.source if link else None,
            )
        )
    found.sort(key=lambda one: (one.steps, one.name not in catalog.providers, one.name))
    return tuple(found)


def provider_rates(catalog: Catalog, chain: SupplyChain, name: str) -> tuple[FailureRate, ...]:
    """Every rate that applies to one provider: its own rows, else those of its sort.

    A row whose ``node`` differs from ``name`` is shared with all providers of that sort.
    """
    found = list(failure_rows(name, catalog, chain))
    provider = catalog.providers.get(name)
    if provider is not None and Role.DEVELOPER in provider.roles:
        for kind, default in CUSTOMER_DEFAULTS.items():
            found.extend(rows_for(catalog.rates, node=name, kinds=(kind,), defaults=(default,)))
        own = (cell_node(cell_of(name, name, catalog.providers)),)
        found.extend(rows_for(catalog.rates, node=name, kinds=HERE_KINDS, defaults=own))
    return tuple(found)


def rate_of(rates: Iterable[FailureRate], kind: FailureKind) -> float | None:
    """Events a year of one kind over all its levels; None where no row says anything."""
    known = [row.rate_per_year for row in rates if row.kind is kind]
    return sum(known) if known else None
