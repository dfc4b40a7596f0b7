"""Problems of a file as columns: where, what the file says, and what to write instead."""

from collections.abc import Iterable, Sequence

from risk.inventory.intake_results import Problem
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

#: Kinds of problem shown in full sentences, and the lines named for each.
FIRST_KINDS = 8
MOST_LINES = 3


def rows_of(problems: Iterable[Problem]) -> list[Record]:
    """Return every problem."""
    return [attributes(one, "code line column value message") for one in problems]


def kinds_of(problems: Iterable[Problem], *, by_column: bool) -> list[Record]:
    """Return each kind of problem once: its first case, the first lines it is on, and how often.

    A file that is wrong throughout is wrong in the same few ways.
    """
    kinds: dict[tuple[str, str | None], list[Problem]] = {}
    for one in problems:
        kinds.setdefault((one.code, one.column if by_column else None), []).append(one)
    return [
        {**row, "lines": _lines(alike), "cases": len(alike), "advice": _advice(alike[0])}
        for alike in kinds.values()
        for row in rows_of(alike[:1])
    ]


def _lines(problems: Sequence[Problem]) -> str:
    named = [f"{one.line}" if one.line else "File" for one in problems[:MOST_LINES]]
    more = len(problems) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _advice(problem: Problem) -> str:
    """The sentence of a problem without the line and column that stand beside it."""
    place = f"Line {problem.line}"
    for start in (f"{place}, {problem.column}: ", f"{place}: "):
        if problem.message.startswith(start):
            return wording.sentence_case(problem.message.removeprefix(start))
    return problem.message


COLUMNS = (
    Column(key="line", label="Line", cell=lambda row: f"{row['line']}" if row["line"] else "File"),
    Column(key="column", label="Column", missing="–"),
    Column(key="value", label="The file says", cell=lambda row: row["value"] or "–"),
    Column(key="message", label="What to write instead"),
    Column(key="code", label="Code"),
)
#: Of the first of each kind, to be read as sentences.
FIRST = (
    Column(key="lines", label="Line"),
    COLUMNS[1],
    Column(
        key="value",
        label="The file says",
        cell=lambda row: wording.brief(row["value"] or "–"),
    ),
    Column(key="advice", label="What to write instead"),
)
#: Of what was noticed and keeps nothing out.
REMARKS = (
    Column(key="code", label="What"),
    Column(key="cases", label="Cases", unit=Unit.COUNT),
    Column(key="message", label="For instance"),
)
INCIDENTS = chosen(COLUMNS, "line column message".split())
