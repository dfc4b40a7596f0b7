"""The schedule of a server: what is done by itself, by one process of all that use a store.

Every few seconds it looks whether there is anything to do. Where nothing is (no feed is asked by
itself, nobody is told of anything, no call of a program is older than a day) it writes nothing and
calls nobody.
``DOWNSTREAM_SCHEDULE=off`` keeps a process out of it.
"""

import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from db.engine import Store
from db.errors import StoreError
from db.services.access import Actor, ActorRole
from db.services.api_calls import are_old_calls, forget_calls
from db.services.leadership import Leadership
from db.services.polling import count_polled, poll_feeds
from db.services.scheduled_reports import list_reports
from db.services.subscriptions import list_subscriptions, send_waiting
from ui import cached, digests, packs

log = logging.getLogger("downstream")

#: ``off``: this process does nothing by itself.
SCHEDULE = "DOWNSTREAM_SCHEDULE"
LOOK_EVERY_SECONDS = 5.0
#: How the trail calls whoever did what nobody asked for at that moment.
ACTOR = Actor("the schedule", ActorRole.OWNER)
_THREAD = "schedule"


def is_off() -> bool:
    """Whether the setting keeps this process out of the schedule."""
    return os.environ.get(SCHEDULE, "").strip().lower() in ("off", "0", "no", "false")


def is_anything_to_do(store: Store) -> bool:
    """Whether anything in the store is to be done by itself.

    Raises:
        StoreError: the store cannot be read.
    """
    return (
        count_polled(store, ACTOR) > 0
        or bool(list_subscriptions(store, ACTOR))
        or bool(list_reports(store, ACTOR))
        or are_old_calls(store)
    )


def work(store: Store, leadership: Leadership, readings: digests.Readings) -> None:
    """Do what is due now: ask feeds, put messages, send what waits, make a pack, forget old calls.

    Raises:
        StoreError: the store cannot be read or written.
    """
    if are_old_calls(store):
        forget_calls(store)
    for one in poll_feeds(store, ACTOR, may_act=leadership.holds):
        if one.problem is not None:
            log.warning("The feed %s: %s", one.address, one.problem)
        elif one.changes is not None:
            told = one.changes
            log.info("The feed %s: %d new, %d changed", one.address, told.new, told.changed)
    digests.tell(store, ACTOR, readings, may_act=leadership.holds)
    for channel, problem in send_waiting(store, ACTOR, may_act=leadership.holds):
        if problem is None:
            log.info("A message went out by %s", channel)
        else:
            log.warning("A message did not go out: %s", problem)
    if (number := packs.make_due(store, ACTOR, may_act=leadership.holds)) is not None:
        log.info("The pack of report %d was made", number)


class Schedule:
    """The thread of a server that keeps the lease, and the one beside it that does the work.

    Apart, because a host may keep the work waiting longer than a lease lasts.
    """

    def __init__(self, *, look_every: float = LOOK_EVERY_SECONDS) -> None:
        """``look_every``: seconds between two looks."""
        self._look_every = look_every
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._said = ""
        self._readings = digests.Readings()

    def begin(self) -> None:
        """Begin, unless the setting says otherwise; the end of the program need not wait for it."""
        if is_off():
            log.info("Nothing is done by itself: %s is off", SCHEDULE)
            return
        self._thread = threading.Thread(target=self._run, name=_THREAD, daemon=True)
        self._thread.start()

    def end(self, *, within: float = 2.0) -> None:
        """Let another process lead at once; whatever is under way is not waited for."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(within)

    def _run(self) -> None:
        leadership: Leadership | None = None
        doing: Future[None] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix=_THREAD) as beside:
            while not self._ended.wait(self._look_every):
                try:
                    store = cached.whole_store()
                    leadership = leadership or Leadership(store)
                    doing = self._looked(store, leadership, doing, beside)
                    self._said = ""
                except StoreError as error:
                    if str(error) != self._said:  # It is tried again, and said once.
                        log.warning("Nothing is done by itself: %s", error)
                    self._said = str(error)
                except Exception:
                    log.exception("A turn of the schedule failed; the next one comes")
                    self._ended.wait(10 * self._look_every)
            if leadership is not None:
                leadership.give_up()
            beside.shutdown(wait=False, cancel_futures=True)

    def _looked(
        self,
        store: Store,
        leadership: Leadership,
        doing: Future[None] | None,
        beside: ThreadPoolExecutor,
    ) -> Future[None] | None:
        """Renew the lease, and begin what is due once what was begun before is done."""
        if doing is not None and doing.done():
            doing.result()
            doing = None
        if doing is None and not is_anything_to_do(store):
            leadership.give_up()
            return None
        leads = leadership.leads()
        if leads and doing is None:
            return beside.submit(work, store, leadership, self._readings)
        return doing


schedule = Schedule()
