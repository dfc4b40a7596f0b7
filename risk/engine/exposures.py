"""The exposures of a portfolio as columns: one row for each dependency and draw of unknown facts.

A million rows fit into memory as columns and not as objects. What is the same for many rows is
said once: the route (which endpoint, which fallback) and the profile (how long a delay is not
felt, what the fallback takes and how soon). docs/method.md §3, §5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.exposure.numbers import DependencyNumbers, StartupNumbers, UseCaseNumbers
from risk.exposure.places import PlacedStartup
from risk.exposure.promises import NO_PROMISES, Promises
from risk.exposure.vulnerability import switch_terms
from risk.inventory.records import Requirement

Array = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Route:
    """Where a dependency goes: nodes of the supply chain.

    ``fallback`` None: the fallback was not named, or there is none. ``suppliers`` are those of the
    startup's direct suppliers whose falter towards one customer alone can reach this route.
    ``promises`` is what was agreed for it.
    """

    endpoint: str
    fallback: str | None
    suppliers: tuple[str, ...]
    promises: Promises = NO_PROMISES


@dataclass(frozen=True)
class Profile:
    """How soon an interruption is felt and what the fallback takes: days, share, days."""

    buffer_days: float
    effectiveness: float
    failover_days: float


@dataclass(frozen=True, kw_only=True)
class Exposures:
    """Rows (rows,) of a portfolio whose dependencies stand alone; money in USD, times in days.

    Money carries the weight of its draw (1 / draws), so that sums over rows are means over draws.
    ``margin`` is what stops in a day; ``gate`` is the time to switch and ``cost`` its one-off
    cost, each to another developer (``other``) and within the same one (``same``); ``stranded`` is
    what the old contract still costs; ``spend`` is monthly; ``fine_tuned`` is 0 or 1.
    """

    startup: Integers
    draw: Integers
    route: Integers
    profile: Integers
    country: Integers
    margin: Array
    gate_other: Array
    gate_same: Array
    cost_other: Array
    cost_same: Array
    stranded: Array
    spend: Array
    fine_tuned: Integers

    def __len__(self) -> int:
        return len(self.startup)


@dataclass(frozen=True, kw_only=True)
class GroupedCase:
    """A use case whose dependencies stand or fall together, with a fallback place for each."""

    startup: int
    country: int
    numbers: UseCaseNumbers
    routes: tuple[int, ...]
    draws: int


@dataclass(frozen=True, kw_only=True)
class PortfolioColumns:
    """A portfolio ready for the engine. ``draws`` (startups,) counts each startup's draws."""

    startups: Sequence[str]
    countries: tuple[str, ...]
    routes: tuple[Route, ...]
    profiles: tuple[Profile, ...]
    exposures: Exposures
    grouped: tuple[GroupedCase, ...]
    draws: Integers


def stands_alone(case: UseCaseNumbers) -> bool:
    """Whether the dependencies of a use case lose their own part each, so that they become rows."""
    return case.requirement is Requirement.SHARED or len(case.dependencies) < 2


def routes_of(placed: PlacedStartup) -> dict[str, Route]:
    """The routes of one startup, by dependency key."""
    suppliers = tuple(sorted({supplier for _, _, supplier in placed.customers}))
    return {
        key: Route(one.endpoint, one.fallback, suppliers, one.promises)
        for key, one in placed.places.items()
    }


class _Index(dict[object, int]):
    """Numbers things in the order in which they are first seen."""

    def __missing__(self, key: object) -> int:
        self[key] = len(self)
        return self[key]


def portfolio_columns(
    members: Iterable[tuple[StartupNumbers, PlacedStartup]], assumptions: Assumptions
) -> PortfolioColumns:
    """The columns of startups with their numbers and places.

    Use cases whose dependencies are shared out, or that have one only, become rows; the others
    stand in ``grouped``.
    """
    builder = _Builder(assumptions)
    for numbers, placed in members:
        builder.add(numbers, placed)
    return builder.built()


class _Builder:
    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self.routes, self.profiles, self.countries = _Index(), _Index(), _Index()
        self.blocks: list[Exposures] = []
        self.grouped: list[GroupedCase] = []
        self.names: list[str] = []
        self.draws: list[int] = []

    def add(self, numbers: StartupNumbers, placed: PlacedStartup) -> None:
        """Take in one startup, use case by use case."""
        place, draws = len(self.names), len(numbers.gross_profit_usd)
        self.names.append(numbers.name)
        self.draws.append(draws)
        country = self.countries[numbers.country]
        routes = routes_of(placed)
        for case in numbers.use_cases:
            where = [self.routes[routes[one.dependency.key]] for one in case.dependencies]
            if not stands_alone(case):
                grouped = GroupedCase(
                    startup=place,
                    country=country,
                    numbers=case,
                    routes=tuple(where),
                    draws=draws,
                )
                self.grouped.append(grouped)
                continue
            for one, route in zip(case.dependencies, where, strict=True):
                block = _rows(one, case, self.profiles, self.assumptions)
                whose = {"startup": place, "route": route, "country": country}
                filled: dict[str, Any] = {
                    name: np.full(len(block), value, dtype=np.int32)
                    for name, value in whose.items()
                }
                self.blocks.append(replace(block, **filled))

    def built(self) -> PortfolioColumns:
        """The columns of everything added."""
        return PortfolioColumns(
            startups=tuple(self.names),
            countries=tuple(str(one) for one in self.countries),
            routes=tuple(one for one in self.routes if isinstance(one, Route)),
            profiles=tuple(one for one in self.profiles if isinstance(one, Profile)),
            exposures=_stacked(self.blocks),
            grouped=tuple(self.grouped),
            draws=np.array(self.draws, dtype=np.int32),
        )


def _rows(
    one: DependencyNumbers, case: UseCaseNumbers, profiles: _Index, assumptions: Assumptions
) -> Exposures:
    """One dependency's draws as rows; startup, route and country are filled in by the caller."""
    other = switch_terms(one, FalterKind.WIND_DOWN, assumptions)
    same = switch_terms(one, FalterKind.MODEL_RETIREMENT, assumptions)
    shared = case.requirement is Requirement.SHARED
    margin = case.margin_usd_per_day * (one.share if shared else 1.0)
    count = len(margin)
    nothing = np.zeros(count, dtype=np.int32)
    fallbacks = list(
        zip(one.fallback_effectiveness.tolist(), one.failover_days.tolist(), strict=True)
    )
    number = {both: profiles[Profile(case.buffer_days, *both)] for both in dict.fromkeys(fallbacks)}
    return Exposures(
        startup=nothing,
        draw=np.arange(count, dtype=np.int32),
        route=nothing,
        profile=np.array([number[both] for both in fallbacks], dtype=np.int32),
        country=nothing,
        margin=margin / count,
        gate_other=other.days,
        gate_same=same.days,
        cost_other=other.cost_usd / count,
        cost_same=same.cost_usd / count,
        stranded=one.stranded_months * one.spend_usd_per_month / count,
        spend=one.spend_usd_per_month / count,
        fine_tuned=one.fine_tuned.astype(np.int8),
    )


def _stacked(blocks: list[Exposures]) -> Exposures:
    names = [one.name for one in fields(Exposures)]
    if not blocks:
        whole = {"startup", "draw", "route", "profile", "country", "fine_tuned"}
        nothing: dict[str, Any] = {
            name: np.zeros(0, dtype=np.int32 if name in whole else np.float64) for name in names
        }
        return Exposures(**nothing)
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(block, name) for block in blocks]) for name in names
    }
    return Exposures(**joined)
