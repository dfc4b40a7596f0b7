"""Answers through a link that asks: kept one by one as a draft, with files, and sent at the end.

All of it is for a visit that stands (:mod:`db.services.share_visits`). Several people of a startup
may answer at once: of each question the last answer counts, with who gave it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from db.auditing import append_to_audit
from db.engine import Store
from db.errors import Refused, ShareNotAvailable, TooManyAttempts
from db.records import (
    QuestionAnswerRecord,
    QuestionFileRecord,
    QuestionFormRecord,
    SnapshotRecord,
)
from db.services.corrections import keep_proposals
from db.services.question_forms import AnswerFile, GivenAnswer, answers_in, files_in
from db.services.questions import about_text
from db.services.share_contents import snapshot_of
from db.services.share_visits import VISIT_ROLE, Visit
from db.services.shares import ShareKind
from db.sharing import limits
from db.sharing.answer_files import kind_of_file
from db.sharing.question_content import fault_of, is_not_known, proposals_of, readable
from db.sharing.question_form import LONGEST_NAME, Form, Item, Sort, form_of

#: Files of one form, and bytes of one file.
MOST_FILES, MOST_BYTES = 5, 5 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """A form with what was answered so far; ``is_sent``: nothing can be changed any more."""

    form: Form
    answers: Mapping[int, GivenAnswer]
    files: tuple[AnswerFile, ...]
    is_sent: bool

    @property
    def answered(self) -> int:
        """How many of the questions have an answer."""
        return self.form.answered(self.answers)


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of answers: how many questions have one, and what to write instead of others."""

    answered: int
    of: int
    faults: Mapping[int, str]


def draft_of(store: Store, visit: Visit) -> AnswerDraft:
    """Return the form of a visit with what was answered so far.

    Raises:
        ShareNotAvailable: the link asks no questions.
    """
    form = _form(store, visit)
    with store.read() as session:
        return _draft(session, visit, form)


def save_answers(
    store: Store, visit: Visit, given: Mapping[int, str | None], *, said_by: str = ""
) -> Saved:
    """Keep answers by the place of their question: None is “I don't know”, empty takes one back.

    What cannot be read is not kept; the answer before it stays. An answer that is the same as
    before stays as it was said.

    Raises:
        ShareNotAvailable: the link asks no questions.
        Refused: the answers were sent already, or a place is none of the form.
        TooManyAttempts: this link saved too often lately.
    """
    form = _form(store, visit)
    items = _items(form, given)
    given = {place: None if text is None else readable(text) for place, text in given.items()}
    faults = {
        place: fault
        for place, text in given.items()
        if text and (fault := fault_of(items[place], text)) is not None
    }
    kept = {place: text for place, text in given.items() if place not in faults}

    def work(session: Session) -> Saved:
        record = _open_form(session, store, visit)
        _count(session, store, visit)
        for place, text in kept.items():
            _keep(session, store, visit, items[place], text, said_by)
        session.flush()
        answers = answers_in(session, [record.link_id]).get(record.link_id, {})
        return Saved(answered=form.answered(answers), of=form.of, faults=faults)

    return store.transact(work)


def attach_file(
    store: Store, visit: Visit, *, file_name: str, data: bytes, said_by: str = ""
) -> int:
    """Keep a file as it was sent, for whoever asked to open; return its number.

    Its first bytes say what it is; nothing in it is read or unpacked here.

    Raises:
        ShareNotAvailable: the link asks no questions.
        Refused: it is empty, too large, of another kind or one too many, or all was sent already.
        TooManyAttempts: this link saved too often lately.
    """
    _form(store, visit)
    name = tidy_name(file_name)
    if not data:
        raise Refused(f"“{name}” is empty. Choose the file again.")
    if len(data) > MOST_BYTES:
        raise Refused(
            f"“{name}” is larger than {MOST_BYTES // 1024**2} MB. Send a shorter period, or tell "
            "whoever asked you."
        )
    kind = kind_of_file(data)
    if kind is None:
        raise Refused(
            f"“{name}” is neither a table nor an export that can be read. Send CSV, Excel (.xlsx) "
            "or JSON."
        )
    digest = sha256(data).hexdigest()

    def work(session: Session) -> int:
        record = _open_form(session, store, visit)
        _count(session, store, visit)
        known = files_in(session, visit.share)
        same = next((one.number for one in known if one.digest == digest), None)
        if same is not None:
            return same
        if len(known) >= MOST_FILES:
            raise Refused(f"A form takes {MOST_FILES} files. Take one away first.")
        row = QuestionFileRecord(
            link_id=record.link_id,
            file_name=name,
            kind=kind,
            size=len(data),
            digest=digest,
            data=data,
            said_by=_who(said_by),
            said_at=store.now(),
        )
        session.add(row)
        session.flush()
        told = {"file": name, "kind": kind, "size": len(data), "sha256": digest}
        _note(session, store, visit, "attach file", told)
        return row.id

    return store.transact(work)


