"""Realised losses: what companies lost by a disruption, beside what was predicted before it.

A prediction is what a stress test or an incident said of the company, frozen before the first day.
It says what is lost if the disruption happens as it was told, so that it is right of an event of
that sort and length alone. docs/method.md §8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.scoring_rules import coverage_band, pinball

#: The quantiles that a prediction states.
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, kw_only=True)
class RealisedLoss:
    """What a company lost from ``first_day`` to ``last_day``; None is unknown, not nothing."""

    startup: str
    provider: str
    kind: FailureKind
    first_day: date
    last_day: date | None = None
    amount_usd: float | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class PredictedLoss:
    """What was said of a company: the median with its 10 and 90 % points, in USD.

    ``share`` is the number of the snapshot that holds it, ``days`` how long the disruption was
    taken to last, None where the kind says so.
    """

    share: int
    title: str
    frozen_at: datetime
    days: float | None
    low_usd: float
    median_usd: float
    high_usd: float


@dataclass(frozen=True, kw_only=True)
class ComparedLoss:
    """A loss that was noted, and what was predicted; ``predicted`` None: nothing was kept."""

    number: int
    realised: RealisedLoss
    noted_by: str
    noted_at: datetime
    predicted: PredictedLoss | None = None

    @property
    def held(self) -> bool | None:
        """Whether the loss lies in the predicted range; None where either is unknown."""
        amount, said = self.realised.amount_usd, self.predicted
        if amount is None or said is None:
            return None
        return said.low_usd <= amount <= said.high_usd

    @property
    def pinball_usd(self) -> float | None:
        """The mean pinball loss over the three levels; None where either is unknown."""
        amount, said = self.realised.amount_usd, self.predicted
        if amount is None or said is None:
            return None
        quantiles = (said.low_usd, said.median_usd, said.high_usd)
        losses = [pinball(level, one, amount) for level, one in zip(LEVELS, quantiles, strict=True)]
        return sum(losses) / len(losses)


@dataclass(frozen=True, kw_only=True)
class LossScore:
    """How predictions of losses did.

    Of ``noted`` losses ``unknown`` have no amount and ``unpredicted`` no prediction of before; the
    other ``compared`` are scored: ``held`` in range, ``above`` it; ``realised_usd`` and
    ``median_usd`` are sums over these. None of them: unknown, not nothing. ``band``: shares held by
    honest ranges with 95 % probability, were companies independent. One event hits many at once.
    """

    noted: int
    unknown: int
    unpredicted: int
    compared: int
    events: int
    held: int
    above: int
    realised_usd: float | None
    median_usd: float | None
    pinball_usd: float | None
    band: tuple[float, float] | None


def score_losses(losses: Sequence[ComparedLoss]) -> LossScore:
    """Score the losses whose amount is known and of which something was predicted."""
    compared = [one for one in losses if one.held is not None]
    amounts = [one.realised.amount_usd or 0.0 for one in compared]
    said = [one.predicted for one in compared if one.predicted is not None]
    pinballs = [one.pinball_usd or 0.0 for one in compared]
    number = len(compared)
    return LossScore(
        noted=len(losses),
        unknown=sum(one.realised.amount_usd is None for one in losses),
        unpredicted=sum(
            one.predicted is None and one.realised.amount_usd is not None for one in losses
        ),
        compared=number,
        events=len({(one.realised.provider, one.realised.first_day) for one in compared}),
        held=sum(one.held is True for one in compared),
        above=sum(amount > one.high_usd for amount, one in zip(amounts, said, strict=True)),
        realised_usd=sum(amounts) if number else None,
        median_usd=sum(one.median_usd for one in said) if number else None,
        pinball_usd=sum(pinballs) / number if number else None,
        band=coverage_band(number, level=LEVELS[-1] - LEVELS[0]) if number else None,
    )


def misses_first(losses: Sequence[ComparedLoss]) -> tuple[ComparedLoss, ...]:
    """Outside their range first, by how far off they are; then inside; then what is unknown."""
    return tuple(
        sorted(
            losses,
            key=lambda one: (
                one.held is None,
                one.held is True,
                -(one.pinball_usd or 0.0),
                one.number,
            ),
        )
    )
