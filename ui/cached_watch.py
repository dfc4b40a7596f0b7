"""What pages read of limits. A check is kept for one reader until anything it rests on changes."""

from collections.abc import Mapping

import streamlit as st

from db.services import signals, watching
from db.services.watching import LimitChange
from risk.portfolio.watching import Measure, Watch
from ui import cached

_KNOWN = "watch_known"


def limits(portfolio: str) -> Mapping[Measure, float]:
    """Return the limits of a portfolio that are set."""
    return watching.load_limits(cached.store(), cached.actor(), portfolio)


def limit_history(portfolio: str) -> tuple[LimitChange, ...]:
    """Return every limit that was set or taken away, newest first."""
    return watching.limit_history(cached.store(), cached.actor(), portfolio)


def can_be_checked(portfolio: str) -> bool:
    """Whether a check need not wait for an answer that is being made."""
    return cached.is_waited_for(portfolio) or cached.answer_at_hand(portfolio) is not None


def watch(portfolio: str) -> Watch:
    """Return a portfolio beside its limits and beside what was remembered last."""
    store, actor, day = cached.store(), cached.actor(), cached.today()
    heard = signals.list_signals(store, actor)
    rests_on = (
        actor,
        *cached.state_of(portfolio),
        cached.catalog().catalogue_date,
        tuple(one.number for one in heard),
        tuple(limits(portfolio).items()),
        watching.last_watch(store, actor, portfolio),
    )
    known = st.session_state.get(_KNOWN)
    if known is None or known[0] != rests_on:
        answer = cached.assessment(portfolio)
        found = watching.watch_portfolio(store, actor, portfolio, today=day, assessment=answer)
        st.session_state[_KNOWN] = known = (rests_on, found)
    return known[1]
