"""Files of drills on both databases: placed, taken over, told again, corrected and taken back."""

from dataclasses import replace
from datetime import date

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.drill_files import (
    DrillFile,
    DrillImport,
    import_drills,
    list_drill_files,
    undo_drill_import,
)
from db.services.drills import list_drills, withdraw_drill
from db.services.endings import rename
from db.services.exports import FileKind, export_table
from db.services.portfolios import load_portfolio, save_portfolio
from risk.alternatives.evidence import DrillKind, newest
from risk.inventory.intake_results import Outcome
from risk.inventory.records import Fallback
from tests.small_world import dependency, portfolio, startup

HEADER = "startup,use_case,provider,kind,held_on,evals_passed,evals_total,hours,conducted_by\n"
FIRST = "Acme,assistant,OpenAI,fallback,2026-10-01,47,50,0.5,Ann\n"
SECOND = "Acme,assistant,OpenAI,exit,2026-10-02,50,50,52,Bo\n"
HELD = startup(
    "Acme",
    dependency(
        "acme-1",
        "OpenAI",
        "OpenAI",
        model="GPT-5.5",
        fallback=Fallback.UNTESTED,
        fallback_developer="Anthropic",
    ),
)


@pytest.fixture
def fund(store: Store) -> Store:
    bare = startup("Bare", dependency("bare-1", "OpenAI", "OpenAI"))
    save_portfolio(store, LOCAL_OWNER, replace(portfolio(HELD, bare), name="Fund"))
    return store


def put(store: Store, text: str, *, dry_run: bool = False, **how: object) -> DrillImport:
    file = DrillFile(data=text.encode(), file_name="drills.csv", **how)  # type: ignore[arg-type]
    return import_drills(store, LOCAL_OWNER, "Fund", file, dry_run=dry_run)


def standing(store: Store) -> list[tuple[str, DrillKind, date]]:
    return [
        (one.drill.dependency_key, one.drill.kind, one.drill.held_on)
        for one in list_drills(store, LOCAL_OWNER, "Fund")
        if one.withdrawn_by is None
    ]


def test_a_file_is_looked_at_taken_over_and_told_again_without_a_change(fund: Store) -> None:
    seen = put(fund, HEADER + FIRST + SECOND, dry_run=True)
    assert (seen.number, [one.kind for one in seen.new]) == (
        None,
        [DrillKind.FALLBACK, DrillKind.EXIT],
    )
    assert standing(fund) == []
    made = put(fund, HEADER + FIRST + SECOND)
    assert standing(fund) == [
        ("acme-1", DrillKind.EXIT, date(2026, 10, 2)),
        ("acme-1", DrillKind.FALLBACK, date(2026, 10, 1)),
    ]
    shown = load_portfolio(fund, LOCAL_OWNER, "Fund").startups[0].use_cases[0].dependencies[0]
    assert (shown.fallback, shown.fallback_hours) == (Fallback.TESTED, 0.5)
    one = list_drills(fund, LOCAL_OWNER, "Fund")[0]
    assert (one.import_number, one.file, one.drill.source) == (
        made.number,
        "drills.csv",
        "drills.csv",
    )
    # Other spellings and another order are the same drills.
    again = put(fund, HEADER + SECOND.replace("Bo", "bo ") + FIRST.replace("Acme", "ACME"))
    assert (again.number, again.new, again.known) == (None, (), 2)


WITHOUT_A_PLACE = {
    "Acne,,,exit,2026-10-01,1,2,,Ann": "no company “Acne” in Fund",
    "Acme,poems,,exit,2026-10-01,1,2,,Ann": "no use case “poems”",
    "Acme,,Mistral,exit,2026-10-01,1,2,,Ann": "It depends on: OpenAI",
    "Bare,,,fallback,2026-10-01,1,2,,Ann": "names no backup",
    "Acme,,,exit,2999-01-01,1,2,,Ann": "still to come",
    "Acme,,,exit,2026-10-01,3,2,,Ann": "47 of 50",
    "Acme,,,exit,2026-10-01,1,2,9000,Ann": "in hours",
    "Acme,,,perhaps,2026-10-01,1,2,,Ann": "fallback (failing over) or exit",
    "Acme,,,exit,2026-02-30,1,2,,Ann": "held_on",
    "Acme,,,exit,2026-10-01,most,2,,Ann": "how many evaluations passed",
    "Acme,,,exit,2026-10-01,1,2,,": "nobody is named who held the drill",
    ",,,exit,2026-10-01,1,2,,Ann": "no company is named",
}


