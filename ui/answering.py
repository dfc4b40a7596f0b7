"""Answers of a portfolio for a page: at once, or the last one while a new one is made.

Answers are kept in the store. Where the last one is not what would be answered now, a new one is
made on a thread of its own, once for all who ask, whatever the reader does meanwhile. A page waits
for an answer only where there is none yet and some seconds are enough for it.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.portfolios import PortfolioSummary
from risk.inventory.progress import Progress
from risk.portfolio.results import PortfolioAssessment
from ui import cached, jobs, keeping, wording
from ui.jobs import Job
from ui.page import link, page_header

#: However small the portfolio, after that the page says what it waits for.
LONGEST_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class _Making:
    """An answer that is being made, and since when (UTC)."""

    job: Job[PortfolioAssessment]
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer to show. ``made_at`` (UTC) and ``making`` where a newer one is under way."""

    answer: PortfolioAssessment
    made_at: datetime | None = None
    making: _Making | None = None


#: What goes on in this process, by what the answer depends on.
_under_way: dict[tuple[Any, ...], _Making] = {}
_lock = threading.Lock()


def answer_of(chosen: PortfolioSummary, *, title: str = "Portfolio") -> Answered:
    """Return the answer, or the last one while a new one is made.

    Without any, say on the page of that ``title`` what is known, and end it.
    """
    known = cached.answer_in_memory(chosen.name)
    if known is not None:
        return Answered(answer=known)
    last = cached.kept_answer(chosen.name)
    state = cached.state_of(chosen.name)
    making = _begun(chosen.name, state)
    if last is None and cached.is_waited_for(chosen.name):
        with st.spinner(making.job.label):
            making.job.is_done_within(LONGEST_SECONDS)
    if making.job.is_done_within(jobs.PATIENCE_SECONDS):
        return Answered(answer=_made(chosen, state, making, title))
    if last is not None:
        return Answered(answer=last.whole, made_at=last.finished_at, making=making)
    page_header(title, chosen, banner=False)
    st.markdown(
        wording.escaped(
            f"{chosen.startups:,} companies are being valued for the first time, which takes some "
            "minutes. You may look at other pages or leave meanwhile; it goes on."
        )
    )
    link("startups.py", "What is known of them: the register", portfolio=chosen.name)
    _look(making.job)
    st.stop()


def say_if_updating(shown: Answered) -> None:
    """Say of when the answer is and since when a newer one is being made; show that when it is."""
    if shown.making is None or shown.made_at is None:
        return
    st.info(
        f"This is the answer of {wording.day(shown.made_at.date())}, {shown.made_at:%H:%M} UTC. "
        f"Something it rests on has changed: a new one is being made since "
        f"{shown.making.since:%H:%M} UTC, and this page shows it when it is there.",
        icon=":material/update:",
    )
    _look(shown.making.job)


def _made(
    chosen: PortfolioSummary, state: tuple[Any, ...], making: _Making, title: str
) -> PortfolioAssessment:
    """What was made; where the store refused, end the page with why."""
    with _lock:
        if _under_way.get(state) is making:  # somebody else may have begun anew
            del _under_way[state]
    try:
        return cached.keep_made(state, making.job.result())
    except StoreError as refused:
        page_header(title, chosen, banner=False)
        st.error(wording.escaped(refused), icon=":material/block:")
        st.stop()


def _begun(name: str, state: tuple[Any, ...]) -> _Making:
    """The making of this answer, begun unless it goes on."""
    store, actor, today = cached.store(), cached.actor(), cached.today()

    def work(progress: Progress) -> PortfolioAssessment:
        return keeping.kept_or_made(store, actor, name, today=today, progress=progress)

    with _lock:
        if state not in _under_way:
            job = Job("Valuing every company…", work, turns=keeping.TURNS).start()
            _under_way[state] = _Making(job=job, since=datetime.now(UTC))
        return _under_way[state]


@st.fragment(run_every=2.0)
def _look(job: Job[PortfolioAssessment]) -> None:
    """Run the page again when the answer is there."""
    st.caption(job.label)
    if job.is_done:
        st.rerun()
