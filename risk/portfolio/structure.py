"""The structure of a portfolio: whom its margin depends on, and whose loss stops use cases.

Shares are of the margin that would stop, not of seats or spend; what nobody stated about a startup
counts at its mean over the worlds. docs/method.md §5.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.hazard.durations import DurationLaw
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint, SupplyChain, developer_node, is_cloud
from risk.loss.exposures import Book, Exposures
from risk.loss.margins import margin_of_links, margins_of, worlds_read
from risk.loss.reach import Reach
from risk.loss.travel import Links
from risk.loss.valuation import Valuation, Worked
from risk.loss.valuing import WorldTables
from risk.portfolio.points import Stops, points_and_pairs
from risk.portfolio.results import Concentration, DependenceShare, PairOfPoints, SinglePoint

Array = NDArray[np.float64]
Codes = NDArray[np.int32]
Level = Literal["service", "developer"]

DAYS_PER_YEAR = 365.0
NO_CLOUD = "no known cloud"
#: Shorter disruptions of two providers hardly ever meet, and fallbacks bridge them.
LONG_DAYS = 1.0
#: Disruptions that stop a provider. The end of one model stops a model, a price shock nothing.
STOPPING_PROVIDERS = (FailureKind.OUTAGE, FailureKind.ACQUISITION, FailureKind.WIND_DOWN)


@dataclass(frozen=True, kw_only=True)
class Dependences(Sequence[DependenceShare]):
    """Margin at risk in USD a year by developer, host and startup, (n,); made to shares when read.

    ``place`` and ``startup`` (n,) are places among ``pairs`` (developer, host) and ``names``.
    Sorted by developer, host and startup.
    """

    pairs: tuple[tuple[str, str], ...]
    names: Sequence[str]
    place: Codes
    startup: Codes
    margin: Array

    def __len__(self) -> int:
        return len(self.margin)

    @overload
    def __getitem__(self, index: int) -> DependenceShare: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[DependenceShare, ...]: ...
    def __getitem__(self, index: int | slice) -> DependenceShare | tuple[DependenceShare, ...]:
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        developer, host = self.pairs[int(self.place[index])]
        return DependenceShare(
            developer=developer,
            host=host,
            startup=self.names[int(self.startup[index])],
            margin_usd_per_year=float(self.margin[index]),
        )

    def __iter__(self) -> Iterator[DependenceShare]:
        return (self[one] for one in range(len(self)))

    @cached_property
    def by_pair(self) -> Mapping[tuple[str, str], float]:
        """The margin of each developer and host, over all startups."""
        found = np.bincount(self.place, self.margin, minlength=len(self.pairs))
        return dict(zip(self.pairs, found.tolist(), strict=True))

    @cached_property
    def startups_by_pair(self) -> Mapping[tuple[str, str], int]:
        """How many startups have margin at each developer and host."""
        found = np.bincount(self.place, minlength=len(self.pairs))
        return dict(zip(self.pairs, found.tolist(), strict=True))


@dataclass(frozen=True, kw_only=True)
class Structure:
    """What of a portfolio's answer is no law of losses.

    ``concentration`` has keys service, developer, host, cloud. ``dependence_adjusted`` is the
    effective number of developers that fall independently; None where no margin depends on any.
    """

    concentration: Mapping[str, Concentration]
    dependence: Dependences
    listed_providers: int
    dependence_adjusted: float | None
    single_points: tuple[SinglePoint, ...]
    pairs: tuple[PairOfPoints, ...]


def structure_of(valuation: Valuation) -> Structure:
    """The structure of a portfolio, at every size."""
    book, world_tables = valuation.book, valuation.world_tables
    case_margin = _case_margins(valuation)
    margin = margin_of_links(book.exposures, case_margin)
    points, pairs = points_and_pairs(
        *(book, world_tables, _stops(valuation), case_margin),
        worked=lambda work: valuation.worked_out("stopped", lambda part: work(part.book)),
    )
    ends = [way.endpoint for way in book.routes]
    shares = concentration_of(valuation)
    independent = _independent_developers(valuation, shares["service"].shares)
    return Structure(
        concentration=shares,
        dependence=dependence(book.exposures, ends, margin, valuation.members.names),
        listed_providers=len(shares["developer"].shares),
        dependence_adjusted=independent.dependence_adjusted,
        single_points=points,
        pairs=pairs,
    )


def concentration_of(valuation: Valuation) -> Mapping[str, Concentration]:
    """The concentration of the margin, without the rest of the structure."""
    one = valuation.book.exposures
    ends = [way.endpoint for way in valuation.book.routes]
    margin = margin_of_links(one, _case_margins(valuation))
    by_route: Array = np.bincount(one.route, margin, minlength=len(ends)).astype(float)
    chain = valuation.world_tables.worlds.hazards.chain
    return concentration(ends, by_route, chain, valuation.catalog)


def independent_developers(valuation: Valuation) -> "Independence":
    """How far the developers of a portfolio fall together."""
    return _independent_developers(valuation, concentration_of(valuation)["service"].shares)


def _independent_developers(
    valuation: Valuation, service_shares: Mapping[str, float]
) -> "Independence":
    return independence(
        service_shares,
        _stops(valuation).reach,
        valuation.book.endpoints,
        stopping_providers(valuation.world_tables),
        level="developer",
    )


def _stops(valuation: Valuation) -> Stops:
    book, world_tables = valuation.book, valuation.world_tables
    given = valuation.catalog, valuation.assumptions
    return valuation.of_lines("stops", lambda: stops_of(book, world_tables, *given))


def dependence_of(valuation: Valuation) -> Dependences:
    """Margin at risk by developer, host and startup, without the rest of the structure."""
    one = valuation.book.exposures
    margin = margin_of_links(one, _case_margins(valuation))
    ends = [way.endpoint for way in valuation.book.routes]
    return dependence(one, ends, margin, valuation.members.names)


def _case_margins(valuation: Valuation) -> Array:
    """The margin of every use case, (use cases,) in USD a day."""
    worlds = valuation.worlds
    count = worlds_read(valuation.book.exposures, worlds)

    def work(part: Valuation) -> Worked:
        cases = margins_of(part.book.exposures, worlds, count)
        return Worked(cases=cases, sums=np.zeros(0, dtype=np.int64))

    return valuation.worked_out("margins", work).cases


def stops_of(
    book: Book, world_tables: WorldTables, catalog: Catalog, assumptions: Assumptions
) -> Stops:
    """What stops use cases of a portfolio."""
    return Stops(book, world_tables, reach_of(book, world_tables, catalog, assumptions))


def reach_of(
    book: Book, world_tables: WorldTables, catalog: Catalog, assumptions: Assumptions
) -> Reach:
    """How disruptions reach the endpoints of a portfolio; nodes go by their places in it."""
    links = Links(world_tables.worlds.hazards.chain, catalog, (assumptions,))
    return Reach(links, [one.node for one in book.endpoints])


def dependence(
    one: Exposures, ends: Sequence[Endpoint], margin: Array, names: Sequence[str]
) -> Dependences:
    """Margin at risk by developer, host and startup; ``ends`` are the endpoints of the routes."""
    owners = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    owner = np.repeat(owners, np.diff(one.link_start))
    called = [(developer_node(end.service), end.service.host) for end in ends]
    pairs = tuple(sorted(set(called)))
    place_of = {pair: place for place, pair in enumerate(pairs)}
    place = np.array([place_of[pair] for pair in called], dtype=np.int64)[one.route]
    # Startups come in the order of their names.
    code, at = np.unique(place * max(len(one), 1) + owner, return_inverse=True)
    return Dependences(
        pairs=pairs,
        names=names,
        place=(code // max(len(one), 1)).astype(np.int32),
        startup=(code % max(len(one), 1)).astype(np.int32),
        margin=np.asarray(np.bincount(at, margin, minlength=len(code)) * DAYS_PER_YEAR, np.float64),
    )


def concentration(
    ends: Sequence[Endpoint], margin: Array, chain: SupplyChain, catalog: Catalog
) -> Mapping[str, Concentration]:
    """HHI, effective number and shares by service, developer, host and cloud.

    ``margin`` (endpoints,) is what depends on each of ``ends``.
    """
    found: dict[str, dict[str, float]] = {
        level: {} for level in ("service", "developer", "host", "cloud")
    }
    for end, part in zip(ends, margin.tolist(), strict=True):
        service = end.service
        _add(found["service"], service.name, part)
        _add(found["developer"], developer_node(service), part)
        _add(found["host"], service.host, part)
        clouds = _clouds_of(service.host, chain, catalog)
        for cloud in clouds:
            _add(found["cloud"], cloud, part / len(clouds))
    return {level: _concentration(margins) for level, margins in found.items()}


def _clouds_of(host: str, chain: SupplyChain, catalog: Catalog) -> tuple[str, ...]:
    """The clouds a host stands on; itself if it is one. Split evenly where there are several."""
    if is_cloud(catalog, host):
        return (host,)
    if host not in chain.graph:
        return (NO_CLOUD,)
    edges = chain.graph.in_edges(host, data=True)
    clouds = sorted(
        upstream
        for upstream, _, data in edges
        if is_cloud(catalog, upstream) and FailureKind.OUTAGE in data["effects"]
    )
    return tuple(clouds) or (NO_CLOUD,)


def _add(values: dict[str, float], name: str, margin: float) -> None:
    values[name] = values.get(name, 0.0) + margin


def _concentration(margins: Mapping[str, float]) -> Concentration:
    amounts = np.array(list(margins.values()))
    total = amounts.sum() if len(amounts) else 0.0
    if total <= 0:
        return Concentration(hhi=None, effective_number=None, shares={})
    shares = {name: float(one / total) for name, one in margins.items()}
    return Concentration(
        hhi=herfindahl(amounts),
        effective_number=effective_number(amounts),
        shares=dict(sorted(shares.items(), key=lambda item: -item[1])),
    )


@dataclass(frozen=True, kw_only=True)
class Independence:
    """Effective number as listed (1/HHI) and adjusted for falling together (N_Z).

    N_Z = 1 / (pᵀ Z p) weights each pair by Z_ab, the chance that b is down given that a is
    (Leinster and Cobbold 2012, order 2). ``falls_with`` holds Z by pair of names where it is above
    0. Both numbers are None where no margin depends on anything.
    """

    effective_number: float | None
    dependence_adjusted: float | None
    falls_with: Mapping[tuple[str, str], float]


def stopping_providers(world_tables: WorldTables) -> tuple[tuple[Event, float], ...]:
    """The disruptions that stop providers for everybody, and how often a year for long.

    Permanent ones, and of the others the part that lasts longer than a day.
    """
    hazards = world_tables.worlds.hazards
    often = zip(hazards.events, hazards.rate.tolist(), strict=True)
    found = [(event, rate * long_share(event)) for event, rate in often]
    return tuple(one for one in found if one[1] > 0)


def long_share(event: Event) -> float:
    """The share of a disruption's occurrences that stop a provider for everybody, and for long."""
    limited = event.only_startup is not None or event.only_country is not None
    if limited or event.kind not in STOPPING_PROVIDERS:
        return 0.0
    law = event.duration
    if event.kind not in PERMANENT_KINDS and isinstance(law, DurationLaw):
        return 1 - float(law.probability_up_to(np.array([LONG_DAYS]))[0])
    return 1.0


