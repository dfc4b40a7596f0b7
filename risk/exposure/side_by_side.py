"""What events cost several variants of one use case, valued together.

A variant is the use case with other facts or in other places, as an option makes it. The states of
all variants go through the formulas of docs/method.md §3 in one batch for each falter kind, which
is many times quicker than one startup after the other and gives the same figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.event_losses import NO_DURATION, Place, use_case_losses
from risk.exposure.numbers import DependencyNumbers, UseCaseNumbers
from risk.exposure.promises import notice_days, queue_days, share_lost
from risk.exposure.vulnerability import FalterState
from risk.hazard.durations import DURATION_GRID
from risk.hazard.patterns import EventPatterns, WaysHit

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CaseVariant:
    """One variant: the use case in numbers, and where each of its dependencies sits."""

    case: UseCaseNumbers
    places: Mapping[str, Place]

    @cached_property
    def nodes(self) -> tuple[Place, ...]:
        """The places of its dependencies, in their order."""
        return tuple(self.places[one.dependency.key] for one in self.case.dependencies)

    @cached_property
    def routes(self) -> tuple[str, ...]:
        """Endpoint and fallback of each dependency in turn, "" for no fallback."""
        return tuple(name for one in self.nodes for name in (one.endpoint, one.fallback or ""))


class Hit(NamedTuple):
    """One event that reaches one variant: the places of both in what was asked.

    Its rows begin at ``first``, one for each of the ``ways`` in which the variant is hit.
    """

    variant: int
    event: int
    first: int
    ways: WaysHit


@dataclass(frozen=True, kw_only=True)
class KindLosses:
    """What the events of one falter kind cost the variants, one row for each way of being hit.

    ``total`` (rows, draws, durations) is in USD, at the days of ``grid`` (durations,). The rows of
    a variant follow each other.
    """

    kind: FalterKind
    hits: tuple[Hit, ...]
    total: Array
    grid: Array


def losses_side_by_side(
    variants: Sequence[CaseVariant],
    events: Sequence[EventPatterns],
    assumptions: Assumptions,
    *,
    grid: Array = DURATION_GRID,
) -> tuple[KindLosses, ...]:
    """The losses of every variant in every event, by kind and by number of draws.

    ``events`` are those that concern the startup: no other's access cut, no other country's block.
    ``grid`` are the days at which the losses of falters that pass are evaluated.
    """
    found = []
    by_kind: dict[FalterKind, list[int]] = {}
    for number, one in enumerate(events):
        by_kind.setdefault(one.event.kind, []).append(number)
    for alike in _with_as_many_draws(variants):
        numbers = _Stacked([variants[one].case for one in alike])
        for kind, places in by_kind.items():
            batch = _Batch(kind, alike, variants, places, events)
            if batch.size:
                days = NO_DURATION if kind in PERMANENT_KINDS else grid
                states = batch.states(assumptions)
                losses = use_case_losses(numbers.rows(batch.place), states, days, assumptions)
                total = np.asarray(sum(loss.total for _, loss, _ in losses))
                hits = tuple(batch.hits)
                found.append(KindLosses(kind=kind, hits=hits, total=total, grid=days))
    return tuple(found)


def _with_as_many_draws(variants: Sequence[CaseVariant]) -> Iterable[list[int]]:
    """Places of the variants, those with as many draws of unknown facts together."""
    found: dict[int, list[int]] = {}
    for number, one in enumerate(variants):
        found.setdefault(len(one.case.margin_usd_per_day), []).append(number)
    return found.values()


def _reached(events: Sequence[EventPatterns]) -> Mapping[str, list[int]]:
    """Places of the events that reach each node."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(events):
        for node in one.severity:
            found[node].append(number)
    return found


