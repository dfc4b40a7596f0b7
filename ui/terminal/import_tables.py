"""Tables of an import in the terminal: counts, problems, changes, questions."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from risk.inventory.intake_results import Outcome, Problem, Question
from risk.inventory.mapping import CONSTANT
from risk.inventory.observed import UsageReading
from ui import wording
from ui.render.terminal import Document, printed, table, text
from ui.tables import batch, problem, usage_file
from ui.terminal.imports import ImportAnswer
from ui.words.question_words import choice_effect, choice_label

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.imports import Changes, UndoResult

#: Problems and changes shown; a file that is wrong throughout is wrong in the same few ways.
MOST_PROBLEMS = 20
MOST_CHANGES = 20


def import_tables(answer: ImportAnswer) -> list["RenderableType"]:
    """Return the counts, every problem by line, what changes, and what to do next."""
    document = answer.document
    about = _usage(answer.usage) if answer.usage is not None else _mapping(document)
    shown: list[RenderableType] = [_counts(answer), *about]
    keeping_out = [one for one in document["problems"] if one.code not in document["warnings"]]
    remarks = [one for one in document["problems"] if one.code in document["warnings"]]
    if keeping_out:
        shown.append(_problems("Problems", keeping_out[:MOST_PROBLEMS]))
        shown.extend(_more(len(keeping_out) - MOST_PROBLEMS))
    if remarks:
        title = "Warnings"
        found = problem.kinds_of(remarks, by_column=False)
        found.sort(key=lambda one: -one["cases"])
        shown.append(printed(title, problem.REMARKS, found))
    shown.extend(_changed(answer.changes))
    if disagreements := document.get("disagreements"):
        shown.append(_problems("Left as they are", disagreements))
    shown.extend(question_table(one) for one in answer.questions)
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
    if changes.ended:
        rows.append(("Not in the file, so ended", wording.number(changes.ended)))
    if changes.merged:
        rows.append(("Of the changed, under another spelling", wording.number(changes.merged)))
    if changes.missing:
        rows.append(("Not in the file, left as they are", wording.number(changes.missing)))
    return table("What the file says", ("", "Number"), rows, right=("Number",))


def _mapping(document: Document) -> Iterable["RenderableType"]:
    """Which header each column of ours is read from; of a refused file what it may be."""
    mapping = document["mapping"]
    if not mapping:
        return
    refused = document["outcome"] == Outcome.REJECT_FILE
    title = "What the columns may be" if refused else "How the columns are read"
    rows = [(wording.field(name), name, _read_from(header)) for name, header in mapping.items()]
    yield table(title, ("On the page", "In a mapping", "Header of the file"), rows)


def _usage(usage: UsageReading) -> Iterable["RenderableType"]:
    """What a log or a bill is of, where its money went, and what it shows."""
    yield text(f"{usage_file.headline(usage)} {usage_file.rows_sentence(usage)}")
    if usage.buckets:
        yield printed("The money of the file", usage_file.MONEY, usage_file.money_rows(usage))
    shown = usage_file.shown_rows(usage)
    yield printed("What it shows", usage_file.SHOWN, shown[:MOST_CHANGES])
    yield from _more(len(shown) - MOST_CHANGES)


def _read_from(headers: str | Sequence[str]) -> str:
    if not isinstance(headers, str):
        return ", ".join(headers)
    is_same = headers.startswith(CONSTANT)
    return f"{headers[1:]}, for the whole file" if is_same else headers


def _changed(changes: "Changes") -> Iterable["RenderableType"]:
    """Before and after for the first changed records, a line for each field, and what ends."""
    from db.services.import_results import Status
    from ui.tables import change

    found = change.rows_of(changes, Status.CHANGED, MOST_CHANGES)
    if found:
        yield printed("Changed", change.CHANGED, found)
        yield from _more(changes.changed - MOST_CHANGES)
    ended = change.rows_of(changes, Status.ENDED, MOST_CHANGES)
    if ended:
        yield printed("Not in the file, so ended", change.RECORD, ended)
        yield from _more(changes.ended - MOST_CHANGES)


def question_table(question: Question) -> "RenderableType":
    """One open question, and for each answer what to write and what it means."""
    rows = []
    if question.free:
        known = f"a name, such as {question.choices[0]}" if question.choices else "a name"
        rows.append((f"--assume {question.code}=NAME", known))
    for choice in question.choices if not question.free else ():
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


def _problems(title: str, problems: Iterable[Problem]) -> "RenderableType":
    return printed(title, problem.COLUMNS, problem.rows_of(problems))


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


def undo_tables(result: "UndoResult") -> list["RenderableType"]:
    """Return the same as a sentence, and what was kept with the reason for each."""
    sentence = (
        f"Batch {result.batch} is undone: {wording.counted(result.removed, 'record')} removed, "
        f"{result.restored:,} put back to what they said before, {result.kept:,} kept."
    )
    shown: list[RenderableType] = [text(sentence)]
    if result.kept:
        kept = batch.kept_of(result)
        shown.append(printed("Kept as they are", batch.KEPT, kept[:MOST_PROBLEMS]))
        shown.extend(_more(len(kept) - MOST_PROBLEMS))
    return shown
