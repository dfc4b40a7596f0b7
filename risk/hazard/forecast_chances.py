"""Chances of forecasts: which questions the model can answer of a provider today, and how.

Chances are those of the rates and signals that scores rest on; nothing is worked out here for the
sake of the score. docs/method.md §8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.model_history import cell_node, cell_of
from risk.catalog.records import Catalog
from risk.hazard.calibration import LONG_OUTAGE_HOURS, chance_of_any, months_later
from risk.hazard.durations import FixedDuration, Permanent
from risk.hazard.failure_settings import scaled_law
from risk.hazard.forecasts import LEVELS, Forecast, Question
from risk.hazard.frequency import GammaLaw, count_law
from risk.hazard.history_record import RISE
from risk.hazard.rate_laws import DAYS_PER_YEAR, RateLaw, duration_of, rows_for
from risk.hazard.signals import HORIZON_DAYS, WindDown

Array = NDArray[np.float64]

#: A price may rise within so many days.
PRICE_DAYS = 365
#: How much ranges of chances cover: as much as lies between the outer ones of :data:`LEVELS`.
LEVEL = 0.8
DRAWS = 20_000
SEED = 20261130
_HOURS_PER_DAY = 24.0
#: Lengths are drawn from here, in days.
_GRID = np.concatenate(([0.0], np.geomspace(1e-5, 3650.0, 4_000)))


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the model knows of one provider, to be asked.

    ``outages`` are the laws of its outages, ``price`` that of a rise of one model's price at it,
    ``model`` that model. None, or none, where no rate is known: such a question is not asked.
    """

    provider: str
    wind_down: WindDown | None
    outages: tuple[RateLaw, ...]
    price: RateLaw | None = None
    model: str = ""


def price_rows(
    catalog: Catalog, developer: str, model: str, *, host: str
) -> tuple[FailureRate, ...]:
    """The rate at which one model's price rises at a host: its own row, else that of its sort."""
    node, sort = f"{model} at {host}", cell_node(cell_of(developer, host, catalog.providers))
    kinds = (FailureKind.PRICE_SHOCK,)
    return rows_for(catalog.rates, node=node, kinds=kinds, defaults=(sort,))


def period_of(question: Question, today: date) -> tuple[date, date]:
    """The first and last day of a question that is asked today; both lie ahead.

    Outages are asked by the next whole month and quarter of the calendar.
    """
    if question is Question.LONG_OUTAGE:
        first = months_later(today, 1)
        return first, months_later(first, 1) - timedelta(days=1)
    if question is Question.OUTAGE_HOURS:
        first = months_later(today, 3 - (today.month - 1) % 3)
        return first, months_later(first, 3) - timedelta(days=1)
    days = PRICE_DAYS if question is Question.PRICE_RISE else int(HORIZON_DAYS)
    return today + timedelta(days=1), today + timedelta(days=days)


def forecasts_of(
    known: Known, assumptions: Assumptions, *, today: date, seed: int = SEED
) -> tuple[Forecast, ...]:
    """Every question that the model can answer of a provider, asked today.

    ``seed`` of the draws behind ranges and hours, the same for the same seed.
    """
    found = []
    if known.wind_down is not None:
        found.append(_of_wind_down(known.provider, known.wind_down, today))
    laws = [
        (law, duration_of(one.row, assumptions), one)
        for one in known.outages
        if (law := scaled_law(one.law, one.row.kind, assumptions)) is not None
    ]
    lengths = [
        (law, np.asarray(duration.probability_up_to(_GRID)), one)
        for law, duration, one in laws
        if not isinstance(duration, Permanent | FixedDuration)
    ]
    if lengths:
        basis = "; ".join(_rests_on(one, law) for law, _, one in lengths)
        outages = [(law, below) for law, below, _ in lengths]
        found.append(_of_long_outage(known.provider, outages, basis, today=today, seed=seed))
        found.append(_of_hours(known.provider, outages, basis, today=today, seed=seed))
    if known.price is not None and known.model:
        law = scaled_law(known.price.law, FailureKind.PRICE_SHOCK, assumptions)
        if law is not None:
            found.append(_of_price(known, law, today))
    return tuple(found)


def _rests_on(one: RateLaw, law: GammaLaw) -> str:
    return f"{one.row.level} {law.mean:.2g} a year. {one.sentence}"


def _of_wind_down(provider: str, found: WindDown, today: date) -> Forecast:
    first, last = period_of(Question.WIND_DOWN, today)
    signals = sum(one.signal is not None for one in found.evidence.contributions)
    return Forecast(
        question=Question.WIND_DOWN,
        provider=provider,
        first_day=first,
        last_day=last,
        probability=found.probability,
        low=found.low,
        high=found.high,
        basis=f"{found.probability_before:.2g} before signals; signals that count: {signals}.",
    )


def _of_price(known: Known, law: GammaLaw, today: date) -> Forecast:
    first, last = period_of(Question.PRICE_RISE, today)
    years = _years(first, last)
    low, high = law.interval(LEVEL)
    return Forecast(
        question=Question.PRICE_RISE,
        provider=known.provider,
        subject=known.model,
        first_day=first,
        last_day=last,
        threshold=RISE,
        probability=chance_of_any(count_law(law, years=years), 1.0),
        low=1 - exp(-low * years),
        high=1 - exp(-high * years),
        basis=_rests_on(known.price, law) if known.price else "",
    )


Lengths = Sequence[tuple[GammaLaw, Array]]


def _of_long_outage(
    provider: str, outages: Lengths, basis: str, *, today: date, seed: int
) -> Forecast:
    """1 - Π(1 - P(any of a level is long)): levels are independent, as scores take them."""
    first, last = period_of(Question.LONG_OUTAGE, today)
    years = _years(first, last)
    none, expected = 1.0, np.zeros(DRAWS)
    for place, (law, below) in enumerate(outages):
        share = 1 - float(np.interp(LONG_OUTAGE_HOURS / _HOURS_PER_DAY, _GRID, below))
        none *= 1 - chance_of_any(count_law(law, years=years), share)
        expected += law.draws(DRAWS, seed=(seed, place)) * share * years
    low, high = np.quantile(-np.expm1(-expected), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Forecast(
        question=Question.LONG_OUTAGE,
        provider=provider,
        first_day=first,
        last_day=last,
        threshold=LONG_OUTAGE_HOURS,
        probability=1 - none,
        low=float(low),
        high=float(high),
        basis=basis,
    )


def _of_hours(provider: str, outages: Lengths, basis: str, *, today: date, seed: int) -> Forecast:
    """Hours of all outages that begin in the quarter, drawn: rate, number and each length."""
    first, last = period_of(Question.OUTAGE_HOURS, today)
    years, total = _years(first, last), np.zeros(DRAWS)
    for place, (law, below) in enumerate(outages):
        random = np.random.default_rng((seed, place, 1))
        counts = random.poisson(law.draws(DRAWS, seed=(seed, place)) * years)
        owner = np.repeat(np.arange(DRAWS), counts)
        hours = np.interp(random.random(len(owner)), below, _GRID) * _HOURS_PER_DAY
        total += np.bincount(owner, weights=hours, minlength=DRAWS)
    return Forecast(
        question=Question.OUTAGE_HOURS,
        provider=provider,
        first_day=first,
        last_day=last,
        quantiles=tuple(np.quantile(total, LEVELS).tolist()),
        basis=basis,
    )


def _years(first: date, last: date) -> float:
    return ((last - first).days + 1) / DAYS_PER_YEAR
