"""Whichever file a command cannot open, it says so in words and leaves nothing half done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.portfolios import state_hash
from db.services.setup import initialise
from tests.db.faults import failing_file
from tests.terminal.running import inventory


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    store = open_store(address)
    initialise(store)
    store.close()
    return address


def facts(url: str) -> str:
    store = open_store(url)
    try:
        return state_hash(store, LOCAL_OWNER, "Fund")
    finally:
        store.close()


def every_file_fails_once(command: list[str], *, after: Callable[[], object]) -> int:
    """Fail the first call, then the second, … until the command goes through; count them."""
    before, number = after(), 1
    CliRunner().invoke(cli.app, ["--help"])  # loads what every command needs
    while True:
        with failing_file(number) as calls:
            result = CliRunner().invoke(cli.app, command)
        if not calls.failed:
            assert result.exit_code == 0, result.output
            return number - 1
        if result.exit_code == 0:
            before = after()  # done without that file
        assert "Traceback" not in result.output
        assert result.exit_code in (0, 2), result.output
        assert result.exit_code == 0 or result.stderr.strip().endswith((".", ")"))
        assert after() == before, f"call {number} left something half done"
        number += 1


def test_an_import(url: str, tmp_path: Path) -> None:
    file = inventory(tmp_path)
    command = ["import", file, "--portfolio", "Fund", "--database", url]
    assert every_file_fails_once(command, after=lambda: facts(url)) > 0


def test_an_export(url: str, tmp_path: Path) -> None:
    file = inventory(tmp_path)
    done = CliRunner().invoke(cli.app, ["import", file, "--portfolio", "Fund", "--database", url])
    assert done.exit_code == 0, done.output
    target = tmp_path / "out" / "fund.csv"
    target.parent.mkdir()
    command = ["export", "Fund", "--output", str(target), "--force", "--database", url]
    assert every_file_fails_once(command, after=lambda: sorted(target.parent.iterdir())) > 0
    assert "Borealis" in target.read_text(encoding="utf-8")
