"""Pages as of a past day: a day in the sidebar, after which every figure is of the register then.

What is chosen stands in the address and goes along from page to page. Pages on what comes in, and
on the program itself, are of today.
"""

from datetime import date

import streamlit as st

from db.engine import View
from db.errors import StoreError
from db.services import past
from ui import cached, links, wording
from ui.page import chosen_name
from ui.slicing import SLICED
from ui.words.view_words import AS_OF, AS_OF_HINT

#: Addresses of the pages that can be read as of a past day.
PAST = SLICED | {"startup"}
_KEY = "past_day"


def choose_day(path: str) -> None:
    """Show the choice for the page at an address; ui/navigation.py calls it for every page."""
    cached.read_as_of(View())
    portfolio = chosen_name()
    if portfolio is None:
        return
    wanted, applied = links.wanted_day(portfolio), path in PAST
    view = _view(portfolio, wanted) if wanted is not None and applied else View()
    links.keep_day(portfolio, wanted if view.as_of or not applied else None, applied=applied)
    cached.read_as_of(view)
    if not applied:
        return
    st.session_state[_KEY] = view.as_of
    with st.sidebar:
        st.date_input(
            AS_OF,
            key=_KEY,
            format="YYYY-MM-DD",
            max_value=cached.today(),
            on_change=_changed,
            args=(portfolio,),
            help=AS_OF_HINT,
        )


def _view(portfolio: str, day: date) -> View:
    """The view of that day; the whole where it is refused, which is said."""
    try:
        store = past.as_of(cached.store().whole, cached.actor(), portfolio, day)
    except StoreError as refused:
        st.toast(wording.escaped(str(refused)), icon=":material/event_busy:")
        return View()
    return store.view


def _changed(portfolio: str) -> None:
    chosen = st.session_state[_KEY]
    links.keep_day(portfolio, chosen if isinstance(chosen, date) else None, applied=True)
