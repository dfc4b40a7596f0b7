"""What one run of a page has read of the store, so that its parts do not each read it again.

A page asks for the state of its portfolio a dozen times. It sees the store as it was when it first
asked; after anything that this process writes, also in between, it asks anew.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.engine import Store

Answer = TypeVar("Answer")


class _Known(threading.local):
    """Of the run in this thread. ``run`` is a thing that each run has its own of."""

    run: object = None
    written: int = -1
    answers: dict[Hashable, Any]


_known = _Known()


def once(store: Store, key: Hashable, read: Callable[[], Answer]) -> Answer:
    """Return what ``read`` gives, asked for once for a key within one run; always outside of one.

    ``key`` must say who is looking.
    """
    # Every run, of a page or of a part of it, begins with places of its own for what it shows.
    run = getattr(get_script_run_ctx(suppress_warning=True), "cursors", None)
    if run is None:
        return read()
    written = store.written
    if _known.run is not run or _known.written != written:
        _known.run, _known.written, _known.answers = run, written, {}
    if key not in _known.answers:
        _known.answers[key] = read()
    answer: Answer = _known.answers[key]
    return answer
