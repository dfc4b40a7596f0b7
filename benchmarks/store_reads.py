"""Time of the store's answers while others work: what a page asks it for, timed alone."""

import threading
import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles
from typing import TypeVar

from db.engine import Store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER
from db.services.imports import list_batches
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.startup_pages import startups_page

Answer = TypeVar("Answer")

BETWEEN_SECONDS = 1.0


def reader(
    store: Store,
    over: Callable[[], bool],
    seconds: list[float],
    failed: Callable[[str], None],
) -> threading.Thread:
    """A thread that reads one thing after another until ``over``; it notes how long each took.

    ``failed`` hears of a read that raised; the others go on.
    """

    def timed(read: Callable[[], Answer]) -> Answer | None:
        began = time.monotonic()
        try:
            found = read()
        except StoreError as reason:
            failed(f"read: {reason!r}")
            return None
        seconds.append(time.monotonic() - began)
        return found

    def work() -> None:
        while not over():
            listed = timed(lambda: list_portfolios(store, LOCAL_OWNER))
            timed(lambda: list_batches(store, LOCAL_OWNER))
            if listed:
                name = listed[-1].name
                today = store.now().date()
                timed(partial(startups_page, store, LOCAL_OWNER, name, today=today))
                timed(partial(load_portfolio, store, LOCAL_OWNER, name))
            time.sleep(BETWEEN_SECONDS)

    return threading.Thread(target=work)


def told(seconds: list[float]) -> str:
    """The median and 95 % of these reads, in milliseconds."""
    parts = quantiles(seconds, n=20)
    return (
        f"{len(seconds):,} reads of the store: median {parts[9] * 1e3:.0f} ms, "
        f"95 % within {parts[18] * 1e3:.0f} ms"
    )
