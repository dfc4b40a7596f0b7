"""Import: from an inventory file to records, with nothing guessed silently or lost."""

from datetime import UTC, datetime

import streamlit as st

from db.services import exports
from db.services.reference import list_aliases
from risk.inventory.intake_results import Outcome
from risk.inventory.observed import UsageResult
from ui import cached, wording
from ui.downloads import file_buttons
from ui.imports import batches as import_batches
from ui.imports import names as import_names
from ui.imports import publishing as import_publishing
from ui.imports import questions as import_questions
from ui.imports import state as importing
from ui.imports import unfinished
from ui.imports.columns import ask_columns, say_as_last_time
from ui.imports.preview import (
    changed_meanwhile,
    say_verdict,
    show_problems,
    what_names_were_read_as,
    what_was_used,
    what_would_change,
)
from ui.page import card, page_header
from ui.panels.portfolio_forms import manage_portfolios
from ui.server.uploads import file_uploader


def choose_file() -> None:
    """Show the uploader, and while it is empty a template to fill and a sample to try."""
    with card("1 · The file"):
        file_uploader(
            "An inventory, a gateway's log or a bill as your tool exported it, up to 200 MB",
            key=importing.uploader_key(),
            on_change=importing.take_file,
        )
        if importing.upload() is None:
            importing.take_file()  # another click may have ended the run that was to take it
        if (file := importing.upload()) is not None:
            if importing.was_handed_over():
                st.markdown(wording.escaped(f"“{file.file_name}” is in hand."))
                st.button("Another file", on_click=importing.start_again)
            return
        go_on_with_the_last_one()
        st.caption(
            "Inventories: CSV, TSV, TXT, XLSX, JSON (CycloneDX) and ZIP (a DORA register in CSV), "
            "one line per company and provider, in any order of columns. Usage: logs of LiteLLM, "
            "OpenRouter, Langfuse, Helicone, Portkey, Cloudflare and OpenTelemetry; bills of "
            "OpenAI, Anthropic, Azure, AWS and Google Cloud; FOCUS."
        )
        with st.container(horizontal=True):
            file_buttons(
                exports.template_file,
                name="downstream_inventory_template",
                key="template",
                label="Template",
            )
            file_buttons(
                exports.sample_file,
                name="sample_inventory",
                key="sample",
                label="Sample with invented data",
            )


def go_on_with_the_last_one() -> None:
    """Offer the file that a reload or another tab left unfinished."""
    left = unfinished.found()
    if left is None:
        return
    minutes = int((datetime.now(UTC) - left.at).total_seconds() // 60)
    since = f"{wording.counted(minutes, 'minute')} ago" if minutes else "just now"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        said = f"“{left.file_name}” was uploaded {since} and not published."
        st.markdown(wording.escaped(said), width="stretch")
        name = wording.brief(left.file_name, 40)
        st.button(wording.escaped(f"Go on with {name}"), type="primary", on_click=importing.go_on)
        st.button("Discard it", on_click=importing.discard_unfinished)


def preview_and_publish(file: importing.Upload) -> None:
    """Ask where it goes and what is unclear, say what becomes of it, and show the details."""
    portfolio = import_questions.ask_portfolio(file)
    if portfolio is None:
        return
    seen = importing.preview(file, portfolio)
    if seen is None:
        return
    if importing.suggest_target(file, seen.home):
        st.rerun()
    changed_meanwhile(seen)
    say_as_last_time(seen)
    if (missing := import_questions.missing_column(seen)) is not None:
        import_questions.ask_missing_column(seen, missing)
    elif seen.intake.confirm:
        import_questions.ask_questions(seen.intake)
    else:
        import_questions.show_answers()
    say_verdict(file, portfolio, seen)
    what_was_used(seen)
    if not isinstance(seen.intake, UsageResult):
        ask_columns(seen, file)
    show_problems(seen.intake)
    if seen.intake.outcome is not Outcome.REJECT_FILE and seen.intake.accepted:
        # Also where it is asked what the file is complete for: it shows what would end.
        what_would_change(seen)
    if seen.intake.outcome in (Outcome.ACCEPT, Outcome.PARTIAL) and seen.intake.accepted:
        what_names_were_read_as(seen)


page_header(
    "Import",
    description="From a file to records: every problem named by line, nothing written before you "
    "publish, and undone in one step.",
)
if message := importing.message():
    st.info(wording.escaped(message))
publishing = import_publishing.is_under_way()
import_batches.what_became_of_it()
if not publishing:
    choose_file()
    chosen = importing.upload()
    if chosen is not None:
        preview_and_publish(chosen)
import_names.names_you_decided(cached.asked(list_aliases))
import_batches.earlier_imports(cached.batches())
manage_portfolios()
