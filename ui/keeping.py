"""The answer of every portfolio is made anew in the background as soon as it no longer holds.

An import, a changed number, a new signal or a new day leaves the last answer behind. A server makes
the new one without being asked and keeps it in the store: a page shows the last one meanwhile, and
after a restart nobody waits.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date

from db.engine import Store
from db.errors import StoreError
from db.services import kept_answers, scoring
from db.services.access import LOCAL_OWNER, Action, Actor
from db.services.portfolios import list_portfolios
from risk.portfolio.results import PortfolioAssessment
from ui import cached

log = logging.getLogger("downstream")

#: It may take minutes and a good part of the memory, so that one is made at a time.
TURNS = threading.BoundedSemaphore(1)
#: Others may write to the store, and the day turns.
LOOK_EVERY_SECONDS = 60.0
#: After a write of this process, that much without another: one step often writes several times.
QUIET_SECONDS = 3.0
_THREAD = "keeping"


def kept_or_made(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    progress: Callable[[float], None] | None = None,
) -> PortfolioAssessment:
    """Return today's answer, made and kept unless somebody did that already.

    For an actor who may keep none it is made alone; so it is where the store takes none.

    Raises:
        StoreError: the store cannot be read.
    """
    may_keep = actor.may(Action.STORE_SCORES) and store.view.is_whole
    if may_keep and kept_answers.is_stale(store, actor, portfolio, today=today):
        try:
            return kept_answers.keep_answer(
                store, actor, portfolio, today=today, progress=progress
            ).whole
        except StoreError as refused:
            log.warning("The answer of %s was not kept: %s", portfolio, refused)
    return scoring.score_portfolio(store, actor, portfolio, today=today)


def keep_all(store: Store, *, today: date) -> tuple[str, ...]:
    """Make and keep what no longer holds, the smallest portfolio first; return what was made.

    Raises:
        StoreError: the store cannot be read, or takes no answer.
    """
    made = []
    found = list_portfolios(store, LOCAL_OWNER)
    for one in sorted(found, key=lambda each: each.startups):
        if not one.startups:
            continue
        with TURNS:
            if kept_answers.is_stale(store, LOCAL_OWNER, one.name, today=today):
                kept_answers.keep_answer(store, LOCAL_OWNER, one.name, today=today)
                made.append(one.name)
            kept_answers.keep_ending(store, LOCAL_OWNER, one.name, today=today)
            kept_answers.keep_margin_ranges(store, LOCAL_OWNER, one.name, today=today)
            kept_answers.keep_narrowing(store, LOCAL_OWNER, one.name, today=today)
    return tuple(made)


class Keeping:
    """The thread of a server that does so, once what ``after`` makes is there."""

    def begin(self, *, after: threading.Thread) -> threading.Thread:
        """Begin on a thread that the end of the program need not wait for; return it."""
        thread = threading.Thread(target=self._run, args=(after,), name=_THREAD, daemon=True)
        thread.start()
        return thread

    def _run(self, after: threading.Thread) -> None:
        after.join()
        said = ""
        while True:
            try:
                store = cached.store()
                written = store.written
                keep_all(store, today=cached.today())
                said = ""
            except StoreError as error:
                if str(error) != said:  # It is tried again every minute, and said once.
                    log.warning("The answers are not made anew: %s", error)
                said = str(error)
                time.sleep(LOOK_EVERY_SECONDS)
            except Exception:
                log.exception("The answers are no longer made anew; pages make them when opened")
                return
            else:
                wait_for_a_write(store, since=written)


def wait_for_a_write(store: Store, *, since: int) -> None:
    """Wait until this process has written to the store and then not for a while, or a minute."""
    until = time.monotonic() + LOOK_EVERY_SECONDS
    while store.written == since and time.monotonic() < until:
        time.sleep(QUIET_SECONDS / 3)
    seen = since
    while store.written != seen:
        seen = store.written
        time.sleep(QUIET_SECONDS)


keeping = Keeping()
