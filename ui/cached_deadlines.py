"""What ends when, for pages; kept for everybody until the portfolio or the day changes."""

from datetime import date
from typing import Any

import streamlit as st

from db.services.deadlines import portfolio_deadlines
from risk.portfolio.deadlines import DeadlineCalendar
from ui import cached
from ui.cache_keys import KEYS


def deadline_calendar(portfolio: str, days: int) -> DeadlineCalendar:
    """Return retirements, notices and renewals of a portfolio within ``days`` of today."""
    return _deadline_calendar(cached.state_of(portfolio), days)


@st.cache_resource(max_entries=24, show_spinner="Looking for what ends…", hash_funcs=KEYS)
def _deadline_calendar(state: tuple[Any, ...], days: int) -> DeadlineCalendar:
    name, day = str(state[0]), state[-1]
    assert isinstance(day, date)  # noqa: S101 - the last of what an answer depends on
    return portfolio_deadlines(cached.store(), cached.actor(), name, today=day, days=days)
