"""Intake: lines, values, answers to questions, and what is said of them."""

import pytest

from risk.inventory.intake_results import Outcome
from risk.inventory.limits import Limits
from tests.inventory.reading import codes, read

ACCEPT, PARTIAL = Outcome.ACCEPT, Outcome.PARTIAL
CONFIRM, REFUSED = Outcome.CONFIRM, Outcome.REJECT_FILE


def spend(cell: str) -> str:
    """A file of one record with ``cell`` as its monthly spend."""
    return f'startup,provider,spend_usd\nAcme,OpenAI,"{cell}"\n'


def share(cell: str) -> str:
    return f'startup,provider,share\nAcme,OpenAI,"{cell}"\n'


def renewal(*cells: str) -> str:
    lines = [f"Acme {number},OpenAI,{cell}" for number, cell in enumerate(cells)]
    return "\n".join(["startup,provider,renewal", *lines])


HEAD = "startup,provider\n"
GOOD = "Acme,OpenAI\n"


def test_limits_refuse_what_is_larger() -> None:
    wide = ",".join(f"c{number}" for number in range(3))
    assert read("startup,provider," + wide, limits=Limits(columns=4)).error == "too_many_columns"
    assert read(HEAD + "A,B\nC,D\n", limits=Limits(records=1)).error == "too_many_records"
    assert read(HEAD + GOOD, limits=Limits(file_bytes=10)).error == "file_too_large"


def test_the_first_rejected_record_gives_the_error() -> None:
    result = read("startup,provider,spend_usd\nA,OpenAI,5\nB,,\n,OpenAI,x\n")
    assert result.error == "missing_provider"
    assert [(p.line, p.code) for p in result.problems] == [
        (3, "missing_provider"),
        (4, "missing_startup"),
        (4, "bad_number"),
    ]


def test_a_cell_that_cannot_be_read_is_unknown_and_its_record_is_in() -> None:
    result = read(
        "startup,provider,spend_usd,share,renewal\nA,OpenAI,12k,0.5,soon\nB,OpenAI,12k,,\n"
    )
    assert (result.outcome, result.accepted, result.rejected) == (ACCEPT, 2, 0)
    assert [(row.spend_usd, row.share, row.renewal) for row in result.rows] == [
        (None, 0.5, None),
        (None, None, None),
    ]
    assert result.warnings == ("bad_number", "bad_date")
    first = result.problems[0]
    assert (first.line, first.column, first.value) == (2, "spend_usd", "12k")
    assert "unknown" in first.message
    assert "1 more" in first.message


def test_a_name_by_which_a_record_is_known_costs_the_record() -> None:
    text = "startup,provider,use_case,notes\nA,OpenAI,a\x07b,\nB,OpenAI,chat,a\x07b\n"
    result = read(text)
    assert [(row.startup, row.notes) for row in result.rows] == [("B", None)]
    assert result.error == "control_character"


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


def test_a_comma_refused_as_decimal_mark_leaves_its_cells_unknown() -> None:
    result = read(spend("12,5"), assume={"decimal_comma": "no"})
    assert (result.outcome, result.rows[0].spend_usd) == (ACCEPT, None)
    assert result.warnings == ("bad_number",)


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


@pytest.mark.parametrize(
    ("written", "answer", "startup"),
    [
        ("cp1252", "latin-1", "Café"),
        ("cp1252", "ISO-8859-1", "Café"),
        ("iso8859-2", "iso-8859-2", "Łódź"),
        ("koi8-r", "KOI8-R", "Москва"),
        ("cp1253", "windows-1253", "Αθήνα"),
        ("euc-kr", "euc-kr", "서울"),
    ],
)
def test_an_encoding_that_was_not_offered_first_can_be_answered(
    written: str, answer: str, startup: str
) -> None:
    data = f"startup,provider\n{startup},OpenAI\n".encode(written)
    answered = read(data, assume={"encoding_guessed": answer})
    assert (answered.outcome, answered.rows[0].startup) == (ACCEPT, startup)


def test_encodings_that_read_a_file_alike_are_offered_once() -> None:
    # One dash, which seven encodings of Windows have in the same place.
    question = read("startup,provider\nAcme – Labs,OpenAI\n".encode("cp1252")).confirm[0]
    readings = ["–".encode("cp1252").decode(choice) for choice in question.choices]
    assert len(set(readings)) == len(readings) <= 6
    assert question.choices[0] == "cp1252"


