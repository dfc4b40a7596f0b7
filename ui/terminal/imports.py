"""Inventory files in the terminal: what they say, what is wrong with them, and taking them back."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from ui import wording
from ui.terminal.failures import QUESTION, REFUSED, RefusedCommand
from ui.terminal.files import read_bytes, read_text
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.imports import BatchSummary, Changes, UndoResult

#: Problems shown to people; a file that is wrong throughout is wrong in the same few ways.
MOST_PROBLEMS = 20


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What is to be read, into which portfolio, and the answers given beforehand."""

    file: Path
    portfolio: str
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None
    split_products: bool = False


def read_mapping(path: Path | None) -> dict[str, str | None] | None:
    """Read ``{"header in the file": "canonical column, or null to ignore it"}``.

    Raises RefusedCommand if the file holds anything else.
    """
    if path is None:
        return None
    form = f'The mapping {path} must look like {{"Vendor": "provider", "Owner": null}}'
    try:
        mapping = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise RefusedCommand(f"{form}: {error.msg} in line {error.lineno}.") from None
    if not isinstance(mapping, dict) or not all(
        value is None or isinstance(value, str) for value in mapping.values()
    ):
        raise RefusedCommand(f"{form}.")
    return mapping


def read_answers(texts: Iterable[str]) -> dict[str, str]:
    """Read ``CODE=VALUE`` answers; a bare ``all`` takes every suggested answer."""
    answers: dict[str, str] = {}
    for one in texts:
        code, separator, value = one.partition("=")
        if one == "all":
            answers["all"] = "all"
        elif separator and code and value:
            answers[code] = value
        else:
            raise RefusedCommand(
                f"--assume {one}: write CODE=VALUE, for instance date_order_unknown=dmy, or all."
            )
    return answers


def run_import(
    store: "Store", request: ImportRequest, *, dry_run: bool, show_records: bool
) -> Document:
    """Read the file and publish it, unless it is refused, a question is open, or it is a dry run.

    Returns the document that is printed; ``batch`` is None where nothing was written.
    """
    answer = _preview(store, request) if dry_run else _publish(store, request)
    intake = answer.intake
    document = {
        "outcome": intake.outcome,
        "error": intake.error,
        "records": intake.records,
        "accepted": intake.accepted,
        "rejected": intake.rejected,
        "duplicate": intake.duplicate,
        "warnings": intake.warnings,
        "problems": intake.problems,
        "confirm": [
            {"code": one.code, "question": one.question, "choices": one.choices}
            for one in intake.confirm
        ],
        "changes": {
            "new": answer.changes.new,
            "changed": answer.changes.changed,
            "unchanged": answer.changes.unchanged,
        },
        "batch": answer.batch,
        "reject_file": intake.reject_file or None,
        "disagreements": answer.disagreements,
    }
    if show_records:
        document["accepted_records"] = [asdict(row) for row in intake.rows]
    return document


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What reading or publishing a file said; ``disagreements`` are facts that were left alone."""

    intake: IntakeResult
    changes: "Changes"
    batch: int | None = None
    disagreements: tuple[Problem, ...] = ()


def _asked(request: ImportRequest) -> dict[str, Any]:
    return {
        "data": read_bytes(request.file),
        "file_name": request.file.name,
        "portfolio": request.portfolio,
        "mapping": request.mapping,
        "assume": request.assume,
        "split_products": request.split_products,
    }


def _preview(store: "Store", request: ImportRequest) -> _Answer:
    from db.services.access import LOCAL_OWNER
    from db.services.imports import preview_import

    preview = preview_import(store, LOCAL_OWNER, **_asked(request))
    return _Answer(
        intake=preview.intake,
        changes=preview.changes,
        batch=preview.already_batch,
        disagreements=preview.disagreements,
    )


def _publish(store: "Store", request: ImportRequest) -> _Answer:
    from db.services.access import LOCAL_OWNER
    from db.services.imports import Changes, ImportNeedsAnswers, ImportRefused, publish_import

    try:
        published = publish_import(store, LOCAL_OWNER, **_asked(request))
    except (ImportNeedsAnswers, ImportRefused) as refusal:
        return _Answer(intake=refusal.intake, changes=Changes())
    return _Answer(
        intake=published.intake,
        changes=published.changes,
        batch=published.batch,
        disagreements=published.disagreements,
    )


def exit_status(document: Document) -> int:
    """Return 0 where records went in or would, 3 for an open question, 2 for a refusal."""
    if document["outcome"] == Outcome.CONFIRM:
        return QUESTION
    return 0 if document["accepted"] else REFUSED


def import_tables(document: Document, *, dry_run: bool) -> list["RenderableType"]:
    """Return the counts, every problem by line, and what to do next."""
    counts = ("records", "accepted", "rejected", "duplicate")
    rows = [(name.capitalize(), wording.number(document[name])) for name in counts]
    rows += [
        (f"Would be {name}" if dry_run else name.capitalize(), wording.number(value))
        for name, value in document["changes"].items()
    ]
    shown: list[RenderableType] = [
        table("What the file says", ("", "Number"), rows, right=("Number",))
    ]
    keeping_out = [one for one in document["problems"] if one.code not in document["warnings"]]
    remarks = [one for one in document["problems"] if one.code in document["warnings"]]
    if keeping_out:
        shown.append(_problems("Problems", keeping_out[:MOST_PROBLEMS]))
        shown.extend(_more(len(keeping_out) - MOST_PROBLEMS))
    if remarks:
        shown.append(_remarks(remarks))
    if document["disagreements"]:
        shown.append(_problems("Left as they are", document["disagreements"]))
    for one in document["confirm"]:
        choices = " or ".join(f"--assume {one['code']}={choice}" for choice in one["choices"])
        shown.append(text(f"{one['question']} Answer with {choices}."))
    shown.append(text(_ending(document, dry_run=dry_run)))
    return shown


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


def _ending(document: Document, *, dry_run: bool) -> str:
    if document["outcome"] == Outcome.REJECT_FILE:
        return "The file was refused; nothing was written."
    if document["outcome"] == Outcome.CONFIRM:
        return "Nothing was written: answer the questions above, or take all with --assume all."
    batch = document["batch"]
    if batch is not None:
        return f"This is batch {batch}. Take it back with: downstream undo {batch}"
    return "A dry run: nothing was written." if dry_run else "Nothing was written."


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
    """Return the same as a sentence."""
    return [
        text(
            f"Batch {result.batch} is undone: {result.removed} removed, {result.restored} "
            f"restored, {result.kept} kept because they were edited since."
        )
    ]
