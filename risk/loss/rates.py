"""Rates of disruptions in each world: drawn around their means, and those means.

The rate of a group of disruptions is λ̄·Γ·κ: Γ follows the group's own Gamma law with mean 1
(:mod:`risk.hazard.rate_laws`), κ is shared by all of a kind, lies in that kind's plausible range
and has mean 1. What comes at most once a year to the same target has the chance p = 1 - e^(-λ);
a retirement whose day lies within the year is certain. docs/method.md §1.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from risk.assumptions import PLAUSIBLE, Assumptions
from risk.catalog.failure_kinds import SERVICE_KINDS, FailureKind
from risk.hazard.failure_settings import RATE_MULTIPLES
from risk.loss.draws import Z90, normals, seed_of, uniforms
from risk.loss.hazards import TERMINAL, Hazards

Array = NDArray[np.float64]

#: Rates drawn in each world.
RATE_DRAWS = 4
#: Points of a law between 0 and 1 over which means are taken.
POINTS = (np.arange(1024) + 0.5) / 1024


def yearly(
    hazards: Hazards,
    assumptions: Assumptions,
    worlds: int,
    *,
    known: frozenset[FailureKind] = frozenset(),
) -> Array:
    """Events a year, or the chance of the one a year, (worlds, 1 + draws, events).

    Column 0 is the exact mean over all rates; the others are drawn, each from keys of its own.
    What a kind shares is certain to be 1 for those that are ``known``.
    """
    found = np.zeros((worlds, 1 + RATE_DRAWS, len(hazards.events)))
    found[:, 0] = mean_rates(hazards, assumptions, known=known)
    for draw in range(1, 1 + RATE_DRAWS):
        found[:, draw] = as_chances(hazards, _drawn(hazards, assumptions, worlds, draw, known))
    return found


def central_rates(hazards: Hazards, worlds: int) -> Array:
    """The same with every rate at its mean and nothing uncertain about it."""
    known = as_chances(hazards, hazards.rate[None])
    return np.tile(known, (worlds, 1 + RATE_DRAWS, 1))


def as_chances(hazards: Hazards, rates: Array) -> Array:
    """Rates (…, events) with p = 1 - e^(-λ) in place of those that come at most once a year."""
    once = hazards.are(*TERMINAL)
    found = np.where(once, -np.expm1(-rates), rates)
    return np.where(hazards.dated, 1.0, found)


def mean_rates(
    hazards: Hazards, assumptions: Assumptions, *, known: frozenset[FailureKind] = frozenset()
) -> Array:
    """The means of :func:`yearly` over Γ and κ, (events,).

    E[1 - e^(-λ̄Γκ)] = 1 - E[(1 + λ̄κ/a)^(-a)] for a Gamma law of shape a, over the law of κ.
    """
    found = hazards.rate.copy()
    for kind in {one.kind for one in hazards.events} & TERMINAL:
        places = np.flatnonzero(hazards.are(kind))
        multiple = np.ones(1) if kind in known else multiples(kind, assumptions, POINTS)
        rate = hazards.rate[places, None] * multiple
        shape = hazards.shape[places, None]
        certain = np.isinf(shape)
        finite = np.where(certain, 1.0, shape)
        none = np.where(certain, np.exp(-rate), (1 + rate / finite) ** -finite)
        found[places] = 1 - none.mean(axis=1)
    return np.where(hazards.dated, 1.0, found)


def multiples(kind: FailureKind, assumptions: Assumptions, levels: Array) -> Array:
    """κ of a kind at some levels of its law (cut), with mean 1."""
    name = RATE_MULTIPLES.get(kind, "rate_multiple")
    value = float(getattr(assumptions, name))
    if value <= 0:
        return np.ones_like(levels)
    low, high = (np.log(point / getattr(type(assumptions), name)) for point in PLAUSIBLE[name])

    def spread(z: Array) -> Array:
        return np.asarray(np.exp(z * np.where(z > 0, high, -low) / Z90))

    return np.asarray(spread(normals(levels)) / spread(normals(POINTS)).mean())


def _drawn(
    hazards: Hazards,
    assumptions: Assumptions,
    worlds: int,
    draw: int,
    known: frozenset[FailureKind],
) -> Array:
    """λ̄·Γ·κ of one draw in each world, (worlds, events)."""
    shape = np.full(len(hazards.groups), np.inf)
    shape[hazards.group] = hazards.shape
    gamma = _gamma(hazards.groups, tuple(shape.tolist()), worlds, draw)
    found = hazards.rate * gamma[:, hazards.group]
    for kind in {one.kind for one in hazards.events} - known:
        # Outages and slowdowns are judged together.
        name = "service" if kind in SERVICE_KINDS else str(kind)
        seed = np.array([seed_of("rates of a kind", name, str(draw))], dtype=np.uint32)
        found[:, hazards.are(kind)] *= multiples(kind, assumptions, uniforms(seed, worlds))
    return np.asarray(found)


@lru_cache(maxsize=2 * RATE_DRAWS)
def _gamma(
    groups: tuple[tuple[str, FailureKind, str], ...],
    shapes: tuple[float, ...],
    worlds: int,
    draw: int,
) -> Array:
    """Γ of each group in each world, (worlds, groups).

    It rests on no assumption, and is costly: the last are kept.
    """
    seeds = [seed_of("rate", *map(str, one), str(draw)) for one in groups]
    levels = uniforms(np.array(seeds, dtype=np.uint32), worlds)
    shape = np.array(shapes)
    unsure = np.isfinite(shape)
    found = np.ones_like(levels)
    found[:, unsure] = gammaincinv(shape[unsure], levels[:, unsure]) / shape[unsure]
    found.setflags(write=False)
    return found
