"""One startup with its record and its answer, from its portfolio's or read without the others."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from db.services import scoring
from db.services.portfolios import load_startup
from db.services.valuations import valuation
from risk.alternatives.options import StartupNotFound
from risk.inventory.records import Startup
from risk.loss.valuation import Valuation
from risk.portfolio.results import PortfolioAssessment, StartupAssessment
from ui import cached
from ui.cache_keys import KEYS
from ui.turns import in_turn


@dataclass(frozen=True, kw_only=True)
class OneStartup:
    """A startup's record and answer.

    ``unknown`` are the facts that nobody stated, the most influential first, each with the share
    of the variance that an answer explains; None of those that move no loss, as cash. ``whole`` is
    what the figures stand on: the answer of its portfolio, or of a portfolio of it alone.
    """

    record: Startup
    answer: StartupAssessment
    unknown: tuple[tuple[str, float | None], ...]
    whole: PortfolioAssessment


def one_startup(name: str, startup: str) -> OneStartup:
    """Return a startup of a portfolio of any size, without reading more than it needs.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """
    return _one_startup(startup, cached.state_of(name))


def record_of(name: str, startup: str) -> Startup:
    """Return the record of a startup of a portfolio, without reading the others.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """
    found = load_startup(cached.store(), cached.actor(), name, startup).startups
    if not found:
        raise StartupNotFound(f"There is no startup called “{startup}” in {name}.")
    return found[0]


@st.cache_resource(max_entries=64, show_spinner="Scoring the startup…", hash_funcs=KEYS)
def _one_startup(startup: str, state: tuple[Any, ...]) -> OneStartup:
    name, day = str(state[0]), state[-1]
    assert isinstance(day, date)  # noqa: S101 - the last of what an answer depends on
    if not cached.is_waited_for(name):
        return _alone(name, startup, day)
    whole = cached.assessment(name)
    laid_out = valuation(cached.store(), cached.actor(), name, today=day)
    row = laid_out.members.place.get(startup)
    record = record_of(name, startup)
    if row is None:
        raise StartupNotFound(f"There is no startup called “{startup}” in {name}.")
    return _one(record, laid_out, row, whole)


@in_turn
def _alone(name: str, startup: str, day: date) -> OneStartup:
    records, laid_out, whole = scoring.score_startup(
        cached.store(), cached.actor(), name, startup, today=day
    )
    return _one(records.startups[0], laid_out, 0, whole)


def _one(record: Startup, laid_out: Valuation, row: int, whole: PortfolioAssessment) -> OneStartup:
    answer, questions = whole.startups[row], laid_out.answer.questions
    shares: list[float] = [] if questions is None else questions.narrows[questions.of(row)].tolist()
    known = [*shares, *[None] * (len(answer.unknown) - len(shares))]
    return OneStartup(
        record=record,
        answer=answer,
        unknown=tuple(zip(answer.unknown, known, strict=True)),
        whole=whole,
    )
