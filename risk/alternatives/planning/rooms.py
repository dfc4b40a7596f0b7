"""Whose room an option needs when today's provider falters, and how much there is then.

The scenario is the wind-down of the developer on whom a dependency stands: all its customers look
for room, and an alternative has what it could take in of this portfolio in that week, not what it
has today (:mod:`risk.alternatives.herding`). A pool is one alternative in one such scenario.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risk.alternatives.displacement import Market, Room, market_share
from risk.alternatives.filters import SECOND_PROVIDER
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting
from risk.catalog.falters import FalterKind
from risk.catalog.lookup import service_for
from risk.catalog.records import SELF_HOSTED, Service
from risk.exposure.numbers import DependencyNumbers
from risk.exposure.places import endpoint_for
from risk.hazard.durations import Permanent
from risk.hazard.events import Event
from risk.hazard.supply_chain import developer_node
from risk.inventory.records import Dependency

#: Days between the news and the end: the usual notice of a wind-down (docs/method.md §1).
NOTICE_DAYS = 14.0
NO_ROOM_NEEDED = (OptionClass.STAY, OptionClass.CONTRACT, OptionClass.SELF_HOST)


@dataclass(frozen=True)
class _Member:
    """One dependency: where it runs and what it spends, USD a month."""

    service: Service
    developer: str
    spend: float


class Rooms:
    """The pools of a portfolio; where nobody's size is known there is room for all."""

    def __init__(self, numbers: Iterable[DependencyNumbers], setting: Setting) -> None:
        self._setting = setting
        self._members = {one.dependency.key: self._member(one) for one in numbers}
        services = [one.service for one in self._members.values()]
        market = Market.of(setting.catalog, setting.assumptions, services)
        developers = sorted({one.developer for one in self._members.values()})
        self._down = {name: market.down(_end_of(name)) for name in developers}
        self._rooms = {name: self._room(name) for name in developers}
        self._capacity: dict[str, float] = {}

    def volume(self, key: str) -> float:
        """USD of spend a month that looks for room in the first week."""
        return self._displaced(self._members[key]) * self._setting.assumptions.herd_panic

    def pool(self, option: Alternative, dependency: Dependency) -> str | None:
        """The pool that an option needs, None if it needs nobody's room."""
        service = self._asked(option, option.changed or dependency)
        member = self._members[dependency.key]
        if service is None or service.host == SELF_HOSTED or service == member.service:
            return None
        name = f"{service.name} if {member.developer} ends"
        self._capacity[name] = self._rooms[member.developer].capacity(service.name)
        return name

    def capacity(self) -> Mapping[str, float]:
        """USD of spend a month that each pool asked for so far can take in."""
        return dict(self._capacity)

    def _asked(self, option: Alternative, changed: Dependency) -> Service | None:
        catalog = self._setting.catalog
        if not catalog.market or option.option_class in NO_ROOM_NEEDED:
            return None
        if option.option_class in SECOND_PROVIDER:
            host = changed.fallback_host or changed.fallback_developer
            return service_for(catalog, changed.fallback_developer, host)
        return endpoint_for(changed, catalog).service

    def _member(self, one: DependencyNumbers) -> _Member:
        service = endpoint_for(one.dependency, self._setting.catalog).service
        spend = float(one.spend_usd_per_month.mean())
        return _Member(service, developer_node(service), spend)

    def _displaced(self, one: _Member) -> float:
        """USD of spend a month that has to move when the developer ends."""
        return one.spend * self._down[one.developer].get(one.service.name, 0.0)

    def _room(self, developer: str) -> Room:
        members = [one for one in self._members.values() if one.developer == developer]
        down, setting = self._down[developer], self._setting
        worst = max(down.get(one.service.name, 0.0) for one in members)
        return Room(
            setting.catalog,
            setting.assumptions,
            down,
            market_share(down, setting.catalog, setting.assumptions, severity=worst),
            sum(self._displaced(one) for one in members),
        )


def _end_of(developer: str) -> Event:
    return Event(
        root=developer,
        kind=FalterKind.WIND_DOWN,
        level="plan",
        rate_per_year=0.0,
        severity=1.0,
        duration=Permanent(),
        notice_days=NOTICE_DAYS,
    )
