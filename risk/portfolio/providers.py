"""Dependents of each provider: who depends on it directly, through someone else, or may do so.

This is the one definition that pages, commands, files and scenarios count by. A company depends
*directly* on whom it named as developer or host of something in use that was read surely, and
*through someone else* on whoever stands behind these (:mod:`risk.hazard.supply_chain`) and was not
named. It is *to ask* where an open text may be one of these, or where a model is surely called at a
host without anybody saying whose, and the provider's are on offer there. Who is behind a service is
found once for each service; companies are counted from the routes of their dependencies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.lookup import service_for
from risk.catalog.records import (
    IN_HOUSE,
    SELF_HOSTED,
    UNSPECIFIED,
    Answer,
    Catalog,
    Service,
)
from risk.hazard.supply_chain import Endpoint, build_supply_chain, developer_node
from risk.inventory.records import Dependency, Startup, UseCase
from risk.loss.exposures import ANY, Exposures
from risk.loss.margins import margins_by_world, worlds_read
from risk.loss.places import endpoint_for
from risk.loss.stopped import fast_counts
from risk.loss.uncertainty import HIGH, LOW
from risk.loss.valuation import Members, Valuation
from risk.loss.worlds import Worlds
from risk.portfolio.results import Interval
from risk.portfolio.structure import Dependences, dependence_of

Path = tuple[str, ...]
Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

#: What stands in the developer's or host's place without being a company.
NOT_COMPANIES = frozenset({None, UNSPECIFIED, SELF_HOSTED, IN_HOUSE})


class How(StrEnum):
    """How a company depends on a provider, the surest and nearest first."""

    DIRECT = "direct"
    THROUGH = "through"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True)
class OpenTexts:
    """Texts of which it is open what they stand for, (texts,) each.

    ``rows`` are the places of their companies, ``place`` which of ``pairs`` (developer, host) each
    may name; None where it names nobody.
    """

    rows: Places
    place: Places
    pairs: tuple[tuple[str | None, str | None], ...]


_NOTHING = np.zeros(0, dtype=np.int64)
NO_TEXTS = OpenTexts(rows=_NOTHING, place=_NOTHING, pairs=())


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
    """Routes as far as they tell on whom one depends; ``service`` (routes,) is each one's place.

    ``open_service`` (texts,) are the places of the services that open texts may stand for.
    """

    exposures: Exposures
    members: Members
    dependence: Dependences
    service: Places
    pair: Places
    behind: Sequence[Mapping[str, Path]]
    texts: OpenTexts
    open_service: Places
    worlds: Worlds

    @cached_property
    def shares_drawn(self) -> Array:
        """The part of all margin that each service serves in each world, (worlds, services)."""
        drawn = self.drawn_by_pair
        found = np.zeros((len(drawn), len(self.behind)))
        found[:, self.service] = drawn[:, self.pair]
        return found

    @cached_property
    def drawn_by_pair(self) -> Array:
        """The part of all margin of each developer and host in each world, (worlds, pairs)."""
        return self.drawn_of(self.exposures)

    def drawn_of(self, one: Exposures) -> Array:
        """The same of some companies."""
        count = worlds_read(one, self.worlds)
        by_pair = margins_by_world(one, self.worlds, count, self.pair, len(self.dependence.pairs))
        return np.asarray(by_pair / np.maximum(by_pair.sum(axis=1, keepdims=True), 1e-300))

    def margin_of(self, row: int) -> Array:
        """The margin of one company at each developer and host, (pairs,) in USD a year."""
        held = self.dependence
        own = held.startup == row
        found = np.bincount(held.place[own], held.margin[own], minlength=len(held.pairs))
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def owner(self) -> Places:
        """The company of each dependency, rising."""
        one = self.exposures
        sizes = np.diff(one.link_start[one.case_start])
        return np.repeat(np.arange(len(one)), sizes)

    @cached_property
    def called(self) -> Places:
        """The service of each dependency."""
        return self.service[self.exposures.route]

    def any_of(self, services: Flags) -> Flags:
        """Which companies surely call one of some services, (companies,)."""
        hits = self.owner[services[self.called]]
        return np.bincount(hits, minlength=len(self.exposures)) > 0


@dataclass(frozen=True, kw_only=True)
class Dependents:
    """All that depend on one provider: how many startups named it, how many do through others.

    The margin shares are parts (0..1) of the portfolio's margin that depends on language models;
    ``margin_share`` counts both direct and indirect dependence. None where no margin is known.
    ``reached``, ``named`` and ``maybe`` (services,) say which services it is behind, is named by,
    and may be the unnamed developer of.
    """

    provider: str
    direct: int
    through_others: int
    direct_margin_share: float | None
    margin_share: float | None
    reached: Flags
    named: Flags
    maybe: Flags
    routes: _Routes

    def __len__(self) -> int:
        """How many surely depend on it."""
        return self.direct + self.through_others

    @cached_property
    def rows(self) -> Places:
        """The places of their startups: direct ones first, then by the margin that depends."""
        of = self.routes
        count = len(of.exposures)
        any_way, direct = of.any_of(self.reached), of.any_of(self.named)
        pair = np.zeros(len(of.dependence.pairs), dtype=np.bool_)
        pair[of.pair[self.reached[of.service]]] = True
        kept = pair[of.dependence.place]
        margin = np.bincount(
            of.dependence.startup[kept], of.dependence.margin[kept], minlength=count
        )
        found = np.flatnonzero(any_way)
        order = np.lexsort((found, -margin[found], ~direct[found]))
        return np.asarray(found[order])

    @cached_property
    def asked_rows(self) -> Places:
        """The places of those that are to ask: it may be what they use, and nothing says surely."""
        of = self.routes
        wanted = self.reached[of.open_service]
        if not (self.maybe.any() or wanted.any()):
            return _NOTHING
        found = of.any_of(self.maybe)
        found[of.texts.rows[wanted]] = True
        return np.flatnonzero(found & ~of.any_of(self.reached))

    @cached_property
    def margin_range(self) -> Interval | None:
        """The 10 to 90 % range of ``margin_share`` over the worlds; None where that is unknown.

        It costs a look at every company in every world, once for all providers.
        """
        if self.margin_share is None:
            return None
        return interval_over(self.routes.shares_drawn[:, self.reached].sum(axis=1))

    @property
    def asked(self) -> int:
        """How many are to ask."""
        return len(self.asked_rows)

    def rows_of(self, how: How | None = None) -> Places:
        """The places of those that depend on it in one way; in any way or perhaps for None."""
        if how is How.ASK:
            return self.asked_rows
        if how is None:
            return np.concatenate([self.rows, self.asked_rows])
        return self.rows[: self.direct] if how is How.DIRECT else self.rows[self.direct :]

    def names(self, how: How | None = None) -> tuple[str, ...]:
        """The names of the same."""
        names = self.routes.members.names
        return tuple(names[row] for row in self.rows_of(how).tolist())

    def suffices(self, rows: Places) -> Flags:
        """At which of some companies another provider does all the work alone, (rows,)."""
        return self._suffices[rows]

    @cached_property
    def _suffices(self) -> Flags:
        """The same of all of them, (companies,)."""
        of, one = self.routes, self.routes.exposures
        case = np.repeat(np.arange(len(one.case_row)), np.diff(one.link_start))
        hits = np.bincount(case, self.reached[of.called], minlength=len(one.case_row))
        at_risk = (hits > 0) & ((one.requirement != ANY) | (hits == np.diff(one.link_start)))
        owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))
        return np.asarray(np.bincount(owner, at_risk, minlength=len(one)) == 0)

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


@dataclass(frozen=True, kw_only=True)
class Dependence(Mapping[str, Dependents]):
    """Who depends on each provider, by its name: those on which somebody depends or may depend.

    ``untold`` (startups,) marks those of which nothing sure is known and that name nobody: they may
    depend on anyone.
    """

    by_provider: Mapping[str, Dependents]
    routes: _Routes
    untold: Flags

    def __getitem__(self, provider: str) -> Dependents:
        return self.by_provider[provider]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_provider)

    def __len__(self) -> int:
        return len(self.by_provider)

    def of(self, provider: str) -> Dependents:
        """Who depends on a provider; nobody where it is not among them."""
        found = self.by_provider.get(provider)
        return self._nobody(provider) if found is None else found

    def place(self, startup: str) -> int | None:
        """The row of a startup of this name, None: there is none."""
        return self.routes.members.place.get(startup)

    def of_developer(self, developer: str) -> Flags:
        """Which pairs of developer and host are of one developer, (pairs,)."""
        return np.array([one == developer for one, _ in self.routes.dependence.pairs], np.bool_)

    def reached_by(self, provider: str) -> Flags:
        """Which pairs of developer and host depend on a provider, (pairs,)."""
        of = self.routes
        found = np.zeros(len(of.dependence.pairs), dtype=np.bool_)
        found[of.pair[self.of(provider).reached[of.service]]] = True
        return found

    def developer_shares(self, row: int) -> Mapping[str, float]:
        """The parts of one company's margin that each developer serves, the largest first."""
        margin = self.routes.margin_of(row)
        found: dict[str, float] = {}
        for (developer, _), usd in zip(self.routes.dependence.pairs, margin.tolist(), strict=True):
            if usd > 0:
                found[developer] = found.get(developer, 0.0) + usd / float(margin.sum())
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def share(self, pairs: Flags, row: int) -> float | None:
        """The part of one company's margin at some pairs; None where no margin is known."""
        margin = self.routes.margin_of(row)
        return float(margin[pairs].sum() / margin.sum()) if margin.sum() > 0 else None

    def share_range(self, pairs: Flags, row: int) -> Interval:
        """The 10 to 90 % range over the worlds of the part of one company's margin at pairs."""
        of = self.routes
        drawn = of.drawn_of(of.exposures.taken(np.array([row], dtype=np.int64)))
        return interval_over(drawn[:, pairs].sum(axis=1))

    @property
    def to_ask(self) -> int:
        """How many startups may depend on some provider, which is to be asked."""
        rows = [one.asked_rows for one in self.values()]
        return len(np.unique(np.concatenate(rows))) if rows else 0

    def _nobody(self, provider: str) -> Dependents:
        nothing = np.zeros(len(self.routes.behind), dtype=np.bool_)
        known = float(self.routes.dependence.margin.sum()) > 0
        return Dependents(
            provider=provider,
            direct=0,
            through_others=0,
            direct_margin_share=0.0 if known else None,
            margin_share=0.0 if known else None,
            reached=nothing,
            named=nothing,
            maybe=nothing,
            routes=self.routes,
        )

    def spend(self, row: int) -> tuple[float | None, bool]:
        """What one company spends, USD a month as far as stated, and whether that is all of it."""
        one = self.routes.exposures
        first, last = one.link_start[one.case_start[[row, row + 1]]].tolist()
        stated = one.spend[first:last]
        known = stated[~np.isnan(stated)].astype(np.float64)
        whole = len(known) == len(stated) and not self.routes.members.questions[row]
        return (float(known.sum()) if len(known) else None), bool(whole)

    def marks(self, rows: Sequence[int], providers: Sequence[str]) -> list[dict[str, How]]:
        """How each of some companies depends on each of some providers; not at all is left out."""
        of, one = self.routes, self.routes.exposures
        found = []
        for row in rows:
            links = slice(*one.link_start[one.case_start[[row, row + 1]]].tolist())
            sure = of.service[one.route[links]]
            open_ones = of.open_service[of.texts.rows == row]
            marks = {}
            for name in providers:
                mark = _mark(self.of(name), sure, open_ones)
                if mark is not None:
                    marks[name] = mark
            found.append(marks)
        return found


