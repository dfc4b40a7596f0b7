"""What the answers for single startups rest on: their own years, and what stops their use cases.

A few startups are taken one by one; many go through the engine, but for those whose use cases need
several dependencies at once. Both ways give the same figures, to nine digits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.startup_years import startup_years
from risk.engine.states import customer_templates
from risk.engine.valuation import Prepared
from risk.exposure.event_losses import EventLoss
from risk.exposure.own_year import CELLS, OwnYear, figures_by_draw, own_year
from risk.portfolio.book import Book, Member, Progress, losses_of
from risk.portfolio.cut_sets import CutSet, minimal_cut_sets
from risk.portfolio.engine_cuts import KnownPairs, engine_cut_sets
from risk.portfolio.own_years import engine_years, grouped_startups

Array = NDArray[np.float64]

#: Startups from which on the engine is quicker once its loops are compiled (:mod:`.compiling`).
MANY = 40


@dataclass(frozen=True, kw_only=True)
class StartupFigures:
    """Own years by startup, and the cut sets of all."""

    years: Mapping[str, OwnYear]
    cuts: Sequence[CutSet]


def startup_figures(
    book: Book,
    prepared: Prepared,
    assumptions: Assumptions,
    progress: Progress | None = None,
    *,
    known: KnownPairs | None = None,
) -> StartupFigures:
    """The figures of every startup of a book; ``prepared`` is the book laid out for the engine.

    ``known`` are pairs that other parts of the same portfolio found.
    """
    years: dict[str, OwnYear] = {}
    cuts: list[CutSet] = []
    if len(book.members) >= MANY:
        engine = engine_years(book.members, prepared, book.events, assumptions)
        known = known or KnownPairs(customer_templates(book.events))
        cuts = engine_cut_sets(book.members, engine, prepared, known)
        years = dict(engine.years)
    rest = [one for one in book.members if one.startup.name not in years]
    for done, member in enumerate(rest, start=1):
        losses = losses_of(member, book, assumptions)
        _take(member, losses, book, assumptions, years, cuts)
        if progress:
            progress(done / len(rest))
    return StartupFigures(years=years, cuts=cuts)


def figures_of_losses(
    book: Book, losses: Mapping[str, tuple[EventLoss, ...]], assumptions: Assumptions
) -> StartupFigures:
    """The same from losses that are known already."""
    years: dict[str, OwnYear] = {}
    cuts: list[CutSet] = []
    for member in book.members:
        _take(member, losses[member.startup.name], book, assumptions, years, cuts)
    return StartupFigures(years=years, cuts=cuts)


def _take(
    member: Member,
    losses: tuple[EventLoss, ...],
    book: Book,
    assumptions: Assumptions,
    years: dict[str, OwnYear],
    cuts: list[CutSet],
) -> None:
    years[member.startup.name] = own_year(losses)
    cuts.extend(minimal_cut_sets(member, book.events_for(member), losses, assumptions))


def losses_by_draw(
    book: Book, prepared: Prepared, assumptions: Assumptions, *, cells: int = CELLS
) -> Iterable[tuple[Member, Array, Array]]:
    """Every startup's expected loss and tail at 95 % by draw of its unknown facts, USD a year.

    A coarser grid of the year, with fewer ``cells``, is quicker.
    """
    priced = np.zeros(len(book.members), dtype=np.bool_)
    if len(book.members) >= MANY:
        years = startup_years(prepared, cells=cells)
        start = np.searchsorted(years.startup, np.arange(len(book.members) + 1))
        priced = ~np.isnan(years.aal_usd[start[:-1]])
        priced[grouped_startups(prepared)] = False
    for place, member in enumerate(book.members):
        if priced[place]:
            own = slice(start[place], start[place + 1])
            yield member, years.aal_usd[own], years.tvar95_usd[own]
        else:
            yield member, *figures_by_draw(losses_of(member, book, assumptions), cells=cells)
