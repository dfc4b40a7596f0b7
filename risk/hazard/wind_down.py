"""The chance that a provider winds down within a horizon, after what was heard of it.

logit P = logit P₀ + Λ, P₀ from the provider's rate and Λ from its signals. The interval takes
both as uncertain: the rate is drawn from its Gamma law, and each kind's ln likelihood ratio from
a normal law around its default. docs/method.md §1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, log1p
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from risk.hazard.frequency import GammaLaw
from risk.hazard.rates import DAYS_PER_YEAR
from risk.hazard.signals import (
    DEFAULT_SETTINGS,
    Evidence,
    Signal,
    SignalGroup,
    SignalKind,
    SignalSettings,
    kind_of,
    known_signals,
    log_odds_within,
    strength_left,
    weigh_signals,
)

Array = NDArray[np.float64]

DRAWS = 20_000
#: The interval covers this much.
LEVEL = 0.8


@dataclass(frozen=True, kw_only=True)
class WindDown:
    """P(wind-down within ``horizon_days``): before the signals, after them, with an 80 % interval.

    ``log_odds_before`` plus the evidence's ln units is ``log_odds_after``. ``rate_per_year`` is
    the constant rate that would give ``probability``.
    """

    horizon_days: float
    probability_before: float
    probability: float
    low: float
    high: float
    log_odds_before: float
    log_odds_after: float
    rate_per_year: float
    evidence: Evidence


def wind_down(
    law: GammaLaw,
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    seed: int,
    settings: SignalSettings = DEFAULT_SETTINGS,
) -> WindDown:
    """Update the chance of a wind-down by the signals known at ``as_of`` (method §1).

    The point is taken at the mean rate and the default likelihood ratios; λ* = -ln(1 - P)·365/H.

    Args:
        law: the provider's wind-down rate a year before any signal.
        signals: of this provider; those after ``as_of`` are not used.
        kinds: likelihood ratios by kind.
        as_of: the moment at which the question is asked.
        seed: of the draws behind the interval, which are the same for the same seed.
        settings: horizon, discount, cap and spread.

    Raises:
        UnknownSignalKind: a signal's kind is not in ``kinds``.
    """
    known = known_signals(signals, as_of)
    evidence = weigh_signals(known, kinds=kinds, as_of=as_of, settings=settings)
    horizon = settings.horizon_days
    before = log_odds_within(law.mean, horizon)
    after = before + evidence.ln_units
    drawn = _drawn_probabilities(law, known, kinds, as_of, seed, settings)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return WindDown(
        horizon_days=horizon,
        probability_before=_probability(before),
        probability=_probability(after),
        low=float(low),
        high=float(high),
        log_odds_before=before,
        log_odds_after=after,
        rate_per_year=_softplus(after) * DAYS_PER_YEAR / horizon,
        evidence=evidence,
    )


def drawn_ln_units(
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    seed: int,
    settings: SignalSettings = DEFAULT_SETTINGS,
) -> Array:
    """Λ under ``DRAWS`` draws of ln LR ~ N(ln LR, 0.5²), (draws,).

    One draw for each kind, shared by its signals and keyed by its name: hearing of another kind
    leaves the draws of this one as they are.
    """
    groups: dict[SignalGroup, list[Array]] = {}
    for signal in known_signals(signals, as_of):
        kind = kind_of(signal, kinds)
        noise = np.random.default_rng((seed, crc32(kind.kind.encode()))).standard_normal(DRAWS)
        ln_ratio = log(kind.likelihood_ratio) + settings.log_ratio_spread * noise
        weights = ln_ratio * strength_left(signal, kind, as_of)
        groups.setdefault(kind.group, []).append(weights)
    total = np.zeros(DRAWS)
    rho = settings.further_weight
    for every in groups.values():
        stacked = np.stack(every)
        for part, strongest in (
            (np.maximum(stacked, 0), np.max(np.maximum(stacked, 0), axis=0)),
            (np.minimum(stacked, 0), np.min(np.minimum(stacked, 0), axis=0)),
        ):
            # Only the largest of its direction counts in full: ρ·sum + (1 - ρ)·largest.
            total = total + rho * part.sum(axis=0) + (1 - rho) * strongest
    most = log(settings.largest_ratio)
    return np.clip(total, -most, most)


def _drawn_probabilities(
    law: GammaLaw,
    signals: Iterable[Signal],
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    seed: int,
    settings: SignalSettings,
) -> Array:
    ln_units = drawn_ln_units(signals, kinds=kinds, as_of=as_of, seed=seed, settings=settings)
    rates = law.draws(DRAWS, seed=(seed, 0))
    # A small shape draws rates that underflow to zero, whose log odds would be endless.
    expected = np.maximum(rates * settings.horizon_days / DAYS_PER_YEAR, 1e-300)
    log_odds = expected + np.log(-np.expm1(-expected)) + ln_units
    return np.asarray(np.exp(-np.logaddexp(0.0, -log_odds)))


def _probability(log_odds: float) -> float:
    return exp(-_softplus(-log_odds))


def _softplus(value: float) -> float:
    """ln(1 + e^x) without overflow."""
    return max(value, 0.0) + log1p(exp(-abs(value)))
