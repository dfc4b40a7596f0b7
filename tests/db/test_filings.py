"""Registers of information in the store: what came stays, what was decided can be taken back."""

from dataclasses import replace
from datetime import date

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.contracts import all_contracts
from db.services.filings import (
    CellDecision,
    accept_proposals,
    add_rows,
    decide_cells,
    draw_register,
    files_as_kept,
    keep_register,
    list_filings,
    load_filing,
    pack_filing,
    remove_filing,
    remove_rows,
    state_filing,
    take_back,
)
from db.services.imports import publish_import
from risk.dora.packages import FilingFacts, zip_of
from risk.dora.proposals import Proposal
from tests.db.inventories import publish
from tests.dora.samples import NAME, sample_files

BANK = "Bank"


@pytest.fixture
def bank(store: Store) -> Store:
    """A store with a portfolio that the sample register was imported into."""
    publish_import(
        store, LOCAL_OWNER, data=zip_of(sample_files()), file_name=f"{NAME}.zip", portfolio=BANK
    )
    return store


def number_of(store: Store) -> int:
    return list_filings(store, LOCAL_OWNER, BANK)[0].number


def cell(column: str, value: str, table: str = "B_06.01", row: int = 0) -> CellDecision:
    return CellDecision(table=table, row=row, column=column, value=value)


def test_an_imported_register_is_kept_whole_once_and_goes_out_as_it_came(bank: Store) -> None:
    number = number_of(bank)
    again = keep_register(
        bank, LOCAL_OWNER, BANK, zip_of(sample_files()), file_name="another name.zip"
    )
    assert again == number
    assert [one.number for one in list_filings(bank, LOCAL_OWNER, BANK)] == [number]
    filing = load_filing(bank, LOCAL_OWNER, number)
    assert files_as_kept(filing) == sample_files()
    assert filing.summary.facts.day == date(2025, 12, 31)


def test_files_and_columns_that_nobody_knows_are_kept_and_left_out_of_a_filing(
    store: Store,
) -> None:
    path = f"{NAME}/reports/b_05.01.csv"
    files = sample_files()
    lines = files[path].decode().split("\r\n")
    files[path] = "\r\n".join(
        [lines[0] + ",note", *(f"{one},x" for one in lines[1:-1]), ""]
    ).encode()
    files[f"{NAME}/reports/readme.txt"] = b"ours"
    publish(store, {"startup": "Acme", "provider": "OpenAI"}, portfolio=BANK)
    number = keep_register(store, LOCAL_OWNER, BANK, zip_of(files), file_name=f"{NAME}.zip")
    assert files_as_kept(load_filing(store, LOCAL_OWNER, number)) == files
    packed = pack_filing(store, LOCAL_OWNER, number)
    assert b"note" not in packed.files["reports/b_05.01.csv"]
    assert "reports/readme.txt" not in packed.files
    assert len(packed.left_out) == 2
    assert packed.files["reports/b_02.02.csv"] == files[f"{NAME}/reports/b_02.02.csv"]


def test_a_decided_cell_changes_and_every_other_byte_stays(bank: Store) -> None:
    number = number_of(bank)
    changed = decide_cells(bank, LOCAL_OWNER, number, [cell("c0060", "Law; “urgent”", row=1)])
    assert changed == 1
    files = files_as_kept(load_filing(bank, LOCAL_OWNER, number))
    path = f"{NAME}/reports/b_06.01.csv"
    before, after = sample_files(), files
    assert {name for name in before if before[name] != after[name]} == {path}
    theirs, ours = before[path].decode().split("\r\n"), after[path].decode().split("\r\n")
    assert [place for place in range(len(theirs)) if theirs[place] != ours[place]] == [2]
    assert ours[2] == theirs[2].replace("eba_BT:x29,,", "eba_BT:x29,Law; “urgent”,")


def test_what_was_decided_is_taken_back_and_the_trail_has_both(bank: Store) -> None:
    number = number_of(bank)
    decided = cell("c0030", "Payments")
    decide_cells(bank, LOCAL_OWNER, number, [decided])
    assert load_filing(bank, LOCAL_OWNER, number).decided[0].by == "local owner"
    take_back(bank, LOCAL_OWNER, number, [decided])
    assert files_as_kept(load_filing(bank, LOCAL_OWNER, number)) == sample_files()
    told = [one for one in list_audit(bank, LOCAL_OWNER) if one.action == "prepare filing"]
    assert len(told) == 3  # kept, decided, taken back


