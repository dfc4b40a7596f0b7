"""Past crises as pages read them: each portfolio made ready once, each hour judged once."""

from datetime import datetime
from typing import Any

import streamlit as st

from db.services import replays as service
from risk.scenarios.library import PastEvent
from risk.scenarios.replay import ReplayFrame, ReplaySetting, frame_at, frame_times
from risk.scenarios.replays import Replay
from ui import cached
from ui.cache_keys import KEYS


def replays() -> dict[str, Replay]:
    """Return the past crises by id."""
    return _replays()


def past_events() -> tuple[PastEvent, ...]:
    """Return falters that happened, the oldest first."""
    return _past_events()


def frames(name: str, replay: Replay, provider: str) -> tuple[ReplayFrame, ...]:
    """Return every hour at which a crisis is shown, as it falls on ``provider`` today."""
    return _frames(*_key(name, provider), replay.id)


def frame(name: str, replay: Replay, provider: str, at: datetime) -> ReplayFrame:
    """Return any moment of a crisis, as it falls on ``provider`` today."""
    return frame_at(_setting(*_key(name, provider)), replay, at)


def chances(name: str, replay: Replay) -> tuple[float, float]:
    """Return P before the first news and the highest P of a crisis, where it happened."""
    found = [one.hazard.probability for one in frames(name, replay, replay.provider)]
    return found[0], max(found)


def _key(name: str, provider: str) -> tuple[tuple[Any, ...], str]:
    return cached.state_of(name), provider


@st.cache_resource(max_entries=1, show_spinner=False)
def _replays() -> dict[str, Replay]:
    return service.replays(cached.store(), cached.actor())


@st.cache_resource(max_entries=1, show_spinner=False)
def _past_events() -> tuple[PastEvent, ...]:
    return service.past_events(cached.store(), cached.actor())


@st.cache_resource(max_entries=16, show_spinner="Finding what is at stake…", hash_funcs=KEYS)
def _setting(state: tuple[Any, ...], provider: str) -> ReplaySetting:
    name, *_, day = state
    return service.replay_setting(cached.store(), cached.actor(), name, provider, today=day)


@st.cache_resource(max_entries=16, show_spinner="Replaying hour by hour…", hash_funcs=KEYS)
def _frames(state: tuple[Any, ...], provider: str, replay: str) -> tuple[ReplayFrame, ...]:
    setting = _setting(state, provider)
    chosen = _replays()[replay]
    return tuple(frame_at(setting, chosen, at) for at in frame_times(chosen))
