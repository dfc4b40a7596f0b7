"""Startups: the register as it stands, what nobody has stated, and what has to be asked."""

from collections.abc import Sequence

import streamlit as st

from db.services.portfolios import PortfolioSummary
from db.services.startup_pages import StartupFilter, StartupOrder, StartupsPage, startup_sectors
from risk.inventory.records import Startup
from ui import cached, links, wording
from ui.cached import register_page
from ui.page import chosen_summary, empty_state, link, metric, open_startup, page_header
from ui.render.page import column_table
from ui.tables.register import QUESTIONS, STARTUPS, questions_of, row_of

#: What the register can be sorted by; scores are on the page Portfolio.
ORDERS = (StartupOrder.NAME, StartupOrder.REVENUE)
#: What a startup may lack, as a filter.
GAPS = {
    "open questions": StartupFilter(asks=True),
    "unknown revenue": StartupFilter(no_revenue=True),
    "unknown cash or burn": StartupFilter(no_runway=True),
    "no dependency listed": StartupFilter(no_dependency=True),
}


def four_figures(chosen: PortfolioSummary) -> None:
    """Show how complete the register is."""
    counts = {gap: cached.matching(chosen.name, one) for gap, one in GAPS.items()}
    known = chosen.startups - counts["unknown revenue"]
    runway = chosen.startups - counts["unknown cash or burn"]
    none = counts["no dependency listed"]
    with st.grid(4, min_column_width=155):
        metric("Startups", f"{chosen.startups:,}", f"{none:,} list no dependency")
        metric("Revenue known", f"{known:,}", f"of {chosen.startups:,}")
        metric("Cash and burn known", f"{runway:,}", f"of {chosen.startups:,}")
        metric("With open questions", f"{counts['open questions']:,}", "texts nobody reads surely")


def ask_filters(chosen: PortfolioSummary) -> tuple[StartupFilter, StartupOrder]:
    """Show search, filters and order; what is chosen lives in the address."""
    with st.grid(4, min_column_width=155):
        words = links.search("Search", placeholder="Name, provider, notes")
        sectors = links.multiselect(
            "Sector", cached.asked(startup_sectors, chosen.name), name="sector"
        )
        gaps = links.multiselect("Only with", list(GAPS), name="gaps", placeholder="Any")
        order = links.select(
            "Sorted by",
            [str(one) for one in ORDERS],
            name="order",
            default=str(StartupOrder.NAME),
            shown=wording.sentence_case,
        )
    wanted = StartupFilter(
        words=words,
        sectors=tuple(sectors),
        asks="open questions" in gaps,
        no_revenue="unknown revenue" in gaps,
        no_runway="unknown cash or burn" in gaps,
        no_dependency="no dependency listed" in gaps,
    )
    return wanted, StartupOrder(order)


def ask_page(found_before: int, key: str) -> int:
    """Ask for the page where there are several; return its number."""
    pages = max(1, -(-found_before // cached.PER_PAGE))
    if pages == 1:
        return 1
    return int(st.number_input(f"Page, 1 to {pages:,}", 1, pages, key=key, width=150))


def the_register(chosen: PortfolioSummary, found: StartupsPage) -> None:
    """Show one row a startup; a click on its name opens it."""
    st.caption(
        f"{len(found.startups):,} of {found.matching:,} that match, of {found.total:,} startups. "
        "A click on a name opens it; the page Portfolio has their answers."
    )
    if not found.startups:
        empty_state("No startup matches.", "Remove a filter or change the search.")
        return
    column_table(
        STARTUPS,
        [row_of(one) for one in found.startups],
        widths={"startup": "medium", "developers": 200},
        key="register",
        file_name=f"{chosen.name}-register.csv",
        workbook="Startups",
        open_row=lambda row: open_startup(row["startup"], chosen.name),
        alt=f"{len(found.startups)} startups with their facts; unknown where nobody stated one.",
    )


def the_questions(chosen: PortfolioSummary, startups: Sequence[Startup]) -> None:
    """Show the texts that nobody can read surely, to be asked of the startups shown."""
    st.subheader("To ask", anchor=False)
    questions = questions_of(startups)
    if not questions:
        st.markdown("Every text of the startups shown was read surely. There is nothing to ask.")
        return
    st.caption(
        f"{wording.counted(len(questions), 'text')} may or may not stand for a language model. "
        "Until somebody answers, each widens the range of the answer."
    )
    column_table(
        QUESTIONS,
        questions,
        key="questions",
        file_name=f"{chosen.name}-questions.csv",
        workbook="To ask",
        open_row=lambda row: open_startup(row["startup"], chosen.name),
    )
    link("imports.py", "Import the answers", portfolio=chosen.name)


chosen = chosen_summary()
page_header("Startups", chosen, rests_on="Counted in the register as it stands.")
if not chosen.startups:
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
four_figures(chosen)
wanted, order = ask_filters(chosen)
place = st.empty()
shown = register_page(chosen.name, wanted, order=order, number=1)
if shown.matching > cached.PER_PAGE:
    with place:
        number = ask_page(shown.matching, f"page of {wanted} {order}")
    if number > 1:
        shown = register_page(chosen.name, wanted, order=order, number=number)
the_register(chosen, shown)
the_questions(chosen, shown.startups)
