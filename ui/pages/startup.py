"""Startup: one company's facts, what it stands on, what that could cost, and what to do."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.services.portfolios import PortfolioSummary
from risk.alternatives.options import StartupNotFound
from risk.catalog.falters import FalterKind
from risk.exposure.results import StartupAssessment
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.results import PortfolioAssessment
from ui import cached, headlines, links, wording
from ui.cached_startup import startup_alone
from ui.charts import startup as charts
from ui.charts import why_high as why_charts
from ui.decision_panel import decisions_taken
from ui.page import (
    card,
    chart,
    chosen_large,
    chosen_portfolio,
    empty_state,
    link,
    metric,
    page_header,
    palette,
)
from ui.readiness_panel import exit_readiness
from ui.rows import register
from ui.startup_falter import falters_of, show_falter
from ui.tables import table


def five_figures(one: StartupAssessment) -> None:
    """Show the answer in five figures, each with how sure it is."""
    with st.grid(5, min_column_width=155):
        metric("Exposure score", f"{one.score:.0f} · band {one.band}", headlines.score_range(one))
        metric(
            "Expected loss a year",
            wording.money(one.aal_usd),
            headlines.loss_range(one),
        )
        metric("Worst falter", *headlines.worst_falter(one))
        metric("Time to switch", wording.days(one.days_to_switch), headlines.lead_developer(one))
        metric(
            "Runway, months",
            headlines.runway_months(one),
            headlines.runway(one),
            hint="Today, and after the lead developer has wound down, without new money.",
        )
    if one.cash_out_override:
        st.warning(
            "The band is D although the score alone is better: this startup would more likely "
            "than not run out of cash within 12 months of its lead developer's wind-down."
        )


def what_it_stands_on(startup: Startup) -> None:
    """Show the routes to the providers."""
    catalog = cached.catalog()
    with card("What it stands on", note="Use case → service → developer and host"):
        chart(
            charts.dependency_map(startup, catalog=catalog, palette=palette()),
            alt=charts.dependency_map_alt(startup, catalog=catalog),
            key="map",
        )


def why_the_score(one: StartupAssessment) -> DeltaGenerator:
    """Show where the score comes from; return the place beside it for why it is high."""
    colours = palette()
    left, right = st.columns(2)
    with left, card("Where the score comes from", note=charts.score_waterfall_alt(one)):
        chart(
            charts.score_waterfall(one, palette=colours),
            alt=charts.score_waterfall_alt(one),
            key="waterfall",
        )
    return right


def why_it_is_high(portfolio: Portfolio, one: StartupAssessment) -> None:
    """Show what could be done better, in points of the score."""
    why = cached.why_high(portfolio.name, one.startup)
    with card("Why it is high", note=why_charts.why_high_alt(why)):
        chart(
            why_charts.why_high_steps(why, palette=palette()),
            alt=why_charts.why_high_alt(why),
            key="why_high",
        )
        st.caption(why_charts.MEANING)


def what_it_costs(one: StartupAssessment) -> None:
    """Show the loss by kind of falter beside the runway."""
    colours = palette()
    left, right = st.columns(2)
    with left, card("Expected loss by kind of falter", note=charts.kind_bars_alt(one)):
        chart(charts.kind_bars(one, palette=colours), alt=charts.kind_bars_alt(one), key="kinds")
    with right, card("Runway", note=charts.runway_bars_alt(one)):
        figure = charts.runway_bars(one, palette=colours)
        if figure is not None:
            chart(figure, alt=charts.runway_bars_alt(one), key="runway")
        else:
            empty_state(
                "Cash or burn is unknown.",
                "Import a file with the columns cash_usd and monthly_burn_usd.",
                page="pages/imports.py",
                label="Import a file",
            )


def what_to_do(portfolio: Portfolio, startup: Startup, one: StartupAssessment) -> None:
    """Show the next action and the best option of each use case, beside what to ask."""
    left, right = st.columns(2)
    with left, card("What to do"):
        st.markdown(f"**{wording.escaped(one.next_action.rstrip('.'))}.**")
        options = cached.alternatives_of(portfolio.name, one.startup)
        for sentence in headlines.recommended_options(options, startup):
            st.markdown(f"- {wording.escaped(sentence)}")
        link("alternatives.py", "All alternatives", portfolio=portfolio.name, startup=one.startup)
        if one.lead_developer is not None:
            link(
                "stress.py",
                f"What if {one.lead_developer} winds down",
                portfolio=portfolio.name,
                scenario="own",
                root=one.lead_developer,
                kind=FalterKind.WIND_DOWN.value,
            )
    with right, card("What would change the answer most"):
        if not one.unknown:
            st.markdown("Every fact that the model uses is known.")
            return
        st.caption("Facts that nobody has stated, most influential first.")
        for name in one.unknown[:6]:
            st.markdown(f"- {wording.escaped(wording.field(name))}")
        if len(one.unknown) > 6:
            st.caption(f"and {len(one.unknown) - 6} more")
        link("imports.py", "Import the missing facts", portfolio=portfolio.name)


def the_facts(startup: Startup) -> None:
    """Show what the register knows: facts with sources, and each dependency as it was read."""
    st.subheader("Dependencies as they were read", anchor=False)
    if register.dependencies_of(startup):
        table(
            register.dependency_table(startup),
            key="dependencies",
            file_name=f"{startup.name}-dependencies.csv",
            columns=register.dependency_columns(),
            alt="Each text of the inventory with what it was read as.",
        )
    else:
        st.markdown("The register lists no dependency of this startup.")
    st.subheader("Facts", anchor=False)
    table(
        register.fact_table(startup),
        key="facts",
        file_name=f"{startup.name}-facts.csv",
        alt="Facts of the startup with their source; unknown where nobody stated one.",
    )
    if startup.notes:
        st.caption(f"Notes: {wording.escaped(startup.notes)}")


def nothing_found(one: StartupAssessment) -> None:
    """Say that there is nothing to lose here, and what would change that."""
    if one.open_questions:
        st.info(
            f"No language-model dependence found so far, but "
            f"{wording.counted(one.open_questions, 'text')} below, marked “ask”, could not be read "
            "surely. If every one stood for a language model, the expected loss could reach "
            f"{wording.escaped(wording.money(one.aal_interval_usd.high))} a year and the score "
            f"{one.score_interval.high:.0f}."
        )
        return
    st.success(
        "No language-model dependence found. Nothing in the register of this startup stands on a "
        "language-model provider, so their falters cost it nothing directly."
    )


def what_follows(portfolio: Portfolio, startup: Startup, one: StartupAssessment) -> None:
    """Show what a falter would do day by day, what to do about it, and what was decided."""
    if falters_of(one):
        show_falter(portfolio.name, one)
    what_to_do(portfolio, startup, one)
    exit_readiness(portfolio.name, startup.name)
    decisions_taken(portfolio.name, startup.name)


def one_of_many(found: PortfolioSummary) -> tuple[Portfolio, PortfolioAssessment]:
    """Return the startup of the address alone; without one, lead to the list."""
    wanted = st.query_params.get("startup", "")
    try:
        return startup_alone(found.name, wanted)
    except StartupNotFound:
        page_header("Startup")
        empty_state(
            f"{found.name} has {found.startups:,} startups. Choose one in the list.",
            "A click on a name there opens it.",
            page="pages/startups.py",
            label="All startups",
        )
        st.stop()


large = chosen_large()
if large is not None:
    portfolio, whole = one_of_many(large)
else:
    portfolio = chosen_portfolio()
    whole = cached.assessment(portfolio.name)
assessments = {one.startup: one for one in whole.startups}
if not assessments:
    page_header("Startup", portfolio)
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
header = st.container()
name = links.select(
    "Startup",
    sorted(assessments, key=str.casefold),
    name="startup",
    default=max(assessments.values(), key=lambda one: one.aal_usd).startup,
)
startup = next(one for one in portfolio.startups if one.name == name)
answer = assessments[name]
with header:
    page_header(
        name,
        portfolio,
        confidence=answer.confidence,
        known=answer.confidence_share,
        as_of=whole.as_of,
        stands_on=headlines.provenance(whole),
        about=headlines.about(startup),
        state={"startup": name},
    )
if answer.parts:
    five_figures(answer)
    st.caption(wording.escaped(headlines.provenance(whole)))
    what_it_stands_on(startup)
    place_of_reasons = why_the_score(answer)
    what_it_costs(answer)
    if large is None:
        what_follows(portfolio, startup, answer)
    else:
        link("startups.py", "All startups", portfolio=large.name)
    with place_of_reasons:  # Scores the startup some hundred times, so the rest need not wait.
        why_it_is_high(portfolio, answer)
else:
    nothing_found(answer)
the_facts(startup)
if large is None:
    link("reports.py", "Report of this startup", portfolio=portfolio.name, startup=name)
