"""Forms of questions that were sent to startups: making one, how far each is, what came back."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import FormNotFound, Refused
from db.records import (
    PortfolioRecord,
    QuestionAnswerRecord,
    QuestionFileRecord,
    QuestionFormRecord,
    ShareLinkRecord,
    ShareVisitRecord,
    SnapshotRecord,
)
from db.services.access import Action, Actor, authorize
from db.services.share_lists import state_of
from db.services.shares import NewShare, ShareKind, ShareState, create_share
from db.services.visible import seen_by
from db.sharing.question_form import Asking, Form, form_of
from db.sharing.secrets_of_links import new_passcode
from risk.portfolio.asked import USUAL, grouped

#: Days until answers are due, unless somebody says otherwise.
USUAL_DUE_DAYS = 7
_AT_ONCE = 500


class FormState(StrEnum):
    """How far a form is; one that was answered stays so whatever becomes of its link."""

    SENT = "sent"
    OPENED = "opened"
    DRAFT = "draft"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class AnswerFile:
    """A file that came with answers; ``kind`` is what its content is."""

    number: int
    file_name: str
    kind: str
    size: int
    digest: str
    said_by: str | None
    said_at: datetime


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """The last answer to a question; ``answer`` None: whoever answered does not know."""

    answer: str | None
    said_by: str | None
    said_at: datetime


@dataclass(frozen=True, kw_only=True)
class QuestionForm:
    """A form that was sent: how far it is, and what came back.

    ``answered`` of ``of`` questions have an answer, “I don't know” among them. ``correction`` is
    the diff that the answers became, if they propose anything. ``answers`` are by the place of the
    question in ``form``; with ``files`` they are None in a list of forms.
    """

    share: int
    portfolio: str
    startup: str
    state: FormState
    overdue: bool
    answered: int
    not_known: int
    of: int
    due_on: date
    made_by: str
    made_at: datetime
    expires_at: datetime
    opens: int
    last_answer_at: datetime | None
    sent_at: datetime | None
    sent_by: str | None
    correction: int | None
    files_sent: int
    form: Form
    answers: Mapping[int, GivenAnswer] | None = None
    files: tuple[AnswerFile, ...] | None = None

    @property
    def waits(self) -> bool:
        """May answers still come?"""
        return self.state in (FormState.SENT, FormState.OPENED, FormState.DRAFT)


def ask_founder(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    asking: Asking,
    *,
    today: date,
    days: int | None = None,
    passcode: str | None = None,
) -> NewShare:
    """Make a link through which somebody at a startup answers questions without an account.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        Refused: the form asks nothing or too much, or its days cannot be.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MAKE_SHARE, f"portfolio {portfolio}")
    from db.services.share_contents import Wanted

    wanted = Wanted(portfolio=portfolio, startup=startup, asks=asking, today=today)
    kind = ShareKind.QUESTIONS
    return create_share(store, actor, wanted, kind=kind, days=days, passcode=passcode)


@dataclass(frozen=True, kw_only=True)
class AskedStartup:
    """A link just made for a startup, its passcode if it has one, and what it asks."""

    made: NewShare
    startup: str
    contact_email: str | None
    passcode: str | None
    asking: Asking


def ask_proposed(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    asking: Asking,
    *,
    today: date,
    most: int = USUAL,
    only: Collection[int] | None = None,
    again: bool = False,
    days: int | None = None,
    with_passcode: bool = False,
) -> AskedStartup:
    """Choose the questions to a startup and make the link, for one startup or in turn for many.

    ``asking`` says all but the questions; ``only`` numbers those to ask among all that are worth
    asking, instead of those proposed.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        Refused: there is no such question, or the form or its days cannot be.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MAKE_SHARE, f"portfolio {portfolio}")
    from db.services.questions import startup_questions

    found = startup_questions(store, actor, portfolio, startup, today=today, most=most, again=again)
    questions = found.proposed
    if only is not None:
        last = len(found.questions) - 1
        if any(not 0 <= number <= last for number in only):
            raise Refused(f"{found.startup} has the questions 0 to {last}.")
        questions = tuple(found.questions[number] for number in sorted(set(only)))
    asking = replace(asking, questions=grouped(questions))
    passcode = new_passcode() if with_passcode else None
    made = ask_founder(
        store, actor, portfolio, startup, asking, today=today, days=days, passcode=passcode
    )
    return AskedStartup(
        made=made,
        startup=found.startup,
        contact_email=found.contact_email,
        passcode=passcode,
        asking=asking,
    )


def list_question_forms(store: Store, actor: Actor) -> tuple[QuestionForm, ...]:
    """Return every form to a startup of a portfolio that the actor sees, newest first.

    Raises:
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, "the questions that were sent")
    with store.read() as session:
        query = _forms().where(seen_by(actor)).order_by(ShareLinkRecord.id.desc())
        found = session.execute(query).all()
        given = answers_in(session, [row[0].id for row in found])
        return tuple(_form(row, given.get(row[0].id, {}), store.now()) for row in found)


