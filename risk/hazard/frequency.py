"""Frequencies: Gamma laws of a yearly rate, counts that may drift, and the market's average.

Events are Poisson given their rate, the rate is Gamma(shape a, rate b); b is in years, as if a
events had been seen in b years. The rates of all providers are taken as draws from one
Gamma(α, β), fitted to all records (empirical Bayes). A provider's law is then Gamma(α + n, β + T),
and the weight of the market in its mean is β/(β + T). Sources: Smith and Miller 1986 and West and
Harrison 1997 (power steady model with a discount); Klugman, Panjer and Willmot, *Loss Models*
(negative binomial, credibility). docs/method.md §1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTH_YEARS = 1 / 12
#: What a month's record still counts for a month later: outages and degraded service.
SERVICE_DISCOUNT = 0.8
#: Shape of Jeffreys' prior for a Poisson rate.
JEFFREYS_SHAPE = 0.5
#: Below this number of providers their spread cannot be told from chance.
FEWEST_PROVIDERS = 4
#: Years of record that the market is worth where its spread cannot be fitted (judgement).
POOLED_YEARS = 0.25
#: Where the strength of the prior, in years, is looked for.
_STRENGTHS = np.log(np.geomspace(1e-4, 1e4, 81))


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

    def quantile(self, level: float) -> float:
        """The rate a year below which the truth lies with probability ``level``."""
        return float(scipy.stats.gamma.ppf(level, self.shape)) / self.years

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The rates a year between which the truth lies with probability ``level``."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def draws(self, count: int, *, seed: int | tuple[int, ...]) -> Array:
        """``count`` rates a year drawn from the law, the same for the same seed; (count,)."""
        return np.random.default_rng(seed).gamma(self.shape, 1 / self.years, count)


def sum_of_laws(laws: Sequence[GammaLaw]) -> GammaLaw | None:
    """The law of several independent rates together; None of none.

    Means and variances add up; the sum of Gamma laws is close to the Gamma law that has both.
    """
    if len(laws) < 2:
        return laws[0] if laws else None
    mean = sum(one.mean for one in laws)
    variance = sum(one.shape / one.years**2 for one in laws)
    return GammaLaw(shape=mean**2 / variance, years=mean / variance)


def count_law(law: GammaLaw, *, years: float) -> Any:
    """The number of events in the next ``years`` as a law of SciPy: NegBin(a, b/(b + years))."""
    return scipy.stats.nbinom(law.shape, law.years / (law.years + years))


def predicted_laws(
    counts: Iterable[int], *, start: GammaLaw, discount: float, years: float = MONTH_YEARS
) -> list[GammaLaw]:
    """The law of each period as the counts before it tell, and that of the period after them.

    Learned period by period of ``years``: a ← δ(a + y), b ← δ(b + Δ) (method §1). The discounted
    law has the same mean and is known less well. With discount 1 the last one is the conjugate
    posterior of all counts at once.

    Raises:
        ValueError: unless 0 < discount <= 1.
    """
    if not 0 < discount <= 1:
        raise ValueError("A discount lies above 0 and at most at 1.")
    found = [GammaLaw(discount * start.shape, discount * start.years)]
    for count in counts:
        before = found[-1]
        found.append(GammaLaw(discount * (before.shape + count), discount * (before.years + years)))
    return found


@dataclass(frozen=True, kw_only=True)
class ProviderRecord:
    """``events`` of one kind that a provider had in ``years`` of record."""

    provider: str
    events: int
    years: float

    def __post_init__(self) -> None:
        if self.events < 0 or self.years < 0 or (self.events and not self.years):
            raise ValueError(f"{self.provider}: count events from 0 up, over years above zero.")


@dataclass(frozen=True, kw_only=True)
class MarketPrior:
    """The law of a provider about which nothing is known, and how it was found.

    ``fitted`` False: the pooled rate with the strength of a quarter of a year; ``note`` says why.
    """

    law: GammaLaw
    providers: int
    events: int
    years: float
    fitted: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class ShrunkRate:
    """A provider's law between the market and its own record."""

    provider: str
    law: GammaLaw
    prior_weight: float

    @property
    def sentence(self) -> str:
        """Such as ``12 % market average, 88 % this provider's record``."""
        return weight_sentence(self.prior_weight)


