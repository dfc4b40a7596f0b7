"""The engine's side of its benchmark: what a child process runs, and checks after each run."""

from collections.abc import Callable
from time import process_time
from typing import Any

from benchmarks.contestants import Works
from benchmarks.invented_columns import invented_columns
from benchmarks.synthetic import TODAY, reference_catalog
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.loss.answer import Answer, answer_on
from risk.loss.columns import Columns, columns_of
from risk.loss.exposures import Book, book_of
from risk.loss.tails import tail_parts
from risk.loss.valuing import DRAWN_FACTS, WorldTables, value, world_tables_of
from risk.loss.worlds import Worlds, worlds_for, worlds_of

#: Worlds from which truths are taken that ranges must hold, behind those of the ranges.
TRUTHS, TRUTHS_OF_ALL = 64, 1_024


class Laid:
    """A portfolio on its ground, with the answer; ``stages`` is each step's processor time."""

    def __init__(self, columns: Columns, count: int | None = None) -> None:
        self.catalog = reference_catalog()
        self.stages: dict[str, float] = {}
        self._last = process_time()
        self.book: Book = book_of(columns)
        self._done("book")
        self.worlds: Worlds = worlds_of(
            self.book,
            self.catalog,
            DEFAULTS,
            today=TODAY,
            count=count or worlds_for(len(self.book.exposures)),
        )
        self._done("worlds")
        self.world_tables: WorldTables = world_tables_of(self.book, self.worlds)
        self.world_tables.prepare()
        self._done("tables")

    def _done(self, stage: str) -> None:
        now = process_time()
        self.stages[stage], self._last = now - self._last, now

    def answered(self) -> "Laid":
        """With the answer."""
        self.answer: Answer = answer_on(self.world_tables, self.book.exposures, DEFAULTS)
        self._done("answer")
        return self

    def check(self) -> dict[str, Any]:
        """What must hold (fast and wrong is an error), and each stage's time."""
        answer, tail = self.answer, self.answer.book.tail
        _same("startups and the portfolio", answer.startups.mean.sum(), answer.book.mean)
        _same("parts of the tail and the tail", tail.by_event.sum(), tail.tvar)
        assert answer.startups.mean.min() >= 0 or answer.book.mean > 0
        return {"stages": self.stages, "mean": answer.book.mean, "tail": tail.tvar}


def engine(*, startups: int) -> Works:
    """A portfolio as columns, and what can be asked about it; no startups stand for the demo."""
    catalog = reference_catalog()
    if startups:
        columns = invented_columns(startups, catalog=catalog)
    else:
        columns = columns_of(demo_portfolio(catalog).startups, catalog=catalog, today=TODAY)
    held = Laid(columns).answered()

    def whole() -> Callable[[], dict[str, Any]]:
        return Laid(columns).answered().check

    def answer() -> None:
        answer_on(held.world_tables, held.book.exposures, DEFAULTS)

    def shares() -> Callable[[], None]:
        found = tail_parts(held.book.exposures, held.world_tables, held.answer.book.tail).startups
        return lambda: _same("shares and the tail", found.sum(), held.answer.book.tail.tvar)

    return {
        "facts": lambda: {
            "dependencies": len(held.book.exposures.route),
            "worlds": held.world_tables.count,
            "signatures": len(held.world_tables.signatures.route),
        },
        "whole": whole,
        "answer": answer,
        "shares": shares,
    }


def first_answer(*, startups: int) -> Works:
    """A portfolio that nothing was computed for yet, to see what compiling costs."""
    columns = invented_columns(startups, catalog=reference_catalog())
    return {"whole": lambda: Laid(columns).answered().check}


def coverage(*, startups: int) -> Works:
    """How often ranges hold a truth that was drawn from the same priors.

    ``each`` asks it of startups, ``all`` of the portfolio, which is one figure in a world and so
    needs many truths.
    """
    columns = invented_columns(startups, catalog=reference_catalog())

    def held(truths: int, *, together: bool) -> dict[str, float]:
        count = worlds_for(startups)
        answer = Laid(columns, count).answered().answer
        more = Laid(columns, count + truths)
        drawn = value(
            more.book.exposures, more.world_tables, worlds=range(count, count + truths)
        ).y[:, :, 1:DRAWN_FACTS]
        if together:
            whole = drawn.sum(axis=1)
            return {
                "held": float(((whole >= answer.book.low) & (whole <= answer.book.high)).mean())
            }
        low, high = answer.startups.low[None, :, None], answer.startups.high[None, :, None]
        return {"held": float(((drawn >= low) & (drawn <= high)).mean())}

    return {
        "each": lambda: held(TRUTHS, together=False),
        "all": lambda: held(TRUTHS_OF_ALL, together=True),
    }


def _same(what: str, one: float, other: float, *, within: float = 1e-9) -> None:
    assert abs(one / other - 1) < within, f"{what} differ: {one} and {other}"
