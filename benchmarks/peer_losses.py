"""The engine's own losses of every dependency in every state, laid out for its peers."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss import draws, formulas, lines, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.kernels import headroom_for
from risk.loss.lines import lasting_of, move_of
from risk.loss.startups import (
    DAILY,
    DAILY_MEAN,
    PROFILE,
    World,
    critical_of,
    firm_of,
    terms_of,
)
from risk.loss.tables import Tables
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Patterns, targets and members as in :class:`benchmarks.peer_inputs.PeerInputs`.

    Patterns are the states for good, of outages and of blocks in their order, then one for each
    state and dependency of what customers have for themselves. ``event``, ``chance`` and
    ``passing`` (patterns,) say what each is; ``link`` (members,) whose each is.
    """

    event: Integers
    chance: Array
    passing: NDArray[np.bool_]
    pattern_start: Integers
    target: Integers
    shape: Integers
    target_start: Integers
    startup: Integers
    link: Integers
    margin: Array
    cost: Array
    curves: Array
    shared: int


def gather(
    chunk: Any, world: World, tables: Tables, space: Any, begin: Any, of_link: Any, out: Any
) -> None:
    """What every dependency loses in its states for good, and what leaving an outage takes.

    ``begin`` (dependencies,) is where the rows of each begin in ``out``: the losses for good, and
    likewise the limits in blocks. ``of_link`` are margin a day, limit in outages, and profile.
    """
    terms, margin, firm = space
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            critical, critical_mean = critical_of(chunk, case, world)
            for link in range(chunk.link_start[case], chunk.link_start[case + 1]):
                part = chunk.weight[case] * chunk.share[link]
                terms_of(chunk, link, part, firm, world, terms[0])
                margin[0] = firm[DAILY] * critical * part
                margin[1] = firm[DAILY_MEAN] * critical_mean * part
                line, per_day = chunk.route[link], max(margin[0], 1e-300)
                days, cost, _ = move_of(1.0, 0.0, terms, 0, world)
                of_link[0][link], of_link[1][link] = margin[0], days + cost / per_day
                of_link[2][link] = int(terms[0, PROFILE])
                states = tables.lasting
                down, place = (states.severity, states.backup), begin[0][link]
                for state in range(states.start[line], states.start[line + 1]):
                    event, at = states.event[state], states.member[state]
                    out[0][place], _ = lasting_of(event, at, down, terms, 1, False, margin, world)
                    place += 1
                states, place = tables.blocks, begin[1][link]
                for state in range(states.start[line], states.start[line + 1]):
                    at = states.member[state]
                    out[1][place] = -1.0
                    if world.country[states.event[state]] == chunk.country[i]:
                        days, cost, _ = move_of(
                            states.severity[at], states.backup[at], terms, 0, world
                        )
                        out[1][place] = days + cost / per_day
                    place += 1


@cache
def _fast() -> Any:
    steps = (*draws.STEPS, *formulas.STEPS, *startups.STEPS, *lines.STEPS)
    return compiled(gather, *steps)


def entries_of(one: Exposures, world_tables: WorldTables) -> Entries:
    """Everything in the first world of a ground; nobody may need several dependencies at once."""
    if (one.combination >= 0).any():
        raise ValueError("The peers price dependencies that stand alone; there are others here.")
    tables, laws = world_tables.table(0), world_tables.worlds.laws
    count = [np.diff(family.start)[one.route] for family in (laws.lasting, laws.blocks)]
    begin = [np.concatenate([[0], np.cumsum(size)]) for size in count]
    of_link = np.zeros(len(one.route)), np.zeros(len(one.route)), np.zeros(len(one.route), int)
    out = np.zeros(begin[0][-1]), np.zeros(begin[1][-1])
    space = headroom_for(one)
    _fast()(
        *(one.chunk(0), world_tables.worlds.at(0), tables, space),
        *((begin[0][:-1], begin[1][:-1]), of_link, out),
    )
    return _laid(one, world_tables, tables, (of_link, begin, out))


