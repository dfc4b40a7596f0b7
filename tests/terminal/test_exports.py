"""Tables as files in the terminal, and workbooks as inventories."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import cli
from tests.inventory.formats.files import HEADER, workbook
from tests.terminal.running import answer, inventory, refusal

TWO_SHEETS = {
    "Vendors": [HEADER, ("Acme", "OpenAI")],
    "Old": [HEADER, ("Gone", "Mistral"), ("Gone too", "Mistral")],
}
RUN = "Company,Vendor,Use case\nAcme,OpenAI,=1+1\nBorealis,@vendor,search\n"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_inventory_goes_out_and_comes_back_the_same(
    url: str, tmp_path: Path, ending: str
) -> None:
    answer("import", inventory(tmp_path, RUN), "--portfolio", "one", url=url)
    file = str(tmp_path / f"out.{ending}")
    document = answer("export", "one", "--table", "inventory", "--output", file, url=url)
    assert (document["rows"], document["format"], document["left_out"]) == (2, ending, [])
    back = answer("import", file, "--portfolio", "two", url=url)
    assert (back["outcome"], back["accepted"], back["changes"]["new"]) == ("accept", 2, 2)
    same = [answer("startups", "--portfolio", name, url=url) for name in ("one", "two")]
    for startups in same:
        for startup in startups:
            assert startup["dependencies"]
    assert same[0] == same[1]


def test_the_short_options_and_the_portfolio_option_do_the_same(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    ask("export", "demo", "--table", "scores", "--format", "csv", "--output", str(tmp_path / "a"))
    ask("export", "--portfolio", "demo", "--table", "scores", "--csv", str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    ask("export", "--table", "providers", "--xlsx", str(tmp_path / "providers.xlsx"))
    assert load_workbook(tmp_path / "providers.xlsx").active.title == "Providers"


def test_without_a_file_the_table_goes_on_the_screen(demo_url: str) -> None:
    result = CliRunner().invoke(cli.app, ["export", "--table", "providers", "--database", demo_url])
    assert result.exit_code == 0
    assert result.stdout.startswith("name,roles,country")


def test_what_an_inventory_cannot_hold_is_said_beside_the_file(url: str, tmp_path: Path) -> None:
    fund = ("--portfolio", "fund")
    answer("import", inventory(tmp_path, "Company,Vendor\nAcme,OpenAI\n"), *fund, url=url)
    said = ("--topic", "exit_plan", "--value", "written", "--reason", "seen")
    answer("judge", *fund, "--startup", "Acme", *said, url=url)
    words = ["export", *fund, "--output", str(tmp_path / "out.csv"), "--database", url]
    result = CliRunner().invoke(cli.app, [*words, "--table", "inventory"])
    assert "1 judgement" in result.stderr


def test_a_file_that_is_there_is_not_written_over(demo_url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("mine")
    says = refusal("export", "demo", "--output", str(file), url=demo_url)
    assert "--force" in says
    assert file.read_text() == "mine"
    answer("export", "demo", "--output", str(file), "--force", url=demo_url)
    assert file.read_text(encoding="utf-8-sig").startswith("startup,")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export",), "name one"),
        (("export", "demo", "--table", "nothing"), "There are: inventory"),
        (("export", "demo", "--format", "xlsx"), "--output FILE.xlsx"),
        (("export", "demo", "--format", "ods"), "csv or xlsx"),
        (("export", "demo", "--csv", "a", "--xlsx", "b"), "one file"),
        (("export", "demo", "--csv", "a", "--format", "xlsx"), "contradict"),
        (("export", "demo", "--portfolio", "other"), "one portfolio"),
        (("export", "demo", "--output", "no such folder/a.csv"), "no folder"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    demo_url: str, words: tuple[str, ...], says: str
) -> None:
    assert says in refusal(*words, url=demo_url)


def test_a_sheet_is_asked_for_and_named(url: str, tmp_path: Path) -> None:
    file = tmp_path / "vendors.xlsx"
    file.write_bytes(workbook(**TWO_SHEETS))
    asked = answer("import", str(file), "--portfolio", "one", url=url, status=3)
    assert asked["confirm"][0]["code"] == "choose_sheet"
    assert asked["confirm"][0]["choices"] == ["Vendors", "Old"]
    assert asked["batch"] is None
    words = ("import", str(file), "--portfolio", "one", "--sheet")
    assert answer(*words, "Nowhere", url=url, status=3)["outcome"] == "confirm"
    assert answer(*words, "Old", url=url)["accepted"] == 2


def test_a_document_of_another_format_is_imported(url: str, tmp_path: Path) -> None:
    file = tmp_path / "bom.json"
    services = [{"name": "chat", "provider": {"name": "OpenAI"}}]
    metadata = {"component": {"name": "Acme Cloud"}}
    content = {"bomFormat": "CycloneDX", "metadata": metadata, "services": services}
    file.write_text(json.dumps(content))
    read = answer("import", str(file), "--portfolio", "one", "--show-records", url=url)
    assert read["accepted_records"][0]["startup"] == "Acme Cloud"
