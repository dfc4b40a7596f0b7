"""Long work on a thread of its own, so that its page stays usable and shows how far it is.

A page starts a job, keeps it in the session and looks at it on every run. Whatever the reader
clicks meanwhile, the job goes on; leaving the page or closing it does not stop it either.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import streamlit as st

from risk.inventory.progress import Progress

Result = TypeVar("Result")

#: Work that is done within this time is shown at once, without a bar that only flashes.
PATIENCE_SECONDS = 1.0
_LOOK_EVERY_SECONDS = 0.5
#: Each import may need a good part of the machine's memory; the others wait for their turn.
_AT_ONCE = threading.BoundedSemaphore(2)


class Abandoned(Exception):
    """Nobody waits for the work any more, so it ends itself."""


class Job(Generic[Result]):
    """One piece of work under way. ``share`` is how much of it is done, 0 to 1.

    It waits for one of its ``turns``; without any of its own for that of an import.
    """

    def __init__(
        self,
        label: str,
        work: Callable[[Progress], Result],
        *,
        turns: threading.BoundedSemaphore = _AT_ONCE,
    ) -> None:
        self.label = label
        self._turns = turns
        self.share = 0.0
        self._work = work
        self._abandoned = False
        self._done = threading.Event()
        self._result: Result | None = None
        self._error: Exception | None = None

    def start(self) -> "Job[Result]":
        """Begin; a thread that the end of the program need not wait for does the work."""
        threading.Thread(target=self._run, name="import", daemon=True).start()
        return self

    def _run(self) -> None:
        try:
            with self._turns:
                self._heard(0.0)
                self._result = self._work(self._heard)
        except Exception as error:  # it is raised again where the result is asked for
            self._error = error
        finally:
            self.share = 1.0
            self._done.set()

    def _heard(self, share: float) -> None:
        if self._abandoned:
            raise Abandoned
        self.share = min(max(share, 0.0), 1.0)

    def abandon(self) -> None:
        """Let the work end itself the next time it says how far it is."""
        self._abandoned = True

    @property
    def is_done(self) -> bool:
        """Whether there is a result or an error."""
        return self._done.is_set()

    def is_done_within(self, seconds: float) -> bool:
        """Wait at most this long; whether the work is done then."""
        return self._done.wait(seconds)

    def result(self) -> Result:
        """Return what the work returned, or raise what it raised; only once it is done."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # done without error: it is set


@st.fragment(run_every=_LOOK_EVERY_SECONDS)
def show_progress(job: Job[Result]) -> None:
    """Show a bar that moves by itself, and run the page again when the job is done."""
    st.progress(job.share, text=f"{job.label} {100 * job.share:.0f} %")
    if job.is_done:
        st.rerun()
