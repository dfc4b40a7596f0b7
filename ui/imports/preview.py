"""Preview of an import, before anything is written: the verdict, then the details."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from db.services.batches import BatchSummary
from db.services.import_results import Changes, ImportPreview, Status
from risk.catalog.records import Answer
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.observed import UsageResult
from risk.inventory.refusals import CELL_CODES, RECORD_CODES
from ui import cached, wording
from ui.imports import publishing as import_publishing
from ui.imports import questions as import_questions
from ui.imports import state as importing
from ui.imports.state import Previewed, Upload
from ui.page import card, metric, portfolio_label
from ui.render.frames import frame
from ui.render.page import column_table, formula_safe_csv
from ui.server.downloads import file_button
from ui.tables import change, problem, resolution, usage_file

#: More than this is not read on a page; the reject file and the CSV hold all.
MOST_PROBLEMS = 100
MOST_CHANGES = 500
#: What the texts of providers were read as, by the figure that counts them.
READ_AS = {
    Answer.YES: "On a language model",
    Answer.ASK: "To be asked",
    Answer.NO: "No language model",
}

Tone = Literal["success", "warning", "info", "error"]


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


def changed_meanwhile(seen: Previewed) -> None:
    """If somebody else wrote since the reader looked, show what is different now."""
    before = importing.seen_before()
    if before is None:
        return
    since = batches_since(cached.batches(), before.newest_batch)
    with card("Something changed while you looked"):
        st.warning(
            wording.escaped(f"{since} Nothing of your file was written."),
            icon=":material/group:",
        )
        found = change.meanwhile(before.preview.changes, seen.preview.changes)
        if not found:
            st.markdown("For the records of your file nothing is different. Publish if you agree.")
        else:
            st.markdown("**What is different from what you saw; publish again if you agree**")
            column_table(
                change.MEANWHILE,
                found[:MOST_CHANGES],
                key="meanwhile",
                file_name="meanwhile.csv",
                file_rows=found,
                alt=f"{len(found)} facts that changed while you looked.",
            )


def say_verdict(file: Upload, portfolio: str, seen: Previewed) -> None:
    """Answer at a glance whether the file can be imported and what that would do; offer it."""
    intake, changes = seen.intake, seen.preview.changes
    found = verdict(seen.preview, asked=import_questions.missing_column(seen) is not None)
    with card("3 · Can it be imported?"):
        _banner(found)
        if intake.outcome is not Outcome.REJECT_FILE:
            _figures(intake, changes)
        with st.container(horizontal=True, vertical_alignment="center"):
            if found.can_be_published:
                st.button(
                    "Publish",
                    type="primary",
                    on_click=import_publishing.publish,
                    args=(file, portfolio, seen),
                    icon=":material/publish:",
                )
            st.button("Discard the file", on_click=importing.start_again)
            if found.can_be_published:
                records = wording.counted(intake.accepted, "record")
                words = f"{records} into “{portfolio_label(portfolio)}”. It can be undone."
                st.caption(wording.escaped(words), width="content")


def _banner(found: Verdict) -> None:
    show = {"success": st.success, "warning": st.warning, "info": st.info, "error": st.error}
    icons = {
        "success": ":material/check_circle:",
        "warning": ":material/rule:",
        "info": ":material/help:",
        "error": ":material/block:",
    }
    show[found.tone](
        f"**{wording.escaped(found.headline)}.**  \n{wording.escaped(found.next_step)}",
        icon=icons[found.tone],
    )


def what_was_used(seen: Previewed) -> None:
    """Show what a log or a bill is of, where every cent of it went, and what it shows."""
    if not isinstance(seen.intake, UsageResult):
        return
    usage = seen.intake.usage
    with card("What was called and paid"):
        st.markdown(
            f"**{wording.escaped(usage_file.headline(usage))}**  \n"
            f"{wording.escaped(usage_file.rows_sentence(usage))}"
        )
        column_table(
            usage_file.SHOWN,
            usage_file.shown_rows(usage),
            key="usage_shown",
            file_name="usage.csv",
            alt=f"{len(usage.dependencies)} dependencies with share and spend a month.",
        )
        if usage.buckets:
            with st.expander("Where the money of the file went, to the cent"):
                column_table(
                    usage_file.MONEY,
                    usage_file.money_rows(usage),
                    key="usage_money",
                    file_name="money.csv",
                    alt="The money of the file by what it is.",
                )


def _figures(intake: IntakeResult, changes: Changes) -> None:
    with st.grid(4, min_column_width=130):
        metric("Records", wording.number(intake.records))
        metric("Can be imported", wording.number(intake.accepted))
        metric("Not imported", wording.number(intake.rejected))
        metric(
            "Identical lines",
            wording.number(intake.duplicate),
            note="count once",
        )
    if not (changes.new or changes.changed or changes.unchanged):
        return
    with st.grid(4, min_column_width=130):
        companies = wording.counted(changes.new_startups, "new company", "new companies")
        metric("New", wording.number(changes.new), note=companies)
        metric(
            "Changed",
            wording.number(changes.changed),
            note="see below" if changes.changed else None,
        )
        metric("Unchanged", wording.number(changes.unchanged))
        if changes.ended:
            metric(
                "Ended",
                wording.number(changes.ended),
                note="no longer in the file",
            )
        else:
            metric("Not in the file", wording.number(changes.missing), note="stay as they are")


def show_problems(intake: IntakeResult) -> None:
    """Show what keeps records out, with what to write instead, and the file to correct."""
    rejected = tuple(one for one in intake.problems if one.code not in intake.warnings)
    remarks = tuple(one for one in intake.problems if one.code in intake.warnings)
    unread = tuple(one for one in remarks if one.code in CELL_CODES | RECORD_CODES)
    noticed = tuple(one for one in remarks if one not in unread)
    if intake.outcome is Outcome.REJECT_FILE:
        # The verdict or the question has said why; only what points at a line is worth more words.
        rejected = tuple(one for one in rejected if one.line)
    if rejected:
        with card("Rows not imported, and how to fix them"):
            _first_problems(rejected)
            if intake.reject_file:
                _offer_rejects(intake)
    if unread:
        with card("Cells that could not be read: unknown until they are corrected"):
            _first_problems(unread)
    if noticed:
        with st.expander(f"Warnings ({len(noticed):,})"):
            _problem_table(noticed, "noticed")
    if intake.outcome is not Outcome.REJECT_FILE and not rejected and not remarks:
        st.caption("Nothing was found wrong with the file.")


def _first_problems(found: tuple[Problem, ...]) -> None:
    first = _kinds(found, alt="Problems by line.")
    if len(found) > first:
        with st.expander(f"All {len(found):,} problems, line by line"):
            _problem_table(found, found[0].code)


def _kinds(found: Sequence[Problem], *, alt: str) -> int:
    """Show the first kinds of problem as sentences; return how many there are."""
    first = problem.kinds_of(found, by_column=True)[: problem.FIRST_KINDS]
    # Cells of such a table are Markdown.
    cells = frame(problem.FIRST, first).map(wording.escaped)
    st.table(cells, border="horizontal", hide_index=True, alt=alt)
    return len(first)


def _problem_table(found: tuple[Problem, ...], key: str) -> None:
    shown = found[:MOST_PROBLEMS]
    if len(found) > len(shown):
        st.caption(f"The first {len(shown)} of {len(found):,}; the CSV holds all.")
    column_table(
        problem.COLUMNS,
        problem.rows_of(shown),
        widths={"value": 180, "message": "large"},
        key=key,
        file_name=f"{key}.csv",
        file_rows=problem.rows_of(found),
        alt=f"{len(found)} problems by line with what they mean.",
    )


def _offer_rejects(intake: IntakeResult) -> None:
    lines = wording.counted(intake.rejected, "record")
    with st.container(horizontal=True, vertical_alignment="center"):
        file_button(
            f"Download {'it' if intake.rejected == 1 else 'them'} to correct",
            lambda: intake.reject_file,
            file_name="records-to-correct.csv",
            mime="text/csv",
            key="records_to_correct",
        )
        st.caption(
            f"{lines} as in your file, each with its reason. Correct and upload that file alone:"
            " the reasons may stay in it."
        )


def _change_table(changes: Changes, status: Status, number: int) -> None:
    """Show the first records of a status; the CSV of all is made when it is asked for."""
    columns = change.CHANGED if status is Status.CHANGED else change.RECORD
    shown = frame(columns, change.rows_of(changes, status, MOST_CHANGES))
    if number > MOST_CHANGES:
        st.caption(f"The first {MOST_CHANGES} of {number:,} records; the CSV holds all.")
    st.dataframe(
        shown,
        key=f"changes_{status}",
        hide_index=True,
        alt=f"{wording.counted(number, 'record')}: {status}.",
    )
    file_button(
        "CSV",
        lambda: formula_safe_csv(frame(columns, change.rows_of(changes, status))),
        file_name=f"{status}.csv",
        mime="text/csv",
        key=f"changes_{status}_csv",
        type="tertiary",
        hint=f"Download all {number:,} records",
    )


def what_would_change(seen: Previewed) -> None:
    """Show new, changed and ended records, and those that the file does not mention."""
    changes = seen.preview.changes
    parts = [
        (Status.CHANGED, "Changed, before and after"),
        (Status.ENDED, "Ended: the file is complete and no longer names them"),
        (Status.NEW, "New"),
        (Status.MISSING, "In the portfolio but not in the file: these stay as they are"),
    ]
    numbers = {
        Status.CHANGED: changes.changed,
        Status.ENDED: changes.ended,
        Status.NEW: changes.new,
        Status.MISSING: changes.missing,
    }
    if not any(numbers.values()) and not seen.preview.disagreements:
        return
    with card("What would change"):
        for status, title in parts:
            if numbers[status]:
                with st.expander(
                    f"{title} ({numbers[status]:,})",
                    expanded=status in (Status.CHANGED, Status.ENDED),
                ):
                    _of_status(changes, status, numbers[status])
        if seen.preview.disagreements:
            st.markdown("**Lines that disagree about a company: its facts stay as they are**")
            alt = "Facts on which lines of the file disagree."
            _kinds(seen.preview.disagreements, alt=alt)


def _of_status(changes: Changes, status: Status, number: int) -> None:
    elsewhere = changes.elsewhere if status is Status.MISSING else 0
    if elsewhere:
        counted = wording.counted(elsewhere, "record")
        st.caption(f"{counted} of companies that the file does not name, which are not listed.")
    if number > elsewhere:
        _change_table(changes, status, number - elsewhere)


def what_names_were_read_as(seen: Previewed) -> None:
    """Show what every provider text was read as, and let the reader decide the open ones."""
    found = seen.names
    totals = dict.fromkeys(Answer, 0)
    for name in found:
        totals[name.resolution.answer] += name.records
    with card("What the names were read as"):
        with st.grid(3, min_column_width=150):
            for answer, label in READ_AS.items():
                metric(label, wording.counted(totals[answer], "record"))
        column_table(
            resolution.COUNTED,
            [
                {**resolution.row_of(one.resolution), "records": one.records}
                | {"spend_usd": one.spend_usd}
                for one in found
            ],
            widths={"text": "medium", "reason": "large"},
            key="resolutions",
            file_name="names.csv",
            alt=f"{len(found)} spellings with what they were read as and why.",
        )
        import_questions.ask_about_names(found, cached.catalog())


def verdict(preview: ImportPreview, *, asked: bool = False) -> Verdict:
    """Return what becomes of a file as it was read; ``asked``: one answer makes it readable."""
    intake = preview.intake
    if asked:
        return Verdict(
            tone="info",
            headline="One answer is needed before it can be imported",
            next_step="The question stands above; nothing is written meanwhile.",
        )
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
            next_step="How to fix each row stands below, line by line.",
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
            next_step="Correct the rest first, or publish now and upload corrected ones later.",
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
