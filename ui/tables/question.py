"""Questions as columns: what is not known, what a form asks, how far forms are, and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen
from ui.tables.correction import label

if TYPE_CHECKING:
    from db.services.question_forms import AskedStartup, QuestionForm
    from db.services.question_inbox import InboxAnswer
    from db.services.questions import StartupQuestions
    from db.sharing.question_form import Item
    from risk.portfolio.asked import OpenFact, Question
    from risk.portfolio.inbox import Inbox, OpenQuestion

#: What a form is called in each of its states.
STATES = {
    "sent": "Sent, not opened",
    "opened": "Opened",
    "draft": "Being answered",
    "answered": "Answered",
    "expired": "Expired",
    "revoked": "Revoked",
}


def open_fact_of(one: "OpenFact") -> Record:
    """Return a fact that nobody stated, with the range that it holds open."""
    return attributes(one, "removes_usd startup field use_case provider")


def inbox_row(one: "OpenQuestion") -> Record:
    """Return a question of the inbox: whom it concerns, and what an answer removes."""
    from ui.words import inbox_words

    return {
        "question": one.key,
        "asks": inbox_words.question(one),
        **attributes(one, "field about companies open"),
        "first": list(one.first),
        "removes_usd": one.removes_usd,
        "answers": list(inbox_words.taps(one)),
    }


def inbox_of(one: "Inbox") -> Record:
    """Return the inbox: the range of the expected loss now, and once all is answered."""
    left = one.after()
    return {
        **{"low_usd": one.low, "median_usd": one.median, "high_usd": one.high},
        "answered_low_usd": left.low,
        "answered_high_usd": left.high,
        "removes_usd": one.removed_by(),
        "first_three_remove_usd": one.removed_by(3),
        "questions": [inbox_row(each) for each in one.questions],
    }


def given_answer(one: "InboxAnswer") -> Record:
    """Return an answer that was written for all whom a question concerns."""
    return attributes(one, "batch companies answers text")


def question_row(number: int, one: "Question") -> Record:
    """Return a question to a startup, numbered as ``send --only`` takes it."""
    from ui.words.founder_words import question_of

    return {
        "question": number,
        "asks": question_of(one.field, use_case=one.use_case, provider=one.provider),
        **attributes(one, "field use_case provider reason now removes_usd"),
    }


def choice_of(found: "StartupQuestions") -> Record:
    """Return what to ask a startup: every question, and the numbers of those proposed."""
    places = {one.about: number for number, one in enumerate(found.questions)}
    return {
        **attributes(found, "startup contact_email has_uses"),
        "proposed": [places[one.about] for one in found.proposed],
        "not_known_before": [places[one.about] for one in found.not_known],
        "questions": [question_row(number, one) for number, one in enumerate(found.questions)],
    }


def form_row(one: "QuestionForm") -> Record:
    """Return how far a form is; nothing in it opens its link."""
    return {
        "id": one.share,
        **attributes(
            one,
            "portfolio startup state overdue answered of not_known due_on made_by made_at"
            " expires_at opens last_answer_at sent_at sent_by correction",
        ),
        "files": one.files_sent,
    }


def form_document(one: "QuestionForm") -> Record:
    """Return a form with its questions, their answers and its files."""
    files = [
        attributes(file, "number file_name kind size digest said_by said_at")
        for file in one.files or ()
    ]
    return {**form_row(one), "answers": answers_of(one), "sent_files": files}


def answers_of(form: "QuestionForm") -> list[Record]:
    """Return every question of a form with its answer; lines without an answer are left out."""
    rows: list[Record] = []
    for item in form.form.items:
        given = (form.answers or {}).get(item.place)
        if given is None and not item.counts:
            continue
        rows.append(
            {
                "question": item.place,
                "asks": asked_in_words(item),
                "field": item.field or None,
                "use_case": item.use_case,
                "provider": item.provider,
                "known": item.now,
                "state": "open" if given is None else answer_state(given.answer),
                "answer": None if given is None else given.answer,
                "said_by": None if given is None else given.said_by,
                "said_at": None if given is None else given.said_at,
            }
        )
    return rows


def answer_state(answer: str | None) -> str:
    """Return whether an answer says something, confirms what is known, or says “I don't know”."""
    if answer is None:
        return "not known"
    return "confirmed" if answer == "=" else "answered"


def asked_in_words(item: "Item") -> str:
    """Return what an item of a form asks."""
    from ui.words.founder_words import question_of

    if item.field:
        return question_of(item.field, use_case=item.use_case, provider=item.provider)
    return (
        item.text
        or {"use": "Another AI provider that it uses", "comment": "Anything else"}[item.sort]
    )


