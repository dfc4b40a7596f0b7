"""Would the model have known? Each month forecast from those before it, lengths too, then scored.

The window expands: every month is forecast with what was known when it began. The model's filter
stands beside simple rivals, and where it does not beat them the result says so (method §8). Lengths
are fitted to what began before a day and scored on what began after it.

Sources: Smith and Miller 1986 (discounted Gamma-Poisson filter); scores as in
:mod:`risk.hazard.scoring_rules`. docs/method.md §8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
import scipy

from risk.hazard.durations import LengthFit, LengthTail, fit_lengths, fit_tail, spliced_law
from risk.hazard.frequency import MONTH_YEARS, GammaLaw, count_law, predicted_laws
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay
from risk.hazard.scoring_rules import (
    brier,
    coverage_band,
    crps_of_counts,
    crps_of_exponential,
    crps_of_lengths,
    crps_of_lognormal,
    crps_of_sample,
    mean_known,
    skill,
)

#: Before anything is seen: a quarter of a month's watching at six incidents a month (judgement).
WEAK_START = GammaLaw(1.5, MONTH_YEARS / 4)
#: A Poisson law needs a mean above zero; after none at all, rivals expect half an incident.
LEAST_MEAN = 0.5
WARM_UP_MONTHS = 6
COVERAGE = 0.90
LONG_OUTAGE_HOURS = 4.0
HOURS_PER_DAY = 24.0
#: Lengths of so many months at the end are scored with a law fitted to those before them.
_MONTHS_OF_LENGTHS = 6
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
    for first, following in pairwise(first_days(since, until)):
        begins, ends = _midnight(first), _midnight(following)
        inside = [one for one in told if begins <= one.started_at < ends]
        over = [one for one in told if one.resolved_at is not None and one.resolved_at < begins]
        months.append(
            MonthOfIncidents(
                first_day=first,
                count=len(inside),
                any_long=any((one.hours or 0) > LONG_OUTAGE_HOURS for one in inside),
                long_share=long_share(over),
            )
        )
    return tuple(months)


def long_share(incidents: Iterable[Incident]) -> float | None:
    """P(D > 4 h) of a lognormal law fitted to these lengths; None without two different ones."""
    fit = fit_lengths(one.hours for one in incidents)
    return None if fit is None else fit.share_above(LONG_OUTAGE_HOURS)


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


def _laws(counts: Sequence[int], start: GammaLaw) -> Mapping[Method, Sequence[Any]]:
    """For every method the law of each month, made from the months before it."""
    laws: dict[Method, Sequence[Any]] = {
        method: [
            count_law(law, years=MONTH_YEARS)
            for law in predicted_laws(counts[:-1], start=start, discount=discount)
        ]
        for method, discount in _DISCOUNTS.items()
    }
    windows = {Method.LAST_VALUE: 1, Method.TRAILING_6: 6, Method.CLIMATOLOGY: len(counts)}
    for method, window in windows.items():
        past = [counts[max(0, index - window) : index] for index in range(len(counts))]
        laws[method] = [scipy.stats.poisson(max(_mean(part), LEAST_MEAN)) for part in past]
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
        # Czado, Gneiting and Held 2009: F(y - 1) + v·P(y), even from 0 to 1 where right.
        pit=float(law.cdf(observed)) - at + uniform * at,
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


def first_days(since: date, until: date) -> list[date]:
    """The first day of each month from that of ``since`` to that of ``until``, both included."""
    count = (until.year - since.year) * 12 + until.month - since.month
    return [months_later(since, number) for number in range(count + 1)]


def months_later(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class DurationScore:
    """Scores in hours, lower is better. ``spliced`` is the model's law, the others are rivals.

    ``fit`` is of all lengths before the split, as the lognormal rival takes them. ``uniformity`` is
    the p-value of a Kolmogorov-Smirnov test that the model's integral transforms are uniform: near
    zero, lengths were not what the law said. ``long`` shares are above four hours, ``day`` shares
    above a day: ``predicted`` by the model's law, by the lognormal one, and ``seen``.
    """

    split: date
    fit: LengthFit
    scored: int
    spliced: float
    lognormal: float
    exponential: float
    empirical: float
    uniformity: float
    long_predicted: float
    long_lognormal: float
    long_seen: float
    day_predicted: float
    day_lognormal: float
    day_seen: float


def score_durations(
    incidents: Iterable[Incident], *, split: date, tail: LengthTail | None
) -> DurationScore | None:
    """Fit what began before ``split`` (UTC), score what began from it on.

    Only known lengths above zero are used. The model's law has the body of lengths up to a day and
    the pooled ``tail``, its share drawn towards how many exceeded a day. None if fewer than two
    different lengths up to a day come before the split, or no length after it, or no tail is known.
    """
    day = _midnight(split)
    known = [(one.started_at, one.hours) for one in incidents if one.hours]
    before = np.asarray([hours for start, hours in known if start < day], dtype=np.float64)
    after = np.asarray([hours for start, hours in known if start >= day], dtype=np.float64)
    fit = fit_lengths(before)
    law = None if tail is None else spliced_law(before / HOURS_PER_DAY, tail)
    if fit is None or law is None or not len(after):
        return None
    days = after / HOURS_PER_DAY
    long, whole = 1 - law.probability_up_to(np.array([LONG_OUTAGE_HOURS / HOURS_PER_DAY, 1.0]))
    return DurationScore(
        split=split,
        fit=fit,
        scored=len(after),
        spliced=float(crps_of_lengths(law, days).mean()) * HOURS_PER_DAY,
        lognormal=float(crps_of_lognormal(fit.mu, fit.sigma, after).mean()),
        exponential=float(crps_of_exponential(float(before.mean()), after).mean()),
        empirical=float(crps_of_sample(before, after).mean()),
        uniformity=float(scipy.stats.kstest(law.probability_up_to(days), "uniform").pvalue),
        long_predicted=float(long),
        long_lognormal=fit.share_above(LONG_OUTAGE_HOURS),
        long_seen=float((after > LONG_OUTAGE_HOURS).mean()),
        day_predicted=float(whole),
        day_lognormal=fit.share_above(HOURS_PER_DAY),
        day_seen=float((after > HOURS_PER_DAY).mean()),
    )


def pooled_tail(
    incidents: Iterable[Incident], *, split: date, reference: LengthTail | None
) -> LengthTail | None:
    """The tail as fitted to what began before ``split`` (UTC) at all providers together.

    That of the reference facts, if they state one, where too few were longer than a day.
    """
    day = _midnight(split)
    lengths = (one.hours for one in incidents if one.started_at < day)
    fit = fit_tail(None if hours is None else hours / HOURS_PER_DAY for hours in lengths)
    return reference if fit is None else fit.tail


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """How forecasts did for one provider over the months from ``since`` up to before ``until``.

    ``learned_from`` months were not scored. ``methods`` is empty where too few months are known,
    ``durations`` None where lengths could not be split.
    """

    provider: str
    since: date
    until: date
    learned_from: int
    methods: tuple[MethodScore, ...]
    durations: DurationScore | None


def track_records(
    incidents: Sequence[Incident],
    days: Iterable[ServiceDay] = (),
    *,
    seed: int,
    tail: LengthTail | None,
    since: date | None = None,
    until: date | None = None,
    split: date | None = None,
) -> tuple[TrackRecord, ...]:
    """Score the forecasts of every provider, by name.

    Args:
        incidents: of any providers; planned maintenance is left out.
        days: of uptime pages; they say until when a provider was watched.
        seed: draws the random part of the integral transforms.
        tail: of the reference facts, for lengths above a day (:func:`pooled_tail`).
        since: a day of the first month. By default, and where the provider's first incident came
            later, the month after that incident: months that nobody watched are not quiet ones.
        until: a day of the month after the last; by default the month in which the watch ended,
            which is left out unless it was watched to its last day.
        split: lengths that begin before it are fitted to, the others scored; by default six
            months before the end.
    """
    told = [one for one in incidents if one.level is not IncidentLevel.MAINTENANCE]
    watched = list(days)
    found = []
    for provider in sorted({one.provider for one in told}):
        own = [one for one in told if one.provider == provider]
        starts = [one.started_at.date() for one in own]
        last = max([*starts, *(day.day for day in watched if day.provider == provider)])
        first = first_month_watched(min(starts), since)
        end = months_later(until, 0) if until else month_after(last)
        months = months_of(own, since=first, until=max(first, end))
        day = split or months_later(end, -_MONTHS_OF_LENGTHS)
        lengths = score_durations(
            (one for one in own if one.started_at.date() < end),
            split=day,
            tail=pooled_tail(told, split=day, reference=tail),
        )
        found.append(
            TrackRecord(
                provider=provider,
                since=first,
                until=end,
                learned_from=min(WARM_UP_MONTHS, len(months)),
                methods=score_counts(months, seed=seed) if len(months) > WARM_UP_MONTHS else (),
                durations=lengths,
            )
        )
    return tuple(found)


def first_month_watched(first_incident: date, since: date | None = None) -> date:
    """The first day of the first month that was watched from its beginning, as far as is known."""
    begun = months_later(first_incident, 0)
    if since is None or months_later(since, 0) < begun:
        return months_later(begun, 1)
    return months_later(since, 0)


def month_after(last_day: date) -> date:
    """The first day after the last month that was watched to its end, up to ``last_day``."""
    return months_later(last_day + timedelta(days=1), 0)
