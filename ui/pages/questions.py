"""Questions: what is not known, asking founders for it by a link, and what they answered."""

from collections.abc import Sequence

import streamlit as st

from db.errors import FormNotFound, StoreError
from db.services.portfolios import CHOSEN_FROM_A_LIST, PortfolioSummary
from db.services.question_forms import (
    AnswerFile,
    FormState,
    QuestionForm,
    list_question_forms,
    question_file,
    question_form,
)
from db.services.share_lists import revoke_share
from risk.alternatives.options import StartupNotFound
from risk.portfolio.asked import OpenFact
from risk.portfolio.inbox import Inbox
from risk.portfolio.results import Interval, PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import cached, links, wording
from ui.answering import Answered, answer_of, say_if_updating
from ui.imports import state as importing
from ui.page import card, chosen_summary, empty_state, link, metric, page_header
from ui.panels.asking import MOST_AT_ONCE, ask_one, ask_several
from ui.panels.corrections import corrections
from ui.panels.inbox import the_inbox, what_became_of_it
from ui.render.frames import frame
from ui.render.page import column_table, small_table
from ui.server.downloads import file_button
from ui.sharing import may_share
from ui.startup_choice import ask_startup
from ui.tables import question as columns
from ui.uncertainty import OF_TEN, Spread, spread_of
from ui.words import headlines, inbox_words
from ui.words.founder_words import reminder_for

_SAID = "what_became_of_the_questions"
SECTIONS = {
    "open": "Inbox",
    "founder": "Ask a founder",
    "several": "Ask several",
    "sent": "Sent",
}
#: Startups that are proposed to be asked at once.
PROPOSED_AT_ONCE = 10


def three_figures(
    answer: PortfolioAssessment, inbox: Inbox, forms: Sequence[QuestionForm] | None
) -> None:
    """Show the range now, what answers would leave of it, and how far the forms are."""
    facts = answer.variance_shares.facts
    now = Interval(low=inbox.low, high=inbox.high)
    left = inbox.after()
    shown = wording.money(inbox.median), f"{wording.money_range(now)} {OF_TEN}"
    if headlines.placeholder(answer) is not None:
        shown = wording.money_range(now), headlines.PLACEHOLDER
    with st.grid(3, min_column_width=155):
        metric(
            "Loss in a typical year",
            *shown,
            spread=spread_of(inbox.median, now, facts=facts),
        )
        metric(
            "If every question were answered",
            wording.money_range(left),
            f"{wording.money(inbox.removed_by())} less range",
            hint=inbox_words.what_answers_can_do(inbox),
            spread=Spread(low=left.low, median=inbox.median, high=left.high),
        )
        if forms is not None:
            waiting = [one for one in forms if one.waits]
            late = sum(one.overdue for one in waiting)
            answered = sum(one.state is FormState.ANSWERED for one in forms)
            note = f"{late:,} overdue" if late else "none overdue"
            metric(
                "Forms waiting", f"{len(waiting):,}", f"{note}; {answered:,} of {len(forms):,} back"
            )


def what_is_not_known(portfolio: str, facts: Sequence[OpenFact]) -> None:
    """Show the unknown facts by the range that they hold open; a click asks that startup."""
    if not facts:
        return
    st.caption(
        "By how much an answer shortens the range of that company's expected loss a year, if it is "
        "what is expected. A click on a company asks it."
    )
    column_table(
        columns.OPEN_FACTS,
        [columns.open_fact_of(one) for one in facts],
        key="open_facts",
        file_name="open-questions.csv",
        bars=("removes_usd",),
        open_row=lambda row: _choose_startup(str(row["startup"])),
        alt="Facts that nobody stated, by the range of expected loss that each holds open.",
    )


def _choose_startup(name: str) -> None:
    if links.read("startup") != name:
        links.write(startup=name)
        st.rerun()


def ask(
    chosen: PortfolioSummary,
    shown: Answered,
    forms: Sequence[QuestionForm],
    *,
    first: str | None,
) -> None:
    """Choose a startup, ``first`` without a choice, and what to ask it."""
    answered = sum(one.state is FormState.ANSWERED for one in forms)
    name = ask_startup(shown.answer, first=first)
    try:
        found = cached.startup_questions(chosen.name, name, answered=answered)
    except StartupNotFound as problem:
        st.error(wording.escaped(problem))
        return
    waiting = next((one for one in forms if one.waits and one.startup == found.startup), None)
    if waiting is not None:
        on = wording.day(waiting.made_at.date())
        st.info(
            f"Link {waiting.share} asked it on {on}: {waiting.answered} of {waiting.of} answered, "
            f"due {wording.day(waiting.due_on)}.",
            icon=":material/hourglass_top:",
        )
    ask_one(chosen.name, found)


