"""How many providers stand independently of each other: N_Z, and what diversification is worth.

docs/method.md §5. The effective number 1/HHI counts two services as two even where one falter
takes both. N_Z = 1 / (pᵀ Z p) weights each pair by Z_ab, the chance that b is down given that a
is (Leinster and Cobbold 2012, order 2). 1/HHI less N_Z is diversification that is not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.hazard.supply_chain import SupplyChain, developer_node
from risk.measures import effective_number

Array = NDArray[np.float64]
Level = Literal["service", "developer"]

#: Shorter falters of two providers hardly ever meet, and fallbacks bridge them.
LONG_DAYS = 1.0
#: Falters that stop a provider. The end of one model stops a model, a price shock nothing.
STOPPING_KINDS = (FalterKind.OUTAGE, FalterKind.ACQUISITION, FalterKind.WIND_DOWN)


@dataclass(frozen=True, kw_only=True)
class Independence:
    """Effective number as listed (1/HHI) and adjusted for falling together (N_Z).

    ``falls_with`` holds Z by pair of names where it is above 0. Both numbers are None where no
    margin depends on anything.
    """

    effective_number: float | None
    dependence_adjusted: float | None
    falls_with: Mapping[tuple[str, str], float]

    @property
    def illusory(self) -> float | None:
        """Effective number less the adjusted one: diversification that is not there."""
        if self.effective_number is None or self.dependence_adjusted is None:
            return None
        return self.effective_number - self.dependence_adjusted


def independence(
    shares: Mapping[str, float],
    chain: SupplyChain,
    events: Iterable[EventPatterns],
    *,
    level: Level = "service",
) -> Independence:
    """The adjusted number of the services, or of the developers behind them.

    ``shares`` are the services' parts of the margin (they sum to 1). A developer is as far down as
    the margin on its services is. Only falters that hit everybody who stands on the root count:
    permanent ones, and of the others the part that lasts longer than a day.
    """
    part, members = _grouped(shares, chain, level)
    if not part:
        return Independence(effective_number=None, dependence_adjusted=None, falls_with={})
    names = list(part)
    together = falling_together(_joint_rates(names, members, chain, events))
    weights = np.array([part[name] for name in names])
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
        rates: (n, n) falters a year that take both; on the diagonal those that take each.

    What never goes down takes nothing with it.
    """
    alone = np.diag(rates)[:, None]
    given = np.divide(rates, alone, out=np.zeros_like(rates), where=alone > 0)
    both = np.maximum(given, given.T)
    np.fill_diagonal(both, 1.0)
    return np.minimum(both, 1.0)


def diversification_ratio(together_usd: float, alone_usd: Iterable[float]) -> float | None:
    """TVaR / Σ TVaR_i: 1 if all bad years coincide, lower the better they are spread; or None."""
    total = sum(alone_usd)
    return together_usd / total if total > 0 else None


def _stopping_rate(event: Event) -> float:
    """Falters a year of this event that count: for everybody, and long enough."""
    limited = event.only_startup is not None or event.only_country is not None
    if limited or event.kind not in STOPPING_KINDS:
        return 0.0
    law = event.duration
    if isinstance(law, LognormalDuration):
        long = 1 - float(law.probability_up_to(np.array([LONG_DAYS]))[0])
        return event.rate_per_year * long
    if isinstance(law, FixedDuration) and law.days <= LONG_DAYS:
        return 0.0
    return event.rate_per_year


def _grouped(
    shares: Mapping[str, float], chain: SupplyChain, level: Level
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """The share of each name at this level, and how it divides between its services."""
    behind = {one.service.name: developer_node(one.service) for one in chain.endpoints}
    part: dict[str, float] = {}
    members: dict[str, dict[str, float]] = {}
    for service in sorted(shares):
        name = service if level == "service" else behind[service]
        part[name] = part.get(name, 0.0) + shares[service]
        members.setdefault(name, {})[service] = shares[service]
    within = {
        name: {service: one / part[name] for service, one in services.items()}
        for name, services in members.items()
        if part[name] > 0
    }
    return {name: part[name] for name in within}, within


def _joint_rates(
    names: list[str],
    members: Mapping[str, Mapping[str, float]],
    chain: SupplyChain,
    events: Iterable[EventPatterns],
) -> Array:
    """Stopping falters a year that take two names together, (names, names)."""
    nodes: dict[str, list[str]] = {}
    for one in chain.endpoints:
        nodes.setdefault(one.service.name, []).append(one.node)
    rates = np.zeros((len(names), len(names)))
    for event in events:
        often = _stopping_rate(event.event)
        if often <= 0:
            continue
        down = np.stack(
            [
                sum(share * _is_down(nodes[one], event) for one, share in members[name].items())
                + np.zeros(len(event.probability))
                for name in names
            ]
        )
        both = (down * event.probability) @ down.T
        np.fill_diagonal(both, down @ event.probability)
        rates += often * both
    return rates


def _is_down(nodes: Iterable[str], one: EventPatterns) -> Array:
    """1 for each pattern (patterns,) that reaches the service, else 0."""
    down = np.zeros(len(one.probability))
    for node in nodes:
        if node in one.severity:
            down = np.maximum(down, one.severity[node] > 0)
    return down
