"""What the page Provider reads of the past; kept until the history or the portfolio changes."""

from datetime import date
from typing import Any

import streamlit as st

from db.services import incidents
from db.services import provider_history as service
from db.services.provider_history import HeardOf, ProviderPast
from ui import cached
from ui.cache_keys import KEYS

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
    return _heard_of(cached.state_of(portfolio), provider, on)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def _heard_of(state: tuple[Any, ...], provider: str, on: date) -> HeardOf | None:
    name, day = str(state[0]), state[-1]
    assert isinstance(day, date)  # noqa: S101 - the last of what an answer depends on
    return service.heard_of(cached.store(), cached.actor(), name, provider, on=on, today=day)
