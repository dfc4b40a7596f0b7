"""Two stores for the terminal's tests: one with the demo to read, one of each test's own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.running import answer

ANSWERED_ONCE = {"score", "stress", "sensitivity"}


@pytest.fixture(scope="session")
def demo_url(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the demo portfolio; tests only read it."""
    copy = shutil.copy(demo_file, tmp_path_factory.mktemp("terminal") / "demo.sqlite3")
    return f"sqlite:///{copy}"


@pytest.fixture
def url(prepared_file: Path, tmp_path: Path) -> str:
    """A store of the test's own, with nothing in it but the reference facts."""
    return f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'own.sqlite3')}"


@pytest.fixture(scope="session")
def heard() -> dict[tuple[str, ...], str]:
    """What commands answered about the demo store, by their words."""
    return {}


@pytest.fixture
def ask(demo_url: str, heard: dict[tuple[str, ...], str]) -> Callable[..., Any]:
    """Run a command on the demo store and return its JSON document.

    What takes seconds and changes nothing is run once for all tests; each gets a copy.
    """

    def run(*words: str) -> Any:
        if words[0] not in ANSWERED_ONCE:
            return answer(*words, url=demo_url)
        if words not in heard:
            heard[words] = json.dumps(answer(*words, url=demo_url))
        return json.loads(heard[words])

    return run
