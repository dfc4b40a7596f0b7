"""Completion: which cells are needed, how many of them are filled, and what stands in the way."""

from dataclasses import replace
from datetime import date

import pytest

from risk.dora.completion import cells_of, completion_of
from risk.dora.lint import Weight
from risk.dora.packages import Register
from risk.dora.schema import COLUMNS, TABLES, Need
from tests.dora.samples import judged, sample, with_cells, with_row, without_rows


def completion(register: Register):
    return completion_of(register, register.facts, judged(register))


def test_the_sample_is_complete_and_ready():
    whole = completion(sample())
    by_table = {one.table: one for one in whole.tables}
    assert tuple(by_table) == TABLES
    # B_02.01: 6 rows of key, type, currency and expense, and one that is subsequent: its frame.
    assert by_table["B_02.01"].needed == 6 * 4 + 1
    # B_02.02: 9 rows of 8 keys, type of code, start and end; one has ended: why. Three are behind a
    # critical function (F1 twice, F3): notices, law, storage and reliance; all three store data.
    assert by_table["B_02.02"].needed == 9 * 11 + 1 + 3 * 5 + 3
    # B_07.01: 3 rows of 3 keys and 5 that rules want; one is highly complex: why; one has
    # alternatives: which.
    assert by_table["B_07.01"].needed == 3 * 8 + 1 + 1
    # B_01.02: 3 rows of 9; assets of the two financial entities, and their currency.
    assert by_table["B_01.02"].needed == 3 * 9 + 2 + 2
    assert whole.filled == whole.needed == sum(one.needed for one in whole.tables)
    assert whole.share == 1
    # Definitions are nobody's duty, so no share is said of them.
    assert by_table["B_99.01"].share is None
    assert (whole.ready, whole.hindrance) == (True, "")


def test_what_stands_in_the_way_is_said_in_a_sentence():
    cells = {("B_02.02", None, "c0080"): "", ("B_07.01", 0, "c0080"): ""}
    cells |= {("B_02.01", 0, "c0020"): "Yes", ("B_02.01", 1, "c0050"): "1,5"}
    some = completion(with_cells(cells))
    # Nine ends and one exit plan.
    assert some.hindrance == "2 errors; 10 values are missing, 9 of them in B_02.02"
    assert (some.errors, some.wanted_missing, some.ready) == (2, 10, False)
    functions = next(one for one in some.tables if one.table == "B_02.02")
    assert functions.missing == {"c0080": 9}
    # The row that had ended needs no reason as long as nobody knows its end.
    assert functions.needed == 118 - 1
    assert functions.filled == functions.needed - 9
    # Nine rows and the column.
    assert (functions.errors, functions.warnings) == (0, 10)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({("B_07.01", 0, "c0080"): ""}, "1 value is missing, in B_07.01"),
        ({("B_02.02", None, "c0070"): ""}, "9 values are missing, all in B_02.02"),
        ({("B_02.01", 0, "c0020"): "Yes"}, "1 error"),
    ],
)
def test_one_hindrance_is_said_as_one(cells, sentence: str):
    assert completion(with_cells(cells)).hindrance == sentence


def test_a_missing_condition_is_no_hindrance_and_lowers_the_share():
    some = completion(with_cells({("B_02.02", 4, "c0110"): ""}))
    assert (some.ready, some.filled) == (True, some.needed - 1)


def test_a_new_row_needs_its_cells():
    more = completion(with_row("B_02.01", {"c0010": "CA-9", "c0020": "eba_CO:x3"}))
    contracts = next(one for one in more.tables if one.table == "B_02.01")
    # Key and type are filled; the frame, the currency and the expense are missing.
    assert contracts.needed - contracts.filled == 3
    # A frame is wanted by a rule, but only where the type says so: it is no value that all need.
    assert more.wanted_missing == 2


def test_an_empty_register_is_not_complete():
    bare = Register({})
    whole = completion_of(bare, bare.facts, judged(bare, as_package=False))
    assert (whole.share, whole.ready) == (None, False)


def test_what_a_register_lacks_is_missing_under_every_name():
    every = {
        (table, None, code): ""
        for table in TABLES
        for code, column in COLUMNS[table].items()
        if column.need in (Need.WANTED, Need.NEEDED)
    }
    whole = completion(with_cells(every))
    rows = {table: len(sample().table(table).rows) for table in TABLES}
    assert whole.wanted_missing == sum(rows[table] for table, _, _ in every)


def test_a_contract_that_ends_on_the_day_has_ended():
    on = with_cells({("B_02.02", 4, "c0080"): "2025-12-31"})
    after = with_cells({("B_02.02", 4, "c0080"): "2026-01-01"})
    assert completion(on).needed == completion(after).needed + 1
    # Without a reference date nobody knows what has ended.
    facts = replace(sample().facts, day=None)
    unknown = completion_of(on, facts, ())
    assert unknown.needed == completion(sample()).needed - 1
    assert sample().facts.day == date(2025, 12, 31)


def test_cells_show_the_worst_that_was_found_there():
    mutated = with_cells(
        {("B_02.02", 4, "c0070"): "2024-03-16", ("B_02.02", 4, "c0080"): "2024-03-15"}
    )
    mutated = without_rows("B_02.02", 5, register=mutated)
    mutated = with_cells({("B_02.02", 3, "c0150"): "", ("B_02.02", 3, "c0040"): ""}, mutated)
    marked = cells_of(mutated, judged(mutated), "B_02.02")
    assert {cell: one.weight for cell, one in marked.items()} == {
        (4, "c0080"): Weight.ADVICE,
        (3, "c0150"): Weight.ERROR,
        (3, "c0040"): Weight.WARNING,
    }
    assert [one.rule for one in marked[4, "c0080"].findings] == ["ITS:dropped", "v8816_m"]
    # Findings about a row that is gone are not shown.
    assert cells_of(without_rows("B_02.02", 3), judged(mutated), "B_02.02").keys() == {(4, "c0080")}
