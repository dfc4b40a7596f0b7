"""Calls of programs that this process works on: jobs, and requests with an Idempotency-Key.

That they began, how far they are and what they were answered stands in the store
(:mod:`db.services.api_calls`), for every process to read. Here are the threads that do the work,
and one beside them that says every few seconds that they still do.
"""

import logging
import threading
import time
from collections.abc import Callable

from starlette.responses import Response

from db.engine import Store
from db.errors import KeyUsedOtherwise, StoreError
from db.services.api_calls import (
    Answer,
    ApiCall,
    CallState,
    answer_of_call,
    drop_call,
    finish_call,
    hear_calls,
)
from risk.inventory.progress import Progress
from ui import wording
from ui.jobs import Job

log = logging.getLogger("downstream")

LONGEST_KEY = 200
#: Seconds between two words about what is worked on, and after one for which the store had no time.
SAID_EVERY = 2.0
_SAID_AGAIN = 0.2
#: Seconds to wait between attempts to keep the answer of a job.
_PAUSES = (1.0, 10.0, 60.0, 300.0, 0.0)


class JobDesk:
    """The calls that this process works on."""

    def __init__(self, *, said_every: float = SAID_EVERY) -> None:
        """``said_every``: seconds between two words about what is worked on."""
        self._said_every = said_every
        self._shares: dict[str, tuple[Store, Callable[[], float]]] = {}
        self._lock = threading.Lock()
        self._is_saying = False

    def begin(self, store: Store, call: ApiCall, work: Callable[[Progress], Response]) -> None:
        """Begin a job on a thread of its own; what ``work`` answers is kept."""

        def worked(report: Progress) -> None:
            try:
                answer = work(report)
                for pause in _PAUSES:
                    if _is_kept(store, call, answer):
                        return
                    time.sleep(pause)
            finally:
                self._leave(call)

        job = Job(call.command, worked)
        self._take(store, call, lambda: job.share)
        job.start()

    def once(self, store: Store, call: ApiCall, work: Callable[[], Response]) -> Response:
        """Do what came with a key and keep the answer; a refusal did nothing and frees the key."""
        self._take(store, call, lambda: 0.0)
        try:
            answer = _answer_or_free(store, call, work)
            if answer.status_code < 400:
                _is_kept(store, call, answer)
            return answer
        finally:
            self._leave(call)

    def _take(self, store: Store, call: ApiCall, share: Callable[[], float]) -> None:
        with self._lock:
            self._shares[call.name] = store, share
            if self._is_saying:
                return
            self._is_saying = True
        threading.Thread(target=self._say, name="calls", daemon=True).start()

    def _leave(self, call: ApiCall) -> None:
        with self._lock:
            self._shares.pop(call.name, None)

    def _say(self) -> None:
        """Say how far everything is, as long as there is anything."""
        pause = self._said_every
        while True:
            time.sleep(pause)
            with self._lock:
                taken = dict(self._shares)
                self._is_saying = bool(taken)
            if not taken:
                return
            pause = self._said_every
            for name, (store, share) in taken.items():
                try:
                    hear_calls(store, {name: share()})
                except StoreError:
                    pause = _SAID_AGAIN
                except Exception:
                    log.exception("How far a call of a program is was not said; it is tried again")


def repeated(store: Store, token: int, call: ApiCall) -> Response:
    """Return the answer that a call got, for the same call again.

    Raises:
        KeyUsedOtherwise: it has none yet, or nobody knows whether it was done.
        AnswerNotKept: it was done, and its answer was too long.
    """
    if call.state is CallState.RUNNING:
        raise KeyUsedOtherwise("The first request with this Idempotency-Key is not done yet.")
    if call.state is CallState.UNKNOWN:
        raise KeyUsedOtherwise(unknown(call))
    return answered(store, token, call)


def answered(store: Store, token: int, call: ApiCall) -> Response:
    """Return what a call that is done was answered.

    Raises:
        AnswerNotKept: the answer was too long.
    """
    said = answer_of_call(store, token, call.name)
    return Response(said.body, status_code=said.status, headers=dict(said.headers))


def unknown(call: ApiCall) -> str:
    """Say that nobody knows whether a call was done, and how to find out."""
    heard = f"{wording.day(call.heard_at)}, {call.heard_at:%H:%M} UTC"
    return (
        f"The process that worked on this was last heard of on {heard}: nobody knows whether it "
        "was done. “batches” and “audit list” say what was written. To do it again, send it with "
        "another Idempotency-Key; a file that was imported changes nothing when it comes again."
    )


def _is_kept(store: Store, call: ApiCall, answer: Response) -> bool:
    kept = Answer(status=answer.status_code, headers=dict(answer.headers), body=bytes(answer.body))
    try:
        finish_call(store, call.name, kept)
    except StoreError as error:
        log.warning("The answer of a call of %s was not kept: %s", call.command, error)
        return False
    return True


def _answer_or_free(store: Store, call: ApiCall, work: Callable[[], Response]) -> Response:
    """Do the work; where it was refused or failed it did nothing, and its key may come again."""
    answer = None
    try:
        answer = work()
        return answer
    finally:
        if answer is None or answer.status_code >= 400:
            try:
                drop_call(store, call.name)
            except StoreError as error:  # Nobody works on it any more: it will be unknown.
                log.warning("The key of a call of %s was not freed: %s", call.command, error)