def several(
    chosen: PortfolioSummary,
    facts: Sequence[OpenFact],
    shown: Answered,
    forms: Sequence[QuestionForm],
) -> None:
    """Ask several startups at once; those with most to tell that nobody waits for are proposed."""
    asked = {one.startup for one in forms if one.waits}
    known = dict.fromkeys(one.startup for one in facts)
    first = [name for name in known if name not in asked][:PROPOSED_AT_ONCE]
    about = links.read("about")
    if about is not None:
        concerned = cached.companies_asked(chosen.name, about)
        first = [name for name in concerned if name not in asked][:MOST_AT_ONCE] or first
    if chosen.startups > CHOSEN_FROM_A_LIST:
        names = list(dict.fromkeys([*first, *known]))
    else:
        names = sorted(assessed_of(shown.answer).table.names, key=str.casefold)
    ask_several(chosen.name, names, first)


def the_forms(forms: Sequence[QuestionForm]) -> None:
    """Show every form that was sent; a click opens it."""
    if not forms:
        empty_state("No question was sent yet.", "Choose a company and ask it by a link.")
        return
    column_table(
        columns.FORMS[:-1],
        columns.rows_of(forms),
        key="forms",
        file_name="question-forms.csv",
        opens="startup",
        open_row=lambda row: _choose_form(int(row["id"])),
        alt=f"{len(forms)} forms with how far each is.",
    )


def _choose_form(share: int) -> None:
    if links.read("form") != str(share):
        links.write(form=str(share))
        st.rerun()


def one_form(portfolio: str, known: Sequence[QuestionForm]) -> None:
    """Show the chosen form with its answers, files, and what can be done."""
    wanted = links.read_choice("form", [str(one.share) for one in known], what="form")
    if wanted is None:
        return
    try:
        form = cached.asked(question_form, int(wanted))
    except FormNotFound:
        return
    row = columns.form_row(form)
    state, far = (one.text(row) for one in columns.FORMS[2:4])
    note = f"{state}, {far} answered, due {wording.day(form.due_on)}"
    with card(f"{form.startup}: form {form.share}", note=note):
        rows = columns.answers_of(form)
        small_table(frame(columns.ANSWERS, rows))
        for file in form.files or ():
            the_file(portfolio, file)
        if form.waits:
            what_to_do(form)


def the_file(portfolio: str, file: AnswerFile) -> None:
    """Show a file that came with answers: into the import, or onto the disk."""
    store, actor = cached.store(), cached.actor()

    def data() -> bytes:
        return question_file(store, actor, file.number)[1]

    with st.container(horizontal=True, vertical_alignment="center"):
        size = f"{max(1, round(file.size / 1024)):,} kB"
        st.markdown(wording.escaped(f"{file.file_name}, {size}"), width="stretch")
        if st.button(
            "Open in the import",
            key=f"import_{file.number}",
            icon=":material/upload_file:",
            help="As a preview: nothing is written before you publish.",
        ):
            importing.hand_over(data(), file.file_name, portfolio)
            st.switch_page("pages/imports.py")
        file_button(
            "Save",
            data,
            file_name=file.file_name,
            mime="application/octet-stream",
            key=f"save_{file.number}",
        )


def what_to_do(form: QuestionForm) -> None:
    """Offer a reminder to copy, and to end the link."""
    with st.expander("Remind"):
        reminder = reminder_for(form, today=cached.today())
        st.code(reminder, language=None, wrap_lines=True)
    st.button(
        f"Revoke link {form.share}",
        icon=":material/block:",
        on_click=_revoke,
        args=(form.share,),
        help="It opens nothing any more; the answers that were kept stay here.",
    )


def _revoke(share: int) -> None:
    try:
        revoke_share(cached.store(), cached.actor(), share)
        st.session_state[_SAID] = f"Link {share} opens nothing any more."
    except StoreError as problem:
        st.session_state[_SAID] = str(problem)


chosen = chosen_summary()
if not chosen.startups:
    page_header("Questions", chosen)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a table with one line per company; what it uses can be asked.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
shown = answer_of(chosen, title="Questions")
inbox = cached.question_inbox(chosen.name, shown.answer)
page_header(inbox_words.title(inbox), chosen)
if said := st.session_state.pop(_SAID, None):
    st.info(wording.escaped(said))
say_if_updating(shown)
forms = None
if may_share():
    forms = tuple(one for one in cached.asked(list_question_forms) if one.portfolio == chosen.name)
three_figures(shown.answer, inbox, forms)
what_became_of_it(chosen.name, inbox)
if forms is None:
    the_inbox(chosen, inbox)
    st.caption("Analysts and owners ask founders. Ask an owner for the role of an analyst.")
    st.stop()
corrections(of=chosen.name)
one_form(chosen.name, forms)
sent = len(forms)
section = links.sections(
    "Part",
    list(SECTIONS),
    name="section",
    default="founder" if links.read("startup") else "open",
    shown=lambda one: f"{SECTIONS[one]} ({sent})" if one == "sent" else SECTIONS[one],
)
if section == "open":
    the_inbox(chosen, inbox)
elif section == "founder":
    facts = cached.open_questions(chosen.name, shown.answer)
    ask(chosen, shown, forms, first=facts[0].startup if facts else None)
    what_is_not_known(chosen.name, facts)
elif section == "several":
    several(chosen, cached.open_questions(chosen.name, shown.answer), shown, forms)
else:
    the_forms(forms)
link("shares.py", "All links", portfolio=chosen.name)
