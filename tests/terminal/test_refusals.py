"""What cannot be done is said in a sentence, with the documented exit status."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, refusal


def test_an_unknown_portfolio_is_refused_in_a_sentence(demo_url: str):
    assert "nowhere" in refusal("score", "--portfolio", "nowhere", url=demo_url)


def test_a_refusal_is_a_json_document_too(demo_url: str):
    document = answer("score", "--portfolio", "nowhere", url=demo_url, status=2)
    assert "nowhere" in document["error"]


def test_a_store_that_does_not_exist_says_what_to_do(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    assert "downstream init" in refusal("portfolios", url=url)
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("score", "--portfolio", "demo", "--set", "criticality_5"), "NAME=NUMBER"),
        (("score", "--portfolio", "demo", "--set", "criticality_5=7"), "criticality_5"),
        (("score", "--portfolio", "demo", "--set", "nonsense=1"), "nonsense"),
        (("score", "--portfolio", "demo", "--engine", "simulation"), "No such option: --engine"),
        (("stress", "--portfolio", "demo"), "--scenario"),
        (("stress", "--portfolio", "demo", "--scenario", "nonsense"), "nonsense"),
        (("stress", "--portfolio", "demo", "--root", "Nobody", "--kind", "outage"), "Nobody"),
        (("alternatives", "--portfolio", "demo", "--startup", "Nobody"), "Nobody"),
        (("resolve",), "resolve OpenAI"),
        (("undo", "4711"), "4711"),
        (("import", "missing.csv", "--portfolio", "demo"), "missing.csv"),
        (("import", ".", "--portfolio", "demo"), "folder"),
        (("import", "x.csv", "--portfolio", "demo", "--assume", "yes"), "CODE=VALUE"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    demo_url: str, words: tuple[str, ...], said: str
):
    assert said in refusal(*words, url=demo_url)


@pytest.mark.parametrize(
    "words",
    [
        ("score",),
        ("nonsense",),
        ("score", "--portfolio", "demo", "--nonsense"),
        ("stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "tantrum"),
        ("undo", "first"),
        ("serve", "--port", "0"),
    ],
)
def test_bad_usage_ends_with_two(demo_url: str, words: tuple[str, ...]):
    result = CliRunner().invoke(cli.app, list(words), env={"DOWNSTREAM_DATABASE_URL": demo_url})
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_an_error_of_ours_is_a_sentence_with_an_id(
    demo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("db.services.portfolios.list_portfolios", fail)
    monkeypatch.setattr("platformdirs.user_log_path", lambda *a, **k: tmp_path)
    result = CliRunner().invoke(cli.app, ["portfolios", "--database", demo_url])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "secret detail" not in result.stderr
    (error_id,) = re.findall(r"error ([0-9a-f]{8})", result.stderr)
    log = (tmp_path / "downstream.log").read_text()
    assert error_id in log
    assert "secret detail" in log

    debug = CliRunner().invoke(cli.app, ["--debug", "portfolios", "--database", demo_url])
    assert debug.exit_code == 1
    assert "secret detail" in debug.stderr


def test_a_cluster_that_is_not_there_is_told_in_words(
    demo_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("db.chunks.cluster._SECONDS_TO_CONNECT", "1s")
    words = ("score", "--portfolio", "demo", "--cluster", "tcp://127.0.0.1:9")
    assert "No Dask scheduler answers" in refusal(*words, url=demo_url)


def test_a_folder_without_parts_is_told_in_words(demo_url: str, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    written = refusal("parts", "write", str(tmp_path), "--portfolio", "demo", url=demo_url)
    assert "is not empty" in written


def test_an_order_that_there_is_not_is_told_with_those_that_there_are(demo_url: str):
    said = refusal("scores", "list", "--portfolio", "demo", "--order", "size", url=demo_url)
    assert "write one of name, annual revenue, score" in said
