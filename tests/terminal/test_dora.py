"""Registers of information in the terminal: drawn up, filled in, checked, filed, read back."""

import json
import zipfile
from pathlib import Path

import pytest

from risk.dora.packages import zip_of
from tests.dora.samples import NAME, sample_files
from tests.terminal.running import answer, inventory, refusal

VENDORS = (
    "startup,provider,use_case,model,criticality,renewal,exit_plan\n"
    "Acme Bank,Azure OpenAI,Payments,GPT-5.5,5,2027-03-31,written\n"
    "Acme Bank,Stripe,Cards,,3,,\n"
)
LEI = "ZZZZ00EXAMPLEBANK116"
CODES = (
    f"name,code,type\nAcme Bank,{LEI},LEI\nMicrosoft Azure,ZZZZ00PROVIDERHOST11,lei\n"
    "OpenAI,ZZZZ00PROVIDERLLMX04,LEI\n"
)


@pytest.fixture
def bank(tmp_path: Path, url: str) -> str:
    """A portfolio with an inventory of two vendors, one of which is a language model."""
    answer("import", inventory(tmp_path, VENDORS), "--portfolio", "bank", url=url)
    return url


@pytest.fixture
def codes(tmp_path: Path) -> str:
    path = tmp_path / "codes.csv"
    path.write_text(CODES)
    return str(path)


def drawn(url: str, codes: str) -> str:
    """The number of a register that was drawn up with all codes."""
    who = ("--lei", LEI, "--scope", "IND", "--country", "de", "--day", "2026-12-31")
    found = answer("dora", "draw", "--portfolio", "bank", "--identifiers", codes, *who, url=url)
    return str(found["register"])


def test_the_package_that_is_filed_is_the_one_that_came(tmp_path: Path, url: str):
    source = tmp_path / f"{NAME}.zip"
    source.write_bytes(zip_of(sample_files()))
    assert answer("dora", "import", str(source), "--portfolio", "bank", url=url)["batch"] == 1
    checked = answer("dora", "lint", "--portfolio", "bank", url=url)
    assert (checked["ready"], checked["errors"], checked["warnings"]) == (True, 0, 0)
    written = answer("dora", "export", str(tmp_path / "out"), "--portfolio", "bank", url=url)
    (name,) = written["files"]
    with zipfile.ZipFile(tmp_path / "out" / name) as archive:
        folder = name.removesuffix(".zip")
        assert {one.removeprefix(folder): archive.read(one) for one in archive.namelist()} == {
            path.removeprefix(NAME): data for path, data in sample_files().items()
        }


def test_a_folder_and_its_zip_are_checked_without_a_store(tmp_path: Path, url: str):
    for path, data in sample_files().items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    assert answer("dora", "lint", str(tmp_path / NAME), url=url)["ready"] is True
    (tmp_path / NAME / "reports" / "b_01.02.csv").unlink()
    found = answer("dora", "lint", str(tmp_path / NAME), url=url)
    assert found["ready"] is False
    assert {"701", "807"} <= {one["rule"] for one in found["findings"]}


def test_a_drawn_register_is_filled_in_and_reads_back_with_its_subcontractor(
    bank: str, codes: str, tmp_path: Path
):
    number = drawn(bank, codes)
    contracts = answer("dora", "show", number, "b_02.01", url=bank)
    reference = ("dora", "set", number, "02.01", str(contracts[0]["row"]), "c0010", "CA-1")
    # B_02.01, B_02.02, B_05.02, B_07.01
    assert answer(*reference, url=bank)["changed"] == 4
    proposed = answer("dora", "proposals", number, url=bank)
    assert "exit plan: written" in " ".join(one["reason"] for one in proposed).casefold()
    assert answer("dora", "accept", number, "--all", url=bank)["changed"] > len(proposed) // 2
    folder = str(tmp_path / "out")
    which = ("--register", number, "--as", "csv")
    written = answer("dora", "export", folder, *which, url=bank)
    assert len(written["files"]) == 15

    back = answer("dora", "import", folder, "--portfolio", "back", url=bank)
    assert (back["outcome"], back["accepted"]) == ("accept", 2)
    (entity,) = answer("startups", "--portfolio", "back", url=bank)
    read = {(one["use_case"], one["provider_text"]) for one in entity["dependencies"]}
    assert read == {
        ("Payments", "Microsoft Azure"),
        ("Payments, through Microsoft Azure", "OpenAI"),
    }


def test_cells_come_from_a_file_and_go_back(bank: str, codes: str, tmp_path: Path):
    number = drawn(bank, codes)
    cells = tmp_path / "cells.csv"
    cells.write_text("table,row,column,value\nb_06.01,0,c0080,4\nb_06.01,0,c0090,1\n")
    assert answer("dora", "fill", number, str(cells), url=bank)["changed"] == 2
    assert answer("dora", "undo", number, "b_06.01", "0", "c0090", url=bank)["changed"] == 1
    (function,) = answer("dora", "show", number, "b_06.01", url=bank)
    assert (function["c0080"], function["c0090"]) == ("4", "")
    row = answer("dora", "add-row", number, "b_01.03", "c0010=BR-1", "c0030=Paris", url=bank)["row"]
    assert answer("dora", "remove-row", number, "b_01.03", row, url=bank)["removed"] == "+1"
    assert answer("dora", "show", number, "b_01.03", url=bank) == []


def test_a_drawn_register_asks_for_what_nobody_stated(bank: str):
    drawn_one = answer("dora", "draw", "--portfolio", "bank", "--day", "2026-12-31", url=bank)
    found = answer("dora", "lint", "--register", str(drawn_one["register"]), url=bank)
    said = json.dumps(found["findings"])
    assert "LEI of Acme Bank" in said
    assert "code of Microsoft Azure" in said
    assert not found["ready"]
    refused = refusal("dora", "export", "out", "--portfolio", "bank", url=bank)
    assert "LEI of the filer" in refused


def test_files_that_are_there_are_not_replaced_unasked(bank: str, codes: str, tmp_path: Path):
    number = drawn(bank, codes)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b_02.02.csv").write_text("mine")
    which = ("--register", number, "--as", "csv")
    assert "--force" in refusal("dora", "export", str(tmp_path / "out"), *which, url=bank)
    assert (tmp_path / "out" / "b_02.02.csv").read_text() == "mine"
    assert len(list((tmp_path / "out").iterdir())) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,code\nA,1\n", "columns name, code and type"),
        ("name,code,type\nA,1,IBAN\n", "line 2: the type is one of LEI"),
        ("name,code,type\n\nA,,LEI\n", "line 3: write a name"),
    ],
)
def test_a_wrong_file_of_codes_is_refused_by_line(bank: str, tmp_path: Path, text: str, said: str):
    path = tmp_path / "codes.csv"
    path.write_text(text)
    draw = ("dora", "draw", "--portfolio", "bank", "--day", "2026-12-31")
    assert said in refusal(*draw, "--identifiers", str(path), url=bank)


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--lei", "ZZZZ00EXAMPLEBANK117", "no LEI"),
        ("--scope", "ALL", "CON"),
        ("--country", "Germany", "no country"),
        ("--currency", "EURO", "no currency"),
    ],
)
def test_who_files_is_refused_where_it_cannot_be(bank: str, option: str, text: str, said: str):
    draw = ("dora", "draw", "--portfolio", "bank", "--day", "2026-12-31")
    assert said in refusal(*draw, option, text, url=bank)
