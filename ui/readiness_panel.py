"""Exit readiness on the Startup page: how ready, on what evidence, and noting new evidence."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import drills as drill_service
from db.services.access import Action
from db.services.drills import DrillNote, list_drills
from db.services.options import ReadyDependency
from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import AGREEMENTS, OVERRIDES
from ui import cached, wording
from ui.clicks import once_a_click
from ui.judgement_form import judgement_form
from ui.page import card
from ui.render.page import small_table
from ui.rows import readiness as rows

_MESSAGE = "readiness_message"


def exit_readiness(portfolio: str, startup: str) -> None:
    """Show how ready a startup is to leave each provider, and let evidence be noted."""
    ready = cached.readiness(portfolio, startup)
    if not ready:
        return
    st.subheader("Ready to leave", anchor=False)
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))
    for one in ready:
        _dependency(one)
    _drills(portfolio, startup)
    if cached.may(Action.RECORD_DRILL):
        _note_drill(portfolio, startup, ready)
    if cached.may(Action.JUDGE):
        with st.expander("Note what the contract promises, or judge otherwise"):
            judgement_form(portfolio, startup, rows.use_cases(ready), (*AGREEMENTS, *OVERRIDES))


def _dependency(one: ReadyDependency) -> None:
    with card(rows.title(one), note=rows.why(one.readiness)):
        small_table(rows.evidence_table(one.readiness))
        st.caption(wording.escaped(" ".join(rows.contract_sentences(one.readiness.contract))))


def _drills(portfolio: str, startup: str) -> None:
    """Every drill that was noted, and taking one back."""
    known = cached.asked(list_drills, portfolio, startup)
    if not known:
        return
    with st.expander(f"All drills ({len(known)})"):
        small_table(rows.drill_table(known))
        standing = [one.number for one in known if one.withdrawn_by is None]
        if standing and cached.may(Action.RECORD_DRILL):
            with st.popover("Take one back", icon=":material/undo:"):
                number = st.selectbox("Number", standing, key="drill_number")
                reason = st.text_input("Why", key="drill_reason", max_chars=1000)
                if st.button("Take the drill back", key="withdraw_drill"):
                    _change(
                        f"Drill {number} counts no longer; it stays on record.",
                        drill_service.withdraw_drill,
                        number,
                        reason=reason,
                    )


def _note_drill(portfolio: str, startup: str, ready: tuple[ReadyDependency, ...]) -> None:
    by_label = rows.use_cases(ready)
    with st.expander("Note a drill"), st.form("drill", border=False):
        label = st.selectbox("Dependency", list(by_label), key="drill_dependency")
        left, right = st.columns(2)
        kind = left.selectbox(
            "What was tried",
            list(DrillKind),
            key="drill_kind",
            format_func=rows.KIND_NAMES.__getitem__,
        )
        held = right.date_input(
            "Held on", value=cached.today(), max_value=cached.today(), key="drill_day"
        )
        first, second, third = st.columns(3)
        passed = first.number_input("Evaluations passed", 0, key="drill_passed")
        total = second.number_input("of", 0, key="drill_total")
        hours = third.number_input("Hours it took", 0.0, value=None, key="drill_hours")
        who = left.text_input("Who held it", key="drill_who", max_chars=200)
        source = right.text_input("Where it is written down", key="drill_source", max_chars=1000)
        if st.form_submit_button("Note the drill", type="primary"):
            note = DrillNote(
                startup=startup,
                kind=DrillKind(kind or DrillKind.FALLBACK),
                held_on=held,
                evals_passed=int(passed),
                evals_total=int(total),
                hours=hours,
                conducted_by=who,
                source=source,
                use_case=by_label[label].use_case,
                provider=by_label[label].dependency_key,
            )
            _change(
                "Noted. The score counts with it from here on.",
                drill_service.record_drill,
                portfolio,
                note,
            )


def _change(said: str, ask: Callable[..., Any], *what: object, **how: object) -> None:
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **how)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_MESSAGE] = said
    st.rerun()
