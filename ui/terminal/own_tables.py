"""Tables of one's own (holdings, drills, contracts) in the terminal: read, wrong, asked."""

from typing import TYPE_CHECKING, Any

from risk.inventory.intake_results import Outcome
from risk.inventory.own_tables import TableRead
from ui.render.terminal import Document, printed
from ui.tables import problem
from ui.terminal.import_tables import MOST_PROBLEMS, question_table

if TYPE_CHECKING:
    from rich.console import RenderableType


def reading_document(read: TableRead[Any]) -> Document:
    """Return what was read of a table, what is wrong by line, and what is asked."""
    return {
        "outcome": read.outcome,
        "records": read.records,
        "accepted": len(read.rows),
        "rejected": read.rejected,
        "duplicate": read.duplicate,
        "mapping": read.mapping,
        "problems": read.problems,
        "confirm": [
            {"code": one.code, "question": one.question, "choices": one.choices}
            for one in read.confirm
        ],
        "reject_file": read.reject_file if read.rejects else None,
    }


def reading_tables(read: TableRead[Any]) -> list["RenderableType"]:
    """Return its first problems and its questions for people."""
    shown: list[RenderableType] = []
    if read.problems:
        rows = problem.rows_of(read.problems[:MOST_PROBLEMS])
        shown.append(printed("Problems", problem.COLUMNS, rows))
    return [*shown, *(question_table(one) for one in read.confirm)]


def nothing_written(read: TableRead[Any]) -> str | None:
    """Return why nothing of a table could be written; None: it could."""
    if read.outcome is Outcome.CONFIRM:
        return "Nothing was written: answer the questions, or add --assume all."
    if read.outcome is Outcome.REJECT_FILE:
        return "The file was refused and nothing was written."
    return None
