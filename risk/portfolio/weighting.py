"""Concentration with each startup weighted by something else than its margin: once, or its value.

A startup's weight is shared out by how much of its margin from AI each provider carries; HHI is
then what it is of margin. docs/method.md §5.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from risk.portfolio.results import Concentration
from risk.portfolio.structure import Dependences

#: What a provider is counted as.
LEVELS = ("developer", "host")


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """Concentration by :data:`LEVELS`, and how many dependent startups have no weight stated.

    Those are in no share.
    """

    levels: Mapping[str, Concentration]
    without: int


def weighted(dependence: Dependences, weights: Mapping[str, float] | None = None) -> Weighted:
    """The concentration of the startups that depend on anybody, each with a weight by its name.

    Without ``weights`` each counts once. A weight of 0 counts as stated, a missing one as unknown.
    """
    count = len(dependence.names)
    whole = np.bincount(dependence.startup, dependence.margin, minlength=count)
    depends = whole > 0
    known = [1.0 if weights is None else weights.get(name) for name in dependence.names]
    weight = np.array([np.nan if one is None else one for one in known], dtype=np.float64)
    counted = np.where(depends & ~np.isnan(weight), weight / np.maximum(whole, 1e-300), 0.0)
    by_pair = np.bincount(
        dependence.place,
        counted[dependence.startup] * dependence.margin,
        minlength=len(dependence.pairs),
    )
    levels = {}
    for place, level in enumerate(LEVELS):
        sums: dict[str, float] = {}
        for pair, usd in zip(dependence.pairs, by_pair.tolist(), strict=True):
            if usd > 0:
                sums[pair[place]] = sums.get(pair[place], 0.0) + usd
        levels[level] = _concentration(sums)
    return Weighted(levels=levels, without=int((depends & np.isnan(weight)).sum()))


def _concentration(sums: Mapping[str, float]) -> Concentration:
    whole = sum(sums.values())
    ordered = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    shares = {name: value / whole for name, value in ordered}
    hhi = sum(one**2 for one in shares.values()) if shares else None
    return Concentration(hhi=hhi, effective_number=None if hhi is None else 1 / hhi, shares=shares)
