"""Changes on the page Assumptions: a number set, or put back."""

import streamlit as st

from db.errors import StoreError
from db.services import assumptions as service
from risk.assumptions import AssumptionRow
from ui import cached, links, wording
from ui.clicks import once_a_click

_MESSAGE = "assumption_message"
_CLICKED = "clicked_assumption"


def change(portfolio: str, row: AssumptionRow, value: float | None, reason: str) -> str | None:
    """Change a number (None: put the default back) and start the page again.

    Returns the sentence to show where the store refuses.
    """
    try:
        once_a_click(
            service.set_assumption,
            cached.store(),
            cached.actor(),
            portfolio,
            row.name,
            value,
            reason,
        )
    except StoreError as problem:
        return str(problem)
    label = wording.assumption(row.name)
    st.session_state[_MESSAGE] = (
        f"{label} is {wording.figure(row.default)} again, the default."
        if value is None
        else f"{label} is now {wording.figure(value)}. Every page counts with it from here on."
    )
    st.rerun()


def choose(name: str) -> None:
    """Make the clicked number the one to change, once: its row stays selected afterwards."""
    if st.session_state.get(_CLICKED) != name:
        st.session_state[_CLICKED] = name
        links.write(number=name)


def message() -> str | None:
    """Return the sentence left by the last change, once."""
    left: str | None = st.session_state.pop(_MESSAGE, None)
    return left
