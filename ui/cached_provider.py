"""What the page Provider reads of the past; kept for one reader until the history changes."""

from datetime import date

import streamlit as st

from db.services import incidents
from db.services import provider_history as service
from db.services.provider_history import HeardOf, ProviderPast
from ui import cached

_KNOWN = "provider_past_known"


def provider_past(provider: str) -> ProviderPast:
    """Return a provider's imported history, and what is documented and published of it."""
    store, actor = cached.store(), cached.actor()
    rests_on = (provider, incidents.history_revision(store, actor))
    known = st.session_state.get(_KNOWN)
    if known is None or known[0] != rests_on:
        found = service.provider_past(store, actor, provider)
        st.session_state[_KNOWN] = known = (rests_on, found)
    return known[1]


def heard_of(portfolio: str, provider: str, on: date) -> HeardOf | None:
    """Return what was heard of a provider up to a day, and what it adds to the odds."""
    return service.heard_of(
        cached.store(), cached.actor(), portfolio, provider, on=on, today=cached.today()
    )
