"""Evaluations that a startup ran itself: two models on the same cases of its own use case.

They outrank voters, facts and judgement of how alike two models are, for that startup and use case.
A score is the share of cases passed, or any mean of marks from 0 to 1 (whose spread is no larger
than that of shares). How alike: what the other model scores over what today's scores, at most 1.
With n cases a score is known to within Wilson's interval: the scores at which the standard normal
place z of the observed share p lies solve (p − s)² = z²·s·(1 − s)/n, so that

    s(z) = (p + z²/2n + z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).

Drawing z from a normal law draws a score of which every interval is Wilson's at its level (1927);
z = 0 is the score itself. The two scores are taken as independent, which is wide where both models
were run on the same cases. docs/method.md §6.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from math import exp, hypot, log
from typing import Any

#: Standard normal quantile at 97.5 %.
Z95 = 1.959963984540054
MOST_CASES = 10_000_000
MOST_TEXT = 200


class NotAnEvaluation(ValueError):
    """What was stated is no evaluation; the sentence says what to write."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What two models scored (0 to 1) on so many cases of a named set, on which day, run by whom.

    ``today`` is today's model's score, ``other`` that of the one that it is compared with.
    """

    today: float
    other: float
    cases: int
    held_on: date
    name: str
    by: str

    @property
    def alike(self) -> float:
        """How alike the two are, 0 to 1: a model that scores higher is wholly alike."""
        return min(1.0, self.other / self.today)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of how alike they are.

        The ends of the two Wilson intervals are combined as those of independent scores are, on
        the logarithm of their ratio.
        """
        if self.other == 0:
            return 0.0, min(1.0, self.at(0.0, Z95))
        middle = self.other / self.today
        below = hypot(_apart(self.other, self.cases, -Z95), _apart(self.today, self.cases, Z95))
        above = hypot(_apart(self.other, self.cases, Z95), _apart(self.today, self.cases, -Z95))
        return min(1.0, middle * exp(-below)), min(1.0, middle * exp(above))

    def at(self, today: Any, other: Any) -> Any:
        """What the other scores over today's where both lie at standard normal places, (…,)."""
        return score_at(self.other, self.cases, other) / score_at(self.today, self.cases, today)

    @property
    def text(self) -> str:
        """The evaluation as it is kept, to be read by :func:`read_evaluation`."""
        said = {**asdict(self), "held_on": self.held_on.isoformat()}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def score_at(score: float, cases: int, z: Any) -> Any:
    """The score of ``cases`` cases at standard normal places, a number or (…,)."""
    square = z * z / cases
    root = (score * (1.0 - score) / cases + square / (4.0 * cases)) ** 0.5
    return (score + square / 2.0 + z * root) / (1.0 + square)


def _apart(score: float, cases: int, z: float) -> float:
    """How far the score at a place is from the score itself, as a logarithm."""
    return abs(log(max(float(score_at(score, cases, z)), 1e-12) / score))


def read_evaluation(text: str) -> Evaluation:
    """The evaluation that a text states.

    Raises:
        NotAnEvaluation: it states none; the sentence says what to write.
    """
    try:
        said = json.loads(text)
        found = Evaluation(
            today=float(said["today"]),
            other=float(said["other"]),
            cases=int(said["cases"]),
            held_on=date.fromisoformat(said["held_on"]),
            name=str(said["name"]).strip(),
            by=str(said["by"]).strip(),
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        raise NotAnEvaluation(
            "Note an evaluation with its two scores, cases, day, set and who ran it."
        ) from None
    return checked(found)


def checked(one: Evaluation) -> Evaluation:
    """The same evaluation, if its figures make sense.

    Raises:
        NotAnEvaluation: they do not; the sentence says what to write.
    """
    if not (0 < one.today <= 1 and 0 <= one.other <= 1):
        raise NotAnEvaluation(
            "Write scores as shares from 0 to 1, for instance 0.91; today's model must score above "
            "0, or there is nothing to compare with."
        )
    if not 1 <= one.cases <= MOST_CASES:
        raise NotAnEvaluation("Write on how many cases both models were run, 1 at least.")
    if not one.name or not one.by:
        raise NotAnEvaluation("Name the set of cases, and who ran it.")
    if max(len(one.name), len(one.by)) > MOST_TEXT:
        raise NotAnEvaluation(f"Names of sets and people have {MOST_TEXT} characters at most.")
    return one
