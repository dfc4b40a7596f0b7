"""Supply chain behind what a startup calls: a directed graph from roots to endpoints.

Nodes are providers, services, models and endpoints (one model at one service). An edge carries,
for each failure kind, the probability that the disruption passes and the share of service lost when
it does. Edges come from the reference facts and, where these are silent, by rule: a developer
stands behind its models everywhere, a host behind what it hosts. docs/method.md §2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.records import (
    RUN_BY_ONESELF,
    SELF_HOSTED,
    UNSPECIFIED,
    Catalog,
    LinkEffect,
    Role,
    Service,
    UpstreamLink,
)

Effects = Mapping[FailureKind, LinkEffect]

#: The root of outages of what a startup runs itself; every startup's is its own.
OWN_OPERATION = "Own operation"

CERTAIN = LinkEffect(probability=1.0, gain=1.0)
ALL_KINDS: Effects = dict.fromkeys(FailureKind, CERTAIN)
HOST_KINDS = (
    FailureKind.OUTAGE,
    FailureKind.DEGRADED,
    FailureKind.WIND_DOWN,
    FailureKind.REGIONAL_BLOCK,
    FailureKind.ACCESS_CUT,
)

#: What happens to one model at one host.
HERE_KINDS = (FailureKind.MODEL_RETIREMENT, FailureKind.PRICE_SHOCK)
#: The chance that a developer's disruption reaches its models on somebody else's cloud, as numbers
#: of the assumptions. An access cut to one customer reaches no other host (Windsurf, June 2025).
LICENSED: Mapping[FailureKind, str] = {
    FailureKind.OUTAGE: "licensed_outage",
    FailureKind.DEGRADED: "licensed_outage",
    FailureKind.PRICE_SHOCK: "licensed_price",
    FailureKind.ACQUISITION: "licensed_acquisition",
    FailureKind.WIND_DOWN: "licensed_wind_down",
    FailureKind.REGIONAL_BLOCK: "licensed_regional_block",
}


class SupplyChainCycle(ValueError):
    """The upstream links lead back to where they began."""


@dataclass(frozen=True)
class Endpoint:
    """One model (None: nobody named it) at one service: what a dependency calls."""

    service: Service
    model: str | None

    @property
    def node(self) -> str:
        """The name of the endpoint in the graph."""
        return f"{self.model or 'model not named'} · {self.service.name}"

    @property
    def model_node(self) -> str:
        """The model as a root of its own; unnamed models of one developer count as one."""
        if self.model:
            return self.model
        if self.service.developer in (None, UNSPECIFIED):
            return f"Unnamed model at {self.service.host}"
        return f"Unnamed model of {self.service.developer}"

    @property
    def model_here_node(self) -> str:
        """The model at this host alone, which ends there or grows dearer there."""
        nameless = f"Unnamed model at {self.service.host}"
        if self.model_node == nameless:
            return nameless
        return f"{self.model_node} at {self.service.host}"


@dataclass(frozen=True)
class SupplyChain:
    """The graph; edge attribute ``effects`` maps failure kinds to :class:`LinkEffect`."""

    graph: nx.DiGraph
    endpoints: tuple[Endpoint, ...]
    _effects: dict[FailureKind, Mapping[tuple[str, str], LinkEffect]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def height(self) -> Mapping[str, int]:
        """Each node's place in an order in which nothing comes before what stands behind it."""
        return {node: place for place, node in enumerate(nx.topological_sort(self.graph))}

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Who serves the endpoints."""
        return frozenset(one.service.host for one in self.endpoints)

    @cached_property
    def developers(self) -> frozenset[str]:
        """Who develops what the endpoints serve."""
        return frozenset(developer_node(one.service) for one in self.endpoints)

    @cached_property
    def services_here(self) -> Mapping[str, Service]:
        """The service by the node of a model at its host."""
        return {one.model_here_node: one.service for one in reversed(self.endpoints)}

    def effects_of(self, kind: FailureKind) -> Mapping[tuple[str, str], LinkEffect]:
        """What a disruption of this kind does over each edge that it can take."""
        if kind not in self._effects:
            self._effects[kind] = {
                (upstream, downstream): effects[kind]
                for upstream, downstream, effects in self.graph.edges(data="effects")
                if kind in effects
            }
        return self._effects[kind]

    def path(self, root: str, node: str, kind: FailureKind) -> tuple[str, ...]:
        """The shortest path by which a disruption of this kind passes, empty if there is none."""

        def passes(upstream: str, downstream: str) -> bool:
            effect = self.graph[upstream][downstream]["effects"].get(kind)
            return effect is not None and effect.probability > 0

        passing = nx.subgraph_view(self.graph, filter_edge=passes)
        try:
            return tuple(nx.shortest_path(passing, root, node))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return ()


def build_supply_chain(
    catalog: Catalog, endpoints: Iterable[Endpoint], assumptions: Assumptions
) -> SupplyChain:
    """The part of the supply chain that stands behind these endpoints.

    Raises:
        SupplyChainCycle: the links form a loop; the message names it.
    """
    graph: nx.DiGraph = nx.DiGraph()
    unique = tuple(sorted(set(endpoints), key=lambda one: one.node))
    for endpoint in unique:
        _add(graph, endpoint.service.name, endpoint.node, ALL_KINDS)
        if endpoint.service.host != SELF_HOSTED:
            _add(graph, endpoint.model_node, endpoint.node, ALL_KINDS)
        if endpoint.service.host not in RUN_BY_ONESELF:
            _add(graph, endpoint.model_here_node, endpoint.node, dict.fromkeys(HERE_KINDS, CERTAIN))
        _add_service(graph, catalog, endpoint.service, assumptions)
    _add_upstream(graph, catalog, assumptions)
    try:
        loop = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return SupplyChain(graph, unique)
    names = " → ".join([edge[0] for edge in loop] + [loop[0][0]])
    raise SupplyChainCycle(f"The upstream links form a loop: {names}. Remove one of them.")


def developer_node(service: Service) -> str:
    """The developer as a root. An unnamed one is unknown, not absent: it gets a node of its own."""
    if service.developer in (None, UNSPECIFIED):
        return f"Unnamed developer on {service.host}"
    return str(service.developer)


def open_weights_at(catalog: Catalog, service: Service) -> bool:
    """True if the models served need no licence that the developer could end.

    That is so for what one runs oneself, and where every model of the developer that the host
    offers has open weights; a host without known offers is judged by the developer's models.
    """
    if service.host == SELF_HOSTED:
        return True
    of_developer = [one for one in catalog.models.values() if one.developer == service.developer]
    offered = [one for one in of_developer if any(o.host == service.host for o in one.offers)]
    if offered:
        return all(one.open_weights is True for one in offered)
    return sum(one.open_weights is True for one in of_developer) * 2 > len(of_developer)


def is_cloud(catalog: Catalog, name: str) -> bool:
    """True for a provider that is a cloud: its region-wide outages are rarer than its services'."""
    provider = catalog.providers.get(name)
    return provider is not None and Role.CLOUD in provider.roles


