"""This week: the few things of a portfolio that somebody should look at first, of every sort.

Nothing is valued here. What cannot wait, what to do, what to ask, what was heard and what changed
are found elsewhere; this chooses among them, so that page and terminal say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline
from risk.portfolio.history import Step
from risk.portfolio.results import Action, Interval

#: Things of a week, and of each sort before the others have had theirs.
MOST, MOST_DEADLINES, MOST_ACTIONS = 5, 3, 3
#: Below so many USD a year an answer or a change is not worth a line of a week.
LEAST_USD = 1.0


class Sort(StrEnum):
    """What a thing is, in the order of the week."""

    DEADLINE = "deadline"
    ACT = "act"
    QUESTION = "question"
    NEWS = "news"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class AtStake:
    """What missing a day would cost one startup in USD: the median with its 10 to 90 %."""

    usd: float
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class News:
    """What was heard of a provider: a signal with its day, or a rate learned from what happened.

    ``provider`` None: of several. ``meaning`` says it in a sentence. ``usd`` is what news and
    incidents added to the expected loss a year since the last kept answer; None: not known.
    """

    provider: str | None
    day: date | None
    meaning: str
    usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The change of the expected loss (mean, USD a year) since a day; ``steps`` may be empty."""

    since: date
    usd: float
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing of the week. ``stake`` is what a missed deadline costs; None: no figure."""

    sort: Sort
    about: Deadline | Action | OpenFact | News | Changed
    stake: AtStake | None = None

    @property
    def late(self) -> bool:
        """Whether it is a day that cannot be met any more."""
        return isinstance(self.about, Deadline) and self.about.late


def this_week(
    *,
    deadlines: Sequence[Deadline] = (),
    stakes: Mapping[Deadline, AtStake] | None = None,
    actions: Sequence[Action] = (),
    facts: Sequence[OpenFact] = (),
    news: Sequence[News] = (),
    changed: Changed | None = None,
    most: int = MOST,
) -> tuple[Item, ...]:
    """Choose at most ``most`` things: one of each sort, then more that must be done or decided.

    ``actions``, ``facts`` and ``news`` come most important first. Of deadlines those come first
    that cannot be met, then those with most at stake. What is told as a deadline is not told again
    as an action.
    """
    known = stakes or {}
    urgent = sorted(deadlines, key=lambda one: (not one.late, -_usd(known.get(one)), one.day))
    told = {(one.startup, one.use_case) for one in urgent[:MOST_DEADLINES]}
    # One thing to do that serves several use cases of a company is told once.
    asked: dict[tuple[str, str], Action] = {}
    for act in actions:
        if (act.startup, act.use_case) not in told:
            asked.setdefault((act.startup, act.what), act)
    first = list(asked.values())
    open_facts = [one for one in facts if one.removes_usd >= LEAST_USD]
    moved = changed if changed is not None and abs(changed.usd) >= LEAST_USD else None
    single = [
        *(Item(sort=Sort.QUESTION, about=one) for one in open_facts[:1]),
        *(Item(sort=Sort.NEWS, about=one) for one in news[:1]),
        *(Item(sort=Sort.CHANGED, about=one) for one in (moved,) if one is not None),
    ]
    room = max(most - len(single), 2)
    due, acts = urgent[:1], first[:1]
    for one in urgent[1:MOST_DEADLINES]:
        if len(due) + len(acts) < room and one.late:
            due.append(one)
    acts = first[: min(MOST_ACTIONS, room - len(due))]
    due = urgent[: min(MOST_DEADLINES, room - len(acts))]
    return (
        *(Item(sort=Sort.DEADLINE, about=one, stake=known.get(one)) for one in due),
        *(Item(sort=Sort.ACT, about=one) for one in acts),
        *single,
    )[:most]


def usual_day(days: Sequence[date], today: date) -> date | None:
    """The last kept day before this month, else the first before today; None: there is none."""
    before = [one for one in days if one < today]
    of_months = [one for one in before if one < today.replace(day=1)]
    return of_months[-1] if of_months else next(iter(before), None)


def _usd(stake: AtStake | None) -> float:
    return 0.0 if stake is None else stake.usd