def independence(
    shares: Mapping[str, float],
    reach: Reach,
    endpoints: Sequence[Endpoint],
    events: Sequence[tuple[Event, float]],
    *,
    level: Level = "service",
) -> Independence:
    """The adjusted number of the services, or of the developers behind them.

    ``shares`` are the services' parts of the margin (they sum to 1), ``events`` disruptions with
    their rates a year. A developer is as far down as the margin on its services is.
    """
    nodes: dict[str, list[int]] = {}
    behind: dict[str, str] = {}
    for place, end in enumerate(endpoints):
        name = end.service.name
        nodes.setdefault(name, []).append(place)
        behind[name] = name if level == "service" else developer_node(end.service)
    services = [name for name in sorted(shares) if shares[name] > 0]
    if not services:
        return Independence(effective_number=None, dependence_adjusted=None, falls_with={})
    names = list(dict.fromkeys(behind[one] for one in services))
    part = np.zeros((len(names), len(services)))
    for column, one in enumerate(services):
        part[names.index(behind[one]), column] = shares[one]
    weights = part.sum(axis=1)
    within = part / weights[:, None]
    rates = np.zeros((len(names), len(names)))
    called = tuple(tuple(nodes[one]) for one in services)
    for event, rate in events:
        both = reach.both_down(event.root, event.kind, called)
        met = within @ both @ within.T
        np.fill_diagonal(met, within @ np.diag(both))
        rates += rate * met
    together = falling_together(rates)
    pairs = {
        (names[a], names[b]): float(together[a, b])
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if together[a, b] > 0
    }
    return Independence(
        effective_number=effective_number(weights),
        dependence_adjusted=dependence_adjusted_number(weights, together),
        falls_with=pairs,
    )


def dependence_adjusted_number(shares: Array, together: Array) -> float:
    """N_Z = 1 / (pᵀ Z p) for shares p (n,), scaled to sum to 1, and Z (n, n).

    Z = I gives 1/HHI, Z of ones gives 1.
    """
    part = shares / shares.sum()
    return float(1 / (part @ together @ part))


def falling_together(rates: Array) -> Array:
    """Z (n, n) from joint rates: P(b down | a down), the larger of both directions, 1 by itself.

    Args:
        rates: (n, n) disruptions a year that take both; on the diagonal those that take each.

    What never goes down takes nothing with it.
    """
    alone = np.diag(rates)[:, None]
    given = np.divide(rates, alone, out=np.zeros_like(rates), where=alone > 0)
    both = np.maximum(given, given.T)
    np.fill_diagonal(both, 1.0)
    return np.minimum(both, 1.0)


def herfindahl(shares: Array) -> float:
    """Sum of squared shares, after scaling them to sum to 1; NaN if there are none."""
    total = shares.sum()
    return float(((shares / total) ** 2).sum()) if total > 0 else float("nan")


def effective_number(shares: Array) -> float:
    """How many equal shares would be as concentrated: 1 / HHI."""
    return 1 / herfindahl(shares)