@pytest.mark.parametrize("answer", ["utf-8", "base64", "unicode_escape", "utf-7", "klingon"])
def test_an_encoding_that_cannot_be_is_asked_about_again(answer: str) -> None:
    data = "startup,provider\nCafé,OpenAI\n".encode("cp1252")
    result = read(data, assume={"encoding_guessed": answer})
    assert [question.code for question in result.confirm] == ["encoding_guessed"]


@pytest.mark.parametrize(
    "feed",
    [
        '<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        '{"page": {"id": "p"}, "incidents": [{"id": "i"}]}',
        '[{"id": "x", "external_desc": "Errors"}]',
        '{"archive": [{"service_name": "EC2"}]}',
    ],
)
def test_a_feed_of_incidents_is_sent_to_the_incident_history(feed: str) -> None:
    (problem,) = read(feed).problems
    assert "incident history" in problem.message


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


def test_a_long_list_of_products_is_as_many_names_once_it_is_split() -> None:
    tools = "ChatGPT Claude Copilot Gemini Perplexity Grok DeepSeek Slack Zoom Notion Figma".split()
    listed = ", ".join(f"{tool} for Business" for tool in tools)
    text = f'{HEAD}Acme,"{listed}"\n'
    assert len(listed) > 200
    assert read(text, assume={"several_providers": "first"}).error == "name_too_long"
    split = read(text, split_products=True)
    assert (split.outcome, len(split.rows)) == (ACCEPT, 11)
    assert read(text, assume={"several_providers": "split"}).rows == split.rows
    assert read(f'{HEAD}Acme,"ChatGPT, {"x" * 201}"\n', split_products=True).error == (
        "name_too_long"
    )


def test_a_cell_of_several_providers_is_asked_about_and_split_unless_told_otherwise() -> None:
    text = 'startup,provider,share\nAcme,"ChatGPT, Claude; Copilot",0.9\n'
    asked = read(text)
    assert [(one.code, one.choices) for one in asked.confirm] == [
        ("several_providers", ("split", "first"))
    ]
    first = read(text, assume={"several_providers": "first"})
    assert [(row.provider, row.resolution.product) for row in first.rows] == [
        ("ChatGPT, Claude; Copilot", "ChatGPT")
    ]
    rows = read(text, split_products=True).rows
    assert rows == asked.rows == read(text, assume={"all": "all"}).rows
    assert [row.provider for row in rows] == ["ChatGPT", "Claude", "Copilot"]
    # The share of three products together is the share of none of them.
    assert [row.share for row in rows] == [None, None, None]
    assert read(text, split_products=True).accepted == 1


def test_a_product_split_off_gives_way_to_its_own_record() -> None:
    text = 'startup,provider,share\nAcme,"ChatGPT, Claude",\nAcme,Claude,0.4\n'
    rows = read(text, split_products=True).rows
    assert [(row.provider, row.share) for row in rows] == [("ChatGPT", None), ("Claude", 0.4)]


SPENT = "startup,provider,spend_usd\n"


def test_the_spend_of_a_cell_is_shared_out_to_the_cent_and_told() -> None:
    result = read(f'{SPENT}Acme,"OpenAI, Anthropic / Mistral",100\nBolt,OpenAI,7\n')
    # 100.00 in three: 33.34 + 33.33 + 33.33.
    assert [(row.provider, row.spend_usd) for row in result.rows] == [
        ("OpenAI", 33.34),
        ("Anthropic", 33.33),
        ("Mistral", 33.33),
        ("OpenAI", 7.0),
    ]
    assert "spend_shared_out" in result.warnings


def test_a_part_with_its_own_record_takes_no_share_of_the_spend() -> None:
    rows = read(f'{SPENT}Acme,"OpenAI, Anthropic",90\nAcme,Anthropic,10\n').rows
    assert [(row.provider, row.spend_usd) for row in rows] == [
        ("OpenAI", 90.0),
        ("Anthropic", 10.0),
    ]


@pytest.mark.parametrize(
    "name", ["Rohde & Schwarz", "AT&T", "Procter & Gamble", "Claude & Sons", "OpenAI, Inc."]
)
def test_names_with_and_stay_whole(name: str) -> None:
    result = read(f'{HEAD}Acme,"{name}"\n')
    assert [row.provider for row in result.rows] == [name]
    assert "several_providers" not in codes(result)


