"""What the market says of a provider that has little record of its own: empirical Bayes.

The rates of all providers are taken as draws from one Gamma(α, β). A provider's law is then
Gamma(α + n, β + T), and the weight of the market in its mean is β/(β + T). docs/method.md §1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from risk.hazard.frequency import JEFFREYS_SHAPE, GammaLaw

#: Below this number of providers their spread cannot be told from chance.
FEWEST_PROVIDERS = 4
#: Years of record that the market is worth where its spread cannot be fitted (judgement).
POOLED_YEARS = 0.25
#: Where the strength of the prior, in years, is looked for.
_STRENGTHS = np.log(np.geomspace(1e-4, 1e4, 81))


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
    terms = gammaln(a + n) - gammaln(a) - gammaln(n + 1) - a * np.log1p(t / b)
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
    found = minimize_scalar(
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
    found = minimize_scalar(
        lambda mean: -log_likelihood(GammaLaw(exp(mean) * years, years), records),
        bounds=(log(lowest) - 5, log(max(rates)) + 1),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return exp(float(found.x)), -float(found.fun)
