"""The clock of a replay: which hour is shown, the slider, the steps from news to news, and play.

The hour lives in the address, with the crisis that it is of. While the replay plays it does not,
for every step would be one more in the browser's history; it is written when playing stops.
"""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from risk.scenarios.replays import Replay
from ui import links, wording
from ui.words import replay_words

PLAYING = "replay_playing"
SHOWN = "replay_shown"
CRISIS = "replay_crisis"
SLIDER = "replay_hour"
STOPS = "replay_stops"
#: How long an hour is shown while the replay plays, in seconds.
STEP_SECONDS = 0.7


def is_playing() -> bool:
    """Say whether the replay moves on by itself."""
    return bool(st.session_state.get(PLAYING))


def asked(replay: Replay, name: str) -> datetime | None:
    """Return the moment that the address asks for, on the replay's clock; None if it asks none.

    One outside the replay is named and left out, as is one that cannot be read.
    """
    text = links.read(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        st.warning(f"The link asks for the time “{wording.escaped(text[:40])}”, which is none.")
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=replay.starts.tzinfo)
    if not replay.starts <= found <= replay.ends:
        st.warning(
            f"The link asks for {wording.escaped(text[:40])}; this replay runs from "
            f"{wording.day(replay.starts)} to {wording.day(replay.ends)}."
        )
        return None
    return replay_words.on_the_clock(found, replay)


def forget_hours_of_another(crisis: str) -> None:
    """Drop the hours that belong to the crisis shown before, once the reader takes another."""
    before = st.session_state.get(CRISIS)
    if before not in (None, crisis):
        st.session_state[PLAYING] = False
        links.write(at=None, against=None)
    st.session_state[CRISIS] = crisis


def shown_hour(replay: Replay, times: Sequence[datetime], *, telling: datetime) -> datetime:
    """Return the hour to show: the one played to, else the address's, else the most telling."""
    if is_playing():
        return _next_played(times)
    return asked(replay, "at") or telling


def _next_played(times: Sequence[datetime]) -> datetime:
    before = st.session_state[SHOWN]
    later = [one for one in times if one > before]
    found = later[0] if later else times[-1]
    st.session_state[SHOWN] = found
    return found


def ask_hour(replay: Replay, times: Sequence[datetime], now: datetime) -> None:
    """Show the hour in large letters, the steps, and the slider over all hours."""
    times = sorted({*times, now})
    written = [_text(one, replay) for one in times]
    labels = dict(zip(written, (replay_words.time_of(one, replay) for one in times), strict=True))
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader(
            f"{replay_words.long_time(now, replay)} {wording.escaped(replay.clock)}",
            anchor=False,
            width="content",
        )
        _steps(replay, times, now)
    # A browser that lags behind sends the hour before as if the reader had wished it. Nobody
    # slides while it plays, and what comes after is another slider.
    key = f"{SLIDER}_{st.session_state.get(STOPS, 0)}"
    st.session_state[key] = _text(now, replay)
    st.select_slider(
        "Known until",
        written,
        key=key,
        format_func=lambda one: labels[one],
        label_visibility="collapsed",
        disabled=is_playing(),
        on_change=None if is_playing() else _slid,
        args=None if is_playing() else (key, replay),
    )


def _steps(replay: Replay, times: Sequence[datetime], now: datetime) -> None:
    news = sorted({one.at for one in replay.moments})
    before = [one for one in news if one < now]
    after = [one for one in news if one > now]
    with st.container(horizontal=True, width="content", gap="xsmall"):
        st.button(
            "Earlier news",
            icon=":material/skip_previous:",
            disabled=not before,
            on_click=_go,
            args=(before[-1] if before else now, replay),
        )
        label, icon = ("Pause", "pause") if is_playing() else ("Play", "play_arrow")
        if st.button(label, icon=f":material/{icon}:", type="primary", key="replay_play"):
            _toggle(replay, times, now)
        st.button(
            "Later news",
            icon=":material/skip_next:",
            disabled=not after,
            on_click=_go,
            args=(after[0] if after else now, replay),
        )


def _toggle(replay: Replay, times: Sequence[datetime], now: datetime) -> None:
    """Begin to play, or stop and write the hour down.

    It begins at the hour that the reader chose; without one, or at the end, at the start.
    """
    if is_playing():
        stop_at(now, replay)
    else:
        is_chosen = links.read("at") is not None and now < times[-1]
        st.session_state[SHOWN] = now if is_chosen else times[0]
        st.session_state[PLAYING] = True
        links.write(at=None, replay=replay.id)
    # Only a run of the whole page changes how often its fragment runs by itself.
    st.rerun()


def stop_at(now: datetime, replay: Replay) -> None:
    """Stop playing and write the hour into the address."""
    st.session_state[PLAYING] = False
    st.session_state[STOPS] = st.session_state.get(STOPS, 0) + 1
    links.write(at=_text(now, replay), replay=replay.id)


def _go(at: datetime, replay: Replay) -> None:
    stop_at(at, replay)


def _slid(key: str, replay: Replay) -> None:
    links.write(at=st.session_state[key], replay=replay.id)


def _text(at: datetime, replay: Replay) -> str:
    return replay_words.on_the_clock(at, replay).isoformat(timespec="minutes")
