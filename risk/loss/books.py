"""The law of a portfolio's year and of its largest disruption, from what is lost in each state.

Startups that one disruption reaches are hit together: by the same combination of links that it
passes, and for as long. Through links that a block of a country may not pass it costs what was
deposited with their probability. The largest disruption of a year stays below a loss with chance
1 - p·P(L > x) of each that comes at most once, and e^(-λ·P(L > x)) of all others; they come
independently of each other, inside a world. docs/method.md §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.compiling import compiled
from risk.loss.deposits import CENTS
from risk.loss.pieces import Pieces
from risk.loss.rates import RATE_DRAWS
from risk.loss.valuing import Kept, WorldTables, in_threads
from risk.loss.years import CELLS, Masses, MixedLaw, ceiling, lognormal_cells, mixed, year_laws

Array = NDArray[np.float64]

#: Losses at which the law of the largest disruption is told, evenly spread in their logarithm.
POINTS = 256


@dataclass(frozen=True, kw_only=True)
class BookYear:
    """A portfolio's year: its law over all worlds, and each world's own.

    ``laws`` (worlds, draws, CELLS) on cells of ``step`` (worlds,) USD. ``masses`` are the losses of
    every disruption for good in each world. ``above`` (POINTS,) is the chance that one disruption
    of a year costs more than each of ``losses`` (POINTS,) in USD.
    """

    law: MixedLaw
    laws: Array
    step: Array
    masses: tuple[Masses, ...]
    losses: Array
    above: Array

    def at_risk(self, level: float) -> tuple[Array, Array]:
        """Value and tail value at risk in every world and draw of rates, (worlds, draws) each."""
        mass = self.laws / self.laws.sum(axis=2, keepdims=True)
        below = np.cumsum(mass, axis=2)
        place = np.minimum((below < level - 1e-12).sum(axis=2), CELLS - 1)
        tail = np.minimum(mass, np.maximum(0.0, below - level))
        beyond = (np.arange(CELLS) * tail).sum(axis=2) / (1 - level)
        return place * self.step[:, None], beyond * self.step[:, None]


def book_year(
    world_tables: WorldTables,
    kept: Kept,
    *,
    worlds: int | None = None,
    masses: Sequence[Masses] | None = None,
) -> BookYear:
    """The law of a year of everybody whose deposits were kept, over all draws of rates.

    ``masses``, one for each world, are what disruptions for good cost where that is not what was
    deposited.
    """
    count = worlds or world_tables.count
    laws, steps = np.zeros((count, RATE_DRAWS, CELLS)), np.zeros(count)
    above = np.zeros((count, POINTS))
    once = world_tables.worlds.hazards.once
    if masses is None:
        masses = [world_masses(world_tables, kept, k) for k in range(count)]
    top = max(1.0, *(one.most for one in masses))
    losses = np.geomspace(max(top * 1e-6, 1.0), top * 1.001, POINTS)

    def part(numbers: list[int]) -> None:
        for k in numbers:
            often = world_tables.worlds.rates[k, 1:]
            felt, square = felt_by_length(world_tables, kept, k)
            mean = kept.usd("outages", k)[1 : 1 + RATE_DRAWS]
            variance = often @ square
            step = steps[k] = ceiling(masses[k], often, once, mean, variance) / (CELLS - 1)
            events, law, transform = masses[k].given(step)
            outages = lognormal_cells(mean, variance, step)
            laws[k] = year_laws(masses[k], (events, transform), often, once, outages, step)
            tables, own = world_tables.table(k), masses[k]
            _fast_largest()(
                *(often, once, losses, (felt, tables.event_law, tables.weights)),
                *((events, law, step), (own.alone_event, own.alone_number, own.alone_loss)),
                (np.zeros(POINTS + 1), *np.zeros((2, RATE_DRAWS, POINTS))),
                above[k],
            )

    # What hangs on everybody is made before threads ask for it.
    _ = world_tables.hit_by_outages
    in_threads(part, list(range(count)))
    atoms = np.arange(CELLS) * steps[:, None, None] + np.zeros((1, RATE_DRAWS, 1))
    return BookYear(
        law=mixed(atoms, laws),
        laws=laws,
        step=steps,
        masses=tuple(masses),
        losses=losses,
        above=above.sum(axis=0) / (count * RATE_DRAWS),
    )


def world_masses(world_tables: WorldTables, kept: Kept, k: int) -> Masses:
    """The losses of every disruption but outages in world k; atoms of its pieces come first."""
    pieces: Pieces = world_tables.pieces
    alone = kept.alone[k]
    who, where = np.nonzero(alone[:, :, 0])
    number = alone[who, where, 0].astype(np.float64)
    loss, chance, part, event = pieces.blocks.masses(
        kept.usd("blocks", k), world_tables.table(k).group_weight, k
    )
    return Masses(
        loss=np.concatenate([pieces.losses(kept.usd("lasting", k)), loss]),
        chance=np.concatenate([pieces.chance[k], chance]),
        part=np.concatenate([pieces.part, len(pieces.event_of_part) + part]),
        event_of_part=np.concatenate([pieces.event_of_part, event]),
        alone_loss=alone[who, where, 1] / CENTS / number,
        alone_number=number,
        alone_event=np.flatnonzero(world_tables.worlds.hazards.each_customer)[who],
        alone_bin=where,
    )


def felt_by_length(world_tables: WorldTables, kept: Kept, k: int) -> tuple[Array, Array]:
    """What outages and slowdowns cost in world k: by event and length, and E[F²] of each event.

    (events, durations) and (events,); F is everybody's loss in USD, where links may not pass an
    outage their mean.
    """
    tables, signatures = world_tables.table(k), world_tables.signatures
    waiting = kept.usd("waiting", k)
    margin = waiting[:, 0]
    limit = waiting[:, 1:] / np.maximum(margin, 1e-12)[:, None]
    states = world_tables.worlds.laws.outages
    events, durations = len(world_tables.worlds.hazards.events), tables.curve.shape[1]
    felt, whole = np.zeros((states.bundles, durations)), np.zeros((events, durations))
    found = np.zeros(events)
    _fast_squares()(
        (signatures.route, signatures.profile, signatures.outage, signatures.pair),
        (states.start, states.bundle, np.ascontiguousarray(states.chance[k])),
        (margin, limit, tables.badness, tables.curve),
        (
            states.event_of_bundle(),
            world_tables.hit_by_outages[k],
            tables.event_law,
            tables.weights,
        ),
        (felt, whole, found),
    )
    return whole, found


def sum_squares(signatures: Any, states: Any, paid: Any, events: Any, scratch: Any) -> None:
    """E[F²] of outages: the square of what all bundles cost together, and each one's own chance.

    ``room`` are what bundles and what events cost by length, and the result, all 0.
    """
    route, profile, shape, pair = signatures
    start, bundle, chance = states
    margin, limit, badness, curve = paid
    event_of, reached, law, weights = events
    felt, whole, found = scratch
    for one in range(len(route)):
        if margin[one] <= 0.0:
            continue
        for state in range(start[route[one]], start[route[one] + 1]):
            waits, own = curve[pair[shape[state], profile[one]]], felt[bundle[state]]
            each, most = chance[state] * margin[one], limit[one, badness[state]]
            for j in range(len(waits)):
                own[j] += each * min(waits[j], most)
    for one in range(len(event_of)):
        event = event_of[one]
        unsure = 1.0 / min(1.0, max(1e-12, reached[one])) - 1.0
        for j in range(felt.shape[1]):
            whole[event, j] += felt[one, j]
            found[event] += weights[law[event], j] * felt[one, j] * felt[one, j] * unsure
    for event in range(len(found)):
        for j in range(whole.shape[1]):
            if law[event] >= 0:
                found[event] += weights[law[event], j] * whole[event, j] * whole[event, j]


def add_largest(
    rates: Any,
    once: Any,
    losses: Any,
    outages: Any,
    lasting: Any,
    alone: Any,
    scratch: Any,
    out: Any,
) -> None:
    """Add the chance that a year's largest disruption costs more than each of some losses.

    Args:
        rates: (draws, events) in one world, chances of those that come ``once`` (events,).
        losses: (points,) rising.
        outages: what they cost by length, the law of lengths of each (-1: none), its weights.
        lasting: events for good, the laws of what they cost (events, cells), the width of a cell.
        alone: what each customer has for itself: events, how many lose alike, and how much.
        room: (points + 1,), and (draws, points) twice.
        out: (points,) receives the sum over draws.
    """
    felt, law, weights = outages
    events, given, step = lasting
    alone_event, alone_number, alone_loss = alone
    above, spared, exponent = scratch
    points, draws, last = len(losses), len(rates), given.shape[1] - 1
    for draw in range(draws):
        for x in range(points):
            spared[draw, x], exponent[draw, x] = 1.0, 0.0
        for one in range(len(alone_event)):
            chance = min(rates[draw, alone_event[one]], 1.0 - 1e-12)
            none = alone_number[one] * np.log1p(-chance)
            for x in range(place_of(alone_loss[one], 0, losses)):
                exponent[draw, x] += none
    for event in range(len(felt)):
        if law[event] < 0:
            continue
        for x in range(points + 1):
            above[x] = 0.0
        place = 0
        for j in range(felt.shape[1]):
            place = place_of(felt[event, j], place, losses)
            above[place] += weights[law[event], j]
        for x in range(points - 1, -1, -1):
            above[x] += above[x + 1]
        # What lies between two points is above the first of them.
        take_event(rates, event, False, above[1:], spared, exponent)
    for one in range(len(events)):
        cell, beyond = last, given[one, last]
        for x in range(points - 1, -1, -1):
            # Straight between cells.
            at = min(losses[x] / step, float(last))
            low = min(int(at), last - 1)
            while cell > low + 1:
                cell -= 1
                beyond += given[one, cell]
            above[x] = beyond + (low + 1 - at) * given[one, low]
        take_event(rates, events[one], once[events[one]], above[:points], spared, exponent)
    for draw in range(draws):
        for x in range(points):
            out[x] += 1.0 - spared[draw, x] * np.exp(exponent[draw, x])


def take_event(rates: Any, event: int, once: bool, above: Any, spared: Any, exponent: Any) -> None:
    """Take in an event that costs more than each loss with some chance, (points,), if it comes."""
    for draw in range(len(rates)):
        often = rates[draw, event]
        if once:
            for x in range(len(above)):
                spared[draw, x] *= 1.0 - min(often * above[x], 1.0 - 1e-12)
        else:
            for x in range(len(above)):
                exponent[draw, x] -= often * above[x]


def place_of(loss: float, place: int, losses: Any) -> int:
    """The first of rising losses that is no less, looked for from a place on."""
    while place > 0 and losses[place - 1] >= loss:
        place -= 1
    while place < len(losses) and losses[place] < loss:
        place += 1
    return place


@cache
def _fast_largest() -> Any:
    return compiled(add_largest, take_event, place_of)


@cache
def _fast_squares() -> Any:
    return compiled(sum_squares)
