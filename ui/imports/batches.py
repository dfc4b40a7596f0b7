"""Imports so far: what the last one did, all of them, and taking one back."""

from collections.abc import Sequence

import streamlit as st

from db.services.batches import BatchSummary
from db.services.import_results import UndoResult
from db.services.startup_pages import StartupFilter
from ui import cached, wording
from ui.imports import publishing as import_publishing
from ui.imports.publishing import Published
from ui.page import card, empty_state, portfolio_label
from ui.render.page import column_table
from ui.server.downloads import file_button
from ui.tables import batch

#: Imports shown with their button; older ones are undone by their number in the terminal.
NEWEST = 5
#: What a file is called that is kept whole, too.
REGISTER = "dora"


def what_became_of_it() -> None:
    """Say what the last click wrote or took back, or why it did not."""
    if problem := import_publishing.problem():
        st.error(wording.escaped(problem), icon=":material/block:")
    if (done := import_publishing.published()) is not None:
        _just_published(done)
    if (undone := import_publishing.undone()) is not None:
        _just_undone(undone)


def _just_published(done: Published) -> None:
    """Confirm what was written and lead to it."""
    result = done.result
    words = (
        f"Batch {result.batch} is in “{portfolio_label(done.portfolio)}”: "
        f"{result.changes.new:,} new, {result.changes.changed:,} changed, "
        f"{result.changes.unchanged:,} unchanged records"
    )
    # Only a file that is complete for something ends what it leaves out.
    words += f", {result.changes.ended:,} ended." if result.changes.ended else "."
    if result.already:
        words = f"Nothing changed: the same file is already there as batch {result.batch}."
    with st.container(border=True):
        st.success(wording.escaped(words), icon=":material/check_circle:")
        if result.intake.reject_file:
            records = wording.counted(result.intake.rejected, "record")
            file_button(
                f"Download the {records} not imported, to fix and upload",
                lambda: result.intake.reject_file,
                file_name="records-to-correct.csv",
                mime="text/csv",
                key="records_left_out",
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/portfolio.py",
                label="See the overview",
                icon=":material/arrow_forward:",
                query_params={"portfolio": done.portfolio},
            )
            st.page_link(
                "pages/questions.py",
                label=_what_is_open(done.portfolio),
                icon=":material/arrow_forward:",
                query_params={"portfolio": done.portfolio},
            )
            if result.intake.format == REGISTER:
                st.page_link(
                    "pages/register.py",
                    label="The register of information, kept whole",
                    icon=":material/arrow_forward:",
                    query_params={"portfolio": done.portfolio},
                )
            if not result.already:
                st.button(
                    "Undo this import",
                    icon=":material/undo:",
                    on_click=import_publishing.undo,
                    args=(result.batch,),
                )


def _what_is_open(portfolio: str) -> str:
    """Say how many companies name what nobody can read surely, where any does."""
    asks = cached.matching(portfolio, StartupFilter(asks=True))
    if not asks:
        return "Answer what is open"
    said = wording.counted(asks, "company names", "companies name")
    return f"Answer what is open: {said} unclear texts"


def _just_undone(result: UndoResult) -> None:
    """Say what was taken back, and what was kept and why."""
    sentence = (
        f"Batch {result.batch} was undone: {wording.counted(result.removed, 'record')} removed, "
        f"{result.restored:,} put back to what they said before."
    )
    if not result.kept:
        st.success(wording.escaped(sentence), icon=":material/undo:")
        return
    with card("Undone, but not all of it"):
        st.warning(
            wording.escaped(f"{sentence} {result.kept:,} were touched since and stay."),
            icon=":material/undo:",
        )
        column_table(
            batch.KEPT,
            batch.kept_of(result),
            key="kept",
            file_name="kept.csv",
            alt=f"{result.kept} rows that were kept, and why.",
        )


def earlier_imports(batches: Sequence[BatchSummary]) -> None:
    """Show every import, the newest first, with a way to take it back."""
    st.subheader("Imports so far", anchor=False)
    if not batches:
        empty_state("Nothing was imported yet.", "Choose a file above, or try the sample.")
        return
    for one in batches[:NEWEST]:
        _batch(one)
    if len(batches) > NEWEST:
        with st.expander(f"All {len(batches):,} imports"):
            column_table(
                batch.COLUMNS,
                batch.rows_of(batches),
                key="batches",
                file_name="imports.csv",
                alt=f"{len(batches)} imports.",
            )


def _batch(one: BatchSummary) -> None:
    """Show one import: what it was, when and by whom, and whether it is in force."""
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        with st.container(gap=None, width="stretch"):
            target = wording.escaped(f"{one.file_name} → {portfolio_label(one.portfolio)}")
            st.markdown(f"**Batch {one.batch}** · {target}")
            st.caption(wording.escaped(_sentence(one)))
        if one.undone:
            st.badge(batch.state(batch.row_of(one)), color="gray")
            return
        with st.popover(f"Undo batch {one.batch}", icon=":material/undo:"):
            st.markdown(
                wording.escaped(
                    f"Takes back {one.file_name} from {portfolio_label(one.portfolio)}. What "
                    "was edited or imported again since stays as it is, and is listed."
                )
            )
            st.button(
                f"Yes, undo batch {one.batch}",
                key=f"undo_{one.batch}",
                type="primary",
                on_click=import_publishing.undo,
                args=(one.batch,),
            )


def _sentence(one: BatchSummary) -> str:
    """Return when, by whom, of which day and how many records, in one line."""
    said = f"{wording.day(one.at)}, {one.at:%H:%M} UTC, by {one.by} · "
    if one.day is not None and one.day != one.at.date():
        said += f"as of {wording.day(one.day)} · "
    if one.by_hand:
        return f"{said}{wording.counted(one.records, 'record')} changed"
    said += f"{one.accepted:,} of {wording.counted(one.records, 'record')} imported"
    return said + (f", {one.rejected:,} left out" if one.rejected else "")
