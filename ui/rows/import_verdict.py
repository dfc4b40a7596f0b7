"""What becomes of a file, in one sentence, and what somebody else changed meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from db.importing.changes import Changes, FieldChange, RowChange, Status
from db.services.import_results import BatchSummary, ImportPreview
from risk.inventory.intake_results import IntakeResult, Outcome
from ui import wording
from ui.rows.imports import change_value

Tone = Literal["success", "warning", "info", "error"]
Key = tuple[str, str, str, str | None]

_NOT_THERE = "not there"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One sentence that answers "can I import this?", and one that says what to do next."""

    tone: Tone
    headline: str
    next_step: str

    @property
    def can_be_published(self) -> bool:
        """Whether publishing would write anything."""
        return self.tone in ("success", "warning")


def verdict(preview: ImportPreview) -> Verdict:
    """Return what becomes of a file as it was read."""
    intake = preview.intake
    if intake.outcome is Outcome.REJECT_FILE:
        return Verdict(
            tone="error", headline="This file cannot be imported", next_step=why_refused(intake)
        )
    if intake.outcome is Outcome.CONFIRM:
        questions = wording.counted(len(intake.confirm), "question")
        return Verdict(
            tone="info",
            headline=f"{questions} before it can be imported",
            next_step="Until you answer, what stands below takes the suggested answers.",
        )
    if not intake.accepted:
        return Verdict(
            tone="error",
            headline="No record can be imported",
            next_step="What to write instead stands below, line by line.",
        )
    if preview.already_batch is not None:
        return Verdict(
            tone="info",
            headline=f"This file was already imported as batch {preview.already_batch}",
            next_step="Publishing it again would change nothing.",
        )
    return _importable(intake)


def _importable(intake: IntakeResult) -> Verdict:
    records = wording.counted(intake.accepted, "record")
    if intake.rejected:
        of_all = f"{intake.accepted:,} of {wording.counted(intake.records, 'record')}"
        return Verdict(
            tone="warning",
            headline=f"{of_all} can be imported, {intake.rejected:,} left out",
            next_step="Mend the rest first, or publish now and upload the mended ones afterwards.",
        )
    headline = "1 record can be imported" if intake.accepted == 1 else f"All {records} are fine"
    if intake.duplicate:
        headline = f"{records} can be imported"
    return Verdict(
        tone="success",
        headline=headline,
        next_step="Nothing is written until you publish, and one click takes it back.",
    )


def why_refused(intake: IntakeResult) -> str:
    """Return the sentence that says why no record of the file can be imported."""
    first = next((one for one in intake.problems if one.line == 0), None)
    if first is None and intake.problems:
        first = intake.problems[0]
    return first.message if first else "The file holds no record that can be imported."


def batches_since(batches: Iterable[BatchSummary], newest_seen: int) -> str:
    """Return who imported what after the batch ``newest_seen``, or that something else changed."""
    said = [
        f"batch {one.batch} ({one.file_name}, {wording.counted(one.accepted, 'record')}, by"
        f" {one.by} at {one.at:%H:%M} UTC)"
        for one in batches
        if one.batch > newest_seen
    ]
    return (
        f"There is {wording.listed(said)} now."
        if said
        else "It was edited, a batch undone, or a name decided."
    )


def meanwhile(before: Changes, now: Changes) -> pd.DataFrame:
    """Return what differs between two comparisons of one file with a portfolio.

    One row per field that was something else when the reader looked: then, now, in the file.
    """
    rows: list[dict[str, object]] = []
    old, new = _by_record(before), _by_record(now)
    for key in dict.fromkeys((*new, *old)):
        base = {"Startup": key[0], "Use case": key[1], "Provider": key[2]}
        for what, then, is_now, file in _differences(old.get(key), new.get(key)):
            cells = {"When you looked": then, "Now": is_now, "Your file": file}
            rows.append({**base, "Field": what, **cells})
    return pd.DataFrame(rows)


def _by_record(changes: Changes) -> dict[Key, RowChange]:
    return {(one.startup, one.use_case, one.provider, one.model): one for one in changes.rows}


def _differences(
    old: RowChange | None, new: RowChange | None
) -> Iterable[tuple[str, str, str, str]]:
    """Field, then, now, in the file. A record in neither list says what the file says."""
    was, is_now = _standing(old, beside=new), _standing(new, beside=old)
    if was != is_now:
        in_file = "–" if Status.MISSING in (_status(old), _status(new)) else "there"
        yield "The record", was, is_now, in_file
        return
    fields_old, fields_new = _fields(old), _fields(new)
    for name in dict.fromkeys((*fields_new, *fields_old)):
        known = fields_new.get(name) or fields_old[name]
        in_file = change_value(known.after)
        then = change_value(fields_old[name].before) if name in fields_old else in_file
        today = change_value(fields_new[name].before) if name in fields_new else in_file
        if then != today:
            yield wording.field(name), then, today, in_file


def _status(row: RowChange | None) -> Status | None:
    return row.status if row else None


def _standing(row: RowChange | None, *, beside: RowChange | None) -> str:
    """Whether the portfolio had the record: what neither file nor portfolio has is in no list."""
    if row is None:
        return _NOT_THERE if _status(beside) is Status.MISSING else "there"
    return _NOT_THERE if row.status is Status.NEW else "there"


def _fields(row: RowChange | None) -> dict[str, FieldChange]:
    return {one.field: one for one in row.fields} if row else {}
