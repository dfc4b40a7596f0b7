"""What every event of the catalogue costs one startup, by duration and by unknown facts.

States that recur are evaluated once: the states of all events of one falter kind are stacked
and passed through the vulnerability formulas together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.exposure.numbers import StartupNumbers, UseCaseNumbers
from risk.exposure.promises import NO_PROMISES, Promises, notice_days, queue_days, share_lost
from risk.exposure.vulnerability import (
    FalterState,
    LossParts,
    add_losses,
    branch_days,
    loss_of_group,
)
from risk.hazard.durations import DURATION_GRID, Permanent, grid_weights
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns, WaysHit
from risk.inventory.records import Requirement

Array = NDArray[np.float64]
NO_DURATION: Array = np.array([np.inf])


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a dependency sits in the supply chain: its endpoint, and its fallback's if named.

    ``promises`` says what was agreed for it.
    """

    endpoint: str
    fallback: str | None = None
    promises: Promises = NO_PROMISES


@dataclass(frozen=True, kw_only=True)
class Crowding:
    """What a rush does to one dependency: days in the queue, and ψ, what its fallback gets."""

    queue_days: float
    admission: float


ALONE = Crowding(queue_days=0.0, admission=1.0)


@dataclass(frozen=True, kw_only=True)
class EventLoss:
    """One event's losses for one startup.

    ``probability`` (states,) of each distinct way of being hit, the rest of it being no hit;
    ``pattern_state`` (patterns,) maps the event's patterns to these states, -1 for no hit.
    ``by_dependency`` and ``loss`` hold arrays (states, draws, durations); ``weights``
    (durations,) integrates over the duration.
    """

    event: Event
    probability: Array
    pattern_state: NDArray[np.int64]
    weights: Array
    by_dependency: Mapping[str, Array]
    loss: LossParts

    def expected_by_draw(self, values: Array) -> Array:
        """Mean over states and durations of an array (states, draws, durations): (draws,)."""
        return np.asarray(np.einsum("s,sdn,n->d", self.probability, values, self.weights))


def event_losses(
    numbers: StartupNumbers,
    catalogue: Iterable[EventPatterns],
    places: Mapping[str, Place],
    assumptions: Assumptions,
    *,
    durations: Array | None = None,
    crowding: Mapping[str, Crowding] | None = None,
) -> tuple[EventLoss, ...]:
    """The losses of every event that can reach the startup.

    ``places`` maps dependency keys to nodes of the supply chain. ``durations`` in days are the
    points at which losses are evaluated: by default the model's grid, and for permanent kinds
    the whole loss. ``crowding`` says by dependency key what a rush does to it (§3); without it
    there is room for everybody.
    """
    by_kind: dict[FalterKind, list[EventPatterns]] = {}
    endpoints = {place.endpoint for place in places.values()}
    for one in catalogue:
        if concerns(one.event, numbers) and any(node in one.severity for node in endpoints):
            by_kind.setdefault(one.event.kind, []).append(one)
    found: list[EventLoss] = []
    for kind, events in by_kind.items():
        found.extend(
            _losses_of_kind(kind, events, numbers, places, assumptions, durations, crowding or {})
        )
    return tuple(found)


def concerns(event: Event, numbers: StartupNumbers) -> bool:
    """False for what happens to another startup alone, or in another country."""
    if event.only_startup is not None and event.only_startup != numbers.name:
        return False
    return event.only_country is None or event.only_country == numbers.country


def _losses_of_kind(
    kind: FalterKind,
    events: list[EventPatterns],
    numbers: StartupNumbers,
    places: Mapping[str, Place],
    assumptions: Assumptions,
    durations: Array | None,
    crowding: Mapping[str, Crowding],
) -> Iterable[EventLoss]:
    members = [one for case in numbers.use_cases for one in case.dependencies]
    nodes = [places[one.dependency.key] for one in members]
    crowds = [crowding.get(one.dependency.key, ALONE) for one in members]
    routes = tuple(name for node in nodes for name in (node.endpoint, node.fallback or ""))
    stacks = [one.ways_hit(routes) for one in events]
    sizes = [len(one.probability) for one in stacks]
    if not sum(sizes):
        return
    states = _stacked(kind, events, stacks, nodes, crowds, assumptions)
    whole = NO_DURATION if kind in PERMANENT_KINDS else DURATION_GRID
    grid = whole if durations is None else durations
    by_dependency, loss = _startup_loss(numbers, states, grid, assumptions)
    start = 0
    for one, ways, size in zip(events, stacks, sizes, strict=True):
        rows = slice(start, start + size)
        start += size
        if size:
            yield EventLoss(
                event=one.event,
                probability=ways.probability,
                pattern_state=ways.place,
                weights=duration_weights(one.event, grid),
                by_dependency={key: values[rows] for key, values in by_dependency.items()},
                loss=_rows(loss, rows),
            )


