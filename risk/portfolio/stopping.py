"""When a use case stops wholly: the structure of its routes, and what takes all of them down.

docs/method.md §3, §5. Roots are removed one by one and in pairs and the structure asked again
(as in fault trees, Vesely et al. 1981). Dominators of the graph would miss cuts wherever two
dependencies are both needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.numbers import UseCaseNumbers
from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import SEVERAL, Event
from risk.hazard.patterns import DistinctPatterns, EventPatterns
from risk.hazard.switching_pace import at_mean_pace
from risk.inventory.records import Fallback, Requirement
from risk.portfolio.book import Member

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
DAYS_PER_YEAR = 365.0

#: Falters after which nothing is served: a regional block, a slow day or a dearer price is less.
STOPPING_KINDS = (
    FalterKind.OUTAGE,
    FalterKind.MODEL_RETIREMENT,
    FalterKind.ACCESS_CUT,
    FalterKind.ACQUISITION,
    FalterKind.WIND_DOWN,
)
#: Fallbacks that count as a second route, if somebody said where they stand.
ROUTES = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one event can take down of one use case, in ``ways`` (its distinct patterns)."""

    patterns: EventPatterns
    ways: DistinctPatterns

    @property
    def event(self) -> Event:
        """The event."""
        return self.patterns.event

    @property
    def hit(self) -> Flags:
        """Which nodes are down in each way, (ways, nodes)."""
        return self.ways.severity > 0

    @property
    def chance(self) -> Array:
        """Probability of each way, (ways,)."""
        return self.ways.probability


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Two falters that stop a use case together, with probability ``chance`` if both are on."""

    one: Event
    other: Event
    chance: float

    @property
    def rate(self) -> float:
        """λμ · chance / 365: times the days of both, how often they meet in a year."""
        return self.one.rate_per_year * self.other.rate_per_year * self.chance / DAYS_PER_YEAR


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A use case's routes: indices into the nodes, ``fallback`` -1 where there is none."""

    requirement: Requirement
    nodes: tuple[str, ...]
    primary: NDArray[np.int64]
    fallback: NDArray[np.int64]

    def stops(self, hit: Flags) -> Flags:
        """True for each row of ``hit`` (rows, nodes) that leaves nothing served."""
        none = np.ones((len(hit), 1), dtype=bool)
        reach = np.concatenate([hit, none], axis=1)
        down = reach[:, self.primary] & reach[:, self.fallback]
        stopped = down.any(axis=1) if self.requirement is Requirement.ALL else down.all(axis=1)
        return np.asarray(stopped, dtype=np.bool_)


def structure_of(case: UseCaseNumbers, member: Member) -> Structure:
    """The routes of a use case; an untested, tested or automatic fallback is one if it is named."""
    nodes: list[str] = []

    def index(node: str) -> int:
        if node not in nodes:
            nodes.append(node)
        return nodes.index(node)

    primary, fallback = [], []
    for one in case.dependencies:
        place = member.placed.places[one.dependency.key]
        named = one.dependency.fallback in ROUTES and place.fallback is not None
        primary.append(index(place.endpoint))
        fallback.append(index(str(place.fallback)) if named else -1)
    return Structure(
        requirement=case.requirement,
        nodes=tuple(nodes),
        primary=np.array(primary, dtype=np.int64),
        fallback=np.array(fallback, dtype=np.int64),
    )


def reaches(structure: Structure, patterns: Iterable[EventPatterns]) -> dict[str, list[Reach]]:
    """What each root's events can take down of a use case, by root.

    Outages of several providers at once are left out: they begin at no root of the map.
    """
    by_root: dict[str, list[Reach]] = {}
    for one in patterns:
        if one.event.root == SEVERAL:
            continue
        if any(node in one.severity for node in structure.nodes):
            reach = Reach(patterns=one, ways=one.distinct(structure.nodes))
            if reach.hit.any():
                by_root.setdefault(one.event.root, []).append(reach)
    return by_root


def pairs_that_stop(
    structure: Structure, by_root: Mapping[str, list[Reach]]
) -> dict[tuple[str, str], list[Meeting]]:
    """Pairs of roots that stop a use case though neither does alone, and how their falters meet."""
    alone = {
        root
        for root, events in by_root.items()
        if any((one.chance * structure.stops(one.hit)).sum() > 0 for one in events)
    }
    rest = [root for root in sorted(by_root) if root not in alone]
    pairs = _able_pairs(rest, by_root, structure)
    whole = {root: _at_mean_pace(by_root[root]) for pair in pairs for root in pair}
    found: dict[tuple[str, str], list[Meeting]] = {}
    for pair in pairs:
        for one in whole[pair[0]]:
            for other in whole[pair[1]]:
                united = (one.hit[:, None, :] | other.hit[None, :, :]).reshape(-1, one.hit.shape[1])
                chance = float(np.outer(one.chance, other.chance).ravel() @ structure.stops(united))
                if chance > 0:
                    meeting = Meeting(one=one.event, other=other.event, chance=chance)
                    found.setdefault(pair, []).append(meeting)
    return found


def _at_mean_pace(events: Iterable[Reach]) -> list[Reach]:
    """The events with their paces of switching put together again."""
    known = list(events)
    whole = at_mean_pace(one.event for one in known)
    return [
        replace(one, patterns=replace(one.patterns, event=whole[one.event]))
        for one in known
        if one.event in whole
    ]


def _able_pairs(
    roots: list[str], by_root: Mapping[str, list[Reach]], structure: Structure
) -> list[tuple[str, str]]:
    """The pairs that stop the use case at their worst; most do not, and need no more asking."""
    worst = {root: np.any([one.hit.any(axis=0) for one in by_root[root]], axis=0) for root in roots}
    pairs = list(combinations(roots, 2))
    if not pairs:
        return []
    stopped = structure.stops(np.array([worst[one] | worst[other] for one, other in pairs]))
    return [pair for pair, stops in zip(pairs, stopped, strict=True) if stops]


def stated_days(event: Event) -> float | None:
    """How long a falter lasts on average; None where it lasts until one has switched."""
    law = event.duration
    if isinstance(law, LognormalDuration):
        return float(law.partial_mean(np.array([np.inf]))[0])
    if isinstance(law, FixedDuration) and event.kind not in PERMANENT_KINDS:
        return law.days
    return None
