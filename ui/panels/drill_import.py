"""Drills as files on a page: a table is read, shown with its problems, taken over, taken back."""

from collections.abc import Callable
from hashlib import sha256

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.drill_files import (
    DrillFile,
    DrillImport,
    import_drills,
    list_drill_files,
    undo_drill_import,
)
from risk.alternatives.drill_files import COLUMNS
from risk.inventory.intake_results import Outcome, Question
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.render.page import column_table, short_table
from ui.server.downloads import file_button
from ui.server.uploads import file_uploader
from ui.tables import problem, readiness
from ui.words.backup_words import file_in_words
from ui.words.question_words import choice_label

_MESSAGE = "drills_message"
NOTE = (
    f"A table with a line for each drill: {', '.join(list(COLUMNS)[:-1])}. Other names of these "
    "columns are "
    "understood. Use case and provider may be left out where a company has one; what was tried is "
    "fallback or exit; “47 of 50” in one cell will do."
)


def say_done() -> None:
    """Say what the last click did."""
    if sentence := st.session_state.pop(_MESSAGE, None):
        st.success(wording.escaped(sentence))


def import_card(portfolio: str) -> None:
    """Ask for a table of drills, show what it says, and take it over when told to."""
    if not may(Action.RECORD_DRILL):
        return
    with card("Import drills", note=NOTE, height="content"):
        given = file_uploader("Drills: CSV or Excel", type=["csv", "xlsx"], key="drills_file")
        if given is None:
            _files(portfolio)
            return
        by = st.text_input(
            "Who held those that name nobody", key="drills_by", max_chars=200, value=""
        )
        data = given.getvalue()

        def file(answers: dict[str, str]) -> DrillFile:
            return DrillFile(
                data=data, file_name=given.name, conducted_by=by.strip() or None, assume=answers
            )

        answers: dict[str, str] = {}
        try:
            found = cached.asked(import_drills, portfolio, file(answers), dry_run=True)
            if found.read.confirm:
                key = sha256(data).hexdigest()[:8]
                answers = {one.code: _answer(one, key) for one in found.read.confirm}
                found = cached.asked(import_drills, portfolio, file(answers), dry_run=True)
        except StoreError as refused:
            st.error(wording.escaped(refused), icon=":material/block:")
            return
        _show(found, portfolio)
        ready = found.read.outcome in (Outcome.ACCEPT, Outcome.PARTIAL)
        if not ready or not found.new:
            return
        if st.button("Take these drills over", type="primary", icon=":material/check:"):
            said = f"{given.name}: {wording.counted(len(found.new), 'drill')} taken over."
            _done(said, import_drills, portfolio, file(answers))


def _answer(question: Question, key: str) -> str:
    def label(choice: str) -> str:
        return choice_label(question, choice) or choice

    said = wording.escaped(question.question)
    name = f"drills_{question.code}_{key}"
    return st.radio(said, list(question.choices), format_func=label, key=name) or ""


def _show(found: DrillImport, portfolio: str) -> None:
    read = found.read
    st.markdown(f"**{wording.escaped(file_in_words(found))}**")
    if found.new:
        column_table(
            readiness.NEW_DRILLS,
            readiness.new_drills_of(found.new),
            key="drills_new",
            file_name=f"{portfolio}-new-drills.csv",
            alt=f"{len(found.new)} drills that the file would add.",
        )
    if read.problems:
        column_table(
            problem.COLUMNS,
            problem.rows_of(read.problems),
            widths={"message": "large"},
            key="drills_problems",
            file_name=f"{portfolio}-drills-problems.csv",
            alt=f"{len(read.problems)} problems by line, with what to write instead.",
        )
    if read.rejects:
        rejects = read.reject_file
        file_button(
            "The lines without a place, to correct and read again",
            lambda: rejects,
            file_name=f"{portfolio}-drills-to-correct.csv",
            mime="text/csv",
            key="drills_rejects",
        )


def _files(portfolio: str) -> None:
    """List the files that were taken over, and take one back."""
    files = cached.asked(list_drill_files, portfolio)
    if not files:
        return
    short_table(readiness.FILES, readiness.files_of(files))
    standing = {one.number: one.file_name for one in files if one.undone_at is None}
    if standing:
        with st.popover("Take a file back", icon=":material/undo:"):
            number = st.selectbox(
                "File",
                list(standing),
                format_func=lambda one: f"{one}: {standing[one]}",
                key="drills_undo",
            )
            if st.button("Take its drills back", key="undo_drills"):
                said = f"The drills of {standing[number]} count no longer; they stay on record."
                _done(said, undo_drill_import, number)


def _done(said: str, ask: Callable[..., object], *what: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what)
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return
    st.session_state[_MESSAGE] = said
    st.rerun()
