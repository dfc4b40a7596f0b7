"""Who depends on whom in the terminal: as JSON, as tables, as files, and what it refuses."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, inventory, refusal

Ask = Callable[..., Any]


def test_who_depends_on_a_provider_whatever_the_case_of_its_name(ask: Ask) -> None:
    found = ask("depends", "--portfolio", "demo", "--on", "openai")
    assert (found["provider"], found["direct"]) == ("OpenAI", 32)
    first = found["startups"][0]
    assert first["how"] == "direct"
    assert first["path"][0].startswith("OpenAI → ")


def test_an_unknown_provider_is_refused_with_those_that_are_alike(demo_url: str) -> None:
    said = refusal("depends", "--portfolio", "demo", "--on", "Opnai", url=demo_url)
    assert "Did you mean OpenAI" in said


def test_the_matrix_has_a_mark_for_each_dependence(ask: Ask) -> None:
    found = ask("matrix", "--portfolio", "demo", "--provider", "OpenAI", "--provider", "TSMC")
    assert [one["provider"] for one in found["providers"]] == ["OpenAI", "TSMC"]
    marks = {one["startup"]: one["marks"] for one in found["startups"]}
    assert marks["Quillhaven Briefs"] == {"OpenAI": "direct", "TSMC": "through"}


def test_a_file_holds_every_row(demo_url: str, tmp_path: Path) -> None:
    file = tmp_path / "matrix.csv"
    words = ("matrix", "--portfolio", "demo", "--provider", "OpenAI", "--csv", str(file))
    result = CliRunner().invoke(cli.app, [*words, "--database", demo_url])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 61
    assert sum(one["OpenAI"] == "direct" for one in rows) == 32


def test_one_inventory_is_told_as_its_vendors(url: str, tmp_path: Path) -> None:
    text = "Company,Vendor,Use case\nCouncil,OpenAI,drafting\nCouncil,Stripe,payments\n"
    answer("import", inventory(tmp_path, text), "--portfolio", "Council", url=url)
    found = answer("matrix", "--portfolio", "Council", url=url)
    assert found["startup"] == "Council"
    read = {one["vendor"]: one["read_as"] for one in found["vendors"]}
    assert read == {"OpenAI API": "Language model", "Stripe": "No language model"}
