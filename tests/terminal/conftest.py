"""Two stores for the terminal's tests: one with the demo to read, one of each test's own."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.running import answer


@pytest.fixture(scope="session")
def demo_url(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the demo portfolio; tests only read it."""
    copy = shutil.copy(demo_file, tmp_path_factory.mktemp("terminal") / "demo.sqlite3")
    return f"sqlite:///{copy}"


@pytest.fixture
def url(prepared_file: Path, tmp_path: Path) -> str:
    """A store of the test's own, with nothing in it but the reference facts."""
    return f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'own.sqlite3')}"


@pytest.fixture
def ask(demo_url: str) -> Callable[..., Any]:
    """Run a command on the demo store and return its JSON document."""

    def run(*words: str) -> Any:
        return answer(*words, url=demo_url)

    return run
