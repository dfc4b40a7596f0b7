"""What startups lose if some disruptions happen, on the same worlds and facts as every answer.

Only how often disruptions come is changed: those asked for once, all others never. One that lasts a
while counts at its mean length; one that may not reach a startup at its probability. Whom none of
them can reach is not valued. docs/method.md §9.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.loss.exposures import Exposures
from risk.loss.laws import Laws, States
from risk.loss.tables import Tables, only, tables_of
from risk.loss.valuing import DRAWN_FACTS, Ground, chunks, in_threads, value

Array = NDArray[np.float64]

#: Worlds in which a stress is taken.
WORLDS = 16
#: Families of states by their names in laws and in tables.
FAMILIES = ("lasting", "outages", "blocks")
#: Startups of a chunk: many, since few of them are valued.
CHUNK = 16_384


def losses_if(
    exposures: Exposures,
    ground: Ground,
    events: Iterable[int],
    *,
    worlds: int = WORLDS,
    size: int = CHUNK,
) -> Array:
    """What every startup loses if these disruptions happen once each, (worlds, startups) in USD.

    ``events`` are places among the ground's disruptions.
    """
    count = min(worlds, ground.count)
    chosen = np.zeros(len(ground.worlds.hazards.events), dtype=bool)
    chosen[list(events)] = True
    rates = np.zeros_like(ground.worlds.rates)
    rates[:, :, chosen] = 1.0
    changed = replace(ground.worlds, rates=rates)
    lines = lines_of(ground.worlds.laws, chosen)

    def tables(numbers: list[int]) -> list[Tables]:
        return [_only(tables_of(changed, ground.signatures, k), chosen) for k in numbers]

    known = [one for half in in_threads(tables, list(range(count))) for one in half]
    found = np.zeros((count, len(exposures)))

    def part(pieces: list[tuple[int, Exposures]]) -> None:
        for start, one in pieces:
            places = np.flatnonzero(reached_by(one, lines, len(ground.routes)))
            if len(places):
                some = one if len(places) == len(one) else one.taken(places)
                valued = value(some, ground, worlds=range(count), tables=known.__getitem__)
                found[:, start + places] = valued.y[:, :, DRAWN_FACTS]

    in_threads(part, list(chunks(exposures, size)))
    return found


def _only(tables: Tables, events: NDArray[np.bool_]) -> Tables:
    families = {name: only(getattr(tables, name), events) for name in FAMILIES}
    return tables._replace(**families)


def lines_of(laws: Laws, events: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines some disruptions (events,) can reach, (lines,)."""
    found = np.zeros(len(laws.members), dtype=bool)
    for name in FAMILIES:
        states: States = getattr(laws, name)
        line = np.repeat(np.arange(len(found)), np.diff(states.start))
        found[line[events[states.event]]] = True
    return found


def reached_by(one: Exposures, lines: NDArray[np.bool_], routes: int) -> NDArray[np.bool_]:
    """Which startups have any of some lines, (startups,); the first ``routes`` lines are routes."""
    case = _any(lines[one.route], one.link_start)
    together = one.combination >= 0
    case[together] = lines[routes + one.combination[together]]
    return _any(case, one.case_start)


def _any(rows: NDArray[np.bool_], start: NDArray[np.int32]) -> NDArray[np.bool_]:
    before = np.concatenate([[0], np.cumsum(rows)])
    return np.asarray(before[start[1:]] > before[start[:-1]])
