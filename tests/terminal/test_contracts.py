"""Contracts through the terminal: a file taken over, one shown, checked, changed and taken over."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, refusal

INVENTORY = (
    "startup,use_case,provider,criticality,contract,notice_days\n"
    "Acme,notes,OpenAI,5,MSA; 7,30\nBolt,search,Anthropic,2,B-1,\n"
)
CONTRACTS = (
    "Contract number,Vendor,Renewal date,Notice (days),Escrow,30(3)(f)\n"
    '"MSA; 7",OpenAI,2027-12-31,90,yes,missing\nB-1,Anthropic,2027-06-30,soon,,\n'
)


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    for name, text in (("inventory.csv", INVENTORY), ("contracts.csv", CONTRACTS)):
        (tmp_path / name).write_text(text)
    answer("import", str(tmp_path / "inventory.csv"), "--portfolio", "Fund", url=url)
    return url


def imported(url: str, folder: Path, *more: str) -> dict[str, object]:
    file = str(folder / "contracts.csv")
    found: dict[str, object] = answer(
        "contracts", "import", file, "--portfolio", "Fund", *more, url=url
    )
    return found


def test_a_file_of_contracts_is_looked_at_taken_over_and_written_out_the_same(
    fund: str, tmp_path: Path
) -> None:
    looked = imported(fund, tmp_path, "--dry-run")
    assert (looked["outcome"], looked["written"], looked["rejected"]) == ("partial", False, 1)
    rejects = tmp_path / "rejects.csv"
    done = imported(fund, tmp_path, "--rejects", str(rejects))
    assert (done["written"], done["changes"]) == (True, {"new": 1, "changed": 0, "unchanged": 0})
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,bad_number,")
    again = tmp_path / "again.csv"
    answer("contracts", "export", "--portfolio", "Fund", "--output", str(again), url=fund)
    read = answer("contracts", "import", str(again), "--portfolio", "Fund", url=fund)
    assert read["changes"] == {"new": 0, "changed": 0, "unchanged": 1}


def test_the_list_says_what_is_missing_and_what_is_not_taken_over(
    fund: str, tmp_path: Path
) -> None:
    imported(fund, tmp_path)
    found = answer("contracts", "list", "--portfolio", "Fund", url=fund)
    # 31 December 2027 less 90 days: 30 to 1 December, 30 to 1 November, 30 to 2 October.
    assert found["next_notice"] == {"contract": "MSA; 7", "day": "2027-10-02"}
    counts = found["counts"]
    assert (counts["lack_what_a_critical_function_needs"], counts["not_taken_over"]) == (1, 1)
    assert found["unrecorded"] == [{"contract": "B-1", "dependencies": 1}]
    (row,) = found["contracts"]
    assert (row["critical"], row["missing"], row["contradictions"]) == (True, 1, 1)


def test_a_contract_is_shown_checked_changed_and_taken_over(fund: str, tmp_path: Path) -> None:
    imported(fund, tmp_path)
    where = ("--portfolio", "Fund")
    answer("contracts", "check", "MSA; 7", "Art. 30 (3) (f)", "agreed", *where, url=fund)
    shown = answer("contracts", "show", "MSA; 7", *where, url=fund)
    state = {one["article"]: one["state"] for one in shown["provisions"]}
    assert (state["30(3)(f)"], state["30(2)(a)"]) == ("agreed", "not_checked")
    waiting = {one["field"]: (one["now"], one["kind"]) for one in shown["differences"]}
    assert waiting == {
        "renewal": (None, "new"),
        "notice_days": (30.0, "contradiction"),
        "escrow": (None, "new"),
    }
    law = ("--governing-law", "DE", "--unknown", "renewal", "--source", "PDF", "--apply")
    done = answer("contracts", "set", "MSA; 7", *law, *where, url=fund)
    assert done["renewal"] is None
    assert (done["taken_over"]["facts"], done["taken_over"]["judgements"]) == (2, 1)
    assert [one["field"] for one in done["differences"]] == ["notice_days"]
    answer("contracts", "apply", "MSA; 7", "--over", *where, url=fund)
    assert "Nothing is left" in refusal("contracts", "apply", *where, url=fund)
    answer("contracts", "remove", "MSA; 7", "--reason", "a test", *where, url=fund)
    assert answer("contracts", "list", *where, url=fund)["contracts"] == []


def test_what_there_is_not_is_said_in_a_sentence(fund: str, tmp_path: Path) -> None:
    imported(fund, tmp_path)
    where = ("--portfolio", "Fund")
    assert "no provision" in refusal("contracts", "check", "B-1", "31", "agreed", *where, url=fund)
    assert "no contract" in refusal("contracts", "show", "B-9", *where, url=fund)
    said = refusal(
        "contracts", "set", "MSA; 7", "--unknown", "colour", "--source", "x", *where, url=fund
    )
    assert "no fact “colour”" in said
