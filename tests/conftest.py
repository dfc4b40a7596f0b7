"""What many tests start from: the reference facts, the demo portfolio, a store of their own.

The product is imported inside the fixtures, so that a test of one part runs without the others.
"""

import os
import shutil
import sys
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
MOST_WORKERS = 4


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors, for one of them often waits for a browser or a server."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> None:
    """Tests may lose their SQLite files with the machine; not waiting for the disk is quicker."""
    if dialects := sys.modules.get("db.dialects"):
        dialects.SQLITE_PRAGMAS["synchronous"] = "OFF"


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


def _made(folder: Path, *, demo: bool) -> Path:
    from db.engine import open_store
    from db.services.setup import initialise

    path = folder / "store.sqlite3"
    store = open_store(f"sqlite:///{path}")
    initialise(store, demo=demo)
    store.close()
    return path


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with the reference facts, to be copied."""
    return _made(tmp_path_factory.mktemp("prepared"), demo=False)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with the reference facts and the demo portfolio, to be copied."""
    return _made(tmp_path_factory.mktemp("demo"), demo=True)


@pytest.fixture
def store(prepared_file: Path, tmp_path: Path) -> "Iterator[Store]":
    """A new SQLite store with the reference facts and no portfolio."""
    from db.engine import open_store

    opened = open_store(f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'store.sqlite3')}")
    yield opened
    opened.close()
