"""The law of a portfolio's year, from what all startups together lose in each state.

Startups that one disruption reaches are hit together: by the same combination of links that it
passes, and for as long. Through links that a block of a country may not pass it costs what was
deposited with their probability. docs/method.md §5.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.compiling import compiled
from risk.loss.deposits import CENTS
from risk.loss.pieces import Pieces
from risk.loss.rates import RATE_DRAWS
from risk.loss.valuing import Ground, Kept, in_threads
from risk.loss.years import CELLS, Masses, MixedLaw, mixed, year_laws

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BookYear:
    """A portfolio's year: its law over all worlds, and each world's own.

    ``laws`` (worlds, draws, CELLS) on cells of ``step`` (worlds,) USD. ``masses`` are the losses of
    every disruption for good in each world.
    """

    law: MixedLaw
    laws: Array
    step: Array
    masses: tuple[Masses, ...]

    def at_risk(self, level: float) -> tuple[Array, Array]:
        """Value and tail value at risk in every world and draw of rates, (worlds, draws) each."""
        mass = self.laws / self.laws.sum(axis=2, keepdims=True)
        below = np.cumsum(mass, axis=2)
        place = np.minimum((below < level - 1e-12).sum(axis=2), CELLS - 1)
        tail = np.minimum(mass, np.maximum(0.0, below - level))
        beyond = (np.arange(CELLS) * tail).sum(axis=2) / (1 - level)
        return place * self.step[:, None], beyond * self.step[:, None]


def book_year(ground: Ground, kept: Kept, *, worlds: int | None = None) -> BookYear:
    """The law of a year of everybody whose deposits were kept, over all draws of rates."""
    count = worlds or ground.count
    laws, steps = np.zeros((count, RATE_DRAWS, CELLS)), np.zeros(count)
    once = ground.worlds.hazards.once

    def part(numbers: list[int]) -> list[Masses]:
        found = []
        for k in numbers:
            masses = world_masses(ground, kept, k)
            often = ground.worlds.rates[k, 1:]
            mean = kept.usd("outages", k)[1 : 1 + RATE_DRAWS]
            variance = often @ squares(ground, kept, k)
            laws[k], steps[k] = year_laws(masses, often, once, mean, variance)
            found.append(masses)
        return found

    # What hangs on everybody is made before threads ask for it.
    _ = ground.pieces, ground.hit_by_outages
    halves = in_threads(part, list(range(count)))
    atoms = np.arange(CELLS) * steps[:, None, None] + np.zeros((1, RATE_DRAWS, 1))
    return BookYear(
        law=mixed(atoms, laws),
        laws=laws,
        step=steps,
        masses=tuple(one for half in halves for one in half),
    )


def world_masses(ground: Ground, kept: Kept, k: int) -> Masses:
    """The losses of every disruption but outages in world k; atoms of its pieces come first."""
    pieces: Pieces = ground.pieces
    alone = kept.alone[k]
    who, where = np.nonzero(alone[:, :, 0])
    number = alone[who, where, 0].astype(np.float64)
    loss, chance, part, event = pieces.blocks.masses(
        kept.usd("blocks", k), ground.table(k).group_weight, k
    )
    return Masses(
        loss=np.concatenate([pieces.losses(kept.usd("lasting", k)), loss]),
        chance=np.concatenate([pieces.chance[k], chance]),
        part=np.concatenate([pieces.part, len(pieces.event_of_part) + part]),
        event_of_part=np.concatenate([pieces.event_of_part, event]),
        alone_loss=alone[who, where, 1] / CENTS / number,
        alone_number=number,
        alone_event=np.flatnonzero(ground.worlds.hazards.each_customer)[who],
        alone_bin=where,
    )


def squares(ground: Ground, kept: Kept, k: int) -> Array:
    """E[F²] of every outage and slowdown in world k, F being everybody's loss, (events,)."""
    return _felt(ground, kept, k)[1]


def outages_of(ground: Ground, kept: Kept, k: int) -> tuple[Array, Array]:
    """What outages and slowdowns of each length cost in world k, and how likely each length is.

    Both (events, durations); everybody's loss in USD, where links may not pass it their mean.
    """
    tables = ground.table(k)
    whole, _ = _felt(ground, kept, k)
    law = np.maximum(tables.event_law, 0)
    weights = tables.weights[law] if len(tables.weights) else np.zeros_like(whole)
    return whole, np.asarray(weights)


def _felt(ground: Ground, kept: Kept, k: int) -> tuple[Array, Array]:
    """Losses of events by length (events, durations), and E[F²] of each (events,)."""
    tables, signatures = ground.table(k), ground.signatures
    waiting = kept.usd("waiting", k)
    margin = waiting[:, 0]
    limit = waiting[:, 1] / np.maximum(margin, 1e-12)
    states = ground.worlds.laws.outages
    events, durations = len(ground.worlds.hazards.events), tables.curve.shape[1]
    felt, whole = np.zeros((states.bundles, durations)), np.zeros((events, durations))
    found = np.zeros(events)
    _fast_squares()(
        (signatures.route, signatures.profile, signatures.outage, signatures.pair),
        (states.start, states.bundle, np.ascontiguousarray(states.chance[k])),
        (margin, limit, tables.curve),
        (states.event_of_bundle(), ground.hit_by_outages[k], tables.event_law, tables.weights),
        (felt, whole, found),
    )
    return whole, found


def sum_squares(signatures: Any, states: Any, paid: Any, events: Any, room: Any) -> None:
    """E[F²] of outages: the square of what all bundles cost together, and each one's own chance.

    ``room`` are what bundles and what events cost by length, and the result, all 0.
    """
    route, profile, shape, pair = signatures
    start, bundle, chance = states
    margin, limit, curve = paid
    event_of, reached, law, weights = events
    felt, whole, found = room
    for one in range(len(route)):
        if margin[one] <= 0.0:
            continue
        for state in range(start[route[one]], start[route[one] + 1]):
            waits, own = curve[pair[shape[state], profile[one]]], felt[bundle[state]]
            each = chance[state] * margin[one]
            for j in range(len(waits)):
                own[j] += each * min(waits[j], limit[one])
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


@cache
def _fast_squares() -> Any:
    return compiled(sum_squares)
