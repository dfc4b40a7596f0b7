"""Portfolio: what the book could lose to language-model providers, through whom, and what now."""

from functools import partial

import streamlit as st

from db.services import exports
from risk.exposure.results import Confidence
from risk.inventory.records import Portfolio
from risk.portfolio.results import PortfolioAssessment
from ui import cached, headlines, large_portfolio, links, wording
from ui import portfolio_cards as cards
from ui.charts import portfolio as charts
from ui.decision_panel import promised_against_done
from ui.downloads import Later, inventory_buttons
from ui.opening import opening_providers, opening_startups, opening_tail
from ui.page import (
    card,
    chart,
    chosen_large,
    chosen_portfolio,
    empty_state,
    link,
    open_startup,
    page_header,
    palette,
)
from ui.paging import page_of_items
from ui.rows import answers, concentration
from ui.tables import small_table, table
from ui.tour import WORST_YEARS, show_tour, use_my_own_file

EXPECTED_BY = {"provider": "Provider and kind of falter", "startup": "Startup"}


def rates_learned_since(assessment: PortfolioAssessment) -> None:
    """Say which rates were replaced by what was imported or heard since, if any were."""
    if assessment.learned:
        with st.expander("Rates learned since the reference facts were written"):
            st.markdown("\n".join(f"- {wording.escaped(one)}." for one in assessment.learned))
            st.caption("The Assumptions page says whether incidents and signals count.")


def who_carries_it(assessment: PortfolioAssessment) -> None:
    """Show who carries the worst years, and where the expected loss comes from."""
    left, right = st.columns(2)
    with left:
        cards.worst_years(
            assessment,
            list(headlines.tail_parts(assessment)),
            anchor=WORST_YEARS,
            opens=partial(opening_tail, assessment),
        )
    with right, card("Where the expected loss comes from"):
        by = links.select(
            "Expected loss by",
            list(EXPECTED_BY),
            name="expected",
            default="provider",
            shown=EXPECTED_BY.__getitem__,
            what="division of the expected loss",
        )
        if by == "startup":
            expected_by_startup(assessment)
        else:
            expected_by_provider(assessment)


def expected_by_startup(assessment: PortfolioAssessment) -> None:
    """Draw the startups that lose most; a click opens one."""
    st.caption(wording.escaped(charts.startup_bars_note(assessment)))
    names = (name for name, _ in charts.startup_losses(assessment))
    chart(
        charts.startup_bars(assessment, palette=palette(), height=340),
        alt=charts.startup_bars_alt(assessment),
        key="expected_by_startup",
        opens=opening_startups(names, assessment.portfolio),
    )


def expected_by_provider(assessment: PortfolioAssessment) -> None:
    """Draw whose falters cost most, by kind; a click opens the provider."""
    catalog = cached.catalog()
    finding = charts.provider_bars_alt(assessment, catalog=catalog)
    st.caption(wording.escaped(finding))
    names = (name for name, _ in charts.provider_losses(assessment, catalog=catalog))
    chart(
        charts.provider_bars(assessment, catalog=catalog, palette=palette(), height=360),
        alt=finding,
        key="expected_by_provider",
        opens=opening_providers(
            {wording.provider(name): name for name in names}, assessment.portfolio
        ),
    )


def how_far_it_is_spread(assessment: PortfolioAssessment) -> None:
    """Show how many providers there are in effect, and how far bad years fall together."""
    with card("How far it is spread"):
        left, right = st.columns(2)
        left.markdown(wording.escaped(headlines.independence(assessment)))
        left.markdown(wording.escaped(headlines.diversification(assessment)))
        with right:
            small_table(concentration.concentration_table(assessment), right=("HHI", "In effect"))
            st.caption(
                "HHI: the sum of squared shares of the margin, 1 if all of it stands on one name. "
                "In effect: 1 ÷ HHI."
            )


def what_stops_it(assessment: PortfolioAssessment) -> None:
    """Show whose loss alone stops use cases, and which pairs do only together."""
    left, right = st.columns(2)
    with left:
        cards.single_points(assessment)
    with right, card("Pairs that stop only together", note=concentration.pairs_note(assessment)):
        pairs = assessment.pairs
        if pairs:
            small_table(
                concentration.pairs_table(pairs[: concentration.SHOWN_PAIRS]),
                right=("Startups", "Margin a year"),
                key="pairs",
                file_name=f"{assessment.portfolio}-pairs.csv",
                download=concentration.pairs_download(pairs),
            )


