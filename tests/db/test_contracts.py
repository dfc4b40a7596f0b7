"""Contracts: kept, checked, taken over by dependencies, and counted from there like any fact."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.contract_facts import TakenOver, differences, take_over
from db.services.contract_records import (
    ContractFile,
    check_provisions,
    import_contracts,
    keep_contracts,
    remove_contract,
)
from db.services.contracts import (
    ContractDetail,
    ContractsOverview,
    all_contracts,
    contract,
    contracts_of,
)
from db.services.deadlines import days_to_leave, portfolio_deadlines
from db.services.exports import FileKind, export_table
from db.services.imports import undo_batch
from db.services.options import alternatives
from db.services.portfolios import load_portfolio
from db.services.statements import Statement, state_facts
from risk.inventory.contract_facts import DifferenceKind
from risk.inventory.contracts import Check, Contract, FindingKind, ProvisionState
from risk.portfolio.deadlines import DeadlineKind
from tests.db.inventories import ACME, Row, dependency, fund_hash, publish

TODAY = date(2026, 11, 24)
USED: Row = ACME | {
    **{"contract": "C-1", "criticality": "5", "spend_usd": "1000", "annual_revenue_usd": "5000000"},
    **{"gross_margin": "0.7", "ai_revenue_share": "1", "engineers": "5", "depth": "agents"},
}
ONE = Contract(
    reference="C-1",
    provider="OpenAI",
    contract_end=date(2027, 12, 31),
    notice_days=180.0,
    source="the signed PDF",
)
AGREED, MISSING = ProvisionState.AGREED, ProvisionState.MISSING


def keep(store: Store, *contracts: Contract, whole: bool = False) -> tuple[int, int, int]:
    done = keep_contracts(
        store, LOCAL_OWNER, "Fund", contracts or (ONE,), source="test", whole=whole
    )
    return done.new, done.changed, done.unchanged


def detail(store: Store, reference: str = "C-1") -> ContractDetail:
    return contract(store, LOCAL_OWNER, "Fund", reference, today=TODAY)


def overview(store: Store) -> ContractsOverview:
    return contracts_of(store, LOCAL_OWNER, "Fund", today=TODAY)


def take(store: Store, *references: str, **more: bool) -> TakenOver:
    return take_over(store, LOCAL_OWNER, "Fund", references or None, **more)  # type: ignore[arg-type] # as given


def told(store: Store) -> set[tuple[str, str, object]]:
    found = differences(store, LOCAL_OWNER, "Fund")
    return {(one.field, one.kind.value, one.now) for one in found}


def test_a_later_record_adds_and_leaves_out_nothing_unless_it_is_the_whole(store: Store):
    publish(store, USED)
    check = {"art_30_2_h": Check(state=AGREED, clause="12")}
    assert keep(store, replace(ONE, checks=check)) == (1, 0, 0)
    assert keep(store, Contract(reference="C-1", governing_law="DE")) == (0, 1, 0)
    assert keep(store, Contract(reference="C-1", governing_law="DE")) == (0, 0, 1)
    kept = detail(store).summary.contract
    assert kept == replace(ONE, governing_law="DE", checks=check, source="test")
    assert keep(store, Contract(reference="C-1", governing_law="DE"), whole=True) == (0, 1, 0)
    assert detail(store).summary.contract == Contract(
        reference="C-1", governing_law="DE", source="test", checks=check
    )
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert newest.action == "state contract"
    assert newest.before is not None
    assert newest.before["changed"]["C-1"]["notice_days"] == 180


def test_what_is_known_already_must_fit_what_is_stated_later(store: Store):
    publish(store, USED)
    keep(store)
    with pytest.raises(Refused, match="with what is known of it: the contract ends before"):
        keep(store, Contract(reference="C-1", contract_start=date(2030, 1, 1)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reference": " "}, "1 to 200"),
        ({"contract_start": date(2028, 1, 1)}, "ends before it starts"),
        ({"annual_expense": Decimal(5)}, "needs its currency"),
        ({"annual_expense": Decimal(5), "expense_currency": "EURO"}, "three letters"),
        ({"overarching": "C-1"}, "under itself"),
        ({"promised_availability": 99.9}, "between 0 and 1"),
        ({"checks": {"art_31": Check(state=AGREED)}}, "no provision"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_write(
    store: Store, changed: dict[str, object], said: str
):
    publish(store, USED)
    with pytest.raises(Refused, match=said):
        keep(store, replace(ONE, **changed))  # type: ignore[arg-type] # as given
    assert all_contracts(store, LOCAL_OWNER, "Fund") == ()


def test_a_contract_taken_over_counts_exactly_as_if_its_facts_had_been_stated_by_hand(
    store: Store,
):
    publish(store, USED)

    def counted() -> tuple[object, ...]:
        calendar = portfolio_deadlines(store, LOCAL_OWNER, "Fund", today=TODAY, days=500)
        days = [
            (one.kind, one.day, one.ends_on, one.days_to_switch, one.slack_days)
            for one in calendar.deadlines
        ]
        found = alternatives(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
        costs = [(one.option, one.one_off_usd, one.once) for one in found]
        return days, costs

    unknown = counted()
    facts = {"notice_days": "180", "contract_end": "2027-12-31"}
    by_hand = state_facts(store, LOCAL_OWNER, "Fund", Statement(startup="Acme", facts=facts))
    stated = counted()
    undo_batch(store, LOCAL_OWNER, by_hand.batch)
    assert counted() == unknown
    keep(store)
    assert counted() == unknown  # A contract that is only kept changes nothing.
    taken = take(store)
    assert (taken.dependencies, taken.facts, taken.left) == (1, 2, ())
    assert counted() == stated
    days, costs = stated
    assert days != unknown[0]
    assert costs != unknown[1]  # What is owed until the notice or the contract ends.
    link = dependency(store)
    assert (link.notice_days, link.contract_end) == (180, date(2027, 12, 31))
    assert link.source == "contract C-1"
    (notice,) = [
        one
        for one in portfolio_deadlines(store, LOCAL_OWNER, "Fund", today=TODAY, days=500).deadlines
        if one.kind is DeadlineKind.NOTICE
    ]
    # 31 December 2027 less 180 days: 30 of them to 1 December, 30 to 1 November, 31 to 1 October,
    # 30 to 1 September, 31 to 1 August, and 28 more.
    assert (notice.day, notice.contract) == (date(2027, 7, 4), "C-1")


def test_taking_over_is_undone_as_any_batch_and_then_waits_again(store: Store):
    publish(store, USED)
    before = fund_hash(store)
    keep(store)
    taken = take(store)
    assert told(store) == set()
    with pytest.raises(Refused, match="Nothing is left"):
        take(store)
    assert taken.batch is not None
    undo_batch(store, LOCAL_OWNER, taken.batch)
    assert fund_hash(store) == before
    assert told(store) == {("notice_days", "new", None), ("contract_end", "new", None)}


def test_a_contradiction_is_never_written_over_unasked(store: Store):
    publish(store, USED | {"notice_days": "90"})
    keep(store)
    assert ("notice_days", "contradiction", 90.0) in told(store)
    taken = take(store)
    assert [one.field for one in taken.left] == ["notice_days"]
    assert (dependency(store).notice_days, dependency(store).contract_end) == (90, ONE.contract_end)
    with pytest.raises(Refused, match="Nothing is chosen"):
        take(store)
    (open_one,) = differences(store, LOCAL_OWNER, "Fund", ["C-1"])
    chosen = {(open_one.dependency_key, open_one.field)}
    take_over(store, LOCAL_OWNER, "Fund", ["C-1"], over=chosen)
    assert dependency(store).notice_days == 180


def test_what_was_taken_from_a_contract_follows_it_and_what_was_stated_since_does_not(
    store: Store,
):
    publish(store, USED)
    keep(store)
    take(store)
    keep(store, replace(ONE, notice_days=90.0))
    assert told(store) == {("notice_days", "changed", 180.0)}
    take(store)
    assert dependency(store).notice_days == 90
    state_facts(store, LOCAL_OWNER, "Fund", Statement(startup="Acme", facts={"notice_days": "60"}))
    assert told(store) == {("notice_days", "contradiction", 60.0)}


def test_escrow_and_step_in_go_to_the_judgements_and_count_there(store: Store):
    publish(store, USED)
    keep(store, replace(ONE, escrow=True, step_in=False))
    assert {name for name, _, _ in told(store)} >= {"escrow", "step_in"}
    assert take(store).judgements == 2
    link = dependency(store)
    assert (link.escrow, link.step_in) == (True, False)
    assert told(store) == set()


def test_an_expense_is_that_of_the_only_dependency_and_of_none_where_several_share_it(
    store: Store,
):
    costs = replace(ONE, annual_expense=Decimal(24_000), expense_currency="EUR")
    publish(store, USED | {"spend_usd": ""})
    keep(store, costs)
    take(store)
    assert str(dependency(store).spend_stated).startswith("EUR 24000 per year")
    publish(store, USED | {"use_case": "search", "spend_usd": ""})
    assert {name for name, _, _ in told(store)} == {"notice_days", "contract_end"}


def test_what_is_agreed_with_a_vendor_is_not_taken_for_the_subcontractor_behind_it(store: Store):
    vendor = USED | {"provider": "Contoso Software", "model": ""}
    behind = USED | {"use_case": "chat, through Contoso Software"}
    publish(store, vendor, behind)
    keep(store, replace(ONE, provider="contoso  software"))
    found = differences(store, LOCAL_OWNER, "Fund")
    assert {one.provider for one in found} == {"Contoso Software"}
    keep(store, replace(ONE, provider="Somebody else"))  # No name fits: none is told apart.
    assert len({one.dependency_key for one in differences(store, LOCAL_OWNER, "Fund")}) == 2


def test_a_critical_use_case_wants_more_and_unknown_is_not_missing(store: Store):
    publish(store, USED, ACME | {"use_case": "search", "contract": "C-2", "criticality": "2"})
    missing = {"art_30_3_f": Check(state=MISSING), "art_30_2_a": Check(state=AGREED)}
    keep(store, replace(ONE, checks=missing), Contract(reference="C-2", checks=missing))
    one, two = overview(store).contracts
    assert (one.use.critical, two.use.critical) == (True, False)
    kinds = {each.kind: each for each in one.findings}
    assert kinds[FindingKind.MISSING_FOR_CRITICAL].provisions == ("art_30_3_f",)
    # 17 provisions, one agreed and one missing.
    assert len(kinds[FindingKind.NOT_CHECKED].provisions) == 15
    # Article 30(2) (a) agrees on what it is for, and nobody states it.
    assert kinds[FindingKind.AGREED_WITHOUT_VALUE].provisions == ("art_30_2_a",)
    # 28(7) and nine of 30(2) are wanted of every contract; one of these is agreed.
    others = {each.kind: each for each in two.findings}
    assert len(others[FindingKind.NOT_CHECKED].provisions) == 9
    assert FindingKind.MISSING not in others  # 30(3)(f) is wanted of critical ones alone.
    assert [each.contract.reference for each in overview(store).lacking] == ["C-1"]


def test_a_check_is_signed_and_dated_and_can_be_taken_back(store: Store):
    publish(store, USED)
    keep(store)
    looked = {"art_30_2_h": Check(state=MISSING, note="only for cause")}
    assert check_provisions(store, LOCAL_OWNER, "Fund", "C-1", looked) == 1
    noted = detail(store).summary.contract.check("art_30_2_h")
    assert (noted.state, noted.note, noted.checked_by) == (MISSING, "only for cause", "local owner")
    assert noted.checked_on == store.now().date()
    assert check_provisions(store, LOCAL_OWNER, "Fund", "C-1", {"art_30_2_h": noted}) == 0
    nothing = {"art_30_2_h": Check(state=ProvisionState.NOT_CHECKED)}
    assert check_provisions(store, LOCAL_OWNER, "Fund", "C-1", nothing) == 1
    assert detail(store).summary.contract.checks == {}
    later = Check(state=AGREED, checked_on=date(2999, 1, 1))
    with pytest.raises(Refused, match="still to come"):
        check_provisions(store, LOCAL_OWNER, "Fund", "C-1", {"art_30_2_h": later})


def test_a_contract_says_by_when_to_give_notice_and_what_is_too_late(store: Store):
    publish(store, USED)
    keep(store, Contract(reference="C-1", renewal=date(2026, 12, 31), notice_days=90.0))
    kinds = {each.kind: each for each in detail(store).summary.findings}
    # 31 December less 90 days: 30 to 1 December, 30 to 1 November, 30 to 2 October.
    assert kinds[FindingKind.NOTICE_PASSED].day == date(2026, 10, 2)
    assert overview(store).next_notice is None
    keep(store, Contract(reference="C-1", renewal=date(2027, 2, 28), renews_itself=True))
    kinds = {each.kind: each for each in detail(store).summary.findings}
    assert FindingKind.RENEWS_SOON not in kinds  # It is 96 days ahead.
    soon = overview(store).next_notice
    assert soon is not None
    assert soon.contract.notice_by == date(2026, 11, 30)
    keep(store, Contract(reference="C-1", renewal=date(2026, 12, 24)))
    kinds = {each.kind: each for each in detail(store).summary.findings}
    assert kinds[FindingKind.RENEWS_SOON].days == 30


def test_a_contract_that_ended_is_told_while_something_still_names_it(store: Store):
    publish(store, USED)
    keep(store, Contract(reference="C-1", contract_end=date(2026, 1, 1)))
    keep(store, Contract(reference="C-9", contract_end=date(2026, 1, 1)))
    used, unused = overview(store).contracts
    assert FindingKind.ENDED_BUT_USED in {each.kind for each in used.findings}
    assert {each.kind for each in unused.findings} >= {FindingKind.NOT_NAMED}
    assert [each.contract.reference for each in overview(store).ended] == ["C-1"]


def test_notice_of_the_provider_is_held_against_the_days_that_leaving_takes(store: Store):
    publish(store, USED)
    keep(store, replace(ONE, provider_notice_days=1.0))
    days = days_to_leave(store, LOCAL_OWNER, "Fund", "C-1", today=TODAY)
    assert days is not None
    assert days > 1
    found = contract(store, LOCAL_OWNER, "Fund", "C-1", today=TODAY, switch_days=days)
    short = [
        each for each in found.summary.findings if each.kind is FindingKind.PROVIDER_NOTICE_SHORT
    ]
    assert [(each.days, each.needed) for each in short] == [(1.0, days)]
    assert days_to_leave(store, LOCAL_OWNER, "Fund", "C-2", today=TODAY) is None


def test_references_that_nobody_has_a_record_of_are_told(store: Store):
    publish(store, USED, ACME | {"use_case": "search", "contract": 'MSA 7; "annex", b'})
    keep(store)
    assert overview(store).unrecorded == (('MSA 7; "annex", b', 1),)


def test_a_removed_contract_stays_in_the_trail_and_with_its_dependencies(store: Store):
    publish(store, USED)
    keep(store)
    take(store)
    with pytest.raises(Refused, match="why"):
        remove_contract(store, LOCAL_OWNER, "Fund", "C-1", reason=" ")
    remove_contract(store, LOCAL_OWNER, "Fund", "C-1", reason="never signed")
    assert all_contracts(store, LOCAL_OWNER, "Fund") == ()
    assert dependency(store).notice_days == 180
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.before or {})["contract_end"] == "2027-12-31"
    with pytest.raises(Refused, match="no contract"):
        detail(store)


TEXTS = st.sampled_from([None, "=1+1", "a; b", 'say "no", twice', "Zürich"])
DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
CHECKS = st.builds(
    Check,
    state=st.sampled_from(list(ProvisionState)),
    clause=TEXTS,
    checked_on=DAYS,
    checked_by=TEXTS,
    note=TEXTS,
).filter(lambda one: not one.says_nothing)
CONTRACTS = st.builds(
    Contract,
    reference=st.sampled_from(["C-1", "MSA; 7", 'a "b", c', "=2"]),
    overarching=TEXTS,
    purpose=TEXTS,
    contract_end=DAYS,
    renewal=DAYS,
    renews_itself=st.sampled_from([None, True, False]),
    notice_days=st.sampled_from([None, 0.0, 0.5, 90.0]),
    promised_availability=st.sampled_from([None, 0.0, 0.9995, 1.0]),
    governing_law=TEXTS,
    escrow=st.sampled_from([None, True, False]),
    source=st.just("here"),
    as_of=DAYS,
    checks=st.dictionaries(st.sampled_from(["art_28_7", "art_30_2_h"]), CHECKS),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(contracts=st.lists(CONTRACTS, unique_by=lambda one: one.reference, min_size=1))
def test_an_export_reads_back_as_the_same_contracts(store: Store, contracts: list[Contract]):
    publish(store, USED)
    for one in all_contracts(store, LOCAL_OWNER, "Fund"):
        remove_contract(store, LOCAL_OWNER, "Fund", one.reference, reason="next example")
    keep(store, *contracts)
    before = all_contracts(store, LOCAL_OWNER, "Fund")
    assert {one.reference: one for one in before} == {one.reference: one for one in contracts}
    for kind in FileKind:
        file = export_table(
            store, LOCAL_OWNER, "contracts", kind=kind, portfolio="Fund", today=TODAY
        )
        again = ContractFile(data=file.data, file_name=f"contracts.{kind}")
        found = import_contracts(store, LOCAL_OWNER, "Fund", again)
        assert (found.kept.new, found.kept.changed) == (0, 0), found.read.problems
        assert found.kept.unchanged == len(contracts)
    assert all_contracts(store, LOCAL_OWNER, "Fund") == before


def test_a_file_says_line_by_line_what_is_wrong_and_the_rest_is_taken(store: Store):
    publish(store, USED)
    data = (
        "Contract number,Vendor,Notice (days),Auto-renewal,Annual cost,30(2)(h)\n"
        "C-1,OpenAI,90,yes,€ 24000,agreed\n"
        "C-2,OpenAI,a few,no,,\n"
        "C-3,OpenAI,30,perhaps,,\n"
        "C-4,OpenAI,30,no,12000,\n"
        ",OpenAI,30,no,,\n"
        "C-5,OpenAI,30,,,missing\nC-5,OpenAI,60,,,missing\n"
    ).encode()
    file = ContractFile(data=data, file_name="contracts.csv")
    looked = import_contracts(store, LOCAL_OWNER, "Fund", file, dry_run=True)
    assert (looked.written, looked.kept.new, looked.read.rejected) == (False, 1, 6)
    assert all_contracts(store, LOCAL_OWNER, "Fund") == ()
    done = import_contracts(store, LOCAL_OWNER, "Fund", file)
    assert done.written
    assert {(one.line, one.column) for one in done.read.problems} == {
        *((3, "notice_days"), (4, "renews_itself"), (5, "expense_currency")),
        *((6, "reference"), (7, "reference"), (8, "reference")),
    }
    (kept,) = all_contracts(store, LOCAL_OWNER, "Fund")
    assert (kept.annual_expense, kept.expense_currency) == (Decimal("24000.00"), "EUR")
    assert (kept.renews_itself, kept.source) == (True, "contracts.csv")
    assert kept.check("art_30_2_h").state is AGREED


def test_differences_are_of_the_startups_that_a_view_shows(store: Store):
    publish(store, USED, USED | {"startup": "Zeta", "notice_days": "180"})
    keep(store)
    assert {one.startup for one in differences(store, LOCAL_OWNER, "Fund")} == {"Acme", "Zeta"}
    kinds = {(one.startup, one.field, one.kind) for one in differences(store, LOCAL_OWNER, "Fund")}
    assert ("Zeta", "notice_days", DifferenceKind.NEW) not in kinds
    take(store)
    acme, zeta = load_portfolio(store, LOCAL_OWNER, "Fund").startups
    for one in (acme, zeta):
        assert one.use_cases[0].dependencies[0].contract_end == ONE.contract_end
