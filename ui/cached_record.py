"""How well past months would have been forecast, worked out once for each state of the history."""

import streamlit as st

from db.services import incidents
from risk.hazard.calibration import TrackRecord
from ui import cached


def track_records() -> tuple[TrackRecord, ...]:
    """Return how well past months would have been forecast, from the history in the store."""
    return _track_records(incidents.history_revision(cached.store(), cached.actor()))


@st.cache_resource(max_entries=2, show_spinner="Forecasting past months…")
def _track_records(revision: str) -> tuple[TrackRecord, ...]:
    return incidents.calibrate_incidents(cached.store(), cached.actor())