def _mark(one: Dependents, sure: Places, open_ones: Places) -> How | None:
    if one.named[sure].any():
        return How.DIRECT
    if one.reached[sure].any():
        return How.THROUGH
    may = one.maybe[sure].any() or one.reached[open_ones].any()
    return How.ASK if may else None


def interval_over(drawn: Array) -> Interval:
    """The 10 to 90 % range of what was drawn in each world, (worlds,)."""
    low, high = np.quantile(drawn, [LOW, HIGH]).tolist()
    return Interval(low=low, high=high)


def dependents_of(valuation: Valuation, texts: OpenTexts = NO_TEXTS) -> Dependence:
    """Every provider on which some startup depends or may depend; ``texts`` are the open ones."""
    dependence = dependence_of(valuation)
    book, catalog = valuation.book, valuation.catalog
    called = [way.endpoint.service for way in book.routes]
    asked = [_service(catalog, *pair) for pair in texts.pairs]
    services = list(dict.fromkeys([*called, *asked]))
    place = {one: number for number, one in enumerate(services)}
    named = [_named(one) for one in services]
    sure = set(called)
    upward = valuation.worlds.hazards.chain.graph.reverse(copy=False)
    beyond = _upward(catalog, [one for one in services if one not in sure], valuation.assumptions)
    behind = [
        _behind(one, own, upward if one in sure else beyond, catalog)
        for one, own in zip(services, named, strict=True)
    ]
    perhaps = [_perhaps(one, catalog) if one in sure else frozenset() for one in services]
    pairs = {pair: number for number, pair in enumerate(dependence.pairs)}
    asked_places = np.array([place[one] for one in asked], dtype=np.int64)
    routes = _Routes(
        exposures=book.exposures,
        members=valuation.members,
        dependence=dependence,
        service=np.array([place[one] for one in called], dtype=np.int64),
        pair=np.array([pairs[developer_node(one), one.host] for one in called], dtype=np.int64),
        behind=behind,
        texts=texts,
        open_service=asked_places[texts.place],
        worlds=valuation.worlds,
    )
    names = sorted({name for one in (*behind, *perhaps) for name in one})
    shape = (len(names), len(services))
    reached = np.array([[name in one for one in behind] for name in names], np.bool_)
    direct = np.array([[name in one for one in named] for name in names], np.bool_)
    maybe = np.array([[name in one for one in perhaps] for name in names], np.bool_)
    reached, direct, maybe = (one.reshape(shape) for one in (reached, direct, maybe))
    counts = _counts(routes, reached, direct)
    shares = _shares(routes, reached, direct, dependence)
    found = {
        name: Dependents(
            provider=name,
            direct=int(counts[1, number]),
            through_others=int(counts[0, number] - counts[1, number]),
            direct_margin_share=None if shares is None else float(shares[1, number]),
            margin_share=None if shares is None else float(shares[0, number]),
            reached=reached[number],
            named=direct[number],
            maybe=maybe[number],
            routes=routes,
        )
        for number, name in enumerate(names)
    }
    return Dependence(by_provider=found, routes=routes, untold=_untold(routes, behind, perhaps))


