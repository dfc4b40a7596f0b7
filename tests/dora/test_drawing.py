"""A register drawn up from a portfolio holds what was stated, and open cells for all the rest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from risk.alternatives.judgements import Substitutability
from risk.catalog.records import Answer
from risk.dora.contracts import contracts_in
from risk.dora.drawing import Identifier, awaited, drawn_register, is_awaited
from risk.dora.open_cells import with_open_cells
from risk.dora.packages import FilingFacts, Register, with_changes
from risk.dora.proposals import Derived, Proposal, proposals
from risk.dora.schema import KEYS
from risk.dora.tables import Change
from risk.inventory.contracts import ArrangementKind, Contract
from risk.inventory.records import Dependency, Depth, ExitPlan, Portfolio, Startup, UseCase
from tests.dora.samples import sample

TODAY = date(2026, 11, 30)
FACTS = FilingFacts(
    lei="ZZZZ00EXAMPLEBANK116", scope="IND", country="DE", day=date(2025, 12, 31), currency="EUR"
)
CHAT = Dependency(
    key="chat/azure",
    provider_text="Azure OpenAI",
    answer=Answer.YES,
    developer="OpenAI",
    host="Microsoft Azure",
    depth=Depth.RAW_API,
    spend_usd_per_month=1_117.2,
    spend_stated="EUR 1000 per month",
    contract="CA; 1, Teil “B”",
    contract_start=date(2024, 3, 1),
    notice_days=90.0,
    provider_notice_days=180.0,
    governing_law="IE",
    exit_plan=ExitPlan.WRITTEN,
)
DRAFTS = replace(
    CHAT,
    key="drafts/azure",
    spend_stated="EUR 500 per month",
    exit_plan=ExitPlan.NONE,
    notice_days=60.0,
)
NOTES = Dependency(key="notes/x", provider_text="Notetaker", answer=Answer.YES)
BANK = Startup(
    name="Musterbank",
    country="DE",
    use_cases=(
        UseCase(name="chat", criticality=5, dependencies=(CHAT,)),
        UseCase(name="drafts", dependencies=(DRAFTS,)),
        UseCase(name="notes", dependencies=(NOTES,)),
    ),
)
BOOK = Portfolio(name="Bank", startups=(BANK,))
CODES = {
    "musterbank": Identifier(code="ZZZZ00EXAMPLEBANK116", sort="LEI"),
    "microsoft azure": Identifier(code="IEZZZ.000000", sort="EUID"),
}
NO_CONTRACT = awaited("reference of the contract of Musterbank with Notetaker")


def drawn() -> Register:
    return drawn_register(BOOK, identifiers=CODES, contracts={}, facts=FACTS)


def rows(register: Register, table: str) -> list[dict[str, str]]:
    its = register.table(table)
    return [dict(zip(its.header, row.cells, strict=True)) for row in its.rows]


def proposed(register: Register, **derived: Derived) -> list[Proposal]:
    found = {"chat/azure": Derived(), "drafts/azure": Derived()} | derived
    return list(
        proposals(
            register,
            BOOK,
            facts=FACTS,
            derived=found,
            homes={"microsoft azure": "US", "openai": "US"},
            today=TODAY,
        )
    )


def of(found: list[Proposal], table: str, column: str) -> list[str]:
    return [one.value for one in found if (one.table, one.column) == (table, column)]


def test_what_is_stated_stands_in_its_cells_and_notice_on_its_side() -> None:
    (first, second, third) = rows(drawn(), "B_02.02")
    assert first["c0010"] == "CA; 1, Teil “B”"
    assert (first["c0020"], first["c0030"]) == ("ZZZZ00EXAMPLEBANK116", "IEZZZ.000000")
    assert first["c0040"] == "eba_qCO:qx2002"
    # c0100 is what the entity must give, c0110 what the provider must.
    assert (first["c0100"], first["c0110"], first["c0120"]) == ("90", "180", "eba_GA:IE")
    assert (first["c0070"], first["c0080"]) == ("2024-03-01", "")
    assert second["c0100"] == "60"
    assert third["c0010"] == NO_CONTRACT


def test_a_contract_costs_what_all_of_its_uses_cost_a_year_where_the_currency_is_the_filings() -> (
    None
):
    first, second = rows(drawn(), "B_02.01")
    # (1,000 + 500) a month × 12
    assert (first["c0040"], first["c0050"]) == ("eba_CU:EUR", "18000")
    assert (second["c0010"], second["c0040"], second["c0050"]) == (NO_CONTRACT, "", "")


def test_nothing_is_made_up() -> None:
    register = drawn()
    assert not register.table("B_01.01").rows
    for table in ("B_03.01", "B_03.02", "B_04.01", "B_99.01"):
        assert not register.table(table).rows
    for row in rows(register, "B_07.01"):
        assert not any(row[code] for code in row if code not in (*KEYS["B_07.01"], "c0030"))
    filed = with_open_cells(register)
    assert not any(
        is_awaited(cell) for its in filed.tables.values() for row in its.rows for cell in row.cells
    )
    assert rows(filed, "B_02.02")[2]["c0010"] == ""


def test_one_row_for_several_dependencies_has_the_graver_value_with_both_reasons() -> None:
    easy = Derived(substitutability=Substitutability.EASY, because="a drill left it in 3 days")
    hard = Derived(
        substitutability=Substitutability.HIGHLY_COMPLEX,
        because="Mistral could work in 200 days",
        reason_code="eba_ZZ:x964",
    )
    found = proposed(drawn(), **{"chat/azure": easy, "drafts/azure": hard})
    assert of(found, "B_07.01", "c0050") == ["eba_ZZ:x960"]
    assert of(found, "B_07.01", "c0060") == ["eba_ZZ:x964"]
    # One of the two has no exit plan.
    assert of(found, "B_07.01", "c0080") == ["eba_BT:x29"]
    why = next(one.reason for one in found if one.column == "c0050" and one.table == "B_07.01")
    assert "3 days" in why
    assert "200 days" in why


def test_of_what_one_dependency_is_silent_about_only_the_gravest_value_is_proposed() -> None:
    easy = Derived(substitutability=Substitutability.EASY, because="x")
    impossible = Derived(substitutability=Substitutability.NOT, because="x")
    assert of(proposed(drawn(), **{"chat/azure": easy}), "B_07.01", "c0050") == []
    found = proposed(drawn(), **{"chat/azure": impossible})
    assert of(found, "B_07.01", "c0050") == ["eba_ZZ:x959"]


def test_stated_criticality_and_the_developer_behind_a_host_are_proposed() -> None:
    found = proposed(drawn())
    assert of(found, "B_06.01", "c0050") == ["eba_BT:x28"]  # 5 of 5; of the others nothing is known
    assert of(found, "B_06.01", "c0100") == ["eba_ZZ:x793"]
    assert of(found, "B_05.01", "c0080") == ["eba_GA:US"]
    second_rank = [one.cells for one in found if one.table == "B_05.02"]
    assert [(one["c0030"], one["c0050"], one["c0060"]) for one in second_rank] == [
        (awaited("code of OpenAI"), "2", "IEZZZ.000000")
    ]


def test_what_a_person_filled_in_is_not_proposed_again() -> None:
    register = drawn()
    filled = with_changes(
        register, [Change(table="B_06.01", row=0, column="c0050", value="eba_BT:x29")]
    )
    assert of(proposed(filled), "B_06.01", "c0050") == []
    assert [one.id for one in proposed(register)] == [one.id for one in proposed(drawn())]


def test_dollars_are_proposed_in_the_currency_of_the_filing_with_the_rate_of_the_day() -> None:
    in_dollars = replace(CHAT, spend_stated=None, spend_usd_per_month=1_000.0)
    startup = replace(BANK, use_cases=(UseCase(name="chat", dependencies=(in_dollars,)),))
    book = replace(BOOK, startups=(startup,))
    register = drawn_register(book, identifiers=CODES, contracts={}, facts=FACTS)
    assert rows(register, "B_02.01")[0]["c0050"] == ""
    found = proposals(register, book, facts=FACTS, derived={}, homes={}, today=TODAY)
    (said,) = (one for one in found if (one.table, one.column) == ("B_02.01", "c0050"))
    # 12,000 USD ÷ 1.1750, the reference rate of the last working day of 2025
    assert float(said.value) == round(12_000 / 1.1750, 2)
    assert "1.175" in said.reason
    assert "2025-12-31" in said.reason


def test_what_a_dependency_does_not_say_its_contract_may() -> None:
    stated = Contract(
        reference="CA; 1, Teil “B”",
        kind=ArrangementKind.SUBSEQUENT,
        overarching="CA-0",
        contract_end=date(2027, 3, 1),
        notice_days=30.0,
        annual_expense=Decimal("20000.50"),
        expense_currency="EUR",
    )
    register = drawn_register(
        BOOK, identifiers=CODES, contracts={stated.reference: stated}, facts=FACTS
    )
    contract = rows(register, "B_02.01")[0]
    assert (contract["c0020"], contract["c0030"]) == ("eba_CO:x3", "CA-0")
    # The contract's own amount, not the sum of what its uses state.
    assert contract["c0050"] == "20000.5"
    first = rows(register, "B_02.02")[0]
    assert first["c0080"] == "2027-03-01"
    assert first["c0100"] == "90"  # as the dependency states it


def test_a_register_states_contracts_as_far_as_its_rows_agree() -> None:
    found = {one.reference: one for one in contracts_in(sample(), source="file")}
    assert list(found) == sample().table("B_02.01").values("c0010")
    order = found["CA-2023-001-A"]
    assert (order.kind, order.overarching) == (ArrangementKind.SUBSEQUENT, "CA-2023-001")
    assert (order.notice_days, order.provider_notice_days) == (90.0, 180.0)
    assert (order.annual_expense, order.expense_currency) == (Decimal("480000.00"), "EUR")
    assert (order.contract_start, order.contract_end) == (date(2023, 7, 1), None)
    assert order.provider == "Nimbus Example Cloud Ireland Limited"
    assert found["CA-2021-003"].contract_end == date(2025, 9, 30)
    assert found["CA-2021-003"].notice_days == 0.0
