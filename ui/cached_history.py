"""The recorded past of prices and retirements, fitted and scored once for each set of numbers."""

import streamlit as st

from db.services.reference import FIXTURES
from risk.assumptions import Assumptions
from risk.catalog.model_history import load_model_history
from risk.hazard.history_record import HistoryRecord
from risk.hazard.history_record import history_record as record_of
from ui import cached
from ui.cache_keys import KEYS


def history_record(portfolio: str) -> HistoryRecord:
    """Return fits and checks of the record beside the judged numbers of a portfolio."""
    return _history_record(cached.assumptions(portfolio))


@st.cache_resource(max_entries=4, show_spinner="Fitting prices and last days…", hash_funcs=KEYS)
def _history_record(assumptions: Assumptions) -> HistoryRecord:
    return record_of(load_model_history(FIXTURES), cached.catalog(), assumptions)
