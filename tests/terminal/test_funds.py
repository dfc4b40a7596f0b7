"""Funds through the terminal: holdings imported with their problems, losses as one document."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, inventory, refusal

HOLDINGS = (
    "Company,Fund,Cost,Fair value,Ownership %,As of\n"
    "Acme Notes,One,1000000,2500000,12.5%,2026-09-30\n"
    "Acme Notes,Two,200000,,,2026-09-30\n"
    "Elsewhere,Two,100000,400000,20%,2026-09-30\n"
    "Borealis,Two,12k,1,5%,2026-09-30\n"
)


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    return url


def holdings(tmp_path: Path, text: str = HOLDINGS) -> str:
    path = tmp_path / "holdings.csv"
    path.write_text(text)
    return str(path)


def test_holdings_are_looked_at_imported_and_taken_back(fund: str, tmp_path: Path) -> None:
    command = ("funds", "import", holdings(tmp_path), "--portfolio", "Fund")
    looked = answer(*command, "--dry-run", url=fund)
    assert (looked["outcome"], looked["accepted"], looked["rejected"]) == ("partial", 3, 1)
    assert looked["import"] is None
    assert [(one["line"], one["column"]) for one in looked["problems"]] == [(5, "cost")]
    assert looked["not_in_the_register"] == ["Elsewhere"]
    rejects = tmp_path / "to correct.csv"
    answer(*command, "--dry-run", "--rejects", str(rejects), url=fund)
    assert "Borealis,Two,12k,1,5%" in rejects.read_text(encoding="utf-8-sig")
    assert "exists already" in refusal(*command, "--rejects", str(rejects), url=fund)
    assert answer(*command, url=fund)["import"] == 1
    stated = answer("funds", "holdings", "--portfolio", "Fund", url=fund)
    assert [(one["fund"], one["company"], one["startup"]) for one in stated] == [
        ("One", "Acme Notes", "Acme Notes"),
        ("Two", "Acme Notes", "Acme Notes"),
        ("Two", "Elsewhere", None),
    ]
    assert answer("funds", "undo", "--portfolio", "Fund", url=fund) == {"undone": "holdings.csv"}
    assert answer("funds", "holdings", "--portfolio", "Fund", url=fund) == []
    assert "take back" in refusal("funds", "undo", "--portfolio", "Fund", url=fund)


def test_what_funds_may_lose_is_one_document(fund: str, tmp_path: Path) -> None:
    answer("funds", "import", holdings(tmp_path), "--portfolio", "Fund", url=fund)
    command = ("funds", "set", "One", "--portfolio", "Fund", "--nav", "10000000")
    assert "which day" in refusal(*command, "--source", "Q3", url=fund)
    answer(*command, "--on", "2026-09-30", "--source", "Q3", url=fund)
    found = answer("funds", "--portfolio", "Fund", url=fund)
    one, two = found["funds"]
    assert (one["fund"], one["nav_usd"], one["nav_as_of"]) == ("One", 1e7, "2026-09-30")
    assert one["aal_of_nav"] == pytest.approx(one["aal_usd"] / 1e7)
    assert (two["nav_usd"], two["aal_of_nav"], two["outside"]) == (None, None, 1)
    assert (two["companies"][-1]["aal_usd"], two["companies"][-1]["unknown"]) == (
        None,
        ["company"],
    )
    together = found["together"]
    assert together["aal_usd"] == pytest.approx(one["aal_usd"] + two["aal_usd"], abs=0.01)
    assert {part["company"] for part in together["companies"]} == {"Acme Notes", "Elsewhere"}
    assert sum(part["aal_usd"] for part in together["roots"]) == pytest.approx(
        together["aal_usd"], abs=0.01
    )


def test_a_score_of_a_fund_is_of_what_it_holds_and_says_what_it_loses(
    fund: str, tmp_path: Path
) -> None:
    answer("funds", "import", holdings(tmp_path), "--portfolio", "Fund", url=fund)
    found = answer("score", "--portfolio", "Fund", "--fund", "one", url=fund)
    assert [one["startup"] for one in found["startups"]] == ["Acme Notes"]
    assert found["slices"] == [{"field": "fund", "value": "One"}]
    assert [one["fund"] for one in found["funds"]] == ["One"]
    by = {(one["weighted_by"], one["level"]): one for one in found["weighted_concentration"]}
    assert by["once", "developer"]["largest"] == "OpenAI"
    assert by["by fair value", "developer"]["startups_without"] == 1
    whole = answer("score", "--portfolio", "Fund", url=fund)
    assert len(whole["startups"]) == 2
    assert "slices" not in whole
    said = refusal("score", "--portfolio", "Fund", "--slice", "country=DE", url=fund)
    assert "country" in said
    startups = answer("startups", "--portfolio", "Fund", "--fund", "Two", url=fund)
    assert [one["startup"] for one in startups] == ["Acme Notes"]


def test_a_table_without_its_columns_is_refused_with_what_to_do(fund: str, tmp_path: Path) -> None:
    path = holdings(tmp_path, "Company,Fair value\nAcme Notes,5\n")
    command = ("funds", "import", path, "--portfolio", "Fund")
    found = answer(*command, url=fund, status=2)
    assert "--fund" in found["problems"][0]["message"]
    assert answer(*command, "--fund", "One", url=fund)["changes"]["new"] == 1
    assert "no file" in refusal("funds", "import", "none.csv", "--portfolio", "Fund", url=fund)
    assert "--portfolio" in refusal("funds", url=fund)
