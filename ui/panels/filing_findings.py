"""To-do list of a register of information: findings by rule, one by one, corrections."""

import pandas as pd
import streamlit as st

from db.services.access import Action
from db.services.filing_checks import Checked
from db.services.filings import CellDecision, Filing, decide_cells
from risk.dora.open_cells import asked
from ui import links, wording
from ui.cached import may
from ui.panels.filing_facts import do
from ui.render.page import column_table, with_words
from ui.tables import filings as table

#: What one grid asks for; a search finds the rest.
_ASKED = 200


def to_do(filing: Filing, checked: Checked, portfolio: str) -> None:
    """Show what to do, the worst first; a click on a rule leads to its cells."""
    if not checked.findings:
        st.success("No rule that is known here finds anything.")
        return
    _asked_once(filing)
    _corrections(filing, checked)
    st.caption("Errors first, then what the authorities most often miss. A click opens the table.")
    column_table(
        table.BY_RULE,
        table.by_rule(checked.findings),
        widths={"weight": "small", "rule": "small", "message": "large"},
        key="filing_rules",
        file_name=f"{portfolio}-register-rules.csv",
        open_row=lambda row: _open(row["table"]),
        opens="rule",
        alt=f"{len(checked.findings)} findings by rule, with what to do.",
    )
    with st.expander(f"Every finding ({len(checked.findings):,})"):
        words = st.text_input("Search findings", placeholder="Contract, function, rule, table")
        rows = table.finding_rows(checked.findings)
        shown = with_words(table.FINDINGS_PAGE, rows, words)
        column_table(
            table.FINDINGS_PAGE,
            shown,
            widths={"message": "large"},
            key="filing_findings",
            file_name=f"{portfolio}-register-findings.csv",
            files=table.FINDINGS_FILE,
            workbook="Register of information",
            alt=f"{len(shown)} findings with the cell to correct.",
        )


def _open(name: str) -> None:
    if name:
        links.write(section="cells", table=name)
        st.rerun()


def _corrections(filing: Filing, checked: Checked) -> None:
    """Offer the corrections that are beyond doubt, all at once; a person takes them."""
    fixes = [
        CellDecision(
            table=one.table,
            row=one.row,
            column=one.column,
            value=one.fix,
            reason=f"Correction for rule {one.rule}",
        )
        for one in checked.findings
        if one.fix is not None and one.row is not None and one.column
    ]
    if not fixes or not may(Action.PREPARE_FILING):
        return
    one_cell = len(fixes) == 1
    cells = wording.counted(len(fixes), "cell")
    st.markdown(
        f"**{cells}** {'has' if one_cell else 'have'} a correction that is beyond doubt, such as a "
        "missing prefix; each stands below under its finding."
    )
    if st.button(f"Correct {cells}", icon=":material/check:"):
        do(_kept, decide_cells, filing.summary.number, fixes)


def _asked_once(filing: Filing) -> None:
    """Ask for what stands in several cells of a drawn register: each thing once."""
    if not filing.summary.drawn or not may(Action.PREPARE_FILING):
        return
    every = asked(filing.register)
    if not every:
        return
    st.markdown(
        f"**{wording.counted(len(every), 'answer')} fill in "
        f"{sum(one.cells for one in every):,} cells.** What stands in most cells comes first; "
        "leave open what you do not know."
    )
    words = st.text_input("Search", placeholder="LEI, OpenAI, reference", key="filing_asked_words")
    fitting = [one for one in every if words.casefold() in one.what.casefold()][:_ASKED]
    frame = pd.DataFrame(
        {
            "What is asked": [one.what for one in fitting],
            "Cells": [one.cells for one in fitting],
            "Answer": [""] * len(fitting),
        }
    )
    with st.form("filing_asked", border=False):
        answered = st.data_editor(
            frame,
            hide_index=True,
            disabled=["What is asked", "Cells"],
            column_config={"What is asked": st.column_config.TextColumn(width="large")},
            key=f"filing_asked_{filing.summary.number}_{filing.summary.revision}_{words}",
        )
        if not st.form_submit_button("Keep these answers", type="primary"):
            return
    given = [
        CellDecision(table=one.table, row=one.row, column=one.column, value=text.strip())
        for one, text in zip(fitting, answered["Answer"], strict=True)
        if isinstance(text, str) and text.strip()
    ]
    if not given:
        st.info("No answer is written yet.")
        return
    do(_kept, decide_cells, filing.summary.number, given)


def _kept(changed: int) -> str:
    return f"{wording.counted(changed, 'cell')} filled in."
