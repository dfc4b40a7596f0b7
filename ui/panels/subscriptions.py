"""Subscriptions on the page Watch: who is told, made, seen beforehand, tried and ended."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.channels import Channel, channels
from db.services.subscriptions import (
    Rhythm,
    Subscription,
    list_subscriptions,
    subscribe,
    unsubscribe,
)
from ui import cached, digests, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.words import watch_words as words

_SAID = "subscription_said"


def who_is_told(portfolio: str) -> None:
    """Show who is told of what, and let the reader have somebody told."""
    if not may(Action.SUBSCRIBE):
        return
    with card(
        "Who is told",
        note="One message a day or a week, and one at once for whatever crosses a limit, however "
        "many do.",
    ):
        if said := st.session_state.pop(_SAID, None):
            st.success(wording.escaped(said))
        for one in cached.asked(list_subscriptions):
            _told(one)
        known = channels()
        if known:
            with st.expander("Tell somebody", icon=":material/add:"):
                _tell(portfolio, known)
        else:
            st.markdown(words.NO_CHANNEL)


def _told(one: Subscription) -> None:
    with st.expander(
        wording.escaped(words.told_in_words(one)), key=f"told_{one.number}", on_change="rerun"
    ) as shown:
        (st.error if one.problem else st.caption)(wording.escaped(words.went_out(one)))
        if not shown.open:
            return
        try:
            letter = digests.preview(cached.store(), cached.actor(), one.number)
        except StoreError as problem:
            st.error(wording.escaped(str(problem)))
            return
        st.markdown(f"**{wording.escaped(letter.title)}**")
        st.code(letter.body, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            if st.button("Send a test", key=f"test_{one.number}", icon=":material/send:"):
                with st.spinner("Sending…"):
                    _done("The test was sent.", digests.send_preview, one.number, letter)
            if st.button("Tell no longer", key=f"end_{one.number}", icon=":material/close:"):
                _done("Ended.", unsubscribe, one.number)


def _tell(portfolio: str, known: tuple[Channel, ...]) -> None:
    named = {one.name: one for one in known}
    chosen = named[
        st.selectbox(
            "Channel", list(named), format_func=lambda name: f"{name} ({named[name].kind})"
        )
    ]
    with st.form("tell", border=False):
        whom = st.text_input("E-mail address") if chosen.to_people else ""
        about = st.radio("About", [portfolio, "All that I see"], horizontal=True)
        rhythm = st.radio(
            "Digest",
            [Rhythm.WEEK.value, Rhythm.DAY.value, Rhythm.NONE.value],
            format_func=lambda one: words.RHYTHMS[one],
            horizontal=True,
        )
        at_once = st.checkbox("Also at once what crosses a limit", value=True)
        if st.form_submit_button("Tell from now on", type="primary"):
            _done(
                "They are told from now on.",
                subscribe,
                chosen.name,
                recipient=whom,
                portfolio=portfolio if about == portfolio else None,
                rhythm=Rhythm(rhythm),
                at_once=at_once,
            )


def _done(said: str, ask: Callable[..., Any], *what: object, **named: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **named)
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return
    st.session_state[_SAID] = said
    st.rerun()
