"""Losses of use cases that stop wholly, world by world, added up by root.

A state of a line stops it where the endpoint is down and so is the backup that counts as a second
route. Where a use case shares its work between several lines, it stops only if all of them have;
what one loses then is taken times the chance that the others are down as well. docs/method.md §5.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.hazard.durations import DURATION_GRID
from risk.loss import draws, formulas, lines, startups
from risk.loss.compiling import compiled
from risk.loss.deposits import CENTS, cents
from risk.loss.exposures import Exposures
from risk.loss.kernels import between, headroom_for, place_at
from risk.loss.lines import away_of, lasting_of, move_of, together_of
from risk.loss.startups import (
    DAYS_OTHER,
    DAYS_SAME,
    PROFILE,
    World,
    critical_of,
    fill_line,
    firm_of,
    line_at,
    lines_in,
)
from risk.loss.tables import BADNESS, Tables
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Parts of a cent in which losses are added up.
FINE = 1_000.0
#: Days until a use case has switched to another developer, and within the same one, by place.
OTHER, SAME = 0, 1


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of a chunk of startups.

    ``root`` (events,) is the place of each disruption's root in the answer, -1 for one that stops
    nothing. ``counted`` (dependencies,) is 1 where a backup is a second route, ``row`` where the
    dependency's shares begin among ``shared`` (rows, events), the chances that the rest of its use
    case is down if it is; -1 where there is no rest.
    """

    root: Codes
    counted: Codes
    row: Codes
    shared: Array


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The answer.

    ``loss`` (roots,) is what being stopped wholly costs a year, added up over the worlds in parts
    of a cent, whole numbers, so that no order matters. ``days`` (use cases, 2) until all its
    dependencies are switched, OTHER and SAME, are means over the worlds.
    """

    loss: NDArray[np.int64]
    days: Array


def stopped(
    exposures: Exposures, world_tables: WorldTables, asked: Asked, *, worlds: int
) -> Stopped:
    """What a chunk loses by being stopped, in the first so many worlds."""
    cases = len(exposures.case_row)
    loss = np.zeros(int(asked.root.max(initial=-1)) + 1, dtype=np.int64)
    days = np.zeros((cases, 2))
    loop = compiled(stopped_startups, *STEPS)
    for k in range(worlds):
        loop(
            *(
                exposures.chunk(k),
                world_tables.worlds.at(k),
                world_tables.table(k),
                headroom_for(exposures),
            ),
            *((asked.root, asked.counted, asked.row, asked.shared), (loss, days)),
        )
    return Stopped(loss=loss, days=days / worlds)


def in_usd(loss: NDArray[np.int64], worlds: int) -> Array:
    """Losses of :class:`Stopped` as means over the worlds in USD."""
    return np.asarray(loss / (FINE * CENTS) / worlds)


def is_stopped(
    state: int, at: int, down: Any, count: int, first: int, counted: Any, any_suffices: bool
) -> bool:
    """Whether a state leaves nothing of a line served."""
    for m in range(count):
        out = down[0][at + m] > 0.0
        if out and counted[first + m] > 0:
            out = down[1][at + m] > 0.0
        if any_suffices and not out:
            return False
        if out and not any_suffices:
            return True
    return any_suffices


def lasting_stops(
    line: int,
    first: int,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    tables: Tables,
    asked: Any,
    loss: Any,
) -> None:
    """Add what a line loses in states for good that stop it."""
    root, counted, row, shared = asked
    states, all_needed = tables.lasting, not tables.any_suffices[line]
    down = states.severity, states.backup
    for state in range(states.start[line], states.start[line + 1]):
        event, at = states.event[state], states.member[state]
        if root[event] < 0:
            continue
        if not is_stopped(state, at, down, count, first, counted, not all_needed):
            continue
        part = states.rate[state, 0]
        if row[first] >= 0:
            part *= shared[row[first], event]
        _, mean = lasting_of(event, at, down, terms, count, not all_needed, margin, world)
        loss[root[event]] += cents(FINE * part * mean)


def outage_stops(
    line: int,
    first: int,
    terms: Any,
    margin: Any,
    world: World,
    tables: Tables,
    asked: Any,
    loss: Any,
) -> None:
    """Add what a dependency loses in outages that stop it."""
    root, counted, row, shared = asked
    if margin[0] <= 0.0:
        return
    states, profile = tables.outages, int(terms[0, PROFILE])
    down = states.severity, states.backup
    for bad in range(BADNESS):
        severity, backup = tables.usual[line, bad, 0], tables.usual[line, bad, 1]
        if severity <= 0.0:
            continue
        days, cost, cost_mean = move_of(severity, backup, terms, 0, world)
        place = place_at(days + cost / margin[0])
        usual = place
        if margin[1] != margin[0] and margin[1] > 0.0:
            usual = place_at(days + cost_mean / margin[1])
        for state in range(states.start[line], states.start[line + 1]):
            event, at = states.event[state], states.member[state]
            if tables.badness[state] != bad or root[event] < 0:
                continue
            if not is_stopped(state, at, down, 1, first, counted, False):
                continue
            part = states.rate[state, 0]
            if row[first] >= 0:
                part *= shared[row[first], event]
            pair = tables.pair[tables.outage_shape[state], profile]
            one = margin[0] * between(tables.paid, pair, place)
            if margin[1] != margin[0]:
                one += (margin[1] - margin[0]) * between(tables.paid, pair, usual)
            loss[root[event]] += cents(FINE * part * one)


def together_stops(
    line: int,
    first: int,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    tables: Tables,
    asked: Any,
    loss: Any,
) -> None:
    """Add what a combination loses in outages that stop it, length by length."""
    root, counted, _, _ = asked
    states = tables.outages
    down = states.severity, states.backup
    waits = tables.curve, tables.pair, tables.outage_shape
    enough = tables.any_suffices[line]
    for state in range(states.start[line], states.start[line + 1]):
        event, at = states.event[state], states.member[state]
        if root[event] < 0 or not is_stopped(state, at, down, count, first, counted, enough):
            continue
        law, mean = tables.event_law[event], 0.0
        away = away_of(at, down, terms, count, world)
        for j in range(len(DURATION_GRID)):
            weight = tables.weights[law, j]
            if weight > 1e-9:
                _, one = together_of(
                    *(j, DURATION_GRID[j], at, down, waits, terms, count),
                    *(enough, away, margin, world),
                )
                mean += weight * one
        loss[root[event]] += cents(FINE * states.rate[state, 0] * mean)


def stopped_startups(
    chunk: Any,
    world: World,
    tables: Tables,
    space: Any,
    asked: Any,
    found: Any,
) -> None:
    """Add what the startups of a chunk lose in one world: see :class:`Stopped`."""
    terms, margin, firm = space
    loss, case_days = found
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            critical, other, same = critical_of(chunk, case, world), 0.0, 0.0
            for place in range(lines_in(chunk, case)):
                line, first, members = line_at(chunk, case, place, tables.number.shape[0])
                fill_line(chunk, case, first, members, firm, critical, world, terms, margin)
                for m in range(members):
                    other, same = max(other, terms[m, DAYS_OTHER]), max(same, terms[m, DAYS_SAME])
                lasting_stops(line, first, terms, members, margin, world, tables, asked, loss)
                if members == 1:
                    outage_stops(line, first, terms, margin, world, tables, asked, loss)
                else:
                    together_stops(line, first, terms, members, margin, world, tables, asked, loss)
            case_days[case, 0] += other
            case_days[case, 1] += same


#: What :func:`stopped_startups` calls.
STEPS = (
    *(*draws.STEPS, *formulas.STEPS, *startups.STEPS, *lines.STEPS),
    *(cents, place_at, between, is_stopped, lasting_stops, outage_stops, together_stops),
)


def startups_of_columns(
    case_start: Any, signature: Any, start: Any, column: Any, seen: Any, found: Any
) -> None:
    """Count startups by column, each once: those of a use case stand under its signature.

    ``column`` from ``start`` (signatures + 1,) on; ``seen`` (columns,) is room, all -1.
    """
    for i in range(len(case_start) - 1):
        for case in range(case_start[i], case_start[i + 1]):
            one = signature[case]
            for place in range(start[one], start[one + 1]):
                if seen[column[place]] != i:
                    seen[column[place]] = i
                    found[column[place]] += 1


@cache
def fast_counts() -> Any:
    """The compiled :func:`startups_of_columns`."""
    return compiled(startups_of_columns)
