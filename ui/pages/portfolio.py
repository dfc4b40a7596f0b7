"""Portfolio: what the book could lose to language-model providers, through whom, and what now."""

from functools import partial

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.portfolio.fields import fields
from risk.portfolio.results import Lever, PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import cached, links, startup_filters, wording
from ui.answering import Answered, answer_of, say_if_updating
from ui.charts import portfolio as charts
from ui.charts.bands import band_bars, bands_alt
from ui.downloads import Later, export_buttons
from ui.opening import opening_providers, opening_startups, opening_tail
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    link,
    open_startup,
    page_header,
    palette,
)
from ui.paging import page_of_places
from ui.panels import changes_since
from ui.panels import portfolio_cards as cards
from ui.panels.decision_panel import promised_against_done
from ui.panels.portfolio_currency import currency_card
from ui.panels.tour import WORST_YEARS, show_tour, use_my_own_file
from ui.render.frames import file_frame
from ui.render.page import short_table, table
from ui.tables import concentration
from ui.words import headlines, marks

EXPECTED_BY = {"provider": "Provider and kind of disruption", "startup": "Startup"}
#: Pairs on the page; the downloaded file has all.
SHOWN_PAIRS = 4
#: What stands below the table, one at a time.
SECTIONS = {
    "years": "Bad years",
    "margin": "Whom it depends on",
    "loss": "Where the loss comes from",
    "stops": "What stops it",
    "decisions": "Decisions",
    "changes": "What changed since",
    "files": "Files and currency",
}


def rates_learned_since(assessment: PortfolioAssessment) -> None:
    """Say which rates were replaced by what was imported or heard since, if any were."""
    if assessment.learned:
        with st.expander("Rates learned since the reference facts were written"):
            st.markdown("\n".join(f"- {wording.escaped(one)}." for one in assessment.learned))
            st.caption("The Assumptions page says whether incidents and signals count.")


def how_bad(assessment: PortfolioAssessment) -> None:
    """Show who drives the worst years beside how bad a year can get."""
    left, right = st.columns(2)
    with left:
        cards.worst_years(
            assessment,
            list(headlines.tail_parts(assessment)),
            anchor=WORST_YEARS,
            opens=partial(opening_tail, assessment),
        )
    with right:
        cards.bad_years(assessment)


def where_the_loss_comes_from(assessment: PortfolioAssessment) -> None:
    """Divide the expected loss as the reader asks, beside how many startups have each band."""
    left, right = st.columns(2)
    with left, card("Where the expected loss comes from"):
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
    bands = startup_filters.by_band(assessed_of(assessment))
    with right, card("Startups by band", note=bands_alt(bands)):
        chart(band_bars(bands, palette=palette()), alt=bands_alt(bands), key="bands")


def expected_by_startup(assessment: PortfolioAssessment) -> None:
    """Draw the startups that lose most; a click opens one."""
    st.caption(wording.escaped(charts.startup_bars_note(assessment)))
    names = assessed_of(assessment).table.names
    shown = [names[row] for row in charts.startup_losses(assessment)]
    chart(
        charts.startup_bars(assessment, palette=palette(), height=340),
        alt=charts.startup_bars_alt(assessment),
        key="expected_by_startup",
        opens=opening_startups(shown, assessment.portfolio),
    )


def expected_by_provider(assessment: PortfolioAssessment) -> None:
    """Draw whose disruptions cost most, by kind; a click opens the provider."""
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


def whom_it_depends_on(assessment: PortfolioAssessment) -> None:
    """Show whom the margin depends on, and how far it is spread."""
    left, right = st.columns([1.25, 1])
    with left:
        cards.margin_at_risk(assessment)
    with right, card("How far it is spread"):
        st.markdown(wording.escaped(headlines.independence(assessment)))
        spread = headlines.diversification(assessment)
        if spread:
            st.markdown(wording.escaped(spread))
        short_table(concentration.LEVEL, concentration.level_rows(assessment))
        st.caption(
            "HHI: the sum of squared shares of the margin, 1 if all of it depends on one name. "
            "1 ÷ HHI is how many equal ones are as concentrated."
        )
        weighted = cached.weighted_concentration(assessment)
        short_table(concentration.WEIGHTED, concentration.weighted_rows(weighted))
        if (without := concentration.without_value(weighted)) is not None:
            st.caption(wording.escaped(without))


def what_stops_it(assessment: PortfolioAssessment) -> None:
    """Show whose loss alone stops use cases, and which pairs do only together."""
    left, right = st.columns(2)
    with left:
        cards.single_points(assessment)
    with right, card("Pairs that stop only together", note=headlines.pairs_note(assessment)):
        pairs = assessment.pairs
        if pairs:
            short_table(
                concentration.PAIR,
                concentration.point_rows(pairs[:SHOWN_PAIRS]),
                key="pairs",
                file_name=f"{assessment.portfolio}-pairs.csv",
                files=concentration.PAIR_VALUES,
                file_rows=concentration.point_rows(pairs),
            )


def levers_of(shown: Answered) -> tuple[Lever, ...] | None:
    """What would narrow the range most; None of an old answer, or where it would take long."""
    answer = shown.answer
    if answer.levers is not None:
        return answer.levers
    return None if shown.making is not None else cached.narrowing(answer.portfolio)


