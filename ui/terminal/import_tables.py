"""What the terminal shows people of an import: counts, problems, changes, questions, batches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

from risk.inventory.intake_results import Outcome, Problem, Question
from ui import wording
from ui.rows.import_choices import choice_effect, choice_label
from ui.terminal.imports import ImportAnswer
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.importing.changes import RowChange, Value
    from db.services.imports import BatchSummary, Changes, UndoResult

#: Problems and changes shown; a file that is wrong throughout is wrong in the same few ways.
MOST_PROBLEMS = 20
MOST_CHANGES = 20


def import_tables(answer: ImportAnswer) -> list["RenderableType"]:
    """Return the counts, every problem by line, what changes, and what to do next."""
    document = answer.document
    shown: list[RenderableType] = [_counts(answer)]
    keeping_out = [one for one in document["problems"] if one.code not in document["warnings"]]
    remarks = [one for one in document["problems"] if one.code in document["warnings"]]
    if keeping_out:
        shown.append(_problems("Problems", keeping_out[:MOST_PROBLEMS]))
        shown.extend(_more(len(keeping_out) - MOST_PROBLEMS))
    if remarks:
        shown.append(_remarks(remarks))
    shown.extend(_changed(answer.changes))
    if disagreements := document.get("disagreements"):
        shown.append(_problems("Left as they are", disagreements))
    shown.extend(_question(one) for one in answer.questions)
    shown.append(text(_ending(answer)))
    return shown


def _counts(answer: ImportAnswer) -> "RenderableType":
    document, changes = answer.document, answer.changes
    counts = ("records", "accepted", "rejected", "duplicate")
    rows = [(name.capitalize(), wording.number(document[name])) for name in counts]
    rows += [
        (f"Would be {name}" if answer.dry_run else name.capitalize(), wording.number(value))
        for name, value in document["changes"].items()
    ]
    if changes.missing:
        rows.append(("Not in the file, left as they are", wording.number(changes.missing)))
    return table("What the file says", ("", "Number"), rows, right=("Number",))


def _changed(changes: "Changes") -> Iterable["RenderableType"]:
    """Before and after for the first changed records, a line for each field."""
    changed = (one for one in changes.rows if one.fields)
    rows = [line for one in islice(changed, MOST_CHANGES) for line in _fields(one)]
    if rows:
        columns = ("Startup", "Use case", "Provider", "Field", "Before", "After")
        yield table("Changed", columns, rows)
        yield from _more(changes.changed - MOST_CHANGES)


def _fields(one: "RowChange") -> Iterable[tuple[str, ...]]:
    for field in one.fields:
        before, after = _value(field.before), _value(field.after)
        yield one.startup, one.use_case, one.provider, wording.field(field.field), before, after


def _value(value: "Value") -> str:
    if value is None:
        return wording.UNKNOWN
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _question(question: Question) -> "RenderableType":
    """One open question, and for each answer what to write and what it means."""
    rows = []
    for choice in question.choices:
        parts = (choice_label(question, choice), choice_effect(question, choice))
        meaning = ": ".join(part for part in parts if part)
        is_suggested = choice == question.choices[0]
        said = f"{meaning} (suggested)" if is_suggested else meaning
        rows.append((f"--assume {question.code}={choice}", said))
    return table(question.question, ("Answer with", "Which means"), rows)


def _more(left_out: int) -> list["RenderableType"]:
    if left_out <= 0:
        return []
    return [text(f"{left_out:,} more; --json lists them all.")]


def _remarks(remarks: Iterable[Problem]) -> "RenderableType":
    """What was noticed but kept nothing out: how often, and the first case of each."""
    first: dict[str, Problem] = {}
    counts = Counter[str]()
    for one in remarks:
        first.setdefault(one.code, one)
        counts[one.code] += 1
    rows = [
        (code, wording.number(count), first[code].message) for code, count in counts.most_common()
    ]
    return table("Noticed, and imported all the same", ("What", "Cases", "For instance"), rows)


def _problems(title: str, problems: Iterable[Problem]) -> "RenderableType":
    columns = ("Line", "Column", "Value", "What to write instead", "Code")
    rows = [
        (str(one.line), one.column or "", one.value or "", one.message, one.code)
        for one in problems
    ]
    return table(title, columns, rows, right=("Line",))


def _ending(answer: ImportAnswer) -> str:
    document = answer.document
    if document["outcome"] == Outcome.REJECT_FILE:
        return "The file was refused; nothing was written."
    if document["outcome"] == Outcome.CONFIRM:
        return "Nothing was written: answer the questions above, or take all with --assume all."
    if not document["accepted"]:
        return "Every record was rejected; nothing was written."
    batch = document["batch"]
    if answer.already:
        return f"This file was already imported as batch {batch}; nothing changes."
    if batch is not None:
        return f"This is batch {batch}. Take it back with: downstream undo {batch}"
    return "A dry run: nothing was written."


def batches_document(batches: "Iterable[BatchSummary]") -> list[Document]:
    """Return every import with its counts."""
    return [asdict(one) for one in batches]


def batches_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            str(one["batch"]),
            one["portfolio"],
            one["file_name"],
            f"{one['at']:%Y-%m-%d %H:%M}",
            one["by"],
            wording.number(one["accepted"]),
            wording.number(one["rejected"]),
            "undone" if one["undone"] else "",
        )
        for one in document
    ]
    columns = ("Batch", "Portfolio", "File", "At (UTC)", "By", "Accepted", "Rejected", "")
    return [table("Imports", columns, rows, right=("Batch", "Accepted", "Rejected"))]


def undo_document(result: "UndoResult") -> Document:
    """Return what was taken back and what was kept because it was edited since."""
    return asdict(result)


def undo_tables(result: "UndoResult") -> list["RenderableType"]:
    """Return the same as a sentence, and what was kept with the reason for each."""
    sentence = (
        f"Batch {result.batch} is undone: {wording.counted(result.removed, 'record')} removed, "
        f"{result.restored:,} put back to what they said before, {result.kept:,} kept."
    )
    shown: list[RenderableType] = [text(sentence)]
    if result.kept:
        rows = list(zip(result.kept_rows, result.kept_because, strict=True))
        shown.append(table("Kept as they are", ("What", "Because"), rows[:MOST_PROBLEMS]))
        shown.extend(_more(len(rows) - MOST_PROBLEMS))
    return shown
