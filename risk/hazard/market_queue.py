"""The queue of a whole market when the customers of one provider look for another at once.

docs/method.md §3, "Queues". All quantities are shares of the market: what everybody spends on
language models is 1. Demand Q = f·panic of customers displaced, where f is the faltering
provider's share, meets spare capacity S = (1 - f)·headroom; what does not fit is admitted as the
others grow, by g·(1 - f) a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import QUEUED_KINDS
from risk.catalog.records import Catalog
from risk.hazard.events import Event


@dataclass(frozen=True, kw_only=True)
class MarketQueue:
    """Demand and spare capacity as shares of the market; ``growth`` is capacity added a day."""

    demand: float
    spare: float
    growth: float

    def wait_days(self, position: float) -> float:
        """W(q) = max(0, (q - S) / g(1 - f)): days until the place ``position`` is served."""
        behind = position - self.spare
        if behind <= 0:
            return 0.0
        return behind / self.growth if self.growth > 0 else inf

    def mean_wait_days(self, first: float, last: float) -> float:
        """The mean of W(q) over the places from ``first`` to ``last``."""
        if last <= first:
            return self.wait_days(first)
        start = max(first, self.spare)
        if start >= last:
            return 0.0
        queued = (last - start) / (last - first)
        return queued * (self.wait_days(start) + self.wait_days(last)) / 2


def market_queue(displaced: float, assumptions: Assumptions) -> MarketQueue:
    """The queue after providers with the share ``displaced`` (0..1) of the market have faltered."""
    return MarketQueue(
        demand=displaced * assumptions.herd_panic,
        spare=(1 - displaced) * assumptions.herd_headroom,
        growth=(1 - displaced) * assumptions.herd_growth,
    )


def market_shares(catalog: Catalog) -> dict[str, float]:
    """The share of the market of each provider's customers, as developer or as host."""
    share: dict[str, float] = {}
    for one in catalog.services.values():
        size = catalog.market[one.name].share if one.name in catalog.market else 0.0
        for name in {one.developer, one.host} - {None}:
            share[str(name)] = share.get(str(name), 0.0) + size
    return share


def queued(events: Iterable[Event], catalog: Catalog, assumptions: Assumptions) -> list[Event]:
    """The events with the mean wait in the market's queue after them (§3).

    Those displaced are the customers of all services of the provider, as developer or as host.
    """
    share = market_shares(catalog)
    found = []
    for event in events:
        displaced = share.get(event.root, 0.0)
        if event.kind in QUEUED_KINDS and displaced > 0:
            queue = market_queue(displaced, assumptions)
            event = replace(event, queue_days=queue.mean_wait_days(0.0, queue.demand))
        found.append(event)
    return found
