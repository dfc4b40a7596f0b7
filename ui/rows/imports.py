"""Rows of the import page: problems, what names were read as, what would change, batches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import pandas as pd
import streamlit as st

from db.importing.changes import Changes, Status, Value
from db.services.import_results import BatchSummary, UndoResult
from risk.catalog.records import Answer
from risk.inventory.columns import COLUMNS, REQUIRED
from risk.inventory.intake_results import IntakeResult, Problem
from risk.inventory.records import Resolution
from risk.inventory.rows import InventoryRows, combined
from ui import wording
from ui.page import portfolio_label

#: More than this is not read on a page; the reject file and the CSV hold all.
MOST_PROBLEMS = 100
#: Kinds of problem shown in full sentences, and the lines named for each.
FIRST_PROBLEMS = 8
MOST_LINES = 3
MOST_CHANGES = 500
#: What a column means that is not used.
LEFT_OUT = ""
ANSWER_NAMES = {
    Answer.YES: "Yes",
    Answer.ASK: "Ask",
    Answer.NO: "No",
}
_ORDER = (Answer.ASK, Answer.YES, Answer.NO)


def rejections(intake: IntakeResult) -> tuple[Problem, ...]:
    """Return what keeps records out."""
    return tuple(one for one in intake.problems if one.code not in intake.warnings)


def remarks(intake: IntakeResult) -> tuple[Problem, ...]:
    """Return what was noticed on records that can be imported all the same."""
    return tuple(one for one in intake.problems if one.code in intake.warnings)


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return a row per problem: where, what the file says, and what to write instead."""
    shown = tuple(problems)
    return pd.DataFrame(
        {
            "Line": [f"{one.line}" if one.line else "File" for one in shown],
            "Column": [one.column or "–" for one in shown],
            "The file says": [one.value or "–" for one in shown],
            "What it means": [one.message for one in shown],
            "Code": [one.code for one in shown],
        }
    )


