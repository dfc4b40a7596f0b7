"""The list of startups of a portfolio too large to be read whole: a page at a time."""

import pandas as pd
import streamlit as st

from db.services.portfolios import PortfolioSummary
from db.services.startup_pages import (
    StartupFilter,
    StartupOrder,
    StartupsPage,
    startup_sectors,
    startups_page,
)
from ui import cached, links, wording
from ui.page import empty_state, open_startup, page_header
from ui.rows import register
from ui.tables import table

PER_PAGE = 100
BANDS = ("A", "B", "C", "D", "E", "?")


def show(chosen: PortfolioSummary) -> None:
    """Show search, filters, order and one page of startups."""
    page_header(
        "Startups",
        description=f"{chosen.name}: {chosen.startups:,} startups, a page at a time.",
        state={"portfolio": chosen.name},
        invented=chosen.invented,
    )
    wanted, order = _ask(chosen.name)
    place = st.empty()
    number = int(
        st.number_input("Page", min_value=1, value=1, step=1, key=f"page of {wanted} {order}")
    )
    found = startups_page(
        cached.store(),
        cached.actor(),
        chosen.name,
        wanted,
        order=order,
        descending=order is not StartupOrder.NAME,
        offset=(number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    place.caption(about(found, number))
    if not found.startups:
        empty_state("No startup is on this page.", "Remove a filter, or go to an earlier page.")
        return
    table(
        rows(found),
        key="large-register",
        file_name=f"{chosen.name}-page-{number}.csv",
        columns=columns(),
        open_row=lambda position: open_startup(found.startups[position].name, chosen.name),
        alt=f"{len(found.startups)} startups with their facts and scores.",
    )


def _ask(name: str) -> tuple[StartupFilter, StartupOrder]:
    with st.grid(4, min_column_width=155):
        words = links.search("Search", placeholder="Name, provider, notes")
        sectors = links.multiselect(
            "Sector", list(startup_sectors(cached.store(), cached.actor(), name)), name="sector"
        )
        bands = links.multiselect("Band", list(BANDS), name="band")
        order = st.selectbox(
            "Sorted by", list(StartupOrder), format_func=lambda one: str(one).capitalize()
        )
    return StartupFilter(
        words=words, sectors=tuple(sectors), bands=tuple(bands)
    ), order or StartupOrder.NAME


def about(found: StartupsPage, number: int) -> str:
    """Say what is shown of what, and of when the scores are."""
    pages = max(1, -(-found.matching // PER_PAGE))
    shown = f"Page {number:,} of {pages:,}: {found.matching:,} of {found.total:,} startups match."
    if found.run is None:
        return f"{shown} No scores are kept yet: “downstream scores keep” makes them."
    stale = "" if found.run.current else " The portfolio has changed since."
    return f"{shown} Scored {wording.day(found.run.as_of)}.{stale}"


def rows(found: StartupsPage) -> pd.DataFrame:
    """Return facts and kept scores; what is not known stays empty."""
    scores = [found.scores.get(one.name) for one in found.startups]
    facts = register.register_table(found.startups)
    if found.run is None:
        return facts
    facts.insert(1, "Score", [one and one.score for one in scores])
    facts.insert(2, "Band", [one and one.band for one in scores])
    facts.insert(3, "Loss a year", [one and one.aal_usd for one in scores])
    facts.insert(4, "Share of the tail", [one and one.tail_usd for one in scores])
    facts.insert(5, "Confidence", [one and one.confidence for one in scores])
    facts.insert(6, "Known", [_per_cent(one.confidence_share if one else None) for one in scores])
    return facts


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(100 * share)


def columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`rows`."""
    column = st.column_config
    return {
        **register.register_columns(),
        "Score": column.NumberColumn(format="%.0f", width=80),
        "Loss a year": column.NumberColumn(format="$%,d", width=120),
        "Known": column.NumberColumn(format="%d %%", width=75, help=wording.KNOWN_MEANING),
        "Share of the tail": column.NumberColumn(
            format="$%,d", width=140, help="Its part of the mean loss in the worst twentieth."
        ),
    }
