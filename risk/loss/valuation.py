"""A portfolio laid out to be valued: who its startups are, their exposures, and its worlds.

Everything that is asked of a portfolio is asked of one of these, at every size, so that a score, a
stress, an option and a page rest on the same worlds and the same facts.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Answer as Said
from risk.catalog.records import Catalog
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Portfolio, Startup
from risk.loss.answer import Answer, Setting, answer_on, setting_of
from risk.loss.changes import Before, Spliced, answer_after, coding_of, same_lines, spliced_by
from risk.loss.columns import Columns, columns_of, taken
from risk.loss.exposures import Book, book_of
from risk.loss.valuing import WorldTables, world_tables_of
from risk.loss.worlds import Worlds, worlds_for, worlds_of

Thing = TypeVar("Thing")


class _Held(Generic[Thing]):
    """Things by what they were made from, as long as somebody holds them.

    After a change of a startup nearly always the same worlds and tables are asked for again.
    """

    def __init__(self) -> None:
        self._last: deque[tuple[object, ReferenceType[Thing]]] = deque(maxlen=16)

    def get(self, made_from: object, make: Callable[[], Thing]) -> Thing:
        """The thing made from this, made where nobody holds one."""
        for other, thing in list(self._last):
            found = thing()
            if found is not None and other == made_from:
                return found
        made = make()
        self._last.append((made_from, ref(made)))
        return made


class _OfLines(dict[str, Any]):
    """What rests on the lines of a portfolio in its worlds, by name."""


_worlds, _grounds, _of_lines = _Held[Worlds](), _Held[WorldTables](), _Held[_OfLines]()


@dataclass(frozen=True, kw_only=True)
class Members:
    """The startups of a portfolio in the order of their rows, (n,) each.

    ``questions`` counts the dependencies of each of which it is open what they are; ``sectors`` has
    None where nobody said. ``empty`` marks startups without any use case.
    ``use_cases`` names the rows of use cases of the columns, ``keys`` and ``texts`` (what somebody
    wrote for the provider) those of dependencies; None where they were not read, as of a large
    portfolio: they are told of some startups on demand. ``marks`` are other numbers once anything
    of a startup is, by which a store knows it again; None where nobody needs them.
    """

    names: Sequence[str]
    sectors: Sequence[str | None]
    questions: NDArray[np.int32]
    empty: NDArray[np.bool_]
    use_cases: Sequence[str] | None = None
    keys: Sequence[str] | None = None
    texts: Sequence[str] | None = None
    marks: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def taken(self, places: NDArray[np.integer[Any]]) -> "Members":
        """Some of them in an order, without names of what is theirs."""
        names, sectors = list(self.names), list(self.sectors)
        return Members(
            names=[names[place] for place in places.tolist()],
            sectors=[sectors[place] for place in places.tolist()],
            questions=self.questions[places],
            empty=self.empty[places],
            marks=None if self.marks is None else self.marks[places],
        )

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each name."""
        return {name: row for row, name in enumerate(self.names)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The startups with open questions, each answered by yes; ``places`` are their rows."""

    columns: Columns
    members: Members
    places: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What was worked out startup by startup: a row for each use case, (cases, …), and whole sums.

    Sums wrap around at 64 bits, so that what was added can be taken out again whatever it was.
    """

    cases: NDArray[Any]
    sums: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Valuation:
    """A portfolio ready to be valued. What is costly is made once, when it is first asked for.

    ``asked`` says what it would be if all open questions were a yes; None without any. ``middle``
    leaves judgement, rates and common parts of facts at their middle, to be checked by hand.
    """

    portfolio: str
    invented: bool
    members: Members
    columns: Columns
    catalog: Catalog
    assumptions: Assumptions
    today: date
    before_signals: Mapping[str, float] = field(default_factory=dict)
    count: int | None = None
    asked: Asked | None = None
    middle: bool = False

    @cached_property
    def book(self) -> Book:
        """Its exposures, and what their codes stand for."""
        return book_of(self.columns)

    @cached_property
    def _coding(self) -> str:
        last = self._last
        if last is not None and same_lines(last.book, self.book):
            return last._coding
        return coding_of(self.book)

    @cached_property
    def worlds(self) -> Worlds:
        """The worlds it is valued in: as many as its size asks for, unless said otherwise."""
        count = self.count or worlds_for(len(self.members))
        return _worlds.get(
            (
                *(self._coding, count, self.middle, self.today, self.assumptions),
                *(self.before_signals, self.catalog),
            ),
            lambda: worlds_of(
                self.book,
                self.catalog,
                self.assumptions,
                today=self.today,
                count=count,
                **dict.fromkeys(("judgement", "rates", "facts"), not self.middle),
                before_signals=self.before_signals,
            ),
        )

    @cached_property
    def world_tables(self) -> WorldTables:
        """Its lines in all worlds."""
        worlds = self.worlds
        return _grounds.get((id(worlds), self._coding), lambda: world_tables_of(self.book, worlds))

    @cached_property
    def _of_lines(self) -> _OfLines:
        return _of_lines.get((id(self.worlds), self._coding), _OfLines)

    def of_lines(self, name: str, make: Callable[[], Thing]) -> Thing:
        """What rests on its lines in its worlds alone, made once for all who have the same."""
        if name not in self._of_lines:
            self._of_lines[name] = make()
        found: Thing = self._of_lines[name]
        return found

    @cached_property
    def if_asked(self) -> "Valuation | None":
        """The startups with open questions as they would be, laid out on worlds of their own."""
        if self.asked is None:
            return None
        return replace(
            self,
            columns=self.asked.columns,
            members=self.asked.members,
            count=self.worlds.count,
            asked=None,
        )

    @property
    def setting(self) -> Setting:
        """What each part of it is answered on."""
        return setting_of(self.world_tables, self.assumptions, len(self.members))

    @cached_property
    def answer(self) -> Answer:
        """What it and each of its startups may lose; of startups that changed, if it is known."""
        if self._before is not None and self._changed is not None:
            before, changed, exposures = self._before, self._changed, self.book.exposures
            if self._last is None:
                self.let_go()  # What was read of the store would stay in memory.
            return answer_after(before, changed, exposures, self.setting)
        return answer_on(self.world_tables, self.book.exposures, self.assumptions)

    @property
    def is_answered(self) -> bool:
        """Whether the answer was worked out already."""
        return "answer" in self.__dict__

    def follow(self, last: "Valuation | Callable[[], Before | None]") -> None:
        """Work out only what changed since another valuation: of the same facts but startups'.

        It is one of the same process that was answered, or reads what a store kept of one, which
        is asked for when an answer is; None: it keeps none.
        """
        self.__dict__.pop("_changed", None)
        if not isinstance(last, Valuation):
            self.__dict__["_kept_before"] = last
        elif last.is_answered and last.members.marks is not None:
            last.let_go()
            self.__dict__["_last"] = last
            self.__dict__["_before"] = Before(
                coding=last._coding,
                marks=last.members.marks,
                exposures=last.book.exposures,
                startups=last.answer.startups,
                sums=last.answer.sums,
            )

    def let_go(self) -> None:
        """Forget what it followed."""
        self.__dict__.update(_last=None, _before=None, _changed=None)

    @cached_property
    def _last(self) -> "Valuation | None":
        return None

    @cached_property
    def _before(self) -> Before | None:
        kept: Callable[[], Before | None] | None = self.__dict__.get("_kept_before")
        return kept() if kept is not None else None

    @cached_property
    def _changed(self) -> Spliced | None:
        """Which startups changed since what it follows; None where too much did."""
        marks, before = self.members.marks, self._before
        if before is None or marks is None or before.coding != self._coding:
            return None
        if self._last is not None and self._last.worlds is not self.worlds:
            return None
        return spliced_by(before.marks, marks)

    def worked_out(self, name: str, work: "Callable[[Valuation], Worked]") -> Worked:
        """What ``work`` makes of its startups, each by itself; of those that changed, if known."""
        known = self._worked
        if name not in known:
            last, changed = self._last, self._changed
            if last is None or changed is None or name not in last._worked:
                known[name] = work(self)
            else:
                was, now = last.part(changed.gone), self.part(changed.fresh)
                then, old, new = last._worked[name], work(was), work(now)
                sizes = [np.diff(one.book.exposures.case_start) for one in (last, now)]
                known[name] = Worked(
                    cases=changed.below(*sizes).of(then.cases, new.cases),
                    sums=then.sums - old.sums + new.sums,
                )
        return known[name]

    @cached_property
    def _worked(self) -> dict[str, Worked]:
        return {}

    def part(self, places: NDArray[np.integer[Any]]) -> "Valuation":
        """Some of its startups, on the same worlds."""
        found = replace(
            self,
            columns=taken(self.columns, places),
            members=self.members.taken(places),
            asked=None,
        )
        book = replace(self.book, exposures=self.book.exposures.taken(places))
        found.__dict__.update(book=book, worlds=self.worlds, world_tables=self.world_tables)
        return found

    def keep(self, answer: Answer) -> None:
        """Take an answer that was worked out elsewhere, on the same setting."""
        self.__dict__["answer"] = answer


def valuation_of(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    before_signals: Mapping[str, float] | None = None,
) -> Valuation:
    """A portfolio of records laid out; startups come in the order of their names."""
    startups = sorted(portfolio.startups, key=lambda one: one.name)
    members = _members(startups)
    places = np.flatnonzero(members.questions > 0)
    asked = [_as_yes(startups[place]) for place in places.tolist()]
    return Valuation(
        portfolio=portfolio.name,
        invented=portfolio.invented,
        members=members,
        columns=columns_of(startups, catalog=catalog, today=today),
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        before_signals=before_signals or {},
        asked=Asked(
            columns=columns_of(asked, catalog=catalog, today=today),
            members=_members(asked),
            places=places,
        )
        if asked
        else None,
    )


def _members(startups: Sequence[Startup]) -> Members:
    exposed = [one for startup in startups for one in exposed_use_cases(startup)]
    links = [one for _, models in exposed for one in models]
    questions = [
        sum(one.answer is Said.ASK for case in startup.use_cases for one in case.dependencies)
        for startup in startups
    ]
    return Members(
        names=[one.name for one in startups],
        sectors=[one.sector for one in startups],
        questions=np.array(questions, dtype=np.int32),
        empty=np.array([not one.use_cases for one in startups], dtype=np.bool_),
        use_cases=[case.name for case, _ in exposed],
        keys=[one.key for one in links],
        texts=[one.provider_text for one in links],
    )


def _as_yes(startup: Startup) -> Startup:
    """A startup whose open questions are all answered by yes."""
    return replace(
        startup,
        use_cases=tuple(
            replace(
                case,
                dependencies=tuple(
                    replace(one, answer=Said.YES) if one.answer is Said.ASK else one
                    for one in case.dependencies
                ),
            )
            for case in startup.use_cases
        ),
    )
