"""Decisions on the pages: accept an option, see what was decided, mark it done, take it back."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import decisions as service
from db.services import options as option_service
from db.services.access import Action
from db.services.decision_results import Decision
from db.services.decisions import list_decisions
from risk.alternatives.results import Alternative
from ui import cached, wording
from ui.clicks import once_a_click
from ui.page import card, link
from ui.tables import decision
from ui.words import decision_words, option_words

_MESSAGE = "decision_message"
#: A first guess at when it should be done.
USUAL_TIME = timedelta(days=60)


def message() -> None:
    """Show what came of the last change, once."""
    worked, said = st.session_state.pop(_MESSAGE, (True, ""))
    if said:
        (st.success if worked else st.error)(wording.escaped(said))


def decide(portfolio: str, startup: str, option: Alternative, stay: Alternative, key: str) -> None:
    """Show the button that decides for an option, or what is decided of its dependency already."""
    decided = _open_decision(portfolio, startup, stay.dependency_key)
    if decided is not None:
        if decided.option == option.option:
            said = f"Decided: {decided.owner}, {decision.status(decided, cached.today()).lower()}"
            st.caption(wording.escaped(said))
        return
    if not cached.may(Action.RECORD_DECISION) or cached.view().as_of is not None:
        return
    if st.button("Decide", key=f"decide_{key}"):
        st.dialog("Decide", width="medium")(_dialog)(portfolio, startup, option, stay)


def decided(portfolio: str, startup: str, options: Sequence[Alternative]) -> None:
    """Show what is decided of a dependency and still to be done, with what can be done about it."""
    stay = option_words.stay(options)
    known = None if stay is None else _open_decision(portfolio, startup, stay.dependency_key)
    if known is not None:
        with st.container(border=True):
            st.markdown(f"**{wording.escaped(decision_words.sentence(known, cached.today()))}**")
            change_buttons(known)


def _dialog(portfolio: str, startup: str, option: Alternative, stay: Alternative) -> None:
    """Ask who does it by when, and keep the decision."""
    if st.session_state.get(_MESSAGE, (False, ""))[0]:
        st.rerun()  # It is done: the page says so.
    message()
    case = wording.sentence_case(wording.brief(option.use_case))
    st.markdown(wording.escaped(f"{startup}, {case}: {option.option}."))
    with st.form("accept", border=False):
        left, right = st.columns(2)
        left.text_input("Owner", key="accept_owner", max_chars=200)
        right.date_input(
            "Due", value=_due(stay, cached.today()), key="accept_due", format="YYYY-MM-DD"
        )
        st.text_input("Note", key="accept_note", max_chars=1000)
        st.form_submit_button(
            "Accept this option",
            type="primary",
            on_click=_accept,
            args=(portfolio, startup, option, stay),
        )


def _accept(portfolio: str, startup: str, option: Alternative, stay: Alternative) -> None:
    given = st.session_state
    owner, due, note = given["accept_owner"], given["accept_due"], given["accept_note"]
    try:
        once_a_click(
            option_service.accept_option,
            cached.store(),
            cached.actor(),
            portfolio,
            startup,
            option,
            stay,
            owner=owner,
            due=due,
            note=note.strip() or None,
        )
    except StoreError as problem:
        given[_MESSAGE] = (False, str(problem))
        return
    by = f" by {wording.day(due)}" if due else ""
    given[_MESSAGE] = (True, f"Decided: {option.option}. {owner.strip()} sees to it{by}.")


def _open_decision(portfolio: str, startup: str, key: str) -> Decision | None:
    return next(
        (
            one
            for one in cached.asked(list_decisions, portfolio, startup)
            if one.stands and one.done is None and one.promise.dependency_key == key
        ),
        None,
    )


def _due(stay: Alternative, today: date) -> date:
    """The usual time, or the last day of today's model where that comes first and lies ahead."""
    usual, ends = today + USUAL_TIME, stay.last_day
    return usual if ends is None or ends.days_left < 0 else min(usual, ends.day)


def change_buttons(one: Decision) -> None:
    """Let whoever may decide mark a decision done or open again, or take it back."""
    if not one.stands or not cached.may(Action.RECORD_DECISION):
        return
    number = one.number
    with st.container(horizontal=True):
        if one.done is None:
            if st.button("Mark done", key=f"done_{number}", icon=":material/check:"):
                _change(
                    "Marked as done. Import the new facts or note a drill, and the score follows.",
                    service.finish_decision,
                    number,
                    done=cached.today(),
                )
        elif st.button("Not done after all", key=f"reopen_{number}", icon=":material/undo:"):
            _change("It is to be done again.", service.reopen_decision, number)
        with st.popover("Take back", icon=":material/undo:", key=f"back_{number}"):
            reason = st.text_input("Why", key=f"why_{number}", max_chars=1000)
            if st.button("Take the decision back", key=f"withdraw_{number}"):
                _change(
                    "Taken back. It stays on record.",
                    service.withdraw_decision,
                    number,
                    reason=reason,
                )


def _change(said: str, ask: Callable[..., Any], *what: object, **how: object) -> None:
    """Do it and start the page again with a sentence; show the store's where it refuses."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **how)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_MESSAGE] = (True, said)
    st.rerun()


def decisions_taken(portfolio: str, startup: str) -> None:
    """Show what one startup decided, with what can be done about each."""
    known = decision_words.open_first(cached.asked(list_decisions, portfolio, startup))
    with card("Decisions taken"):
        message()
        if not known:
            st.markdown("Nothing has been decided yet.")
            link("alternatives.py", "Choose an option", portfolio=portfolio, startup=startup)
        for one in known:
            st.markdown(wording.escaped(decision_words.sentence(one, cached.today())))
            change_buttons(one)
