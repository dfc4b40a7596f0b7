"""One startup of a large portfolio, read and scored without the others."""

from datetime import date
from typing import Any

import streamlit as st

from db.services import scoring
from risk.inventory.records import Portfolio
from risk.portfolio.results import PortfolioAssessment
from ui import cached
from ui.cache_keys import KEYS
from ui.turns import in_turn


def startup_alone(name: str, startup: str) -> tuple[Portfolio, PortfolioAssessment]:
    """Return a portfolio that holds this startup alone, and its answer.

    Raises:
        risk.alternatives.options.StartupNotFound: the portfolio has no startup of this name.
    """
    return _startup_alone(startup, cached.state_of(name))


@st.cache_resource(max_entries=32, show_spinner="Scoring the startup…", hash_funcs=KEYS)
@in_turn
def _startup_alone(startup: str, state: tuple[Any, ...]) -> tuple[Portfolio, PortfolioAssessment]:
    name, day = str(state[0]), state[-1]
    assert isinstance(day, date)  # noqa: S101 - the last of what an answer depends on
    return scoring.score_startup(cached.store(), cached.actor(), name, startup, today=day)
