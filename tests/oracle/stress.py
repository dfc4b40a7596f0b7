"""What startups lose if some disruptions happen once each and no others do, by valuing them all."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from risk.loss.exposures import Exposures
from risk.loss.valuing import DRAWN_FACTS, Ground, value


def losses_if(exposures: Exposures, ground: Ground, events: Iterable[int]) -> np.ndarray:
    """USD by world and startup, (worlds, startups); ``events`` are places among the ground's."""
    rates = np.zeros_like(ground.worlds.rates)
    rates[:, :, list(events)] = 1.0
    changed = replace(ground, worlds=replace(ground.worlds, rates=rates))
    return value(exposures, changed).y[:, :, DRAWN_FACTS]
