"""Clicks that ask the store for something once, however often they come.

Streamlit begins a run for each click and ends the one before wherever that touches its session or
the page. Of a double click the first may therefore have written without anybody hearing of it, and
the second would write again: two links, or two drills. Between the work and what is remembered of
it here nothing can end a run.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from db.errors import StoreError

P = ParamSpec("P")
Result = TypeVar("Result")

_DESK = "clicks"
#: The same again this soon after it was done is the same click. Systems call two clicks a double
#: click up to half a second apart; what is on its way to a busy server may take longer.
SAME_CLICK_SECONDS = 2.0


class _Desk:
    """What one reader asked for last and what came of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: object = None
        self._done_at = float("-inf")
        self._result: Any = None
        self._refused: StoreError | None = None

    def outcome(self, asked: object, work: Callable[[], Any]) -> tuple[Any, StoreError | None]:
        """Do it unless it was done just now; a second click waits for the first."""
        with self._lock:
            if asked != self._asked or time.monotonic() - self._done_at > SAME_CLICK_SECONDS:
                self._asked, self._result, self._refused = None, None, None
                try:
                    self._result = work()
                except StoreError as refused:
                    self._refused = refused
                self._asked, self._done_at = asked, time.monotonic()
            return self._result, self._refused


def once_a_click(ask: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Ask the store for what a click asks for, and return what came of it.

    The same asked for again within :data:`SAME_CLICK_SECONDS` of its end, with nothing else in
    between, is the same click: it returns or raises what the first did. ``ask`` must not touch the
    page or the session.

    Raises:
        StoreError: the store refused.
    """
    desk: _Desk = st.session_state.setdefault(_DESK, _Desk())
    result, refused = desk.outcome((ask, args, kwargs), lambda: ask(*args, **kwargs))
    if refused is not None:
        raise refused
    answer: Result = result
    return answer
