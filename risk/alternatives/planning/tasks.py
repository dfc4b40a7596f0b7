"""Tasks of a plan: every change with who sees to it, when it must begin, and what to ask first.

The last day to begin comes from what ends: a model that the change leaves must be left before its
last day, and a contract before it renews, with notice given in time. docs/plan.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from risk.alternatives.planning.plan import PlanChoice
from risk.alternatives.results import OptionClass
from risk.portfolio.deadlines import Deadline, DeadlineKind

#: Changes after which today's model is no longer called at today's host.
LEAVES_MODEL = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_MODEL,
    OptionClass.OTHER_DEVELOPER,
    OptionClass.SELF_HOST,
)
#: Changes that today's contract has a say in.
TOUCHES_CONTRACT = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_DEVELOPER,
    OptionClass.SELF_HOST,
    OptionClass.CONTRACT,
)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who sees to a startup, and whom to write to there; None: nobody said."""

    watched_by: str | None = None
    email: str | None = None


NOBODY_NAMED = Contact()


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Who took on a change that was decided, and by when (None: no day)."""

    owner: str
    due: date | None


@dataclass(frozen=True, kw_only=True)
class Begin:
    """The last day to begin, and what ends: a model, or a contract with its last day of notice."""

    day: date
    because: DeadlineKind
    of: str
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Task:
    """One change to carry out. ``begin`` None: nothing is known to end that it would have to meet.

    ``owner`` is who took it on, else who sees to the startup; None: nobody is named.
    """

    choice: PlanChoice
    owner: str | None
    email: str | None
    due: date | None
    begin: Begin | None


def tasks_of(
    choices: Iterable[PlanChoice],
    *,
    contacts: Mapping[str, Contact],
    assigned: Mapping[str, Assignment],
    deadlines: Mapping[str, Sequence[Deadline]],
) -> tuple[Task, ...]:
    """The changes among choices as tasks, those that begin first first, then as they come.

    ``contacts`` go by startup, ``assigned`` and ``deadlines`` by the choice's key.
    """
    found = []
    for one in choices:
        if not one.changes:
            continue
        contact, taken = contacts.get(one.startup, NOBODY_NAMED), assigned.get(one.key)
        found.append(
            Task(
                choice=one,
                owner=contact.watched_by if taken is None else taken.owner,
                email=contact.email,
                due=None if taken is None else taken.due,
                begin=begin_by(one, deadlines.get(one.key, ())),
            )
        )
    return tuple(sorted(found, key=lambda one: one.begin.day if one.begin else date.max))


def begin_by(choice: PlanChoice, deadlines: Iterable[Deadline]) -> Begin | None:
    """The last day to begin a change so that it meets everything that ends.

    The end less the days until the option works; of a contract the last day of notice, if sooner.
    A move off a model that is known to have begun binds no longer.
    """
    found = []
    for one in deadlines:
        retires = one.kind is DeadlineKind.RETIREMENT
        if one.begun or choice.option_class not in (LEAVES_MODEL if retires else TOUCHES_CONTRACT):
            continue
        day = one.day
        if one.kind is not DeadlineKind.NOTICE:
            day -= timedelta(days=ceil(choice.switch_days))
        of = (one.model or one.provider) if retires else one.provider
        found.append(Begin(day=day, because=one.kind, of=of, ends_on=one.ends_on))
    return min(found, key=lambda one: (one.day, one.ends_on), default=None)
