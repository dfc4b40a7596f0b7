"""A world small enough to check by hand, valued by the engine."""

from datetime import date

import numpy as np

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio, Startup
from risk.loss.columns import columns_of
from risk.loss.exposures import Book, book_of
from risk.loss.facts import BEGUN
from risk.loss.valuation import Valuation, valuation_of
from risk.loss.valuing import Kept, Valued, WorldTables, nothing_kept, value, world_tables_of
from risk.loss.worlds import worlds_of
from tests.small_world import TODAY


def book(*startups: Startup, catalog: Catalog, today: date = TODAY) -> Book:
    return book_of(columns_of(startups, catalog=catalog, today=today))


def world_tables(
    held: Book,
    catalog: Catalog,
    *,
    count: int = 1,
    drawn: bool = False,
    assumptions: Assumptions = DEFAULTS,
    today: date = TODAY,
    **parts: bool,
) -> WorldTables:
    """Worlds with everything in the middle, or everything drawn."""
    which = {"judgement": drawn, "rates": drawn, "facts": drawn, **parts}
    return world_tables_of(
        held, worlds_of(held, catalog, assumptions, today=today, count=count, **which)
    )


def begins(*startups: Startup, catalog: Catalog, today: date = TODAY, world: int = 0) -> np.ndarray:
    """When each startup begins to leave a model that ends, 0 first and 1 last, (startups,)."""
    return book(*startups, catalog=catalog, today=today).exposures.chunk(world).drawn[BEGUN]


def central(
    *startups: Startup,
    catalog: Catalog,
    assumptions: Assumptions = DEFAULTS,
    today: date = TODAY,
) -> np.ndarray:
    """Expected loss of each startup with everything in the middle, (startups,)."""
    held = book(*startups, catalog=catalog, today=today)
    found = value(held.exposures, world_tables(held, catalog, assumptions=assumptions, today=today))
    return found.y[0, :, 0]


def valued(held: Book, on: WorldTables) -> tuple[Valued, Kept]:
    kept = nothing_kept(on)
    return value(held.exposures, on, kept=kept), kept


def central_valuation(
    held: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions = DEFAULTS,
    today: date = TODAY,
) -> Valuation:
    """A portfolio laid out in one world with everything in the middle."""
    laid_out = valuation_of(held, catalog=catalog, assumptions=assumptions, today=today)
    middle = worlds_of(
        *(laid_out.book, catalog, assumptions),
        **{"today": today, "count": 1, "judgement": False, "rates": False, "facts": False},
    )
    vars(laid_out)["worlds"] = middle
    return laid_out
