"""Would the model have known? Forecasts of each month from the months before it, then scored.

The window expands: every month is forecast with what was known when it began. The model's filter
stands beside simple rivals, and where it does not beat them the result says so (method §8).

Sources: Smith and Miller 1986 (discounted Gamma-Poisson filter); scores as in
:mod:`risk.hazard.scoring_rules`. docs/method.md §8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
from scipy.special import ndtr
from scipy.stats import nbinom, poisson

from risk.hazard.frequency import (
    MONTH_YEARS,
    CountForecast,
    GammaLaw,
    Observation,
    filtered_rates,
)
from risk.hazard.incident_statistics import fit_length
from risk.hazard.incidents.records import Incident, IncidentLevel
from risk.hazard.scoring_rules import (
    brier,
    coverage_band,
    crps_of_counts,
    mean_known,
    randomised_pit,
    skill,
)

#: Before anything is seen: a quarter of a month's watching at six incidents a month (judgement).
WEAK_START = GammaLaw(1.5, MONTH_YEARS / 4)
#: A Poisson law needs a mean above zero; after none at all, rivals expect half an incident.
LEAST_MEAN = 0.5
WARM_UP_MONTHS = 6
COVERAGE = 0.90
LONG_OUTAGE_HOURS = 4.0
_NEGLIGIBLE = 1e-12


class Method(StrEnum):
    """How a month is forecast; the first is the model's, the last three are rivals."""

    DISCOUNT_08 = "gamma-poisson, discount 0.8"
    STATIC = "gamma-poisson, static"
    DISCOUNT_06 = "gamma-poisson, discount 0.6"
    LAST_VALUE = "last value, Poisson"
    TRAILING_6 = "trailing six months, Poisson"
    CLIMATOLOGY = "climatology, Poisson"


_DISCOUNTS = {Method.DISCOUNT_08: 0.8, Method.STATIC: 1.0, Method.DISCOUNT_06: 0.6}


