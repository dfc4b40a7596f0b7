"""Corrections that came back through links: a diff to accept or to decline."""

import streamlit as st

from db.errors import StoreError
from db.services.correction_acceptance import accept_correction
from db.services.corrections import Correction, decline_correction, list_corrections
from ui import cached, wording
from ui.clicks import once_a_click
from ui.page import card, link
from ui.render.frames import frame
from ui.render.page import small_table
from ui.tables import correction

_SAID = "what_became_of_the_correction"


def corrections(*, of: str | None = None) -> None:
    """Show what waits for a decision, then what was decided; ``of``: answers from a portfolio."""
    known = [
        one
        for one in cached.asked(list_corrections)
        if of is None or (one.asked and one.portfolio == of)
    ]
    _what_became_of_it()
    for one in known:
        if one.decision is None:
            _waiting(one)
    decided = [one for one in known if one.decision is not None]
    if decided:
        with st.expander(f"Decided before ({len(decided)})"):
            for one in decided:
                st.markdown(f"- {wording.escaped(_decided(one))}")


def _what_became_of_it() -> None:
    kind, sentence = st.session_state.pop(_SAID, (None, ""))
    if kind is not None:
        (st.success if kind == "done" else st.error)(wording.escaped(sentence))


def _waiting(one: Correction) -> None:
    who = one.proposed_by or ("Somebody there" if one.asked else "The reader")
    did = "answered" if one.asked else "proposed it"
    note = f"{who} {did} on {wording.day(one.proposed_at.date())} through link {one.share}"
    with card(f"{_called(one)}: {one.startup}", note=note):
        if one.message:
            st.markdown(f"“{wording.escaped(one.message)}”")
        chosen = [change.place for change in one.changes]
        if one.changes:
            changes = [correction.change_of(change) for change in one.changes]
            small_table(frame(correction.CHANGES[1:], changes))
            chosen = st.multiselect(
                "Accept these changes",
                [change.place for change in one.changes if not change.is_gone],
                default=[change.place for change in one.changes if not change.is_gone],
                format_func=lambda place: correction.what(changes[place]),
                key=f"take_over_{one.number}",
            )
        if any(change.has_moved for change in one.changes):
            since = "questions were sent" if one.asked else "snapshot was made"
            st.warning(f"The register has changed since the {since}. Compare first.")
        if one.asked:
            link(
                "questions.py",
                "All answers, and what is not known there",
                portfolio=one.portfolio,
                form=str(one.share),
            )
        reason = st.text_input("Reason (kept in the audit trail)", key=f"reason_{one.number}")
        with st.container(horizontal=True):
            st.button(
                "Accept" if one.changes else "Mark as done",
                key=f"accept_{one.number}",
                type="primary",
                disabled=bool(one.changes) and not chosen,
                on_click=_accept,
                args=(one, tuple(chosen), reason),
            )
            st.button("Decline", key=f"decline_{one.number}", on_click=_decline, args=(one, reason))


def _called(one: Correction) -> str:
    return f"{'Answers' if one.asked else 'Correction'} {one.number}"


def _accept(one: Correction, chosen: tuple[int, ...], reason: str) -> None:
    try:
        done = once_a_click(
            accept_correction,
            cached.store(),
            cached.actor(),
            one.number,
            only=chosen,
            reason=reason,
        )
    except StoreError as problem:
        st.session_state[_SAID] = ("failed", str(problem))
        return
    where = f" as batch {done.batch}, which can be undone on the Import page" if done.batch else ""
    st.session_state[_SAID] = ("done", f"{_accepted(one)} accepted{where}.")


def _accepted(one: Correction) -> str:
    return f"{_called(one)} {'are' if one.asked else 'is'}"


def _decline(one: Correction, reason: str) -> None:
    try:
        once_a_click(decline_correction, cached.store(), cached.actor(), one.number, reason=reason)
    except StoreError as problem:
        st.session_state[_SAID] = ("failed", str(problem))
        return
    st.session_state[_SAID] = ("done", f"{_accepted(one)} declined; nothing changed.")


def _decided(one: Correction) -> str:
    when = wording.day(one.decided_at.date()) if one.decided_at else wording.UNKNOWN
    batch = f", batch {one.batch}" if one.batch is not None else ""
    reason = f" – {one.reason}" if one.reason else ""
    return (
        f"{_called(one)} ({one.startup}): {one.decision} on {when} by {one.decided_by}"
        f"{batch}{reason}"
    )