def _laid(one: Exposures, world_tables: WorldTables, tables: Tables, found: Any) -> Entries:
    (margin, limit, profile), begin, (lasting, block) = found
    laws, route = world_tables.worlds.laws, one.route.astype(np.int64)
    links = np.arange(len(route))
    endless = len(tables.curve)

    def rows(family: Any, starts: Integers) -> tuple[Integers, Integers]:
        """The dependency and the state of every row."""
        link = np.repeat(links, np.diff(starts))
        return link, family.start[route[link]] + np.arange(len(link)) - starts[link]

    # For good: the loss itself, on a curve of ones.
    link, state = rows(laws.lasting, begin[0])
    alone = tables.alone_row[laws.lasting.event[state]] >= 0
    shared, own = ~alone, alone & (lasting > 0)
    first = [0, len(laws.lasting.event), len(laws.lasting.event) + len(laws.outages.event)]
    patterns = first[2] + len(laws.blocks.event)
    parts = [(state[shared], np.full(shared.sum(), endless), link[shared], lasting[shared], np.inf)]
    # Outages: all states of a route, on the curve of each state and profile.
    size = np.diff(laws.outages.start)[route]
    starts = np.concatenate([[0], np.cumsum(size)])
    link_o, state_o = rows(laws.outages, starts)
    shape = tables.pair[tables.outage_shape[laws.outages.member[state_o]], profile[link_o]]
    cost = (margin * limit)[link_o]
    parts.append((first[1] + state_o, shape, link_o, margin[link_o], cost))
    # Blocks of the startup's country.
    link_b, state_b = rows(laws.blocks, begin[1])
    hit = block >= 0
    link_b, state_b, block = link_b[hit], state_b[hit], block[hit]
    shape = tables.pair[tables.block_shape[laws.blocks.member[state_b]], profile[link_b]]
    parts.append((first[2] + state_b, shape, link_b, margin[link_b], margin[link_b] * block))
    # What each customer has for itself, on all that it depends on: a pattern of its own.
    owner = np.repeat(np.arange(len(one)), np.diff(one.link_start[one.case_start]))
    key = owner[link[own]] * (1 + int(laws.lasting.event.max(initial=0)))
    _, new, place = np.unique(
        key + laws.lasting.event[state[own]], return_index=True, return_inverse=True
    )
    mine, its_state = patterns + place, state[own][new]
    parts.append((mine, np.full(len(mine), endless), link[own], lasting[own], np.inf))
    pattern, shape, member, per_day, cost = (
        np.concatenate([np.broadcast_to(part[place], len(part[0])) for part in parts])
        for place in range(5)
    )
    families = (laws.lasting, laws.outages, laws.blocks)
    event = np.concatenate([*(family.event for family in families), laws.lasting.event[its_state]])
    chance = np.concatenate(
        [*(family.chance[0] for family in families), laws.lasting.chance[0, its_state]]
    )
    passing = np.zeros(len(event), dtype=bool)
    passing[first[1] : patterns] = True
    # One target for each pattern and curve.
    order = np.lexsort((member, shape, pattern))
    pattern, shape, member = pattern[order], shape[order], member[order]
    new = np.append(True, (np.diff(pattern) != 0) | (np.diff(shape) != 0))
    target_start = np.append(np.flatnonzero(new), len(pattern))
    return Entries(
        event=event.astype(np.int64),
        chance=chance,
        passing=passing,
        pattern_start=np.searchsorted(pattern[new], np.arange(len(event) + 1)),
        target=np.arange(len(target_start) - 1),
        shape=shape[new].astype(np.int64),
        target_start=target_start,
        startup=owner[member],
        link=member,
        margin=per_day[order],
        cost=cost[order],
        curves=np.vstack([tables.curve, np.ones(tables.curve.shape[1])]),
        shared=patterns,
    )
