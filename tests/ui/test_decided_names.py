"""Names that somebody decided, on the page Import on a real store in a temporary folder."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from db.services import reference
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.portfolios import load_portfolio
from db.services.reference import DecidedAlias, add_alias
from risk.catalog.records import Alias, Answer
from tests.ui.conftest import Open, texts
from ui import cached, jobs
from ui.imports.names import MOST_SHOWN, after_removal, found
from ui.tables.alias import meaning

DATA = b"startup,provider\nAsh,LexBrain\n"
SAYS = "**LexBrain** stands for models of Anthropic, hosted by Amazon Web Services"


def decision(text: str, **changes: object) -> Alias:
    facts = {
        "answer": Answer.YES,
        "developer": "Anthropic",
        "host": "Amazon Web Services",
        "product": None,
        "source": "a letter",
    }
    return Alias(text=text, **(facts | changes))


@pytest.fixture
def page(demo_store: None, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    return open_page("imports.py")


def click(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception


def stored_developer() -> str | None:
    (startup,) = load_portfolio(cached.store(), LOCAL_OWNER, "Our book").startups
    return startup.use_cases[0].dependencies[0].developer


def imported(page: AppTest) -> None:
    page.file_uploader[0].upload("inventory.csv", DATA).run()
    boxes = [one for one in page.text_input if one.label == "Its name"]
    if boxes:
        boxes[0].set_value("Our book").run()
    click(page, "Publish")


def test_without_a_decision_there_is_nothing_to_show(page: AppTest) -> None:
    assert "Names you decided" not in " ".join(one.label for one in page.expander)


def test_a_decision_is_listed_with_its_meaning_by_whom_and_when(page: AppTest) -> None:
    add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain"))
    page.run()
    assert "Names you decided (1)" in [one.label for one in page.expander]
    shown = texts(page)
    assert SAYS in shown
    assert "local owner, " in shown
    assert "stored dependencies keep their reading until their file is imported again" in shown


def test_a_removed_name_is_read_by_the_rules_again_and_what_is_stored_waits(page: AppTest) -> None:
    add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain"))
    imported(page)
    assert stored_developer() == "Anthropic"
    click(page, "Remove")
    said = texts(page)
    assert "“LexBrain” is read by the rules that come with Downstream again." in said
    assert SAYS not in said
    assert stored_developer() == "Anthropic"
    imported(page)
    assert stored_developer() is None


def test_the_file_in_hand_is_read_again_without_the_removed_name(page: AppTest) -> None:
    add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain"))
    page.file_uploader[0].upload("inventory.csv", DATA).run()
    metrics = {one.label: one.value for one in page.metric}
    assert metrics["On a language model"] == "1 record"
    click(page, "Remove")
    metrics = {one.label: one.value for one in page.metric}
    assert metrics["On a language model"] == "0 records"


def test_removing_the_later_of_two_decisions_brings_the_earlier_back(page: AppTest) -> None:
    for developer in ("Cohere", "Anthropic"):
        add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain", developer=developer))
    page.run()
    click(page, "Remove")
    again = "“LexBrain” stands for models of Cohere, hosted by Amazon Web Services again"
    assert again in texts(page)


def test_who_removes_what_somebody_else_just_removed_is_told(page: AppTest) -> None:
    add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain"))
    page.run()
    reference.remove_alias(cached.store(), LOCAL_OWNER, "LexBrain")
    click(page, "Remove")
    assert "Nobody decided what “LexBrain” stands for." in texts(page)


def test_who_may_only_read_is_told_who_may(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    add_alias(cached.store(), LOCAL_OWNER, decision("LexBrain"))
    monkeypatch.setattr(cached, "actor", lambda: Actor("Ada", ActorRole.VIEWER))
    page.run()
    click(page, "Remove")
    assert "Ada (viewer) may not remove alias: LexBrain." in texts(page)
    assert SAYS in texts(page)


def test_older_names_are_found_by_a_search(page: AppTest) -> None:
    for number in range(MOST_SHOWN + 1):
        add_alias(cached.store(), LOCAL_OWNER, decision(f"Brain {number:02}"))
    page.run()
    assert "**Brain 00**" not in texts(page)
    next(one for one in page.text_input if one.label == "Search").set_value("brain 00").run()
    assert "**Brain 00**" in texts(page)
    assert "**Brain 20**" not in texts(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answer": Answer.NO, "developer": None, "host": None}, "no language model"),
        ({"product": "Claude"}, "models of Anthropic, hosted by Amazon Web Services (Claude)"),
        (
            {"developer": "unspecified", "host": "unspecified"},
            "a language model, nobody said whose",
        ),
        ({"host": None}, "models of Anthropic, hosted by unknown"),
    ],
)
def test_a_meaning_is_said_in_words(changes: dict[str, object], words: str) -> None:
    assert meaning(decision("LexBrain", **changes)) == words


def test_what_holds_after_a_removal_names_what_keeps_its_reading() -> None:
    said = after_removal("LexBrain", None)
    assert said.endswith("keep their reading until their file is imported again.")


def test_every_word_of_a_search_must_occur() -> None:
    one = DecidedAlias(
        alias=decision("LexBrain"), by="local owner", at=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert found([one], "lex ANTHROPIC") == [one]
    assert found([one], "lex cohere") == []