def first_problems(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the kinds of problem, to be read as sentences, for a table of Markdown.

    A file that is wrong throughout is wrong in the same few ways: each is shown once, with the
    first lines it is on.
    """
    kinds: dict[tuple[str, str | None], list[Problem]] = {}
    for one in problems:
        kinds.setdefault((one.code, one.column), []).append(one)
    shown = list(kinds.values())[:FIRST_PROBLEMS]
    return pd.DataFrame(
        {
            "Line": [_lines(alike) for alike in shown],
            "Column": [wording.escaped(alike[0].column or "–") for alike in shown],
            "The file says": [
                wording.escaped(wording.brief(alike[0].value or "–")) for alike in shown
            ],
            "Write instead": [wording.escaped(_advice(alike[0])) for alike in shown],
        }
    )


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


def kept_table(result: UndoResult) -> pd.DataFrame:
    """Return what undoing an import left as it is, and why."""
    return pd.DataFrame({"Kept": result.kept_rows, "Because": result.kept_because})


def problem_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`problem_table`."""
    column = st.column_config
    return {
        "Line": column.TextColumn(width=60),
        "Column": column.TextColumn(width=120),
        "The file says": column.TextColumn(width=180),
        "What it means": column.TextColumn(width="large"),
        "Code": column.TextColumn(width=140),
    }


def resolutions(rows: InventoryRows) -> list[tuple[Resolution, int]]:
    """Return every spelling with how often it occurs: those to ask about first."""
    numbers, first = combined([rows.identities("provider")])
    counts = Counter(numbers.tolist())
    found = [(rows[place].resolution, counts[n]) for n, place in enumerate(first.tolist())]
    found.sort(key=lambda one: (_ORDER.index(one[0].answer), -one[1], one[0].text.casefold()))
    return found


def records_by_answer(found: Iterable[tuple[Resolution, int]]) -> dict[Answer, int]:
    """Return how many records stand on a language model, do not, or cannot be told."""
    totals = dict.fromkeys(Answer, 0)
    for resolution, count in found:
        totals[resolution.answer] += count
    return totals


def resolution_table(found: Iterable[tuple[Resolution, int]]) -> pd.DataFrame:
    """Return a row per spelling: what it was read as, how surely, and why."""
    shown = tuple(found)
    return pd.DataFrame(
        {
            "In the file": [one.text for one, _ in shown],
            "Language model?": [ANSWER_NAMES[one.answer] for one, _ in shown],
            "Models of": [_part(one, one.developer) for one, _ in shown],
            "Hosted by": [_part(one, one.host) for one, _ in shown],
            "Product": [one.product or "–" for one, _ in shown],
            "Records": [count for _, count in shown],
            "Confidence": [wording.percent(one.confidence) for one, _ in shown],
            "Why": [one.reason for one, _ in shown],
        }
    )


def _part(resolution: Resolution, name: str | None) -> str:
    return "–" if resolution.answer is Answer.NO else wording.provider(name)


def resolution_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`resolution_table`."""
    column = st.column_config
    return {
        "In the file": column.TextColumn(pinned=True, width="medium"),
        "Language model?": column.TextColumn(width=125),
        "Models of": column.TextColumn(width=110),
        "Hosted by": column.TextColumn(width=140),
        "Product": column.TextColumn(width=150),
        "Records": column.NumberColumn(width=80),
        "Confidence": column.TextColumn(width=95),
        "Why": column.TextColumn(width="large"),
    }


def change_table(changes: Changes, status: Status, most: int | None = None) -> pd.DataFrame:
    """Return the records of one status, or the first ``most`` of them.

    A changed record has a row per changed field.
    """
    rows: list[dict[str, object]] = []
    for one in islice((row for row in changes.rows if row.status is status), most):
        base: dict[str, object] = {
            "Startup": one.startup,
            "Use case": one.use_case or "–",
            "Provider": one.provider,
            "Model": one.model or "–",
        }
        if status is not Status.CHANGED:
            rows.append(base)
            continue
        for field in one.fields:
            before, after = change_value(field.before), change_value(field.after)
            name = wording.field(field.field)
            rows.append({**base, "Field": name, "Before": before, "After": after})
    return pd.DataFrame(rows)


def change_value(value: Value) -> str:
    """Return a stored or stated fact as a cell; None is unknown."""
    if value is None:
        return wording.UNKNOWN
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def batch_table(batches: Iterable[BatchSummary]) -> pd.DataFrame:
    """Return a row per import, newest first."""
    shown = tuple(batches)
    return pd.DataFrame(
        {
            "Batch": [one.batch for one in shown],
            "State": [state_of(one) for one in shown],
            "Portfolio": [portfolio_label(one.portfolio) for one in shown],
            "File": [one.file_name for one in shown],
            "When (UTC)": [f"{one.at:%d %b %Y %H:%M}" for one in shown],
            "By": [one.by for one in shown],
            "Records": [one.records for one in shown],
            "Accepted": [one.accepted for one in shown],
            "Rejected": [one.rejected for one in shown],
            "Identical": [one.duplicate for one in shown],
        }
    )


def batch_sentence(batch: BatchSummary) -> str:
    """Return when, by whom and how many records, in one line."""
    said = f"{wording.day(batch.at)}, {batch.at:%H:%M} UTC, by {batch.by} · "
    said += f"{batch.accepted:,} of {wording.counted(batch.records, 'record')} imported"
    return said + (f", {batch.rejected:,} left out" if batch.rejected else "")


def state_of(batch: BatchSummary) -> str:
    """Return whether a batch is in force or when it was undone."""
    if not batch.undone:
        return "In force"
    return f"Undone {batch.undone_at:%d %b %Y}" if batch.undone_at else "Undone"


def column_label(name: str) -> str:
    """Return a canonical column's screen name."""
    if name == LEFT_OUT:
        return "Leave out"
    label = {"as_of": "Date of the facts"}
    text = label.get(name) or wording.field(name)
    if name.endswith("_usd"):
        text += ", USD"
    return f"{text} (required)" if name in REQUIRED else text


def column_choices() -> list[str]:
    """Return every meaning that a column of a file can have, "leave out" first."""
    required = list(REQUIRED)
    others = sorted((name for name in COLUMNS if name not in REQUIRED), key=column_label)
    return [LEFT_OUT, *required, *others]
