"""What a file says and would change, before anything is written: the verdict, then the details."""

import streamlit as st

from db.importing.changes import Changes, Status
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from ui import cached, import_publishing, import_questions, importing, wording
from ui.importing import Previewed, Upload
from ui.page import card, metric, portfolio_label
from ui.render.page import formula_safe_csv, table
from ui.rows import imports as rows
from ui.rows.import_verdict import Verdict, batches_since, meanwhile, verdict
from ui.server.downloads import file_button


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
        found = meanwhile(before.preview.changes, seen.preview.changes)
        if found.empty:
            st.markdown("For the records of your file nothing is different. Publish if you agree.")
        else:
            st.markdown("**What is different from what you saw; publish again if you agree**")
            table(
                found[: rows.MOST_CHANGES],
                key="meanwhile",
                file_name="meanwhile.csv",
                download=found,
                alt=f"{len(found)} facts that changed while you looked.",
            )


def say_verdict(file: Upload, portfolio: str, seen: Previewed) -> None:
    """Answer at a glance whether the file can be imported and what that would do; offer it."""
    intake, changes = seen.intake, seen.preview.changes
    found = verdict(seen.preview)
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


def _figures(intake: IntakeResult, changes: Changes) -> None:
    with st.grid(4, min_column_width=130):
        metric("Records", wording.number(intake.records))
        metric("Can be imported", wording.number(intake.accepted))
        metric("Left out", wording.number(intake.rejected))
        metric("Identical lines", wording.number(intake.duplicate), note="count once")
    if not (changes.new or changes.changed or changes.unchanged):
        return
    with st.grid(4, min_column_width=130):
        startups = wording.counted(changes.new_startups, "new startup")
        metric("New", wording.number(changes.new), note=startups)
        metric(
            "Changed",
            wording.number(changes.changed),
            note="see below" if changes.changed else None,
        )
        metric("Unchanged", wording.number(changes.unchanged))
        metric("Not in the file", wording.number(changes.missing), note="stay as they are")


def show_problems(intake: IntakeResult) -> None:
    """Show what keeps records out, with what to write instead, and the file to mend."""
    rejected, noticed = rows.rejections(intake), rows.remarks(intake)
    if intake.outcome is Outcome.REJECT_FILE:
        # The verdict has said why; only what points at a line is worth more words.
        rejected = tuple(one for one in rejected if one.line)
    if rejected:
        with card("Left out, and what to write instead"):
            _first_problems(rejected)
            if intake.reject_file:
                _offer_rejects(intake)
    if noticed:
        with st.expander(f"Noticed, but no reason to leave a record out ({len(noticed):,})"):
            _problem_table(noticed, "noticed")
    if intake.outcome is not Outcome.REJECT_FILE and not rejected and not noticed:
        st.caption("Nothing was found wrong with the file.")


def _first_problems(found: tuple[Problem, ...]) -> None:
    first = rows.first_problems(found)
    st.table(first, border="horizontal", hide_index=True, alt="Problems by line.")
    if len(found) > len(first):
        with st.expander(f"All {len(found):,} problems, line by line"):
            _problem_table(found, "problems")


def _problem_table(found: tuple[Problem, ...], key: str) -> None:
    shown = found[: rows.MOST_PROBLEMS]
    if len(found) > len(shown):
        st.caption(f"The first {len(shown)} of {len(found):,}; the CSV holds all.")
    table(
        rows.problem_table(shown),
        key=key,
        file_name=f"{key}.csv",
        columns=rows.problem_columns(),
        download=rows.problem_table(found),
        alt=f"{len(found)} problems by line with what they mean.",
    )


def _offer_rejects(intake: IntakeResult) -> None:
    lines = wording.counted(intake.rejected, "record")
    with st.container(horizontal=True, vertical_alignment="center"):
        file_button(
            f"Download {'it' if intake.rejected == 1 else 'them'} to mend",
            lambda: intake.reject_file,
            file_name="records-to-mend.csv",
            mime="text/csv",
            key="records_to_mend",
        )
        st.caption(
            f"{lines} as in your file, each with its reason. Mend and upload that file alone: the"
            " reasons may stay in it."
        )


def _change_table(changes: Changes, status: Status, number: int) -> None:
    """Show the first records of a status; the CSV of all is made when it is asked for."""
    shown = rows.change_table(changes, status, rows.MOST_CHANGES)
    if number > rows.MOST_CHANGES:
        st.caption(f"The first {rows.MOST_CHANGES} of {number:,} records; the CSV holds all.")
    st.dataframe(
        shown,
        key=f"changes_{status}",
        hide_index=True,
        alt=f"{wording.counted(number, 'record')}: {status}.",
    )
    file_button(
        "CSV",
        lambda: formula_safe_csv(rows.change_table(changes, status)),
        file_name=f"{status}.csv",
        mime="text/csv",
        key=f"changes_{status}_csv",
        type="tertiary",
        hint=f"Download all {number:,} records",
    )


def what_would_change(seen: Previewed) -> None:
    """Show new and changed records, and those that the file does not mention."""
    changes = seen.preview.changes
    parts = [
        (Status.CHANGED, "Changed, before and after"),
        (Status.NEW, "New"),
        (Status.MISSING, "In the portfolio but not in the file: these stay as they are"),
    ]
    numbers = {
        Status.CHANGED: changes.changed,
        Status.NEW: changes.new,
        Status.MISSING: changes.missing,
    }
    if not any(numbers.values()) and not seen.preview.disagreements:
        return
    with card("What would change"):
        for status, title in parts:
            if numbers[status]:
                with st.expander(
                    f"{title} ({numbers[status]:,})", expanded=status is Status.CHANGED
                ):
                    _of_status(changes, status, numbers[status])
        if seen.preview.disagreements:
            st.markdown("**Lines that disagree about a startup: its facts stay as they are**")
            st.table(
                rows.first_problems(seen.preview.disagreements),
                border="horizontal",
                hide_index=True,
                alt="Facts on which lines of the file disagree.",
            )


def _of_status(changes: Changes, status: Status, number: int) -> None:
    elsewhere = changes.elsewhere if status is Status.MISSING else 0
    if elsewhere:
        counted = wording.counted(elsewhere, "record")
        st.caption(f"{counted} of startups that the file does not name, which are not listed.")
    if number > elsewhere:
        _change_table(changes, status, number - elsewhere)


def what_names_were_read_as(seen: Previewed) -> None:
    """Show what every provider text was read as, and let the reader decide the open ones."""
    found = seen.names
    totals = rows.records_by_answer(found)
    with card("What the names were read as"):
        with st.grid(3, min_column_width=150):
            for answer, label in (
                ("yes", "On a language model"),
                ("ask", "To be asked"),
                ("no", "No language model"),
            ):
                metric(label, wording.counted(totals[rows.Answer(answer)], "record"))
        table(
            rows.resolution_table(found),
            key="resolutions",
            file_name="names.csv",
            columns=rows.resolution_columns(),
            alt=f"{len(found)} spellings with what they were read as and why.",
        )
        import_questions.ask_about_names(found, cached.catalog())
