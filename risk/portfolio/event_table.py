"""One event's loss to the whole portfolio by pattern and duration, and to each of its parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from risk.exposure.event_losses import EventLoss
from risk.hazard.durations import DURATION_GRID
from risk.hazard.events import Event
from risk.hazard.patterns import distinct_rows

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class StartupHit:
    """One startup in one event: mean curves (states, durations) in all and by dependency.

    The last state is that of not being hit. ``state_of`` (patterns,) says which state it is in.
    ``churn`` is the part of ``total`` that goes with customers lost for good.
    """

    startup: str
    state_of: Integers
    total: Array
    churn: Array
    by_dependency: Mapping[str, Array]


@dataclass(frozen=True, kw_only=True)
class EventTable:
    """Mean loss over unknown facts: ``total`` (states, durations) in USD.

    ``state_of`` (patterns,) maps the event's patterns to joint states of the portfolio and
    ``states`` (startups, states) these to each hit startup's own state. ``grid`` (durations,) in
    days is None for a permanent falter, whose loss is one number; between its points a loss is
    straight. ``weights`` (durations,) integrates over the duration.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "event_id",
        "root",
        "kind",
        "level",
        "limited_to",
        "rate_per_year",
        "mean_loss_usd",
        "sd_loss_usd",
    )
    PART_COLUMNS: ClassVar[tuple[str, ...]] = (
        "event_id",
        "startup",
        "dependency_key",
        "mean_loss_usd",
    )

    event: Event
    probability: Array
    state_of: Integers
    states: Integers
    hits: tuple[StartupHit, ...]
    total: Array
    weights: Array
    grid: Array | None

    def loss_at(self, patterns: Integers, days: Array) -> Array:
        """Loss in USD of each occurrence (hits,)."""
        state = self.state_of[patterns]
        if self.grid is None:
            return np.asarray(self.total[state, 0])
        return read_curves(self.total, self.grid, state, days)

    def deposit(self, measure: Array, patterns: Integers, days: Array, weight: Array) -> None:
        """Add weights (hits,) to ``measure`` (states, durations) where their losses are read."""
        state = self.state_of[patterns]
        if self.grid is None:
            np.add.at(measure[:, 0], state, weight)
            return
        left, share = between(self.grid, days)
        np.add.at(measure, (state, left), weight * (1 - share))
        np.add.at(measure, (state, left + 1), weight * share)

    def parts_of(self, measure: Array) -> dict[tuple[str, str], float]:
        """USD by (startup, dependency key) under a measure (states, durations)."""
        found: dict[tuple[str, str], float] = {}
        for row, hit in zip(self.states, self.hits, strict=True):
            own = np.zeros_like(hit.total)
            np.add.at(own, row, measure)
            for key, curves in hit.by_dependency.items():
                found[hit.startup, key] = float((own * curves).sum())
        return found

    def row(self) -> tuple[str, str, str, str, str, float, float, float]:
        """The event's line in the event-loss table, in the order of ``COLUMNS``."""
        event = self.event
        mass = self._masses
        mean = float((mass * self.total).sum())
        variance = max(0.0, float((mass * self.total**2).sum()) - mean**2)
        names = (event.root, str(event.kind), event.level)
        return (self.code, *names, self._limit, event.rate_per_year, mean, variance**0.5)

    def part_rows(self) -> list[tuple[str, str, str, float]]:
        """Mean loss by startup and dependency, in the order of ``PART_COLUMNS``."""
        parts = self.parts_of(self._masses).items()
        return [(self.code, startup, key, part) for (startup, key), part in parts]

    @property
    def code(self) -> str:
        """What the event is called in tables: root, kind, level and whom alone it hits."""
        names = (self.event.root, str(self.event.kind), self.event.level, self._limit)
        return " / ".join(one for one in names if one)

    @property
    def _limit(self) -> str:
        country = self.event.only_country
        if self.event.only_startup is None and country is not None:
            return country or "unknown country"
        return self.event.only_startup or ""

    @property
    def _masses(self) -> Array:
        """Probability of each state and duration, given that the event happens."""
        chance = np.bincount(self.state_of, weights=self.probability, minlength=len(self.total))
        return np.outer(chance, self.weights)


def between(grid: Array, days: Array) -> tuple[Integers, Array]:
    """Grid point to the left of each duration, and the share of the way to the next."""
    limited = np.minimum(days, grid[-1])
    left = np.searchsorted(grid[1:-1], limited, side="right")
    share = (limited - grid[left]) / (grid[left + 1] - grid[left])
    return left, np.asarray(share)


def read_curves(curves: Array, grid: Array, rows: Integers, days: Array) -> Array:
    """Values of ``curves`` (rows, durations) at each row and duration (hits,)."""
    left, share = between(grid, days)
    flat = curves.ravel()
    place = rows * len(grid) + left
    return np.asarray(flat[place] * (1 - share) + flat[place + 1] * share)


def event_tables(
    losses: Mapping[str, tuple[EventLoss, ...]] | Iterable[tuple[str, tuple[EventLoss, ...]]],
    events: Mapping[Event, Array],
) -> tuple[EventTable, ...]:
    """The tables of all events that cost some startup something, in the order of ``events``."""
    pairs = losses.items() if isinstance(losses, Mapping) else losses
    hits: dict[Event, list[StartupHit]] = {}
    weights: dict[Event, Array] = {}
    for startup, found in pairs:
        for one in found:
            if one.event.rate_per_year > 0:
                hits.setdefault(one.event, []).append(_hit(startup, one))
                weights[one.event] = one.weights
    return tuple(
        _table(event, probability, tuple(hits[event]), weights[event])
        for event, probability in events.items()
        if event in hits
    )


def _hit(startup: str, loss: EventLoss) -> StartupHit:
    untouched = len(loss.probability)
    return StartupHit(
        startup=startup,
        state_of=np.where(loss.pattern_state < 0, untouched, loss.pattern_state),
        total=_mean_curves(loss.loss.total),
        churn=_mean_curves(loss.loss.churn),
        by_dependency={key: _mean_curves(values) for key, values in loss.by_dependency.items()},
    )


def _mean_curves(values: Array) -> Array:
    """(states, draws, durations) to the mean over draws, with a last state that costs nothing."""
    curves = values.mean(axis=1)
    return np.concatenate([curves, np.zeros((1, curves.shape[1]))])


def _table(
    event: Event, probability: Array, hits: tuple[StartupHit, ...], weights: Array
) -> EventTable:
    rows = np.column_stack([one.state_of for one in hits]).astype(np.float64)
    first, state_of = distinct_rows(rows)
    states = np.stack([one.state_of[first] for one in hits])
    total = np.zeros((len(first), len(weights)))
    for row, hit in zip(states, hits, strict=True):
        total += hit.total[row]
    return EventTable(
        event=event,
        probability=probability,
        state_of=state_of,
        states=states,
        hits=hits,
        total=total,
        weights=weights,
        grid=DURATION_GRID if len(weights) == len(DURATION_GRID) else None,
    )
