"""Startups of a portfolio that depend on each provider: directly, or through someone else.

A startup depends directly on the developer and the host that it named, and through these on
whoever stands behind them (:mod:`risk.hazard.supply_chain`). Who is behind a service is found once
for each service; startups are counted from the routes of their dependencies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog, Service
from risk.hazard.supply_chain import developer_node
from risk.loss.exposures import Exposures
from risk.loss.stopped import fast_counts
from risk.loss.valuation import Members, Valuation
from risk.portfolio.structure import Dependences, dependence_of

Path = tuple[str, ...]
Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

#: What stands in the developer's or host's place without being a company.
NOT_COMPANIES = frozenset({None, UNSPECIFIED, SELF_HOSTED, IN_HOUSE})


@dataclass(frozen=True, kw_only=True)
class Dependent:
    """One startup that depends on a provider. ``paths`` lead from it to each service called.

    ``use_cases`` counts those that do; ``named`` are their names, None where they were not read.
    """

    startup: str
    direct: bool
    use_cases: int
    named: tuple[str, ...] | None
    paths: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class _Routes:
    """Routes as far as they tell on whom one depends; ``service`` (routes,) is each one's place."""

    exposures: Exposures
    members: Members
    dependence: Dependences
    service: Places
    pair: Places
    behind: Sequence[Mapping[str, Path]]


@dataclass(frozen=True, kw_only=True)
class Dependents:
    """All that depend on one provider: how many startups named it, how many do through others.

    The margin shares are parts (0..1) of the portfolio's margin that depends on language models;
    ``margin_share`` counts both direct and indirect dependence. None where no margin is known.
    ``reached`` and ``named`` (services,) say which services it is behind, and is named by.
    """

    provider: str
    direct: int
    through_others: int
    direct_margin_share: float | None
    margin_share: float | None
    reached: Flags
    named: Flags
    routes: _Routes

    def __len__(self) -> int:
        return self.direct + self.through_others

    @cached_property
    def rows(self) -> Places:
        """The places of their startups: direct ones first, then by the margin that depends."""
        one, of = self.routes.exposures, self.routes
        count = len(one)
        owner = np.repeat(np.arange(count), np.diff(one.link_start[one.case_start]))
        service = of.service[one.route]
        any_way = np.bincount(owner, self.reached[service], minlength=count) > 0
        direct = np.bincount(owner, self.named[service], minlength=count) > 0
        pair = np.zeros(len(of.dependence.pairs), dtype=np.bool_)
        pair[of.pair[self.reached[of.service]]] = True
        kept = pair[of.dependence.place]
        margin = np.bincount(
            of.dependence.startup[kept], of.dependence.margin[kept], minlength=count
        )
        found = np.flatnonzero(any_way)
        order = np.lexsort((found, -margin[found], ~direct[found]))
        return np.asarray(found[order])

    def startups(self, first: int = 0, last: int | None = None) -> tuple[Dependent, ...]:
        """Some of them, in the order of :attr:`rows`; all unless said otherwise."""
        return tuple(self._one(int(row)) for row in self.rows[first:last])

    def _one(self, row: int) -> Dependent:
        of, one = self.routes, self.routes.exposures
        paths: dict[Path, None] = {}
        cases: list[int] = []
        direct = False
        for case in range(one.case_start[row], one.case_start[row + 1]):
            links = one.route[one.link_start[case] : one.link_start[case + 1]]
            for service in of.service[links].tolist():
                if self.reached[service]:
                    paths[of.behind[service][self.provider]] = None
                    direct |= bool(self.named[service])
                    cases.append(case)
        cases = list(dict.fromkeys(cases))
        names = of.members.use_cases
        return Dependent(
            startup=of.members.names[row],
            direct=direct,
            use_cases=len(cases),
            named=None if names is None else tuple(dict.fromkeys(names[one] for one in cases)),
            paths=tuple(paths),
        )


