"""Company: the story of one company, what it depends on, what is safer, what to ask, and why."""

import streamlit as st

from db.services.portfolios import CHOSEN_FROM_A_LIST, PortfolioSummary
from db.services.usage import ObservedUsage
from risk.alternatives.options import StartupNotFound
from risk.inventory.records import Startup
from risk.portfolio.results import StartupAssessment
from ui import cached, links, wording
from ui.cached import OneStartup, one_startup
from ui.charts import startup as charts
from ui.charts import why_high as why_charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    link,
    metric,
    page_header,
    palette,
)
from ui.panels import startup_story as story_panels
from ui.panels.decision_panel import decisions_taken
from ui.panels.decision_panel import message as decision_message
from ui.panels.fact_form import state_a_fact
from ui.panels.observed_usage import show_usage, usage_of
from ui.panels.readiness_panel import exit_readiness
from ui.panels.startup_changes import change_menu, no_longer_counts, what_became_of_it
from ui.panels.startup_disruption import disruptions_of, show_disruption
from ui.render.page import column_table
from ui.startup_choice import ask_startup
from ui.tables.register import (
    FACT_COLUMNS,
    PAGE_DEPENDENCIES,
    USE_CASES,
    dependencies_of,
    dependency_rows,
    facts_of,
    use_case_rows,
)
from ui.words import headlines, marks, usage_words

#: What stands below the first screen, one at a time.
SECTIONS = {
    "cost": "What it costs",
    "why": "Why the score",
    "days": "Day by day",
    "map": "Map",
    "usage": "Observed usage",
    "exit": "Exit and decisions",
    "facts": "Facts",
}


def five_figures(one: StartupAssessment) -> None:
    """Show the answer in five figures, each with its range."""
    with st.grid(5, min_column_width=155):
        metric(
            "Expected loss a year",
            headlines.loss_value(one),
            headlines.loss_note(one),
            hint="At the median of the worlds.",
            spread=headlines.loss_spread(one),
        )
        metric(
            "Exposure score",
            headlines.score_value(one),
            headlines.score_note(one),
            hint=wording.BAND_MEANING,
        )
        metric("Worst disruption", *headlines.worst_disruption(one))
        metric("Time to switch", wording.days(one.days_to_switch), headlines.switch_note(one))
        metric(
            "Runway, months",
            headlines.runway_months(one),
            headlines.runway(one),
            hint="Today, and after the lead developer has wound down, without new money.",
        )
    if one.cash_out_override:
        st.warning(
            "The band is D although the score alone is better: this company would more likely "
            "than not run out of cash within 12 months of its lead developer's wind-down."
        )


def map_of(startup: Startup) -> None:
    """Draw the routes to the providers."""
    catalog = cached.catalog()
    with card("Map", note="Use case → service → developer and host"):
        chart(
            charts.dependency_map(startup, catalog=catalog, palette=palette()),
            alt=charts.dependency_map_alt(startup, catalog=catalog),
            key="map",
        )


def why_the_score(portfolio: str, one: StartupAssessment) -> None:
    """Show where the score comes from beside what could be done better, in points of it."""
    if not marks.is_told(one):
        empty_state(
            f"Too little is known for a score; it is {headlines.score_value(one)} of 100.",
            "Answer the questions above, or ask the founder, and it has parts.",
            page="pages/questions.py",
            label="Questions",
        )
        return
    left, right = st.columns(2)
    with left, card("Where the score comes from", note=charts.score_waterfall_alt(one)):
        chart(
            charts.score_waterfall(one, palette=palette()),
            alt=charts.score_waterfall_alt(one),
            key="waterfall",
        )
    why = cached.why_high(portfolio, one.startup)
    with right, card("Why it is high", note=why_charts.why_high_alt(why)):
        chart(
            why_charts.why_high_steps(why, palette=palette()),
            alt=why_charts.why_high_alt(why),
            key="why_high",
        )
        st.caption(why_charts.MEANING)


def what_it_costs(one: StartupAssessment) -> None:
    """Show five figures, and the loss by kind of disruption beside the runway."""
    five_figures(one)
    if not marks.is_told(one):
        return
    colours = palette()
    left, right = st.columns(2)
    with left, card("Expected loss by kind of disruption", note=charts.kind_bars_alt(one)):
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


