"""Questions to a startup as values: what each asks and why, and which of them a form holds.

How they are ranked is in :mod:`risk.portfolio.questions`; here nothing is valued.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: A form holds at least and at most so many questions, and so many unless somebody says otherwise:
#: about three minutes on a phone. A page proposes the first few, which take one.
FEWEST, MOST, USUAL = 3, 15, 9
PROPOSED = 3
#: So many names that may stand for a language model are asked about before anything else.
NAMES_FIRST = 5
#: The fact that says what a name stands for.
STANDS_FOR = "answer"
#: A known fact of which less still counts than this is offered to be confirmed.
WORN_OUT_BELOW = 0.7
#: What no loss is drawn from and a plan still needs: of a use case, and of a dependency.
FURTHER_OF_A_USE_CASE = ("buffer_hours",)
FURTHER_OF_A_DEPENDENCY = ("fallback_provider_text", "provider_notice_days")
#: Facts of a use case, rather than of who serves it.
OF_A_USE_CASE = frozenset({"criticality", *FURTHER_OF_A_USE_CASE})


class Reason(StrEnum):
    """Why a fact is asked for: nobody stated it, it was worked out from others, or it is old.

    ``KNOWN``: it is stated and fresh, and asked for only where a form would be too short.
    """

    UNKNOWN = "unknown"
    IMPUTED = "imputed"
    OLD = "old"
    KNOWN = "known"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One fact to ask a startup for, or to have confirmed.

    ``field`` is the fact as records call it, ``now`` what is known of it (None: nothing).
    ``use_case`` is None for a fact of the company; ``dependency`` is the key of the dependency that
    it is about, for a fact of a use case that of its first one, and ``provider`` what the register
    calls that. ``removes_usd`` is the USD a year by which an answer in the middle of what is
    expected shortens the range of the loss; None where it does not measurably.
    """

    field: str
    reason: Reason
    use_case: str | None = None
    dependency: str | None = None
    provider: str | None = None
    now: Any = None
    removes_usd: float | None = None

    @property
    def about(self) -> tuple[str, str]:
        """What tells a question from all others of its startup."""
        return self.dependency or "", self.field

    @property
    def is_of_a_use_case(self) -> bool:
        """Is it about a use case, rather than about the provider that serves it?"""
        return self.field in OF_A_USE_CASE


@dataclass(frozen=True, kw_only=True)
class OpenFact:
    """One fact of a portfolio that nobody stated, and the USD a year of range that it holds open.

    ``use_case`` and ``provider`` are None for facts of a company, and where the portfolio is so
    large that only the best question of each startup is kept.
    """

    startup: str
    field: str
    use_case: str | None
    provider: str | None
    removes_usd: float


def chosen(
    questions: Sequence[Question],
    *,
    most: int = USUAL,
    but: Iterable[tuple[str, str]] = (),
) -> tuple[Question, ...]:
    """The first ``most`` questions, without those about what ``but`` names.

    What is known and fresh only fills a form up to 3.

    Raises:
        ValueError: ``most`` is not from 3 to 15.
    """
    if not FEWEST <= most <= MOST:
        raise ValueError(f"A form has {FEWEST} to {MOST} questions.")
    left_out = set(but)
    found = [one for one in questions if one.about not in left_out]
    fresh = [one for one in found if one.reason is Reason.KNOWN]
    first = [one for one in found if one.reason is not Reason.KNOWN][:most]
    return (*first, *fresh[: max(0, FEWEST - len(first))])


def grouped(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The same questions as a form asks them: the company first, then use case by use case."""
    cases: dict[str | None, list[Question]] = {None: []}
    for one in questions:
        cases.setdefault(one.use_case, []).append(one)
    return tuple(
        one
        for asked in cases.values()
        # Within a use case what it is comes before who serves it, and each provider at once.
        for one in sorted(asked, key=lambda one: (not one.is_of_a_use_case, one.dependency or ""))
    )