def dependents_of(valuation: Valuation) -> dict[str, Dependents]:
    """Every provider on which some startup depends, by name."""
    dependence = dependence_of(valuation)
    book = valuation.book
    called = [way.endpoint.service for way in book.routes]
    services = list(dict.fromkeys(called))
    place = {one: number for number, one in enumerate(services)}
    upward = valuation.worlds.hazards.chain.graph.reverse(copy=False)
    named = [{one.developer, one.host} - NOT_COMPANIES for one in services]
    behind = [
        _behind(one, own, upward, valuation.catalog)
        for one, own in zip(services, named, strict=True)
    ]
    pairs = {pair: number for number, pair in enumerate(dependence.pairs)}
    routes = _Routes(
        exposures=book.exposures,
        members=valuation.members,
        dependence=dependence,
        service=np.array([place[one] for one in called], dtype=np.int64),
        pair=np.array([pairs[developer_node(one), one.host] for one in called], dtype=np.int64),
        behind=behind,
    )
    names = sorted({name for one in behind for name in one})
    reached = np.array([[name in one for one in behind] for name in names], dtype=np.bool_)
    direct = np.array([[name in one for one in named] for name in names], dtype=np.bool_)
    counts = _counts(routes, reached, direct)
    shares = _shares(routes, reached, direct, dependence)
    return {
        name: Dependents(
            provider=name,
            direct=int(counts[1, number]),
            through_others=int(counts[0, number] - counts[1, number]),
            direct_margin_share=None if shares is None else float(shares[1, number]),
            margin_share=None if shares is None else float(shares[0, number]),
            reached=reached[number],
            named=direct[number],
            routes=routes,
        )
        for number, name in enumerate(names)
    }


def _behind(
    service: Service, named: set[str | None], upward: nx.DiGraph, catalog: Catalog
) -> dict[str, Path]:
    """Everybody on whom a service depends, each with the shortest path down to it."""
    found: dict[str, Path] = {str(name): (str(name), service.name) for name in named}
    paths = nx.single_source_shortest_path(upward, service.name)
    found.update(
        {name: tuple(reversed(paths[name])) for name in paths if name in catalog.providers}
    )
    return found


def _counts(routes: _Routes, reached: Flags, direct: Flags) -> Places:
    """Startups that depend on each provider in all and directly, (2, providers)."""
    one = routes.exposures
    both = np.concatenate([reached, direct]) if len(reached) else np.zeros((0, 0), dtype=np.bool_)
    by_service = [np.flatnonzero(own) for own in both.T]
    found = np.zeros(len(both), dtype=np.int64)
    fast_counts()(
        *(one.link_start[one.case_start].astype(np.int32), routes.service[one.route]),
        np.concatenate([[0], np.cumsum([len(own) for own in by_service])]).astype(np.int64),
        np.concatenate([np.zeros(0, dtype=np.int64), *by_service]),
        *(np.full(len(both), -1, dtype=np.int64), found),
    )
    return found.reshape(2, -1)


def _shares(
    routes: _Routes, reached: Flags, direct: Flags, dependence: Dependences
) -> Array | None:
    """Parts of all margin that depend on each provider in all and directly, (2, providers)."""
    total = float(dependence.margin.sum())
    if total <= 0:
        return None
    by_pair = np.array([dependence.by_pair[one] for one in dependence.pairs]) / total
    by_service = np.zeros(len(routes.behind))
    by_service[routes.service] = by_pair[routes.pair]
    return np.stack([reached @ by_service, direct @ by_service])


@dataclass(frozen=True, kw_only=True)
class Users:
    """Which startups name each model, and at which host.

    ``place`` numbers models with hosts; ``used`` (dependencies,) are these numbers (-1: no model is
    named), ``owner`` (dependencies,) the startup of each, rising, and ``names`` who they are.
    """

    place: Mapping[tuple[str, str], int]
    used: NDArray[np.int32]
    owner: NDArray[np.int32]
    names: Sequence[str]

    @cached_property
    def hosts(self) -> Mapping[str, tuple[str, ...]]:
        """The hosts at which each model is used."""
        found: dict[str, list[str]] = {}
        for model, host in self.place:
            found.setdefault(model, []).append(host)
        return {model: tuple(hosts) for model, hosts in found.items()}

    def of(self, model: str, hosts: Sequence[str] | None = None) -> Places:
        """The places of the startups that use a model, at some hosts or anywhere, rising."""
        at = self.hosts.get(model, ()) if hosts is None else hosts
        wanted = np.zeros(len(self.place) + 1, dtype=np.bool_)
        wanted[[self.place[model, host] for host in at if (model, host) in self.place]] = True
        owners = self.owner[wanted[self.used]]
        return owners[np.diff(owners, prepend=-1) > 0].astype(np.int64)


def users_of(valuation: Valuation) -> Users:
    """Who uses each model that somebody named."""
    one, routes = valuation.book.exposures, valuation.book.routes
    owner = np.repeat(np.arange(len(one)), np.diff(one.link_start[one.case_start]))
    place: dict[tuple[str, str], int] = {}
    of_route = np.full(len(routes), -1, dtype=np.int32)
    for number, way in enumerate(routes):
        if way.endpoint.model is not None:
            key = way.endpoint.model, way.endpoint.service.host
            of_route[number] = place.setdefault(key, len(place))
    return Users(
        place=place,
        used=of_route[one.route] if len(routes) else np.zeros(0, dtype=np.int32),
        owner=owner.astype(np.int32),
        names=valuation.members.names,
    )
