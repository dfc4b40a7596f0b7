"""What startups lose if some disruptions happen once each and no others do, by valuing them all."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from risk.loss.exposures import Exposures
from risk.loss.valuing import DRAWN_FACTS, WorldTables, value


def losses_if(exposures: Exposures, world_tables: WorldTables, events: Iterable[int]) -> np.ndarray:
    """USD by world and startup, (worlds, startups); ``events`` are places among the ground's."""
    rates = np.zeros_like(world_tables.worlds.rates)
    rates[:, :, list(events)] = 1.0
    changed = replace(world_tables, worlds=replace(world_tables.worlds, rates=rates))
    return value(exposures, changed).y[:, :, DRAWN_FACTS]
