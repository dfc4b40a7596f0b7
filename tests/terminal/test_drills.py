"""Drills through the terminal: a file taken over and taken back; which backup is overdue."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, refusal

INVENTORY = (
    "startup,country,use_case,provider,fallback,fallback_provider\n"
    "Acme,US,notes,OpenAI,untested,Anthropic\n"
    "Bolt,DE,search,Anthropic,documented,OpenAI\n"
)
DRILLS = (
    "Startup,Use case,Vendor,What was tried,Date,Passed,By\n"
    "Acme,notes,OpenAI,failover,2026-10-01,47 of 50,Ann\n"
    "Cove,,,exit,2026-10-01,50 of 50,Ann\n"
)


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    inventory = tmp_path / "inventory.csv"
    inventory.write_text(INVENTORY)
    answer("import", str(inventory), "--portfolio", "Fund", url=url)
    return url


def test_a_file_of_drills_is_looked_at_taken_over_and_taken_back(fund: str, tmp_path: Path) -> None:
    file, rejects = tmp_path / "drills.csv", tmp_path / "rejects.csv"
    file.write_text(DRILLS)
    command = ("drills", "import", str(file), "--portfolio", "Fund")
    looked = answer(*command, "--dry-run", url=fund)
    assert (looked["outcome"], looked["import"], looked["rejected"]) == ("partial", None, 1)
    (new,) = looked["new_drills"]
    assert (new["startup"], new["kind"], new["evals_passed"]) == ("Acme", "fallback", 47)
    assert answer(*command, "--rejects", str(rejects), url=fund)["import"] == 1
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,no_place,")
    assert answer(*command, url=fund)["changes"] == {
        "new": 0,
        "known": 1,
        "taken_back": 0,
        "same_day": 0,
    }
    (kept,) = answer("drills", "list", "--portfolio", "Fund", url=fund)
    assert (kept["file"], kept["import_number"]) == ("drills.csv", 1)
    answer("drills", "undo-import", "1", url=fund)
    (kept,) = answer("drills", "list", "--portfolio", "Fund", url=fund)
    assert kept["withdrawn_by"]
    assert "taken back before" in refusal("drills", "undo-import", "1", url=fund)


def test_overdue_backups_are_one_document(fund: str) -> None:
    found = answer("drills", "overdue", "--portfolio", "Fund", url=fund)
    assert found["counts"]["never"] == 2
    assert {one["startup"] for one in found["backups"]} == {"Acme", "Bolt"}
    for one in found["backups"]:
        low, high = one["drill_removes_range_usd"]
        assert 0 < low <= one["drill_removes_median_usd"] <= high
        assert (one["tried"], one["tried_on"], one["worth"]) == ("never tried", None, 0)
    alone = answer("drills", "overdue", "--portfolio", "Fund", "--slice", "country=DE", url=fund)
    assert [one["startup"] for one in alone["backups"]] == ["Bolt"]
