"""Proposals for a register of information: seen with their reasoning, accepted by a person."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.services.access import Action
from db.services.filing_proposals import derive_assessments, propose_cells
from db.services.filings import Filing, accept_proposals
from risk.dora.proposals import Derived, Proposal
from ui import cached, links, wording
from ui.cached import kept, may
from ui.panels.filing_facts import do
from ui.tables.filings import proposal_rows
from ui.words.filing_words import column_label, table_label

_SHOWN = 200
_ACCEPT = "Accept"


def proposals(filing: Filing, portfolio: str) -> None:
    """Show what can be proposed, a column at a time, and take over what is ticked."""
    found = _proposed(filing, portfolio)
    if not found:
        st.success("Nothing is left to propose: what is open only the entity can know.")
        return
    st.caption(
        "What the portfolio states or the model derives, with its reasoning. Nothing enters the "
        "register before somebody accepts it, and answers for it."
    )
    groups = Counter(_group(one) for one in found)
    chosen = links.select(
        "Proposals for",
        list(groups),
        name="column",
        default=next(iter(groups)),
        shown=lambda one: f"{_label(one)} ({groups[one]:,})" if one in groups else one,
    )
    shown = [one for one in found if _group(one) == chosen]
    _grid(filing, shown[:_SHOWN])
    if not may(Action.PREPARE_FILING):
        return
    with st.container(horizontal=True):
        if st.button(f"Accept all {len(shown):,} of this column"):
            do(_said, accept_proposals, filing.summary.number, shown)
        if st.button(f"Accept all {len(found):,} proposals", type="tertiary"):
            do(_said, accept_proposals, filing.summary.number, found)


def _said(changed: int) -> str:
    return f"Accepted: {wording.counted(changed, 'cell')}, each with its reasoning."


def _group(one: Proposal) -> str:
    return f"{one.table} {one.column}".strip()


def _label(group: str) -> str:
    table, _, column = group.partition(" ")
    return (
        f"{table} · {column_label(table, column)}" if column else f"New rows: {table_label(table)}"
    )


def _proposed(filing: Filing, portfolio: str) -> tuple[Proposal, ...]:
    today = cached.today()

    def derived() -> dict[str, Derived]:
        return cached.asked(derive_assessments, portfolio, today=today)

    state = cached.state_of(portfolio)
    assessed = kept(
        ("filing derived", *state), derived, says="Working out what the model says…", heavy=True
    )
    key = ("filing proposals", filing.summary, *state)
    return kept(key, lambda: cached.asked(propose_cells, filing, derived=assessed, today=today))


def _grid(filing: Filing, shown: Sequence[Proposal]) -> None:
    rows = proposal_rows(shown)
    frame = pd.DataFrame(
        {
            _ACCEPT: [False] * len(rows),
            "Proposed": [row["shown"] for row in rows],
            "Why": [row["reason"] for row in rows],
            "Row": [row["key"] for row in rows],
        }
    )
    if not may(Action.PREPARE_FILING):
        st.dataframe(frame.drop(columns=_ACCEPT), hide_index=True)
        return
    with st.form("filing_proposals", border=False):
        answered = st.data_editor(
            frame,
            hide_index=True,
            disabled=["Proposed", "Row", "Why"],
            column_config={
                "Proposed": st.column_config.TextColumn(width=260),
                "Why": st.column_config.TextColumn(width="large"),
            },
            key=f"filing_proposed_{filing.summary.number}_{filing.summary.revision}_{_group(shown[0])}",
        )
        if not st.form_submit_button("Accept what is ticked", type="primary"):
            return
    ticked = [one for one, yes in zip(shown, answered[_ACCEPT], strict=True) if yes]
    if not ticked:
        st.info("Nothing is ticked.")
        return
    do(_said, accept_proposals, filing.summary.number, ticked)