def test_a_contract_is_renamed_wherever_it_stands(bank: Store) -> None:
    number = number_of(bank)
    row = load_filing(bank, LOCAL_OWNER, number).register.table("B_02.01").rows[2]
    decided = cell("c0010", "CA-2024-007b", table="B_02.01", row=row.number)
    # B_02.01, B_02.02, B_03.01, B_03.02, B_04.01, three ranks in B_05.02, and B_07.01
    assert decide_cells(bank, LOCAL_OWNER, number, [decided]) == 9


def test_rows_are_added_and_removed(bank: Store) -> None:
    number = number_of(bank)
    branch = {"c0010": "BR-IT", "c0020": "ZZZZ00EXAMPLEBANK116", "c0030": "Milano"}
    (added,) = add_rows(bank, LOCAL_OWNER, number, [("B_01.03", branch)])
    remove_rows(bank, LOCAL_OWNER, number, [("B_01.03", 0)])
    filing = load_filing(bank, LOCAL_OWNER, number)
    table = filing.register.table("B_01.03")
    assert [(row.number, row.cells[0]) for row in table.rows] == [(added, "BR-IT")]
    decide_cells(bank, LOCAL_OWNER, number, [cell("c0040", "eba_GA:IT", "B_01.03", added)])
    table = load_filing(bank, LOCAL_OWNER, number).register.table("B_01.03")
    assert table.cell(table.rows[0], "c0040") == "eba_GA:IT"
    take_back(bank, LOCAL_OWNER, number, [cell("", "", "B_01.03", 0)])
    assert len(load_filing(bank, LOCAL_OWNER, number).register.table("B_01.03").rows) == 2


def test_proposals_are_accepted_with_their_reason_and_fill_no_cell_twice(bank: Store) -> None:
    number = number_of(bank)
    proposed = Proposal(
        table="B_07.01", row=1, column="c0120", value="Other host", reason="Decided on: x."
    )
    assert accept_proposals(bank, LOCAL_OWNER, number, [proposed]) == 1
    (decided,) = load_filing(bank, LOCAL_OWNER, number).decided
    assert (decided.change.value, decided.reason) == ("Other host", "Decided on: x.")
    again = replace(proposed, value="Third host")
    assert accept_proposals(bank, LOCAL_OWNER, number, [again]) == 0


def test_a_drawn_register_asks_once_for_what_stands_in_many_tables(store: Store) -> None:
    chat = {"startup": "Acme", "use_case": "chat", "provider": "Azure OpenAI"}
    code = {"startup": "Acme", "use_case": "code", "provider": "Anthropic"}
    publish(store, chat, code, portfolio=BANK)
    facts = FilingFacts(
        lei="ZZZZ00EXAMPLEBANK116", scope="IND", country="DE", day=date(2026, 12, 31)
    )
    number = draw_register(store, LOCAL_OWNER, BANK, facts=facts)
    filing = load_filing(store, LOCAL_OWNER, number)
    row = filing.register.table("B_01.02").rows[0]
    lei = cell("c0010", facts.lei, "B_01.02", row.number)
    # B_01.02 once, B_02.02 and B_06.01 once for each of the two use cases
    assert decide_cells(store, LOCAL_OWNER, number, [lei]) == 5
    packed = pack_filing(store, LOCAL_OWNER, number)
    assert b"\xe2\x80\xb9" not in b"".join(packed.files.values())  # no cell that waits goes out
    assert list_filings(store, LOCAL_OWNER, BANK)[0].packed_as == packed.name
    assert packed.name.startswith("ZZZZ00EXAMPLEBANK116.IND_DE_DORA010100_DORA_2026-12-31_")


def test_who_files_must_be_stated_before_a_package_is_made(bank: Store) -> None:
    number = number_of(bank)
    facts = load_filing(bank, LOCAL_OWNER, number).summary.facts
    state_filing(bank, LOCAL_OWNER, number, replace(facts, scope=""))
    with pytest.raises(Refused, match="consolidated or individual"):
        pack_filing(bank, LOCAL_OWNER, number)


