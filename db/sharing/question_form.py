"""Form of questions as it was frozen: what it asks, item by item, and how much is answered.

Reading answers is in :mod:`db.sharing.question_content`; a list of forms starts without it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from risk.portfolio.asked import Question

#: Lines to fill in: for a startup of which no use is known, and for any other.
LINES_OF_EMPTY, LINES_OF_OTHERS = 3, 1
#: The cells of such a line, by the column of an inventory.
LINE = ("provider", "use_case", "spend_usd", "criticality", "fallback")
#: What a line is called where a change names a fact.
USE = "dependency"
MOST_OWN, LONGEST_OWN = 5, 300
LONGEST_NOTE, LONGEST_NAME = 1_000, 100
#: Letters of an answer: to a fact, and to a question in the analyst's own words.
LONGEST_FACT, LONGEST_TEXT = 300, 2_000
#: The answer that confirms what is known.
CONFIRMED = "="
#: The answer that a name stands for no language model.
NO_MODEL = "no AI model"


class Sort(StrEnum):
    """What an item of a form asks for: a fact, a line of what is used, a text, anything else."""

    FACT = "fact"
    USE = "use"
    TEXT = "text"
    COMMENT = "comment"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a form is to ask a startup.

    ``own`` are questions in the analyst's own words, ``note`` what stands above all questions,
    ``asked_by`` who asks as the founder knows them, ``due_on`` the day by which answers are hoped
    for.
    """

    questions: tuple[Question, ...] = ()
    own: tuple[str, ...] = ()
    note: str = ""
    asked_by: str = ""
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that a form asks. ``now`` None: not known. ``dependency`` numbers one of it."""

    place: int
    sort: Sort
    field: str = ""
    dependency: int | None = None
    use_case: str | None = None
    provider: str | None = None
    now: Any = None
    reason: str = ""
    text: str = ""

    @property
    def counts(self) -> bool:
        """Is it one of the questions that somebody has to answer before a form is complete?"""
        return self.sort in (Sort.FACT, Sort.TEXT)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as it was frozen. ``of`` counts the questions that are to be answered."""

    startup: str
    note: str
    asked_by: str
    due_on: date
    items: tuple[Item, ...]
    has_uses: bool

    @property
    def of(self) -> int:
        """How many questions wait for an answer; what it uses is one where nothing is known."""
        return sum(one.counts for one in self.items) + (not self.has_uses)

    def answered(self, places: Collection[int]) -> int:
        """How many of them have an answer where these places have one."""
        given = [one for one in self.items if one.place in places]
        uses = not self.has_uses and any(one.sort is Sort.USE for one in given)
        return sum(one.counts for one in given) + uses


def form_of(content: Mapping[str, Any]) -> Form:
    """Read a frozen form."""
    return Form(
        startup=content["startup"],
        note=content["note"],
        asked_by=content["asked_by"],
        due_on=date.fromisoformat(content["due_on"]),
        has_uses=content["has_uses"],
        items=tuple(
            Item(place=place, **{**one, "sort": Sort(one["sort"])})
            for place, one in enumerate(content["items"])
        ),
    )
