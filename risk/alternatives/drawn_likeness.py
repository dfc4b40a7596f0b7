"""Likeness drawn in every world: preferences of voters, and evaluations of startups' own.

Each is drawn from its own interval, the same in every portfolio and beside whatever other options:
a model has its place among voters (:mod:`risk.loss.preferences`), and a model's score on a set of
cases has its own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.evaluations import Evaluation
from risk.catalog.likeness import Preference
from risk.loss.draws import normals, seeds_of, uniforms
from risk.loss.preferences import drawn_losses

Array = NDArray[np.float64]

#: What says how alike a replacement is, beside the facts: its counted preference, or an evaluation.
Evidence = Preference | Evaluation | None


def drawn_evidence(found: Sequence[Evidence], worlds: int) -> tuple[Array, Array]:
    """Preference losses, and how alike evaluations make it, (worlds, evidence) each.

    NaN where the evidence is not of that sort.
    """
    distinct = list(dict.fromkeys(found))
    place = {one: column for column, one in enumerate(distinct)}
    voted = drawn_losses([one if isinstance(one, Preference) else None for one in distinct], worlds)
    measured = np.full((worlds, len(distinct)), np.nan)
    for column, one in enumerate(distinct):
        if isinstance(one, Evaluation):
            measured[:, column] = _alike(one, worlds)
    of = np.array([place[one] for one in found], dtype=np.int64)
    return voted[:, of], measured[:, of]


def _alike(one: Evaluation, worlds: int) -> Array:
    about = f"{one.name}\n{one.held_on.isoformat()}\n{one.cases}"
    keys = [f"{about}\ntoday\n{one.today:g}", f"{about}\nother\n{one.other:g}"]
    z = normals(uniforms(seeds_of("evaluation", keys), worlds))
    return np.asarray(np.minimum(1.0, one.at(z[:, 0], z[:, 1])))
