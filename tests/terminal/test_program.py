"""The program as people run it: from any folder, with tables."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import ROOT, answer, program, refusal_to_serve

#: What only answers and pages need.
ENGINE = {"numba", "scipy", "pandas", "networkx", "pyarrow", "streamlit"}


def test_the_program_runs_from_any_folder(demo_url: str, tmp_path: Path):
    done = program("portfolios", "--json", cwd=tmp_path, url=demo_url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["portfolio"] == "demo"


def test_help_loads_neither_the_engine_nor_the_store():
    assert not loaded("import cli") & {*ENGINE, "numpy", "sqlalchemy"}


def loaded(code: str) -> set[str]:
    """The packages that are there once some lines were run."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("portfolios",), {"numpy"}),
        (("batches",), {"numpy"}),
        (("watch", "limits", "--portfolio", "demo"), {"numpy"}),
        (("decisions", "list", "--portfolio", "demo"), {"numpy"}),
        (("assumptions", "--portfolio", "demo"), {"numpy"}),
        (("drills", "list", "--portfolio", "demo"), {"numpy"}),
        (("contracts", "list", "--portfolio", "demo"), {"numpy"}),
        (("evaluations", "list", "--portfolio", "demo"), {"numpy"}),
        (("forecasts", "list", "--portfolio", "demo"), {"numpy"}),
        (("share", "list"), {"numpy"}),
        (("questions", "list"), {"numpy"}),
        (("people", "list"), {"numpy"}),
        (("audit", "list"), {"numpy"}),
        (("providers",), {"rapidfuzz"}),
    ],
)
def test_a_list_loads_no_engine(demo_url: str, words: tuple[str, ...], more: set[str]):
    command = ("downstream", "--database", demo_url, *words)
    run = (
        "import cli",
        f"sys.argv = {list(command)}",
        "try: cli.main()",
        "except SystemExit: pass",
    )
    found = loaded("\n".join(run))
    assert "db.engine" in found
    assert not found & (ENGINE | more)


def test_without_json_people_get_tables(demo_url: str):
    words = ["score", "--portfolio", "demo", "--database", demo_url]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.stderr
    assert "Expected loss a year" in done.stdout
    assert "Quillhaven Briefs" in done.stdout
    assert "Invented companies" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("portfolios",),
        ("startups", "--portfolio", "demo"),
        ("providers",),
        ("resolve", "OpenAI", "[bold]Claude[/bold]"),
        ("scenarios",),
        ("stress", "--portfolio", "demo", "--root", "OpenAI", "--kind", "outage"),
        ("alternatives", "--portfolio", "demo", "--startup", "Quillhaven Briefs"),
        ("batches",),
    ],
)
def test_every_table_can_be_printed(demo_url: str, words: tuple[str, ...]):
    result = CliRunner().invoke(cli.app, [*words, "--database", demo_url])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


def test_markup_in_a_name_is_printed_as_it_is(demo_url: str):
    result = CliRunner().invoke(cli.app, ["resolve", "[red]OpenAI", "--database", demo_url])
    assert "[red]OpenAI" in result.stdout


def test_the_dashboards_port_must_be_free(demo_url: str, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refusal_to_serve("--port", port, url=demo_url, monkeypatch=monkeypatch)
    assert f"port {port}" in said


def test_setting_up_twice_is_the_same_as_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'twice.sqlite3'}"
    first = answer("init", "--demo", url=url)
    assert first["demo"]
    assert answer("init", "--demo", url=url) == first
    assert answer("migrate", url=url)["database"] == first["database"]
    assert len(answer("portfolios", url=url)) == 1


def test_the_store_may_be_named_before_the_command(demo_url: str, tmp_path: Path):
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    # What stands after the command wins.
    for words in (
        ["--database", demo_url, "portfolios", "--json"],
        ["--database", elsewhere, "portfolios", "--database", demo_url, "--json"],
    ):
        done = CliRunner().invoke(cli.app, words, env={"DOWNSTREAM_DATABASE_URL": elsewhere})
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)[0]["portfolio"] == "demo"
