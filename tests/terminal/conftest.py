"""Two stores for the terminal's tests: one with the demo to read, one of each test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer


@pytest.fixture(scope="package")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the demo portfolio; tests only read it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'demo.sqlite3'}"
    result = CliRunner().invoke(cli.app, ["init", "--demo", "--database", url])
    assert result.exit_code == 0, result.output
    return url


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store of the test's own, with nothing in it but the reference facts."""
    address = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    assert CliRunner().invoke(cli.app, ["init", "--database", address]).exit_code == 0
    return address


@pytest.fixture
def ask(demo_url: str) -> Callable[..., Any]:
    """Run a command on the demo store and return its JSON document."""

    def run(*words: str) -> Any:
        return answer(*words, url=demo_url)

    return run
