"""The answer of a portfolio for a page: at once, or the last one while a new one is made.

Up to some thousand startups a page waits for its answer. That of a larger portfolio is kept in the
store; where it is not what would be answered now, a new one is made on a thread of its own, once
for all who ask, whatever the reader does meanwhile.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import kept_answers, scoring
from db.services.access import PERMISSIONS, Action
from db.services.portfolios import LARGE, PortfolioSummary
from risk.inventory.progress import Progress
from risk.portfolio.results import PortfolioAssessment
from ui import cached, import_jobs, wording
from ui.import_jobs import Job
from ui.page import page_header


@dataclass(frozen=True, kw_only=True)
class _Making:
    """An answer that is being made, and since when (UTC)."""

    job: Job[PortfolioAssessment]
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer to show. ``made_on`` and ``making`` where a newer one is under way."""

    answer: PortfolioAssessment
    made_on: date | None = None
    making: _Making | None = None


#: What goes on in this process, by what the answer depends on.
_under_way: dict[tuple[Any, ...], _Making] = {}
_lock = threading.Lock()
#: It may take minutes and a good part of the memory, so that one is made at a time.
_TURNS = threading.BoundedSemaphore(1)


def answer_of(chosen: PortfolioSummary) -> Answered:
    """Return the answer, or the last one while a new one is made; without any, end the page."""
    if chosen.startups <= LARGE:
        return Answered(answer=cached.assessment(chosen.name))
    known = cached.answer_at_hand(chosen.name)
    if known is not None:
        return Answered(answer=known)
    state = cached.state_of(chosen.name)
    making = _begun(chosen.name, state)
    if making.job.is_done_within(import_jobs.PATIENCE_SECONDS):
        return Answered(answer=_made(chosen, state, making))
    last = cached.kept_answer(chosen.name)
    if last is not None:
        return Answered(answer=last.whole, made_on=last.as_of, making=making)
    page_header("Portfolio", chosen, banner=False)
    st.markdown(
        wording.escaped(
            f"{chosen.startups:,} startups are being valued for the first time, which takes some "
            "minutes. You may look at other pages or leave meanwhile; it goes on."
        )
    )
    _look(making.job)
    st.stop()


def say_if_updating(shown: Answered) -> None:
    """Say of when the answer is and since when a newer one is being made; show that when it is."""
    if shown.making is None:
        return
    st.info(
        f"This is the answer of {wording.day(shown.made_on)}. It is being updated since "
        f"{shown.making.since:%H:%M} UTC, and this page shows the new one when it is there.",
        icon=":material/update:",
    )
    _look(shown.making.job)


def _made(chosen: PortfolioSummary, state: tuple[Any, ...], making: _Making) -> PortfolioAssessment:
    """What was made; where the store refused, end the page with why."""
    with _lock:
        if _under_way.get(state) is making:  # somebody else may have begun anew
            del _under_way[state]
    try:
        return cached.keep_made(state, making.job.result())
    except StoreError as refused:
        page_header("Portfolio", chosen, banner=False)
        st.error(wording.escaped(refused), icon=":material/block:")
        st.stop()


def _begun(name: str, state: tuple[Any, ...]) -> _Making:
    """The making of this answer, begun unless it goes on."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def work(progress: Progress) -> PortfolioAssessment:
        if actor.role not in PERMISSIONS[Action.STORE_SCORES]:
            return scoring.score_portfolio(store, actor, name, today=today)
        kept = kept_answers.keep_answer(store, actor, name, today=today, progress=progress)
        return kept.whole

    with _lock:
        if state not in _under_way:
            job = Job("Valuing every startup…", work, turns=_TURNS).start()
            _under_way[state] = _Making(job=job, since=datetime.now(UTC))
        return _under_way[state]


@st.fragment(run_every=2.0)
def _look(job: Job[PortfolioAssessment]) -> None:
    """Run the page again when the answer is there."""
    st.caption(job.label)
    if job.is_done:
        st.rerun()
