"""Overview: who would go down with whom, what it may cost, and what to do about it this week."""

from functools import partial

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.portfolio.results import Lever, PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import cached, links, startup_filters, wording
from ui.answering import Answered, answer_of, say_if_updating
from ui.charts import portfolio as charts
from ui.charts.bands import band_bars, bands_alt
from ui.downloads import export_buttons
from ui.opening import opening_providers, opening_startups, opening_tail
from ui.page import card, chart, chosen_summary, empty_state, link, page_header, palette
from ui.panels import changes_since, tour
from ui.panels import portfolio_cards as cards
from ui.panels.portfolio_currency import currency_card
from ui.panels.something_happened import something_happened
from ui.panels.week import this_week
from ui.render.page import short_table
from ui.tables import concentration
from ui.words import headlines, marks

EXPECTED_BY = {"provider": "Provider and kind of disruption", "startup": "Company"}
#: Pairs on the page; the downloaded file has all.
SHOWN_PAIRS = 4
#: What the first screen leaves out, one at a time.
SECTIONS = {
    "stops": "What stops it",
    "years": "Bad years",
    "margin": "Whom it depends on",
    "loss": "Where the loss comes from",
    "range": "What would narrow the range",
    "changes": "What changed",
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
            opens=partial(opening_tail, assessment),
        )
    with right:
        cards.bad_years(assessment)
    figure, below = headlines.out_of_cash(assessment)
    st.caption(wording.escaped(f"Out of cash within 12 months: {figure}, {below}."))


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
    with right, card("Companies by band", note=bands_alt(bands)):
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
    with (
        right,
        card("Backups that could fail at the same time", note=headlines.pairs_note(assessment)),
    ):
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


def the_inventory(chosen: PortfolioSummary) -> None:
    """Offer what the figures were calculated from, as a file."""
    note = "Every dependency with the facts of its company, in columns that Import reads again"
    with card("Download the inventory", note=note):
        export_buttons("inventory", chosen.name)
        link("reports.py", "Reports, workbook, register and other files", portfolio=chosen.name)
        for sentence in cached.not_in_an_inventory(chosen.name):
            st.caption(wording.escaped(sentence))


def the_rest(chosen: PortfolioSummary, shown: Answered) -> None:
    """Show one section at a time of what the first screen leaves out."""
    assessment = shown.answer
    asked = "loss" if links.read("expected") else "years" if links.read("tail") else ""
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
    elif section == "range":
        cards.what_would_narrow(assessment, levers_of(shown))
    elif section == "changes":
        changes_since.section(chosen.name)
        rates_learned_since(assessment)
    elif section == "files":
        the_inventory(chosen)
        currency_card(chosen)


def follow_filters() -> None:
    """Lead links with filters, which stood here, to the page of all companies."""
    if any(links.read(name) for name in startup_filters.PARAMETERS):
        asked = {name: st.query_params[name] for name in st.query_params}
        st.switch_page("pages/startups.py", query_params=asked)


follow_filters()
chosen = chosen_summary()
if not chosen.startups:
    page_header("Overview", chosen)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a table with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
shown = answer_of(chosen, title="Overview")
answer = shown.answer
ending = cached.ending(chosen.name) if shown.making is None else None
page_header(
    headlines.if_it_ended(answer, ending),
    chosen,
    marks=marks.explained(answer),
    as_of=answer.as_of,
    rests_on=marks.provenance(answer),
    description=None if ending is None else f"{headlines.ending_note(answer, ending)}.",
    first_button=partial(something_happened, chosen.name, ending.provider if ending else None),
)
if ending is not None:
    about = {"portfolio": chosen.name, "on": ending.provider}
    link("matrix.py", f"Who depends on {wording.provider(ending.provider)}", **about)
say_if_updating(shown)
doubt = headlines.placeholder(answer)
if doubt is not None:
    st.warning(wording.escaped(doubt), icon=":material/help:")
if chosen.invented:
    tour.show_tour(answer)
cards.figures(answer, cached.margin_ranges(chosen.name) if shown.making is None else None)
if headlines.carriers(answer, cards.CARRIERS) is None:
    place_of_week = st.container()
else:
    left, right = st.columns([1.6, 1])
    place_of_week = left.container(height="stretch")
    with right.container(height="stretch"):
        cards.who_carries(answer)
the_rest(chosen, shown)
if chosen.invented:
    tour.bring_back()
st.caption(wording.escaped(f"{marks.provenance(answer)}."))
# The slowest part comes last, so that the rest need not wait for it.
with place_of_week:
    this_week(cached.week(chosen.name) if shown.making is None else None, chosen.name)
