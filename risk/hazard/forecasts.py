"""Forecasts: dated questions about providers, what was said beforehand, and what came of it.

A question has a first and a last day, both after the day on which it is asked, so that whatever
answers it comes later. Chances are made in :mod:`risk.hazard.forecast_chances` and scored in
:mod:`risk.hazard.forecast_scores`. Only what is over is scored: a yes that came early would else
count before the noes that are still open. docs/method.md §8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from math import inf, log2

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.incidents.records import (
    KIND_OF_LEVEL,
    Incident,
    IncidentLevel,
    ServiceDay,
    of_the_api,
)

#: Which quantiles of an amount are kept; the outer ones are the range.
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


class Question(StrEnum):
    """What is asked; the last is an amount, the others are answered by yes or no."""

    WIND_DOWN = "wind_down"
    LONG_OUTAGE = "long_outage"
    PRICE_RISE = "price_rise"
    OUTAGE_HOURS = "outage_hours"

    @property
    def is_amount(self) -> bool:
        """Whether the answer is a number."""
        return self is Question.OUTAGE_HOURS


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One question about ``provider``, and what was said beforehand.

    ``subject`` is the model whose price is asked about, else empty. ``threshold``: hours that an
    outage must exceed, or the new price over the old one. ``probability`` with its 10–90 % range
    answers by yes or no; ``quantiles`` at :data:`LEVELS` are hours. ``basis``: what it rests on.
    """

    question: Question
    provider: str
    subject: str = ""
    first_day: date
    last_day: date
    threshold: float | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    quantiles: tuple[float, ...] = ()
    basis: str = ""

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.last_day < today


class Outcome(StrEnum):
    """How a question was answered; ``VOID``: it cannot be, and counts nowhere."""

    YES = "yes"
    NO = "no"
    AMOUNT = "amount"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer to a question: ``hours`` of an amount, the ``day`` of a yes if it is known."""

    outcome: Outcome
    hours: float | None = None
    day: date | None = None
    source: str = ""


def answered_by_incidents(
    asked: Forecast, incidents: Iterable[Incident], days: Iterable[ServiceDay], *, today: date
) -> Answered | None:
    """What imported incidents say to a question; None: they do not decide it.

    Outages are incidents that the provider itself calls critical or major, by the day (UTC) on
    which they began, of its API where it tells that apart: as the rates count them. A no, or hours,
    need a record that begins before the first day and goes on to the last, and no incident of
    unknown level or length among them. A wind-down or a price is in no incident.
    """
    if asked.question not in (Question.LONG_OUTAGE, Question.OUTAGE_HOURS):
        return None
    told = [
        one
        for one in incidents
        if one.provider == asked.provider and one.level is not IncidentLevel.MAINTENANCE
    ]
    inside = [one for one in of_the_api(told) if asked.first_day <= _day(one) <= asked.last_day]
    outages = [one for one in inside if _kind(one) is FailureKind.OUTAGE]
    if asked.question is Question.LONG_OUTAGE:
        long = [one for one in outages if (one.hours or 0.0) > (asked.threshold or inf)]
        if long:
            first = min(long, key=lambda one: one.started_at)
            return Answered(outcome=Outcome.YES, day=_day(first), source=first.source)
    unknown = [one for one in inside if one.level is None] + [
        one for one in outages if one.hours is None
    ]
    watched = [_day(one) for one in told]
    watched += [one.day for one in days if one.provider == asked.provider]
    is_whole = bool(watched) and min(watched) < asked.first_day and max(watched) >= asked.last_day
    if unknown or not is_whole or not asked.is_over(today):
        return None
    source = ", ".join(sorted({one.source for one in told})) or "imported uptime days"
    if asked.question is Question.LONG_OUTAGE:
        return Answered(outcome=Outcome.NO, source=source)
    hours = sum(one.hours or 0.0 for one in outages)
    return Answered(outcome=Outcome.AMOUNT, hours=hours, source=source)


def _day(one: Incident) -> date:
    return one.started_at.astimezone(UTC).date()


def _kind(one: Incident) -> FailureKind | None:
    return None if one.level is None else KIND_OF_LEVEL.get(one.level)


class State(StrEnum):
    """How far a question is. Only what is settled is scored; nothing open counts as a no."""

    AHEAD = "ahead"
    UNANSWERED = "unanswered"
    SETTLED = "settled"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A forecast as it was kept, and its answer if anybody knows it.

    ``answered_by`` None beside an answer: it was read from imported incidents.
    """

    number: int
    forecast: Forecast
    kept_by: str
    kept_at: datetime
    model_version: str
    answer: Answered | None = None
    answered_by: str | None = None

    def state(self, today: date) -> State:
        """How far it is today."""
        if self.answer is not None and self.answer.outcome is Outcome.VOID:
            return State.VOID
        if not self.forecast.is_over(today):
            return State.AHEAD
        return State.UNANSWERED if self.answer is None else State.SETTLED

    @property
    def said(self) -> float | None:
        """The chance that was given to what happened; None where there is none."""
        probability = self.forecast.probability
        if self.answer is None or probability is None:
            return None
        if self.answer.outcome is Outcome.YES:
            return probability
        return 1 - probability if self.answer.outcome is Outcome.NO else None

    @property
    def surprise(self) -> float | None:
        """Bits: −log₂ of the chance that was given to what happened, 1 for a tossed coin.

        Of an amount, of the chance of lying as far out, from the quantiles on either side.
        """
        if self.said is not None:
            return -log2(max(self.said, 2.0**-1000))
        hours = None if self.answer is None else self.answer.hours
        if hours is None or not self.forecast.quantiles:
            return None
        return -log2(2 * _least_tail(hours, self.forecast.quantiles))

    @property
    def held(self) -> bool | None:
        """Whether an amount lies in its 10–90 % range."""
        hours = None if self.answer is None else self.answer.hours
        if hours is None or not self.forecast.quantiles:
            return None
        return self.forecast.quantiles[0] <= hours <= self.forecast.quantiles[-1]


def _least_tail(value: float, quantiles: Sequence[float]) -> float:
    """The share of the law that the quantiles say lies at least as far out, at most ½.

    Steps: nothing is known between quantiles, nor beyond the outer ones.
    """
    below = sum(value > one for one in quantiles)
    above = sum(value < one for one in quantiles)
    low = 1.0 if below == 0 else 1 - LEVELS[below - 1]
    high = 1.0 if above == 0 else LEVELS[len(LEVELS) - above]
    return min(low, high, 0.5)