def made_of(one: "AskedStartup") -> Record:
    """Return a link just made, as it is shown once."""
    return {
        "id": one.made.share,
        **attributes(one, "startup contact_email"),
        "link": one.made.link,
        "passcode": one.passcode,
        "questions": len(one.asking.questions) + len(one.asking.own),
        "due_on": one.asking.due_on,
        "expires_at": one.made.expires_at,
    }


def _fact(row: Record) -> str:
    return label(row["field"])


def _now(row: Record) -> str:
    from ui.words.founder_words import answer_in_words

    return "" if row["now"] is None else answer_in_words(row["field"], row["now"])


def _why(row: Record) -> str:
    from ui.words.founder_words import reason_in_words

    return reason_in_words(row["reason"])


def answer_text(row: Record) -> str:
    """Return an answer in words."""
    from db.sharing.proposals import read_fact
    from db.sharing.question_content import line_cells, written
    from ui.words.founder_words import answer_in_words

    if row["state"] == "open":
        return "no answer yet"
    if row["state"] == "not known":
        return "does not know"
    if row["state"] == "confirmed":
        return f"confirmed: {answer_in_words(row['field'], row['known'])}"
    text = str(row["answer"])
    if row["field"]:
        value, fault = read_fact(row["field"], written(row["field"], text))
        return text if fault else answer_in_words(row["field"], value)
    if text.startswith("{"):
        cells = line_cells(text)
        return ", ".join(f"{wording.field(name).lower()}: {said}" for name, said in cells.items())
    return text


def _far(row: Record) -> str:
    return f"{row['answered']} of {row['of']}"


def _state(row: Record) -> str:
    said = STATES[row["state"]]
    return f"{said}, overdue" if row["overdue"] else said


def moment(at: datetime | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC``, or a dash."""
    return "–" if at is None else f"{wording.day(at.date())}, {at:%H:%M} UTC"


def _at(key: str) -> Any:
    return lambda row: moment(row[key])


_REMOVES = Column(
    key="removes_usd",
    label="Range it removes",
    unit=Unit.USD,
    help="By how much an answer, if it is what one expects, shortens the range of the expected "
    "loss a year.",
    missing="–",
)
INBOX = (
    Column(key="asks", label="Question"),
    Column(key="companies", label="Companies", unit=Unit.COUNT),
    Column(key="open", label="Answers missing", unit=Unit.COUNT),
    Column(
        key="removes_usd",
        label="Range it removes",
        unit=Unit.USD,
        help="By how much answers, if they are what one expects, shorten the range of the "
        "portfolio's expected loss a year.",
    ),
    Column(key="first", label="First of all", cell=lambda row: wording.listed(row["first"])),
    Column(key="question", label="Key"),
)
OPEN_FACTS = (
    Column(key="startup", label="Company"),
    Column(key="field", label="Not known", cell=_fact),
    _REMOVES,
    Column(key="use_case", label="Use case", missing="–"),
    Column(key="provider", label="Provider", missing="–"),
)
QUESTIONS = (
    Column(key="question", label="No.", unit=Unit.COUNT),
    Column(key="asks", label="Question"),
    Column(key="field", label="Fact", cell=_fact),
    Column(key="reason", label="Why", cell=_why),
    Column(key="now", label="Known", cell=_now),
    _REMOVES,
)
FORMS = (
    Column(key="id", label="Link", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="state", label="State", cell=_state),
    Column(
        key="answered",
        label="Answered",
        cell=_far,
        help="Questions with an answer, “I don't know” among them.",
    ),
    Column(key="not_known", label="Not known there", unit=Unit.COUNT),
    Column(key="due_on", label="Due", unit=Unit.DATE),
    Column(key="sent_at", label="Answers sent", cell=_at("sent_at")),
    Column(key="files", label="Files", unit=Unit.COUNT),
    Column(key="made_at", label="Asked", cell=_at("made_at")),
    Column(key="made_by", label="Asked by"),
    Column(key="portfolio", label="Portfolio"),
)
TERMINAL_FORMS = chosen(FORMS, "id startup state answered not_known due_on sent_at files".split())
ANSWERS = (
    Column(key="asks", label="Question"),
    Column(key="answer", label="Answer", cell=answer_text),
    Column(key="said_by", label="By", missing="–"),
    Column(
        key="said_at",
        label="When",
        cell=lambda row: "–" if row["said_at"] is None else wording.day(row["said_at"].date()),
    ),
)
LINKS = (
    Column(key="id", label="Number", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="contact_email", label="Contact e-mail", missing="–"),
    Column(key="link", label="Link"),
    Column(key="passcode", label="Passcode", missing="–"),
    Column(key="questions", label="Questions", unit=Unit.COUNT),
    Column(key="due_on", label="Due", unit=Unit.DATE),
    Column(key="expires_at", label="Expires", cell=_at("expires_at")),
)


def rows_of(forms: Iterable["QuestionForm"]) -> list[Record]:
    """Return every form."""
    return [form_row(one) for one in forms]
