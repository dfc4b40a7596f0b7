"""Coverage of an option: of which disruptions it serves through, and why not of the others.

A hosted copy of the same developer's model helps while the developer's own API is down; it is no
cover for the developer's end, because updates and the licence end with it. docs/method.md §6.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.results import NotCovered, Shares, WhyNotCovered
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.hazard.supply_chain import Endpoint
from risk.loss.exposures import Route
from risk.loss.hazards import KINDS
from risk.loss.valuing import WorldTables

#: Kinds in the order of the coverage matrix; a leadership crisis stops no service by itself.
COVERED_KINDS = tuple(one for one in FailureKind if one is not FailureKind.LEADERSHIP_CRISIS)
#: What makes less of a kind's disruptions than this is not told by name.
LEAST_TOLD = 0.01
_RETIREMENT = KINDS.index(FailureKind.MODEL_RETIREMENT)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What an option covers and what not, as :class:`risk.alternatives.results.Alternative` has it.

    All three are empty where no disruption reaches today's endpoint.
    """

    covers: Shares
    down_together: Shares
    not_covered: tuple[NotCovered, ...]


NOT_LOOKED_AT = Coverage(covers={}, down_together={}, not_covered=())


def coverage_of(world_tables: WorldTables, route: Route, *, stays: bool) -> Coverage:
    """Share of disruptions of each kind that an option covers, and P(both down | first down).

    ``route`` goes from today's endpoint to where the option serves, ``stays`` says that this is the
    same. Disruptions weigh in by their mean rate. A model that ends is taken to end everywhere: no
    record says how often one host alone ends it. A permanent kind is covered only by an option that
    no such disruption can reach. A kind that never reaches the incumbent is left out.
    """
    events = world_tables.worlds.hazards.events
    down, both = _by_event(world_tables, route)
    kinds = world_tables.worlds.hazards.kinds
    of_kind = [np.bincount(kinds, one, minlength=len(KINDS)) for one in (down, both)]
    together: dict[FailureKind, float] = {
        kind: min(1.0, float(of_kind[1][place] / of_kind[0][place]))
        for place, kind in enumerate(KINDS)
        if kind in COVERED_KINDS and of_kind[0][place] > 0
    }
    covers: dict[FailureKind, float] = {
        kind: 0.0 if stays or (kind in PERMANENT_KINDS and chance > 0) else 1 - chance
        for kind, chance in together.items()
    }
    if stays:
        lost = [
            NotCovered(kind=kind, share=1.0, why=WhyNotCovered.ADDS_NOBODY, root=None)
            for kind in covers
        ]
        return Coverage(covers=covers, down_together=together, not_covered=tuple(lost))
    shares: dict[tuple[FailureKind, str, WhyNotCovered], float] = {}
    for number in np.flatnonzero(both > 0).tolist():
        kind = KINDS[kinds[number]]
        # Of a permanent kind all that can reach both is lost, however seldom it does.
        part = (down if kind in PERMANENT_KINDS else both)[number] / of_kind[0][kinds[number]]
        why = _why(events[number].root, kind, route)
        of_model = why is WhyNotCovered.SAME_MODEL
        root = route.endpoint.model_node if of_model else events[number].root
        if kind in covers:
            shares[kind, root, why] = shares.get((kind, root, why), 0.0) + float(part)
    order = sorted(shares, key=lambda one: (COVERED_KINDS.index(one[0]), -shares[one], one[1]))
    return Coverage(
        covers=covers,
        down_together=together,
        not_covered=tuple(
            NotCovered(kind=kind, share=min(1.0, shares[kind, root, why]), why=why, root=root)
            for kind, root, why in order
            if shares[kind, root, why] >= LEAST_TOLD
        ),
    )


def _by_event(
    world_tables: WorldTables, route: Route
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often a year each disruption takes down today's endpoint, and both, (events,) each."""
    line = world_tables.routes.index(route)
    worlds = world_tables.worlds
    laws, rate = worlds.laws, worlds.rates[0, 0]
    down, both = np.zeros(len(rate)), np.zeros(len(rate))
    same = route.backup is not None and route.backup.node == route.endpoint.node
    alike = route.backup is not None and route.backup.model_node == route.endpoint.model_node
    for family in (laws.lasting, laws.outages, laws.blocks):
        own = np.arange(family.start[line], family.start[line + 1])
        event = family.event[own]
        first = family.member[own]
        often = rate[event] * family.chance[:, own].mean(axis=0)
        retired = worlds.hazards.kinds[event] == _RETIREMENT
        together = same | (family.backup[0, first] > 0) | (alike & retired)
        np.add.at(down, event, often)
        np.add.at(both, event, often * together)
    return down, both


def _why(root: str, kind: FailureKind, route: Route) -> WhyNotCovered:
    """Why a disruption of ``root`` takes down both ends of a route."""
    today, option = route.endpoint, route.backup
    if option is None or option.node == today.node:
        return WhyNotCovered.SAME_ENDPOINT
    if root == today.service.developer == option.service.developer:
        return WhyNotCovered.SAME_DEVELOPER
    if root in {today.service.host, today.service.name} & {
        option.service.host,
        option.service.name,
    }:
        return WhyNotCovered.SAME_HOST
    if kind is FailureKind.MODEL_RETIREMENT or root in _models(today) & _models(option):
        return WhyNotCovered.SAME_MODEL
    return WhyNotCovered.BEHIND_BOTH


def _models(end: Endpoint) -> set[str]:
    return {end.model_node, end.model_here_node}
