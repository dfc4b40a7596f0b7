"""Startups: the register as it stands, what nobody has stated, and what has to be asked."""

import streamlit as st

from risk.inventory.records import Portfolio, Startup
from ui import cached, large_register, links, wording
from ui.cached_answers import kept
from ui.downloads import Later
from ui.page import (
    chosen_large,
    chosen_portfolio,
    empty_state,
    link,
    metric,
    open_startup,
    page_header,
)
from ui.paging import page_of_items
from ui.rows import register
from ui.tables import table


def four_figures(portfolio: Portfolio) -> None:
    """Show how complete the register is."""
    with st.grid(4, min_column_width=155):
        complete = kept(
            ("completeness", portfolio.name, portfolio.revision, cached.actor().scope),
            lambda: register.completeness(portfolio.startups),
        )
        for label, value, note in complete:
            metric(label, value, note)


def ask_filters(portfolio: Portfolio) -> list[Startup]:
    """Show search and filters, which live in the address; return what passes."""
    with st.grid(3, min_column_width=155):
        words = links.search("Search", placeholder="Name, provider, notes")
        sectors = links.multiselect("Sector", register.sectors(portfolio.startups), name="sector")
        gaps = links.multiselect("Only with", list(register.GAPS), name="gaps", placeholder="Any")
    return register.filtered(portfolio.startups, words=words, sectors=sectors, gaps=gaps)


def the_register(portfolio: Portfolio, rows: list[Startup]) -> None:
    """Show one row a startup; a click on its name opens it."""
    st.caption(f"{len(rows):,} of {len(portfolio.startups):,} shown. A click on a name opens it.")
    if not rows:
        empty_state("No startup matches.", "Remove a filter or change the search.")
        return
    page = page_of_items(rows, key="register", orders=register.ORDERS)
    table(
        register.register_table(page),
        key="register",
        file_name=f"{portfolio.name}-register.csv",
        columns=register.register_columns(),
        download=Later(make=lambda: register.register_table(rows), count=len(rows)),
        workbook="Startups",
        open_row=lambda position: open_startup(page[position].name, portfolio.name),
        alt=f"{len(rows)} startups with their facts; unknown where nobody stated one.",
    )


def the_questions(portfolio: Portfolio, rows: list[Startup]) -> None:
    """Show the texts that nobody can read surely, to be asked of the startup."""
    st.subheader("To ask", anchor=False)
    questions = register.question_table(rows)
    if questions.empty:
        st.markdown("Every text was read surely. There is nothing to ask.")
        return
    st.caption(
        f"{wording.counted(len(questions), 'text')} may or may not stand for a language model. "
        "Until somebody answers, each widens the range of the answer."
    )
    table(
        questions,
        key="questions",
        file_name=f"{portfolio.name}-questions.csv",
        workbook="To ask",
        open_row=lambda position: open_startup(questions["Startup"].iloc[position], portfolio.name),
    )
    link("imports.py", "Import the answers", portfolio=portfolio.name)


large = chosen_large()
if large is not None:
    large_register.show(large)
    st.stop()
portfolio = chosen_portfolio()
page_header("Startups", portfolio, stands_on="Counted in the register as it stands.")
if not portfolio.startups:
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
four_figures(portfolio)
shown = ask_filters(portfolio)
the_register(portfolio, shown)
the_questions(portfolio, shown)
