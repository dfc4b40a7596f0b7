"""The oversight of providers in the terminal: as JSON, as tables, as files, and what it refuses."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import cli
from tests.dora.registers import lei
from tests.dora.test_oversight import THREE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "registers"
    found.mkdir()
    for one in THREE:
        name, data = one.package()
        (found / name).write_bytes(data)
    return found


def run(*words: str | Path, status: int = 0) -> Any:
    result = CliRunner().invoke(cli.app, ["dora", "oversee", *map(str, words)])
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.stderr
    return result


def asked(*words: str | Path) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_a_folder_of_packages_as_json(folder: Path):
    found = asked(folder, "--by", "person")
    assert (found["registers"], found["entities"], found["uses"]) == (3, 3, 4)
    first = found["providers"][0]
    assert (first["code"], first["critical"], first["critical_possible"]) == (lei("north"), 2, 3)
    assert first["critical_assets_share_low"] == pytest.approx(0.7)
    assert {one["criterion_2_1"] for one in found["step_1"]} == {"cannot be known"}
    doubtful = [one["id"] for one in found["criteria"] if "not verified" in one["doubt"]]
    assert doubtful == ["4.1", "4.2"]


def test_lists_category_service_and_the_end_of_one(folder: Path, tmp_path: Path):
    important, population = tmp_path / "important.csv", tmp_path / "population.csv"
    important.write_text(f"lei,kind,score\n{lei('alpha')},G-SII,\n")
    population.write_text("category,entities,assets\nx12,10,1000\n")
    found = asked(
        *(folder, "--by", "person", "--category", "x12", "--important", important),
        *("--population", population, "--stop", "north"),
    )
    north = next(one for one in found["step_1"] if one["code"] == lei("north"))
    assert north["criterion_2_1"] == "met"
    assert found["providers"][0]["critical_share_low"] == pytest.approx(0.1)
    assert found["stop"]["entities_by_rank"] == {"1": 2, "2": 1}
    assert [one["through"] for one in found["stop"]["entities"]] == [["south"], [], []]
    (south,) = asked(folder, "--by", "person", "--service", "S19")["providers"][:1]
    assert south["provider"] == "north" or south["provider"] == "south"
    assert south["used"] == 1


def test_people_get_sentences_and_tables(folder: Path):
    said = run(folder, "--stop", lei("north"), "--top", "2").stdout
    assert "2 (up to 3) of 3 financial entities" in " ".join(said.split())
    assert "An aid, not a designation" in said


def test_every_table_is_written_once(folder: Path, tmp_path: Path):
    out = tmp_path / "out"
    run(folder, "--out", out, "--stop", "south")
    written = {path.name for path in out.iterdir()}
    assert "oversight.xlsx" in written
    rows = list(csv.DictReader(io.StringIO((out / "providers.csv").read_text("utf-8-sig"))))
    # North: all, banks and insurers; South: all and insurers; West: all and banks.
    assert len(rows) == 7
    book = openpyxl.load_workbook(out / "oversight.xlsx", read_only=True)
    assert {f"{name}.csv" for name in book.sheetnames} | {"oversight.xlsx"} == written
    assert "--force" in run(folder, "--out", out, status=2).stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere",), "no file"),
        (("--category", "x9"), "no category"),
        (("--service", "S77"), "S01 to S19"),
        (("--stop", "nobody"), "by its code"),
        (("--important", "{list}"), "G-SII, O-SII, systemic"),
        (("--population", "{list}"), "column category"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path, words: tuple, says: str):
    listed = tmp_path / "list.csv"
    listed.write_text(f"lei,kind\n{lei('alpha')},big\n")
    named = [word.replace("{list}", str(listed)) for word in words]
    files = [] if words == ("nowhere",) else [folder]
    result = run(*files, *named, status=2)
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""
