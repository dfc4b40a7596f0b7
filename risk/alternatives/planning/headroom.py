"""Headroom that an option needs when today's provider falters: whose, and how much there is.

The scenario is the wind-down of the developer on whom a dependency stands: all its customers look
for room, and an alternative has what it could take in of this portfolio in that week, not what it
has today (:mod:`risk.alternatives.herding`). A pool is one alternative in one such scenario.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.displacement import Headroom, Market, market_share
from risk.alternatives.offers import Offer
from risk.alternatives.results import SECOND_PROVIDER, OptionClass
from risk.alternatives.variants import Setting
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.lookup import service_for
from risk.catalog.records import SELF_HOSTED, Service
from risk.hazard.durations import Permanent
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint, developer_node

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Days between the news and the end: the usual notice of a wind-down (docs/method.md §1).
NOTICE_DAYS = 14.0
NO_ROOM_NEEDED = (OptionClass.STAY, OptionClass.CONTRACT, OptionClass.SELF_HOST)


class Headrooms:
    """The pools of a portfolio; where nobody's size is known there is room for all.

    Dependency n stands on ``endpoints[of[n]]`` and spends ``spend[n]`` USD a month.
    """

    def __init__(
        self, endpoints: Sequence[Endpoint], of: Integers, spend: Array, setting: Setting
    ) -> None:
        self._setting = setting
        self._services = [one.service for one in endpoints]
        self._developers = [developer_node(one) for one in self._services]
        market = Market.of(setting.catalog, setting.assumptions, self._services)
        names = sorted(set(self._developers))
        self._down = {name: market.down(_end_of(name)) for name in names}
        lost = [
            self._down[developer].get(service.name, 0.0)
            for developer, service in zip(self._developers, self._services, strict=True)
        ]
        self._lost = np.array(lost)
        displaced = np.bincount(of, spend, minlength=len(endpoints)) * self._lost
        self._headrooms = {name: self._headroom(name, displaced) for name in names}
        #: USD of spend a month of each dependency that looks for room in the first week.
        self.volume: Array = spend * self._lost[of] * setting.assumptions.herd_panic
        self._capacity: dict[str, float] = {}

    def pool(self, offer: Offer, place: int) -> str | None:
        """The pool that an option of ``endpoints[place]`` needs, None if it needs nobody's room."""
        service = self._asked(offer)
        if service is None or service.host == SELF_HOSTED or service == self._services[place]:
            return None
        developer = self._developers[place]
        name = f"{service.name} if {developer} ends"
        self._capacity[name] = self._headrooms[developer].capacity(service.name)
        return name

    def capacity(self) -> Mapping[str, float]:
        """USD of spend a month that each pool asked for so far can take in."""
        return dict(self._capacity)

    def _asked(self, offer: Offer) -> Service | None:
        catalog, candidate = self._setting.catalog, offer.candidate
        if not catalog.market or candidate.option_class in NO_ROOM_NEEDED:
            return None
        if candidate.option_class in SECOND_PROVIDER:
            changed = candidate.changed
            host = changed.fallback_host or changed.fallback_developer
            return service_for(catalog, changed.fallback_developer, host)
        return offer.endpoint.service

    def _headroom(self, developer: str, displaced: Array) -> Headroom:
        own = [place for place, one in enumerate(self._developers) if one == developer]
        down, setting = self._down[developer], self._setting
        worst = max(float(self._lost[place]) for place in own)
        return Headroom(
            catalog=setting.catalog,
            assumptions=setting.assumptions,
            down=down,
            share=market_share(down, setting.catalog, setting.assumptions, severity=worst),
            displaced_usd=float(displaced[own].sum()),
        )


def _end_of(developer: str) -> Event:
    return Event(
        root=developer,
        kind=FailureKind.WIND_DOWN,
        level="plan",
        rate_per_year=0.0,
        severity=1.0,
        duration=Permanent(),
        notice_days=NOTICE_DAYS,
    )
