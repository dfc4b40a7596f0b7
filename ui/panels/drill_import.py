"""Drills as files on a page: a table is read, shown with its problems, taken over, taken back."""

from collections.abc import Callable

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
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.panels.own_tables import Answers, looked_at, problems_of
from ui.render.page import column_table, short_table
from ui.server.uploads import file_uploader
from ui.tables import readiness
from ui.words.backup_words import file_in_words

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

        def file(answers: Answers) -> DrillFile:
            return DrillFile(
                data=data, file_name=given.name, conducted_by=by.strip() or None, assume=answers
            )

        looked = looked_at(
            "drills",
            data,
            lambda answers: cached.asked(import_drills, portfolio, file(answers), dry_run=True),
        )
        if looked is None:
            return
        found, answers = looked
        _show(found, portfolio)
        if not found.read.is_ready or not found.new:
            return
        if st.button("Import these drills", type="primary", icon=":material/check:"):
            said = f"{given.name}: {wording.counted(len(found.new), 'drill')} imported."
            _done(said, import_drills, portfolio, file(answers))


def _show(found: DrillImport, portfolio: str) -> None:
    st.markdown(f"**{wording.escaped(file_in_words(found))}**")
    if found.new:
        column_table(
            readiness.NEW_DRILLS,
            readiness.new_drills_of(found.new),
            key="drills_new",
            file_name=f"{portfolio}-new-drills.csv",
            alt=f"{len(found.new)} drills that the file would add.",
        )
    problems_of(found.read, "drills", portfolio)


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
