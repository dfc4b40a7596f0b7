"""What the page Assumptions does for the reader: change a number, put it back, run the tornado."""

from collections.abc import Callable

import streamlit as st

from db.errors import StoreError
from db.services import assumptions as service
from risk.assumptions import AssumptionRow, Assumptions
from risk.portfolio.sensitivity import Driver, Sensitivity, every_assumption, main_drivers
from ui import cached, links, wording
from ui.clicks import once_a_click

#: What can be asked of the tornado, by its id in the address.
DRIVERS: dict[str, Callable[[Assumptions], tuple[Driver, ...]]] = {
    "main": main_drivers,
    "all": every_assumption,
}

_MESSAGE = "assumption_message"
_CLICKED = "clicked_assumption"
_ASKED = "tornado_asked"


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
    return st.session_state.pop(_MESSAGE, None)


def ask_tornado(portfolio: str, drivers: str) -> None:
    """Remember that the reader asked for these drivers, on the numbers as they stand now."""
    st.session_state[_ASKED] = (portfolio, drivers, cached.assumptions(portfolio))
    links.write(drivers=drivers)


def tornado(portfolio: str) -> Sensitivity | None:
    """Return the tornado that was asked for, or None; it is calculated with a progress bar.

    A link may ask for the main drivers, which take seconds; all take a click.
    """
    asked = st.session_state.get(_ASKED)
    current = cached.assumptions(portfolio)
    if asked is not None and asked[0] == portfolio and asked[2] == current:
        wanted = asked[1]
    elif links.read_choice("drivers", tuple(DRIVERS), what="drivers") == "main":
        wanted = "main"
    else:
        if asked is not None and asked[0] == portfolio:
            st.caption("A number has changed since this was last run: run it again.")
        return None
    place = st.empty()

    def tell(share: float) -> None:
        place.progress(share, text=f"Scoring with other numbers: {100 * share:.0f} %")

    found = cached.sensitivity(portfolio, DRIVERS[wanted], tell)
    place.empty()
    return found
