"""Portfolios by themselves: another name, put away and brought back, deleted by its typed name."""

import streamlit as st

from db.errors import StoreError
from db.services import portfolio_changes
from db.services.access import Action
from ui import cached, wording
from ui.clicks import once_a_click
from ui.page import chosen_name, portfolio_label

_SAID = "what_became_of_the_portfolio"


def manage_portfolios() -> None:
    """Show what can be done with portfolios to those who may do it."""
    if not cached.may(Action.MANAGE_PORTFOLIO):
        return
    worked, sentence = st.session_state.pop(_SAID, (True, ""))
    if sentence:
        (st.success if worked else st.error)(wording.escaped(sentence))
    archived = cached.asked(portfolio_changes.list_archived)
    known = [one.name for one in cached.portfolios()]
    if not known and not archived:
        return
    with st.expander("Portfolios: rename, archive, delete"):
        if known:
            chosen = chosen_name()
            name = st.selectbox(
                "Portfolio",
                known,
                index=known.index(chosen) if chosen in known else 0,
                format_func=portfolio_label,
                key="managed_portfolio",
            )
            _rename(name)
            _archive(name)
            if cached.may(Action.DELETE_PORTFOLIO):
                _delete(name)
        if archived:
            st.markdown("**Archived portfolios**")
        for number, one in enumerate(archived):
            with st.container(
                horizontal=True,
                horizontal_alignment="distribute",
                vertical_alignment="center",
            ):
                counted = wording.counted(one.startups, "company", "companies")
                day = wording.day(one.archived)
                st.markdown(
                    wording.escaped(f"{one.name} · {counted} · archived {day}"), width="stretch"
                )
                st.button(
                    "Bring back",
                    key=f"unarchive_{number}",
                    on_click=_bring_back,
                    args=(one.name,),
                )


def _rename(name: str) -> None:
    with st.form("rename_portfolio", border=False):
        st.text_input("New name", max_chars=200, key="portfolio_name")
        st.form_submit_button("Rename", on_click=_do_rename, args=(name,))


def _archive(name: str) -> None:
    st.caption(
        "An archived portfolio is in no list and its links do not open, until it is brought back."
    )
    st.button("Archive", key="archive_portfolio", on_click=_do_archive, args=(name,))


def _delete(name: str) -> None:
    with st.form("delete_portfolio", border=False):
        st.warning(
            "Deleting takes its companies, imports, decisions, drills, links and answers for good. "
            "It cannot be undone."
        )
        st.text_input(f"To delete it, type its name: {name}", key="typed_portfolio")
        st.form_submit_button("Delete for good", on_click=_do_delete, args=(name,))


def _do_rename(name: str) -> None:
    to = st.session_state["portfolio_name"]
    try:
        shown = once_a_click(
            portfolio_changes.rename_portfolio, cached.store(), cached.actor(), name, to
        )
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
        return
    _forget_choice()
    st.session_state[_SAID] = (True, f"“{name}” is called “{shown}” now.")


def _do_archive(name: str) -> None:
    try:
        once_a_click(portfolio_changes.archive_portfolio, cached.store(), cached.actor(), name)
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
        return
    _forget_choice()
    st.session_state[_SAID] = (True, f"“{name}” is archived. It can be brought back below.")


def _bring_back(name: str) -> None:
    try:
        once_a_click(portfolio_changes.unarchive_portfolio, cached.store(), cached.actor(), name)
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
        return
    st.session_state[_SAID] = (True, f"“{name}” is back in the list.")


def _do_delete(name: str) -> None:
    typed = st.session_state["typed_portfolio"]
    try:
        done = once_a_click(
            portfolio_changes.delete_portfolio, cached.store(), cached.actor(), name, typed=typed
        )
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
        return
    _forget_choice()
    startups = wording.counted(done.startups, "company", "companies")
    st.session_state[_SAID] = (True, f"“{done.name}” is deleted, with {startups}.")


def _forget_choice() -> None:
    """Let the address name no portfolio that is there no more."""
    st.query_params.clear()