def test_a_line_without_a_place_comes_back_with_its_reason_and_the_others_are_in(
    fund: Store,
) -> None:
    found = put(fund, HEADER + FIRST + "".join(f"{line}\n" for line in WITHOUT_A_PLACE))
    read = found.read
    assert (read.outcome, len(found.new), read.rejected) == (Outcome.PARTIAL, 1, 12)
    assert read.records == len(read.rows) + read.rejected
    by_line = {one.line: one.message for one in read.problems}
    assert sorted(by_line) == list(range(3, 15))
    for number, (line, said) in enumerate(WITHOUT_A_PLACE.items(), start=3):
        assert said in by_line[number], line
    back = read.reject_file.decode("utf-8-sig").splitlines()
    assert back[0] == f"line,code,reason,{HEADER.strip()}"
    assert [one.startswith(f"{number},") for number, one in enumerate(back[1:], start=3)] == [
        True
    ] * 12
    assert all(one.endswith(line) for one, line in zip(back[1:], WITHOUT_A_PLACE, strict=True))
    # Corrected, a line that came back is read by itself.
    corrected = put(fund, f"line,code,reason,{HEADER}3,x,y,{SECOND}")
    assert (corrected.read.outcome, len(corrected.new)) == (Outcome.ACCEPT, 1)


def test_an_import_is_taken_back_as_a_whole_and_may_come_again(fund: Store) -> None:
    number = put(fund, HEADER + FIRST + SECOND).number
    assert number is not None
    first = list_drills(fund, LOCAL_OWNER, "Fund")[-1].number
    withdraw_drill(fund, LOCAL_OWNER, first, reason="wrong backup")
    undone = undo_drill_import(fund, LOCAL_OWNER, number)
    assert (undone.drills, undone.standing, undone.undone_by) == (2, 0, LOCAL_OWNER.name)
    assert standing(fund) == []
    with pytest.raises(Refused, match="taken back before"):
        undo_drill_import(fund, LOCAL_OWNER, number)
    # What somebody withdrew for a reason stays withdrawn; what went with the file comes back.
    again = put(fund, HEADER + FIRST + SECOND)
    assert (len(again.new), again.taken_back) == (1, 1)
    assert [one.kind for one in again.new] == [DrillKind.EXIT]
    assert [one.number for one in list_drill_files(fund, LOCAL_OWNER, "Fund")] == [
        again.number,
        number,
    ]


def test_of_two_drills_of_one_day_the_later_told_counts(fund: Store) -> None:
    put(fund, HEADER + FIRST.replace("47", "10"))
    better = put(fund, HEADER + FIRST)
    assert (len(better.new), better.same_day) == (1, 1)
    drills = [one.drill for one in reversed(list_drills(fund, LOCAL_OWNER, "Fund"))]
    found = newest(drills, DrillKind.FALLBACK)
    assert found is not None
    assert found.evals_passed == 47


def test_a_startup_is_found_under_the_name_that_it_had(fund: Store) -> None:
    put(fund, HEADER + FIRST)
    rename(fund, LOCAL_OWNER, "Fund", "Acme", "Apex")
    again = put(fund, HEADER + FIRST + SECOND)
    assert (again.known, [one.startup for one in again.new]) == (1, ["Apex"])


def test_a_question_or_a_refused_file_writes_nothing(fund: Store) -> None:
    unclear = HEADER + FIRST.replace("2026-10-01", "03/04/2026")
    asked = put(fund, unclear)
    assert (asked.read.outcome, asked.number) == (Outcome.CONFIRM, None)
    assert [one.code for one in asked.read.confirm] == ["date_order_unknown"]
    refused = put(fund, "a,b\n1,2\n")
    assert (refused.read.outcome, refused.number) == (Outcome.REJECT_FILE, None)
    assert standing(fund) == []
    put(fund, unclear, assume={"date_order_unknown": "dmy"})
    assert standing(fund) == [("acme-1", DrillKind.FALLBACK, date(2026, 4, 3))]


@pytest.mark.parametrize("kind", list(FileKind))
def test_exported_drills_are_read_back_by_a_portfolio_of_the_same_inventory(
    fund: Store, kind: FileKind
) -> None:
    put(fund, HEADER + FIRST + SECOND)
    day = fund.now().date()
    file = export_table(fund, LOCAL_OWNER, "drills", kind=kind, portfolio="Fund", today=day)
    save_portfolio(fund, LOCAL_OWNER, replace(portfolio(HELD), name="Copy"))
    read = DrillFile(data=file.data, file_name=file.file_name)
    copied = import_drills(fund, LOCAL_OWNER, "Copy", read)
    assert (copied.read.problems, len(copied.new)) == ((), 2)
    assert put(fund, HEADER).new == ()
    assert import_drills(fund, LOCAL_OWNER, "Fund", read).known == 2
