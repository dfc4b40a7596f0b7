"""What an Excel workbook says: exact texts, days, formulas, merged cells, several sheets."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from risk.inventory.formats.cell_values import without_dust
from risk.inventory.intake_results import Outcome
from risk.inventory.rows import InventoryRow
from risk.money.stated import Stated
from tests.inventory.formats.files import (
    HEADER,
    archive,
    raw_workbook,
    row_xml,
    saved,
    workbook,
    workbook_parts,
)
from tests.inventory.reading import codes, read

TEXTS = ("Acme", "OpenAI")


def only_row(data: bytes, **options: Any) -> InventoryRow:
    result = read(data, **options)
    assert result.outcome is Outcome.ACCEPT, result.problems
    (row,) = result.rows
    return row


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def styled(code: str) -> str:
    """Two cell styles: the plain one, and one with the number format ``code``."""
    return (
        f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    )


def test_a_name_merged_over_both_rows_of_a_header_is_that_columns_name() -> None:
    data = workbook(
        ("Company", "Vendor", None), (None, "Name", "Country"), ("Acme", "OpenAI", "US")
    )
    result = read(data)
    assert [question.code for question in result.confirm] == ["header_rows"]
    assert result.header == ("Company", "Vendor Name", "Country")
    assert [(row.startup, row.provider, row.country) for row in result.rows] == [
        ("Acme", "OpenAI", "US")
    ]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("0.7999999999999999", "0.8"),
        ("1234567.8900000001", "1234567.89"),
        ("0.1234567890123456", "0.1234567890123456"),
        ("33.333333333333336", "33.333333333333336"),
        ("100000000000000001", "100000000000000001"),
        ("12.345", "12.345"),
    ],
)
def test_a_number_is_read_without_the_dust_of_a_spreadsheets_sums(stored: str, shown: str) -> None:
    assert without_dust(stored) == shown


def test_a_workbook_is_read_as_the_same_table_in_csv_would_be() -> None:
    rows = [HEADER, ("Acme", "Azure OpenAI", 1200, date(2027, 3, 31)), ("Borealis", "x", None, "")]
    result = read(workbook(*rows))
    text = "startup,provider,spend_usd,renewal\nAcme,Azure OpenAI,1200,2027-03-31\nBorealis,x,,\n"
    assert result.rows == read(text).rows
    assert (result.records, result.accepted, result.outcome) == (2, 2, Outcome.ACCEPT)
    assert result.rows[0].line == 2


@pytest.mark.parametrize(
    ("stored", "amount"),
    [
        ("1E+3", 1000.0),
        ("1.2E6", 1_200_000.0),
        ("0.1", 0.1),
        ("99999999999.99", 99_999_999_999.99),
        ("1000000000000", 1e12),
    ],
)
def test_numbers_are_the_stored_ones_without_an_exponent(stored: str, amount: float) -> None:
    assert only_row(raw_workbook(*TEXTS, number(stored))).spend_usd == amount


def test_a_long_whole_number_keeps_every_digit() -> None:
    row = only_row(raw_workbook(number("12345678901234567890"), number("1E+15")))
    assert (row.startup, row.provider) == ("12345678901234567890", "1000000000000000")


@pytest.mark.parametrize(
    ("code", "stored", "day"),
    [
        ("yyyy\\-mm\\-dd", "46477", date(2027, 3, 31)),
        ("dd/mm/yyyy hh:mm", "46477.75", date(2027, 3, 31)),
        ("mmm", "46477", date(2027, 3, 31)),
        ("[$-409]d-mmm-yy;@", "59", date(1900, 2, 28)),
        ("d.m.yyyy", "61", date(1900, 3, 1)),
    ],
)
def test_a_number_shown_as_a_day_is_that_day(code: str, stored: str, day: date) -> None:
    # 46477 days after 1899-12-30; before the day 60, which never was, Excel counts one less.
    data = raw_workbook(*TEXTS, "", number(stored, 1), styles=styled(code))
    assert only_row(data).renewal == day


def test_days_may_count_from_1904() -> None:
    parts = workbook_parts(
        row_xml(1, *HEADER) + row_xml(2, *TEXTS, "", number("45015", 1)), styles=styled("d/m/yyyy")
    )
    main = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = main.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert only_row(archive(parts)).renewal == date(2027, 3, 31)


def test_a_bare_number_in_a_column_of_days_is_asked_about() -> None:
    data = raw_workbook(*TEXTS, "", number("46477"))
    asked = read(data)
    assert asked.outcome is Outcome.CONFIRM
    assert [question.code for question in asked.confirm] == ["excel_serial_date"]
    answered = only_row(data, assume={"excel_serial_date": "1900"})
    assert answered.renewal == date(2027, 3, 31)


def test_the_29th_of_february_1900_is_no_day() -> None:
    result = read(raw_workbook(*TEXTS, "", number("60", 1), styles=styled("yyyy-mm-dd")))
    assert (result.rows[0].renewal, result.warnings) == (None, ("bad_date",))


@pytest.mark.parametrize(
    ("code", "currency"),
    [("[$€-407] #,##0.00", "EUR"), ("&quot;£&quot;#,##0", "GBP"), ("[$CHF] 0", "CHF")],
)
def test_an_amount_shown_in_another_currency_keeps_it(code: str, currency: str) -> None:
    row = only_row(raw_workbook(*TEXTS, number("100", 1), styles=styled(code)))
    assert row.spend_stated == Stated(amount=Decimal(100), currency=currency)


@pytest.mark.parametrize("code", ["[$$-409]#,##0.00", "[$USD] 0", "#,##0.00", "0%", "[Red]0"])
def test_an_amount_shown_in_dollars_or_plainly_is_read(code: str) -> None:
    data = raw_workbook(*TEXTS, number("100", 1), styles=styled(code))
    assert only_row(data).spend_usd == 100


def test_a_formula_gives_its_saved_result_and_a_warning() -> None:
    result = read(raw_workbook(*TEXTS, "<c><f>6*7</f><v>42</v></c>"))
    assert (result.outcome, result.rows[0].spend_usd) == (Outcome.ACCEPT, 42)
    assert result.warnings == ("formula_values_used",)


def test_an_empty_text_is_a_saved_result_too() -> None:
    result = read(raw_workbook(*TEXTS, '<c t="str"><f>IF(1,"")</f><v></v></c>'))
    assert result.rows[0].spend_usd is None


@pytest.mark.parametrize("cell", ["<c><f>6*7</f></c>", "<c><f>6*7</f><v></v></c>"])
def test_a_formula_without_a_result_rejects_its_record(cell: str) -> None:
    result = read(raw_workbook(*TEXTS, cell))
    assert (result.error, result.rejected) == ("formula_without_value", 1)
    assert result.problems[0].value == "C2: =6*7"


def test_formulas_that_openpyxl_wrote_have_no_result() -> None:
    rows = [HEADER, ("Acme", "OpenAI", "=6*7", None), ("Borealis", "OpenAI", 1, None)]
    result = read(workbook(*rows))
    assert (result.outcome, result.error) == (Outcome.PARTIAL, "formula_without_value")
    assert [row.startup for row in result.rows] == ["Borealis"]


@pytest.mark.parametrize("header", ["spend_usd", "a column that is not ours"])
def test_an_error_cell_rejects_its_record_whatever_its_column(header: str) -> None:
    error = '<c t="e"><v>#REF!</v></c>'
    rows = row_xml(1, "startup", "provider", header) + row_xml(2, *TEXTS, error)
    result = read(archive(workbook_parts(rows + row_xml(3, "Borealis", "Claude"))))
    assert (result.error, result.accepted, result.rejected) == ("error_cell", 1, 1)
    assert "C2: #REF!" in [problem.value for problem in result.problems]


def test_merged_cells_are_never_filled_down() -> None:
    book = Workbook()
    sheet = book.active
    for line in (HEADER, ("Acme", "OpenAI"), (None, "Mistral"), ("Borealis", "Claude")):
        sheet.append(list(line))
    sheet.merge_cells("A2:A3")
    result = read(saved(book))
    assert (result.error, result.accepted, result.rejected) == ("missing_startup", 2, 1)


def test_what_a_merged_cell_hides_is_not_read() -> None:
    rows = row_xml(1, *HEADER) + row_xml(2, *TEXTS) + row_xml(3, "Hidden", "Mistral")
    after = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    result = read(archive(workbook_parts(rows, after=after)))
    assert (result.error, [row.startup for row in result.rows]) == ("missing_startup", ["Acme"])


def test_hidden_sheets_are_left_out_and_said() -> None:
    book = Workbook()
    book.active.append(list(HEADER))
    book.active.append(["Acme", "OpenAI"])
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state).append(["startup", "provider"])
        book[state].sheet_state = state
    result = read(saved(book))
    assert (result.outcome, result.warnings) == (Outcome.ACCEPT, ("hidden_sheet_ignored",))
    assert [p.value for p in result.problems] == ["hidden", "veryHidden"]


SHEETS = {
    "Read me": [("About this file",), ("It lists vendors",)],
    "Vendors": [HEADER, ("Acme", "OpenAI")],
    "Old": [HEADER, ("Gone", "Mistral"), ("Gone too", "Mistral")],
}


def test_several_visible_sheets_are_a_question_with_the_likeliest_first() -> None:
    result = read(workbook(**SHEETS))
    assert result.outcome is Outcome.CONFIRM
    (question,) = result.confirm
    assert (question.code, question.choices) == ("choose_sheet", ("Vendors", "Old", "Read me"))
    assert [row.startup for row in result.rows] == ["Acme"]


def test_the_chosen_sheet_is_read() -> None:
    result = read(workbook(**SHEETS), assume={"choose_sheet": "old"})
    assert (result.outcome, result.accepted) == (Outcome.ACCEPT, 2)


def test_a_sheet_that_does_not_exist_leaves_the_question_open() -> None:
    for data in (workbook(**SHEETS), workbook(*SHEETS["Vendors"])):
        result = read(data, assume={"choose_sheet": "Nowhere"})
        assert [question.code for question in result.confirm] == ["choose_sheet"]


def test_a_preamble_and_a_banner_are_found_as_in_csv() -> None:
    rows = [("Vendor list of 2026",), (), ("Company", "Vendor"), ("Acme", "OpenAI")]
    result = read(workbook(*rows))
    assert [question.code for question in result.confirm] == ["preamble_skipped"]
    assert [(row.line, row.startup) for row in result.rows] == [(4, "Acme")]


def test_empty_rows_and_formatted_empty_cells_are_no_records() -> None:
    cells = "".join(f'<c r="{letter}4" s="1"/>' for letter in "ABCDEFG")
    rows = (
        row_xml(1, *HEADER)
        + row_xml(3, *TEXTS)
        + f'<row r="4">{cells}</row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    result = read(archive(workbook_parts(rows, styles=styled("0"))))
    assert (result.records, result.accepted, result.warnings) == (1, 1, ("blank_records",))


def test_a_sheet_without_a_cell_is_an_empty_file() -> None:
    assert read(workbook()).error == "empty_file"


def test_data_beside_the_table_without_a_header_refuses_the_file() -> None:
    assert read(workbook(HEADER, (*TEXTS, 1, None, "beside"))).error == "unnamed_column"


def test_a_header_that_stands_twice_refuses_the_file() -> None:
    assert read(workbook((*HEADER, "Startup"), TEXTS)).error == "duplicate_header"


def test_rich_text_is_joined_and_reading_aids_are_left_out() -> None:
    cell = (
        '<c t="inlineStr"><is><r><t>Open</t></r><r><t xml:space="preserve">AI </t></r>'
        "<rPh><t>aid</t></rPh></is></c>"
    )
    assert only_row(raw_workbook("Acme", cell)).provider == "OpenAI"


def test_shared_texts_and_characters_that_xml_cannot_hold() -> None:
    shared = "<si><t>Acme</t></si><si><t>Open_x0041_I</t></si><si><t>_x005F_x0041_</t></si>"
    parts = workbook_parts(
        row_xml(1, "startup", "provider", "notes")
        + row_xml(2, *(f'<c t="s"><v>{index}</v></c>' for index in range(3)))
    )
    parts["xl/sharedStrings.xml"] = f"<sst>{shared}</sst>"
    row = only_row(archive(parts))
    assert (row.startup, row.provider, row.notes) == ("Acme", "OpenAI", "_x0041_")


def test_yes_and_no_are_words() -> None:
    row = only_row(raw_workbook('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>'))
    assert (row.startup, row.provider) == ("TRUE", "FALSE")


def test_a_day_written_as_text_of_the_standard_is_that_day() -> None:
    cell = f'<c t="d"><v>{datetime(2027, 3, 31).isoformat()}</v></c>'
    assert only_row(raw_workbook(*TEXTS, "", cell)).renewal == date(2027, 3, 31)


def test_bytes_decide_what_a_file_is_not_its_name() -> None:
    result = read(workbook(HEADER, TEXTS))
    assert result.outcome is Outcome.ACCEPT
    assert not codes(result)
