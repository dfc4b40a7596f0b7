"""Answers that a progress bar was drawn for, remembered for everybody.

Such a bar cannot be drawn from inside one of Streamlit's cached functions, so this is a memory of
our own. Keys hold what those of :mod:`ui.cached` do.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

MOST_KEPT = 60


def kept(key: tuple[Any, ...], work: Callable[[], Any]) -> Any:
    """Return what ``work`` makes, made once for a key; the oldest answers are forgotten."""
    known = _memory()
    if key not in known:
        found = work()
        for old in list(known)[: max(0, len(known) - MOST_KEPT)]:
            known.pop(old, None)
        known[key] = found
    return known[key]


@st.cache_resource(show_spinner=False)
def _memory() -> dict[tuple[Any, ...], Any]:
    return {}
