"""The inbox: each open question with whom it concerns, its typical answers, and what they remove.

An answer is written for all whom a question concerns, or for each of them, and can be undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.engine import Store
from db.errors import StoreError
from db.services.access import Action, Actor
from db.services.imports import undo_batch
from db.services.portfolios import PortfolioSummary
from db.services.question_inbox import InboxAnswer, answer_question
from db.services.reference import remove_alias
from risk.portfolio.inbox import Inbox, OpenQuestion
from risk.portfolio.results import Interval
from ui import cached, links, wording
from ui.clicks import once_a_click
from ui.page import empty_state
from ui.render.page import column_table
from ui.sharing import may_share
from ui.tables import question as columns
from ui.words import inbox_words

#: Questions that are shown at once, each with its answers.
AT_ONCE = 3
#: Companies that are answered one by one in one table.
MOST_EACH = 200
_GIVEN, _FAILED = "inbox_given", "inbox_failed"


@dataclass(frozen=True, kw_only=True)
class _Given:
    """An answer just written, and the range of before; ``undone`` once it was taken back."""

    portfolio: str
    answer: InboxAnswer
    before: Interval
    undone: bool = False


def what_became_of_it(portfolio: str, inbox: Inbox) -> None:
    """Say what the last answer did to the list and the range, and offer to undo it."""
    if failed := st.session_state.pop(_FAILED, None):
        st.error(wording.escaped(failed))
    given: _Given | None = st.session_state.get(_GIVEN)
    if given is None or given.portfolio != portfolio:
        return
    now = Interval(low=inbox.low, high=inbox.high)
    if given.undone:
        st.info(f"Answer {given.answer.batch} is undone: the question is open again.")
        return
    said = inbox_words.written(
        given.answer,
        before=wording.money_range(given.before),
        now=wording.money_range(now),
        left=len(inbox.questions),
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(wording.escaped(said), width="stretch")
        st.button("Undo", key="inbox_undo", icon=":material/undo:", on_click=_undo)


def the_inbox(chosen: PortfolioSummary, inbox: Inbox) -> None:
    """Show the questions, those that remove most first; those set aside come last."""
    if not inbox.questions:
        empty_state(
            "No open question moves the loss.",
            "What is stated grows old: ask a founder to confirm what is known.",
        )
        return
    words = links.read("search") or ""
    if words or len(inbox.questions) > AT_ONCE:
        words = links.search("Search", placeholder="Name in a file, provider, fact")
    found = inbox_words.matching(inbox.questions, words)
    if not found:
        empty_state("No open question says this.", "It may be answered already; try another word.")
        return
    later = set(links.read_list("later"))
    ordered = sorted(found, key=lambda one: one.key in later)
    shown = _shown(len(ordered))
    for one in ordered[:shown]:
        _question(chosen, inbox, one, is_later=one.key in later)
    with st.container(horizontal=True):
        if shown < len(ordered):
            more = min(AT_ONCE, len(ordered) - shown)
            st.button(
                f"Show {more} more", on_click=links.write, kwargs={"shown": str(shown + more)}
            )
    whole = st.expander(f"All {len(ordered):,} questions as a table", on_change="rerun")
    if whole.open:
        with whole:
            column_table(
                columns.INBOX,
                [columns.inbox_row(one) for one in ordered],
                widths={"asks": "large"},
                hidden=("question",),
                key="inbox_table",
                file_name=f"{chosen.name}-questions.csv",
                workbook="Questions",
                alt=f"{len(ordered)} open questions by the range that answers remove.",
            )
    st.caption(inbox_words.NOT_ASKED)


def _shown(of: int) -> int:
    text = links.read("shown") or ""
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else AT_ONCE
    return min(max(wanted, AT_ONCE), of)


def _question(chosen: PortfolioSummary, inbox: Inbox, one: OpenQuestion, *, is_later: bool) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(f"**{wording.escaped(inbox_words.question(one))}**", width="stretch")
            st.markdown(wording.escaped(inbox_words.effect(one, inbox)), width="content")
        said = inbox_words.concerned(one)
        st.caption(wording.escaped(f"{said} · set aside" if is_later else said))
        may_answer = cached.may(Action.IMPORT)
        with st.form(f"answer_{one.key}", border=False):
            _answers(chosen.name, inbox, one, may_answer=may_answer, is_later=is_later)
        if may_answer and one.companies > 1 and not one.is_a_name:
            _answer_each(chosen, inbox, one)


def _answers(
    portfolio: str, inbox: Inbox, one: OpenQuestion, *, may_answer: bool, is_later: bool
) -> None:
    """Offer typical answers and a field for all concerned, to ask them, and to go on."""
    key, taps = f"answer_{one.key}", inbox_words.taps(one)
    for_all = one.companies == 1 or one.field not in inbox_words.OF_EACH_ALONE
    if may_answer and for_all and taps:
        st.pills(
            inbox_words.question(one),
            list(taps),
            format_func=lambda tap: taps[tap],
            label_visibility="collapsed",
            key=f"{key}_tap",
            wrap=True,
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_answer and for_all:
            if inbox_words.is_free(one):
                st.text_input(
                    inbox_words.question(one),
                    placeholder=inbox_words.hint(one),
                    label_visibility="collapsed",
                    key=f"{key}_text",
                    max_chars=200,
                    width=180,
                )
            st.form_submit_button(
                "Write it" if one.companies == 1 else f"Write for all {one.companies:,}",
                key=f"{key}_write",
                on_click=_write_for_all,
                args=(portfolio, inbox, one.key, key),
            )
        if may_share():
            st.form_submit_button(
                "Ask the founder" if one.companies == 1 else "Ask the founders",
                key=f"{key}_ask",
                type="tertiary",
                icon=":material/link:",
                on_click=_ask,
                args=(one,),
            )
        if not is_later:
            st.form_submit_button(
                "Don’t know",
                key=f"{key}_later",
                type="tertiary",
                on_click=_set_aside,
                args=(one.key,),
                help="It stays open, at the end of the list.",
            )


def _answer_each(chosen: PortfolioSummary, inbox: Inbox, one: OpenQuestion) -> None:
    """Offer a table with a field for each company; one click writes those that were filled in."""
    key = f"each_{one.key}"
    part = st.expander(
        f"Answer for each of {one.companies:,} companies", on_change="rerun", key=key
    )
    if not part.open:
        return
    with part:
        names = cached.companies_asked(chosen.name, one.key)
        if not names:
            st.caption("Of so large a portfolio, import a file with the answers.")
            return
        if cut := inbox_words.names_shown(names[:MOST_EACH], len(names)):
            st.caption(cut)
        taps = inbox_words.taps(one)
        answer: Any = st.column_config.TextColumn("Answer", help=inbox_words.hint(one) or None)
        if taps and not inbox_words.is_free(one):
            answer = st.column_config.SelectboxColumn("Answer", options=list(taps.values()))
        with st.form(f"{key}_form", border=False):
            rows = st.data_editor(
                [{"Company": name, "Answer": None} for name in names[:MOST_EACH]],
                hide_index=True,
                disabled=["Company"],
                column_config={"Answer": answer},
                placeholder=wording.UNKNOWN,
                key=f"{key}_rows",
            )
            if st.form_submit_button("Write these answers"):
                codes = {label: tap for tap, label in taps.items()}
                said = {
                    str(row["Company"]): codes.get(row["Answer"], row["Answer"])
                    for row in rows
                    if row["Answer"]
                }
                _write(chosen.name, inbox, one.key, said)
                st.rerun()


def _write_for_all(portfolio: str, inbox: Inbox, question: str, key: str) -> None:
    typed = str(st.session_state.get(f"{key}_text") or "").strip()
    tapped = st.session_state.get(f"{key}_tap") or ""
    _write(portfolio, inbox, question, typed or str(tapped))


def _write(portfolio: str, inbox: Inbox, question: str, answer: str | Mapping[str, str]) -> None:
    if not answer:
        st.session_state[_FAILED] = "Choose one of the answers, or type one, and write it then."
        return
    try:
        given = once_a_click(
            answer_question,
            cached.store(),
            cached.actor(),
            portfolio,
            question,
            answer,
            today=cached.today(),
        )
    except StoreError as problem:
        st.session_state[_FAILED] = str(problem)
        return
    before = Interval(low=inbox.low, high=inbox.high)
    st.session_state[_GIVEN] = _Given(portfolio=portfolio, answer=given, before=before)


def _take_back(store: Store, actor: Actor, given: InboxAnswer) -> None:
    """Undo the batch of an answer, and what was decided about its text."""
    undo_batch(store, actor, given.batch)
    if given.text is not None:
        remove_alias(store, actor, given.text)


def _undo() -> None:
    given: _Given = st.session_state[_GIVEN]
    try:
        once_a_click(_take_back, cached.store(), cached.actor(), given.answer)
    except StoreError as problem:
        st.session_state[_FAILED] = str(problem)
        st.session_state.pop(_GIVEN)
        return
    st.session_state[_GIVEN] = _Given(
        portfolio=given.portfolio, answer=given.answer, before=given.before, undone=True
    )


def _ask(one: OpenQuestion) -> None:
    if one.companies == 1 and one.first:
        links.write(section="founder", startup=one.first[0])
    else:
        links.write(section="several", about=one.key)


def _set_aside(question: str) -> None:
    links.write_list("later", [*links.read_list("later"), question])
