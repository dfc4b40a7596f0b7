"""Noting signals about a provider, on its page."""

from datetime import date

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.signals import add_signal, start_of_day
from risk.hazard.signals import Signal, SignalKind
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click

_MESSAGE = "signal_message"
#: The number of the signal that was noted last.
_NOTED = "signals_noted"


def note_signal(portfolio: str, provider: str) -> None:
    """Ask what was heard, when and where, and note it; whoever may not is told whom to ask."""
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))
    if not may(Action.ADD_SIGNAL):
        st.caption("You may read signals and not note any. Ask an analyst or owner.")
        return
    with st.expander("Note what you heard", icon=":material/add:"):
        _form(provider, {one.kind: one for one in cached.signal_kinds(portfolio)})


def _form(provider: str, kinds: dict[str, SignalKind]) -> None:
    # Streamlit's own emptying would send a second click without what was typed. This form is empty
    # once its signal is noted, and keeps what is refused.
    with st.form(f"signal_{provider}_{st.session_state.get(_NOTED, 0)}", border=False):
        kind = st.selectbox(
            "What sort of news",
            sorted(kinds, key=lambda one: kinds[one].meaning),
            format_func=lambda one: wording.sentence_case(kinds[one].meaning),
        )
        with st.grid(2, min_column_width=200):
            day = st.date_input(
                "Day it became known",
                value=cached.today(),
                max_value=cached.today(),
                format="YYYY-MM-DD",
            )
            source = st.text_input("Where it was heard", placeholder="Publication and date")
        with st.grid(2, min_column_width=200):
            intensity = st.slider("How much of it happened", 0, 100, 100, step=5, format="%d %%")
            reliability = st.slider("How far you believe it", 0, 100, 100, step=5, format="%d %%")
        if st.form_submit_button("Note the signal", type="primary") and isinstance(day, date):
            _keep(
                Signal(
                    provider=provider,
                    kind=kind,
                    at=start_of_day(day),
                    intensity=intensity / 100,
                    reliability=reliability / 100,
                    source=source,
                )
            )


def _keep(signal: Signal) -> None:
    try:
        number = once_a_click(add_signal, cached.store(), cached.actor(), signal)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_NOTED] = number
    st.session_state[_MESSAGE] = (
        f"Noted as signal {number}. It counts from now on; the Assumptions page says whether "
        "signals move the figures."
    )
    st.rerun()
