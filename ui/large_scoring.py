"""Scoring a large portfolio from its page: it goes on whatever the reader does meanwhile.

One such scoring of a portfolio goes on in a process at a time. Whoever looks at the page sees how
far it is, and a click of somebody else joins in waiting.
"""

import threading

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.portfolios import PortfolioSummary
from db.services.scoring_in_parts import ThisProcess
from db.services.stored_scores import store_scores
from risk.inventory.progress import Progress
from ui import cached, import_jobs, wording
from ui.cached_options import may
from ui.import_jobs import Job

#: What goes on in this process, by store and portfolio.
_jobs: dict[tuple[str, str], Job[None]] = {}
_lock = threading.Lock()
#: It may take hours, for which no import must wait, nor a second one take the other processor.
_TURNS = threading.BoundedSemaphore(1)


def score_button(chosen: PortfolioSummary) -> None:
    """Offer to score all of it here; while that goes on, show how far it is."""
    if not may(Action.STORE_SCORES):
        st.caption("You may read scores and not make them. Ask an analyst or owner.")
        return
    asked = (cached.store().url, chosen.name)
    job = _jobs.get(asked)
    if job is None:
        st.button(
            "Score it now",
            icon=":material/calculate:",
            type="primary",
            on_click=_begin,
            args=(asked,),
        )
        return
    if not job.is_done_within(import_jobs.PATIENCE_SECONDS):
        import_jobs.show_progress(job)
        st.caption("You may look at other pages or leave meanwhile; it goes on.")
        return
    with _lock:
        if _jobs.get(asked) is job:  # somebody else may have begun anew
            del _jobs[asked]
    try:
        job.result()
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return
    st.rerun()


def _begin(asked: tuple[str, str]) -> None:
    """Begin to score a portfolio, unless that goes on."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def work(progress: Progress) -> None:
        with ThisProcess() as workers:
            store_scores(store, actor, asked[1], workers=workers, today=today, progress=progress)

    with _lock:
        if asked not in _jobs:
            _jobs[asked] = Job("Scoring every startup…", work, turns=_TURNS).start()