def _untold(
    routes: _Routes, behind: Sequence[Mapping[str, Path]], perhaps: Sequence[frozenset[str]]
) -> Flags:
    """Companies without a sure dependency whose open texts, or whose silence, name nobody."""
    one = routes.exposures
    silent = np.asarray(one.link_start[one.case_start[1:]] == one.link_start[one.case_start[:-1]])
    tells = np.array([bool(a) or bool(b) for a, b in zip(behind, perhaps, strict=True)], np.bool_)
    asks, hinted = np.zeros((2, len(one)), dtype=np.bool_)
    asks[routes.texts.rows] = True
    if len(routes.open_service):
        hinted[routes.texts.rows[tells[routes.open_service]]] = True
    return silent & ~hinted & (asks | routes.members.empty)


def _service(catalog: Catalog, developer: str | None, host: str | None) -> Service:
    """The service that an open text may stand for; without any name one of nobody."""
    who = None if developer in ("", UNSPECIFIED) else developer
    where = None if host in ("", UNSPECIFIED) else host
    return service_for(catalog, who, where or who or UNSPECIFIED)


def _named(service: Service) -> frozenset[str]:
    return frozenset(str(one) for one in {service.developer, service.host} - NOT_COMPANIES)


def _perhaps(service: Service, catalog: Catalog) -> frozenset[str]:
    """Whose models those of an unnamed developer may be: of whoever is on offer at the host."""
    if service.developer not in (None, UNSPECIFIED) or service.host in NOT_COMPANIES:
        return frozenset()
    offered = {
        model.developer
        for model in catalog.models.values()
        if any(offer.host == service.host for offer in model.offers)
    }
    served = {one.developer for one in catalog.services.values() if one.host == service.host}
    return frozenset(str(one) for one in (offered | served) - NOT_COMPANIES - {service.host, None})