def question_form(store: Store, actor: Actor, share: int) -> QuestionForm:
    """Return one form with its answers and files.

    Raises:
        FormNotFound: no link of that number asks questions.
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, f"questions of share link {share}")
    with store.read() as session:
        query = _forms().where(seen_by(actor), ShareLinkRecord.id == share)
        row = session.execute(query).one_or_none()
        if row is None:
            raise FormNotFound(share)
        given = answers_in(session, [share]).get(share, {})
        sent = files_in(session, share)
        return replace(_form(row, given, store.now()), answers=given, files=sent)


def question_file(store: Store, actor: Actor, number: int) -> tuple[AnswerFile, bytes]:
    """Return a file that came with answers, for the import or to be looked at.

    Raises:
        Refused: there is no such file.
        NotAllowed: the actor makes no links.
    """
    authorize(actor, Action.READ_SHARES, f"file {number} of answers")
    query = (
        _files()
        .add_columns(QuestionFileRecord.data)
        .join(ShareLinkRecord, ShareLinkRecord.id == QuestionFileRecord.link_id)
        .join(PortfolioRecord, PortfolioRecord.id == ShareLinkRecord.portfolio_id)
        .where(seen_by(actor), QuestionFileRecord.id == number)
    )
    with store.read() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        raise Refused(f"There is no file {number} among the answers.")
    told = dict(row._mapping)
    data: bytes = told.pop("data")
    return AnswerFile(**told), data


def _files() -> Select[*tuple[Any, ...]]:
    record = QuestionFileRecord
    return select(
        record.id.label("number"),
        *(record.file_name, record.kind, record.size, record.digest, record.said_by),
        record.said_at,
    ).order_by(record.id)


def _forms() -> Select[*tuple[Any, ...]]:
    """Every form with its link, its content, its openings and files."""
    visits = (
        select(ShareVisitRecord.link_id, func.count().label("opens"))
        .group_by(ShareVisitRecord.link_id)
        .subquery()
    )
    files = (
        select(QuestionFileRecord.link_id, func.count().label("files"))
        .group_by(QuestionFileRecord.link_id)
        .subquery()
    )
    return (
        select(
            ShareLinkRecord,
            QuestionFormRecord,
            SnapshotRecord.content,
            func.coalesce(visits.c.opens, 0).label("opens"),
            func.coalesce(files.c.files, 0).label("files"),
        )
        .join(QuestionFormRecord, QuestionFormRecord.link_id == ShareLinkRecord.id)
        .join(SnapshotRecord, SnapshotRecord.link_id == ShareLinkRecord.id)
        .join(PortfolioRecord, PortfolioRecord.id == ShareLinkRecord.portfolio_id)
        .outerjoin(visits, visits.c.link_id == ShareLinkRecord.id)
        .outerjoin(files, files.c.link_id == ShareLinkRecord.id)
    )


def files_in(session: Session, share: int) -> tuple[AnswerFile, ...]:
    """The files that came with a form, in the transaction of whoever may see them."""
    query = _files().where(QuestionFileRecord.link_id == share)
    return tuple(AnswerFile(**one._mapping) for one in session.execute(query))


def answers_in(session: Session, shares: Sequence[int]) -> dict[int, dict[int, GivenAnswer]]:
    """The answers to forms, by the number of the link and the place of the question."""
    found: dict[int, dict[int, GivenAnswer]] = {}
    for first in range(0, len(shares), _AT_ONCE):
        some = QuestionAnswerRecord.link_id.in_(shares[first : first + _AT_ONCE])
        for one in session.scalars(select(QuestionAnswerRecord).where(some)):
            found.setdefault(one.link_id, {})[one.question] = GivenAnswer(
                answer=one.answer, said_by=one.said_by, said_at=one.said_at
            )
    return found


def _form(
    row: Row[*tuple[Any, ...]], given: Mapping[int, GivenAnswer], now: datetime
) -> QuestionForm:
    link: ShareLinkRecord = row[0]
    record: QuestionFormRecord = row[1]
    form = form_of(json.loads(row[2]))
    state = _state(link, record, now, opens=row.opens, draft=bool(given))
    waits = state in (FormState.SENT, FormState.OPENED, FormState.DRAFT)
    return QuestionForm(
        share=link.id,
        portfolio=link.portfolio,
        startup=link.startup or form.startup,
        state=state,
        overdue=waits and now.date() > record.due_on,
        answered=form.answered(given),
        not_known=sum(one.answer is None for one in given.values()),
        of=form.of,
        due_on=record.due_on,
        made_by=link.made_by,
        made_at=link.made_at,
        expires_at=link.expires_at,
        opens=row.opens,
        last_answer_at=max((one.said_at for one in given.values()), default=None),
        sent_at=record.sent_at,
        sent_by=record.sent_by,
        correction=record.correction_id,
        files_sent=row.files,
        form=form,
    )


def _state(
    link: ShareLinkRecord, record: QuestionFormRecord, now: datetime, *, opens: int, draft: bool
) -> FormState:
    if record.sent_at is not None:
        return FormState.ANSWERED
    stands = state_of(link, now)
    if stands is not ShareState.OPEN:
        return FormState.REVOKED if stands is ShareState.REVOKED else FormState.EXPIRED
    if draft:
        return FormState.DRAFT
    return FormState.OPENED if opens else FormState.SENT