class _Stacked:
    """The numbers of several variants, ready to be repeated row by row."""

    def __init__(self, cases: Sequence[UseCaseNumbers]) -> None:
        self.first = cases[0]
        self.margin = np.stack([one.margin_usd_per_day for one in cases])
        members = zip(*(one.dependencies for one in cases), strict=True)
        self.members = [self._stack(one) for one in members]

    @staticmethod
    def _stack(members: tuple[DependencyNumbers, ...]) -> dict[str, Any]:
        names = [one.name for one in fields(DependencyNumbers) if one.name != "dependency"]
        return {name: np.stack([getattr(one, name) for one in members]) for name in names}

    def rows(self, place: Integers) -> UseCaseNumbers:
        """The numbers of the variant at each place: arrays (rows, draws)."""
        dependencies = tuple(
            replace(one, **{name: values[place] for name, values in stacked.items()})
            for one, stacked in zip(self.first.dependencies, self.members, strict=True)
        )
        return replace(self.first, margin_usd_per_day=self.margin[place], dependencies=dependencies)


class _Batch:
    """All ways in which the events of one kind hit some variants, one after the other.

    ``place`` (rows,) counts the variants of the batch, from 0.
    """

    def __init__(
        self,
        kind: FalterKind,
        alike: Sequence[int],
        variants: Sequence[CaseVariant],
        places: Sequence[int],
        events: Sequence[EventPatterns],
    ) -> None:
        self.kind = kind
        self.variants = [variants[one] for one in alike]
        self.events = [events[one] for one in places]
        self.hits: list[Hit] = []
        self.pairs: list[tuple[int, int]] = []
        self.size = 0
        reached = _reached(self.events)
        for number, one in enumerate(self.variants):
            for event in sorted({event for node in one.nodes for event in reached[node.endpoint]}):
                ways = self.events[event].ways_hit(one.routes)
                if len(ways.probability):
                    self.pairs.append((number, event))
                    self.hits.append(Hit(alike[number], places[event], self.size, ways))
                    self.size += len(ways.probability)
        sizes = np.array([len(one.ways.probability) for one in self.hits], dtype=np.int64)
        self.pair = np.repeat(np.arange(len(sizes)), sizes)
        self.place = self._by_row([number for number, _ in self.pairs])

    def states(self, assumptions: Assumptions) -> list[FalterState]:
        """One batch of states a dependency."""
        severity = np.concatenate([one.ways.severity for one in self.hits])
        multiple = self._of_events([one.event.price_multiple for one in self.events])
        pace = self._of_events([one.event.switching_pace for one in self.events])
        found = []
        for i in range(len(self.variants[0].nodes)):
            nodes = [one.nodes[i] for one in self.variants]
            named = np.array([one.fallback is not None for one in nodes])[self.place]
            left = np.array([share_lost(self.kind, one.promises, assumptions) for one in nodes])
            found.append(
                FalterState(
                    kind=self.kind,
                    severity=severity[:, 2 * i] * left[self.place],
                    fallback_severity=np.where(
                        named,
                        severity[:, 2 * i + 1],
                        severity[:, 2 * i] * assumptions.fallback_shared_root,
                    ),
                    notice_days=self._notices(nodes),
                    price_multiple=multiple,
                    switching_pace=pace,
                    queue_days=self._queues(nodes, assumptions),
                )
            )
        return found

    def _of_events(self, values: list[float]) -> Array:
        return self._by_row([values[event] for _, event in self.pairs])

    def _notices(self, nodes: Sequence[Place]) -> Array:
        return self._by_row(
            [
                notice_days(self.events[event].event, nodes[number].promises)
                for number, event in self.pairs
            ]
        )

    def _queues(self, nodes: Sequence[Place], assumptions: Assumptions) -> Array:
        market = [one.event.queue_days for one in self.events]
        return self._by_row(
            [
                queue_days(self.kind, nodes[number].promises, assumptions, market[event])
                for number, event in self.pairs
            ]
        )

    def _by_row(self, of_pairs: list[Any]) -> NDArray[Any]:
        return np.array(of_pairs)[self.pair]