def test_a_register_that_was_put_away_is_gone_and_comes_back_with_its_file(bank: Store) -> None:
    number = number_of(bank)
    remove_filing(bank, LOCAL_OWNER, number, reason="wrong year")
    assert list_filings(bank, LOCAL_OWNER, BANK) == ()
    with pytest.raises(Refused, match="put away"):
        load_filing(bank, LOCAL_OWNER, number)
    assert (
        keep_register(bank, LOCAL_OWNER, BANK, zip_of(sample_files()), file_name="x.zip") != number
    )


@pytest.mark.parametrize("data", [b"", b"startup,provider", zip_of({"a.txt": b"x"})])
def test_what_is_no_register_is_refused_in_a_sentence(store: Store, data: bytes) -> None:
    publish(store, {"startup": "Acme", "provider": "OpenAI"}, portfolio=BANK)
    with pytest.raises(Refused):
        keep_register(store, LOCAL_OWNER, BANK, data, file_name="x.zip")


def altered(path: str, old: str, new: str) -> dict[str, bytes]:
    """The sample's files with one text of one file replaced."""
    name = f"{NAME}/{path}"
    files = sample_files()
    assert old in files[name].decode()
    return files | {name: files[name].replace(old.encode(), new.encode())}


#: What a register can say that no record of a contract or a filing can hold.
ODD = {
    "a filer of ninety letters": altered(
        "reports/parameters.csv", "rs:ZZZZ00EXAMPLEBANK116.CON", f"rs:{'Z' * 90}.CON"
    ),
    "a country in words": {
        path.replace(NAME, "register"): data
        for path, data in altered("reports/b_01.01.csv", "eba_GA:DE", "Federal Republic").items()
    },
    "a currency that is none": altered("reports/parameters.csv", "iso4217:EUR", "iso4217:EURO"),
    "an end before the start": altered(
        "reports/b_02.02.csv", "2024-03-15,2027-03-14", "2027-03-15,2024-03-14"
    ),
    "more money than there is": altered("reports/b_02.01.csv", "36500.5", "9" * 30),
    "a contract under itself": altered(
        "reports/b_02.01.csv",
        "CA-2023-001-A,eba_CO:x3,CA-2023-001,",
        "CA-2023-001-A,eba_CO:x3,CA-2023-001-A,",
    ),
    "spaces around a reference": altered("reports/b_02.01.csv", "CA-2024-007", " CA-2024-007 "),
    "a reference of four hundred letters": {
        path: data.replace(b"CA-2024-007", b"CA-" + b"9" * 400)
        for path, data in sample_files().items()
    },
}


@pytest.mark.parametrize("what", ODD)
def test_an_import_is_never_half_done_whatever_the_register_says(store: Store, what: str) -> None:
    data = zip_of(ODD[what])
    publish_import(store, LOCAL_OWNER, data=data, file_name="register.zip", portfolio=BANK)
    (kept,) = list_filings(store, LOCAL_OWNER, BANK)
    assert files_as_kept(load_filing(store, LOCAL_OWNER, kept.number)) == ODD[what]
    known = {one.reference: one for one in all_contracts(store, LOCAL_OWNER, BANK)}
    # All six, but for the one whose reference no record can have.
    assert len(known) == (5 if what.startswith("a reference of") else 6)
    if what == "an end before the start":
        found = known["CA-2024-007"]
        assert (found.contract_start, found.contract_end, found.notice_days) == (None, None, 60.0)


def test_a_row_that_was_proposed_is_added_once(bank: Store) -> None:
    number = number_of(bank)
    cells = {"c0010": "BR-IT", "c0020": "ZZZZ00EXAMPLEBANK116"}
    proposed = Proposal(table="B_01.03", row=None, column="", value="", reason="x", cells=cells)
    assert accept_proposals(bank, LOCAL_OWNER, number, [proposed]) == 2
    assert accept_proposals(bank, LOCAL_OWNER, number, [proposed]) == 0
    assert len(load_filing(bank, LOCAL_OWNER, number).register.table("B_01.03").rows) == 2
