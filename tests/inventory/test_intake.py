"""Intake by hand-written files: exact outcome, counts and codes of each."""

from dataclasses import dataclass, field

import pytest

from risk.inventory.intake_results import Outcome
from risk.inventory.limits import Limits
from tests.inventory.reading import codes, read

ACCEPT, PARTIAL = Outcome.ACCEPT, Outcome.PARTIAL
CONFIRM, REFUSED = Outcome.CONFIRM, Outcome.REJECT_FILE


@dataclass(frozen=True)
class Case:
    """A file and what must come of it; counts are records, accepted, rejected, duplicate."""

    name: str
    data: str | bytes
    outcome: Outcome
    counts: tuple[int, int, int, int]
    codes: frozenset[str] = field(default_factory=frozenset)


def case(
    name: str, data: str | bytes, outcome: Outcome, counts: tuple[int, int, int, int], *found: str
) -> Case:
    return Case(name, data, outcome, counts, frozenset(found))


def spend(cell: str) -> str:
    """A file of one record with ``cell`` as its monthly spend."""
    return f'startup,provider,spend_usd\nAcme,OpenAI,"{cell}"\n'


def share(cell: str) -> str:
    return f'startup,provider,share\nAcme,OpenAI,"{cell}"\n'


def renewal(*cells: str) -> str:
    lines = [f"Acme {number},OpenAI,{cell}" for number, cell in enumerate(cells)]
    return "\n".join(["startup,provider,renewal", *lines])


def refused(name: str, data: str | bytes, code: str, records: int = 0) -> Case:
    return case(name, data, REFUSED, (records, 0, records, 0), code)


def one_bad(name: str, data: str, *found: str) -> Case:
    return case(name, data, PARTIAL, (1, 0, 1, 0), *found)


def one_good(name: str, data: str, *found: str) -> Case:
    return case(name, data, ACCEPT, (1, 1, 0, 0), *found)


HEAD = "startup,provider\n"
GOOD = "Acme,OpenAI\n"

