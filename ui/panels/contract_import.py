"""Contracts as a file on a page: a table is read, shown with its problems, and taken over."""

from hashlib import sha256

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.contract_records import ContractFile, ContractImport, import_contracts
from risk.inventory.contract_tables import FACT_COLUMNS
from risk.inventory.intake_results import Outcome, Question
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.panels.contract_forms import say_next
from ui.render.page import column_table
from ui.server.downloads import file_button
from ui.server.uploads import file_uploader
from ui.tables import problem
from ui.words.contract_words import file_in_words, kept
from ui.words.question_words import choice_label

NOTE = (
    f"A table with a line for each contract: {', '.join(FACT_COLUMNS)}, and a column for each "
    "provision, such as 30(2)(h). Other names of these columns are understood; a blank cell leaves "
    "what is known."
)


def import_card(portfolio: str) -> None:
    """Ask for a table of contracts, show what it says, and take it over when told to."""
    if not may(Action.STATE_CONTRACT):
        return
    with card("Import contracts", note=NOTE, height="content"):
        given = file_uploader("Contracts: CSV or Excel", type=["csv", "xlsx"], key="contracts_file")
        if given is None:
            return
        data = given.getvalue()
        answers: dict[str, str] = {}
        try:
            found = _looked(portfolio, data, given.name, answers)
            if found.read.confirm:
                key = sha256(data).hexdigest()[:8]
                answers = {one.code: _answer(one, key) for one in found.read.confirm}
                found = _looked(portfolio, data, given.name, answers)
        except StoreError as refused:
            st.error(wording.escaped(refused), icon=":material/block:")
            return
        _show(found, portfolio)
        ready = found.read.outcome in (Outcome.ACCEPT, Outcome.PARTIAL)
        if not ready or not (found.kept.new or found.kept.changed):
            return
        if st.button("Take these contracts over", type="primary", icon=":material/check:"):
            file = ContractFile(data=data, file_name=given.name, assume=answers)
            try:
                done = once_a_click(
                    import_contracts, cached.store(), cached.actor(), portfolio, file
                )
            except StoreError as refused:
                st.error(wording.escaped(refused), icon=":material/block:")
                return
            say_next(f"{given.name}. {kept(done.kept)}")
            st.rerun()


def _looked(portfolio: str, data: bytes, name: str, answers: dict[str, str]) -> ContractImport:
    file = ContractFile(data=data, file_name=name, assume=answers)
    return cached.asked(import_contracts, portfolio, file, dry_run=True)


def _answer(question: Question, key: str) -> str:
    def label(choice: str) -> str:
        return choice_label(question, choice) or choice

    said = wording.escaped(question.question)
    name = f"contracts_{question.code}_{key}"
    return st.radio(said, list(question.choices), format_func=label, key=name) or ""


def _show(found: ContractImport, portfolio: str) -> None:
    read = found.read
    st.markdown(f"**{wording.escaped(file_in_words(found))}**")
    if read.problems:
        column_table(
            problem.COLUMNS,
            problem.rows_of(read.problems),
            widths={"message": "large"},
            key="contracts_problems",
            file_name=f"{portfolio}-contracts-problems.csv",
            alt=f"{len(read.problems)} problems by line, with what to write instead.",
        )
    if read.rejects:
        rejects = read.reject_file
        file_button(
            "The lines that cannot be read, to correct and read again",
            lambda: rejects,
            file_name=f"{portfolio}-contracts-to-correct.csv",
            mime="text/csv",
            key="contracts_rejects",
        )
