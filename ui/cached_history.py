"""The recorded past of prices and retirements, fitted and scored once."""

import streamlit as st

from db.services.reference import FIXTURES
from risk.catalog.model_history import load_model_history
from risk.hazard.history_record import HistoryRecord
from risk.hazard.history_record import history_record as record_of
from ui import cached


@st.cache_resource(max_entries=1, show_spinner="Fitting prices and last days…")
def history_record() -> HistoryRecord:
    """Return fits and checks of the record."""
    return record_of(load_model_history(FIXTURES), cached.catalog())
