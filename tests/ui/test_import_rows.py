"""What the import page says in words: the verdict, answers in words, what changed meanwhile."""

import pytest

from db.importing.changes import Changes, FieldChange, RowChange, Status, Value
from db.importing.reading import ImportRequest, read_file
from db.services.import_results import ImportPreview
from risk.inventory.intake_results import Question
from tests.inventory.reading import read, resolver
from ui.imports.preview import Verdict, verdict
from ui.tables.change import meanwhile
from ui.tables.problem import kinds_of
from ui.words.question_words import choice_effect, choice_label

GOOD = "startup,provider\nAsh,OpenAI\nBirch,Anthropic\n"


def said(text: str, already: int | None = None) -> Verdict:
    reading = read_file(ImportRequest(data=text.encode(), file_name="a.csv"), resolver())
    return verdict(ImportPreview(reading=reading, changes=Changes(), already_batch=already))


@pytest.mark.parametrize(
    ("text", "tone", "headline"),
    [
        (GOOD, "success", "All 2 records are fine"),
        ("startup,provider\nAsh,OpenAI\n", "success", "1 record can be imported"),
        (GOOD + "Ash,OpenAI\n", "success", "2 records can be imported"),
        (GOOD + ",OpenAI\n", "warning", "2 of 3 records can be imported, 1 left out"),
        ("startup,provider\n,OpenAI\n,Cohere\n", "error", "No record can be imported"),
        (
            "startup,provider,renewal\nAsh,OpenAI,03/04/2026\n",
            "info",
            "1 question before it can be imported",
        ),
        ("<html><body>Sign in</body></html>", "error", "This file cannot be imported"),
    ],
)
def test_every_outcome_has_a_sentence_of_its_own(text: str, tone: str, headline: str):
    found = said(text)
    assert (found.tone, found.headline) == (tone, headline)
    assert found.next_step
    assert found.can_be_published == (tone in ("success", "warning"))


def test_a_file_that_is_in_already_cannot_be_published_again():
    found = said(GOOD, already=7)
    assert "already imported as batch 7" in found.headline
    assert not found.can_be_published


def question(code: str, *choices: str, cells: tuple[str, ...]) -> Question:
    return Question(code=code, question="?", choices=choices, examples=cells)


@pytest.mark.parametrize(
    ("asked", "effects"),
    [
        (
            question("date_order_unknown", "dmy", "mdy", cells=("03/04/2027",)),
            ["03/04/2027 → 3 Apr 2027", "03/04/2027 → 4 Mar 2027"],
        ),
        (
            question("decimal_or_thousands", "thousands", "decimal", cells=("1,234", "12,5")),
            ["1,234 → 1234 · 12,5 → no amount", "1,234 → 1.234 · 12,5 → 12.5"],
        ),
        (
            # Day 45,000 of Excel's 1900 system, four years and a day later in the 1904 system.
            question("excel_serial_date", "1900", "1904", cells=("45000",)),
            ["45000 → 15 Mar 2023", "45000 → 16 Mar 2027"],
        ),
        (
            question("two_digit_year", "20yy", "19yy", cells=("03/04/27",)),
            ["03/04/27 → 2027", "03/04/27 → 1927"],
        ),
        (
            question("encoding_guessed", "cp1252", "cp1251", cells=("plain,Café 1",)),
            ["plain Café 1", "plain Cafй 1"],
        ),
    ],
)
def test_an_answer_says_what_it_makes_of_the_cells(asked: Question, effects: list[str]):
    assert [choice_effect(asked, one) for one in asked.choices] == effects


def test_an_answer_is_in_words_and_an_unknown_one_stays_as_it_is():
    dates = question("date_order_dmy", "dmy", "reject", cells=())
    assert choice_label(dates, "dmy") == "Day first"
    assert "leave such dates unknown" in choice_label(dates, "reject")
    sheets = question("choose_sheet", "Vendors 2026", "Old", cells=())
    assert choice_label(sheets, "Vendors 2026") == "Vendors 2026"
    assert choice_effect(sheets, "Vendors 2026") == ""


def test_problems_of_one_kind_are_shown_once_with_their_first_lines():
    records = "".join(f"Ash {number},OpenAI,{number}k\n" for number in range(5))
    intake = read(f"startup,provider,spend_usd\n{records},OpenAI,1\n")
    found = kinds_of(
        (one for one in intake.problems if one.code != "several_providers"), by_column=True
    )
    assert [(one["lines"], one["column"], one["value"]) for one in found] == [
        ("2, 3, 4 and 2 more", "spend_usd", "0k"),
        ("7", "startup", ""),
    ]
    assert [one["cases"] for one in found] == [5, 1]


def row(status: Status, startup: str, *fields: tuple[str, Value, Value]) -> RowChange:
    changes = tuple(FieldChange(field=name, before=old, after=new) for name, old, new in fields)
    return RowChange(
        status=status, startup=startup, use_case="", provider="OpenAI", model=None, fields=changes
    )


def differences(before: list[RowChange], now: list[RowChange]) -> list[list[str]]:
    found = meanwhile(Changes(rows=tuple(before)), Changes(rows=tuple(now)))
    return [[one[key] for key in ("startup", "field", "then", "now", "file")] for one in found]


def test_a_field_that_somebody_changed_is_shown_then_now_and_in_the_file():
    field = "engineers"
    changed, new, missing = Status.CHANGED, Status.NEW, Status.MISSING
    assert differences([row(changed, "Ash", (field, 1, 3))], [row(changed, "Ash", (field, 2, 3))])
    cases = [
        # Both change Ash; the portfolio went from 1 to 2 while the file says 3.
        ([row(changed, "Ash", (field, 1, 3))], [row(changed, "Ash", (field, 2, 3))], "1", "2", "3"),
        # It said what the file says (nothing to change), and now says 2.
        ([], [row(changed, "Ash", (field, 2, 3))], "3", "2", "3"),
        # Somebody wrote what the file says.
        ([row(changed, "Ash", (field, 1, 3))], [], "1", "3", "3"),
    ]
    for before, now, *values in cases:
        assert differences(before, now) == [["Ash", "Engineers", *values]]
    records = [
        ([row(new, "Ash")], [], "not there", "there", "there"),
        ([], [row(new, "Ash")], "there", "not there", "there"),
        ([], [row(missing, "Ash")], "not there", "there", "–"),
        ([row(missing, "Ash")], [], "there", "not there", "–"),
    ]
    for before, now, *values in records:
        assert differences(before, now) == [["Ash", "The record", *values]]
    assert differences([row(new, "Ash")], [row(new, "Ash")]) == []
