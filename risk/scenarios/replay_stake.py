"""What a portfolio of today has at stake if one developer winds down, and what leaving would cost.

It is the stress test of a wind-down whose notice is as uncertain as in every answer. Moving before
anything happens costs the switch for certain and saves the loss if it happens, so it pays from the
probability on at which both are equal. docs/method.md §9.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.hazard.supply_chain import developer_node
from risk.loss.components import HIT, MOVING
from risk.loss.valuation import Valuation
from risk.portfolio.results import BeforeAfter
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.stress import StressedStartups, stress

Array = NDArray[np.float64]

#: So many developers are named where nobody depends on the one asked about.
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class StartupStake:
    """One startup's loss if it happens, over worlds and over links that may not pass it on.

    ``loss_usd`` is the mean, with 10 and 90 % points. ``move_usd`` is what leaving now costs: the
    switch, and being worse off for a while. ``break_even`` is the probability from which on that is
    the smaller of the two; None: never.
    """

    startup: str
    loss_usd: float
    loss_low_usd: float
    loss_high_usd: float
    move_usd: float
    break_even: float | None
    hit_through: tuple[str, ...]
    switched_on_day: float | None
    runway_months: BeforeAfter
    cash_out_probability: BeforeAfter


@dataclass(frozen=True, kw_only=True, eq=False)
class Stake(Sequence[StartupStake]):
    """What is at stake: the startups, the largest loss first, made when somebody looks.

    ``result`` is the stress test of the wind-down; ``instead`` names the developers on whom most
    startups depend, where none depends on ``provider``.
    """

    provider: str
    result: StressResult
    instead: tuple[str, ...]
    startups: StressedStartups

    def __len__(self) -> int:
        return len(self.startups)

    @overload
    def __getitem__(self, place: int) -> StartupStake: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[StartupStake, ...]: ...
    def __getitem__(self, place: int | slice) -> StartupStake | tuple[StartupStake, ...]:
        if isinstance(place, slice):
            return tuple(_stake(one) for one in self.startups[place])
        return _stake(self.startups[place])

    def __iter__(self) -> Iterator[StartupStake]:
        return (_stake(one) for one in self.startups)

    def at(self, places: Sequence[int]) -> tuple[StartupStake, ...]:
        """Those at some places."""
        return tuple(_stake(one) for one in self.startups.at(places))

    @property
    def loss_usd(self) -> float:
        """The portfolio's expected loss given that the provider winds down."""
        return self.result.total_usd

    @cached_property
    def losses(self) -> Array:
        """The expected loss of each startup, (startups,)."""
        return self.startups.loss_usd

    @cached_property
    def moves(self) -> Array:
        """What leaving now costs each, (startups,)."""
        told = self.startups.told
        return np.asarray(told[:, MOVING] / np.maximum(told[:, HIT], 1e-300))

    @cached_property
    def break_even(self) -> Array:
        """The probability from which on leaving pays, (startups,); infinite: never."""
        pays = self.moves < self.losses
        return np.where(pays, self.moves / np.where(pays, self.losses, 1.0), np.inf)

    @property
    def newly_broke(self) -> NDArray[np.bool_]:
        """Who would likely run out of cash within a year and would not otherwise, (startups,)."""
        return self.startups.newly_out


def _stake(one: StressedStartup) -> StartupStake:
    pays = one.move_usd < one.loss_usd
    return StartupStake(
        startup=one.startup,
        loss_usd=one.loss_usd,
        loss_low_usd=one.loss_low_usd,
        loss_high_usd=one.loss_high_usd,
        move_usd=one.move_usd,
        break_even=one.move_usd / one.loss_usd if pays else None,
        hit_through=one.hit_through,
        switched_on_day=one.switched_on_day,
        runway_months=one.runway_months,
        cash_out_probability=one.cash_out_probability,
    )


def provider_stake(valuation: Valuation, provider: str) -> Stake:
    """What a portfolio's startups lose if ``provider`` winds down."""
    result = stress(valuation, wind_down_of(provider))
    if not isinstance(result.startups, StressedStartups):  # pragma: no cover - stress() makes them
        raise TypeError("a stress test tells its startups in arrays")
    instead = () if len(result.startups) else leading_developers(valuation)
    return Stake(provider=provider, result=result, instead=instead, startups=result.startups)


def wind_down_of(provider: str) -> Scenario:
    """A wind-down with everything else left open."""
    return Scenario(id="wind_down", title="", root=provider, kind=FalterKind.WIND_DOWN)


def leading_developers(valuation: Valuation) -> tuple[str, ...]:
    """The developers on whom most dependencies of a portfolio rest, most first."""
    book = valuation.book
    count = np.bincount(book.exposures.route, minlength=len(book.routes))
    users: dict[str, int] = {}
    for route, number in zip(book.routes, count.tolist(), strict=True):
        service = route.endpoint.service
        if service.developer in valuation.catalog.providers:
            name = developer_node(service)
            users[name] = users.get(name, 0) + number
    return tuple(sorted(users, key=lambda one: (-users[one], one))[:NAMED])
