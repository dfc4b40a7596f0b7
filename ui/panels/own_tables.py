"""Tables of one's own (holdings, drills, contracts) on a page: asked about, shown, corrected."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import streamlit as st

from db.errors import StoreError
from risk.inventory.intake_results import Question
from risk.inventory.own_tables import TableRead
from ui import wording
from ui.render.page import column_table
from ui.server.downloads import file_button
from ui.tables import problem
from ui.words.question_words import choice_label


class _Looked(Protocol):
    """What a service says of a table that was only looked at."""

    @property
    def read(self) -> TableRead[Any]: ...


Looked = TypeVar("Looked", bound=_Looked)
Answers = Mapping[str, str]


def looked_at(
    what: str, data: bytes, look: Callable[[Answers], Looked]
) -> tuple[Looked, Answers] | None:
    """Return what a table of ``what`` would change, with the reader's answers to its questions.

    ``look`` asks the service with answers; None: it refused, and the page says why.
    """
    answers: Answers = {}
    try:
        found = look(answers)
        if found.read.confirm:
            key = f"{what}_{sha256(data).hexdigest()[:8]}"
            answers = {one.code: _answer(one, key) for one in found.read.confirm}
            found = look(answers)
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return None
    return found, answers


def _answer(question: Question, key: str) -> str:
    def label(choice: str) -> str:
        return choice_label(question, choice) or choice

    said = wording.escaped(question.question)
    choices = list(question.choices)
    return st.radio(said, choices, format_func=label, key=f"{key}_{question.code}") or ""


def problems_of(read: TableRead[Any], what: str, portfolio: str) -> None:
    """Show what is wrong with a table of ``what`` by line, and give those lines to correct."""
    if read.problems:
        column_table(
            problem.COLUMNS,
            problem.rows_of(read.problems),
            widths={"message": "large"},
            key=f"{what}_problems",
            file_name=f"{portfolio}-{what}-problems.csv",
            alt=f"{len(read.problems)} problems by line, with what to write instead.",
        )
    if read.rejects:
        file_button(
            "The lines left out, to correct and read again",
            lambda: read.reject_file,
            file_name=f"{portfolio}-{what}-to-correct.csv",
            mime="text/csv",
            key=f"{what}_rejects",
        )
