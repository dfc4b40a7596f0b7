"""The page Contracts: the answer first, one contract opened, and what it would change."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.contract_records import keep_contracts
from db.services.contracts import all_contracts
from db.services.imports import publish_import
from db.services.portfolios import load_portfolio
from risk.inventory.contracts import Check, Contract, ProvisionState
from tests.ui.conftest import Open, texts
from ui.panels.contract_forms import check_of

LINES = (
    "startup,use_case,provider,criticality,contract,notice_days\n"
    "Ash,chat,OpenAI,5,C-1,30\nBirch,chat,OpenAI,2,C-2,\n"
)
ONE = Contract(
    reference="C-1",
    provider="OpenAI",
    renewal=date(2027, 12, 31),
    notice_days=90.0,
    checks={"art_30_3_f": Check(state=ProvisionState.MISSING)},
)


@pytest.fixture
def fund(part_store: None, tmp_path: Path) -> str:
    """The address of a store with two startups and one contract."""
    address = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    store = open_store(address)
    publish_import(store, LOCAL_OWNER, data=LINES.encode(), file_name="two.csv", portfolio="Fund")
    keep_contracts(store, LOCAL_OWNER, "Fund", [ONE], source="PDF")
    store.close()
    return address


def test_the_answer_stands_first_and_a_reference_without_a_record_is_said(
    fund: str, open_page: Open
) -> None:
    app = open_page("contracts.py", portfolio="Fund")
    assert not app.exception
    figures = {one.label: one.value for one in app.metric}
    # 31 December 2027 less 90 days: 30 to 1 December, 30 to 1 November, 30 to 2 October.
    assert figures == {
        "Contracts": "1",
        "Lack a provision": "1",
        "Next notice day": "2 Oct 2027",
        "Not accepted": "1",
    }
    assert "C-2" in texts(app)
    assert list(app.dataframe[0].value["Contract"]) == ["C-1"]


def test_what_is_ticked_is_taken_over_and_a_contradiction_is_not_ticked(
    fund: str, open_page: Open
) -> None:
    app = open_page("contracts.py", portfolio="Fund", contract="C-1")
    assert not app.exception
    (take,) = [one for one in app.button if one.label == "Accept what is ticked"]
    take.click().run()
    assert not app.exception
    store = open_store(fund)
    ash = load_portfolio(store, LOCAL_OWNER, "Fund").startups[0]
    link = ash.use_cases[0].dependencies[0]
    assert (link.renewal, link.notice_days) == (date(2027, 12, 31), 30)
    store.close()


def test_facts_are_stated_in_the_form_and_what_is_emptied_is_unknown(
    fund: str, open_page: Open
) -> None:
    app = open_page("contracts.py", portfolio="Fund", contract="C-1")
    fields = {one.label: one for one in (*app.text_input, *app.number_input)}
    fields["Governing law"].set_value("DE")
    fields["Our notice, days"].set_value(None)
    fields["Source: where this is written"].set_value("the PDF")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception
    store = open_store(fund)
    (kept,) = all_contracts(store, LOCAL_OWNER, "Fund")
    assert (kept.governing_law, kept.notice_days, kept.renewal) == ("DE", None, ONE.renewal)
    assert kept.checks == ONE.checks
    store.close()


def test_a_checklist_that_nobody_edited_changes_nothing(fund: str, open_page: Open) -> None:
    checks = {
        **ONE.checks,
        "art_30_2_h": Check(
            state=ProvisionState.AGREED, clause="12", checked_on=date(2026, 11, 1), note="x"
        ),
    }
    store = open_store(fund)
    keep_contracts(
        store, LOCAL_OWNER, "Fund", [replace(ONE, checks=checks, source="PDF")], source="PDF"
    )
    before = all_contracts(store, LOCAL_OWNER, "Fund")
    app = open_page("contracts.py", portfolio="Fund", contract="C-1")
    next(one for one in app.button if one.label == "Save what was found").click().run()
    assert not app.exception
    assert all_contracts(store, LOCAL_OWNER, "Fund") == before
    assert [one.value for one in app.success] == ["0 provisions noted."]
    store.close()


def test_a_line_of_the_checklist_is_a_check() -> None:
    line = {
        **{"Found": "not applicable", "Clause": "", "Checked on": "2026-11-01", "By": None},
        "Note": "no tests here",
    }
    assert check_of(line) == Check(
        state=ProvisionState.NOT_APPLICABLE,
        checked_on=date(2026, 11, 1),
        note="no tests here",
    )
    given_back = line | {"Checked on": datetime(2026, 11, 1), "Clause": float("nan")}
    assert check_of(given_back) == check_of(line)
    assert check_of(line | {"Checked on": "NaT"}).checked_on is None


def test_an_unknown_contract_is_said_in_a_sentence(fund: str, open_page: Open) -> None:
    app = open_page("contracts.py", portfolio="Fund", contract="C-77")
    assert not app.exception
    assert "C-77" in app.error[0].value
