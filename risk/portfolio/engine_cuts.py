"""The cut sets of many startups at once, from what the engine says of their years.

Use cases of like structure fall to the same roots and pairs, whatever they earn: these are found
once. The answers are those of :func:`risk.portfolio.cut_sets.minimal_cut_sets`.
docs/method.md §5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.catalog.falters import FalterKind
from risk.engine.exposures import stands_alone
from risk.engine.grouped import EACH_CUSTOMER
from risk.engine.valuation import Prepared
from risk.exposure.numbers import UseCaseNumbers
from risk.hazard.events import SEVERAL, Event
from risk.hazard.patterns import EventPatterns
from risk.portfolio.book import Member
from risk.portfolio.cut_sets import CutSet, cut_set
from risk.portfolio.own_years import EngineYears
from risk.portfolio.stopping import (
    STOPPING_KINDS,
    Meeting,
    pairs_that_stop,
    reaches,
    stated_days,
    structure_of,
)

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def engine_cut_sets(
    members: Sequence[Member],
    engine: EngineYears,
    prepared: Prepared,
    known: "KnownPairs",
) -> list[CutSet]:
    """Cut sets of the startups that ``engine`` has years of."""
    stopping = _Stopping(engine, prepared)
    days = _switch_days(prepared)
    found: list[CutSet] = []
    first = 0
    for member in members:
        for case in member.numbers.use_cases:
            count = len(case.dependencies) if stands_alone(case) else 0
            own = slice(first, first + count)
            first += count
            if member.startup.name not in engine.years:
                continue
            found.extend(stopping.single(member, case, own))
            found.extend(known.pairs(member, case, days[own].max(axis=0)))
    return found


def _switch_days(prepared: Prepared) -> Array:
    """Mean days to switch to another developer and within the same one, (dependencies, 2)."""
    one = prepared.columns.exposures
    first = np.flatnonzero(one.draw == 0)
    count = np.diff(np.append(first, len(one)))
    if not len(first):
        return np.zeros((0, 2))
    gates = (one.gate_other, one.gate_same)
    return np.column_stack([np.add.reduceat(gate, first) / count for gate in gates])


class _Stopping:
    """What of each dependency's loss falls to patterns that stop its use case, by event."""

    def __init__(self, engine: EngineYears, prepared: Prepared) -> None:
        self.events = prepared.states.events
        parts = engine.parts
        stops = np.array([one.kind in STOPPING_KINDS for one in self.events], dtype=np.bool_)
        kept = np.flatnonzero((parts.stopped_rate > 0) & stops[parts.event])
        kept = kept[np.argsort(parts.dependency[kept], kind="stable")]
        self.event = parts.event[kept]
        self.loss = parts.stopped_usd[kept]
        self.rate = parts.stopped_rate[kept]
        self.start = np.searchsorted(
            parts.dependency[kept], np.arange(len(engine.dependency_key) + 1)
        )

    def single(self, member: Member, case: UseCaseNumbers, own: slice) -> Iterable[CutSet]:
        """The roots that stop a use case alone; it stops when all its dependencies have."""
        rows = slice(self.start[own.start], self.start[own.stop])
        by_root: dict[str, list[float]] = {}
        kinds: dict[str, list[FalterKind]] = {}
        seen: set[int] = set()
        for event, loss, rate in zip(
            self.event[rows], self.loss[rows], self.rate[rows], strict=True
        ):
            one = self.events[event]
            if one.root == SEVERAL:
                continue
            total = by_root.setdefault(one.root, [0.0, 0.0])
            total[1] += float(loss)
            if event not in seen:
                seen.add(event)
                total[0] += float(rate)
                kinds.setdefault(one.root, []).append(one.kind)
        for root, (rate, loss) in by_root.items():
            yield cut_set(member, case, (root,), kinds[root], rate, loss)


