"""Inputs of the engine's peers: the same exposures, states and drawn years, as arrays.

Worked out before the clock starts and for all peers alike, in the central world (judgement, rates
and common parts of facts at their middle): which exposures each state of each disruption reaches,
what leaving costs each of them, the curve of waiting, and the disruptions of every year. What is
timed is what remains: the loss of every exposure in every occurrence, the years' losses and every
startup's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_losses import Entries, entries_of
from risk.loss.exposures import Exposures
from risk.loss.laws import States
from risk.loss.tables import Tables
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class PeerInputs:
    """Years of disruptions over a portfolio.

    Occurrences are sorted by year: ``year``, ``pattern`` and ``length``, a place on the grid of
    ``curves`` (curves, lengths); ``year_start`` (years + 1,) is where each begins. A pattern is a
    state that a disruption puts a route in; its ``target`` lie from ``pattern_start`` on. A target
    has the ``shape`` of its curve, and its members from ``target_start`` on, with ``startup``,
    ``exposure``, ``margin`` a day and ``cost`` of leaving. In an occurrence a member loses
    min(margin · curve[length], cost).

    The first ``shared`` patterns hit the whole portfolio, the others one startup each. ``exact``
    (startups,) is what these states come to in the mean year.
    """

    year: Integers
    pattern: Integers
    length: Integers
    year_start: Integers
    pattern_start: Integers
    target: Integers
    shape: Integers
    target_start: Integers
    startup: Integers
    exposure: Integers
    margin: Array
    cost: Array
    curves: Array
    exact: Array
    startups: int
    exposures: int
    shared: int

    @property
    def startup_of_exposure(self) -> Integers:
        """Whose each exposure is, (exposures,)."""
        found = np.zeros(self.exposures, dtype=np.int64)
        found[self.exposure] = self.startup
        return found

    @property
    def years(self) -> int:
        """Years that were drawn."""
        return len(self.year_start) - 1

    def _reached(self) -> Integers:
        """Members that each pattern reaches."""
        members = np.concatenate([[0], np.cumsum(np.diff(self.target_start)[self.target])])
        return np.asarray(np.diff(members[self.pattern_start]))

    def blocks(self, years: int, most_pairs: int) -> Iterator[slice]:
        """Occurrences of the first years, in blocks with about so many hit exposures."""
        hit = self._reached()[self.pattern]
        pairs = np.concatenate([[0], np.cumsum(hit)])[self.year_start[: years + 1]]
        first = 0
        while first < years:
            last = int(np.searchsorted(pairs, pairs[first] + most_pairs, side="right")) - 1
            last = min(max(last, first + 1), years)
            yield slice(int(self.year_start[first]), int(self.year_start[last]))
            first = last

    def pairs(self, years: int) -> int:
        """Exposures hit in the first years, each as often as it is."""
        return int(self._reached()[self.pattern[: self.year_start[years]]].sum())

    def save(self, path: Path) -> None:
        """Write everything to one file."""
        np.savez(path, **{one.name: getattr(self, one.name) for one in fields(self)})


class PeerAnswer(NamedTuple):
    """USD: ``year_losses`` (years,) and ``startup_losses`` (startups,), the sum over the years."""

    year_losses: Array
    startup_losses: Array


def no_losses(inputs: PeerInputs, years: int) -> PeerAnswer:
    """Nothing lost yet."""
    return PeerAnswer(np.zeros(years), np.zeros(inputs.startups))


def load_inputs(path: Path) -> PeerInputs:
    """Read what :meth:`PeerInputs.save` wrote."""
    with np.load(path) as held:
        whole = {"startups", "exposures", "shared"}
        return PeerInputs(
            **{name: int(held[name]) if name in whole else held[name] for name in held.files}
        )


def peer_inputs(one: Exposures, world_tables: WorldTables, *, years: int, seed: int) -> PeerInputs:
    """Everything for so many drawn years of the ground's first world."""
    tables = world_tables.table(0)
    entries = entries_of(one, world_tables)
    drawn = _Years(world_tables, tables, entries, np.random.default_rng(seed), years)
    year, pattern, length = drawn.occurrences()
    members = np.diff(entries.target_start)
    of_member = np.repeat(np.arange(len(members)), members)
    often = _weights(world_tables, tables, entries)
    exact = np.zeros(len(one))
    for place in range(entries.curves.shape[1]):
        loss = np.minimum(
            entries.margin * entries.curves[entries.shape, place][of_member], entries.cost
        )
        exact += np.bincount(entries.startup, loss * often[:, place][of_member], len(one))
    return PeerInputs(
        year=year,
        pattern=pattern,
        length=length,
        year_start=np.searchsorted(year, np.arange(years + 1)),
        pattern_start=entries.pattern_start,
        target=entries.target,
        shape=entries.shape,
        target_start=entries.target_start,
        startup=entries.startup,
        exposure=entries.link,
        margin=entries.margin,
        cost=entries.cost,
        curves=entries.curves,
        exact=exact,
        startups=len(one),
        exposures=len(one.route),
        shared=entries.shared,
    )


