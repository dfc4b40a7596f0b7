"""The inbox of the page Questions: answers for all and for a text, undone and set aside."""

from typing import Any

import pytest

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.imports import publish_import
from risk.catalog.records import Answer
from tests.ui.conftest import Open, texts
from ui import cached
from ui.words import inbox_words

FUND = b"""startup,use_case,provider,annual_revenue_usd,gross_margin
Acme,chat,OpenAI,2000000,0.7
Bolt,search,OpenAI,3000000,
Cito,notes,Microsoft Azure,4000000,0.6
Duro,notes,Microsoft Azure,1000000,0.6
"""


@pytest.fixture
def fund(demo_store: None) -> str:
    publish_import(cached.store(), LOCAL_OWNER, data=FUND, file_name="fund.csv", portfolio="Fund")
    return "Fund"


def keys(app: Any, part: str) -> list[str]:
    return [one.key for one in app.button if one.key and part in one.key]


def press(app: Any, key: str) -> None:
    next(one for one in app.button if one.key == key).click().run()
    assert not app.exception


def tap(app: Any, key: str, value: str) -> None:
    next(one for one in app.button_group if one.key == key).set_value(value)


def test_one_answer_for_all_is_one_batch_the_list_gets_shorter_and_it_can_be_undone(
    fund: str, open_page: Open
) -> None:
    app = open_page("questions.py", portfolio=fund, shown="99")
    assert not app.exception
    before = len(keys(app, "_write"))
    tap(app, "answer_exit_plan~OpenAI API_tap", "written")
    press(app, "answer_exit_plan~OpenAI API_write")
    assert "written for 2 companies, as batch 2" in texts(app)
    assert len(keys(app, "_write")) == before - 1
    plans = [
        link.exit_plan
        for name in ("Acme", "Bolt")
        for case in cached.record_of(fund, name).use_cases
        for link in case.dependencies
    ]
    assert plans == ["written", "written"]
    press(app, "inbox_undo")
    assert "the question is open again" in texts(app)
    assert len(keys(app, "_write")) == before


def test_a_text_is_decided_for_every_company_that_wrote_it_and_undone_with_its_decision(
    fund: str, open_page: Open
) -> None:
    app = open_page("questions.py", portfolio=fund)
    assert "Does “Microsoft Azure” use an AI model" in texts(app)
    key = "answer_answer~microsoft azure"
    tap(app, f"{key}_tap", "Azure OpenAI")
    press(app, f"{key}_write")
    assert "“Microsoft Azure” is decided for 2 companies" in texts(app)

    def read() -> set[Answer]:
        return {
            link.answer
            for name in ("Cito", "Duro")
            for case in cached.record_of(fund, name).use_cases
            for link in case.dependencies
        }

    assert read() == {Answer.YES}
    press(app, "inbox_undo")
    assert read() == {Answer.ASK}
    # What cannot be read is said in a sentence, and nothing is written.
    next(one for one in app.text_input if one.key == f"{key}_text").input("Nobody Inc")
    press(app, f"{key}_write")
    assert "no provider that is known here" in texts(app)
    assert read() == {Answer.ASK}


def test_money_is_typed_as_people_write_it_and_a_question_can_wait(
    fund: str, open_page: Open
) -> None:
    app = open_page("questions.py", portfolio=fund, shown="99")
    key = next(one for one in keys(app, "_write") if "gross_margin" in one).removesuffix("_write")
    next(one for one in app.text_input if one.key == f"{key}_text").input("65 %")
    press(app, f"{key}_write")
    assert cached.record_of(fund, "Bolt").gross_margin == pytest.approx(0.65)
    later = keys(app, "_later")[0]
    press(app, later)
    assert keys(app, "_later")[0] != later
    assert "set aside" in texts(app)


def test_who_only_reads_sees_the_questions_and_answers_none(
    fund: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Actor("Vi", ActorRole.VIEWER, person=9)
    monkeypatch.setattr(cached, "actor", lambda: viewer)
    app = open_page("questions.py", portfolio=fund, shown="99")
    assert not app.exception
    assert "Is there a plan for leaving OpenAI API?" in texts(app)
    assert not keys(app, "_write")
    assert not keys(app, "_ask")


def test_a_name_that_nobody_can_read_leads_from_its_company_to_its_question(
    fund: str, open_page: Open
) -> None:
    app = open_page("startup.py", portfolio=fund, startup="Cito")
    assert not app.exception
    labels = [one.proto.label for one in app.get("page_link")]
    assert "Say what “Microsoft Azure” stands for" in labels
    labels = [
        one.proto.label
        for one in open_page("startup.py", portfolio=fund, startup="Acme").get("page_link")
    ]
    assert not [one for one in labels if "stands for" in one]
    app = open_page("questions.py", portfolio=fund, search="microsoft azure MODEL")
    assert len(keys(app, "_write")) == 1
    assert "Does “Microsoft Azure” use an AI model" in texts(app)
    nothing = open_page("questions.py", portfolio=fund, search="no such word")
    assert not keys(nothing, "_write")
    assert "No open question says this" in texts(nothing)


def test_the_inbox_says_which_fact_it_does_not_ask(fund: str, open_page: Open) -> None:
    assert inbox_words.NOT_ASKED in texts(open_page("questions.py", portfolio=fund))
