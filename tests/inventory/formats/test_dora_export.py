"""Writing the DORA register: what is known is there, what is not is empty, and the lint says so."""

import csv
import io
from dataclasses import replace
from datetime import date

from risk.alternatives.readiness import impact_of_discontinuing
from risk.catalog.records import Answer
from risk.inventory.formats import dora_codes as codes
from risk.inventory.formats.dora_export import (
    Assessed,
    CodedLine,
    Identifier,
    Register,
    as_files,
    register_of,
)
from risk.inventory.formats.dora_lint import Weight, lint
from risk.inventory.records import Dependency, Depth, ExitPlan, Portfolio, Startup, UseCase

AZURE = Dependency(
    key="a",
    provider_text="AOAI",
    answer=Answer.YES,
    developer="OpenAI",
    host="Microsoft Azure",
    model="GPT-5.5",
    depth=Depth.PROMPTS,
    spend_usd_per_month=1000.0,
    exit_plan=ExitPlan.WRITTEN,
    notice_days=30,
    provider_notice_days=90.0,
    contract_start=date(2025, 4, 1),
    contract_end=date(2027, 3, 31),
    renewal=date(2027, 1, 31),
    governing_law="de",
    data_residency="DE",
)
STRIPE = Dependency(key="s", provider_text="Stripe", answer=Answer.NO)
BANK = Startup(
    name="Example Bank",
    use_cases=(UseCase(name="Payments", dependencies=(AZURE, STRIPE), criticality=5),),
)
IDENTIFIERS = {
    "example bank": Identifier(code="LEI-BANK", sort="LEI"),
    "microsoft azure": Identifier(code="LEI-MS", sort="LEI"),
    "openai": Identifier(code="LEI-OPENAI", sort="LEI"),
}


def register(*startups: Startup, **assessed: Assessed) -> Register:
    return register_of(
        Portfolio(name="p", startups=startups or (BANK,)),
        identifiers=IDENTIFIERS,
        countries={"microsoft azure": "US"},
        assessed=assessed,
    )


def only(found: Register, table: str) -> dict[str, str]:
    (line,) = found.tables[table]
    return {column: cell for column, cell in line.cells.items() if cell}


def test_a_contract_states_what_the_store_holds_and_nothing_else() -> None:
    assert only(register(), "b_02.02") == {
        "c0010": "Example Bank / Microsoft Azure",
        "c0020": "LEI-BANK",
        "c0030": "LEI-MS",
        "c0040": "eba_qCO:qx2000",
        "c0050": "F1",
        "c0060": "eba_TA:S18",
        "c0070": "2025-04-01",
        "c0080": "2027-03-31",
        "c0100": "30",
        "c0110": "90",
        "c0120": "eba_GA:DE",
        "c0130": "eba_GA:qx2007",  # no country of provision is stated: the filler for keys
        "c0150": "eba_GA:DE",
        "c0160": "eba_GA:qx2007",
    }


def test_a_renewal_stands_for_an_end_that_nobody_stated_and_a_law_must_be_a_country() -> None:
    other = replace(AZURE, contract_end=None, governing_law="the law of England")
    bank = replace(BANK, use_cases=(UseCase(name="Payments", dependencies=(other,)),))
    cells = only(register(bank), "b_02.02")
    assert cells["c0080"] == "2027-01-31"
    assert "c0120" not in cells


def test_an_expense_is_twelve_months_and_unknown_where_one_part_is() -> None:
    assert only(register(), "b_02.01")["c0050"] == "12000"  # 12 × 1,000
    other = replace(AZURE, key="b", spend_usd_per_month=None)
    both = replace(BANK, use_cases=(*BANK.use_cases, UseCase(name="Chat", dependencies=(other,))))
    (line,) = register(both).tables["b_02.01"]
    assert line.cells["c0050"] == ""


def test_an_expense_is_in_the_currency_that_all_its_parts_were_stated_in() -> None:
    def expense(*stated: str | None) -> tuple[str, str]:
        parts = [replace(AZURE, key=str(at), spend_stated=one) for at, one in enumerate(stated)]
        cases = [UseCase(name=one.key, dependencies=(one,)) for one in parts]
        (line,) = register(replace(BANK, use_cases=tuple(cases))).tables["b_02.01"]
        return line.cells["c0040"], line.cells["c0050"]

    rate = "; 1 EUR = 1.0811 USD on 2024-03-28"
    assert expense(f"EUR 12000.5 per year{rate}") == ("eba_CU:EUR", "12000.5")
    assert expense(f"EUR 1200 per year{rate}", f"EUR 10{rate}") == ("eba_CU:EUR", "1320")
    assert expense("NGN 5 per year") == ("eba_CU:NGN", "5")
    assert expense(f"EUR 1200 per year{rate}", None) == ("eba_CU:USD", "24000")  # 2 × 12 × 1,000
    assert expense(f"EUR 1200 per year{rate}", "USD 5 per year") == ("eba_CU:USD", "24000")


def test_the_developer_behind_a_host_is_the_subcontractor_of_rank_two() -> None:
    direct, behind = register().tables["b_05.02"]
    assert (direct.cells["c0050"], direct.cells["c0030"], direct.cells["c0060"]) == (
        "1",
        "LEI-MS",
        "LEI-MS",
    )
    assert (behind.cells["c0050"], behind.cells["c0030"], behind.cells["c0060"]) == (
        "2",
        "LEI-OPENAI",
        "LEI-MS",
    )


