"""Preferences of voters drawn in every world from the intervals of the ratings they rest on.

A rating is a normal law whose halves end at its 95 % interval. Each model has one place in its
laws in each world, whatever the task: so a pair has the same draw wherever it is met, a model that
is rated too high is so against every other, and a difference has the interval of the two ratings
taken as independent. What is lost is never below 0, so that its mean over the worlds lies above
its middle where two models are close. docs/method.md §3.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.catalog.likeness import Preference, preference_losses
from risk.catalog.records import Rating
from risk.loss.draws import normals, seeds_of, uniforms

Array = NDArray[np.float64]

#: Standard normal quantile at 97.5 %: where the interval of a rating ends.
Z95 = 1.959963984540054


def drawn_losses(found: Sequence[Preference | None], worlds: int) -> Array:
    """The preference losses of some pairs in every world, (worlds, pairs); NaN: not known."""
    known = [one for one in found if one is not None]
    names = list(dict.fromkeys(one.model for each in known for one in (each.today, each.other)))
    place = {name: column for column, name in enumerate(names)}
    z = normals(uniforms(seeds_of("rating", names), worlds)) if names else np.zeros((worlds, 0))
    lost = np.full((worlds, len(found)), np.nan)
    for column, one in enumerate(found):
        if one is not None:
            points = [rated(each, z[:, place[each.model]]) for each in (one.today, one.other)]
            lost[:, column] = preference_losses(points[0] - points[1])
    return lost


def rated(one: Rating, z: Array) -> Array:
    """The points of a rating at standard normal places, (…,)."""
    spread = np.where(z > 0, one.high - one.rating, one.rating - one.low)
    return np.asarray(one.rating + z * spread / Z95)
