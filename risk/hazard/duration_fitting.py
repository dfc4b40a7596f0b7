"""Durations learned from incidents: lognormal fits, shrinkage, and what an incident really costs.

Sources: maximum likelihood of the lognormal law (Klugman, Panjer and Willmot, *Loss Models*);
Chu et al., ICPE 2025, for incidents that last longer than their outage. docs/method.md §1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from risk.hazard.durations import LognormalDuration

#: A provider with this many incidents is believed as much as the market (judgement).
EQUAL_WEIGHT_INCIDENTS = 10
#: From this many incidents a provider's own spread is used (judgement).
OWN_SPREAD_INCIDENTS = 20
HOURS_PER_DAY = 24.0


@dataclass(frozen=True, kw_only=True)
class DurationFit:
    """A lognormal law fitted to ``incidents`` known durations in days.

    ``left_out`` counts incidents of unknown or zero length: what is filed after the fact has no
    length, which is not a length of zero. ``distance`` is the Kolmogorov-Smirnov statistic, the
    largest gap between fitted and observed shares.
    """

    law: LognormalDuration
    incidents: int
    left_out: int
    distance: float


class TooFewDurations(ValueError):
    """Fewer than two different durations: a spread cannot be fitted."""


def fit_durations(days: Iterable[float | None]) -> DurationFit:
    """Fit ln D ~ N(μ, σ²) by maximum likelihood to the durations above zero, in days.

    μ is the mean of ln D, σ² its mean squared deviation (divided by n, not n - 1).

    Raises:
        TooFewDurations: fewer than two different durations are known.
    """
    every = list(days)
    known = [one for one in every if one is not None and one > 0]
    if len(set(known)) < 2:
        raise TooFewDurations(
            f"Two different durations are needed to fit a law; {len(set(known))} known."
        )
    logs = np.log(np.asarray(known))
    law = LognormalDuration(float(logs.mean()), float(logs.std()))
    return DurationFit(
        law=law,
        incidents=len(known),
        left_out=len(every) - len(known),
        distance=kolmogorov_smirnov(known, law),
    )


def kolmogorov_smirnov(days: Sequence[float], law: LognormalDuration) -> float:
    """The largest gap between the law and the share of ``days`` up to a point, sup |F_n - F|."""
    ordered = np.sort(np.asarray(days, dtype=float))
    fitted = ndtr((np.log(ordered) - law.mu) / law.sigma)
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - fitted).max(), (fitted - steps[:-1]).max()))


def shrunk_law(fit: DurationFit | None, pooled: LognormalDuration) -> LognormalDuration:
    """A provider's law drawn towards the pooled one (method §1).

    μ has the weight n/(n + 10) on the provider's own; σ is its own from 20 incidents up. None:
    nothing is known of the provider, so the pooled law stands for it.
    """
    if fit is None:
        return pooled
    own = fit.incidents / (fit.incidents + EQUAL_WEIGHT_INCIDENTS)
    sigma = fit.law.sigma if fit.incidents >= OWN_SPREAD_INCIDENTS else pooled.sigma
    return LognormalDuration(own * fit.law.mu + (1 - own) * pooled.mu, sigma)


@dataclass(frozen=True)
class IncidentSpan:
    """An incident from start to resolution, and the share of service its level stands for."""

    hours: float
    level_severity: float


def severity_calibration(spans: Iterable[IncidentSpan], *, lost_hours: float) -> float | None:
    """By how much incident spans overstate an outage: c = lost hours / Σ span · severity.

    ``lost_hours`` comes from the uptime page over the same time and the same service. At most 1:
    a page that lost more than its incidents say has incidents missing. None where no span says
    anything. Severity is then c · severity of the level (method §1).
    """
    told = sum(one.hours * one.level_severity for one in spans)
    return min(1.0, lost_hours / told) if told > 0 else None