def do_first(assessment: PortfolioAssessment) -> None:
    """Show the actions that remove most risk for their cost; without any, whom to call first."""
    actions = cached.actions(assessment.portfolio)
    lines = [(one.startup, headlines.action(one)) for one in actions]
    note = "The options that remove most expected loss for what they cost"
    if not lines:
        calls = answers.first_calls(assessment)
        lines = [(one.startup, f"{one.next_action.rstrip('.')}.") for one in calls]
        note = "The startups that carry most of the worst years"
    with card("Do first", note=note):
        for startup, sentence in lines:
            name, action = st.columns([1, 4], gap="xsmall", vertical_alignment="center")
            name.page_link(
                "pages/startup.py",
                label=f"**{wording.escaped(startup)}**",
                query_params={"portfolio": assessment.portfolio, "startup": startup},
            )
            action.markdown(wording.escaped(sentence))


def all_startups(assessment: PortfolioAssessment) -> None:
    """Show every startup with its answer; a click on a name opens it."""
    st.subheader("Startups", anchor=False)
    filters = ask_filters(assessment)
    rows = answers.filtered(assessment.startups, filters)
    st.caption(f"{len(rows):,} of {len(assessment.startups):,} shown. A click on a name opens it.")
    if not rows:
        empty_state("No startup matches.", "Remove a filter or change the search.")
        return
    page = page_of_items(rows, key="startups", orders=answers.ORDERS)
    table(
        answers.score_table(page),
        key="startups",
        file_name=f"{assessment.portfolio}-startups.csv",
        columns=answers.score_columns(),
        download=Later(make=lambda: answers.score_download(rows), count=len(rows)),
        workbook="Startups",
        open_row=lambda position: open_startup(page[position].startup, assessment.portfolio),
        alt=f"{len(rows)} startups with score, expected loss and next best action.",
    )


def the_inventory(portfolio: Portfolio) -> None:
    """Offer what the figures were calculated from, as a file."""
    left_out = exports.not_in_an_inventory(portfolio)
    note = "Every dependency with the facts of its startup, in columns that Import reads again"
    with card("Download the inventory", note=note):
        inventory_buttons(portfolio)
        link("reports.py", "Reports, workbook, register and other files", portfolio=portfolio.name)
        for sentence in left_out:
            st.caption(wording.escaped(sentence))


def ask_filters(assessment: PortfolioAssessment) -> answers.Filters:
    """Show search and filters, which live in the address."""
    with st.grid(5, min_column_width=155):
        return answers.Filters(
            words=links.search("Search", placeholder="Name, provider, action"),
            sectors=links.multiselect("Sector", answers.sectors(assessment), name="sector"),
            providers=links.multiselect("Provider", answers.providers(assessment), name="provider"),
            bands=links.multiselect("Band", answers.BANDS, name="band"),
            confidences=links.multiselect(
                "Confidence", [one.value for one in Confidence], name="confidence"
            ),
        )


large = chosen_large()
if large is not None:
    large_portfolio.show(large)
    st.stop()
portfolio = chosen_portfolio()
if not portfolio.startups:
    page_header("Portfolio", portfolio)
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
answer = cached.assessment(portfolio.name)
page_header(
    "Portfolio",
    portfolio,
    confidence=answer.confidence,
    as_of=answer.as_of,
    stands_on=headlines.provenance(answer),
    first_button=use_my_own_file if portfolio.invented else None,
)
if portfolio.invented:
    show_tour(answer)
cards.five_figures(answer, out_of_cash=headlines.out_of_cash(answer))
st.caption(wording.escaped(headlines.provenance(answer)))
rates_learned_since(answer)
cards.where_it_stands(answer, margin_by="By developer, host and startup, USD a year")
place_of_actions = st.container()
all_startups(answer)
who_carries_it(answer)
how_far_it_is_spread(answer)
what_stops_it(answer)
promised_against_done(portfolio.name)
the_inventory(portfolio)
with place_of_actions:  # The slowest part comes last, so that the rest need not wait for it.
    do_first(answer)