def _upward(catalog: Catalog, services: Sequence[Service], assumptions: Assumptions) -> nx.DiGraph:
    """What stands behind some services, each node with an edge to those it depends on."""
    ends = [Endpoint(one, None) for one in services]
    return build_supply_chain(catalog, ends, assumptions).graph.reverse(copy=False)


def _behind(
    service: Service, named: frozenset[str], upward: nx.DiGraph, catalog: Catalog
) -> dict[str, Path]:
    """Everybody on whom a service depends, each with the shortest path down to it."""
    found: dict[str, Path] = {name: (name, service.name) for name in named}
    if service.name not in upward:
        return found
    paths = nx.single_source_shortest_path(upward, service.name)
    found.update(
        {name: tuple(reversed(paths[name])) for name in paths if name in catalog.providers}
    )
    return found


@dataclass(frozen=True, kw_only=True)
class Way:
    """One dependency by which a company depends on a provider, or may.

    ``path`` leads from the provider to the service called.
    """

    use_case: UseCase
    dependency: Dependency
    how: How
    path: Path


def ways_to(
    startup: Startup, provider: str, catalog: Catalog, assumptions: Assumptions
) -> tuple[Way, ...]:
    """Every way by which a company depends on a provider, the surest and nearest first."""
    found = [
        Way(use_case=case, dependency=one, how=reached[provider][0], path=reached[provider][1])
        for case, one, reached in _ways(startup, catalog, assumptions)
        if provider in reached
    ]
    order = list(How)
    return tuple(sorted(found, key=lambda one: order.index(one.how)))


