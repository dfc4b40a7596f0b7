"""The DORA register in the terminal: written, checked, and read back."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, inventory, refusal

VENDORS = (
    "startup,provider,use_case,model,criticality,renewal,exit_plan\n"
    "Acme Bank,Azure OpenAI,Payments,GPT-5.5,5,2027-03-31,written\n"
    "Acme Bank,Stripe,Cards,,3,,\n"
)
CODES = "name,code,type\nAcme Bank,LEI-BANK,LEI\nMicrosoft Azure,LEI-MS,lei\nOpenAI,LEI-OA,LEI\n"


@pytest.fixture
def bank(tmp_path: Path, url: str) -> str:
    answer("import", inventory(tmp_path, VENDORS), "--portfolio", "bank", url=url)
    return url


def test_a_register_is_written_and_reads_back_with_its_subcontractor(bank: str, tmp_path: Path):
    identifiers = tmp_path / "codes.csv"
    identifiers.write_text(CODES)
    folder = str(tmp_path / "out")
    chosen = ("--portfolio", "bank", "--identifiers", str(identifiers))
    written = answer("dora", "export", folder, *chosen, url=bank)
    assert written["errors"] == 0
    assert sorted(written["files"]) == sorted(path.name for path in Path(folder).iterdir())

    back = answer("dora", "import", folder, "--portfolio", "back", url=bank)
    assert (back["outcome"], back["accepted"]) == ("accept", 2)
    (entity,) = answer("startups", "--portfolio", "back", url=bank)
    read = {(one["use_case"], one["provider_text"]) for one in entity["dependencies"]}
    assert read == {
        ("Payments", "Microsoft Azure"),
        ("Payments, through Microsoft Azure", "OpenAI"),
    }
    again = answer("dora", "import", folder, "--portfolio", "back", url=bank)
    assert again["batch"] == back["batch"]


def test_without_codes_the_lint_asks_for_each(bank: str):
    document = answer("dora", "lint", "--portfolio", "bank", url=bank)
    asked = [one["message"] for one in document["findings"] if one["rule"] == "v8817_m"]
    assert len(asked) == 3
    assert all("LEI or EUID" in sentence for sentence in asked)


def test_files_that_are_there_are_not_replaced_unasked(bank: str, tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b_02.02.csv").write_text("mine")
    said = refusal("dora", "export", str(tmp_path / "out"), "--portfolio", "bank", url=bank)
    assert "--force" in said
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
    assert said in refusal(
        "dora", "lint", "--portfolio", "bank", "--identifiers", str(path), url=bank
    )
