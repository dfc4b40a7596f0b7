"""A form for an evaluation of a startup's own, and those that count, with taking one back."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import evaluations as service
from db.services.access import Action
from risk.alternatives.evaluations import Evaluation
from ui import cached, wording
from ui.clicks import once_a_click
from ui.render.page import short_table
from ui.tables import evaluation as columns

_MESSAGE = "evaluation_message"


def evaluations_of(portfolio: str, startup: str) -> None:
    """Show the evaluations that count for a startup, and let one be taken back."""
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))
    known = cached.asked(service.list_evaluations, portfolio, startup)
    if not known:
        return
    st.markdown("**Evaluations of its own**")
    short_table(columns.PAGE, columns.rows_of(known, today=cached.today()))
    if cached.may(Action.JUDGE):
        with st.popover("Take one back", icon=":material/undo:"):
            number = st.selectbox("Number", [one.number for one in known], key="evaluation_number")
            reason = st.text_input("Why", key="evaluation_reason", max_chars=1000)
            if st.button("Take the evaluation back", key="withdraw_evaluation"):
                _change(
                    f"Evaluation {number} counts no longer; it stays on record.",
                    service.withdraw_evaluation,
                    number,
                    reason=reason,
                )


def evaluation_form(portfolio: str, startup: str, use_case: str, models: tuple[str, str]) -> None:
    """Ask for an evaluation of today's model and another on the same cases, and keep it."""
    today, other = models
    with st.form(f"evaluation_{use_case}_{other}", border=False):
        st.caption(
            wording.escaped(
                f"Run {today} and {other} on the same cases of “{use_case}”. Scores are shares of "
                "cases passed, from 0 to 1. What you measured outranks voters, facts and judgement."
            )
        )
        first, second, third = st.columns(3)
        score_today = first.number_input("Score today", 0.0, 1.0, value=None, step=0.01)
        score_other = second.number_input("Score of the other", 0.0, 1.0, value=None, step=0.01)
        cases = third.number_input("Cases", 1, value=None, step=1)
        # A row of its own, so that a narrow screen keeps the order.
        first, second, third = st.columns(3)
        held = first.date_input(
            "Run on", value=cached.today(), max_value=cached.today(), format="YYYY-MM-DD"
        )
        name = second.text_input("Set of cases", max_chars=200)
        who = third.text_input("Who ran it", max_chars=200)
        source = st.text_input("Where it is written down", max_chars=1000)
        if not st.form_submit_button("Note the evaluation", type="primary"):
            return
        if score_today is None or score_other is None or cases is None:
            st.error("Give both scores and the number of cases.")
            return
        noted = service.EvaluationNote(
            startup=startup,
            other=other,
            evaluation=Evaluation(
                today=score_today,
                other=score_other,
                cases=int(cases),
                held_on=held,
                name=name.strip(),
                by=who.strip(),
            ),
            source=source,
            use_case=use_case,
            model=today,
        )
        _change(
            "Noted. It says from here on how alike the two models are for this use case.",
            service.record_evaluation,
            portfolio,
            noted,
        )


def _change(said: str, ask: Callable[..., Any], *what: object, **how: object) -> None:
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **how)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_MESSAGE] = said
    st.rerun()
