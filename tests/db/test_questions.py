"""Questions to a startup through a link: chosen, answered bit by bit, sent, and accepted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from db import migration
from db.engine import Store
from db.errors import FormNotFound, Refused, ShareNotAvailable, TooManyAttempts
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit, verify_audit
from db.services.correction_acceptance import accept_correction
from db.services.corrections import list_corrections
from db.services.endings import exit_startup, rename
from db.services.imports import list_batches, undo_batch
from db.services.portfolio_changes import (
    archive_portfolio,
    delete_portfolio,
    unarchive_portfolio,
)
from db.services.question_answers import (
    MOST_BYTES,
    attach_file,
    draft_of,
    remove_file,
    save_answers,
    send_answers,
)
from db.services.question_forms import (
    FormState,
    ask_founder,
    list_question_forms,
    question_file,
    question_form,
)
from db.services.questions import open_questions, startup_questions
from db.services.share_lists import list_shares, revoke_share
from db.services.share_visits import Visit, open_share, visit_of
from db.services.shares import NewShare, ShareKind
from db.sharing.question_content import line_text
from db.sharing.question_form import CONFIRMED, NO_MODEL, Asking, Sort
from risk.catalog.records import Answer
from risk.inventory.records import Evidence, Fallback
from risk.portfolio.asked import Reason
from tests.db.inventories import ACME, dependency, publish, startup

TODAY = date(2026, 11, 25)
ROW = ACME | {"spend_usd": "1000", "annual_revenue_usd": "2000000", "engineers": "9"}


def asking(store: Store, **more: object) -> Asking:
    found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
    due_on = store.now().date() + timedelta(days=7)
    return Asking(questions=found.proposed, due_on=due_on, **more)  # type: ignore[arg-type]


def ask(store: Store, **more: object) -> NewShare:
    return ask_founder(store, LOCAL_OWNER, "Fund", "Acme", asking(store, **more), today=TODAY)


def visit(store: Store, made: NewShare) -> Visit:
    token = made.link.partition("#")[2]
    opened = open_share(store, token=token, passcode=None, client="203.0.113.1")
    return visit_of(store, secret=opened.secret, share=opened.share)


def places(store: Store, seen: Visit) -> dict[str, int]:
    """The place of each question by its fact, or by its sort."""
    items = draft_of(store, seen).form.items
    return {one.field or one.sort.value: one.place for one in reversed(items)}


def test_unknown_facts_come_first_by_what_they_narrow_then_those_to_confirm(store: Store):
    publish(store, ROW | {"as_of": "2022-01-01"})
    found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
    reasons = [one.reason for one in found.questions]
    assert reasons.index(Reason.OLD) > max(
        place for place, one in enumerate(found.questions) if one.removes_usd is not None
    )
    removed = [one.removes_usd for one in found.questions if one.removes_usd is not None]
    assert removed == sorted(removed, reverse=True)
    assert {one.field for one in found.questions if one.reason is Reason.OLD} == {
        *("annual_revenue_usd", "engineers", "spend_usd_per_month"),
    }
    assert len(found.proposed) == 9
    listed = open_questions(store, LOCAL_OWNER, "Fund", today=TODAY)
    # The portfolio's list and the startup's form rank one fact by one number.
    assert [one.field for one in listed] == [
        one.field for one in found.questions if one.removes_usd is not None
    ]
    assert [one.removes_usd for one in listed] == pytest.approx(removed)


def test_answers_are_kept_one_by_one_sent_as_a_diff_accepted_and_undone(store: Store):
    publish(store, ROW)
    made = ask(store, own=("Who looks after the models?",))
    assert made.kind is ShareKind.QUESTIONS
    (waiting,) = list_question_forms(store, LOCAL_OWNER)
    assert (waiting.state, waiting.answered, waiting.of) == (FormState.SENT, 0, 10)
    seen = visit(store, made)
    at = places(store, seen)
    saved = save_answers(store, seen, {at["gross_margin"]: "60%"}, said_by="Ann")
    assert (saved.answered, saved.of, saved.faults) == (1, 10, {})
    save_answers(store, visit(store, made), {at["fallback"]: "tested"}, said_by="Bo")
    save_answers(store, seen, {at["cash_usd"]: "1.2m", at["exit_plan"]: None, at["text"]: "Bo"})
    save_answers(
        store,
        seen,
        {at["use"]: line_text({"provider": "Anthropic", "use_case": "triage", "spend_usd": "2k"})},
    )
    draft = draft_of(store, seen)
    assert draft.answered == 5
    assert {one.said_by for one in draft.answers.values()} == {"Ann", "Bo", None}
    (waiting,) = list_question_forms(store, LOCAL_OWNER)
    assert (waiting.state, waiting.answered, waiting.not_known) == (FormState.DRAFT, 5, 1)
    assert list_corrections(store, LOCAL_OWNER) == ()

    number = send_answers(store, seen)
    (correction,) = list_corrections(store, LOCAL_OWNER)
    assert (correction.number, correction.asked, correction.proposed_by) == (
        number,
        True,
        "Ann, Bo",
    )
    told = {(one.of, one.field): one.proposed for one in correction.changes}
    assert told == {
        (None, "gross_margin"): 0.6,
        (None, "cash_usd"): 1_200_000.0,
        ("chat: OpenAI", "fallback"): "tested",
        (None, "dependency"): {
            "provider": "Anthropic",
            "use_case": "triage",
            "spend_usd": 2000.0,
        },
    }
    assert startup(store).gross_margin is None
    accept_correction(store, LOCAL_OWNER, correction.number)
    found = startup(store)
    assert (found.gross_margin, found.cash_usd) == (0.6, 1_200_000.0)
    assert found.evidence["cash_usd"] is Evidence.CONFIRMED
    assert found.sources["cash_usd"].startswith("Answers of the founder 1 through share link 1")
    (chat, triage) = sorted(found.use_cases, key=lambda one: one.name)
    assert chat.dependencies[0].fallback is Fallback.TESTED
    assert (triage.name, triage.dependencies[0].developer) == ("triage", "Anthropic")
    assert triage.dependencies[0].spend_usd_per_month == 2000.0
    form = question_form(store, LOCAL_OWNER, made.share)
    assert (form.state, form.correction, form.not_known) == (FormState.ANSWERED, number, 1)
    assert form.answers is not None
    assert form.answers[at["exit_plan"]].answer is None
    assert form.answers[at["text"]].answer == "Bo"
    undo_batch(store, LOCAL_OWNER, list_batches(store, LOCAL_OWNER)[0].batch)
    found = startup(store)
    assert (found.gross_margin, found.cash_usd, len(found.use_cases)) == (None, None, 1)


def test_what_is_confirmed_keeps_its_value_and_gets_evidence_and_day(store: Store):
    publish(store, ROW | {"as_of": "2022-01-01"})
    found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY, most=15)
    old = tuple(one for one in found.questions if one.reason is Reason.OLD)
    form = Asking(questions=old, due_on=store.now().date())
    seen = visit(store, ask_founder(store, LOCAL_OWNER, "Fund", "Acme", form, today=TODAY))
    at = places(store, seen)
    given = {at[name]: CONFIRMED for name in ("annual_revenue_usd", "spend_usd_per_month")}
    save_answers(store, seen, given)
    number = send_answers(store, seen)
    assert number is not None
    accept_correction(store, LOCAL_OWNER, number)
    today, record = store.now().date(), startup(store)
    assert record.annual_revenue_usd == 2_000_000.0
    assert record.evidence == {"annual_revenue_usd": Evidence.CONFIRMED}
    assert record.stated_on.get("annual_revenue_usd", record.as_of) == today
    # What was not confirmed is as old as before.
    assert record.stated_on["engineers"] == date(2022, 1, 1)
    link = dependency(store)
    assert (link.spend_usd_per_month, link.as_of) == (1000.0, today)
    assert link.evidence is Evidence.CONFIRMED


def test_what_nobody_there_knows_is_not_asked_again_unless_wanted(store: Store):
    publish(store, ROW)
    seen = visit(store, ask(store))
    at = places(store, seen)
    save_answers(store, seen, {at["gross_margin"]: None, at["cash_usd"]: "n/a"})

    def proposed(**more: bool) -> set[str]:
        found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY, **more)  # type: ignore[arg-type]
        return {one.field for one in found.proposed}

    assert {"gross_margin", "cash_usd"} <= proposed()
    assert send_answers(store, seen) is None  # nothing is proposed, and nothing is lost
    assert not {"gross_margin", "cash_usd"} & proposed()
    assert {"gross_margin", "cash_usd"} <= proposed(again=True)
    assert list_corrections(store, LOCAL_OWNER) == ()
    assert list_question_forms(store, LOCAL_OWNER)[0].not_known == 2


def test_a_company_of_which_nothing_is_known_is_asked_what_it_uses(store: Store):
    publish(store, {"startup": "Acme", "provider": "(depends on nothing)"})
    found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
    assert not found.has_uses
    seen = visit(store, ask(store))
    form = draft_of(store, seen).form
    uses = [one.place for one in form.items if one.sort is Sort.USE]
    assert uses[:2] == [0, 1]
    before = draft_of(store, seen).answered
    cells = {"provider": "OpenAI", "use_case": "support", "criticality": "4", "fallback": "none"}
    save_answers(store, seen, {uses[0]: line_text(cells)})
    assert draft_of(store, seen).answered == before + 1
    saved = save_answers(store, seen, {uses[1]: line_text({"use_case": "search"})})
    assert list(saved.faults) == [uses[1]]
    number = send_answers(store, seen)
    assert number is not None
    accept_correction(store, LOCAL_OWNER, number)
    (case,) = startup(store).use_cases
    assert (case.name, case.criticality, case.dependencies[0].fallback) == (
        *("support", 4),
        Fallback.NONE,
    )


def test_what_a_name_stands_for_is_asked_first_and_decided_when_it_is_accepted(store: Store):
    unclear = {"startup": "Acme", "use_case": "triage", "provider": "TallowmereGPT"}
    other = {"startup": "Acme", "use_case": "sums", "provider": "LedgerGPT"}
    publish(store, ROW, unclear, other)
    found = startup_questions(store, LOCAL_OWNER, "Fund", "Acme", today=TODAY)
    assert [(one.field, one.provider) for one in found.proposed[:2]] == [
        ("answer", "TallowmereGPT"),
        ("answer", "LedgerGPT"),
    ]
    seen = visit(store, ask(store))
    items = draft_of(store, seen).form.items
    at = {one.provider: one.place for one in items if one.field == "answer"}
    given = {at["TallowmereGPT"]: "Anthropic", at["LedgerGPT"]: NO_MODEL}
    save_answers(store, seen, given)
    number = send_answers(store, seen)
    assert number is not None
    (waiting,) = list_corrections(store, LOCAL_OWNER)
    assert {(one.of, one.now, one.proposed, one.has_moved) for one in waiting.changes} == {
        ("triage: TallowmereGPT", None, "Anthropic", False),
        ("sums: LedgerGPT", None, NO_MODEL, False),
    }
    accept_correction(store, LOCAL_OWNER, number)
    links = {
        one.provider_text: (one.answer, one.developer)
        for case in startup(store).use_cases
        for one in case.dependencies
    }
    assert links["TallowmereGPT"] == (Answer.YES, "Anthropic")
    assert links["LedgerGPT"] == (Answer.NO, None)
    # A provider that nobody knows is refused in a sentence, and the rest can be taken over.
    publish(store, {**unclear, "use_case": "notes", "provider": "PetrelGPT"})
    seen = visit(store, ask(store))
    items = draft_of(store, seen).form.items
    place = next(one.place for one in items if one.field == "answer")
    save_answers(store, seen, {place: "our own little model"})
    again = send_answers(store, seen)
    assert again is not None
    with pytest.raises(Refused, match="no provider that is known"):
        accept_correction(store, LOCAL_OWNER, again)
    assert list_corrections(store, LOCAL_OWNER)[0].decision is None


def test_what_cannot_be_read_is_told_and_what_was_there_stays(store: Store):
    publish(store, ROW)
    seen = visit(store, ask(store, own=("What else?",)))
    at = places(store, seen)
    save_answers(store, seen, {at["cash_usd"]: "450k"})
    hostile = {
        at["cash_usd"]: "=1+1",
        at["gross_margin"]: "€5",
        at["fallback"]: "<b>tested</b>",
        at["text"]: "x" * 2_001,
        at["comment"]: "y" * 2_001,
        at["use"]: line_text({"provider": "z" * 301}),
        at["exit_plan"]: "=",
    }
    assert set(save_answers(store, seen, hostile).faults) == set(hostile)
    assert draft_of(store, seen).answers[at["cash_usd"]].answer == "450k"
    with pytest.raises(Refused, match="no such question"):
        save_answers(store, seen, {99: "1"})
    with pytest.raises(Refused, match="no such question"):
        save_answers(store, seen, {-1: "1"})
    save_answers(store, seen, {at["comment"]: "a\x00b"})  # PostgreSQL keeps no NUL
    assert draft_of(store, seen).answers[at["comment"]].answer == "ab"
    save_answers(store, seen, {at["cash_usd"]: "", at["comment"]: ""})
    with pytest.raises(Refused, match="Nothing is answered"):
        send_answers(store, seen)
    # Formulas and markup are texts like any other, and go in as they are.
    line = line_text({"provider": "=cmd|' /C calc'!A0", "use_case": "<script>alert(1)</script>"})
    save_answers(store, seen, {at["use"]: line})
    number = send_answers(store, seen)
    assert number is not None
    accept_correction(store, LOCAL_OWNER, number)
    assert "<script>alert(1)</script>" in {one.name for one in startup(store).use_cases}


def test_files_are_kept_unopened_and_bounded(store: Store):
    publish(store, ROW)
    made = ask(store)
    seen = visit(store, made)
    csv = b"startup,provider\nAcme,OpenAI\n"
    number = attach_file(store, seen, file_name="../../etc/bill\x00.csv", data=csv, said_by="Ann")
    assert attach_file(store, seen, file_name="again.csv", data=csv) == number
    known, data = question_file(store, LOCAL_OWNER, number)
    assert (known.file_name, known.kind, known.size, data) == ("bill.csv", "text", len(csv), csv)
    for name, bad in {
        "empty.csv": b"",
        "tool.csv": b"MZ\x90\x00\x03",
        "scan.csv": b"%PDF-1.7 ",
        "word.xlsx": b"PK\x03\x04 word/document.xml",
        "large.csv": b"a" * (MOST_BYTES + 1),
    }.items():
        with pytest.raises(Refused, match=name):
            attach_file(store, seen, file_name=name, data=bad)
    for place in range(4):
        attach_file(store, seen, file_name=f"{place}.json", data=b'{"n": %d}' % place)
    with pytest.raises(Refused, match="5 files"):
        attach_file(store, seen, file_name="sixth.csv", data=b"a,b\n")
    other = visit(store, ask(store))
    remove_file(store, other, number)  # of another link: nothing happens
    assert len(draft_of(store, seen).files) == 5
    remove_file(store, seen, number)
    assert len(draft_of(store, seen).files) == 4
    send_answers(store, seen)
    assert question_form(store, LOCAL_OWNER, made.share).files_sent == 4
    with pytest.raises(Refused, match="were sent"):
        remove_file(store, seen, number + 1)
    with pytest.raises(Refused, match="no file 99"):
        question_file(store, LOCAL_OWNER, 99)


def test_a_form_is_sent_once_and_one_link_answers_for_no_other(store: Store):
    publish(store, ROW)
    made = ask(store)
    seen = visit(store, made)
    at = places(store, seen)
    save_answers(store, seen, {at["cash_usd"]: "1"})
    send_answers(store, seen)
    for again in (
        lambda: save_answers(store, seen, {at["cash_usd"]: "2"}),
        lambda: send_answers(store, seen),
        lambda: attach_file(store, seen, file_name="a.csv", data=b"a,b\n"),
    ):
        with pytest.raises(Refused, match="were sent"):
            again()
    revoke_share(store, LOCAL_OWNER, made.share)
    assert list_question_forms(store, LOCAL_OWNER)[0].state is FormState.ANSWERED
    (share,) = list_shares(store, LOCAL_OWNER)
    assert (share.kind, share.startup) == (ShareKind.QUESTIONS, "Acme")
    with pytest.raises(ShareNotAvailable):
        visit(store, made)
    with pytest.raises(FormNotFound):
        question_form(store, LOCAL_OWNER, 99)


def test_saving_without_end_is_refused_for_a_while(store: Store):
    publish(store, ROW)
    seen = visit(store, ask(store))
    at = places(store, seen)
    for number in range(400):
        save_answers(store, seen, {at["cash_usd"]: str(number)})
    with pytest.raises(TooManyAttempts):
        save_answers(store, seen, {0: "1"})
    now = store.now
    store.now = lambda: now() + timedelta(minutes=11)
    save_answers(store, seen, {at["cash_usd"]: "1"})


def test_a_form_that_asks_nothing_or_too_much_is_not_made(store: Store):
    publish(store, ROW)
    due = store.now().date() + timedelta(days=7)
    for wrong in (
        Asking(due_on=due),
        Asking(own=("a",) * 6, due_on=due),
        Asking(own=("a" * 301,), due_on=due),
        Asking(own=("a",), note="n" * 1_001, due_on=due),
        Asking(own=("a",), due_on=store.now().date() - timedelta(days=1)),
        Asking(own=("a",), due_on=store.now().date() + timedelta(days=31)),
    ):
        with pytest.raises(Refused):
            ask_founder(store, LOCAL_OWNER, "Fund", "Acme", wrong, today=TODAY)
    assert list_shares(store, LOCAL_OWNER) == ()


def test_a_late_form_is_overdue_until_it_is_answered(store: Store):
    publish(store, ROW)
    made = ask(store)
    now = store.now
    store.now = lambda: now() + timedelta(days=8)
    (form,) = list_question_forms(store, LOCAL_OWNER)
    assert (form.overdue, form.waits, form.state) == (True, True, FormState.SENT)
    seen = visit(store, made)
    save_answers(store, seen, {places(store, seen)["cash_usd"]: "1"})
    send_answers(store, seen)
    (form,) = list_question_forms(store, LOCAL_OWNER)
    assert (form.overdue, form.waits) == (False, False)
    told = [one for one in list_audit(store, LOCAL_OWNER) if one.object_kind == "questions"]
    assert [one.action for one in told] == ["send answers"]
    assert told[0].after is not None
    assert told[0].after["answered"] == 1


def test_a_form_says_nothing_but_its_questions(store: Store):
    publish(store, ROW, ACME | {"startup": "Bolt", "annual_revenue_usd": "777"})
    seen = visit(store, ask(store))
    form = draft_of(store, seen).form
    text = repr(form)
    for secret in ("Bolt", "777", "Fund", "score", "aal", "removes"):
        assert secret not in text


def test_a_form_ends_with_its_days_its_portfolio_and_its_startup(store: Store):
    publish(store, ROW, ACME | {"startup": "Bolt"})
    made = ask(store)
    seen = visit(store, made)
    archive_portfolio(store, LOCAL_OWNER, "Fund")
    with pytest.raises(ShareNotAvailable):
        visit(store, made)
    unarchive_portfolio(store, LOCAL_OWNER, "Fund")
    rename(store, LOCAL_OWNER, "Fund", "Acme", to="Acme Two")
    # It follows its startup through a new name.
    assert visit(store, made).startup == "Acme Two"
    at = places(store, seen)
    save_answers(store, seen, {at["cash_usd"]: "7"})
    exit_startup(store, LOCAL_OWNER, "Fund", "Acme Two", day=store.now().date())
    with pytest.raises(ShareNotAvailable):
        visit(store, made)
    (form,) = list_question_forms(store, LOCAL_OWNER)
    assert (form.startup, form.answered) == ("Acme Two", 1)  # what was kept stays to be read
    now = store.now
    store.now = lambda: now() + timedelta(days=31)
    assert list_question_forms(store, LOCAL_OWNER)[0].state is FormState.EXPIRED


def test_a_portfolio_is_deleted_with_its_forms_answers_and_files(store: Store):
    publish(store, ROW)
    seen = visit(store, ask(store))
    at = places(store, seen)
    save_answers(store, seen, {at["cash_usd"]: "7"})
    attach_file(store, seen, file_name="a.csv", data=b"a,b\n")
    send_answers(store, seen)
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    assert list_question_forms(store, LOCAL_OWNER) == ()
    assert verify_audit(store, LOCAL_OWNER).snapshots == ()


def test_going_back_to_an_older_schema_ends_the_links_of_forms(store: Store):
    publish(store, ROW)
    ask(store)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0028")
        revoked = connection.execute(text("SELECT revoked_by FROM share_links")).scalar_one()
    assert revoked == "an older edition"