CASES = (
    one_good("a plain record", HEAD + GOOD),
    one_good("no line end at the end", "startup,provider\nAcme,OpenAI"),
    one_good("semicolons", "startup;provider\nAcme;OpenAI\n"),
    one_good("tabs", "startup\tprovider\nAcme\tOpenAI\n"),
    one_good("bars", "startup|provider\nAcme|OpenAI\n"),
    one_good("Excel's sep line", "sep=;\nstartup;provider\nAcme;OpenAI\n"),
    one_good("carriage returns alone", "startup,provider\rAcme,OpenAI\r"),
    one_good("a byte order mark", b"\xef\xbb\xbf" + (HEAD + GOOD).encode()),
    one_good("two byte order marks", b"\xef\xbb\xbf" * 2 + (HEAD + GOOD).encode(), "double_bom"),
    one_good("UTF-16 with its mark", (HEAD + GOOD).encode("utf-16")),
    one_good("UTF-32 with its mark", (HEAD + GOOD).encode("utf-32")),
    one_good("header words of other tools", "Company,Sub-processor\nAcme,OpenAI\n"),
    one_good("a header in capitals and spaces", "START UP,Pro_Vider\nAcme,OpenAI\n"),
    one_good("German headers", "Unternehmen;Lieferant\nAcme;OpenAI\n"),
    one_good(
        "a header with a zero-width space",
        "start\u200bup,provider\nAcme,OpenAI\n",
        "header_cleaned",
    ),
    one_good("a quoted comma and line end", 'startup,provider,notes\nAcme,"OpenAI, Inc","a\nb"\n'),
    one_good("doubled quotes", 'startup,provider\n"Ac""me",OpenAI\n'),
    one_good(
        "a space before a quote", 'startup,provider\nAcme, "OpenAI, Inc"\n', "space_before_quote"
    ),
    one_good(
        "a column nobody knows",
        "startup,provider,colour\nAcme,OpenAI,red\n",
        "unknown_column_ignored",
    ),
    one_good(
        "a comma after every line", "startup,provider,\nAcme,OpenAI,\n", "empty_column_dropped"
    ),
    one_good(
        "blank and commas-only lines", "startup,provider\n\nAcme,OpenAI\n,\n   \n", "blank_records"
    ),
    one_good("a name that spreadsheets take for nothing", "startup,provider\nNA,OpenAI\n"),
    one_good("a name of digits", "startup,provider\n007,OpenAI\n"),
    one_good(
        "a provider nobody knows", "startup,provider\nAcme,Quux Widgets\n", "unknown_provider"
    ),
    one_good("a cloud that is asked about", "startup,provider\nAcme,AWS\n"),
    one_good(
        "a zero-width character in a name",
        "startup,provider\nAc\u200bme,OpenAI\n",
        "invisible_removed",
    ),
    one_good("a joiner in an emoji", "startup,provider\nAcme 👩\u200d💻,OpenAI\n"),
    one_good("a lost letter", "startup,provider\nAcm\ufffd,OpenAI\n", "replacement_character"),
    one_good("wrongly decoded text", "startup,provider\nCafÃ©,OpenAI\n", "looks_like_mojibake"),
    one_good(
        "a Cyrillic letter among Latin ones",
        "startup,provider\n\u0410cme,OpenAI\n",
        "confusable_names",
    ),
    one_good("a line separator inside a cell", "startup,provider\nAc\u2028me,OpenAI\n"),
    case("the same row twice", HEAD + GOOD + GOOD, ACCEPT, (2, 1, 0, 1), "duplicate_records"),
    case(
        "the same row in other case and space",
        HEAD + GOOD + "  ACME ,openai\n",
        ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
    ),
    case(
        "one key with two values, far apart",
        "startup,provider,spend_usd\nAcme,OpenAI,1\nBcme,OpenAI,1\nacme,OpenAI,2\n",
        PARTIAL,
        (3, 1, 2, 0),
        "conflict",
    ),
    case(
        "one provider for two use cases",
        "startup,use_case,provider\nAcme,search,OpenAI\nAcme,chat,OpenAI\n",
        ACCEPT,
        (2, 2, 0, 0),
    ),
    case(
        "the header once more",
        HEAD + GOOD + "Startup,PROVIDER\n",
        PARTIAL,
        (2, 1, 1, 0),
        "repeated_header",
    ),
    case(
        "too few and too many fields",
        HEAD + GOOD + "Bcme\nCcme,OpenAI,1\n",
        PARTIAL,
        (3, 1, 2, 0),
        "field_count",
    ),
    case(
        "a stray quote", HEAD + 'Ac"me,OpenAI\nBcme,OpenAI\n', PARTIAL, (2, 1, 1, 0), "bad_quoting"
    ),
    case(
        "text after a closing quote",
        HEAD + '"Acme"x,OpenAI\nBcme,OpenAI\n',
        PARTIAL,
        (2, 1, 1, 0),
        "bad_quoting",
    ),
    case(
        "an open quote closed by a later one",
        HEAD + 'Acme,"OpenAI\nBcme,OpenAI\nCcme,"OpenAI, Inc"\n',
        PARTIAL,
        (3, 2, 1, 0),
        "bad_quoting",
    ),
    case(
        "one record with invalid bytes",
        "startup,provider\nCafé,OpenAI\nÖko,OpenAI\n".encode() + b"\xff\xfe,OpenAI\n",
        PARTIAL,
        (3, 2, 1, 0),
        "bad_encoding",
    ),
    case(
        "a file that is not UTF-8",
        "startup,provider\nCafé,OpenAI\n".encode("cp1252"),
        CONFIRM,
        (1, 1, 0, 0),
        "encoding_guessed",
    ),
    case(
        "lines above the header",
        "Vendor export\n\nstartup,provider\nAcme,OpenAI\n",
        CONFIRM,
        (1, 1, 0, 0),
        "preamble_skipped",
    ),
    case(
        "a banner above the header",
        "Who,\nstartup,provider\nAcme,OpenAI\n",
        CONFIRM,
        (1, 1, 0, 0),
        "header_rows",
    ),
    case(
        "shares above one",
        "startup,use_case,provider,share\nAcme,a,OpenAI,0.7\nAcme,a,Anthropic,0.4\n",
        ACCEPT,
        (2, 2, 0, 0),
        "shares_exceed_one",
    ),
    one_bad("no startup", "startup,provider\n,OpenAI\n", "missing_startup"),
    one_bad("no provider", "startup,provider\nAcme, \n", "missing_provider"),
    one_bad(
        "neither is a blank line if another cell is filled",
        "startup,provider,notes\n,,x\n",
        "missing_startup",
        "missing_provider",
    ),
    one_bad("a bell", "startup,provider\nAc\x07me,OpenAI\n", "control_character"),
    one_bad("a next-line control", "startup,provider\nAc\x85me,OpenAI\n", "control_character"),
    one_bad("a noncharacter", "startup,provider\nAc\ufffeme,OpenAI\n", "control_character"),
    one_bad("a turned direction", "startup,provider\nAc\u202eme,OpenAI\n", "bidi_control"),
    one_bad("hidden tag characters", "startup,provider\nAcme\U000e0041,OpenAI\n", "invisible_text"),
    one_bad("a long name", f"startup,provider\n{'a' * 201},OpenAI\n", "name_too_long"),
    one_bad(
        "marks piled on a letter", f"startup,provider\na{chr(0x316) * 6},OpenAI\n", "name_too_long"
    ),
    one_bad(
        "a huge cell", f"startup,provider,notes\nAcme,OpenAI,{'a' * 65_537}\n", "field_too_long"
    ),
    one_good("a long use case", f"startup,provider,use_case\nAcme,OpenAI,{'a' * 2_000}\n"),
    one_good("dollars and groups", spend("$1,234,567.50")),
    one_good("Indian groups", spend("12,34,567")),
    one_good("groups of no-break spaces", spend("1\u00a0234\u00a0567")),
    one_good("scientific notation and a plus", spend("+1.2e5")),
    one_good("Arabic digits", spend("٣٤٥"), "digits_normalised"),
    one_good("full-width digits", spend("１２３"), "digits_normalised"),
    one_good("a tenth of a cent", spend("1.005"), "rounded_to_cents"),
    one_good("a word for unknown", spend("n/a"), "null_amount"),
    one_good("an empty amount", spend("")),
    one_bad("a minus sign", spend("-5"), "negative_amount"),
    one_bad("brackets for minus", spend("(1,250,000)"), "negative_amount"),
    one_bad("not a number", spend("NaN"), "bad_number"),
    one_bad("infinity", spend("inf"), "bad_number"),
    one_bad("hexadecimal", spend("0x10"), "bad_number"),
    one_bad("an underscore", spend("1_000"), "bad_number"),
    one_bad("thousands by letter", spend("12k"), "bad_number"),
    one_bad("a range", spend("10-20"), "bad_number"),
    one_bad("words", spend("about ten"), "bad_number"),
    one_bad("euros", spend("€100"), "currency_mismatch"),
    one_bad("pounds by code", spend("GBP 100"), "currency_mismatch"),
    one_bad("more than a trillion", spend("1000000000001"), "amount_too_large"),
    case("a decimal comma", spend("12,5"), CONFIRM, (1, 1, 0, 0), "decimal_comma"),
    case(
        "a comma that may be either", spend("1,234"), CONFIRM, (1, 1, 0, 0), "decimal_or_thousands"
    ),
    one_good("a percentage", share("60%")),
    one_good("a fraction", share("0.6")),
    one_bad("a bare sixty", share("60"), "share_out_of_range"),
    one_bad("more than all", share("101%"), "share_out_of_range"),
    one_bad("less than nothing", share("-0.1"), "share_out_of_range"),
    one_bad("criticality six", "startup,provider,criticality\nAcme,OpenAI,6\n", "not_in_list"),
    one_bad("depth outside its list", "startup,provider,depth\nAcme,OpenAI,deep\n", "not_in_list"),
    one_good("depth in any case", "startup,provider,depth\nAcme,OpenAI,Fine-Tuned\n"),
    one_good("an ISO date", renewal("2027-03-31")),
    one_good("a timestamp with a zone", renewal("2027-03-31T23:30:00-08:00")),
    one_good("the year one", renewal("0001-01-01"), "date_implausible"),
    one_good("the year 9999", renewal("9999-12-31"), "date_implausible"),
    one_bad("a day that does not exist", renewal("2027-02-29"), "bad_date"),
    one_bad("a quarter", renewal("Q2 2027"), "bad_date"),
    case("a day first", renewal("31/03/2027"), CONFIRM, (1, 1, 0, 0), "date_order_dmy"),
    case(
        "a day or a month first", renewal("03/04/2027"), CONFIRM, (1, 1, 0, 0), "date_order_unknown"
    ),
    case(
        "a year of two digits",
        renewal("31/03/27"),
        CONFIRM,
        (1, 1, 0, 0),
        "date_order_dmy",
        "two_digit_year",
    ),
    case("Excel's count of days", renewal("46112"), CONFIRM, (1, 1, 0, 0), "excel_serial_date"),
    case(
        "no one order fits",
        renewal("31/03/2027", "03/31/2027", "2027-01-01"),
        PARTIAL,
        (3, 1, 2, 0),
        "bad_date",
    ),
    refused("nothing", b"", "empty_file"),
    refused("a byte order mark and nothing", b"\xef\xbb\xbf", "empty_file"),
    refused("blank lines", "\n\n  \n", "empty_file"),
    refused("a header alone", HEAD, "no_records"),
    refused("a header and blank lines", HEAD + "\n,\n", "no_records"),
    refused("zero bytes", b"startup,provider\nAc\x00me,OpenAI\n", "nul_bytes"),
    refused("UTF-16 without its mark", (HEAD + GOOD).encode("utf-16-le"), "nul_bytes"),
    refused("a workbook renamed", b"PK\x03\x04rest", "unsupported_type"),
    refused(
        "an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "encrypted_or_legacy_excel"
    ),
    refused("a picture", b"\x89PNG\r\n", "not_text"),
    refused("noise", bytes(range(1, 256)) * 4, "not_text"),
    refused("a sign-in page", "<!DOCTYPE html><title>Sign in</title>", "not_csv"),
    refused("JSON", '{"vendors": [1]}', "not_csv"),
    refused("prose", "Dear all,\nplease find the list attached.\n".replace(",", ""), "not_csv"),
    refused("no provider column", "startup,colour\nAcme,red\n", "missing_columns", 1),
    refused("no startup column", "Product,colour\nChatGPT,red\n", "missing_columns", 1),
    refused("a header twice", "startup,provider,Startup\nAcme,OpenAI,x\n", "duplicate_header"),
    refused("data under no header", "startup,provider,\nAcme,OpenAI,x\n", "unnamed_column"),
    refused("a quote that never closes", HEAD + 'Acme,"OpenAI\n', "unterminated_quote"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_comes_out_as_written_down(case: Case) -> None:
    result = read(case.data)
    counts = (result.records, result.accepted, result.rejected, result.duplicate)
    assert (result.outcome, counts, codes(result)) == (case.outcome, case.counts, case.codes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_problem_is_a_sentence_and_the_counts_add_up(case: Case) -> None:
    result = read(case.data)
    assert result.records == result.accepted + result.rejected + result.duplicate
    assert all(p.message[0].isupper() and p.message[-1] in ".)" for p in result.problems)
    assert all(
        question.question.endswith("?") or "." in question.question for question in result.confirm
    )


def test_limits_refuse_what_is_larger() -> None:
    wide = ",".join(f"c{number}" for number in range(3))
    assert read("startup,provider," + wide, limits=Limits(columns=4)).error == "too_many_columns"
    assert read(HEAD + "A,B\nC,D\n", limits=Limits(records=1)).error == "too_many_records"
    assert read(HEAD + GOOD, limits=Limits(file_bytes=10)).error == "file_too_large"


def test_the_first_rejected_record_gives_the_error() -> None:
    result = read("startup,provider,spend_usd\nA,OpenAI,5\nB,,5\nC,OpenAI,x\n")
    assert result.error == "missing_provider"
    assert [(p.line, p.code) for p in result.problems] == [
        (3, "missing_provider"),
        (4, "bad_number"),
    ]


def test_lines_are_counted_where_records_begin() -> None:
    result = read('startup,provider,notes\r\nA,OpenAI,"x\r\ny"\r\n,OpenAI,\r\nB,OpenAI,\r\n')
    assert [row.line for row in result.rows] == [2, 5]
    assert result.problems[0].line == 4


def test_an_unclosed_quote_is_named_by_the_line_where_it_opens() -> None:
    result = read('startup,provider,notes\nA,OpenAI,"two\nlines"\nB,"OpenAI\nC,OpenAI,\n')
    assert result.error == "unterminated_quote"
    assert result.problems[0].line == 4


def test_values_are_typed_and_exact() -> None:
    header = "startup,provider,spend_usd,share,engineers,criticality,fallback,renewal,exit_plan"
    row = read(f'{header}\nAcme,OpenAI,"$1,234.56",25%,7,3,Tested,2027-03-31,\n').rows[0]
    assert (row.spend_usd, row.share, row.engineers, row.criticality) == (1234.56, 0.25, 7.0, 3)
    assert (str(row.fallback), str(row.renewal), row.exit_plan) == ("tested", "2027-03-31", None)


@pytest.mark.parametrize(
    ("cell", "assume", "expected"),
    [
        ("1,234", {"decimal_or_thousands": "thousands"}, 1234.0),
        ("1,234", {"decimal_or_thousands": "decimal"}, 1.23),
        ("12,5", {"decimal_comma": "comma"}, 12.5),
        ("1.234,50", {"all": "all"}, 1234.5),
        ("0,5", {"decimal_comma": "yes"}, 0.5),
    ],
)
def test_an_answered_question_about_commas_settles_the_file(
    cell: str, assume: dict[str, str], expected: float
) -> None:
    result = read(spend(cell), assume=assume)
    assert (result.outcome, result.rows[0].spend_usd) == (ACCEPT, expected)


def test_groups_elsewhere_in_the_file_settle_what_a_comma_means() -> None:
    text = 'startup,provider,spend_usd\nA,OpenAI,"1,234"\nB,OpenAI,"1,234,567"\n'
    result = read(text)
    assert (result.outcome, [row.spend_usd for row in result.rows]) == (ACCEPT, [1234.0, 1234567.0])


def test_a_comma_refused_as_decimal_mark_refuses_its_records() -> None:
    result = read(spend("12,5"), assume={"decimal_comma": "no"})
    assert (result.outcome, result.error) == (PARTIAL, "bad_number")


@pytest.mark.parametrize(
    ("cell", "assume", "expected"),
    [
        ("03/04/2027", {"date_order_unknown": "dmy"}, "2027-04-03"),
        ("03/04/2027", {"date_order_unknown": "mdy"}, "2027-03-04"),
        ("07/25/2027 12:00:00 AM", {"date_order_unknown": "mdy"}, "2027-07-25"),
        ("31.03.27", {"all": "all"}, "2027-03-31"),
        ("46112", {"excel_serial_date": "1900"}, "2026-03-31"),
        ("44650", {"excel_serial_date": "1904"}, "2026-03-31"),
    ],
)
def test_an_answered_question_about_dates_settles_the_file(
    cell: str, assume: dict[str, str], expected: str
) -> None:
    result = read(renewal(cell), assume=assume)
    assert (result.outcome, str(result.rows[0].renewal)) == (ACCEPT, expected)


def test_a_guessed_encoding_is_asked_about_and_can_be_answered() -> None:
    data = "startup,provider\nŁódź,OpenAI\n".encode("cp1250")
    question = read(data).confirm[0]
    assert question.choices[0] == "cp1250"
    assert "cp1252" in question.choices
    answered = read(data, assume={"encoding_guessed": "cp1250"})
    assert (answered.outcome, answered.rows[0].startup) == (ACCEPT, "Łódź")


def test_rows_above_the_header_can_be_kept_and_then_no_columns_are_found() -> None:
    text = "Vendor export,2026\nstartup,provider\nAcme,OpenAI\n"
    assert read(text, assume={"preamble_skipped": "skip"}).outcome is ACCEPT
    assert read(text, assume={"preamble_skipped": "keep"}).error == "missing_columns"


def test_free_text_beside_a_provider_makes_two_use_cases_of_one_startup() -> None:
    text = (
        "Company,Sub-processor,Service category / What they do\n"
        "Acme,Azure OpenAI,drafting\nAcme,Azure OpenAI,search\nAcme,Azure OpenAI,search\n"
    )
    result = read(text)
    assert (result.accepted, result.duplicate, result.rejected) == (2, 1, 0)
    assert {row.startup for row in result.rows} == {"Acme"}
    assert [row.use_case for row in result.rows] == ["drafting", "search"]


def test_a_cell_of_several_products_is_split_only_when_asked() -> None:
    text = 'startup,provider,share\nAcme,"ChatGPT, Claude; Copilot",0.9\n'
    assert len(read(text).rows) == 1
    rows = read(text, split_products=True).rows
    assert [row.provider for row in rows] == ["ChatGPT", "Claude", "Copilot"]
    # The share of three products together is the share of none of them.
    assert [row.share for row in rows] == [None, None, None]
    assert read(text, split_products=True).accepted == 1


def test_a_product_split_off_gives_way_to_its_own_record() -> None:
    text = 'startup,provider,share\nAcme,"ChatGPT, Claude",\nAcme,Claude,0.4\n'
    rows = read(text, split_products=True).rows
    assert [(row.provider, row.share) for row in rows] == [("ChatGPT", None), ("Claude", 0.4)]


def test_model_and_host_cells_make_a_provider_precise() -> None:
    text = "startup,provider,model,host\nA,AWS,claude-sonnet-4,\nB,OpenAI,gpt-4o,Azure\nC,AWS,,\n"
    rows = read(text).rows
    assert [(r.resolution.developer, r.resolution.host) for r in rows] == [
        ("Anthropic", "Amazon Web Services"),
        ("OpenAI", "Microsoft Azure"),
        ("unspecified", "Amazon Web Services"),
    ]
    assert [str(r.resolution.answer) for r in rows] == ["yes", "yes", "ask"]


def test_a_warning_met_again_is_counted_and_said_once() -> None:
    result = read("startup,provider,spend_usd\n" + "".join(f"A{n},OpenAI,n/a\n" for n in range(5)))
    warnings = [p for p in result.problems if p.code == "null_amount"]
    assert len(warnings) == 1
    assert "4 more" in warnings[0].message


def test_a_spoilt_record_is_told_apart_from_the_lines_after_it() -> None:
    text = 'startup,provider,notes\nA,"Open"AI,x\nB,OpenAI,y\nC,OpenAI,z\n'
    result = read(text)
    assert [row.startup for row in result.rows] == ["B", "C"]
    assert [(p.code, p.line) for p in result.problems] == [("bad_quoting", 2)]