def do_first(shown: Answered) -> None:
    """Show the actions that remove most risk for their cost; without any, whom to call first."""
    assessment = shown.answer
    actions = cached.actions(assessment.portfolio) if shown.making is None else ()
    of = assessment.aal_usd if headlines.placeholder(assessment) else None
    lines = [(one.startup, headlines.action(one, of=of)) for one in actions]
    note = "The options that remove most expected loss for what they cost, with 10–90 % ranges"
    if not lines:
        calls = headlines.first_calls(assessment)
        lines = [(one.startup, f"{one.next_action.rstrip('.')}.") for one in calls]
        note = "The startups that drive most of the worst years"
    with card("Do first", note=note):
        for startup, sentence in lines:
            name, action = st.columns([1.4, 3], gap="xsmall", vertical_alignment="center")
            name.page_link(
                "pages/startup.py",
                label=f"**{wording.escaped(wording.brief(startup, 22))}**",
                query_params={"portfolio": assessment.portfolio, "startup": startup},
            )
            action.markdown(wording.escaped(sentence))


def all_startups(assessment: PortfolioAssessment) -> None:
    """Show every startup with its answer; a click on a name opens it."""
    assessed = assessed_of(assessment)
    st.subheader("Startups", anchor=False)
    found = startup_filters.filtered(assessed, ask_filters(assessment))
    st.caption(f"{len(found):,} of {len(assessed):,} shown. A click on a name opens it.")
    if not len(found):
        empty_state("No startup matches.", "Remove a filter or change the search.")
        return
    places = page_of_places(
        found,
        key="startups",
        orders=[*startup_filters.ORDERS, startup_filters.BY_NAME],
        ordered=partial(startup_filters.in_order, assessed),
    )
    table(
        cards.startup_table(assessed, places, colours=palette()),
        key="startups",
        file_name=f"{assessment.portfolio}-startups.csv",
        columns=cards.startup_columns(),
        download=Later(make=lambda: file_frame(fields(assessed.table, found)), count=len(found)),
        workbook="Startups",
        open_row=lambda position: open_startup(
            assessed[int(places[position])].startup, assessment.portfolio
        ),
        alt=f"{len(found)} startups with expected loss, its range, score and next best action.",
    )


def ask_filters(assessment: PortfolioAssessment) -> startup_filters.Filters:
    """Show search and filters, which live in the address."""
    assessed = assessed_of(assessment)
    with st.grid(5, min_column_width=155):
        return startup_filters.Filters(
            words=links.search("Search", placeholder="Name, sector, provider"),
            sectors=links.multiselect("Sector", startup_filters.sectors(assessed), name="sector"),
            providers=links.multiselect(
                "Provider", startup_filters.providers(assessed), name="provider"
            ),
            bands=links.multiselect("Band", startup_filters.BANDS, name="band"),
            known=links.multiselect("Facts known", list(startup_filters.KNOWN), name="known"),
        )


def the_inventory(chosen: PortfolioSummary) -> None:
    """Offer what the figures were calculated from, as a file."""
    note = "Every dependency with the facts of its startup, in columns that Import reads again"
    with card("Download the inventory", note=note):
        export_buttons("inventory", chosen.name)
        link("reports.py", "Reports, workbook, register and other files", portfolio=chosen.name)
        for sentence in cached.not_in_an_inventory(chosen.name):
            st.caption(wording.escaped(sentence))


def the_rest(chosen: PortfolioSummary, assessment: PortfolioAssessment) -> None:
    """Show one section at a time of what the first screen leaves out."""
    asked = "loss" if links.read("expected") else "years"
    section = links.sections(
        "More", list(SECTIONS), name="section", default=asked, shown=SECTIONS.__getitem__
    )
    if section == "years":
        how_bad(assessment)
    elif section == "margin":
        whom_it_depends_on(assessment)
    elif section == "loss":
        where_the_loss_comes_from(assessment)
    elif section == "stops":
        what_stops_it(assessment)
    elif section == "decisions":
        promised_against_done(chosen.name)
    elif section == "changes":
        changes_since.section(chosen.name)
    else:
        the_inventory(chosen)
        currency_card(chosen)


chosen = chosen_summary()
if not chosen.startups:
    page_header("Portfolio", chosen)
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
shown = answer_of(chosen)
answer = shown.answer
page_header(
    "Portfolio",
    chosen,
    marks=marks.explained(answer),
    as_of=answer.as_of,
    rests_on=marks.provenance(answer),
    first_button=use_my_own_file if chosen.invented else None,
)
say_if_updating(shown)
st.markdown(f"**{wording.escaped(headlines.in_short(answer))}**")
doubt = headlines.placeholder(answer)
if doubt is not None:
    st.warning(wording.escaped(doubt), icon=":material/help:")
if chosen.invented:
    show_tour(answer)
cards.figures(answer)
place_of_changes = st.container()
rates_learned_since(answer)
left, right = st.columns([1.6, 1])
place_of_actions = left.container(height="stretch")
place_of_levers = right.container(height="stretch")
all_startups(answer)
the_rest(chosen, answer)
st.caption(wording.escaped(f"{marks.provenance(answer)}."))
# The slowest parts come last, so that the rest need not wait for them.
with place_of_levers:
    cards.what_would_narrow(answer, levers_of(shown))
with place_of_actions:
    do_first(shown)
if shown.making is None:
    with place_of_changes:
        changes_since.line(chosen.name)
