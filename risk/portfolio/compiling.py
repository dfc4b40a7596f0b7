"""Compile the engine's loops ahead of the first large portfolio.

The machine code is kept on disk: ``python -m risk.portfolio.compiling`` writes it. Whoever first
opens a portfolio of many startups would wait for the compiler otherwise.
"""

from datetime import date
from pathlib import Path

import numpy as np

from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.catalog.records import Answer, Catalog
from risk.engine.cells import COMPILED_FROM as MANY
from risk.engine.cells import lay_on_cells
from risk.engine.kernels import COMPILED_FROM
from risk.exposure.priors import DRAWS
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.portfolio.book import open_book
from risk.portfolio.own_years import engine_years
from risk.portfolio.year_figures import laid_out, law_of_year

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: A day on which nothing depends.
A_DAY = date(2026, 1, 1)


def compile_engine(catalog: Catalog) -> int:
    """Take an invented portfolio through every loop; returns how many startups it had.

    Nothing is known of them but a provider, so each has the most draws, and so few suffice.
    """
    developer, host = next(
        (one.developer, one.host)
        for one in catalog.services.values()
        if one.developer is not None and one.developer == one.host
    )
    count = COMPILED_FROM // DRAWS + 1
    startups = tuple(_on(developer, host, f"{number}") for number in range(count))
    book = open_book(
        Portfolio(name="any", startups=startups),
        catalog=catalog,
        assumptions=DEFAULTS,
        today=A_DAY,
    )
    lay_on_cells(np.zeros(MANY), np.zeros(MANY), np.zeros(2))
    prepared = laid_out(book, DEFAULTS)
    law_of_year(prepared, DEFAULTS)
    return len(engine_years(book.members, prepared, book.events, DEFAULTS).years)


def _on(developer: str, host: str, name: str) -> Startup:
    dependency = Dependency(
        key=name, provider_text=developer, answer=Answer.YES, developer=developer, host=host
    )
    return Startup(name=name, use_cases=(UseCase(name="any", dependencies=(dependency,)),))


if __name__ == "__main__":
    compile_engine(load_catalog(FIXTURES))