@dataclass(frozen=True)
class MonthOfIncidents:
    """``count`` incidents began in the month from ``first_day`` (UTC).

    ``any_long`` says whether one of them was long; ``long_share`` is the chance that an incident
    is long as fitted to those that were over when the month began, None where too few were.
    """

    first_day: date
    count: int
    any_long: bool = False
    long_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class ScoredMonth:
    """One forecast and what came. ``low`` to ``high`` should hold the count 90 % of the time."""

    first_day: date
    observed: int
    mean: float
    low: int
    high: int
    crps: float
    log_score: float
    pit: float
    long_outage_probability: float | None
    brier: float | None

    @property
    def is_covered(self) -> bool:
        """Whether the interval held what came."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True, kw_only=True)
class MethodScore:
    """One method over all scored months. ``skill`` is against climatology, above 0 is better.

    ``coverage`` of the 90 % intervals is honest if it lies in ``band``, the shares that a right
    method reaches with 95 % probability in so few months.
    """

    method: Method
    crps: float
    skill: float | None
    coverage: float
    band: tuple[float, float]
    log_score: float
    brier: float | None
    months: tuple[ScoredMonth, ...]

    @property
    def is_honest(self) -> bool:
        """Whether coverage lies within the band."""
        low, high = self.band
        return low <= self.coverage <= high


def months_of(
    incidents: Iterable[Incident], *, since: date, until: date
) -> tuple[MonthOfIncidents, ...]:
    """Count incidents by the UTC month in which they began; planned maintenance is none.

    Months run from that of ``since`` up to, not including, that of ``until``. An incident is long
    above four hours; of one whose length is unknown it is not known, so it is not counted long.
    """
    told = [one for one in incidents if one.level is not IncidentLevel.MAINTENANCE]
    months = []
    for first, following in pairwise(_first_days(since, until)):
        begins, ends = _midnight(first), _midnight(following)
        inside = [one for one in told if begins <= one.started_at < ends]
        over = [one for one in told if one.resolved_at is not None and one.resolved_at < begins]
        months.append(
            MonthOfIncidents(
                first_day=first,
                count=len(inside),
                any_long=any(map(_is_long, inside)),
                long_share=long_share(over),
            )
        )
    return tuple(months)


def _is_long(incident: Incident) -> bool:
    return incident.hours is not None and incident.hours > LONG_OUTAGE_HOURS


def long_share(incidents: Iterable[Incident]) -> float | None:
    """P(D > 4 h) of a lognormal law fitted to these lengths; None without two different ones."""
    fit = fit_length(one.hours for one in incidents if one.hours is not None)
    if fit is None:
        return None
    return float(ndtr((fit.mu - log(LONG_OUTAGE_HOURS)) / fit.sigma))


def score_counts(
    months: Sequence[MonthOfIncidents],
    *,
    seed: int,
    warm_up: int = WARM_UP_MONTHS,
    start: GammaLaw = WEAK_START,
) -> tuple[MethodScore, ...]:
    """Forecast every month after the first ``warm_up`` by every method, and score them.

    ``seed`` draws the random part of the integral transform, one number a month for all methods.

    Raises:
        ValueError: there is no month to score, or none to learn from.
    """
    if not 0 < warm_up < len(months):
        raise ValueError(
            f"{len(months)} months are too few to score: the first {warm_up} are learned from."
        )
    uniform = np.random.default_rng(seed).random(len(months))
    scored = {
        method: tuple(
            _score(months[index], laws[index], float(uniform[index]))
            for index in range(warm_up, len(months))
        )
        for method, laws in _laws([one.count for one in months], start).items()
    }
    reference = _mean([one.crps for one in scored[Method.CLIMATOLOGY]])
    return tuple(_method_score(method, found, reference) for method, found in scored.items())


def chance_of_any(law: Any, share: float) -> float:
    """P(at least one of N events is of a sort that makes up ``share``), N of a counting law.

    1 - E[(1 - share)^N]: 1 - e^(-m·share) for a Poisson law of mean m, and
    1 - (p/(p + (1 - p)·share))^size for a negative binomial one.
    """
    k = _counts(law)
    return float(1 - ((1 - share) ** k * law.pmf(k)).sum())


def negative_binomial(forecast: CountForecast) -> Any:
    """The forecast as a law of SciPy."""
    return nbinom(forecast.shape, forecast.probability)


def _laws(counts: Sequence[int], start: GammaLaw) -> Mapping[Method, Sequence[Any]]:
    """For every method the law of each month, made from the months before it."""
    observations = [Observation(count) for count in counts]
    laws: dict[Method, Sequence[Any]] = {
        method: [
            negative_binomial(one.forecast)
            for one in filtered_rates(observations, start=start, discount=discount)
        ]
        for method, discount in _DISCOUNTS.items()
    }
    windows = {Method.LAST_VALUE: 1, Method.TRAILING_6: 6, Method.CLIMATOLOGY: len(counts)}
    for method, window in windows.items():
        past = [counts[max(0, index - window) : index] for index in range(len(counts))]
        laws[method] = [poisson(max(_mean(part), LEAST_MEAN)) for part in past]
    return laws


def _score(month: MonthOfIncidents, law: Any, uniform: float) -> ScoredMonth:
    observed = month.count
    tail = (1 - COVERAGE) / 2
    at = float(law.pmf(observed))
    long_probability = None if month.long_share is None else chance_of_any(law, month.long_share)
    return ScoredMonth(
        first_day=month.first_day,
        observed=observed,
        mean=float(law.mean()),
        low=int(law.ppf(tail)),
        high=int(law.ppf(1 - tail)),
        crps=crps_of_counts(law.cdf(_counts(law)), observed),
        log_score=-float(law.logpmf(observed)),
        pit=randomised_pit(float(law.cdf(observed)) - at, at, uniform),
        long_outage_probability=long_probability,
        brier=None if long_probability is None else brier(long_probability, month.any_long),
    )


def _method_score(method: Method, months: tuple[ScoredMonth, ...], reference: float) -> MethodScore:
    crps = _mean([one.crps for one in months])
    return MethodScore(
        method=method,
        crps=crps,
        skill=skill(crps, reference),
        coverage=_mean([one.is_covered for one in months]),
        band=coverage_band(len(months), level=COVERAGE),
        log_score=_mean([one.log_score for one in months]),
        brier=mean_known([one.brier for one in months]),
        months=months,
    )


def _counts(law: Any) -> Any:
    """0, 1, … up to where nothing that matters is left of the law."""
    return np.arange(int(law.isf(_NEGLIGIBLE)) + 2)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _first_days(since: date, until: date) -> list[date]:
    """The first day of each month from that of ``since`` to that of ``until``, both included."""
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