def the_facts(portfolio: str, startup: Startup) -> None:
    """Show what the register knows: facts with sources, and each dependency as it was read."""
    st.subheader("Dependencies as they were read", anchor=False)
    if startup.unread_lines:
        lines = wording.counted(startup.unread_lines, "line")
        st.warning(
            f"{lines} about it in the last file that names it could not be read. They are open "
            "questions: correct and import them.",
            icon=":material/rule:",
        )
    if dependencies_of(startup):
        column_table(
            PAGE_DEPENDENCIES,
            dependency_rows(startup),
            widths={"use_case": 150, "provider_text": 170},
            key="dependencies",
            file_name=f"{startup.name}-dependencies.csv",
            alt="Each text of the inventory with what it was read as.",
        )
        for reference in dict.fromkeys(
            one.contract for _, one in dependencies_of(startup) if one.contract
        ):
            link("contracts.py", f"Contract {reference}", portfolio=portfolio, contract=reference)
    else:
        st.markdown("The register lists no dependency of this company.")
    if startup.use_cases:
        st.subheader("Use cases", anchor=False)
        column_table(
            USE_CASES[1:],
            use_case_rows(startup),
            key="use_cases",
            file_name=f"{startup.name}-use-cases.csv",
            alt="Each use case with how much hangs on it and how its providers combine.",
        )
    st.subheader("Facts", anchor=False)
    column_table(
        FACT_COLUMNS,
        facts_of(startup),
        key="facts",
        file_name=f"{startup.name}-facts.csv",
        alt="Facts of the company with their source; unknown where nobody stated one.",
    )
    if startup.notes:
        st.caption(f"Notes: {wording.escaped(startup.notes)}")
    state_a_fact(portfolio, startup)
    no_longer_counts(portfolio, startup.name)


def nothing_found(one: StartupAssessment) -> None:
    """Say that there is nothing to lose here, or what open questions could add."""
    if headlines.only_questions(one):
        with st.grid(2, min_column_width=220):
            metric(
                "Expected loss a year",
                headlines.loss_value(one),
                headlines.in_question(one),
                spread=headlines.loss_spread(one),
                hint="If every open question is answered by yes.",
            )
            metric("Exposure score", headlines.score_value(one), headlines.score_note(one))
        st.info(headlines.what_may_be(one))
        return
    st.success(
        "No language-model dependence found. Nothing in the register of this company depends on a "
        "language-model provider, so their disruptions cost it nothing directly."
    )


def the_rest(
    portfolio: str, startup: Startup, one: StartupAssessment, observed: ObservedUsage | None
) -> None:
    """Show one section at a time of what the first screen leaves out."""
    by_day = links.read("falter") or links.read("falter_day")
    section = links.sections(
        "More",
        [name for name in SECTIONS if name != "usage" or observed is not None],
        name="section",
        default="days" if by_day else "",
        shown=SECTIONS.__getitem__,
    )
    if section == "why":
        why_the_score(portfolio, one)
    elif section == "cost":
        what_it_costs(one)
    elif section == "map":
        map_of(startup)
    elif section == "days":
        if disruptions_of(one):
            show_disruption(portfolio, one)
        else:
            st.markdown("No disruption in the model costs it anything.")
    elif section == "usage" and observed is not None:
        show_usage(observed)
    elif section == "exit":
        exit_readiness(portfolio, startup.name)
        decisions_taken(portfolio, startup.name)
    elif section == "facts":
        the_facts(portfolio, startup)


def chosen_name(chosen: PortfolioSummary) -> str:
    """Return the startup of the address, or of the list where the portfolio is no long one."""
    if chosen.startups > CHOSEN_FROM_A_LIST:
        return st.query_params.get("startup", "")
    return ask_startup(cached.assessment(chosen.name))


def chosen_startup(chosen: PortfolioSummary) -> OneStartup:
    """Return the startup that the page is about; without one, lead to the list."""
    try:
        return one_startup(chosen.name, chosen_name(chosen))
    except StartupNotFound:
        with header:
            page_header("Company", chosen)
            what_became_of_it()
        empty_state(
            f"{chosen.name} has {chosen.startups:,} companies. Choose one in the list.",
            "A click on a name there opens it.",
            page="pages/startups.py",
            label="All companies",
        )
        st.stop()


chosen = chosen_summary()
if not chosen.startups:
    page_header("Company", chosen)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a table with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
header = st.container()
found = chosen_startup(chosen)
startup, answer = found.record, found.answer
observed = usage_of(chosen.name, startup.name)
with header:
    page_header(
        startup.name,
        chosen,
        marks=marks.explained(answer),
        as_of=found.whole.as_of,
        rests_on=marks.provenance(found.whole),
        about=[*headlines.about(startup), *usage_words.in_brief(observed)],
        state={"startup": startup.name},
        first_button=lambda: change_menu(chosen.name, startup),
    )
    what_became_of_it()
    decision_message()
if answer.is_exposed:
    thin = headlines.thin_margin(startup.gross_margin, cached.assumptions(chosen.name).least_margin)
    if thin:
        st.warning(wording.escaped(thin))
    story_panels.deadlines(chosen.name, startup.name)
    story_panels.story(found)
    left, right = st.columns([2, 3])
    with left:
        story_panels.what_it_depends_on(startup)
    with right:
        story_panels.ways(chosen.name, startup)
    left, right = st.columns(2)
    with left:
        story_panels.questions(chosen.name, found)
    with right:
        story_panels.why(chosen.name, answer)
    the_rest(chosen.name, startup, answer, observed)
else:
    nothing_found(answer)
    story_panels.questions(chosen.name, found)
    if observed is not None:
        show_usage(observed)
    the_facts(chosen.name, startup)
link("reports.py", "Report of this company", portfolio=chosen.name, startup=startup.name)
st.caption(wording.escaped(f"{marks.provenance(found.whole)}."))
