"""Import: from an inventory file to records, with nothing guessed silently or lost."""

from pathlib import Path

import streamlit as st

import fixtures
from db.importing.changes import Status
from db.services.import_results import BatchSummary, ImportPreview
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from ui import cached, import_questions, importing, wording
from ui.page import card, empty_state, metric, page_header, portfolio_label
from ui.rows import imports as rows
from ui.tables import csv_button, table

SAMPLE = Path(fixtures.__file__).parent / "sample_inventory.csv"
MOST_UNDO_BUTTONS = 5


def choose_file() -> None:
    """Show the uploader, a template to fill and a sample to try."""
    with card("1 · The file", note="One line per startup and provider, in any order of columns"):
        st.file_uploader(
            "A CSV or TSV file, up to 200 MB",
            key=importing.uploader_key(),
            on_change=importing.take_file,
        )
        with st.container(horizontal=True):
            csv_button(
                rows.template(),
                key="template",
                file_name="inventory-template.csv",
                label="Empty template",
            )
            st.download_button(
                "Sample with invented data",
                SAMPLE.read_bytes(),
                file_name="sample-inventory.csv",
                mime="text/csv",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def what_the_file_says(intake: IntakeResult) -> None:
    """Show the counts of the reading and every problem with its line."""
    with card("3 · What the file says"):
        with st.grid(4, min_column_width=130):
            metric("Records", wording.number(intake.records))
            metric("Can be imported", wording.number(intake.accepted))
            metric("Rejected", wording.number(intake.rejected))
            metric("Identical lines", wording.number(intake.duplicate), note="count once")
        rejected, noticed = rows.rejections(intake), rows.remarks(intake)
        if rejected:
            problems("Rejected, with what to write instead", rejected, "problems")
        else:
            st.markdown("No record is rejected.")
        if intake.reject_file:
            st.download_button(
                "Rejected records, to correct and upload again",
                intake.reject_file,
                file_name="rejected-records.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        if noticed:
            with st.expander(f"Noticed, but no reason to leave a record out ({len(noticed):,})"):
                problems("", noticed, "noticed")


def problems(title: str, found: tuple[Problem, ...], key: str) -> None:
    """Show the first problems of a list; the file holds all of them."""
    shown = found[: rows.MOST_PROBLEMS]
    if title:
        st.markdown(f"**{title}**")
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


def what_names_were_read_as(intake: IntakeResult) -> None:
    """Show what every provider text was read as, and let the reader decide the open ones."""
    found = rows.resolutions(intake.rows)
    totals = rows.records_by_answer(found)
    with card("4 · What the names were read as"):
        with st.grid(3, min_column_width=150):
            for answer, label in (
                ("yes", "Stand on a language model"),
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


def what_would_change(preview: ImportPreview) -> None:
    """Show new, changed, unchanged and unmentioned records."""
    changes = preview.changes
    with card("5 · What would change"):
        with st.grid(4, min_column_width=130):
            metric(
                "New",
                wording.number(changes.new),
                note=wording.counted(changes.new_startups, "new startup"),
            )
            metric("Changed", wording.number(changes.changed))
            metric("Unchanged", wording.number(changes.unchanged))
            metric("Not in the file", wording.number(changes.missing), note="stay as they are")
        for status, title in (
            (Status.CHANGED, "Changed, before and after"),
            (Status.NEW, "New"),
            (Status.MISSING, "In the portfolio but not in the file"),
        ):
            found = rows.change_table(changes, status)
            if not found.empty:
                with st.expander(f"{title} ({len(found):,})", expanded=status is Status.CHANGED):
                    table(
                        found[: rows.MOST_CHANGES],
                        key=f"changes_{status}",
                        file_name=f"{status}.csv",
                        download=found,
                    )
        if preview.disagreements:
            st.markdown(
                "**Lines of the file disagree about a startup; its facts stay as they are.**"
            )
            table(
                rows.problem_table(preview.disagreements),
                key="disagreements",
                file_name="disagreements.csv",
                columns=rows.problem_columns(),
            )


def publish(file: importing.Upload, portfolio: str, preview: ImportPreview) -> None:
    """Offer to publish, or say why that is not possible."""
    intake = preview.intake
    with card("6 · Publish"):
        if preview.already_batch is not None:
            st.info(
                f"This file was already imported as batch {preview.already_batch}. "
                "Publishing it again would change nothing."
            )
            return
        left_out = f"; {intake.rejected:,} rejected ones are left out" if intake.rejected else ""
        st.markdown(
            wording.escaped(
                f"{wording.counted(intake.accepted, 'record')} into the portfolio "
                f"“{portfolio_label(portfolio)}”{left_out}. It can be undone."
            )
        )
        with st.container(horizontal=True):
            st.button(
                "Publish",
                type="primary",
                on_click=importing.ask_to_publish,
                icon=":material/publish:",
            )
            st.button("Discard the file", on_click=importing.start_again)
        importing.publish_if_asked(file, portfolio, preview)


def just_published(done: importing.Published) -> None:
    """Confirm what was written and lead to it."""
    result = done.result
    words = (
        f"Batch {result.batch} is in “{portfolio_label(done.portfolio)}”: "
        f"{result.changes.new:,} new, {result.changes.changed:,} changed, "
        f"{result.changes.unchanged:,} unchanged records."
    )
    if result.already:
        words = f"Nothing changed: the same file is already there as batch {result.batch}."
    st.success(wording.escaped(words), icon=":material/check:")
    with st.container(horizontal=True):
        st.page_link(
            "pages/portfolio.py",
            label="See the portfolio",
            icon=":material/arrow_forward:",
            query_params={"portfolio": done.portfolio},
        )
        if not result.already:
            st.button("Undo this import", on_click=importing.undo, args=(result.batch,))


def earlier_imports(batches: tuple[BatchSummary, ...]) -> None:
    """Show every import, the newest first, with a way to take it back."""
    st.subheader("Imports so far", anchor=False)
    if not batches:
        empty_state("Nothing was imported yet.", "Choose a file above, or try the sample.")
        return
    table(
        rows.batch_table(batches),
        key="batches",
        file_name="imports.csv",
        alt=f"{len(batches)} imports.",
    )
    in_force = [one for one in batches if not one.undone][:MOST_UNDO_BUTTONS]
    with st.container(horizontal=True):
        for one in in_force:
            with st.popover(f"Undo batch {one.batch}"):
                st.markdown(
                    wording.escaped(
                        f"Takes back {one.file_name} from {portfolio_label(one.portfolio)}. What "
                        "was edited since stays as it is."
                    )
                )
                st.button(
                    f"Yes, undo batch {one.batch}",
                    key=f"undo_{one.batch}",
                    on_click=importing.undo,
                    args=(one.batch,),
                )


def preview_and_publish(file: importing.Upload) -> None:
    """Walk through portfolio, columns, questions, problems, names, changes and publishing."""
    portfolio = import_questions.ask_portfolio(file)
    if portfolio is None:
        return
    preview = importing.preview(file, portfolio)
    intake = preview.intake
    if intake.outcome is Outcome.REJECT_FILE:
        st.error(wording.escaped(import_questions.why_refused(intake)))
    import_questions.ask_columns(intake, file)
    if intake.outcome is Outcome.REJECT_FILE:
        if any(one.line for one in intake.problems):
            what_the_file_says(intake)
        return
    if intake.outcome is Outcome.CONFIRM:
        import_questions.ask_questions(intake)
        what_the_file_says(intake)
        return
    what_the_file_says(intake)
    what_names_were_read_as(intake)
    what_would_change(preview)
    publish(file, portfolio, preview)


page_header("Import")
message = importing.message()
if message:
    st.info(wording.escaped(message))
done = importing.published()
if done is not None:
    just_published(done)
choose_file()
chosen = importing.upload()
if chosen is not None:
    preview_and_publish(chosen)
earlier_imports(cached.batches())
