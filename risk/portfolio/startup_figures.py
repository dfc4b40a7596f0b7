"""What the answers for single startups rest on: their own years.

A few startups are taken one by one; many go through the engine, but for those whose use cases need
several dependencies at once. Both ways give the same figures, to nine digits.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.startup_years import startup_years
from risk.engine.valuation import Prepared
from risk.exposure.own_year import CELLS, OwnYear, figures_by_draw, own_year
from risk.portfolio.book import Book, Member, Progress, losses_of
from risk.portfolio.own_years import engine_years, grouped_startups

Array = NDArray[np.float64]

#: Startups from which on the engine is quicker once its loops are compiled (:mod:`.compiling`).
MANY = 40


def startup_figures(
    book: Book, prepared: Prepared, assumptions: Assumptions, progress: Progress | None = None
) -> Mapping[str, OwnYear]:
    """Own years of every startup of a book; ``prepared`` is the book laid out for the engine."""
    years: dict[str, OwnYear] = {}
    if len(book.members) >= MANY:
        years = dict(engine_years(book.members, prepared, book.events, assumptions).years)
    rest = [one for one in book.members if one.startup.name not in years]
    for done, member in enumerate(rest, start=1):
        years[member.startup.name] = own_year(losses_of(member, book, assumptions))
        if progress:
            progress(done / len(rest))
    return years


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