@dataclass(frozen=True, kw_only=True)
class _Pairs:
    """Pairs of one structure: for each meeting its pair, rate, and both falters' days.

    ``days`` (meetings, 2) where they are stated; else ``mover`` (meetings, 2) is which time to
    switch counts, ``pace`` multiplies it and ``notice`` is taken off it; -1 where days are stated.
    """

    roots: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[FalterKind, ...], ...]
    pair: Integers
    rate: Array
    days: Array
    mover: Integers
    pace: Array
    notice: Array


class KnownPairs:
    """Pairs by structure, found once for all startups of a portfolio, in whatever part they are.

    ``templates`` are the events of the portfolio, one for all customers of a supplier.
    """

    def __init__(self, templates: Iterable[EventPatterns]) -> None:
        self.shared: list[EventPatterns] = []
        self.own: dict[str, list[EventPatterns]] = {}
        for one in templates:
            if one.event.kind not in STOPPING_KINDS or one.event.only_country is not None:
                continue
            if one.event.only_startup == EACH_CUSTOMER:
                self.own.setdefault(one.event.root, []).append(one)
            else:
                self.shared.append(one)
        self.found: dict[object, _Pairs | None] = {}

    def pairs(self, member: Member, case: UseCaseNumbers, moving: Array) -> Iterable[CutSet]:
        """The pairs of roots that stop a use case; ``moving`` are its two times to switch."""
        structure = structure_of(case, member)
        suppliers = self._suppliers(member, structure.nodes)
        routes = tuple(zip(structure.primary.tolist(), structure.fallback.tolist(), strict=True))
        key = (structure.nodes, routes, structure.requirement, suppliers)
        if key not in self.found:
            patterns = [one for name in suppliers for one in self.own.get(name, ())]
            meetings = pairs_that_stop(structure, reaches(structure, [*self.shared, *patterns]))
            self.found[key] = _laid_out(meetings) if meetings else None
        known = self.found[key]
        if known is None:
            return
        switched = np.maximum(0.0, known.pace * moving[known.mover] - known.notice)
        days = np.where(known.mover < 0, known.days, switched)
        count = len(known.roots)
        rate = np.bincount(known.pair, weights=known.rate * days.sum(axis=1), minlength=count)
        lost = np.bincount(known.pair, weights=known.rate * days.prod(axis=1), minlength=count)
        margin = float(case.margin_usd_per_day.mean())
        for roots, kinds, often, both in zip(known.roots, known.kinds, rate, lost, strict=True):
            yield cut_set(member, case, roots, kinds, float(often), float(both) * margin)

    def _suppliers(self, member: Member, nodes: Iterable[str]) -> tuple[str, ...]:
        """The direct suppliers whose falter towards this customer alone reaches some node."""
        direct = sorted({supplier for _, _, supplier in member.placed.customers})
        return tuple(
            name
            for name in direct
            if any(node in one.severity for one in self.own.get(name, ()) for node in nodes)
        )


def _laid_out(meetings: Mapping[tuple[str, str], list[Meeting]]) -> _Pairs:
    listed = [(place, one) for place, own in enumerate(meetings.values()) for one in own]
    both = [(one.one, one.other) for _, one in listed]
    # The same few events meet again and again.
    events = {id(event): event for pair in both for event in pair}
    stated = {key: stated_days(event) for key, event in events.items()}
    return _Pairs(
        roots=tuple(meetings),
        kinds=tuple(
            tuple(kind for one in own for kind in (one.one.kind, one.other.kind))
            for own in meetings.values()
        ),
        pair=np.array([place for place, _ in listed], dtype=np.int64),
        rate=np.array([one.rate for _, one in listed]),
        days=np.array([[stated[id(event)] or 0.0 for event in pair] for pair in both]),
        mover=np.array(
            [[_mover(event, stated[id(event)]) for event in pair] for pair in both], dtype=np.int64
        ),
        pace=np.array([[event.switching_pace for event in pair] for pair in both]),
        notice=np.array([[event.notice_days for event in pair] for pair in both]),
    )


def _mover(event: Event, stated: float | None) -> int:
    if stated is not None:
        return -1
    return int(event.kind is FalterKind.MODEL_RETIREMENT)
