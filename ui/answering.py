"""The answer of a portfolio for a page: at once, or made in the background while it says so.

Up to some thousand startups a page waits for its answer. A larger one is made on a thread of its
own, once for all who ask, whatever the reader does meanwhile.
"""

import threading
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import scoring
from db.services.portfolios import LARGE, PortfolioSummary
from risk.inventory.progress import Progress
from risk.portfolio.results import PortfolioAssessment
from ui import cached, import_jobs, wording
from ui.import_jobs import Job
from ui.page import page_header

#: What goes on in this process, by what the answer depends on.
_jobs: dict[tuple[Any, ...], Job[PortfolioAssessment]] = {}
_lock = threading.Lock()
#: It may take minutes and a good part of the memory, so that one is made at a time.
_TURNS = threading.BoundedSemaphore(1)


def answer_of(chosen: PortfolioSummary) -> PortfolioAssessment:
    """Return the answer; while a large one is being made, say so and end the page."""
    if chosen.startups <= LARGE:
        return cached.assessment(chosen.name)
    state = cached.state_of(chosen.name)
    found = cached.made_beside(state)
    if found is not None:
        return found
    job = _job(chosen.name, state)
    if not job.is_done_within(import_jobs.PATIENCE_SECONDS):
        page_header("Portfolio", chosen, banner=False)
        st.markdown(
            wording.escaped(
                f"{chosen.startups:,} startups are being valued, which takes some minutes. You "
                "may look at other pages or leave meanwhile; it goes on."
            )
        )
        _look(job)
        st.stop()
    with _lock:
        _jobs.pop(state, None)
    try:
        return cached.keep_made(state, job.result())
    except StoreError as refused:
        page_header("Portfolio", chosen, banner=False)
        st.error(wording.escaped(refused), icon=":material/block:")
        st.stop()


def _job(name: str, state: tuple[Any, ...]) -> Job[PortfolioAssessment]:
    """What makes this answer, begun unless it goes on."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def work(progress: Progress) -> PortfolioAssessment:
        return scoring.score_portfolio(store, actor, name, today=today)

    with _lock:
        if state not in _jobs:
            _jobs[state] = Job("Valuing every startup…", work, turns=_TURNS).start()
        return _jobs[state]


@st.fragment(run_every=2.0)
def _look(job: Job[PortfolioAssessment]) -> None:
    """Run the page again when the answer is there."""
    st.status(job.label)
    if job.is_done:
        st.rerun()
