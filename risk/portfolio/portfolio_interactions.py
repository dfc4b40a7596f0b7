"""The interaction effect of a whole portfolio, from its facts."""

from collections.abc import Callable
from datetime import date

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.book import all_losses, open_book
from risk.portfolio.dependents import dependents
from risk.portfolio.interactions import InteractionEffect, interaction_effect
from risk.portfolio.simulation import simulate
from risk.portfolio.year_figures import SimulatedYears

#: Of the whole work, in time.
DRAWING = 0.5


def portfolio_interactions(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    simulated: SimulatedYears,
    progress: Callable[[float], None] | None = None,
) -> InteractionEffect:
    """Follow every startup through the years that a simulated assessment draws.

    ``progress`` hears the share done, 0 to 1.
    """
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    drawn = simulate(
        all_losses(book, assumptions),
        {one.event: one.probability for one in book.events},
        years=simulated.years,
        seed=simulated.seed,
        frailty_variance=assumptions.frailty_variance,
        progress=_part(progress, 0.0, DRAWING),
    )
    return interaction_effect(
        drawn, dependents(book, assumptions), progress=_part(progress, DRAWING, 1.0)
    )


def _part(
    progress: Callable[[float], None] | None, first: float, last: float
) -> Callable[[float], None] | None:
    if progress is None:
        return None
    return lambda share: progress(first + (last - first) * share)