@pytest.mark.parametrize(
    "cell",
    [
        "OpenAI (primary), Anthropic (backup)",
        "OpenAI with Anthropic as backup",
        "OpenAI, falling back to Anthropic",
        "OpenAI; fallback: Anthropic",
        "OpenAI and Anthropic as a backup",
    ],
)
def test_a_provider_that_stands_in_is_the_fallback_of_the_others(cell: str) -> None:
    result = read(f'startup,provider,share,spend_usd\nAcme,"{cell}",0.6,90\n')
    assert codes(result) == {"several_providers"}
    (row,) = result.rows
    assert (row.resolution.developer, row.share, row.spend_usd) == ("OpenAI", 0.6, 90.0)
    assert row.fallback_provider == "Anthropic"
    assert row.fallback_resolution is not None
    assert row.fallback_resolution.developer == "Anthropic"


def test_a_fallback_that_the_record_states_stands_before_one_in_the_cell() -> None:
    text = 'startup,provider,fallback_provider\nAcme,"OpenAI, Anthropic (backup)",Mistral\n'
    assert [row.fallback_provider for row in read(text).rows] == ["Mistral"]


def test_each_provider_of_a_cell_has_its_own_model() -> None:
    text = 'startup,provider,model\nAcme,"OpenAI, Anthropic","gpt-4o, claude-sonnet-4"\n'
    assert [(row.provider, row.model) for row in read(text).rows] == [
        ("OpenAI", "gpt-4o"),
        ("Anthropic", "claude-sonnet-4"),
    ]


def test_what_nobody_knows_beside_a_provider_is_said() -> None:
    result = read(f'{HEAD}Acme,"OpenAI, Frobnicate"\n')
    assert (result.warnings, len(result.rows)) == (("part_not_read",), 1)
    assert "Frobnicate" in result.problems[0].message


def test_an_empty_provider_is_asked_about_where_the_record_says_anything() -> None:
    text = "startup,provider,use_case,website\nA,,Contract review,\nB,,,b.example\n"
    result = read(text)
    assert [(row.startup, row.provider) for row in result.rows] == [("A", "not stated")]
    assert str(result.rows[0].resolution.answer) == "ask"
    assert [(p.line, p.code) for p in result.problems] == [(3, "missing_provider")]


@pytest.mark.parametrize("vendor", ["", "N/A", "Third Party Vendor", "in-house"])
def test_the_other_cells_of_a_record_suggest_its_provider(vendor: str) -> None:
    text = f"startup,provider,AI Use Case,Owner\nA,{vendor},Drafting with ChatGPT Enterprise,IT\n"
    (row,) = read(text).rows
    read_as = row.resolution
    assert (str(read_as.answer), read_as.developer, read_as.host) == ("ask", "OpenAI", "OpenAI")
    assert "AI Use Case" in read_as.reason


def test_a_column_that_nobody_mapped_suggests_a_provider_too() -> None:
    text = "startup,provider,System nickname\nA,,Claude Enterprise\nB,,Toaster\n"
    result = read(text)
    assert [(row.startup, row.resolution.developer) for row in result.rows] == [("A", "Anthropic")]
    assert result.error == "missing_provider"


def test_a_provider_that_is_named_is_not_overruled_by_other_cells() -> None:
    text = "startup,provider,use_case\nA,Mistral,Better than ChatGPT\nB,Slack,ChatGPT\n"
    read_as = [row.resolution for row in read(text).rows]
    assert [(str(one.answer), one.developer) for one in read_as] == [
        ("yes", "Mistral AI"),
        ("no", None),
    ]


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


def test_empty_lines_are_counted_and_the_lines_after_them_too() -> None:
    result = read("startup,provider\r\n\r\nA,OpenAI\r\n\r\n\r\n,\r\nB,OpenAI\r\n")
    assert [row.line for row in result.rows] == [3, 7]
    assert [(p.code, p.line) for p in result.problems] == [("blank_records", 2)]
    assert "3 more" in result.problems[0].message


def test_a_spoilt_record_is_told_apart_from_the_lines_after_it() -> None:
    text = 'startup,provider,notes\nA,"Open"AI,x\nB,OpenAI,y\nC,OpenAI,z\n'
    result = read(text)
    assert [row.startup for row in result.rows] == ["B", "C"]
    assert [(p.code, p.line) for p in result.problems] == [("bad_quoting", 2)]
