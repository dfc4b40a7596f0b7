"""Running the program in a test: in this process, or as a person would."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli

ROOT = Path(__file__).parents[2]
CSV = "Company,Vendor,Use case\nAcme Notes,OpenAI,summaries\nBorealis,Claude on Bedrock,search\n"


def answer(*words: str, url: str, status: int = 0) -> Any:
    """Run a command with --json; its output must be one document, its status as expected."""
    result = CliRunner().invoke(cli.app, [*words, "--json", "--database", url])
    assert result.exit_code == status, result.output
    return json.loads(result.stdout, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))


def refusal(*words: str, url: str) -> str:
    """Run a command that must be refused and return what it says."""
    result = CliRunner().invoke(cli.app, [*words, "--database", url])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def refusal_to_serve(*words: str, url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Start the dashboard, which must be refused, and return what it says."""

    def begun(*command: object) -> None:
        raise AssertionError(f"the server would begin: {command}")

    monkeypatch.setattr(os, "execv", begun)
    return refusal("serve", *words, url=url)


def inventory(tmp_path: Path, text: str = CSV) -> str:
    path = tmp_path / "vendors.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def program(*words: str, cwd: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, from any folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words],
        cwd=cwd,
        env={**os.environ, "DOWNSTREAM_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
