"""Inventory files in the terminal: reading one, publishing it, and the answer as a document."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risk.inventory.intake_results import IntakeResult, Outcome, Problem, Question
from risk.inventory.observed import UsageReading, UsageResult
from risk.inventory.progress import Progress, unheard
from risk.inventory.refusals import CONFIRM_CODES
from ui import wording
from ui.render.terminal import Document
from ui.tables import usage_file
from ui.terminal.commands.options import caller
from ui.terminal.failures import QUESTION, REFUSED, RefusedCommand
from ui.terminal.files import read_bytes, read_text

if TYPE_CHECKING:
    from db.engine import Store
    from db.services.import_results import RowChange
    from db.services.imports import Changes

#: How a workbook begins: as a zip archive, or as the older kind.
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What is to be read, into which portfolio, and the answers given beforehand.

    ``files`` are the parts of a log or a bill, which are not held in memory.
    """

    file: Path
    portfolio: str
    files: tuple[Path, ...] = ()
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None
    split_products: bool = False
    day: date | None = None


def read_scope(complete: str | None, *, addition: bool) -> dict[str, str]:
    """Return the answer that says what a file is complete for; none where neither is said.

    Raises RefusedCommand if both are said, or no such scope is known.
    """
    from db.services.import_results import COMPLETE_FOR, Covers

    if complete is not None and addition:
        raise RefusedCommand("A file is complete or an addition: write --complete or --addition.")
    if addition:
        return {COMPLETE_FOR: Covers.NOTHING.value}
    scopes = [one.value for one in Covers if one is not Covers.NOTHING]
    if complete is not None and complete not in scopes:
        raise RefusedCommand(f"--complete {complete}: write one of {wording.listed(scopes)}.")
    return {} if complete is None else {COMPLETE_FOR: complete}


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
    """Read ``CODE=VALUE`` answers; a bare ``all`` takes every suggested answer.

    Raises RefusedCommand for anything else, and for a question that is never asked.
    """
    answers: dict[str, str] = {}
    for one in texts:
        code, separator, value = one.partition("=")
        if one == "all":
            answers["all"] = "all"
        elif not (separator and code and value):
            raise RefusedCommand(
                f"--assume {one}: write CODE=VALUE, for instance date_order_unknown=dmy, or all."
            )
        elif code not in CONFIRM_CODES:
            asked = ", ".join(sorted(CONFIRM_CODES))
            raise RefusedCommand(f"--assume {one}: no question is called {code}, but {asked}.")
        else:
            answers[code] = value
    return answers


def read_sheet(sheet: str | None, file: Path) -> dict[str, str]:
    """Return the answer that names the sheet of a workbook.

    Raises RefusedCommand if the file is no workbook, whatever its name says.
    """
    if sheet is None:
        return {}
    if not read_bytes(file).startswith(_WORKBOOKS):
        raise RefusedCommand(f"--sheet {sheet}: {file} is no workbook. Leave --sheet out.")
    return {"choose_sheet": sheet}


def readable(files: Sequence[Path]) -> tuple[Path, ...]:
    """The files, all of which are there. Raises RefusedCommand for one that cannot be read."""
    for file in files:
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise RefusedCommand(f"{file} cannot be read: {error.strerror}.") from None
    return tuple(files)


@dataclass(frozen=True, kw_only=True)
class ImportAnswer:
    """What reading or publishing a file said.

    ``document`` is what ``--json`` prints; the rest is shown to people: what changes record by
    record, which questions are open, and whether this very reading was in force before.
    """

    document: Document
    changes: "Changes"
    questions: tuple[Question, ...] = ()
    already: bool = False
    dry_run: bool = False
    usage: UsageReading | None = None


def run_import(
    store: "Store",
    request: ImportRequest,
    *,
    dry_run: bool,
    show_records: bool,
    progress: Progress = unheard,
) -> ImportAnswer:
    """Read the file and publish it, unless it is refused, a question is open, or it is a dry run.

    In the document ``batch`` is None where nothing was written.
    """
    work = _preview if dry_run else _publish
    return work(store, request, show_records, progress)