def _weights(world_tables: WorldTables, tables: Tables, entries: Entries) -> Array:
    """How often a target is hit for each length in a mean year, (targets, lengths)."""
    rates = world_tables.worlds.rates[0, 0]
    length = np.zeros((len(entries.event), entries.curves.shape[1]))
    length[:, 0] = 1.0
    passing = entries.passing
    length[passing] = tables.weights[tables.event_law[entries.event[passing]]]
    length *= (rates[entries.event] * entries.chance)[:, None]
    found = np.zeros((len(entries.shape), length.shape[1]))
    np.add.at(found, entries.target, np.repeat(length, np.diff(entries.pattern_start), axis=0))
    return found


class _Years:
    """Draws years: how often each disruption comes, for how long, and through which links."""

    def __init__(
        self,
        world_tables: WorldTables,
        tables: Tables,
        entries: Entries,
        draw: np.random.Generator,
        years: int,
    ) -> None:
        self.world_tables, self.tables, self.entries = world_tables, tables, entries
        self.draw, self.years = draw, years
        self.parts: list[tuple[Integers, Integers, Integers]] = []

    def occurrences(self) -> tuple[Integers, Integers, Integers]:
        """Year, pattern and length of everything that happens, sorted by year."""
        worlds, first = self.world_tables.worlds, 0
        families = ((worlds.laws.lasting, False), (worlds.laws.outages, True))
        for states, passing in (*families, (worlds.laws.blocks, True)):
            self._family(states, first, passing=passing)
            first += len(states.event)
        self._alone()
        year, pattern, length = (np.concatenate(one) for one in zip(*self.parts, strict=True))
        order = np.argsort(year, kind="stable")
        return year[order], pattern[order], length[order]

    def _family(self, states: States, first: int, *, passing: bool) -> None:
        line = np.repeat(np.arange(len(states.start) - 1), np.diff(states.start))
        for event in np.unique(states.event).tolist():
            if self.tables.alone_row[event] >= 0:
                continue
            year = self._happens(event, 1)
            length = np.zeros(len(year), dtype=np.int64)
            if passing:
                weights = self.tables.weights[self.tables.event_law[event]]
                length = self.draw.choice(len(weights), len(year), p=weights / weights.sum())
            own = np.flatnonzero(states.event == event)
            # Lines of one bundle hang on the same links: one number decides for all of them.
            luck = {one: self.draw.random(len(year)) for one in np.unique(states.bundle[own])}
            for one in np.split(own, np.flatnonzero(np.diff(line[own])) + 1):
                ends = np.cumsum(states.chance[0, one])
                state = np.searchsorted(ends, luck[states.bundle[one[0]]], side="right")
                hit = np.flatnonzero(state < len(one))
                self.parts.append((year[hit], first + one[state[hit]], length[hit]))

    def _alone(self) -> None:
        """What each customer has for itself: each of its dependencies on the same occurrence."""
        entries = self.entries
        pattern = np.arange(entries.shared, len(entries.event))
        whose = entries.startup[entries.target_start[entries.target[pattern]]]
        event = entries.event[pattern]
        for number in np.unique(event).tolist():
            own = np.flatnonzero(event == number)
            startups, place = np.unique(whose[own], return_inverse=True)
            year = self._happens(number, len(startups))
            struck = self.draw.integers(0, len(startups), len(year))
            order = np.argsort(place, kind="stable")
            begin = np.searchsorted(place[order], np.arange(len(startups) + 1))
            size = np.diff(begin)[struck]
            ends = np.cumsum(size)
            within = np.arange(int(size.sum())) - np.repeat(ends - size, size)
            hit = own[order][np.repeat(begin[struck], size) + within]
            passes = np.repeat(self.draw.random(len(year)), size)
            kept = passes < entries.chance[pattern[hit]]
            nothing = np.zeros(int(kept.sum()), dtype=np.int64)
            self.parts.append((np.repeat(year, size)[kept], pattern[hit][kept], nothing))

    def _happens(self, event: int, startups: int) -> Integers:
        """The years of all occurrences: at most one a year of what comes at most once."""
        rate = float(self.world_tables.worlds.rates[0, 0, event])
        if startups == 1 and self.world_tables.worlds.hazards.once[event]:
            return np.flatnonzero(self.draw.random(self.years) < rate)
        count = self.draw.poisson(rate * startups, self.years)
        return np.repeat(np.arange(self.years), count)
