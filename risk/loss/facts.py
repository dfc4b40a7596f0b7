"""Facts in each world: what they probably are where nobody stated them.

An unknown fact is its prior's quantile at z = √(1 - ρ)·own + √ρ·common, cut: the common part says
where all unknown facts of this sort lie in this portfolio, which nobody knows either, and ρ is the
part of the prior's variance that the plausible range of its median takes. Each startup's fact keeps
its prior, and a hundred unknown startups do not average their ignorance away.

Stated spend informs revenue: ln R is the precision-weighted mean of its prior and of
ln(12·spend / (spend's share · AI share)). docs/method.md §4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import PLAUSIBLE, Assumptions
from risk.loss.columns import DEPTHS, FALLBACKS, PLANS
from risk.loss.draws import CUT, Z90, normals, seed_of, split, uniforms
from risk.loss.priors import CRITICALITY, DEPTH, EXIT_PLAN, FALLBACK

Array = NDArray[np.float64]

#: Facts that are drawn, and the number of the field in the seed of each.
REVENUE, MARGIN, AI_SHARE, ENGINEERS, SPEND, CRITICAL, DEPTH_OF, PLAN_OF, FALLBACK_OF = range(9)
BEGUN = 9
NAMES = (
    *("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers", "spend_usd"),
    *("criticality", "depth", "exit_plan", "fallback", "switch_begun"),
)
#: Facts with a common part, by the name of their prior, and whether their logarithm is drawn.
COMMON = (
    *(("revenue", True), ("gross_margin", False), ("ai_share", False)),
    *(("engineers", True), ("spend_share", False)),
)
#: How many own parts a mean within a world is taken over.
OWN_PARTS = 512


@dataclass(frozen=True, kw_only=True)
class Priors:
    """The priors of unknown facts, and where they lie in each world.

    ``points`` (5, 3) are the 10, 50 and 90 % points (logarithms of revenue and engineers),
    ``shared`` (5,) is ρ, ``common`` (worlds, 5) the common parts. ``mean`` (worlds, 5) is the mean
    of each fact within a world, but for engineers, which enter no formula by their mean.
    ``informed`` (worlds, 2, 4) serves revenue where spend is stated, for an unknown and a known AI
    share: weight of the prior, spread, spread of the logarithm that spend alone leaves, and the
    mean of e^(spread·z). ``steps`` (4, 8) are the cumulated probabilities of criticality, depth,
    exit plan and fallback, ``options`` (4, 8) the code at each.
    """

    points: Array
    shared: Array
    common: Array
    mean: Array
    informed: Array
    steps: Array
    options: NDArray[np.int32]


def drawn_priors(assumptions: Assumptions, worlds: int) -> Priors:
    """Priors whose common parts are drawn."""
    seeds = np.array([seed_of("common part", name) for name, _ in COMMON], dtype=np.uint32)
    return priors_at(assumptions, normals(uniforms(seeds, worlds)))


def priors_at(assumptions: Assumptions, common: Array) -> Priors:
    """Priors with their common parts at ``common`` (worlds, 5), standard normal."""
    points = np.array([_points(assumptions, name, scaled) for name, scaled in COMMON])
    shared = np.array([_shared(name, scaled, points[i]) for i, (name, scaled) in enumerate(COMMON)])
    tables = _tables()
    return Priors(
        points=points,
        shared=shared,
        common=common,
        mean=_means(points, shared, common),
        informed=_informed(points, shared, common),
        steps=np.array([steps for steps, _ in tables]),
        options=np.array([options for _, options in tables], dtype=np.int32),
    )


def _points(assumptions: Assumptions, name: str, scaled: bool) -> tuple[float, float, float]:
    low, middle, high = (
        float(getattr(assumptions, f"unknown_{name}{end}")) for end in ("_low", "", "_high")
    )
    if scaled:
        return float(np.log(low)), float(np.log(middle)), float(np.log(high))
    return low, middle, high


def _shared(name: str, scaled: bool, points: Array) -> float:
    """ρ: the variance of where the prior's median plausibly lies, as a part of the prior's."""
    low, high = PLAUSIBLE[f"unknown_{name}"]
    width = np.log(high / low) if scaled else high - low
    whole = points[2] - points[0]
    return float(min(0.5, (width / whole) ** 2)) if whole > 0 else 0.0


def _z(shared: float, common: Array) -> Array:
    """Places in the prior of evenly spread own parts in each world, (worlds, own parts)."""
    own = normals((np.arange(OWN_PARTS) + 0.5) / OWN_PARTS)
    both = np.sqrt(1 - shared) * own[None, :] + np.sqrt(shared) * common[:, None]
    return np.asarray(np.clip(both, -CUT, CUT))


def _means(points: Array, shared: Array, common: Array) -> Array:
    found = np.zeros((len(common), len(COMMON)))
    for fact, (_, scaled) in enumerate(COMMON):
        z = _z(shared[fact], common[:, fact])
        low, middle, high = points[fact]
        value = middle + z * np.where(z > 0, high - middle, middle - low) / Z90
        value = np.exp(value) if scaled else np.clip(value, 0.0, 1.0)
        found[:, fact] = value.mean(axis=1)
    return found


def _informed(points: Array, shared: Array, common: Array) -> Array:
    """Revenue where spend is stated: see :class:`Priors`."""
    prior = (points[REVENUE, 2] - points[REVENUE, 0]) / (2 * Z90)
    found = np.zeros((len(common), 2, 4))
    for known in (0, 1):
        told = _log_spread(points[SPEND])
        if not known:
            told = float(np.hypot(told, _log_spread(points[AI_SHARE])))
        weight = told**2 / (prior**2 + told**2)
        spread = prior * told / np.hypot(prior, told)
        mean = np.exp(spread * _z(shared[REVENUE], common[:, REVENUE])).mean(axis=1)
        found[:, known] = np.column_stack(
            [np.full(len(common), one) for one in (weight, spread, told)] + [mean]
        )
    return found


def _log_spread(points: Array) -> float:
    """σ of the logarithm of a share with these points."""
    return float(np.log(points[2] / max(points[0], 1e-3)) / (2 * Z90))


def _tables() -> list[tuple[Array, Array]]:
    """Cumulated probabilities and codes, padded with 1 and the last code."""
    sources: list[tuple[list[int], list[float]]] = [
        (list(CRITICALITY), list(CRITICALITY.values())),
        ([DEPTHS.index(one) for one in DEPTH], list(DEPTH.values())),
        ([PLANS.index(one) for one in EXIT_PLAN], list(EXIT_PLAN.values())),
        ([FALLBACKS.index(one) for one in FALLBACK], list(FALLBACK.values())),
    ]
    found = []
    for codes, chances in sources:
        steps = np.ones(8)
        steps[: len(codes) - 1] = np.cumsum(chances)[:-1] / sum(chances)
        options = np.full(8, codes[-1], dtype=np.float64)
        options[: len(codes)] = codes
        found.append((steps, options))
    return found


def option_at(level: float, steps: Array, options: NDArray[np.int32]) -> int:
    """The code of an option at a level of its table of probabilities."""
    place = 0
    while place < 7 and steps[place] < level:
        place += 1
    return options[place]  # type: ignore[no-any-return] # an integer


def fact_at(z: float, fact: int, points: Array) -> float:
    """A fact with a common part at z, on the scale of its prior's points."""
    return split(z, points[fact, 0], points[fact, 1], points[fact, 2])