def ways_of(
    startup: Startup, catalog: Catalog, assumptions: Assumptions
) -> dict[str, dict[str, How]]:
    """How each dependency, by its key, leads to every provider."""
    return {
        one.key: {name: how for name, (how, _) in reached.items()}
        for _, one, reached in _ways(startup, catalog, assumptions)
    }


def _ways(
    startup: Startup, catalog: Catalog, assumptions: Assumptions
) -> list[tuple[UseCase, Dependency, dict[str, tuple[How, Path]]]]:
    """Each dependency that counts or may, with every provider to which it leads."""
    lines = [
        (case, one, _service(catalog, one.developer, one.host))
        if one.answer is Answer.ASK
        else (case, one, endpoint_for(one, catalog).service)
        for case in startup.use_cases
        for one in case.dependencies
        if one.answer in (Answer.YES, Answer.ASK)
    ]
    services = {service: None for *_, service in lines}
    upward = _upward(catalog, list(services), assumptions)
    reached = {one: _reached(one, upward, catalog) for one in services}
    asked = {
        one: {name: (How.ASK, path) for name, (how, path) in own.items() if how is not How.ASK}
        for one, own in reached.items()
    }
    return [
        (case, one, (reached if one.answer is Answer.YES else asked)[service])
        for case, one, service in lines
    ]


def _reached(service: Service, upward: nx.DiGraph, catalog: Catalog) -> dict[str, tuple[How, Path]]:
    """Every provider that is behind a service in use, or may be, and the path from it."""
    named = _named(service)
    behind = _behind(service, named, upward, catalog)
    found = {
        name: (How.DIRECT if name in named else How.THROUGH, path) for name, path in behind.items()
    }
    for name in _perhaps(service, catalog):
        found.setdefault(name, (How.ASK, (name, service.name)))
    return found


def _counts(routes: _Routes, reached: Flags, direct: Flags) -> Places:
    """Startups that depend on each provider in all and directly, (2, providers)."""
    one = routes.exposures
    both = np.concatenate([reached, direct])
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
