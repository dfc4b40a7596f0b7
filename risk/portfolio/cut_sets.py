"""Whose loss stops a use case wholly: minimal cut sets of one and two roots.

docs/method.md §4.5. A use case is a structure of required, shared and sufficient dependencies over
what stands behind them; a root is removed and the structure asked again (as in fault trees, Vesely
et al. 1981). Dominators of the graph would miss cuts wherever two dependencies are both needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.event_losses import EventLoss
from risk.exposure.numbers import UseCaseNumbers
from risk.exposure.vulnerability import switch_terms
from risk.hazard.durations import FixedDuration, LognormalDuration
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
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
class CutSet:
    """One or two roots whose loss stops a use case wholly, and none of them alone does.

    ``kinds`` are the falters that do it. ``rate_per_year`` counts how often all of them are down
    at once, ``loss_usd`` is the mean loss if so and ``expected_loss_usd`` their product a year.
    """

    startup: str
    use_case: str
    roots: tuple[str, ...]
    kinds: tuple[FalterKind, ...]
    rate_per_year: float
    loss_usd: float

    @property
    def expected_loss_usd(self) -> float:
        """Rate times loss, USD a year."""
        return self.rate_per_year * self.loss_usd


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """What one event can take down of one use case.

    ``hit`` (rows, nodes) and ``chance`` (rows,) are its distinct patterns; ``loss_usd`` (rows,)
    the use case's mean loss in each; ``days`` how long it is down on average.
    """

    event: Event
    hit: Flags
    chance: Array
    loss_usd: Array
    days: float


@dataclass(frozen=True, kw_only=True)
class _Structure:
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


def minimal_cut_sets(
    member: Member,
    events: Iterable[EventPatterns],
    losses: Iterable[EventLoss],
    assumptions: Assumptions,
    *,
    order: int = 2,
) -> tuple[CutSet, ...]:
    """Cut sets of up to two roots for every use case of a startup, most expected loss first.

    One root: rate and loss are those of its falters in which the use case stops. Two: falters of
    rates λ, μ and mean lengths d, e days meet λμ(d + e)/365 times a year, for d·e/(d + e) days
    that cost the use case's margin each.

    Raises:
        ValueError: ``order`` is not 1 or 2.
    """
    if order not in (1, 2):
        raise ValueError(f"Cut sets have one root or two, not {order}.")
    known = {one.event: one for one in losses}
    patterns = [one for one in events if _stops_service(one.event, member)]
    found: list[CutSet] = []
    for case in member.numbers.use_cases:
        structure = _structure(case, member)
        by_root: dict[str, list[_Reach]] = {}
        for one in patterns:
            if not any(node in one.severity for node in structure.nodes):
                continue
            reach = _reach(one, known.get(one.event), structure, case, assumptions)
            if reach.hit.any():
                by_root.setdefault(one.event.root, []).append(reach)
        single = [_single(root, by_root[root], structure, member, case) for root in sorted(by_root)]
        cuts = [one for one in single if one]
        found.extend(cuts)
        if order == 2:
            alone = {one.roots[0] for one in cuts}
            rest = [root for root in sorted(by_root) if root not in alone]
            for pair in _able_pairs(rest, by_root, structure):
                cut = _pair(pair, by_root, structure, member, case)
                found.extend([cut] if cut else [])
    return tuple(sorted(found, key=lambda one: (-one.expected_loss_usd, one.use_case, one.roots)))


def _stops_service(event: Event, member: Member) -> bool:
    elsewhere = event.only_startup not in (None, member.startup.name)
    abroad = event.only_country not in (None, member.numbers.country)
    return event.kind in STOPPING_KINDS and not elsewhere and not abroad


def _structure(case: UseCaseNumbers, member: Member) -> _Structure:
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
    return _Structure(
        requirement=case.requirement,
        nodes=tuple(nodes),
        primary=np.array(primary, dtype=np.int64),
        fallback=np.array(fallback, dtype=np.int64),
    )


def _reach(
    one: EventPatterns,
    loss: EventLoss | None,
    structure: _Structure,
    case: UseCaseNumbers,
    assumptions: Assumptions,
) -> _Reach:
    ways = one.distinct(structure.nodes)
    cost = np.zeros(len(ways.first))
    if loss is not None:
        # Ways that differ only in what the structure does not look at cost different amounts.
        by_pattern = _cost_by_pattern(loss, case) * one.probability
        total = np.bincount(ways.place, weights=by_pattern, minlength=len(cost))
        cost = total / np.maximum(ways.probability, 1e-300)
    return _Reach(
        event=one.event,
        hit=ways.severity > 0,
        chance=ways.probability,
        loss_usd=np.asarray(cost, dtype=np.float64),
        days=_mean_days(one.event, case, assumptions),
    )


def _cost_by_pattern(loss: EventLoss, case: UseCaseNumbers) -> Array:
    """The use case's mean loss in each of the event's patterns, (patterns,) USD."""
    curves = [loss.by_dependency[one.dependency.key].mean(axis=1) for one in case.dependencies]
    by_state = np.append(np.sum(curves, axis=0) @ loss.weights, 0.0)
    return np.asarray(by_state[loss.pattern_state])


def _mean_days(event: Event, case: UseCaseNumbers, assumptions: Assumptions) -> float:
    """How long the use case is down: the mean length, or until it has switched for good."""
    law = event.duration
    if isinstance(law, LognormalDuration):
        return float(law.partial_mean(np.array([np.inf]))[0])
    if isinstance(law, FixedDuration) and event.kind not in PERMANENT_KINDS:
        return law.days
    days = [
        float(switch_terms(one, event.kind, assumptions).days.mean()) for one in case.dependencies
    ]
    return max(0.0, max(days) - event.notice_days)


def _single(
    root: str,
    reaches: list[_Reach],
    structure: _Structure,
    member: Member,
    case: UseCaseNumbers,
) -> CutSet | None:
    rate, expected, kinds = 0.0, 0.0, []
    for one in reaches:
        stopped = one.chance * structure.stops(one.hit)
        if stopped.sum() > 0:
            rate += one.event.rate_per_year * float(stopped.sum())
            expected += one.event.rate_per_year * float(stopped @ one.loss_usd)
            kinds.append(one.event.kind)
    if not kinds:
        return None
    return _cut(member, case, (root,), kinds, rate, expected)


def _able_pairs(
    roots: list[str], by_root: Mapping[str, list[_Reach]], structure: _Structure
) -> list[tuple[str, str]]:
    """The pairs that stop the use case at their worst; most do not, and need no more asking."""
    worst = {root: np.any([one.hit.any(axis=0) for one in by_root[root]], axis=0) for root in roots}
    pairs = list(combinations(roots, 2))
    if not pairs:
        return []
    stopped = structure.stops(np.array([worst[one] | worst[other] for one, other in pairs]))
    return [pair for pair, stops in zip(pairs, stopped, strict=True) if stops]


def _pair(
    roots: tuple[str, str],
    by_root: Mapping[str, list[_Reach]],
    structure: _Structure,
    member: Member,
    case: UseCaseNumbers,
) -> CutSet | None:
    rate, days, kinds = 0.0, 0.0, []
    for one in by_root[roots[0]]:
        for other in by_root[roots[1]]:
            united = (one.hit[:, None, :] | other.hit[None, :, :]).reshape(-1, one.hit.shape[1])
            chance = float(np.outer(one.chance, other.chance).ravel() @ structure.stops(united))
            if chance <= 0:
                continue
            meet = one.event.rate_per_year * other.event.rate_per_year * chance / DAYS_PER_YEAR
            rate += meet * (one.days + other.days)
            days += meet * one.days * other.days
            kinds += [one.event.kind, other.event.kind]
    if not kinds:
        return None
    margin = float(case.margin_usd_per_day.mean())
    return _cut(member, case, roots, kinds, rate, days * margin)


def _cut(
    member: Member,
    case: UseCaseNumbers,
    roots: tuple[str, ...],
    kinds: list[FalterKind],
    rate: float,
    expected: float,
) -> CutSet:
    return CutSet(
        startup=member.startup.name,
        use_case=case.name,
        roots=roots,
        kinds=tuple(sorted(set(kinds))),
        rate_per_year=rate,
        loss_usd=expected / rate if rate > 0 else 0.0,
    )
