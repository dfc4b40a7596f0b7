"""What many tests start from: the reference facts, the demo portfolio, a store of their own.

The product is imported inside the fixtures, so that a test of one part runs without the others.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# How long an example takes depends on the machine, and no test may.
settings.register_profile("downstream", deadline=None)
settings.load_profile("downstream")

if TYPE_CHECKING:
    from db.engine import Store
    from risk.catalog.records import Catalog
    from risk.inventory.records import Portfolio
    from risk.inventory.resolution import Resolver

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def catalog() -> "Catalog":
    """The published reference facts."""
    from risk.catalog.loading import load_catalog

    return load_catalog(ROOT / "fixtures")


@pytest.fixture(scope="session")
def resolver(catalog: "Catalog") -> "Resolver":
    """Reads names with the published aliases."""
    from risk.inventory.resolution import Resolver

    return Resolver(catalog)


@pytest.fixture(scope="session")
def demo(catalog: "Catalog") -> "Portfolio":
    """The invented portfolio."""
    from fixtures.demo import demo_portfolio

    return demo_portfolio(catalog)


@pytest.fixture
def store(tmp_path: Path) -> "Iterator[Store]":
    """A new SQLite store with the reference facts and no portfolio."""
    from db.engine import open_store
    from db.services.setup import initialise

    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    initialise(opened)
    yield opened
    opened.close()
