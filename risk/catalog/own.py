"""Own facts: providers, services and links that one store adds to the catalogue that ships.

They are used like shipped ones. A shipped name stays the shipped one's, no loop is let in, and
whatever of the own facts does not count for such a reason is told in a sentence.
"""

from collections.abc import Mapping
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import (
    UNSPECIFIED,
    Alias,
    Answer,
    Catalog,
    LinkEffect,
    OwnFacts,
    OwnProvider,
    OwnService,
    Role,
    UpstreamLink,
)

if TYPE_CHECKING:  # Most stores have no own facts, and lists start sooner without it.
    import networkx as nx

#: How an own provider may rest on another, as the links that ship say it: it calls its models or
#: service, runs in its cloud, signs people in there, is reached through it, uses its chips, or
#: belongs to it.
OWN_RELATIONS = ("gateway", "cloud", "identity", "edge", "gpu", "owner")
#: Colours for own providers, which no shipped one has; the ninth has that of the first.
COLOURS = (
    *("#7f6a4f", "#4f7f6a", "#6a4f7f", "#7f4f63"),
    *("#4f637f", "#6f7f4f", "#7f574f", "#4f7c7f"),
)


def with_own(catalog: Catalog, own: OwnFacts) -> Catalog:
    """Return the shipped facts with the own ones among them, and their names among the aliases.

    A name that ships stays what ships, and a link that would close a loop is left out; ``doubts``
    of the result's own facts say so.
    """
    if not (own.providers or own.services or own.links):
        return catalog
    doubts: list[str] = []
    providers, services = dict(catalog.providers), dict(catalog.services)
    shipped = {*providers, *services}
    for one in own.providers:
        name = one.provider.name
        if name in shipped:
            doubts.append(_duplicate(name))
        else:
            providers[name] = one.provider
    for offered in own.services:
        service = offered.service
        if service.name in shipped:
            doubts.append(_duplicate(service.name))
            continue
        services[service.name] = service
        for whom in (service.developer, service.host):
            if whom is not None and whom not in providers:
                doubts.append(_no_longer(whom, service.name))
    joined = replace(catalog, providers=providers, services=services)
    links = []
    graph = everything_behind(joined)
    for stated in own.links:
        link = stated.link
        if link.upstream not in providers and link.upstream not in services:
            doubts.append(_no_longer(link.upstream, link.downstream))
        loop = loop_of(graph, link.upstream, link.downstream)
        if loop:
            doubts.append(
                f"The links form a loop: {' → '.join(loop)}. What {link.downstream} has to do with "
                f"{link.upstream} does not count until one of them is removed."
            )
            continue
        graph.add_edge(link.upstream, link.downstream)
        links.append(link)
    names = frozenset({*providers, *services} - shipped)
    return replace(
        joined,
        links=(*catalog.links, *links),
        aliases=(*catalog.aliases, *own_aliases(own, names)),
        own=replace(own, names=names, doubts=tuple(doubts)),
    )


def _duplicate(name: str) -> str:
    return (
        f"{name} has come with the catalogue since you added it: the shipped facts count, and what "
        "you linked to it stays. Remove yours if they say the same."
    )


def _no_longer(name: str, of: str) -> str:
    return (
        f"{name}, which you stated behind {of}, is not in the catalogue any more: no disruption of "
        "its own is known. Link to who took its place, or add it as a provider of your own."
    )


def own_aliases(own: OwnFacts, names: frozenset[str]) -> tuple[Alias, ...]:
    """Return the names by which own providers and services among ``names`` are known in files.

    A provider's name stands for its first service, or for whatever it develops or hosts.
    """
    first = {one.service.host: one for one in reversed(own.services) if one.service.name in names}
    found = []
    for one in own.providers:
        if one.provider.name in names:
            found.append(_alias_of_provider(one, first.get(one.provider.name)))
    for offered in own.services:
        service = offered.service
        if service.name in names:
            for text in (service.name, *offered.aliases):
                found.append(
                    Alias(
                        text=text,
                        answer=Answer.YES,
                        developer=service.developer or UNSPECIFIED,
                        host=service.host,
                        product=service.name,
                        source=service.source,
                    )
                )
    return tuple(found)


def _alias_of_provider(one: OwnProvider, first: OwnService | None) -> Alias:
    provider = one.provider
    itself = provider.name if Role.DEVELOPER in provider.roles else None
    developer = first.service.developer if first else itself
    return Alias(
        text=provider.name,
        answer=Answer.YES,
        developer=developer or UNSPECIFIED,
        host=provider.name,
        product=None,
        source=provider.source,
    )


def everything_behind(catalog: Catalog) -> "nx.DiGraph":
    """Return who stands behind whom by name alone: every link, and each service's makers."""
    import networkx as nx

    graph: nx.DiGraph = nx.DiGraph()
    graph.add_edges_from((one.upstream, one.downstream) for one in catalog.links)
    for service in catalog.services.values():
        for whom in {service.developer, service.host} - {None, service.name}:
            graph.add_edge(whom, service.name)
    return graph


def loop_of(graph: "nx.DiGraph", upstream: str, downstream: str) -> tuple[str, ...]:
    """Return the loop that a link would close, from its downstream back to it; empty for none."""
    import networkx as nx

    if upstream == downstream:
        return (downstream, downstream)
    try:
        way = nx.shortest_path(graph, downstream, upstream)
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return ()
    return (*way, downstream)


def usual_effects(catalog: Catalog, relation: str) -> Mapping[FailureKind, LinkEffect]:
    """Return what links of one relation usually pass on: the medians of the shipped ones, by kind.

    Empty where no shipped link of the relation passes anything on, as with an owner.
    """
    own = catalog.own.linked
    shipped = [
        one for one in catalog.links if one.relation == relation and one.downstream not in own
    ]
    usual = {}
    for kind in FailureKind:
        known = [one.effects[kind] for one in shipped if kind in one.effects]
        if any(one.probability > 0 for one in known):
            usual[kind] = LinkEffect(
                probability=median(one.probability for one in known),
                gain=median(one.gain for one in known),
            )
    return usual


def digest_parts(own: OwnFacts) -> tuple[object, ...]:
    """Return what own facts say to an answer, in an order and spelling that stay the same."""
    providers = [one.provider for one in own.providers]
    services = [one.service for one in own.services]
    links = [one.link for one in own.links]
    return (
        sorted((one.name, sorted(one.roles), one.country) for one in providers),
        sorted((one.name, one.developer or "", one.host, one.form) for one in services),
        sorted(
            (one.upstream, one.downstream, one.relation, one.basis.value, _passes(one))
            for one in links
        ),
    )


def _passes(link: UpstreamLink) -> list[tuple[str, float, float]]:
    return sorted((kind.value, one.probability, one.gain) for kind, one in link.effects.items())


def next_colour(own: OwnFacts) -> str:
    """Return the colour of the next own provider: the first that is used least."""
    used = [one.provider.colour for one in own.providers]
    return min(COLOURS, key=used.count)
