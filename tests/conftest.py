"""What many tests start from: the reference facts, the demo portfolio, a store of their own.

The product is imported inside the fixtures, so that a test of one part runs without the others.
What takes long to make is made once for all processes of a run, in a folder that ends with it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

# How long an example takes depends on the machine, and no test may.
settings.register_profile("downstream", deadline=None)
settings.load_profile("downstream")
# What lies in the folder of whoever runs the tests is nobody's but theirs.
os.environ["DOWNSTREAM_SCENARIO_FOLDER"] = os.path.join(tempfile.gettempdir(), "no-such-folder")

if TYPE_CHECKING:
    from db.engine import Store
    from risk.catalog.records import Catalog
    from risk.inventory.records import Portfolio
    from risk.inventory.resolution import Resolver

ROOT = Path(__file__).parents[1]
MOST_WORKERS = 4


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors, for they often wait for a browser or a server.

    Each costs a quarter of a minute of processor time before its first test, to import everything.
    """
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


#: Waits until nobody holds the other end of its input, which is when the run has ended, however it
#: ended; then stops the PostgreSQL servers in the folder and removes it.
CLEARING_AWAY = """
cat > /dev/null
for place in "$0"/*/postmaster.pid; do
    [ -e "$place" ] || continue
    server=$(head -n 1 "$place")
    kill -QUIT "$server" 2> /dev/null
    while kill -0 "$server" 2> /dev/null; do sleep 0.05; done
done
rm -rf "$0"
"""
_FOLDER = pytest.StashKey[Path]()
_CLEARING = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run; workers are told theirs."""
    if told := getattr(config, "workerinput", {}).get("run_folder"):
        config.stash[_FOLDER] = Path(told)
        return
    config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="downstream-tests-"))
    # In a session of its own, so that whoever interrupts the tests does not interrupt it.
    config.stash[_CLEARING] = subprocess.Popen(
        ["sh", "-c", CLEARING_AWAY, str(config.stash[_FOLDER])],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker the folder of the run."""
    node.workerinput["run_folder"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the folder be cleared away, and wait for it."""
    if clearing := config.stash.get(_CLEARING, None):
        clearing.communicate()


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Path:
    """The folder of this run, the same in every process of it; it ends with the run."""
    return request.config.stash[_FOLDER]


Make = Callable[[Path], None]


@pytest.fixture(scope="session")
def shared_file(run_folder: Path) -> Callable[[str, Make], Path]:
    """Return a function that makes a file once for all processes of this run, to be read only."""

    def path_of(name: str, make: Make) -> Path:
        path = run_folder / name
        with (run_folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                draft = run_folder / f"{name}.draft"
                make(draft)
                draft.rename(path)
        return path

    return path_of


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


def _make_store(path: Path, *, demo: bool) -> None:
    from db.engine import open_store
    from db.services.setup import initialise

    store = open_store(f"sqlite:///{path}")
    initialise(store, demo=demo)
    store.close()


@pytest.fixture(scope="session")
def prepared_file(shared_file: Callable[[str, Make], Path]) -> Path:
    """An SQLite store with the reference facts, to be copied."""
    return shared_file("prepared.sqlite3", partial(_make_store, demo=False))


@pytest.fixture(scope="session")
def demo_file(shared_file: Callable[[str, Make], Path]) -> Path:
    """An SQLite store with the reference facts and the demo portfolio, to be copied."""
    return shared_file("demo.sqlite3", partial(_make_store, demo=True))


@pytest.fixture
def store(prepared_file: Path, tmp_path: Path) -> "Iterator[Store]":
    """A new SQLite store with the reference facts and no portfolio."""
    from db.engine import open_store

    opened = open_store(f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'store.sqlite3')}")
    yield opened
    opened.close()
