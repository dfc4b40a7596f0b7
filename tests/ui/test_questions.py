"""The page Questions on a real store, and the form of a link as its reader sends it."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.imports import publish_import
from db.services.question_answers import (
    AnswerDraft,
    attach_file,
    draft_of,
    save_answers,
    send_answers,
)
from db.services.question_forms import GivenAnswer, list_question_forms
from db.services.share_visits import open_share, visit_of
from db.sharing.question_content import line_text, question_content
from db.sharing.question_form import Asking, Form, form_of
from risk.portfolio.asked import Question, Reason
from tests.ui.conftest import Open, texts
from ui import cached
from ui.share_page.questions import given_answers, questions_page

FUND = b"""startup,use_case,provider,contact_email
Acme,chat,OpenAI,bea@acme.example
Bolt,search,Anthropic,
"""


@pytest.fixture
def fund(demo_store: None) -> str:
    data = {"data": FUND, "file_name": "fund.csv", "portfolio": "Fund"}
    publish_import(cached.store(), LOCAL_OWNER, **data)  # type: ignore[arg-type]
    return "Fund"


def answered(link: str) -> None:
    """Somebody at the startup answers through the link, with a file."""
    store = cached.store()
    token = link.partition("#")[2]
    opened = open_share(store, token=token, passcode=None, client="this machine")
    visit = visit_of(store, secret=opened.secret, share=opened.share)
    places = {one.field: one.place for one in draft_of(store, visit).form.items if one.field}
    given = {places["annual_revenue_usd"]: "2.5m", places["gross_margin"]: None}
    save_answers(store, visit, given, said_by="Bea")
    attach_file(store, visit, file_name="bill.csv", data=b"startup,provider\nAcme,OpenAI\n")
    send_answers(store, visit)


def click(app: Any, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()


def test_a_startup_is_asked_answers_come_and_are_accepted(fund: str, open_page: Open) -> None:
    app = open_page("questions.py", portfolio=fund, startup="Acme")
    assert not app.exception
    listed = app.dataframe[0].value
    assert set(listed["Company"]) == {"Acme", "Bolt"}
    chosen = next(one for one in app.multiselect if one.label.startswith("Questions"))
    assert len(chosen.value) == 3
    chosen.set_value(list(range(8)))
    next(one for one in app.text_area if "your own" in one.label).input("Who looks after it?")
    next(one for one in app.text_input if one.label == "Asked by").input("Ann")
    click(app, "Ask by a link")
    assert not app.exception
    link = app.code[1].value
    assert link.startswith("http://127.0.0.1:8501/s/#")
    assert link in app.code[2].value  # the mail to copy
    assert app.code[2].value.startswith("To: bea@acme.example\n")
    (form,) = list_question_forms(cached.store(), LOCAL_OWNER)
    assert (form.of, form.form.asked_by) == (9, "Ann")  # eight of nine, and one of their own
    answered(link)
    app = open_page("questions.py", portfolio=fund, form="1", section="sent")
    assert link not in texts(app)
    said = texts(app).replace("\u00a0", " ")
    assert "Bea answered on" in said
    assert "does not know" in said
    assert "Open in the import" in {one.label for one in app.button}
    click(app, "Accept")
    assert "Answers 1 are accepted as batch 2" in texts(app)
    assert cached.record_of(fund, "Acme").annual_revenue_usd == 2_500_000.0
    # What nobody there knows is not proposed again.
    app = open_page("questions.py", portfolio=fund, startup="Acme")
    chosen = next(one for one in app.multiselect if one.label.startswith("Questions"))
    assert not [one for one in chosen.value if "gross margin" in str(chosen.options[one])]
    assert "1 question somebody there could not answer before" in texts(app)


def test_several_are_asked_at_once_and_the_links_leave_as_one_file(
    fund: str, open_page: Open, downloads: dict[str, Any]
) -> None:
    app = open_page("questions.py", portfolio=fund, section="several")
    click(app, "Ask each by a link")
    assert not app.exception
    assert "2 links are made" in texts(app)
    (file,) = [make for name, make in downloads.items() if name.endswith("question-links.csv")]
    made = file().decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in made[1:]] == ["Acme", "Bolt"]
    assert {one.startup for one in list_question_forms(cached.store(), LOCAL_OWNER)} == {
        *("Acme", "Bolt"),
    }


def test_who_only_reads_sees_what_is_not_known_and_asks_nobody(
    fund: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Actor("Vi", ActorRole.VIEWER, person=9)
    monkeypatch.setattr(cached, "actor", lambda: viewer)
    app = open_page("questions.py", portfolio=fund)
    assert not app.exception
    assert "Ask by a link" not in {one.label for one in app.button}


TODAY = date(2026, 11, 25)


def form(*, has_uses: bool = True) -> Form:
    asked = (
        Question(field="gross_margin", reason=Reason.OLD, now=0.6),
        Question(field="cash_usd", reason=Reason.UNKNOWN),
        Question(
            field="fallback",
            reason=Reason.UNKNOWN,
            use_case="chat",
            dependency="a",
            provider="OpenAI",
        ),
    )
    asking = Asking(questions=asked, own=("Who?",), due_on=TODAY)
    return form_of(question_content("Acme", asking, has_uses=has_uses, at="")[0])


def place(of: Form, field: str) -> int:
    return next(one.place for one in of.items if field in (one.field, one.sort.value))


def sent(**fields: str) -> bytes:
    return urlencode({name.replace("_of_", "."): text for name, text in fields.items()}).encode()


def test_what_is_written_counts_before_what_is_tapped_and_a_unit_belongs_to_its_number():
    of = form()
    cash, margin, use = (place(of, name) for name in ("cash_usd", "gross_margin", "use"))
    fields = {
        f"t{cash}": "1.2",
        f"u{cash}": "m",
        f"t{margin}": "65",
        f"c{margin}": "=",
        f"c{use}_of_provider": "OpenAI",
        f"t{use}_of_provider": "Mistral AI",
        f"t{use}_of_spend_usd": "2",
        f"u{use}_of_spend_usd": "k",
        "do": "send",
        "said_by": "Bea",
    }
    found = given_answers(sent(**fields), of)
    assert found.answers == {
        cash: "1.2m",
        margin: "65",
        use: line_text({"provider": "Mistral AI", "spend_usd": "2k"}),
    }
    assert (found.send, found.said_by) == (True, "Bea")
    assert given_answers(sent(**{f"c{margin}": "?"}), of).answers == {margin: None}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_page_that_is_sent_as_it_was_shown_changes_nothing(data: st.DataObject):
    """Whatever was answered, another page that was open meanwhile takes nothing of it back."""
    of = form(has_uses=data.draw(st.booleans()))
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
    numbers = st.sampled_from(["1", "2.5m", "45k", "60%", "=", "tested", "?", ""])
    kinds = st.none() | numbers | words
    answers: dict[int, GivenAnswer] = {}
    at = cached.datetime(2026, 11, 25, tzinfo=cached.UTC)
    for item in of.items:
        text = data.draw(numbers | words if item.sort.value == "comment" else kinds)
        if item.sort.value == "use":
            cells = {"provider": data.draw(words), "spend_usd": data.draw(numbers)}
            text = line_text(cells)
        text = text.strip() if text else text
        if text != "":
            answers[item.place] = GivenAnswer(answer=text, said_by=None, said_at=at)
    draft = AnswerDraft(form=of, answers=answers, files=(), is_sent=False)
    page = questions_page(draft, share=1, expires_at=at + timedelta(days=1))
    assert given_answers(as_a_browser_sends(page), of).answers == {}


def as_a_browser_sends(page: str) -> bytes:
    """The fields of the form as they stand on the page."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[tuple[str, str]] = []
            self.area: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            known = dict(attrs)
            if tag == "textarea":
                self.area = known["name"]
                self.found.append((str(self.area), ""))
            if tag != "input" or known.get("type") == "file":
                return
            if known.get("type") != "radio" or "checked" in known:
                self.found.append((str(known["name"]), known.get("value") or ""))

        def handle_data(self, text: str) -> None:
            if self.area is not None:
                self.found[-1] = (self.area, self.found[-1][1] + text)

        def handle_endtag(self, tag: str) -> None:
            self.area = None if tag == "textarea" else self.area

    fields = Fields()
    fields.feed(page)
    return urlencode(fields.found).encode()


def test_a_form_shows_no_score_and_says_why_it_asks():
    at = cached.datetime(2026, 11, 25, tzinfo=cached.UTC)
    draft = AnswerDraft(form=form(), answers={}, files=(), is_sent=False)
    page = questions_page(draft, share=1, expires_at=at)
    for said in ("Yes, 60 %", "I don’t know", "A backup that we tried", "4 questions"):
        assert said in page
    for secret in ("score", "expected loss", "band"):
        assert secret not in page.partition("</style>")[2].partition("<script>")[0]
