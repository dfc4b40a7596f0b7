"""Register of information: what keeps it from being filed, its cells, the package to file."""

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.filing_checks import Checked, check_filing
from db.services.filings import Filing, FilingSummary, list_filings, load_filing
from ui import cached, links, wording
from ui.cached import kept, may
from ui.page import chosen_summary, empty_state, metric, page_header
from ui.panels import filing_cells, filing_facts, filing_files, filing_findings, filing_proposals
from ui.render.page import short_table
from ui.tables import filings as table
from ui.words import filing_words

SECTIONS = {
    "todo": "To do",
    "cells": "Tables",
    "proposals": "Proposals",
    "facts": "Who files",
    "files": "Files",
}


def chosen(summaries: tuple[FilingSummary, ...]) -> FilingSummary:
    """Ask which register is meant, where there are several; the newest unless said."""
    by_number = {str(one.number): one for one in summaries}
    if len(by_number) == 1:
        return summaries[0]
    number = links.select(
        "Register",
        list(by_number),
        name="register",
        default=str(summaries[0].number),
        shown=lambda one: filing_words.named(by_number[one]),
    )
    return by_number[number]


def loaded(summary: FilingSummary) -> tuple[Filing, Checked]:
    """Return the register as it stands and what is wrong with it, worked out once."""
    today = cached.today()
    key = ("filing", summary, cached.actor().scope, today)

    def made() -> tuple[Filing, Checked]:
        filing = cached.asked(load_filing, summary.number)
        return filing, check_filing(filing, today=today)

    return kept(key, made, says="Checking the register…")


def answer(checked: Checked) -> None:
    """Say whether it can be filed, how far it is, and where it lacks most."""
    st.markdown(f"### {wording.escaped(checked.said)}")
    done = checked.completion
    if done.share is not None:
        st.progress(done.share, text=filing_words.how_far(done))
    with st.grid(3, min_column_width=170):
        metric("Errors", f"{done.errors:,}", note="each rejects the whole filing")
        metric("Values missing", f"{done.wanted_missing:,}", note="a rule or a key wants them")
        metric("Warnings", f"{done.warnings:,}", note="the authority notes them and takes it")


def tables(checked: Checked) -> None:
    """Show how far each table is."""
    with st.expander("How far each of the fifteen tables is"):
        short_table(table.PROGRESS, table.progress_rows(checked.completion))


portfolio = chosen_summary()
page_header(
    "Register of information",
    portfolio,
    description="The DORA register: what came as a file, or what is drawn up from this portfolio; "
    "filled in beside its rules and packed to be filed.",
)
filing_facts.say_done()
summaries = cached.asked(list_filings, portfolio.name)
if not summaries:
    if not portfolio.startups:
        empty_state(
            "There is no register of information yet.",
            "Import the zip of one, or a table of what the entity depends on.",
            page="pages/imports.py",
            label="Import a file",
        )
        st.stop()
    st.markdown(
        "No register of information is kept of this portfolio. Import the zip of one on the page "
        "Import, or draw one up from what is stated here."
    )
    filing_facts.draw_form(portfolio.name)
    st.stop()
summary = chosen(summaries)
st.caption(wording.escaped(filing_words.where_from(summary)))
try:
    filing, checked = loaded(summary)
except StoreError as problem:
    st.error(wording.escaped(problem))
    st.stop()
answer(checked)
tables(checked)
section = links.sections(
    "Show", list(SECTIONS), name="section", default="todo", shown=SECTIONS.__getitem__
)
if section == "todo":
    filing_findings.to_do(filing, checked, portfolio.name)
elif section == "cells":
    filing_cells.cells(filing, checked)
elif section == "proposals":
    filing_proposals.proposals(filing, portfolio.name)
elif section == "facts":
    filing_facts.facts_form(filing.summary)
    if may(Action.PREPARE_FILING):
        with st.expander("Draw up another register"):
            filing_facts.draw_form(portfolio.name)
        filing_facts.remove_form(filing.summary)
else:
    filing_files.files(filing, checked)
