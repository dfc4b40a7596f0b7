"""Answers that the first visitor would wait for, made while the server starts.

Loading what was compiled, working out the supply chain and scoring the portfolio that opens first
take some seconds, and several visitors who come at once would all wait for them. A server that
others stand beside is sent nobody before (``/readyz``); whoever comes all the same waits with it.
"""

import logging
import threading
import time

from db.errors import StoreError
from db.services import valuations
from db.services.access import LOCAL_OWNER
from db.services.portfolios import list_portfolios
from risk.alternatives.planning.table import NoPlan, PlanLimits
from risk.alternatives.planning.wishes import Wishes
from ui import cached, keeping, sign_in
from ui.page import opens_first

log = logging.getLogger("downstream")

#: A server that is not warm by then is ready all the same: visitors may wait, and not be refused.
LONGEST_SECONDS = 60.0
_THREAD = "precomputing"


class Precomputing:
    """Whether this process has made what first visitors need; one that never began is over."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._ready_at = float("-inf")

    def begin(self) -> threading.Thread:
        """Make it on a thread that the end of the program need not wait for; return the thread."""
        self._ready_at = time.monotonic() + LONGEST_SECONDS
        thread = threading.Thread(target=self._run, name=_THREAD, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        began = time.monotonic()
        try:
            warm_up()
        except StoreError as error:
            log.warning("Not warmed up: %s", error)
        except Exception:
            log.exception("Not warmed up; the first visitors wait instead")
        else:
            log.info("Warmed up in %.1f seconds", time.monotonic() - began)
        finally:
            self._done.set()
        self._go_on()

    def _go_on(self) -> None:
        """Make what takes long on other pages, while visitors look at the first one."""
        try:
            warm_the_menu()
            warm_the_plan()
        except (StoreError, NoPlan) as error:
            log.info("Menu or plan is not made beforehand: %s", error)
        except Exception:
            log.exception("Menu or plan is not made beforehand; the first visitor waits instead")

    @property
    def is_over(self) -> bool:
        """Whether it is done, failed, or took longer than anybody should wait for."""
        return self._done.is_set() or time.monotonic() > self._ready_at


def warm_up() -> None:
    """Answer what the page that opens first asks of the portfolio that opens first.

    That of a portfolio nobody waits for is made in the background (:mod:`ui.keeping`).

    Raises:
        StoreError: the store cannot be read.
    """
    store = cached.store()
    known = {one.name: one for one in list_portfolios(store, LOCAL_OWNER)}
    name = opens_first(tuple(known.values()))
    if name is None or not 0 < known[name].startups <= cached.WAITED_FOR:
        return
    # What pages ask beyond the answer rests on the worlds and the compiled engine.
    _ = valuations.valuation(store, LOCAL_OWNER, name, today=cached.today()).answer
    with keeping.TURNS:
        keeping.kept_or_made(store, LOCAL_OWNER, name, today=cached.today())
    if not sign_in.is_required():  # Else what pages hold is for what a reader may see.
        cached.assessment(name)
        cached.ending(name)
        cached.margin_ranges(name)
        cached.week(name)


def warm_the_menu() -> None:
    """Make what the menu counts beside pages of the portfolio that opens first.

    Raises:
        StoreError: the store cannot be read.
    """
    name = _opens_first()
    if name is not None:
        cached.question_inbox(name, cached.assessment(name))
        cached.deadline_calendar(name, cached.USUALLY_AHEAD)


def warm_the_plan() -> None:
    """Value the options of the portfolio that opens first, and plan for the usual budget.

    Raises:
        StoreError: the store cannot be read.
        NoPlan: there is nothing to plan.
    """
    name = _opens_first()
    if name is None:
        return
    wishes = Wishes()
    budget = cached.worth_spending(name, None, wishes).usual_budget_usd
    cached.plan(name, PlanLimits(budget_usd=budget), wishes)


def _opens_first() -> str | None:
    """The portfolio that opens first; None: what pages hold of it is not the same for all."""
    if sign_in.is_required():  # What pages hold is then for what a reader may see.
        return None
    known = {one.name: one for one in list_portfolios(cached.store(), LOCAL_OWNER)}
    name = opens_first(tuple(known.values()))
    return name if name and 0 < known[name].startups <= cached.WAITED_FOR else None


precomputing = Precomputing()
