"""What startups lose if some disruptions happen, on the same worlds and facts as every answer.

Only how often disruptions come is changed: those asked for once, all others never. One that lasts a
while counts at its mean length; one that may not reach a startup at its probability.
docs/method.md §9.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.loss.exposures import Exposures
from risk.loss.tables import tables_of
from risk.loss.valuing import DRAWN_FACTS, Ground, chunks, in_threads, value

Array = NDArray[np.float64]

#: Worlds in which a stress is taken.
WORLDS = 16


def losses_if(
    exposures: Exposures, ground: Ground, events: Iterable[int], *, worlds: int = WORLDS
) -> Array:
    """What every startup loses if these disruptions happen once each, (worlds, startups) in USD.

    ``events`` are places among the ground's disruptions.
    """
    count = min(worlds, ground.count)
    rates = np.zeros_like(ground.worlds.rates)
    rates[:, :, list(events)] = 1.0
    changed = replace(ground.worlds, rates=rates)
    known = [tables_of(changed, ground.signatures, k) for k in range(count)]

    def part(pieces: list[tuple[int, Exposures]]) -> list[Array]:
        return [
            value(one, ground, worlds=range(count), tables=known.__getitem__).y[:, :, DRAWN_FACTS]
            for _, one in pieces
        ]

    halves = in_threads(part, list(chunks(exposures)))
    return np.concatenate([one for half in halves for one in half], axis=1)
