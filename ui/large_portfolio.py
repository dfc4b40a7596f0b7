"""The answer for a portfolio too large to be read whole, from the scores kept in the store."""

import streamlit as st

from db.services.kept_answers import KeptAnswer, latest_answer
from db.services.portfolios import PortfolioSummary
from db.services.startup_pages import StartupOrder, startups_page
from ui import cached, headlines, large_register, wording
from ui import portfolio_cards as cards
from ui.charts.bands import band_bars, bands_alt
from ui.large_scoring import score_button
from ui.page import card, chart, empty_state, link, open_startup, page_header, palette
from ui.rows import concentration
from ui.tables import small_table, table

#: What one processor takes for a startup, roughly (docs/performance.md).
SECONDS_A_STARTUP = 0.01
#: A number from which on the word “startups” finds no room beside it.
_FITS = 10_000
#: Startups listed of those that carry most of the worst years.
LISTED = 20
#: Divisions of the worst years that need no startup.
DIVISIONS = [by for by in headlines.DIVISIONS if by != "startup"]


def show(chosen: PortfolioSummary) -> None:
    """Show what the last kept scoring says of the whole, or how to make one."""
    kept = latest_answer(cached.store(), cached.actor(), chosen.name)
    if kept is None:
        page_header(
            "Portfolio",
            description=_about(chosen),
            state={"portfolio": chosen.name},
            invented=chosen.invented,
        )
        empty_state(
            "This portfolio is not scored yet.",
            f"That takes a while for so many startups: about {_how_long(chosen.startups)} here. "
            f"It can be spread over processes and machines in the terminal: “downstream scores "
            f"keep --portfolio {chosen.name} --cluster local”.",
        )
        score_button(chosen)
        return
    whole = kept.whole
    page_header(
        "Portfolio",
        description=f"{_about(chosen)} Scored {wording.day(kept.run.as_of)}, "
        f"{str(whole.confidence).lower()} confidence.",
        stands_on=headlines.provenance(whole),
        state={"portfolio": chosen.name},
        invented=chosen.invented,
    )
    if not kept.run.current:
        st.warning("The portfolio has changed since it was scored.", icon=":material/update:")
        score_button(chosen)
    cards.five_figures(whole, out_of_cash=_out_of_cash(kept))
    st.caption(wording.escaped(headlines.provenance(whole)))
    cards.where_it_stands(whole, margin_by="By developer and host, USD a year")
    _who_carries_it(kept)
    _how_far_it_is_spread(kept)
    _first_startups(chosen)


def _about(chosen: PortfolioSummary) -> str:
    return f"{chosen.name}: {chosen.startups:,} startups."


def _how_long(startups: int) -> str:
    return wording.days(startups * SECONDS_A_STARTUP / 86_400)


def _out_of_cash(kept: KeptAnswer) -> tuple[str, str]:
    if not kept.runway_known:
        return wording.UNKNOWN, "nobody stated cash and burn"
    number = kept.whole.cash_out_startups
    note = f"if their lead developer wound down; runway known of {kept.runway_known:,}"
    if number < _FITS:
        return wording.counted(number, "startup"), note
    return wording.number(number), f"startups {note}"


def _who_carries_it(kept: KeptAnswer) -> None:
    left, right = st.columns(2)
    with left:
        cards.worst_years(kept.whole, DIVISIONS)
    with right, card("Startups by band", note=bands_alt(kept.bands)):
        chart(band_bars(kept.bands, palette=palette()), alt=bands_alt(kept.bands), key="bands")


def _how_far_it_is_spread(kept: KeptAnswer) -> None:
    whole = kept.whole
    left, right = st.columns(2)
    with left, card("How far it is spread"):
        st.markdown(wording.escaped(headlines.independence(whole)))
        small_table(concentration.concentration_table(whole), right=("HHI", "In effect"))
    with right:
        cards.single_points(whole)


def _first_startups(chosen: PortfolioSummary) -> None:
    """List those that carry most of the worst years; all are on the page Startups."""
    found = startups_page(
        cached.store(),
        cached.actor(),
        chosen.name,
        order=StartupOrder.TAIL,
        descending=True,
        limit=LISTED,
    )
    st.subheader("Startups that carry most of the worst years", anchor=False)
    table(
        large_register.rows(found),
        key="first-startups",
        file_name=f"{chosen.name}-first-startups.csv",
        columns=large_register.columns(),
        open_row=lambda position: open_startup(found.startups[position].name, chosen.name),
        alt=f"{len(found.startups)} startups with their facts and scores.",
    )
    link("startups.py", "All startups", portfolio=chosen.name)
