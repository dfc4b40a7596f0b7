"""Which disruptions an option survives: P(option down | today's provider down), by kind.

docs/method.md §6. A hosted copy of the same developer's model helps while the developer's own
API is down; it is no cover for the developer's end, because updates and the licence end with it.
"""

from collections.abc import Mapping

import numpy as np

from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.hazard.supply_chain import Endpoint
from risk.loss.exposures import Route
from risk.loss.hazards import KINDS
from risk.loss.valuing import Ground

#: Kinds in the order of the coverage matrix; a leadership crisis stops no service by itself.
COVERED_KINDS = tuple(one for one in FalterKind if one is not FalterKind.LEADERSHIP_CRISIS)

_RETIREMENT = KINDS.index(FalterKind.MODEL_RETIREMENT)

Shares = Mapping[FalterKind, float]


def pair_of(incumbent: Endpoint, option: Endpoint) -> Route:
    """The route whose states say how today's endpoint and the option's are down together."""
    return Route(incumbent, option)


def coverage(ground: Ground, route: Route, *, stays: bool) -> tuple[Shares, Shares]:
    """Share of disruptions of each kind that the option covers, and P(both down | first down).

    ``route`` is a :func:`pair_of` endpoints that the ground knows. Disruptions weigh in by their
    mean rate. A model that ends is taken to end everywhere: no record says how often one host alone
    ends it. A permanent kind is covered only by an option that no such disruption can reach. A
    kind that never reaches the incumbent is left out.
    """
    both, down = np.zeros(len(KINDS)), np.zeros(len(KINDS))
    line = ground.routes.index(route)
    laws, rate = ground.worlds.laws, ground.worlds.rates[0, 0]
    same = route.backup is not None and route.backup.node == route.endpoint.node
    alike = route.backup is not None and route.backup.model_node == route.endpoint.model_node
    for family in (laws.lasting, laws.outages, laws.blocks):
        own = np.arange(family.start[line], family.start[line + 1])
        first = family.member[own]
        often = rate[family.event[own]] * family.chance[:, own].mean(axis=0)
        kinds = ground.worlds.hazards.kinds[family.event[own]]
        together = same | (family.backup[0, first] > 0) | (alike & (kinds == _RETIREMENT))
        np.add.at(down, kinds, often)
        np.add.at(both, kinds, often * together)
    found: dict[FalterKind, float] = {
        kind: min(1.0, float(both[place] / down[place]))
        for place, kind in enumerate(KINDS)
        if kind in COVERED_KINDS and down[place] > 0
    }
    covers: dict[FalterKind, float] = {
        kind: 0.0 if stays or (kind in PERMANENT_KINDS and chance > 0) else 1 - chance
        for kind, chance in found.items()
    }
    return covers, found
