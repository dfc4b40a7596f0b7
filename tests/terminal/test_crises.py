"""The commands on scenarios and crises of one's own: begun, checked, kept, followed, removed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, refusal

OUTAGE = """\
title = "Two days of OpenAI"
provider = "OpenAI"
kind = "outage"
days = 2
sources = ["judgement"]
"""


def told(*words: str, url: str) -> str:
    """What a command says to people."""
    result = CliRunner().invoke(cli.app, [*words, "--database", url])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def ask(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Asks a store of the test's own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return partial(answer, url=url)


def test_a_crisis_is_begun_kept_followed_and_removed(ask: Callable[..., Any]) -> None:
    begun = ask("crisis", "new", "OpenAI, board")
    assert begun == {"file": "openai-board.toml", "lines": 15}
    (checked,) = ask("crisis", "check", "openai-board.toml")
    assert (checked["id"], checked["sort"], checked["problems"]) == ("openai-board", "crisis", [])
    assert ask("crisis", "list") == []
    (kept,) = ask("crisis", "add", "openai-board.toml")
    assert (kept["provider"], kept["moments"], kept["goes_on"]) == ("OpenAI", 1, True)
    news = ("openai-board", "A founder goes", "--source", "axios.com")
    (noted,) = ask("crisis", "note", *news, "--signal", "founder_or_chair_resigns")
    assert noted["moments"] == 2
    text = ask("crisis", "show", "openai-board")["text"]
    assert text.startswith(Path("openai-board.toml").read_text(encoding="utf-8"))
    assert 'signal = "founder_or_chair_resigns"' in text
    replays = {one["id"]: one for one in ask("replay")}
    assert replays["openai-board"]["sources"] == ["Where it was read", "axios.com"]
    assert ask("crisis", "remove", "openai-board", "--reason", "over") == {
        "removed": "OpenAI, board"
    }
    assert ask("crisis", "list") == []


def test_a_scenario_is_begun_and_listed_among_those_that_ship(ask: Callable[..., Any]) -> None:
    ask("crisis", "new", "Anthropic, two days", "--scenario", "--output", "gone.toml")
    ask("crisis", "add", "gone.toml")
    listed = {one["id"]: one for one in ask("scenarios")}
    assert (listed["gone"]["root"], listed["gone"]["days"]) == ("Anthropic", 2)


def test_mistakes_are_named_by_file_and_line(ask: Callable[..., Any], url: str) -> None:
    Path("good.toml").write_text(OUTAGE)
    Path("bad.toml").write_text(OUTAGE.replace("2", "two").replace("outage", "outtage"))
    said = refusal("crisis", "check", "good.toml", "bad.toml", url=url)
    assert "bad.toml: Line 3, kind" in said
    assert "bad.toml: Line 4, days" in said
    assert "good.toml" not in said
    assert "Line 3, kind" in refusal("crisis", "add", "good.toml", "bad.toml", url=url)
    assert ask("crisis", "list") == [], "the sound one is not kept either"


def test_a_file_that_is_there_is_not_written_over(ask: Callable[..., Any], url: str) -> None:
    Path("openai-board.toml").write_text("mine")
    assert "--output" in refusal("crisis", "new", "OpenAI, board", url=url)
    assert Path("openai-board.toml").read_text() == "mine"
    assert "cannot be written" in refusal(
        *("crisis", "new", "OpenAI, board", "--output", "no/such/folder.toml"), url=url
    )
    assert "cannot be opened" in refusal("crisis", "check", "none.toml", url=url)


def test_people_read_what_to_do_next(ask: Callable[..., Any], url: str) -> None:
    Path("two.toml").write_text(OUTAGE)
    assert "crisis new" in told("crisis", "list", url=url)
    assert "stress --scenario two" in told("crisis", "add", "two.toml", url=url)
    assert "Two days of OpenAI" in told("crisis", "list", url=url)
    assert "--change" in refusal("crisis", "add", "two.toml", url=url)
    ask("crisis", "add", "two.toml", "--change")
