"""What pages ask of scenarios beside the stress test itself, worked out once for each question."""

from typing import Any

import streamlit as st

from db.services import scoring, stresses
from db.services.stresses import StressChoices
from risk.scenarios.course import StartupCourse
from risk.scenarios.results import Scenario
from ui import cached
from ui.cache_keys import KEYS


def course(name: str, startup: str, scenario: Scenario) -> StartupCourse:
    """Return what a startup goes through, and what it costs by the day."""
    return _course(cached.state_of(name), startup, scenario)


def choices(name: str) -> StressChoices:
    """Return whom a stress test of a portfolio can hit, and where it can begin."""
    return _choices(cached.state_of(name))


@st.cache_resource(max_entries=24, show_spinner="Following the disruption…", hash_funcs=KEYS)
def _course(state: tuple[Any, ...], startup: str, scenario: Scenario) -> StartupCourse:
    name, *_, day = state
    return scoring.course(cached.store(), cached.actor(), name, startup, scenario, today=day)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=KEYS)
def _choices(state: tuple[Any, ...]) -> StressChoices:
    name, *_, day = state
    return stresses.stress_choices(cached.store(), cached.actor(), name, today=day)
