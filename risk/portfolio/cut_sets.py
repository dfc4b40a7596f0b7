"""Whose loss stops a use case wholly: minimal cut sets of one and two roots.

docs/method.md §5. What stops a use case is the matter of :mod:`risk.portfolio.stopping`; here it
gets its rate and its price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.exposure.event_losses import EventLoss
from risk.exposure.numbers import UseCaseNumbers
from risk.exposure.vulnerability import switch_terms
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.book import Member
from risk.portfolio.stopping import (
    STOPPING_KINDS,
    Meeting,
    Reach,
    Structure,
    pairs_that_stop,
    reaches,
    stated_days,
    structure_of,
)

Array = NDArray[np.float64]


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
        structure = structure_of(case, member)
        by_root = reaches(structure, patterns)
        single = [
            _single(root, by_root[root], structure, member, case, known) for root in sorted(by_root)
        ]
        cuts = [one for one in single if one]
        found.extend(cuts)
        if order == 2:
            days = _switch_days(case, assumptions)
            for pair, meetings in pairs_that_stop(structure, by_root).items():
                found.append(_pair(pair, meetings, member, case, days))
    return tuple(sorted(found, key=lambda one: (-one.expected_loss_usd, one.use_case, one.roots)))


def _stops_service(event: Event, member: Member) -> bool:
    elsewhere = event.only_startup not in (None, member.startup.name)
    abroad = event.only_country not in (None, member.numbers.country)
    return event.kind in STOPPING_KINDS and not elsewhere and not abroad


def _stopped_loss(
    reach: Reach, stopped: Array, case: UseCaseNumbers, known: Mapping[Event, EventLoss]
) -> float:
    """Expected loss of the use case in the ways that are ``stopped`` (ways,), as probabilities."""
    loss = known.get(reach.event)
    if loss is None:
        return 0.0
    # Ways that differ only in what the structure does not look at cost different amounts.
    by_pattern = _cost_by_pattern(loss, case) * reach.patterns.probability
    total = np.bincount(reach.ways.place, weights=by_pattern, minlength=len(stopped))
    return float(stopped @ (total / np.maximum(reach.ways.probability, 1e-300)))


def _cost_by_pattern(loss: EventLoss, case: UseCaseNumbers) -> Array:
    """The use case's mean loss in each of the event's patterns, (patterns,) USD."""
    curves = [loss.by_dependency[one.dependency.key].mean(axis=1) for one in case.dependencies]
    by_state = np.append(np.sum(curves, axis=0) @ loss.weights, 0.0)
    return np.asarray(by_state[loss.pattern_state])


def _switch_days(case: UseCaseNumbers, assumptions: Assumptions) -> Mapping[bool, float]:
    """Days until all dependencies are switched, within the same developer (True) or not."""
    kinds = {True: FalterKind.MODEL_RETIREMENT, False: FalterKind.WIND_DOWN}
    return {
        same: max(
            float(switch_terms(one, kind, assumptions).days.mean()) for one in case.dependencies
        )
        for same, kind in kinds.items()
    }


def _mean_days(event: Event, switch_days: Mapping[bool, float]) -> float:
    """How long the use case is down: the mean length, or until it has switched for good."""
    stated = stated_days(event)
    if stated is not None:
        return stated
    same = event.kind is FalterKind.MODEL_RETIREMENT
    return max(0.0, event.switching_pace * switch_days[same] - event.notice_days)


def _single(
    root: str,
    events: list[Reach],
    structure: Structure,
    member: Member,
    case: UseCaseNumbers,
    known: Mapping[Event, EventLoss],
) -> CutSet | None:
    rate, expected, kinds = 0.0, 0.0, []
    for one in events:
        stopped = one.chance * structure.stops(one.hit)
        if stopped.sum() > 0:
            rate += one.event.rate_per_year * float(stopped.sum())
            expected += one.event.rate_per_year * _stopped_loss(one, stopped, case, known)
            kinds.append(one.event.kind)
    if not kinds:
        return None
    return cut_set(member, case, (root,), kinds, rate, expected)


def _pair(
    roots: tuple[str, str],
    meetings: Iterable[Meeting],
    member: Member,
    case: UseCaseNumbers,
    switch_days: Mapping[bool, float],
) -> CutSet:
    rate, days, kinds = 0.0, 0.0, []
    for one in meetings:
        first, second = (_mean_days(event, switch_days) for event in (one.one, one.other))
        rate += one.rate * (first + second)
        days += one.rate * first * second
        kinds += [one.one.kind, one.other.kind]
    margin = float(case.margin_usd_per_day.mean())
    return cut_set(member, case, roots, kinds, rate, days * margin)


def cut_set(
    member: Member,
    case: UseCaseNumbers,
    roots: tuple[str, ...],
    kinds: Iterable[FalterKind],
    rate: float,
    expected: float,
) -> CutSet:
    """A cut set of one use case; ``expected`` is its loss in USD a year."""
    return CutSet(
        startup=member.startup.name,
        use_case=case.name,
        roots=roots,
        kinds=tuple(sorted(set(kinds))),
        rate_per_year=rate,
        loss_usd=expected / rate if rate > 0 else 0.0,
    )
