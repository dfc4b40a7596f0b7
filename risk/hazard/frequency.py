"""How often: Gamma laws of a yearly rate, learned from counts that may drift.

Events are Poisson given their rate, the rate is Gamma(shape a, rate b); b is in years, as if a
events had been seen in b years. Sources: Smith and Miller 1986 and West and Harrison 1997 (power
steady model with a discount); Klugman, Panjer and Willmot, *Loss Models* (negative binomial).
docs/method.md §1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma, nbinom

from risk.hazard.rates import DAYS_PER_YEAR

Array = NDArray[np.float64]

MONTH_YEARS = 1 / 12
#: What a month's record still counts for a month later: outages and degraded service.
SERVICE_DISCOUNT = 0.8
#: Shape of Jeffreys' prior for a Poisson rate.
JEFFREYS_SHAPE = 0.5


@dataclass(frozen=True)
class GammaLaw:
    """Events a year ~ Gamma(``shape``, rate ``years``): worth ``shape`` events in ``years`` years.

    Raises:
        ValueError: unless both are above zero.
    """

    shape: float
    years: float

    def __post_init__(self) -> None:
        if not (self.shape > 0 and self.years > 0):
            raise ValueError("A Gamma law needs a shape and years of record above zero.")

    @property
    def mean(self) -> float:
        """Expected events a year, a/b."""
        return self.shape / self.years

    @property
    def variance(self) -> float:
        """Variance of events a year, a/b²."""
        return self.shape / self.years**2

    def quantile(self, level: float) -> float:
        """The rate a year below which the truth lies with probability ``level``."""
        return float(gamma.ppf(level, self.shape)) / self.years

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The rates a year between which the truth lies with probability ``level``."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def probability_within(self, days: float) -> float:
        """P(at least one event within ``days``) over the unknown rate: 1 - (b/(b + t))^a."""
        ahead = days / DAYS_PER_YEAR
        return float(-np.expm1(-self.shape * np.log1p(ahead / self.years)))

    def draws(self, count: int, *, seed: int | tuple[int, ...]) -> Array:
        """``count`` rates a year drawn from the law, the same for the same seed; (count,)."""
        return np.random.default_rng(seed).gamma(self.shape, 1 / self.years, count)


@dataclass(frozen=True)
class CountForecast:
    """Events ahead ~ NegBin(size ``shape``, p = ``probability``)."""

    shape: float
    probability: float

    @property
    def mean(self) -> float:
        """Expected events, h·a/b."""
        return self.shape * (1 - self.probability) / self.probability

    @property
    def variance(self) -> float:
        """Variance of the events, h·a/b·(1 + h/b)."""
        return self.mean / self.probability

    def quantile(self, level: float) -> int:
        """The smallest count that is not exceeded with probability ``level``."""
        return int(nbinom.ppf(level, self.shape, self.probability))

    def probability_of(self, events: int) -> float:
        """P(exactly this many events)."""
        return float(nbinom.pmf(events, self.shape, self.probability))

    def probability_up_to(self, events: int) -> float:
        """P(at most this many events)."""
        return float(nbinom.cdf(events, self.shape, self.probability))


def count_forecast(law: GammaLaw, *, years: float) -> CountForecast:
    """The law of the number of events in the next ``years``: size a, p = b/(b + h)."""
    return CountForecast(law.shape, law.years / (law.years + years))


@dataclass(frozen=True)
class Observation:
    """``events`` counted while somebody watched for ``years``; 0 years: nobody watched."""

    events: int
    years: float = MONTH_YEARS

    def __post_init__(self) -> None:
        if self.events < 0 or self.years < 0 or (self.events and not self.years):
            raise ValueError("Count events from 0 up, over a stretch of time above zero.")


@dataclass(frozen=True, kw_only=True)
class FilteredRate:
    """What is known after one period.

    ``predictive`` is the discounted law made before the period and for it, ``reported`` the law
    after its count: the current state that a reader is told.
    """

    observation: Observation
    predictive: GammaLaw
    reported: GammaLaw

    @property
    def forecast(self) -> CountForecast:
        """The count of this period as it was forecast before it began."""
        return count_forecast(self.predictive, years=self.observation.years)


def discounted(law: GammaLaw, discount: float) -> GammaLaw:
    """The law a period ahead, (δa, δb): the same mean, known less well.

    Raises:
        ValueError: unless 0 < discount <= 1.
    """
    if not 0 < discount <= 1:
        raise ValueError("A discount lies above 0 and at most at 1.")
    return GammaLaw(discount * law.shape, discount * law.years)


def learned(law: GammaLaw, observation: Observation) -> GammaLaw:
    """The law after a count: a + y, b + Δ."""
    return GammaLaw(law.shape + observation.events, law.years + observation.years)


def filtered_rates(
    observations: Iterable[Observation], *, start: GammaLaw, discount: float
) -> tuple[FilteredRate, ...]:
    """Learn from counts period by period: a ← δa + y, b ← δb + Δ (method §1).

    Each period is predicted with the discounted law and reported with the law after its count.
    With discount 1 the last report is the conjugate posterior of all counts at once.
    """
    law, found = start, []
    for observation in observations:
        ahead = discounted(law, discount)
        law = learned(ahead, observation)
        found.append(FilteredRate(observation=observation, predictive=ahead, reported=law))
    return tuple(found)


def jeffreys(events: int, years: float) -> GammaLaw:
    """The posterior Gamma(n + ½, T) under Jeffreys' prior."""
    return GammaLaw(events + JEFFREYS_SHAPE, years)