def _stacked(
    kind: FalterKind,
    events: list[EventPatterns],
    stacks: list[WaysHit],
    nodes: list[Place],
    crowds: list[Crowding],
    assumptions: Assumptions,
) -> list[FalterState]:
    """One batch of states a dependency: the states of all events, one after the other."""
    severity = np.concatenate([one.severity for one in stacks])
    sizes = [len(one.probability) for one in stacks]
    multiple = np.repeat([one.event.price_multiple for one in events], sizes)
    waits = [one.event.queue_days for one in events]
    pace = np.repeat([one.event.switching_pace for one in events], sizes)
    return [
        FalterState(
            kind=kind,
            severity=severity[:, 2 * i] * share_lost(kind, node.promises, assumptions),
            fallback_severity=_fallback_severity(severity, i, node, assumptions),
            notice_days=np.repeat([notice_days(one.event, node.promises) for one in events], sizes),
            price_multiple=multiple,
            switching_pace=pace,
            queue_days=np.repeat(
                [queue_days(kind, node.promises, assumptions, market) for market in waits], sizes
            )
            + crowd.queue_days,
            admission=crowd.admission,
        )
        for i, (node, crowd) in enumerate(zip(nodes, crowds, strict=True))
    ]


def duration_weights(event: Event, grid: Array) -> Array:
    """Weights (durations,) that integrate a loss on the grid over the event's duration."""
    if isinstance(event.duration, Permanent):
        return np.asarray(np.eye(len(grid))[-1])
    return grid_weights(event.duration, grid)


def _fallback_severity(severity: Array, i: int, node: Place, assumptions: Assumptions) -> Array:
    """φ_alt from the same pattern; an unnamed fallback may stand on the same root."""
    if node.fallback is not None:
        return severity[:, 2 * i + 1]
    return severity[:, 2 * i] * assumptions.fallback_shared_root


def _startup_loss(
    numbers: StartupNumbers, states: list[FalterState], grid: Array, assumptions: Assumptions
) -> tuple[dict[str, Array], LossParts]:
    by_dependency: dict[str, Array] = {}
    losses: list[LossParts] = []
    first = 0
    for case in numbers.use_cases:
        own = states[first : first + len(case.dependencies)]
        first += len(case.dependencies)
        for keys, loss, shares in use_case_losses(case, own, grid, assumptions):
            losses.append(loss)
            for key, share in zip(keys, shares, strict=True):
                by_dependency[key] = loss.total * share[:, None, None]
    return by_dependency, add_losses(losses)


def use_case_losses(
    case: UseCaseNumbers, states: list[FalterState], grid: Array, assumptions: Assumptions
) -> Iterable[tuple[list[str], LossParts, list[Array]]]:
    """Losses of one use case: dependency by dependency if shared, else as one group (§3).

    A use case that needs all of its dependencies loses the longest of their lost days, one that
    needs any of them the shortest: for falters that start together this is exact.
    """
    branches = [
        branch_days(member, state, grid, case.buffer_days, assumptions)
        for member, state in zip(case.dependencies, states, strict=True)
    ]
    if case.requirement is Requirement.SHARED:
        for member, state, (waiting, switching) in zip(
            case.dependencies, states, branches, strict=True
        ):
            loss = loss_of_group(
                (member,),
                (state,),
                margin_usd_per_day=case.margin_usd_per_day * member.share,
                waiting=waiting,
                switching=switching,
                durations=grid,
                assumptions=assumptions,
            )
            yield [member.dependency.key], loss, [np.ones(len(state.severity))]
        return
    combine = np.maximum if case.requirement is Requirement.ALL else np.minimum
    hit = np.array([state.severity > 0 for state in states]).astype(float)
    loss = loss_of_group(
        case.dependencies,
        tuple(states),
        margin_usd_per_day=case.margin_usd_per_day,
        waiting=combine.reduce(
            [_reached(waiting, state) for (waiting, _), state in zip(branches, states, strict=True)]
        ),
        switching=combine.reduce([switching for _, switching in branches]),
        durations=grid,
        assumptions=assumptions,
    )
    shares = hit / np.maximum(hit.sum(axis=0), 1.0)
    yield [one.dependency.key for one in case.dependencies], loss, list(shares)


def _reached(waiting: Array, state: FalterState) -> Array:
    """A dependency that is not hit loses no days, even where waiting for the others is endless."""
    return np.where((state.severity > 0)[:, None, None], waiting, 0.0)


def _rows(loss: LossParts, rows: slice) -> LossParts:
    return LossParts(**{name: values[rows] for name, values in loss.__dict__.items()})