def _document(
    intake: IntakeResult,
    changes: "Changes",
    disagreements: tuple[Problem, ...],
    batch: int | None,
    show_records: bool,
) -> Document:
    document = {
        "outcome": intake.outcome,
        "error": intake.error,
        "records": intake.records,
        "accepted": intake.accepted,
        "rejected": intake.rejected,
        "duplicate": intake.duplicate,
        "warnings": intake.warnings,
        "problems": intake.problems,
        "format": intake.format,
        "mapping": intake.chosen_columns,
        "confirm": [
            {"code": one.code, "question": one.question, "choices": one.choices}
            | ({"examples": one.examples} if one.examples else {})
            | ({"free": True} if one.free else {})
            for one in intake.confirm
        ],
        "changes": {
            "new": changes.new,
            "changed": changes.changed,
            "unchanged": changes.unchanged,
        },
        "ended": [_named(one) for one in changes.ended_rows],
        "merged": [
            _named(one) | {"was": field.before}
            for one in changes.merged_rows
            for field in one.fields
            if field.field == "provider"
        ],
        "batch": batch,
        "reject_file": intake.reject_file or None,
    }
    if isinstance(intake, UsageResult):
        document["usage"] = usage_file.document_of(intake.usage)
    if disagreements:
        # Facts on which lines differ were left alone; that must not go unsaid.
        document["disagreements"] = disagreements
    if show_records:
        document["accepted_records"] = [asdict(row) for row in intake.rows]
    return document


def _named(one: "RowChange") -> Document:
    return {
        "startup": one.startup,
        "use_case": one.use_case,
        "provider_text": one.provider,
        "model": one.model,
    }


def _asked(request: ImportRequest, progress: Progress) -> dict[str, Any]:
    return {
        "data": b"" if request.files else read_bytes(request.file),
        "files": request.files,
        "file_name": _name_of(request),
        "portfolio": request.portfolio,
        "mapping": request.mapping,
        "assume": request.assume,
        "split_products": request.split_products,
        "day": request.day,
        "progress": progress,
    }


def _name_of(request: ImportRequest) -> str:
    more = len(request.files) - 1
    return f"{request.file.name} and {more} more" if more > 0 else request.file.name


def _preview(
    store: "Store", request: ImportRequest, show_records: bool, progress: Progress
) -> ImportAnswer:
    from db.services.imports import preview_import

    found = preview_import(store, caller(), **_asked(request, progress))
    return ImportAnswer(
        document=_document(
            found.intake, found.changes, found.disagreements, found.already_batch, show_records
        ),
        changes=found.changes,
        questions=found.intake.confirm,
        already=found.already_batch is not None,
        dry_run=True,
        usage=_usage_of(found.intake),
    )


def _publish(
    store: "Store", request: ImportRequest, show_records: bool, progress: Progress
) -> ImportAnswer:
    from db.services.imports import Changes, ImportNeedsAnswers, ImportRefused, publish_import

    try:
        found = publish_import(store, caller(), **_asked(request, progress))
    except (ImportNeedsAnswers, ImportRefused) as refusal:
        intake = refusal.intake
        return ImportAnswer(
            document=_document(intake, Changes(), (), None, show_records),
            changes=Changes(),
            questions=intake.confirm,
            usage=_usage_of(intake),
        )
    return ImportAnswer(
        document=_document(
            found.intake, found.changes, found.disagreements, found.batch, show_records
        ),
        changes=found.changes,
        already=found.already,
        usage=_usage_of(found.intake),
    )


def _usage_of(intake: IntakeResult) -> UsageReading | None:
    return intake.usage if isinstance(intake, UsageResult) else None


def exit_status(document: Document) -> int:
    """Return 0 for accept and partial, 3 for an open question, 2 for a refused file."""
    return {Outcome.CONFIRM: QUESTION, Outcome.REJECT_FILE: REFUSED}.get(document["outcome"], 0)


def write_rejects(document: Document, target: Path) -> str:
    """Write the rejected records with their reasons and say so; without any write nothing."""
    if not document["reject_file"]:
        return "No record was rejected, so there is nothing to correct."
    try:
        with target.open("xb") as file:
            file.write(document["reject_file"])
    except FileExistsError:
        raise RefusedCommand(f"{target} exists already: name another file.") from None
    except OSError as error:
        raise RefusedCommand(f"{target} cannot be written: {error.strerror}.") from None
    records = wording.counted(document["rejected"], "record")
    return f"{records} to correct in {target}: import it by itself, its reasons may stay in it."