def remove_file(store: Store, visit: Visit, number: int) -> None:
    """Take a file of this form away again, before the answers are sent; gone ones are no error.

    Raises:
        ShareNotAvailable: the link asks no questions.
        Refused: the answers were sent already.
    """
    _form(store, visit)

    def work(session: Session) -> None:
        _open_form(session, store, visit)
        row = session.get(QuestionFileRecord, number)
        if row is not None and row.link_id == visit.share:
            session.delete(row)
            _note(session, store, visit, "take file away", {"file": row.file_name})

    store.transact(work)


def send_answers(store: Store, visit: Visit, *, said_by: str = "") -> int | None:
    """Send what was answered: it waits as a diff from then on, and nothing changes before.

    Returns the number of the correction; None where the answers propose nothing.

    Raises:
        ShareNotAvailable: the link asks no questions.
        Refused: nothing is answered, or the answers were sent already.
    """
    form = _form(store, visit)

    def work(session: Session) -> int | None:
        record = _open_form(session, store, visit)
        draft = _draft(session, visit, form)
        if not draft.answers and not draft.files:
            raise Refused("Nothing is answered yet. Answer one question, or attach a file.")
        said = {place: one.answer for place, one in draft.answers.items() if one.answer is not None}
        comment = "".join(said.get(one.place, "") for one in form.items if one.sort is Sort.COMMENT)
        people = dict.fromkeys(
            one.said_by
            for one in sorted(draft.answers.values(), key=lambda one: one.said_at)
            if one.said_by
        )
        proposed_by = _who(said_by) or ", ".join(people)[:LONGEST_NAME] or None
        proposals = proposals_of(form, said)
        if proposals or comment:
            record.correction_id = keep_proposals(
                session, store, visit, proposals, message=comment, proposed_by=proposed_by
            )
        record.sent_at, record.sent_by = store.now(), proposed_by
        told = {
            "answered": draft.answered,
            "of": form.of,
            "not_known": sum(one.answer is None for one in draft.answers.values()),
            "files": len(draft.files),
            "correction": record.correction_id,
        }
        _note(session, store, visit, "send answers", told)
        return record.correction_id

    return store.transact(work)


def tidy_name(text: str) -> str:
    """A file's name as it is shown: without folders and what cannot be printed."""
    last = text.replace("\\", "/").rpartition("/")[2]
    shown = " ".join(readable(last).split())
    return shown[-200:] or "file"


def _form(store: Store, visit: Visit) -> Form:
    if visit.kind is not ShareKind.QUESTIONS:
        raise ShareNotAvailable
    return form_of(snapshot_of(store, visit.share).content)


def _items(form: Form, given: Mapping[int, str | None]) -> Sequence[Item]:
    if any(not 0 <= place < len(form.items) for place in given):
        raise Refused("This form has no such question. Open the link again.")
    return form.items


def _draft(session: Session, visit: Visit, form: Form) -> AnswerDraft:
    record = session.get_one(QuestionFormRecord, visit.share)
    return AnswerDraft(
        form=form,
        answers=answers_in(session, [visit.share]).get(visit.share, {}),
        files=files_in(session, visit.share),
        is_sent=record.sent_at is not None,
    )


def _open_form(session: Session, store: Store, visit: Visit) -> QuestionFormRecord:
    """The form of a visit, held until the end of the transaction: its answers come one by one."""
    record = session.get_one(QuestionFormRecord, visit.share, with_for_update=True)
    if record.sent_at is not None:
        raise Refused(
            f"These answers were sent on {record.sent_at:%d %B %Y}. Tell whoever asked you if "
            "something is to be changed."
        )
    return record


def _count(session: Session, store: Store, visit: Visit) -> None:
    wait = limits.saving_wait(session, visit.share, store.now())
    if wait is not None:
        raise TooManyAttempts(wait)
    limits.note_attempt(
        session, limits.SAVE, client=f"visit {visit.number}", at=store.now(), link_id=visit.share
    )


def _keep(
    session: Session, store: Store, visit: Visit, item: Item, text: str | None, said_by: str
) -> None:
    row = session.get(QuestionAnswerRecord, (visit.share, item.place))
    if text == "":
        if row is not None:
            session.delete(row)
        return
    answer = None if text is None or is_not_known(item, text) else text
    if row is not None and row.answer == answer:
        return
    if row is None:
        row = QuestionAnswerRecord(
            link_id=visit.share, question=item.place, about=_about(session, visit, item)
        )
        session.add(row)
    row.answer, row.said_by, row.said_at = answer, _who(said_by), store.now()


def _about(session: Session, visit: Visit, item: Item) -> str | None:
    """What a fact is told apart by from all others of its startup."""
    if item.sort is not Sort.FACT:
        return None
    places = session.get_one(SnapshotRecord, visit.share).places
    key = "" if item.dependency is None else places[item.dependency]
    return about_text((key, item.field))


def _who(said_by: str) -> str | None:
    shown = " ".join(readable(said_by).split())
    return shown[:LONGEST_NAME] or None


def _note(
    session: Session, store: Store, visit: Visit, action: str, told: Mapping[str, object]
) -> None:
    append_to_audit(
        session,
        at=store.now(),
        actor=f"reader of share link {visit.share}",
        role=VISIT_ROLE,
        action=action,
        object_kind="questions",
        object_name=f"{visit.share} ({visit.portfolio}: {visit.startup})",
        after=told,
    )