def _add_service(
    graph: nx.DiGraph, catalog: Catalog, service: Service, assumptions: Assumptions
) -> None:
    developer, host = developer_node(service), service.host
    if host == SELF_HOSTED:
        outages = (FailureKind.OUTAGE, FailureKind.DEGRADED)
        _add(graph, OWN_OPERATION, service.name, dict.fromkeys(outages, CERTAIN))
        return
    if host == developer:
        closing = LinkEffect(probability=assumptions.own_acquisition, gain=1.0)
        _add(graph, developer, service.name, {**ALL_KINDS, FailureKind.ACQUISITION: closing})
        return
    open_weights = open_weights_at(catalog, service)
    if not open_weights:
        reaches = {
            kind: LinkEffect(probability=getattr(assumptions, number), gain=1.0)
            for kind, number in LICENSED.items()
        }
        _add(graph, developer, service.name, reaches)
    if host != UNSPECIFIED:
        price = (FailureKind.PRICE_SHOCK,) if open_weights else ()
        _add(graph, host, service.name, dict.fromkeys((*HOST_KINDS, *price), CERTAIN))


def _add_upstream(graph: nx.DiGraph, catalog: Catalog, assumptions: Assumptions) -> None:
    """Add the recorded links, working upstream from what is already in the graph.

    A service on which an own provider runs brings its developer and its host.
    """
    waiting = list(graph.nodes)
    brought: set[str] = set()
    while waiting:
        node = waiting.pop()
        for link in catalog.links:
            if link.downstream != node or not link.effects:
                continue
            if link.upstream not in graph:
                waiting.append(link.upstream)
            _add(graph, link.upstream, node, _passed_on(link, assumptions))
            service = catalog.services.get(link.upstream)
            if service is None or node not in catalog.own.linked or service.name in brought:
                continue
            brought.add(service.name)
            known = set(graph)
            _add_service(graph, catalog, service, assumptions)
            # The service comes again: what is recorded of it replaces what was made by rule.
            waiting += [*(one for one in graph if one not in known), service.name]


def _passed_on(link: UpstreamLink, assumptions: Assumptions) -> Effects:
    """The recorded effects; judged ones move with the portfolio's factors, up to certainty."""
    if link.basis is not Basis.JUDGEMENT:
        return link.effects
    reach, loss = assumptions.upstream_reach, assumptions.upstream_loss
    return {
        kind: LinkEffect(
            probability=min(1.0, one.probability * reach),
            gain=min(1.0, one.gain * loss),
        )
        for kind, one in link.effects.items()
    }


def _add(graph: nx.DiGraph, upstream: str, downstream: str, effects: Effects) -> None:
    """Add an edge; a recorded effect replaces one made by rule, a repeat changes nothing."""
    if upstream == downstream:
        return
    before = graph[upstream][downstream]["effects"] if graph.has_edge(upstream, downstream) else {}
    graph.add_edge(upstream, downstream, effects={**before, **effects})
