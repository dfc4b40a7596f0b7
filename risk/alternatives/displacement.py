"""Displacement: what a disruption takes down of the whole market, and the capacity that is left.

docs/method.md §3, "Queues".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog, Service
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint, build_supply_chain
from risk.loss.travel import Links, spread


@dataclass(frozen=True)
class Market:
    """The links behind every API service of the catalogue, and their endpoints by name."""

    links: Links
    endpoints: Mapping[str, Endpoint]

    @classmethod
    def of(
        cls, catalog: Catalog, assumptions: Assumptions, also: Iterable[Service] = ()
    ) -> "Market":
        """The open services for programs, and ``also`` those that the register names."""
        listed = catalog.open_services
        services = [one for one in listed if one.form == "api" or one.name in catalog.market]
        endpoints = {one.name: Endpoint(one, None) for one in (*services, *also)}
        chain = build_supply_chain(catalog, endpoints.values(), assumptions)
        return cls(Links(chain, catalog, (assumptions,)), endpoints)

    def down(self, event: Event) -> Mapping[str, float]:
        """Expected share of each service that the event takes down (0..1), by name."""
        reached = self.links.reached(event.root, event.kind)
        severity = np.array([event.severity])
        found = {}
        for name, one in self.endpoints.items():
            if one.node in reached:
                ways = spread(self.links, event.root, event.kind, severity, (one.node,))
                found[name] = float(ways.chance[0] @ ways.severity[0, :, 0])
        return found


def market_share(
    down: Mapping[str, float], catalog: Catalog, assumptions: Assumptions, *, severity: float
) -> float:
    """The part of the market (0..1) that stands on what is down.

    At least a small service's, times the ``severity`` with which the portfolio is hit.
    """
    listed = sum(one.share * down.get(name, 0.0) for name, one in catalog.market.items())
    return max(listed, assumptions.herd_unlisted_share * severity)


@dataclass(frozen=True, kw_only=True)
class Headroom:
    """Spare capacity for a portfolio of which ``displaced_usd`` a month look for room.

    ``down`` is the share of each service that is down, ``share`` the part of the market that is
    displaced.
    """

    catalog: Catalog
    assumptions: Assumptions
    down: Mapping[str, float]
    share: float
    displaced_usd: float

    def capacity(self, service: str) -> float:
        """What the service could take in of this portfolio at once, USD of spend a month."""
        listed = self.catalog.market.get(service)
        size = listed.share if listed else self.assumptions.herd_unlisted_share
        scale = self.displaced_usd / self.share if self.share > 0 else 0.0
        served = size * (1 - self.down.get(service, 0.0)) * scale
        return served * self.assumptions.herd_headroom
