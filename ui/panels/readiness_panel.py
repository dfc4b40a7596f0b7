"""Exit readiness on the Startup page: how ready, on what evidence, and noting new evidence."""

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import drills as drill_service
from db.services.access import Action
from db.services.drills import DrillNote, list_drills
from db.services.options import ReadyDependency
from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import AGREEMENTS, OVERRIDES
from risk.alternatives.readiness import ContractClock, ExitReadiness
from ui import cached, wording
from ui.charts import readiness as charts
from ui.clicks import once_a_click
from ui.page import card, chart, palette
from ui.panels.judgement_form import judgement_form
from ui.render.frames import frame
from ui.render.page import small_table
from ui.tables import readiness as columns

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
    _wear(ready)
    _drills(portfolio, startup)
    if cached.may(Action.RECORD_DRILL):
        _note_drill(portfolio, startup, ready)
    if cached.may(Action.JUDGE):
        with st.expander("Note what the contract promises, or judge otherwise"):
            judgement_form(portfolio, startup, _use_cases(ready), (*AGREEMENTS, *OVERRIDES))


def _dependency(one: ReadyDependency) -> None:
    with card(_title(one), note=_why(one.readiness)):
        small_table(frame(columns.EVIDENCE, columns.evidence_of(one.readiness)))
        st.caption(wording.escaped(" ".join(contract_sentences(one.readiness.contract))))


def _wear(ready: tuple[ReadyDependency, ...]) -> None:
    """Draw how what was tried wears out, where something was."""
    proofs = [
        (f"{what}, {wording.brief(one.use_case)}", proof)
        for one in ready
        for what, proof in (("Backup", one.readiness.backup), ("Exit plan", one.readiness.exit))
        if proof is not None
    ]
    if not charts.shown(proofs):
        return
    alt = charts.wear_alt(proofs)
    with card("What the last try is still worth", note=alt):
        chart(
            charts.wear_figure(proofs, today=cached.today(), palette=palette()),
            alt=alt,
            key="wear",
        )


def _drills(portfolio: str, startup: str) -> None:
    """Every drill that was noted, and taking one back."""
    known = cached.asked(list_drills, portfolio, startup)
    if not known:
        return
    with st.expander(f"All drills ({len(known)})"):
        small_table(frame(columns.PAGE_DRILLS, columns.drills_of(known)))
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
    by_label = _use_cases(ready)
    with st.expander("Note a drill"), st.form("drill", border=False):
        label = st.selectbox("Dependency", list(by_label), key="drill_dependency")
        left, right = st.columns(2)
        kind = left.selectbox(
            "What was tried",
            list(DrillKind),
            key="drill_kind",
            format_func=columns.KIND_NAMES.__getitem__,
        )
        held = right.date_input(
            "Held on",
            value=cached.today(),
            max_value=cached.today(),
            key="drill_day",
            format="YYYY-MM-DD",
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


def _title(one: ReadyDependency) -> str:
    """Return what it is about and how substitutable the provider is."""
    found = one.readiness.substitutability.value
    return f"{wording.brief(one.use_case)}, {one.provider}: {found}"


def _why(one: ExitReadiness) -> str:
    """Return why the class stands, and what has to be asked before it is sure."""
    text = f"{wording.sentence_case(one.because)}."
    if one.decided_by is not None:
        text += f" Judged by {one.decided_by}; the facts give “{one.derived.value}”."
    elif one.asks:
        text += f" If the answers are good: {'; '.join(one.asks)}."
    return text


def contract_sentences(clock: ContractClock) -> list[str]:
    """Return what the contract's dates mean for leaving in time."""
    found = []
    if clock.renewal is None:
        found.append("When the contract renews is unknown.")
    else:
        found.append(
            f"Renews {wording.day(clock.renewal)}: give notice by {wording.day(clock.last_notice)}"
            + (f", start leaving by {wording.day(clock.start_by)}." if clock.start_by else ".")
        )
    if clock.gap_days is None:
        found.append("How much notice the provider has to give is unknown.")
    elif clock.gap_days > 0:
        found.append(
            f"The provider may stop {wording.days(clock.gap_days)} sooner than one can leave."
        )
    else:
        found.append("The provider's notice is long enough to leave in time.")
    return found


def _use_cases(ready: Iterable[ReadyDependency]) -> dict[str, ReadyDependency]:
    """Return the dependencies by a label that tells them apart."""
    found: dict[str, ReadyDependency] = {}
    for one in ready:
        label = f"{wording.brief(one.use_case)}, {one.provider}"
        while label in found:
            label += " (another)"
        found[label] = one
    return found
