"""Publishing an import and taking it back, each at most once however often it is clicked.

A batch is written on a thread of its own, so that the reader may look elsewhere meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from db.engine import Store
from db.errors import StoreError
from db.services import imports
from db.services.access import Actor
from db.services.import_results import PortfolioChanged, PublishedBatch, UndoResult
from risk.inventory.progress import Progress
from ui import cached, jobs
from ui.clicks import once_a_click
from ui.imports import state as importing
from ui.imports.state import PROBLEM, PUBLISHED, UNDONE, Previewed, ReadingSettings, Upload
from ui.jobs import Job

_PUBLISHING = "import_publishing"


@dataclass(frozen=True, kw_only=True)
class Published:
    """A batch that was just written, and where."""

    portfolio: str
    result: PublishedBatch


def publish(file: Upload, portfolio: str, seen: Previewed) -> None:
    """Begin to publish what the reader saw; a second click while that goes on does nothing."""
    if _PUBLISHING in st.session_state:
        return
    importing.forget_results()
    work = _writing(file, portfolio, seen, importing.settings(), cached.store(), cached.actor())
    label = f"Publishing {seen.intake.accepted:,} records…"
    job = Job(label, work)
    # Another click may end this run in the line that keeps the job: nothing has begun by then.
    st.session_state[_PUBLISHING] = (portfolio, job)
    job.start()


def _writing(
    file: Upload,
    portfolio: str,
    seen: Previewed,
    chosen: ReadingSettings,
    store: Store,
    actor: Actor,
) -> Callable[[Progress], PublishedBatch]:
    """The work of publishing; on its thread it may not ask Streamlit for anything."""
    revision = seen.preview.revision

    def work(progress: Progress) -> PublishedBatch:
        return imports.publish_import(
            store,
            actor,
            portfolio=portfolio,
            data=file.data,
            file_name=file.file_name,
            mapping=seen.mapping or None,
            assume=chosen.assume or None,
            split_products=chosen.split_products,
            day=chosen.day,
            expected_revision=imports.NO_PORTFOLIO if revision is None else revision,
            read=seen.preview.reading,
            progress=progress,
        )

    return work


def is_under_way() -> bool:
    """Whether a batch is being written; then show how far it is, unless it is done by now."""
    under_way = st.session_state.get(_PUBLISHING)
    if under_way is None:
        return False
    portfolio, job = under_way
    if not job.is_done_within(jobs.PATIENCE_SECONDS):
        jobs.show_progress(job)
        st.caption("You may look at other pages meanwhile; it goes on, and is undone in one step.")
        return True
    if _finish(portfolio, job):
        # The selector beside the page knows the new portfolio only on the next run.
        st.rerun()
    return False


def _finish(portfolio: str, job: Job[PublishedBatch]) -> bool:
    """Keep what became of the job; whether it was published.

    A click elsewhere can end this run at any line, so the job is let go of last: until then the
    next run does all of it again, and another click on the button does nothing.
    """
    result = None
    try:
        result = job.result()
    except PortfolioChanged:
        # The page shows what changed and asks again.
        importing.portfolio_changed()
    except StoreError as problem:
        st.session_state[PROBLEM] = str(problem)
    if result is not None:
        importing.start_again()
        importing.remember_target(portfolio)
        st.session_state[PUBLISHED] = Published(portfolio=portfolio, result=result)
    del st.session_state[_PUBLISHING]
    return result is not None


def published() -> Published | None:
    """Return what was just published, or None."""
    return st.session_state.get(PUBLISHED)


def problem() -> str | None:
    """Return why publishing or undoing failed just now, once."""
    said: str | None = st.session_state.pop(PROBLEM, None)
    return said


def undo(batch: int) -> None:
    """Take a batch back and keep what that did for the next runs of the page."""
    importing.forget_results()
    try:
        result = once_a_click(imports.undo_batch, cached.store(), cached.actor(), batch)
    except StoreError as problem:
        st.session_state[PROBLEM] = str(problem)
        return
    st.session_state[UNDONE] = result


def undone() -> UndoResult | None:
    """Return what was just undone, or None."""
    return st.session_state.get(UNDONE)
