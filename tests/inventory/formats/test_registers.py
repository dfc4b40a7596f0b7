"""Documents that are no tables: the DORA register, CycloneDX, CISO Assistant's workbook."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from risk.catalog.records import Answer
from risk.inventory.intake_results import Outcome
from risk.inventory.limits import LIMITS
from risk.inventory.records import ExitPlan, Fallback
from risk.inventory.rows import InventoryRow
from risk.money.stated import Period, Stated
from tests.inventory.formats.files import archive, workbook
from tests.inventory.reading import read

Line = Sequence[Any]


def table(codes: str, *lines: Line) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([f"c{code}" for code in codes.split()])
    writer.writerows(lines)
    return target.getvalue()


BANK, VENDOR, MAKER = "LEI-BANK", "LEI-VENDOR", "LEI-OPENAI"
CONTRACTS = "0010 0020 0030 0050 0060 0080 0100 0110 0150"
#: One contract with a software vendor, for two functions; OpenAI stands behind it at rank 2.
FIRST = ("C-1", BANK, VENDOR, "F1", "eba_TA:S19", "2027-03-31", "30", "90", "eba_GA:DE")
OTHER = ("C-1", BANK, VENDOR, "F2", "eba_TA:S19", "2027-03-31", "30", "90", "eba_GA:DE")
REGISTER = {
    "reports/b_01.02.csv": table("0010 0020 0030", (BANK, "Example Bank", "eba_GA:DE")),
    "reports/b_02.01.csv": table("0010 0040 0050", ("C-1", "eba_CU:USD", "120000")),
    "reports/b_02.02.csv": table(CONTRACTS, FIRST),
    "reports/b_05.01.csv": table(
        "0010 0050 0060",
        (VENDOR, "Contoso Software", ""),
        (MAKER, "", "OpenAI Ireland Limited"),
    ),
    "reports/b_05.02.csv": table(
        "0010 0020 0030 0050 0060",
        ("C-1", "eba_TA:S19", VENDOR, "1", VENDOR),
        ("C-1", "eba_TA:S19", MAKER, "2", VENDOR),
    ),
    "reports/b_06.01.csv": table(
        "0010 0030 0040 0050 0100",
        ("F1", "Payments", BANK, "eba_BT:x28", "eba_ZZ:x793"),
        ("F2", "Reporting", BANK, "eba_BT:x29", "eba_ZZ:x791"),
    ),
    "reports/b_07.01.csv": table(
        "0010 0020 0040 0080 0110 0120",
        ("C-1", VENDOR, "eba_TA:S19", "eba_BT:x28", "eba_BT:x28", "Anthropic"),
    ),
}


def register(**changed: str | None) -> bytes:
    """The register with some tables replaced, or left out for None."""
    tables = REGISTER | {
        f"reports/{name[0]}_{name[1:3]}.{name[3:]}.csv": text for name, text in changed.items()
    }
    return archive({name: text for name, text in tables.items() if text is not None})


def direct(data: bytes, **options: Any) -> InventoryRow:
    result = read(data, **options)
    assert result.outcome is Outcome.ACCEPT, result.problems
    return result.rows[0]


def test_a_register_becomes_the_dependencies_of_the_financial_entity() -> None:
    row = direct(register())
    assert (row.startup, row.country) == ("Example Bank", "DE")
    assert (row.provider, row.use_case) == ("Contoso Software", "Payments")
    assert (row.criticality, row.data_residency, row.contract_end) == (5, "DE", date(2027, 3, 31))
    assert (row.exit_plan, row.fallback) == (ExitPlan.WRITTEN, Fallback.DOCUMENTED)
    assert row.fallback_provider == "Anthropic"
    assert row.spend_usd == 10_000  # 120,000 a year


def test_notice_is_told_in_both_directions() -> None:
    row = direct(register())
    assert (row.notice_days, row.provider_notice_days) == (30, 90)


def test_a_contract_tells_its_start_and_the_law_that_governs_it() -> None:
    codes = f"{CONTRACTS} 0070 0120"
    row = direct(register(b0202=table(codes, (*FIRST, "2025-04-01", "eba_GA:FR"))))
    assert (row.contract_start, row.governing_law) == (date(2025, 4, 1), "FR")
    row = direct(register(b0202=table(codes, (*FIRST, "", "eba_GA:qx2007"))))
    assert (row.contract_start, row.governing_law) == (None, None)


def test_dependencies_name_the_contract_as_it_is_written() -> None:
    reference = 'C-1; "annex", b'
    chain = (
        (reference, "eba_TA:S19", VENDOR, "1", VENDOR),
        (reference, "eba_TA:S19", MAKER, "2", VENDOR),
    )
    found = register(
        b0202=table(CONTRACTS, (reference, *FIRST[1:])),
        b0502=table("0010 0020 0030 0050 0060", *chain),
    )
    rows = read(found).rows
    assert [row.contract for row in rows] == [reference, reference]


def test_a_subcontractor_is_a_dependency_through_whoever_it_serves() -> None:
    vendor, maker = read(register()).rows
    assert (vendor.resolution.answer, maker.resolution.answer) == (Answer.NO, Answer.YES)
    assert (maker.provider, maker.resolution.developer) == ("OpenAI Ireland Limited", "OpenAI")
    assert (maker.use_case, maker.criticality) == ("Payments, through Contoso Software", 5)
    assert maker.spend_usd is None


def test_an_expense_for_several_functions_is_known_for_none_of_them() -> None:
    row = direct(register(b0202=table(CONTRACTS, FIRST, OTHER)))
    assert row.spend_usd is None
    assert "for 2 uses together" in str(row.source)


def test_an_expense_in_euros_keeps_its_currency() -> None:
    expenses = table("0010 0040 0050", ("C-1", "eba_CU:EUR", "120000"))
    row = direct(register(b0201=expenses), today=date(2024, 3, 28))
    assert row.spend_stated == Stated(amount=Decimal(120_000), currency="EUR", per=Period.YEAR)
    assert row.spend_usd == 10_811.00  # 10,000 EUR a month, and 1 EUR was 1.0811 USD


def test_an_expense_in_no_currency_is_unknown_and_its_record_stays() -> None:
    row = direct(register(b0201=table("0010 0040 0050", ("C-1", "", "120000"))))
    assert row.spend_usd is None
    assert "120000 a year is in an unnamed currency" in str(row.source)


def test_rows_that_differ_in_countries_are_one_dependency() -> None:
    france = (*FIRST[:-1], "eba_GA:FR")
    nowhere = (*FIRST[:-1], "eba_GA:qx2007")
    result = read(register(b0202=table(CONTRACTS, FIRST, france, nowhere)))
    assert (result.records, result.rows[0].data_residency) == (2, "DE; FR")


def test_rows_that_contradict_each_other_leave_a_fact_unknown() -> None:
    france = (*FIRST[:7], "60", "eba_GA:FR")
    row = direct(register(b0202=table(CONTRACTS, FIRST, france)))
    assert (row.notice_days, row.provider_notice_days) == (30, None)
    assert "differ in the provider's notice" in str(row.source)


def test_two_contracts_for_one_function_are_told_apart() -> None:
    second = ("C-2", *FIRST[1:])
    result = read(register(b0202=table(CONTRACTS, FIRST, second)))
    names = [row.use_case for row in result.rows if row.provider == "Contoso Software"]
    assert names == [
        "Payments (F1; cloud software (SaaS); C-1)",
        "Payments (F1; cloud software (SaaS); C-2)",
    ]


def test_a_contract_without_an_end_has_none() -> None:
    open_end = (*FIRST[:5], "9999-12-31", *FIRST[6:])
    row = direct(register(b0202=table(CONTRACTS, open_end)))
    assert (row.contract_end, row.renewal) == (None, None)


def test_the_first_numbering_of_functions_is_read_as_the_corrected_one() -> None:
    # The Official Journal of December 2024 had criticality in 0060 and the impact in 0110.
    old = table("0010 0030 0040 0060 0110", ("F1", "Payments", BANK, "eba_BT:x28", "eba_ZZ:x793"))
    assert direct(register(b0601=old)).criticality == 5


@pytest.mark.parametrize(
    ("critical", "impact", "level"),
    [("x28", "x792", 4), ("x28", "", 4), ("x29", "x791", 1), ("x21", "x799", None)],
)
def test_criticality_follows_the_published_table(
    critical: str, impact: str, level: int | None
) -> None:
    functions = table(
        "0010 0030 0040 0050 0100", ("F1", "Payments", BANK, f"eba_BT:{critical}", impact)
    )
    assert direct(register(b0601=functions)).criticality == level


def test_tables_that_are_missing_leave_their_facts_unknown() -> None:
    nothing = dict.fromkeys(("b0102", "b0201", "b0502", "b0601", "b0701"))
    row = direct(register(**nothing))
    assert (row.startup, row.use_case, row.criticality) == (BANK, "cloud software (SaaS)", None)
    assert (row.exit_plan, row.fallback, row.spend_usd) == (None, None, None)


@pytest.mark.parametrize("needed", ["b0202", "b0501"])
def test_a_register_without_contracts_or_providers_is_refused(needed: str) -> None:
    result = read(register(**{needed: None}))
    assert result.error == "missing_columns"
    assert f"b_{needed[1:3]}.{needed[3:]}.csv" in result.problems[0].message


def test_a_contract_row_with_too_many_cells_is_refused_by_itself() -> None:
    result = read(register(b0202=table(CONTRACTS, FIRST, (*OTHER, "one more"))))
    assert (result.outcome, result.error) == (Outcome.PARTIAL, "field_count")
    assert [p.line for p in result.problems if p.code == "field_count"] == [3]


def test_a_register_whose_only_contract_cannot_be_read_says_what_is_wrong_with_it() -> None:
    result = read(register(b0202=table(CONTRACTS, (*FIRST, "one more"))))
    assert (result.outcome, result.error, result.records) == (Outcome.PARTIAL, "field_count", 1)


def test_a_broken_row_elsewhere_refuses_the_register() -> None:
    result = read(register(b0501=table("0010 0050", (VENDOR, "Contoso", "too many"))))
    assert result.error == "corrupt_archive"
    assert "b_05.01.csv, line 2" in result.problems[0].message


def test_a_register_of_data_points_is_asked_for_as_plain_csv() -> None:
    result = read(register(b0202="datapoint,factValue\r\ndp1,x\r\n"))
    assert result.error == "missing_columns"
    assert "plain CSV" in result.problems[0].message


def test_two_registers_in_one_archive_are_refused() -> None:
    files = {**REGISTER, "second/b_02.02.csv": REGISTER["reports/b_02.02.csv"]}
    assert read(archive(files)).error == "unsupported_type"


def test_a_register_without_contract_rows_has_no_records() -> None:
    assert read(register(b0202=table(CONTRACTS))).error == "no_records"


SERVICES = [
    {"name": "chat", "endpoints": ["https://api.openai.com/v1"], "bom-ref": "chat-1"},
    {"name": "search rerank", "provider": {"name": "Cohere"}},
    {
        "name": "gateway",
        "provider": {"name": "Acme Inc"},
        "services": [{"name": "summaries", "provider": {"name": "Anthropic"}}],
    },
]
MODELS = [
    {
        "type": "machine-learning-model",
        "name": "gpt-4o",
        "publisher": "OpenAI",
        "modelCard": {"modelParameters": {"task": "text-generation"}},
    },
    {"type": "library", "name": "openai", "version": "1.0"},
    {
        "type": "application",
        "name": "app",
        "components": [{"type": "machine-learning-model", "name": "Llama-3-8B", "group": "meta"}],
    },
]


def document(**content: Any) -> bytes:
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    described = {"metadata": {"component": {"name": "Acme Cloud"}}}
    return json.dumps(head | described | content).encode()


def test_services_are_dependencies_of_what_the_document_describes() -> None:
    result = read(document(services=SERVICES))
    found = [
        (row.startup, row.provider, row.use_case, row.resolution.developer) for row in result.rows
    ]
    assert found == [
        ("Acme Cloud", "chat; api.openai.com", "chat", "OpenAI"),
        ("Acme Cloud", "Cohere; search rerank", "search rerank", "Cohere"),
        ("Acme Cloud", "Acme Inc; gateway", "gateway", None),
        ("Acme Cloud", "Anthropic; summaries", "summaries", "Anthropic"),
    ]
    assert result.rows[0].source == "CycloneDX document, chat-1"


def test_models_among_components_are_dependencies_and_libraries_are_not() -> None:
    result = read(document(components=MODELS))
    found = [(row.provider, row.model, row.use_case) for row in result.rows]
    assert found == [
        ("OpenAI", "gpt-4o", "text-generation"),
        ("meta", "Llama-3-8B", "Acme Cloud"),
    ]


def test_the_maker_is_the_startup_where_the_document_names_it() -> None:
    metadata = {"component": {"name": "Acme Cloud", "supplier": {"name": "Acme Inc"}}}
    result = read(document(metadata=metadata, services=SERVICES[:1]))
    assert result.rows[0].startup == "Acme Inc"


def test_a_document_that_describes_nothing_asks_for_the_startup() -> None:
    data = document(metadata={}, services=SERVICES[:1])
    assert read(data).error == "missing_columns"
    assert read(data, mapping={"=startup": "Acme"}).outcome is Outcome.ACCEPT


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(), "no_records"),
        (document(components=[{"type": "library", "name": "openai"}]), "no_records"),
        (document(services=[1, None, "x", {}, {"name": 5}]), "no_records"),
        (document(services={"name": "OpenAI"}), "no_records"),
        (document(services=SERVICES)[:-9], "not_csv"),
        (b'{"bomFormat": "CycloneDX", "x": ' + b"[" * 200_000, "not_csv"),
        (b'{"bomFormat": "CycloneDX", "x": "\xff"}', "not_csv"),
        (b'{"bomFormat": "CycloneDX", "x": ' + b"9" * 5_000 + b"}", "not_csv"),
        (b'{"bomFormat": "CycloneDX"}' + b" " * LIMITS.json_bytes, "file_too_large"),
        (b'{"vendors": [1]}', "not_csv"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused(data: bytes, code: str) -> None:
    result = read(data)
    assert (result.outcome, result.error) == (Outcome.REJECT_FILE, code)


ENTITIES = [
    ("ref_id", "name", "country"),
    ("ENT-1", "Microsoft", "US"),
    ("ENT-2", "Vendor Inc", "US"),
    ("ENT-3", "Anthropic", "US"),
]
SOLUTIONS = [
    ("ref_id", "name", "description", "provider_entity_ref_id", "criticality"),
    ("SOL-1", "Azure OpenAI Service", "", "ENT-1", 4),
    ("SOL-2", "Storage", "", "ENT-2", 3),
]
TERMS = "ref_id name provider_entity_ref_id solution_ref_id status end_date annual_expense currency"
DEALS = [
    tuple(TERMS.split()),
    ("CON-1", "Old", "ENT-1", "SOL-1", "expired", "2025-01-31", 99, "USD"),
    ("CON-2", "New", "ENT-1", "SOL-1", "active", "2027-01-31", 24_000, "USD"),
    ("CON-3", "More", "ENT-1", "SOL-1", "active", "2028-01-31", 12_000, "USD"),
    ("CON-4", "Disks", "ENT-2", "SOL-2", "active", "2027-06-30", 500, "EUR"),
    ("CON-5", "Help", "ENT-2", None, "active", None, None, None),
]
FIRM = {"=startup": "Acme"}


def third_parties(**changed: Any) -> bytes:
    return workbook(**{"Entities": ENTITIES, "Solutions": SOLUTIONS, "Contracts": DEALS, **changed})


def test_a_workbook_of_third_parties_is_joined_without_asking_for_a_sheet() -> None:
    result = read(third_parties(), mapping=FIRM)
    assert result.outcome is Outcome.ACCEPT
    found = [(row.provider, row.use_case, row.resolution.answer) for row in result.rows]
    assert found == [
        ("Microsoft; Azure OpenAI Service", "Azure OpenAI Service", Answer.YES),
        ("Vendor Inc; Storage", "Storage", Answer.NO),
        ("Anthropic", None, Answer.YES),
        ("Vendor Inc; Help", "Help", Answer.NO),
    ]


def test_contracts_in_force_are_summed_and_end_with_the_first() -> None:
    row = read(third_parties(), mapping=FIRM).rows[0]
    assert (row.spend_usd, row.renewal) == (3_000, date(2027, 1, 31))  # 36,000 a year


def test_four_levels_of_criticality_become_five() -> None:
    rows = read(third_parties(), mapping=FIRM).rows
    assert [row.criticality for row in rows] == [5, 4, None, None]


def test_a_level_beyond_the_scale_is_unknown_and_told() -> None:
    solutions = [*SOLUTIONS, ("SOL-3", "Odd", "", "ENT-1", 7)]
    result = read(third_parties(Solutions=solutions), mapping=FIRM)
    assert (result.error, result.rejected) == (None, 0)
    assert "not_in_list" in result.warnings


def test_an_expense_of_a_contract_keeps_its_currency() -> None:
    row = read(third_parties(), mapping=FIRM, today=date(2024, 3, 28)).rows[1]
    assert row.spend_stated == Stated(amount=Decimal(500), currency="EUR", per=Period.YEAR)
    assert row.spend_usd == 45.05  # 500 × 1.0811 / 12 = 45.0458


def test_who_depends_is_asked_unless_domains_say_it() -> None:
    asked = read(third_parties())
    assert asked.error == "missing_columns"
    assert '"=startup"' in asked.problems[0].message
    entities = [(*row, "domain" if place == 0 else "Acme") for place, row in enumerate(ENTITIES)]
    assert {row.startup for row in read(third_parties(Entities=entities)).rows} == {"Acme"}


def test_a_formula_without_a_result_anywhere_in_a_record_rejects_it() -> None:
    entities = [*ENTITIES[:2], ("ENT-2", "=A1", "US"), ENTITIES[3]]
    result = read(third_parties(Entities=entities), mapping=FIRM)
    assert (result.error, result.rejected) == ("formula_without_value", 2)


def test_sheets_of_the_same_names_with_other_columns_are_an_ordinary_workbook() -> None:
    sheets = {"Entities": [("startup", "provider"), ("Acme", "OpenAI")], "Solutions": [("x",)]}
    result = read(workbook(**sheets))
    assert [question.code for question in result.confirm] == ["choose_sheet"]
