"""Scores of forecasts: chances and ranges beside what came, and how few that is.

Intervals take questions as independent. Those whose periods overlap are not, so that the truth is
less sure than they say.

Sources: Brier 1950; Murphy 1973 (its parts: reliability, resolution, uncertainty); Good 1952 (the
logarithmic score); Clopper and Pearson 1934 (intervals of shares). docs/method.md §8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt

import numpy as np
import scipy
from numpy.typing import NDArray

from risk.hazard.forecasts import LEVELS, Kept, Outcome, Question, State
from risk.hazard.scoring_rules import brier, coverage_band, pinball, skill

Array = NDArray[np.float64]

#: Of fewer questions nothing is said of how good the chances are (judgement).
FEWEST = 10
#: Edges of the groups of chances that are compared with what came of them.
EDGES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
#: How sure intervals of shares and of differences are.
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Group:
    """Questions whose chance lay between two edges: what was said, and what came of them.

    ``mean`` is the mean chance, ``low`` to ``high`` hold the true share with 95 % confidence.
    """

    questions: int
    mean: float
    happened: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that came true."""
        return self.happened / self.questions

    @property
    def is_held(self) -> bool:
        """Whether what was said lies within what so few questions allow."""
        return self.low <= self.mean <= self.high


class Verdict(StrEnum):
    """What so many questions allow to say of the chances beside a reference."""

    TOO_FEW = "too few"
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference shown"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Another way to answer every question, and how ours compares with it.

    ``skill``: 1 − ours/its Brier score; None where its own is perfect.
    """

    brier: float
    skill: float | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class ChanceScore:
    """How chances did over questions answered by yes or no; lower scores are better.

    ``brier`` = ``reliability`` − ``resolution`` + ``uncertainty`` + ``within``, the last being what
    differs inside the groups. ``expected`` of the questions were said to come true, ``happened``
    did. ``base_rate``: always the share that came true, which nobody knew beforehand;
    ``coin``: always 50 %. ``bits``: the mean surprise.
    """

    questions: int
    expected: float
    happened: int
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    bits: float
    base_rate: Reference
    coin: Reference
    groups: tuple[Group, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough questions to say anything."""
        return self.questions >= FEWEST


@dataclass(frozen=True, kw_only=True)
class AmountScore:
    """How ranges of amounts did: ``pinball`` in hours, the mean over levels and questions.

    ``held`` of them lay in their 10–90 % range, of which honest ranges hold between the shares of
    ``band`` with 95 % probability; ``above`` lay over it.
    """

    questions: int
    held: int
    above: int
    pinball: float
    band: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Every kept forecast scored, by question and together; None: nothing such is settled."""

    states: Mapping[State, int]
    together: ChanceScore | None
    by_question: Mapping[Question, ChanceScore]
    amounts: AmountScore | None
    settled: tuple[Kept, ...]


def scored(kept: Sequence[Kept], *, today: date) -> Scored:
    """Score what is over and answered, the most surprising first."""
    settled = [one for one in kept if one.state(today) is State.SETTLED]
    chances = [one for one in settled if one.said is not None]
    by_question = {
        question: [one for one in chances if one.forecast.question is question]
        for question in Question
    }
    amounts = [one for one in settled if one.held is not None]
    return Scored(
        states={state: sum(one.state(today) is state for one in kept) for state in State},
        together=chance_score(_pairs(chances)) if chances else None,
        by_question={
            question: chance_score(_pairs(some)) for question, some in by_question.items() if some
        },
        amounts=_amount_score(amounts) if amounts else None,
        settled=tuple(sorted(settled, key=lambda one: (-(one.surprise or 0.0), one.number))),
    )


def _pairs(kept: Sequence[Kept]) -> list[tuple[float, bool]]:
    return [
        (one.forecast.probability or 0.0, one.answer.outcome is Outcome.YES)
        for one in kept
        if one.answer is not None
    ]


def chance_score(pairs: Sequence[tuple[float, bool]]) -> ChanceScore:
    """Score chances, each with whether it came true.

    Raises:
        ValueError: there is none.
    """
    if not pairs:
        raise ValueError("There is nothing to score.")
    chances = np.array([chance for chance, _ in pairs])
    came = np.array([happened for _, happened in pairs], dtype=np.float64)
    number, base = len(pairs), float(came.mean())
    groups = _groups(chances, came)
    ours = np.array([brier(chance, happened) for chance, happened in pairs])
    weights = [(one.questions / number, one.mean, one.share) for one in groups]
    reliability = sum(weight * (mean - share) ** 2 for weight, mean, share in weights)
    resolution = sum(weight * (share - base) ** 2 for weight, _, share in weights)
    uncertainty = base * (1 - base)
    said = np.where(came == 1, chances, 1 - chances)
    return ChanceScore(
        questions=number,
        expected=float(chances.sum()),
        happened=int(came.sum()),
        brier=float(ours.mean()),
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        within=float(ours.mean()) - (reliability - resolution + uncertainty),
        bits=float(-np.log2(np.maximum(said, 2.0**-1000)).mean()),
        base_rate=_beside(ours, (base - came) ** 2),
        coin=_beside(ours, (0.5 - came) ** 2),
        groups=groups,
    )


def _groups(chances: Array, came: Array) -> tuple[Group, ...]:
    place = np.clip(np.digitize(chances, EDGES[1:-1]), 0, len(EDGES) - 2)
    found = []
    for number in np.unique(place).tolist():
        inside = place == number
        questions, happened = int(inside.sum()), int(came[inside].sum())
        low, high = share_interval(happened, questions)
        found.append(
            Group(
                questions=questions,
                mean=float(chances[inside].mean()),
                happened=happened,
                low=low,
                high=high,
            )
        )
    return tuple(found)


def share_interval(happened: int, questions: int) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share, 95 %."""
    tail = (1 - CONFIDENCE) / 2
    beta = scipy.special.betaincinv
    low = float(beta(happened, questions - happened + 1, tail)) if happened else 0.0
    missed = questions - happened
    return low, float(beta(happened + 1, missed, 1 - tail)) if missed else 1.0


def _beside(ours: Array, theirs: Array) -> Reference:
    """The mean difference decides where zero lies outside of its 95 % interval."""
    number, gain = len(ours), theirs - ours
    if number < FEWEST:
        verdict = Verdict.TOO_FEW
    else:
        mean, spread = float(gain.mean()), float(gain.std(ddof=1)) / sqrt(number)
        reach = spread * float(scipy.special.stdtrit(number - 1, (1 + CONFIDENCE) / 2))
        verdict = Verdict.BETTER if mean > reach else Verdict.NO_DIFFERENCE
        verdict = Verdict.WORSE if mean < -reach else verdict
    return Reference(
        brier=float(theirs.mean()),
        skill=skill(float(ours.mean()), float(theirs.mean())),
        verdict=verdict,
    )


def _amount_score(kept: Sequence[Kept]) -> AmountScore:
    pairs = [(one.forecast.quantiles, one.answer.hours or 0.0) for one in kept if one.answer]
    losses = [
        pinball(level, quantile, hours)
        for quantiles, hours in pairs
        for level, quantile in zip(LEVELS, quantiles, strict=True)
    ]
    return AmountScore(
        questions=len(pairs),
        held=sum(low <= hours <= high for (low, *_, high), hours in pairs),
        above=sum(hours > high for (*_, high), hours in pairs),
        pinball=sum(losses) / len(losses),
        band=coverage_band(len(pairs), level=LEVELS[-1] - LEVELS[0]),
    )