def test_a_function_nobody_assessed_says_so_and_has_never_been() -> None:
    unknown = replace(BANK, use_cases=(UseCase(name="Payments", dependencies=(AZURE,)),))
    cells = only(register(unknown), "b_06.01")
    assert (cells["c0050"], cells["c0070"], cells["c0100"]) == (
        "eba_BT:x21",
        "9999-12-31",
        "eba_ZZ:x799",
    )
    assert "c0070" not in only(register(), "b_06.01")  # assessed, but nobody said when


def test_a_provider_that_is_no_language_model_is_left_out() -> None:
    assert all(len(lines) == 1 for lines in (register().tables["b_02.02"],))
    assert {line.cells["c0050"] for line in register().tables["b_05.01"]} == {
        "Microsoft Azure",
        "OpenAI",
    }


def test_one_contract_for_several_functions_has_the_graver_assessment() -> None:
    other = replace(AZURE, key="b")
    both = replace(BANK, use_cases=(*BANK.use_cases, UseCase(name="Chat", dependencies=(other,))))
    found = register(
        both,
        a=Assessed(substitutability=codes.EASILY_SUBSTITUTABLE, impact=codes.HIGH),
        b=Assessed(substitutability=codes.MEDIUM_COMPLEXITY, impact=codes.LOW),
    )
    cells = only(found, "b_07.01")
    assert (cells["c0050"], cells["c0100"]) == (codes.MEDIUM_COMPLEXITY, codes.HIGH)


def test_a_firm_without_a_code_is_written_by_name_and_reported_once() -> None:
    nameless = replace(BANK, name="Nameless Bank")
    findings = [one for one in lint(register(nameless)) if one.rule == "v8817_m"]
    assert ["Nameless Bank" in one.message for one in findings] == [True]


def test_the_lint_names_each_wanted_value_that_is_not_known() -> None:
    found = {(one.table, one.column) for one in lint(register()) if one.rule == "e23681_e"}
    # Only the exit plan of these is known.
    assert found == {("B_07.01", f"c0{code}") for code in ("050", "070", "090", "100", "110")}


def test_the_lint_finds_empty_keys_twins_and_rows_without_a_partner() -> None:
    def lines(*rows: dict[str, str]) -> tuple[CodedLine, ...]:
        return tuple(CodedLine(cells=row) for row in rows)

    empty: dict[str, tuple[CodedLine, ...]] = dict.fromkeys(codes.COLUMNS, ())
    broken = Register(
        tables=empty
        | {
            "b_02.01": lines({"c0010": "C-1"}, {"c0010": "C-1"}, {"c0010": ""}),
            "b_07.01": lines({"c0010": "C-2", "c0020": "", "c0040": "eba_TA:S18"}),
        }
    )
    errors = {(one.rule, one.table, one.column) for one in lint(broken) if one.weight == "error"}
    assert errors == {
        ("805", "B_02.01", "c0010"),
        ("805", "B_07.01", "c0020"),
        ("806", "B_02.01", "c0010"),
        ("807", "B_07.01", "c0010"),
    }


def test_a_hard_to_replace_provider_needs_a_reason() -> None:
    def rules(**cells: str) -> set[str]:
        return {one.rule for one in lint(register(a=Assessed(**cells)))}

    assert "v8825_m" in rules(substitutability=codes.HIGHLY_COMPLEX)
    assert "v8825_m" not in rules(
        substitutability=codes.HIGHLY_COMPLEX, reason=codes.REASON_MIGRATION
    )
    assert "v8825_m" not in rules(substitutability=codes.EASILY_SUBSTITUTABLE)


def test_errors_come_before_warnings() -> None:
    weights = [one.weight for one in lint(register(replace(BANK, name="Nameless")))]
    assert weights == sorted(weights, key=[Weight.ERROR, Weight.WARNING].index)
    assert set(weights) == set(Weight)


def test_files_have_the_forms_header_crlf_and_the_filing_indicators() -> None:
    files = as_files(register())
    assert files["b_05.02.csv"].startswith(b"c0010,c0020,c0030,c0040,c0050,c0060,c0070\r\n")
    rows = list(csv.reader(io.StringIO(files["FilingIndicators.csv"].decode())))
    assert rows[0] == ["templateID", "reported"]
    assert ["B_07.01", "true"] in rows


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text() -> None:
    trap = replace(BANK, name="=HYPERLINK(1)")
    assert b"\r\n'=HYPERLINK(1) / Microsoft Azure," in as_files(register(trap))["b_02.01.csv"]


def test_the_impact_is_the_loss_against_a_years_gross_profit() -> None:
    assert impact_of_discontinuing(9_999, 1_000_000) == codes.LOW  # below 1 %
    assert impact_of_discontinuing(10_000, 1_000_000) == codes.MEDIUM  # 1 %
    assert impact_of_discontinuing(100_000, 1_000_000) == codes.HIGH  # 10 %
    assert impact_of_discontinuing(None, 1_000_000) == ""
    assert impact_of_discontinuing(1.0, 0.0) == ""
