"""How long the store takes to answer while others work: what a page asks it for, timed alone."""

import threading
import time
from collections.abc import Callable
from statistics import quantiles

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import list_batches
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.startup_pages import startups_page

BETWEEN_SECONDS = 1.0


def reader(store: Store, over: Callable[[], bool], seconds: list[float]) -> threading.Thread:
    """A thread that reads one thing after another until ``over``; it notes how long each took."""

    def work() -> None:
        while not over():
            name = list_portfolios(store, LOCAL_OWNER)[-1].name
            reads: tuple[Callable[[], object], ...] = (
                lambda: list_portfolios(store, LOCAL_OWNER),
                lambda: list_batches(store, LOCAL_OWNER),
                lambda name=name: startups_page(store, LOCAL_OWNER, name),  # type: ignore[misc]
                lambda name=name: load_portfolio(store, LOCAL_OWNER, name),  # type: ignore[misc]
            )
            for read in reads:
                began = time.monotonic()
                read()
                seconds.append(time.monotonic() - began)
            time.sleep(BETWEEN_SECONDS)

    return threading.Thread(target=work)


def told(seconds: list[float]) -> str:
    """The median and 95 % of these reads, in milliseconds."""
    parts = quantiles(seconds, n=20)
    return (
        f"{len(seconds):,} reads of the store: median {parts[9] * 1e3:.0f} ms, "
        f"95 % within {parts[18] * 1e3:.0f} ms"
    )
