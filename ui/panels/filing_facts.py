"""Forms for a register of information: who files it, drawing one up, putting one away."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.filings import (
    FilingSummary,
    draw_register,
    read_identifiers,
    remove_filing,
    state_filing,
    stated_facts,
)
from risk.dora.packages import SCOPES, FilingFacts
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.server.uploads import file_uploader
from ui.words.filing_words import usual_day

_MESSAGE = "filing_message"
_SCOPES = {
    "": "not stated",
    "CON": "CON: the group, consolidated",
    "IND": "IND: one entity alone",
}


def say_done() -> None:
    """Say what the last click did."""
    if sentence := st.session_state.pop(_MESSAGE, None):
        st.success(wording.escaped(sentence))


def do(
    said: str | Callable[[Any], str], work: Callable[..., Any], *args: Any, **named: Any
) -> None:
    """Ask the store for what a click asks for, say what came of it, and show the page anew."""
    try:
        found = once_a_click(work, cached.store(), cached.actor(), *args, **named)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_MESSAGE] = said if isinstance(said, str) else said(found)
    st.rerun()


def _ask(facts: FilingFacts, key: str) -> dict[str, Any]:
    with st.grid(3, min_column_width=180):
        lei = st.text_input("LEI of the filer", value=facts.lei, max_chars=20, key=f"{key}_lei")
        scope = st.selectbox(
            "Scope",
            ["", *SCOPES],
            index=["", *SCOPES].index(facts.scope),
            format_func=_SCOPES.__getitem__,
            key=f"{key}_scope",
        )
        country = st.text_input(
            "Country of the authority",
            value=facts.country,
            max_chars=2,
            placeholder="DE",
            key=f"{key}_country",
        )
        day = st.date_input(
            "Reference date",
            value=facts.day or usual_day(cached.today()),
            format="YYYY-MM-DD",
            key=f"{key}_day",
        )
        currency = st.text_input(
            "Currency of all amounts", value=facts.currency, max_chars=3, key=f"{key}_currency"
        )
    return {"lei": lei, "scope": scope, "country": country, "day": day, "currency": currency}


def facts_form(summary: FilingSummary) -> None:
    """Ask who files for which day; the package is named after it."""
    note = "The name of the package and its parameters say this. Nothing is converted: all amounts "
    note += "of the tables are in this currency."
    with card("Who files, and for which day", note=note, height="content"):
        if not may(Action.PREPARE_FILING):
            st.caption("Only analysts and owners change this.")
            return
        with st.form("filing_facts", border=False):
            given = _ask(summary.facts, f"filing_{summary.number}")
            entry = st.text_input(
                "Entry point of the taxonomy", value=summary.facts.entry_point, max_chars=300
            )
            if not st.form_submit_button("Keep", type="primary"):
                return
        try:
            facts = stated_facts(summary.facts, entry_point=entry, **given)
        except StoreError as problem:
            st.error(wording.escaped(problem))
            return
        do("Kept.", state_filing, summary.number, facts)


def draw_form(portfolio: str) -> None:
    """Offer to draw up a register from what the portfolio states."""
    if not may(Action.PREPARE_FILING):
        return
    note = "What the portfolio states goes into the tables as of the reference date; everything "
    note += (
        "else stays open. A code that nobody stated is asked once and stands wherever it belongs."
    )
    with card("Draw up a register from this portfolio", note=note, height="content"):
        codes = file_uploader(
            "Official codes of firms, if you have them: CSV with name, code, type (LEI, EUID, …)",
            type="csv",
            key="filing_identifiers",
        )
        with st.form("filing_draw", border=False):
            given = _ask(FilingFacts(), "filing_drawn")
            if not st.form_submit_button("Draw it up"):
                return
        try:
            facts = stated_facts(FilingFacts(), **given)
            identifiers = read_identifiers(codes.getvalue()) if codes is not None else {}
        except StoreError as problem:
            st.error(wording.escaped(problem))
            return
        do(
            lambda number: f"Drawn up as register {number}.",
            draw_register,
            portfolio,
            facts=facts,
            identifiers=identifiers,
        )


def remove_form(summary: FilingSummary) -> None:
    """Let a register be put away, with a reason."""
    with st.expander("Put this register away"), st.form("filing_remove", border=False):
        reason = st.text_input("Why", max_chars=500)
        if st.form_submit_button("Put it away"):
            do("It is put away.", remove_filing, summary.number, reason=reason)
