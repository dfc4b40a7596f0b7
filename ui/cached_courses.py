"""What one startup goes through in one falter, computed once for each reader's question."""

from datetime import date

import streamlit as st

from db.services import scoring
from risk.assumptions import Assumptions
from risk.scenarios.results import Scenario
from risk.scenarios.startup_course import StartupCourse
from ui import cached
from ui.cache_keys import KEYS


def course(name: str, startup: str, scenario: Scenario) -> StartupCourse:
    """Return what a startup goes through, and what it costs by the day."""
    seen = cached.portfolio(name).revision, cached.actor().scope
    return _course(name, seen, cached.assumptions(name), startup, scenario, cached.today())


@st.cache_resource(max_entries=24, show_spinner="Following the falter…", hash_funcs=KEYS)
def _course(
    name: str,
    seen: tuple[int, str],
    assumptions: Assumptions,
    startup: str,
    scenario: Scenario,
    day: date,
) -> StartupCourse:
    return scoring.course(cached.store(), cached.actor(), name, startup, scenario, today=day)
