"""Companies: every company of a portfolio in one table, by its answer or by its facts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import streamlit as st

from db.services.portfolios import PortfolioSummary
from db.services.startup_pages import StartupFilter, StartupOrder, named_startups, startup_sectors
from risk.inventory.records import Startup
from risk.portfolio.fields import fields
from risk.portfolio.providers import How
from risk.portfolio.startups import Assessed, assessed_of
from ui import cached, links, startup_filters, wording
from ui.answering import Answered, answer_of, say_if_updating
from ui.cached import register_page
from ui.downloads import Later
from ui.page import chosen_summary, empty_state, link, open_startup, page_header, palette
from ui.paging import page_of_places
from ui.panels import portfolio_cards as cards
from ui.render.frames import file_frame
from ui.render.page import column_table, table
from ui.startup_filters import Filters, Places
from ui.tables.register import STARTUPS, row_of
from ui.words import headlines, marks

SECTIONS = {"answers": "Answers", "facts": "Facts"}
HOW_TO_OPEN = "A click on a name opens it; by keyboard Shift+Space on its row."
#: Heights of a row and of the highest table, in points.
ROW_HEIGHT, TABLE_HEIGHT = 35, 560
#: What a company may lack, as the store is asked while there is no answer yet.
GAPS = ("open questions", "unknown revenue", "unknown cash or burn", "no dependency listed")


@contextmanager
def search_and_filters(placeholder: str) -> Iterator[str]:
    """Show the search, and behind one button what is asked for inside; how many are set it says."""
    asked = sum(bool(links.read(name)) for name in startup_filters.PARAMETERS if name != "search")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = links.search("Search", placeholder=placeholder)
        label = f"Filters ({asked})" if asked else "Filters"
        behind = st.popover(label, icon=":material/filter_list:", key="filters")
    with behind, st.grid(2, min_column_width=230):
        yield words


def ask_filters(assessed: Assessed, shown: Answered) -> Places:
    """Show search and filters, which live in the address; return the places that pass them."""
    gaps = startup_filters.gaps(assessed)
    counts = {name: int(flags.sum()) for name, flags in gaps.items()}
    with search_and_filters("Name, sector, provider") as words:
        filters = Filters(
            words=words,
            sectors=links.multiselect("Sector", startup_filters.sectors(assessed), name="sector"),
            providers=links.multiselect(
                "Provider", startup_filters.providers(assessed), name="provider"
            ),
            on=links.select(
                "Depends on, also through someone",
                ["", *sorted(cached.catalog().providers)],
                name="on",
                default="",
                shown=lambda name: name or "Anybody",
                what="provider",
            ),
            bands=links.multiselect("Band", startup_filters.BANDS, name="band"),
            known=links.multiselect("Facts known", list(startup_filters.KNOWN), name="known"),
            gaps=links.multiselect(
                "Only with",
                list(gaps),
                name="gaps",
                shown=lambda name: f"{startup_filters.GAPS[name]} ({counts[name]:,})",
                placeholder="Any",
            ),
        )
    among = who_depends(assessed, shown, filters.on) if filters.on else None
    return startup_filters.filtered(assessed, filters, among=among)


def who_depends(assessed: Assessed, shown: Answered, provider: str) -> Places:
    """The places of those that depend on a provider, directly or through someone."""
    found = cached.dependents(shown.answer.portfolio).of(provider)
    if shown.making is None:
        return found.rows
    names = {*found.names(How.DIRECT), *found.names(How.THROUGH)}
    return startup_filters.places_of(assessed, names)


def height_of(rows: int) -> int:
    """How high a table of so many rows is, in points: as a screen at most."""
    return min(ROW_HEIGHT * (rows + 1) + 3, TABLE_HEIGHT)


def the_answers(assessed: Assessed, found: Places, places: Places, portfolio: str) -> None:
    """Show the answer of each; a click on a name opens it."""
    table(
        cards.startup_table(assessed, places, colours=palette()),
        key="startups",
        file_name=f"{portfolio}-startups.csv",
        columns=cards.startup_columns(),
        download=Later(make=lambda: file_frame(fields(assessed.table, found)), count=len(found)),
        workbook="Companies",
        height=height_of(len(places)),
        open_row=lambda position: open_startup(assessed[int(places[position])].startup, portfolio),
        alt=f"{len(places)} companies with expected loss, its range, score and next best action.",
    )


def the_facts(startups: Sequence[Startup], portfolio: str) -> None:
    """Show what is stated of each; a click on a name opens it."""
    column_table(
        STARTUPS,
        [row_of(one) for one in startups],
        widths={"startup": "medium", "developers": 200},
        key="register",
        file_name=f"{portfolio}-register.csv",
        workbook="Companies",
        height=height_of(len(startups)),
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(startups)} companies with their facts; unknown where nobody stated one.",
    )


def with_answers(chosen: PortfolioSummary, shown: Answered) -> None:
    """Show the companies that pass the filters, by their answers or by their facts."""
    assessed = assessed_of(shown.answer)
    found = ask_filters(assessed, shown)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        section = links.sections(
            "View", list(SECTIONS), name="view", default="answers", shown=SECTIONS.__getitem__
        )
        st.caption(f"{len(found):,} of {len(assessed):,} shown. {HOW_TO_OPEN}", width="content")
    if not len(found):
        empty_state("No company matches.", "Remove a filter or change the search.")
        return
    places = page_of_places(
        found,
        key="startups",
        orders=[*startup_filters.ORDERS, startup_filters.BY_NAME],
        ordered=partial(startup_filters.in_order, assessed),
    )
    if section == "answers":
        the_answers(assessed, found, places, chosen.name)
        return
    names = [assessed.table.names[place] for place in places.tolist()]
    startups = cached.asked(named_startups, chosen.name, names)
    the_facts(startups, chosen.name)
    asked = sum(row_of(one)["open_questions"] > 0 for one in startups)
    if asked:
        link("questions.py", f"Questions to {asked:,} of these", portfolio=chosen.name)


def without_answer(chosen: PortfolioSummary) -> None:
    """Show the facts alone, page by page from the store, while the first answer is made."""
    with search_and_filters("Name, provider, notes") as words:
        sectors = links.multiselect(
            "Sector", cached.asked(startup_sectors, chosen.name), name="sector"
        )
        gaps = links.multiselect("Only with", GAPS, name="gaps", placeholder="Any")
    wanted = StartupFilter(
        words=words,
        sectors=tuple(sectors),
        asks="open questions" in gaps,
        no_revenue="unknown revenue" in gaps,
        no_runway="unknown cash or burn" in gaps,
        no_dependency="no dependency listed" in gaps,
    )
    page = partial(register_page, chosen.name, wanted, order=StartupOrder.NAME)
    place = st.empty()
    found = page(number=1)
    if found.matching > cached.PER_PAGE:
        pages = -(-found.matching // cached.PER_PAGE)
        with place:
            number = st.number_input(f"Page, 1 to {pages:,}", 1, pages, key="page", width=150)
        found = page(number=int(number)) if number > 1 else found
    st.caption(
        f"{len(found.startups):,} of {found.matching:,} that match, of {found.total:,} companies. "
        f"{HOW_TO_OPEN}"
    )
    if not found.startups:
        empty_state("No company matches.", "Remove a filter or change the search.")
        return
    the_facts(found.startups, chosen.name)


chosen = chosen_summary()
if not chosen.startups:
    page_header("Companies", chosen)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a table with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
if cached.is_waited_for(chosen.name) or cached.kept_answer(chosen.name) is not None:
    shown = answer_of(chosen, title="Companies")
    page_header(
        headlines.bands_in_short(startup_filters.by_band(assessed_of(shown.answer))),
        chosen,
        marks=marks.explained(shown.answer),
        as_of=shown.answer.as_of,
        rests_on=marks.provenance(shown.answer),
    )
    say_if_updating(shown)
    with_answers(chosen, shown)
else:
    page_header(
        wording.counted(chosen.startups, "company", "companies"),
        chosen,
        description="They are being valued for the first time, which takes some minutes; their "
        "answers stand here as soon as they are there. These are the facts.",
    )
    without_answer(chosen)
