"""What is named in many tables is renamed in all of them, and nothing else is."""

from risk.dora.alike import spread
from risk.dora.packages import Register, with_changes
from risk.dora.tables import Change, table_of
from tests.dora.samples import sample as sample_register


def cells(register: Register, text: str) -> set[tuple[str, str]]:
    """Where a text stands, as table and column."""
    return {
        (name, code)
        for name, table in register.tables.items()
        for row in table.rows
        for code, place in table.places.items()
        if row.cells[place] == text
    }


def renamed(table: str, column: str, before: str, after: str) -> Register:
    register = sample_register()
    its = register.table(table)
    row = next(one for one in its.rows if its.cell(one, column) == before)
    change = Change(table=table, row=row.number, column=column, value=after)
    return with_changes(register, spread(register, change))


def test_a_contract_gets_its_new_reference_in_every_table_that_names_it() -> None:
    before = cells(sample_register(), "CA-2023-001")
    after = renamed("B_02.01", "c0010", "CA-2023-001", "CA-9")
    assert cells(after, "CA-9") == before
    assert {"B_02.01", "B_02.02", "B_03.01", "B_03.02", "B_04.01", "B_05.02"} == {
        table for table, _ in before
    }
    # It is the frame of another one, too.
    assert ("B_02.01", "c0030") in before
    assert not cells(after, "CA-2023-001")
    assert cells(after, "CA-2023-001-A")


def test_a_provider_gets_its_new_code_as_the_parent_of_others_too() -> None:
    after = renamed("B_05.01", "c0010", "ZZZZ00PROVIDERTOPC87", "US0000")
    assert cells(after, "US0000") == {("B_05.01", "c0010"), ("B_05.01", "c0110")}


def test_an_entity_that_is_a_provider_too_is_one_thing_in_either_role() -> None:
    # The IT company is an entity (B_01.02), signs, provides, and is a provider (B_05.01).
    lei = "ZZZZ00EXAMPLEITSV370"
    after = renamed("B_01.02", "c0010", lei, "NEWLEI")
    as_entity = {("B_01.02", "c0010"), ("B_03.03", "c0020")}
    assert cells(after, "NEWLEI") == as_entity
    # What refers to the provider still does: nothing says that both names mean the same.
    assert ("B_05.01", "c0010") in cells(after, lei)


def test_a_function_is_renamed_for_its_own_entity_alone() -> None:
    rows = [
        {"c0010": "F1", "c0030": "payments", "c0040": "A"},
        {"c0010": "F1", "c0030": "claims", "c0040": "B"},
    ]
    uses = [{"c0010": "CA", "c0020": one, "c0050": "F1"} for one in "AB"]
    register = Register(
        {"B_06.01": table_of("B_06.01", rows), "B_02.02": table_of("B_02.02", uses)}
    )
    change = Change(table="B_06.01", row=0, column="c0010", value="F7")
    after = with_changes(register, spread(register, change))
    assert after.table("B_06.01").values("c0010") == ["F7", "F1"]
    assert after.table("B_02.02").values("c0050") == ["F7", "F1"]


def test_a_name_in_another_table_changes_alone() -> None:
    register = sample_register()
    change = Change(table="B_03.01", row=0, column="c0010", value="CA-9")
    assert spread(register, change) == (change,)


def test_of_two_rows_with_one_name_nothing_else_is_renamed() -> None:
    rows = [{"c0010": "CA"}, {"c0010": "CA"}]
    register = Register(
        {
            "B_02.01": table_of("B_02.01", rows),
            "B_03.01": table_of("B_03.01", [{"c0010": "CA", "c0020": "A"}]),
        }
    )
    change = Change(table="B_02.01", row=0, column="c0010", value="CB")
    assert spread(register, change) == (change,)