def market_prior(records: Iterable[ProviderRecord]) -> MarketPrior:
    """Fit Gamma(α, β) to the counts of all providers: maximise Σ log NegBin(n; α, β/(β + T)).

    With fewer than four providers, or where the fit finds no spread beyond chance (β runs to
    the end of its range), the pooled rate with the strength of 0.25 years is used instead. If
    nobody had an event, the pooled rate is Jeffreys' ½/T.

    Raises:
        ValueError: nobody has any record.
    """
    watched = [one for one in records if one.years > 0]
    events, years = sum(one.events for one in watched), sum(one.years for one in watched)
    if not watched:
        raise ValueError("A market average needs at least one provider with a record.")

    def made(law: GammaLaw, *, fitted: bool, note: str) -> MarketPrior:
        return MarketPrior(
            law=law, providers=len(watched), events=events, years=years, fitted=fitted, note=note
        )

    rate = (events or JEFFREYS_SHAPE) / years
    pooled = GammaLaw(POOLED_YEARS * rate, POOLED_YEARS)
    if len(watched) < FEWEST_PROVIDERS:
        few = f"pooled over {len(watched)} providers, too few to fit how they differ"
        return made(pooled, fitted=False, note=few)
    law = _most_likely(watched)
    if law is None:
        alike = f"pooled over {len(watched)} providers, whose records show no fitted spread"
        return made(pooled, fitted=False, note=alike)
    return made(law, fitted=True, note=f"fitted to the records of {len(watched)} providers")


def shrunk_rate(record: ProviderRecord, prior: MarketPrior) -> ShrunkRate:
    """Gamma(α + n, β + T) with the market's weight β/(β + T)."""
    law = GammaLaw(prior.law.shape + record.events, prior.law.years + record.years)
    return ShrunkRate(provider=record.provider, law=law, prior_weight=prior.law.years / law.years)


def weight_sentence(prior_weight: float) -> str:
    """``12 % market average, 88 % this provider's record``; the two always make 100."""
    market = round(100 * prior_weight)
    return f"{market} % market average, {100 - market} % this provider's record"


def log_likelihood(law: GammaLaw, records: Sequence[ProviderRecord]) -> float:
    """Σ log NegBin(n; α, β/(β + T)) over providers."""
    n = np.array([one.events for one in records], dtype=float)
    t = np.array([one.years for one in records])
    a, b = law.shape, law.years
    # log1p keeps the Poisson limit (b far above t) exact.
    terms = (
        scipy.special.gammaln(a + n)
        - scipy.special.gammaln(a)
        - scipy.special.gammaln(n + 1)
        - a * np.log1p(t / b)
    )
    return float(np.sum(terms + n * (np.log(t) - np.log(b + t))))


def _most_likely(records: Sequence[ProviderRecord]) -> GammaLaw | None:
    """The best Gamma(α, β), or None if the likelihood has no peak inside the range of β."""
    if not any(one.events for one in records):
        return None
    profile = [_best_mean(strength, records)[1] for strength in _STRENGTHS]
    best = int(np.argmax(profile))
    inside = 0 < best < len(profile) - 1
    # A flat end is the Poisson limit: all providers alike.
    if not inside or profile[best] - profile[-1] < 1e-6:
        return None
    found = scipy.optimize.minimize_scalar(
        lambda strength: -_best_mean(strength, records)[1],
        bounds=(_STRENGTHS[best - 1], _STRENGTHS[best + 1]),
        method="bounded",
        options={"xatol": 1e-8},
    )
    years = exp(float(found.x))
    return GammaLaw(_best_mean(float(found.x), records)[0] * years, years)


def _best_mean(log_years: float, records: Sequence[ProviderRecord]) -> tuple[float, float]:
    """The most likely mean rate for this strength of the prior, and its log-likelihood."""
    years = exp(log_years)
    rates = [one.events / one.years for one in records]
    lowest = min((one for one in rates if one > 0), default=1.0)
    found = scipy.optimize.minimize_scalar(
        lambda mean: -log_likelihood(GammaLaw(exp(mean) * years, years), records),
        bounds=(log(lowest) - 5, log(max(rates)) + 1),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return exp(float(found.x)), -float(found.fun)
