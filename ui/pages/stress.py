"""Stress test: one provider is disrupted today; who loses what, through whom, day by day."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import Interval
from risk.scenarios import hits
from risk.scenarios.event import UnknownRoot
from risk.scenarios.library import like
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.stress import followed
from ui import cached, links, wording
from ui.charts import course as courses
from ui.charts import herd as herd_charts
from ui.charts import stress as charts
from ui.opening import opening_startups
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    link,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.panels import stress_settings
from ui.render.page import column_table
from ui.tables import herd as herd_table
from ui.tables import scenario as scenario_table
from ui.tables import stressed
from ui.uncertainty import OF_TEN, Spread
from ui.words import marks
from ui.words.scenario_words import only_through_others, rush, settings_in_words

VIEWS = {"one": "One scenario", "two": "Two side by side"}


def run(portfolio: PortfolioSummary, scenario: Scenario) -> StressResult:
    """Return the answer; a root that nobody knows ends the page with a sentence."""
    try:
        return cached.stress_result(portfolio.name, scenario)
    except UnknownRoot as problem:
        empty_state(str(problem), "Choose another provider, service or model above.")
        st.stop()


def what_is_tested(result: StressResult) -> None:
    """Say in words what is tested and what the reader must know."""
    title = result.scenario.title
    words = [one for one in settings_in_words(result.scenario) if one != title]
    settings = wording.sentence_case(", ".join(words))
    st.markdown(
        f"**{wording.escaped(title)}.**" + (f" {wording.escaped(settings)}." if settings else "")
    )
    if result.scenario.summary:
        st.markdown(wording.escaped(result.scenario.summary))
    if result.note:
        st.caption(wording.escaped(result.note))


def figures(result: StressResult, hit: Sequence[StressedStartup]) -> None:
    """Show the headline: how much, how many, through others, out of cash."""
    total = len(hit) + hits.spared_count(result)
    hidden = only_through_others(hit, result.scenario.root, cached.catalog())
    broke = result.newly_out_of_cash
    reach = wording.money_range(Interval(low=result.total_low_usd, high=result.total_high_usd))
    spread = Spread(
        low=result.total_low_usd, median=result.total_median_usd, high=result.total_high_usd
    )
    with st.grid(4, min_column_width=155):
        metric(
            "Loss if it happens",
            wording.money(result.total_median_usd),
            note=f"{reach} {OF_TEN}; mean {wording.money(result.total_usd)}",
            spread=spread,
        )
        metric(
            "Startups hit",
            f"{len(hit):,} of {total:,}",
            note=f"{hidden} only through someone else" if hidden else "all directly",
        )
        metric(
            "Largest single loss",
            wording.money(hit[0].loss_median_usd if hit else 0.0),
            note=hit[0].startup if hit else "nobody",
        )
        metric(
            "Out of cash in 12 months",
            wording.counted(broke, "startup"),
            note="that would not be otherwise",
        )


def how_it_grows(result: StressResult, hit: Sequence[StressedStartup], portfolio: str) -> None:
    """Show the loss as it grows beside what it is made of."""
    colours = palette()
    left, right = st.columns([1, 1.25])
    with left, card("The loss as it grows", note=f"On average. {charts.by_day_alt(result)}"):
        chart(
            charts.by_day_figure(result, palette=colours, height=charts.parts_height(hit)),
            alt=charts.by_day_alt(result),
            key="by_day",
        )
    with right, card("What it is made of", note=charts.parts_alt(hit)):
        chart(
            charts.parts_figure(hit, palette=colours),
            alt=charts.parts_alt(hit),
            key="parts",
            opens=opening_startups((one.startup for one in charts.largest(hit)), portfolio),
        )


def what_they_go_through(result: StressResult, portfolio: str) -> None:
    """Show the state of those who lose most day by day."""
    hit = followed(result, charts.MOST_SHOWN)
    with card("What those who lose most go through", note=courses.course_alt(hit)):
        chart(
            courses.course_figure(courses.of_startups(hit), palette=palette()),
            alt=courses.course_alt(hit),
            key="courses",
            opens=opening_startups((one.startup for one in hit), portfolio),
        )
        st.caption(
            "If it is hit, in the middle of what is unknown, those with the largest losses "
            "first. Where several dependencies are hit, the worst state at each moment."
        )


def through_whom(hit: Sequence[StressedStartup], portfolio: str) -> None:
    """Show every path on which the disruption arrives."""
    paths = scenario_table.path_rows(hit)
    with card("Through whom it arrives"):
        column_table(
            scenario_table.PATH,
            paths,
            key="paths",
            file_name=f"{portfolio}-paths.csv",
            alt=f"{len(paths)} paths from who falters to a service, with the startups hit there.",
        )


def who_is_hit(result: StressResult, hit: Sequence[StressedStartup], portfolio: str) -> None:
    """Show every startup hit; a click on a name opens it. Then those that are not."""
    st.subheader("Startups hit", anchor=False)
    shown = hit[: scenario_table.SHOWN]
    if len(shown) < len(hit):
        st.caption(
            f"The {len(shown):,} that lose most, of {len(hit):,}. The command “stress --json” "
            "lists them all."
        )
    column_table(
        stressed.PAGE,
        stressed.rows_of(shown),
        key="stress",
        file_name=f"{portfolio}-stress.csv",
        files=stressed.VALUES,
        bars=("loss_median_usd",),
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown):,} startups with loss, path, switching day, runway and chance of "
        "running out of cash.",
    )
    count = hits.spared_count(result)
    with st.expander(f"Not affected ({count:,})"):
        if count > scenario_table.SHOWN:
            st.markdown("Too many to name here.")
        else:
            st.markdown(wording.escaped(", ".join(hits.spared(result)) or "Nobody."))


def show_herd(result: StressResult, portfolio: str, *, key: str = "herd", name: str = "") -> None:
    """Show displaced spend against spare capacity, and each startup's place in the queue.

    ``key`` tells two panels on one page apart, ``name`` says whose rush it is.
    """
    herd = result.crowd
    with card(f"Where everybody would go{name and f': {name}'}"):
        if herd is None or not herd.alternatives:
            st.markdown(
                "This disruption sets nobody in motion, so nobody queues: customers leave at once "
                "after a wind-down, an acquisition, an access cut, or an outage longer than a day."
            )
            return
        st.markdown(wording.escaped(rush(result, herd)))
        st.caption(wording.escaped(herd_charts.flow_alt(herd)))
        chart(
            herd_charts.flow_figure(herd, result.scenario.root, palette=palette()),
            alt=herd_charts.flow_alt(herd),
            key=f"{key}_flow",
        )
        st.markdown("**Room at each alternative**")
        chart(
            herd_charts.herd_figure(herd, palette=palette()),
            alt=herd_charts.herd_alt(herd),
            key=f"{key}_chart",
        )
        st.caption(
            "Who finds no room asks the next choice, so what is turned away at one alternative "
            "shows again at another. Room is each provider's spare capacity, scaled by this "
            "portfolio's part of the crowd; sizes of providers and spare capacity are judgement."
        )
        members = herd_table.rows_of(herd, result)
        with st.expander(f"The largest and their place in the queue ({len(members)})"):
            column_table(
                herd_table.PAGE,
                members,
                key=f"{key}_members",
                file_name=f"{portfolio}-{key}-queue.csv",
                files=herd_table.FILE,
                alt=f"{len(members)} displaced dependencies with choices, room found and queue.",
            )


def what_else(result: StressResult, portfolio: str) -> None:
    """Where nobody loses anything, say what to look at instead, a click away."""
    root, kinds = result.scenario.root, result.instead
    if not kinds:
        empty_state(
            f"Nobody in this portfolio depends on {root}.",
            "Look up who depends on whom, and test one of those.",
            page="pages/providers.py",
            label="Providers",
        )
        return
    with card("What to look at instead"):
        st.markdown(wording.escaped(f"What {root} can do to this portfolio:"))
        for kind in kinds:
            asked = {"scenario": stress_settings.OWN, "root": root, "kind": kind.value}
            link("stress.py", wording.disruption_of(root, kind), portfolio=portfolio, **asked)


def where_it_comes_from(scenario: Scenario) -> None:
    """Show the sources of a named scenario and what the model leaves out."""
    if not scenario.sources and not scenario.not_modelled:
        return
    with card("Where this comes from"):
        if scenario.not_modelled:
            st.markdown(f"**Not modelled:** {wording.escaped(scenario.not_modelled)}")
        if scenario.doubt:
            st.markdown(f"**How far the sources carry:** {wording.escaped(scenario.doubt)}")
        for source in scenario.sources:
            st.markdown(f"- {wording.with_links(source)}")


def what_has_happened(scenario: Scenario) -> None:
    """Show disruptions of the same kind that happened, those of the same provider first."""
    events = like(cached.past_events(), scenario.kind, scenario.root)
    if not events:
        return
    kind = wording.disruption(scenario.kind).lower()
    with st.expander(f"What has happened like this: {kind}, {len(events)} times since 2023"):
        st.caption("Not a complete list. Each stands with its source and how far that carries.")
        column_table(
            scenario_table.PAST,
            scenario_table.past_rows(events),
            key="past",
            file_name="past-disruptions.csv",
            alt=f"{len(events)} past disruptions with date, provider, size, source and doubt.",
        )


def ask_two(asked: stress_settings.Asked) -> tuple[Scenario, Scenario]:
    """Show the choices of two scenarios side by side."""
    scenarios = cached.scenarios()
    second = [*scenarios, stress_settings.OWN][min(1, len(scenarios))]
    left, right = st.columns(2)
    with left, st.container(border=True):
        first = stress_settings.ask_scenario(scenarios, asked)
    with right, st.container(border=True):
        other = stress_settings.ask_scenario(
            scenarios, replace(asked, prefix="second_"), default=second
        )
    return first, other


def one_scenario(portfolio: PortfolioSummary, scenario: Scenario) -> None:
    """Show one scenario in full."""
    result = run(portfolio, scenario)
    hit = hits.hit(result)
    what_is_tested(result)
    figures(result, hit)
    if hit:
        how_it_grows(result, hit, portfolio.name)
        what_they_go_through(result, portfolio.name)
        through_whom(hit, portfolio.name)
        who_is_hit(result, hit, portfolio.name)
        show_herd(result, portfolio.name)
    else:
        what_else(result, portfolio.name)
    where_it_comes_from(result.scenario)
    what_has_happened(result.scenario)
    asked_for = {name: st.query_params[name] for name in st.query_params if name != "view"}
    link("reports.py", "Report of this stress test", **{**asked_for, "portfolio": portfolio.name})
    if result.scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        link("replay.py", "Follow a crisis hour by hour", portfolio=portfolio.name)


def show_both(first: StressResult, second: StressResult, portfolio: PortfolioSummary) -> None:
    """Show both in figures, as they grow, and startup by startup."""
    for column, result, name in zip(
        st.columns(2), (first, second), ("First", "Second"), strict=True
    ):
        with column:
            both_figures(result, name)
    with card("The loss as it grows", note=charts.compared_alt(first, second)):
        chart(
            charts.compared_figure(first, second, palette=palette()),
            alt=charts.compared_alt(first, second),
            key="compared",
        )
    st.subheader("Startup by startup", anchor=False)
    compared = scenario_table.compared_rows(first, second)
    column_table(
        scenario_table.COMPARED,
        compared,
        key="comparison",
        file_name=f"{portfolio.name}-comparison.csv",
        open_row=lambda row: open_startup(row["startup"], portfolio.name),
        alt=f"{len(compared)} startups with their loss under both scenarios.",
    )
    for column, result, name in zip(
        st.columns(2), (first, second), ("first", "second"), strict=True
    ):
        with column:
            show_herd(result, portfolio.name, key=f"herd_{name}", name=name)


def both_figures(result: StressResult, name: str) -> None:
    """Show what one of the two tests, and its headline."""
    scenario = result.scenario
    words = [one for one in settings_in_words(scenario) if one != scenario.title]
    settings = wording.sentence_case(", ".join(words))
    st.markdown(
        f"**{name}: {wording.escaped(scenario.title)}.** {wording.escaped(settings)}".rstrip()
    )
    hit = hits.hit(result)
    hidden = only_through_others(hit, scenario.root, cached.catalog())
    with st.grid(3, min_column_width=120):
        metric(
            "Loss if it happens",
            wording.money(result.total_median_usd),
            note=f"{wording.money(result.total_low_usd)} to {wording.money(result.total_high_usd)}",
        )
        metric("Startups hit", f"{len(hit):,}", note=f"{hidden} only through others")
        metric("Newly out of cash", f"{result.newly_out_of_cash:,}", note="in 12 months")


portfolio = chosen_summary()
# A stress test does not need the score, which of very many startups takes longer.
answer = cached.answer_without_waiting(portfolio.name)
header = st.container()
view = links.sections("View", list(VIEWS), name="view", default="one", shown=lambda one: VIEWS[one])
asked = stress_settings.Asked(
    choices=cached.stress_choices(portfolio.name), catalog=cached.catalog()
)
tested: tuple[Scenario, ...]
if view == "one":
    tested = (stress_settings.ask_scenario(cached.scenarios(), asked),)
else:
    tested = ask_two(asked)
with header:
    page_header(
        "Stress test",
        portfolio,
        marks=marks.explained(answer) if answer is not None else (),
        as_of=answer.as_of if answer is not None else None,
        rests_on=marks.provenance(answer) if answer is not None else None,
        tested=tested,
    )
if len(tested) == 1:
    one_scenario(portfolio, *tested)
else:
    first, second = (run(portfolio, one) for one in tested)
    show_both(first, second, portfolio)
