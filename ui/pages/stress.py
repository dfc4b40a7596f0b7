"""Stress test: one provider is disrupted today; who loses what, through whom, day by day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from db.errors import StoreError
from db.services.hours import LEADERSHIP_NEWS, HourAsked
from db.services.portfolios import PortfolioSummary
from db.services.scenario_files import Sort
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
from ui.charts.drawn import company_address
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
    stop_if_empty,
)
from ui.panels import hour as panel
from ui.panels import own_files, stress_settings
from ui.render.cards import Cards
from ui.render.page import column_table
from ui.tables import herd as herd_table
from ui.tables import scenario as scenario_table
from ui.tables import stressed
from ui.uncertainty import OF_TEN, Spread
from ui.words import incident_words, marks
from ui.words.dependence_words import divided
from ui.words.scenario_words import (
    hit_in_words,
    in_short,
    out_of_cash,
    rush,
    settings_in_words,
    stated_notice,
    who_loses,
)

VIEWS = {"one": "One scenario", "two": "Two side by side"}
#: What stands below the chart, one at a time.
SECTIONS = {
    "who": "Companies hit",
    "how": "How the loss grows",
    "through": "Through whom it arrives",
    "days": "Timeline by company",
    "herd": "Where everybody would go",
    "past": "Sources and past cases",
}


def run(
    portfolio: PortfolioSummary, tested: Sequence[Scenario]
) -> tuple[tuple[StressResult, ...], UnknownRoot | None]:
    """Return the answers; where a root is unknown none, and what is said of it."""
    try:
        return tuple(cached.stress_result(portfolio.name, one) for one in tested), None
    except UnknownRoot as problem:
        return (), problem


def what_is_tested(result: StressResult) -> None:
    """Say in words what is tested; what more the reader may want to know opens below it."""
    words = [one for one in settings_in_words(result.scenario) if one != result.scenario.title]
    said = wording.sentence_case(", ".join(words))
    if said:
        st.caption(wording.escaped(f"{said}."))
    notice = stated_notice(result.scenario)
    more = [one for one in (result.scenario.summary, notice, result.note) if one]
    if more:
        with st.expander("What happens in this test"):
            st.markdown(wording.escaped(" ".join(more)))


def figures(result: StressResult, hit: Sequence[StressedStartup]) -> None:
    """Show the headline: how much, how many, through others, out of cash."""
    total = len(hit) + hits.spared_count(result)
    dependents = cached.dependents(portfolio.name)
    reach = wording.money_range(Interval(low=result.total_low_usd, high=result.total_high_usd))
    with st.grid(4, min_column_width=155):
        metric(
            "Loss if it happens",
            wording.money(result.total_median_usd),
            note=f"{reach} {OF_TEN}; mean {wording.money(result.total_usd)}",
            hint=stated_notice(result.scenario),
            spread=Spread(
                low=result.total_low_usd,
                median=result.total_median_usd,
                high=result.total_high_usd,
            ),
        )
        metric(
            "Companies hit",
            f"{len(hit):,} of {total:,}",
            note=hit_in_words(result, hit, cached.catalog(), dependents.get(result.scenario.root)),
        )
        first = next(iter(charts.losers(hit)), None)
        metric(
            "Largest single loss",
            wording.money(first.loss_median_usd if first else 0.0),
            note=first.startup if first else "nobody",
            spread=None
            if first is None
            else Spread(
                low=first.loss_low_usd, median=first.loss_median_usd, high=first.loss_high_usd
            ),
        )
        out, of_whom = out_of_cash(result.newly_out_of_cash)
        metric("Out of cash in 12 months", out, note=of_whom)


def who_loses_most(hit: Sequence[StressedStartup], finding: str, portfolio: str) -> None:
    """Show the largest losses with their ranges; a name opens the company."""
    with card(finding, note=f"The mark is the median loss, the bar its range {OF_TEN}."):
        st.html(charts.losers_html(hit, portfolio=portfolio, palette=palette()))


def how_it_grows(result: StressResult, hit: Sequence[StressedStartup], portfolio: str) -> None:
    """Show what the loss is made of beside how it grows."""
    colours = palette()
    left, right = st.columns([1, 1.25])
    with left, card(charts.by_day_alt(result), note="Loss of all companies, on average"):
        chart(
            charts.by_day_figure(result, palette=colours, height=charts.parts_height(hit)),
            alt=charts.by_day_alt(result),
            key="by_day",
        )
    with right, card(charts.parts_alt(hit), note="Mean loss by what it is made of"):
        chart(
            charts.parts_figure(hit, palette=colours),
            alt=charts.parts_alt(hit),
            key="parts",
            opens=opening_startups((one.startup for one in charts.largest(hit)), portfolio),
        )


def what_they_go_through(result: StressResult, portfolio: str) -> None:
    """Show the state of those who lose most day by day."""
    hit = followed(result, charts.MOST_SHOWN)
    with card(courses.course_alt(hit)):
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
    column_table(
        scenario_table.PATH,
        paths,
        key="paths",
        file_name=f"{portfolio}-paths.csv",
        alt=f"{len(paths)} paths from who fails to a service, with the companies hit there.",
    )


def who_is_hit(result: StressResult, hit: Sequence[StressedStartup], portfolio: str) -> None:
    """Show every company hit; a click on a name opens it. Then those that are not."""
    # In the order of what is shown: the median.
    shown = sorted(hit[: scenario_table.SHOWN], key=lambda one: -one.loss_median_usd)
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
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown):,} companies with loss, path, switching day, runway and chance of "
        "running out of cash.",
        cards=Cards(
            aside="loss_median_usd",
            below=("hit_through",),
            address=company_address(portfolio),
            palette=palette(),
        ),
    )
    count = hits.spared_count(result)
    spared = st.expander(f"Not affected ({count:,})", key="spared", on_change="rerun")
    if spared.open:
        with spared:
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
        st.markdown("**Capacity at each alternative**")
        chart(
            herd_charts.herd_figure(herd, palette=palette()),
            alt=herd_charts.herd_alt(herd),
            key=f"{key}_chart",
        )
        st.caption(
            "Who gets no capacity asks the next choice, so what is turned away at one alternative "
            "shows again at another. Capacity is what each provider has spare, scaled by this "
            "portfolio's part of the crowd; sizes of providers and spare capacity are judgement."
        )
        members = herd_table.rows_of(herd, result)
        queue = st.expander(
            f"The largest and their place in the queue ({len(members)})",
            key=f"{key}_queue",
            on_change="rerun",
        )
        if queue.open:
            with queue:
                column_table(
                    herd_table.PAGE,
                    members,
                    key=f"{key}_members",
                    file_name=f"{portfolio}-{key}-queue.csv",
                    files=herd_table.FILE,
                    alt=f"{len(members)} displaced dependencies with choices, capacity and queue.",
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
    kind = wording.disruption(scenario.kind).lower()
    if not events:
        st.markdown(f"No {kind} is documented since 2023.")
        return
    st.caption(
        f"{wording.sentence_case(kind)}: {wording.counted(len(events), 'time')} since 2023. Not a "
        "complete list. Each stands with its source and how far that carries."
    )
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


def the_rest(
    result: StressResult, hit: Sequence[StressedStartup], portfolio: PortfolioSummary
) -> None:
    """Show one section at a time; what is not chosen is not computed."""
    section = links.sections(
        "More", list(SECTIONS), name="section", default="who", shown=SECTIONS.__getitem__
    )
    if section == "who":
        who_is_hit(result, hit, portfolio.name)
    elif section == "how":
        how_it_grows(result, hit, portfolio.name)
    elif section == "through":
        through_whom(hit, portfolio.name)
    elif section == "days":
        what_they_go_through(result, portfolio.name)
    elif section == "herd":
        show_herd(result, portfolio.name)
    else:
        where_it_comes_from(result.scenario)
        what_has_happened(result.scenario)


def one_scenario(portfolio: PortfolioSummary, result: StressResult) -> None:
    """Show one scenario: what is lost, by whom, and one section of the rest."""
    hit = hits.hit(result)
    what_is_tested(result)
    if result.scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        it_keeps_running(portfolio, result.scenario)
        where_it_comes_from(result.scenario)
        what_has_happened(result.scenario)
        return
    figures(result, hit)
    if hit:
        who_loses_most(hit, who_loses(result, charts.losers(hit)), portfolio.name)
        the_rest(result, hit, portfolio)
    else:
        what_else(result, portfolio.name)
        where_it_comes_from(result.scenario)
        what_has_happened(result.scenario)
    asked_for = {name: st.query_params[name] for name in st.query_params if name != "view"}
    link("reports.py", "Report of this stress test", **{**asked_for, "portfolio": portfolio.name})


def it_keeps_running(portfolio: PortfolioSummary, scenario: Scenario) -> None:
    """Say what a leadership crisis does: nothing stops, an end gets likelier; lead to the hour."""
    asked = HourAsked(
        provider=scenario.root,
        at=datetime.now(UTC).replace(second=0, microsecond=0),
        news=LEADERSHIP_NEWS,
    )
    try:
        hour = cached.hour(portfolio.name, asked)
    except StoreError as problem:
        st.markdown(wording.escaped(problem))
        return
    if hour.hazard is not None:
        said = incident_words.keeps_running(hour.provider, hour.hazard, hour.probability_before)
        st.markdown(f"**{wording.escaped(said)}**")
    panel.cards(hour)
    with st.container(horizontal=True):
        link(
            "incident.py",
            "Whom to call first",
            portfolio=portfolio.name,
            provider=hour.provider,
            news=LEADERSHIP_NEWS,
        )
        known = cached.replays()
        replay = scenario.id if scenario.id in known else next(iter(known))
        link(
            "replay.py",
            f"Hour by hour: {known[replay].title}",
            portfolio=portfolio.name,
            replay=replay,
            on=hour.provider,
        )


def show_both(first: StressResult, second: StressResult, portfolio: PortfolioSummary) -> None:
    """Show both in figures, as they grow, and startup by startup."""
    for column, result, name in zip(
        st.columns(2), (first, second), ("First", "Second"), strict=True
    ):
        with column:
            both_figures(result, name)
    with card(charts.compared_alt(first, second), note="The loss as it grows"):
        chart(
            charts.compared_figure(first, second, palette=palette()),
            alt=charts.compared_alt(first, second),
            key="compared",
        )
    st.subheader("Company by company", anchor=False)
    compared = scenario_table.compared_rows(first, second)
    column_table(
        scenario_table.COMPARED,
        compared,
        key="comparison",
        file_name=f"{portfolio.name}-comparison.csv",
        open_row=lambda row: open_startup(row["startup"], portfolio.name),
        alt=f"{len(compared)} companies with their loss under both scenarios.",
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
    through = hits.only_through_others(hit, scenario.root, cached.catalog())
    with st.grid(3, min_column_width=120):
        metric(
            "Loss if it happens",
            wording.money(result.total_median_usd),
            note=f"{wording.money(result.total_low_usd)} to {wording.money(result.total_high_usd)}",
            hint=stated_notice(scenario),
        )
        metric("Companies hit", f"{len(hit):,}", note=divided(len(hit) - through, through))
        out, _ = out_of_cash(result.newly_out_of_cash)
        metric("Newly out of cash", out, note="in 12 months", explained="Out of cash in 12 months")


portfolio = chosen_summary()
stop_if_empty(portfolio, "Stress test")
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
results, unknown = run(portfolio, tested)
with header:
    page_header(
        in_short(results[0], hits.hit(results[0])) if len(results) == 1 else "Stress test",
        portfolio,
        marks=marks.explained(answer) if answer is not None else (),
        as_of=answer.as_of if answer is not None else None,
        rests_on=marks.provenance(answer) if answer is not None else None,
        tested=tested,
    )
if unknown is not None:
    empty_state(str(unknown), "Choose another provider, service or model above.")
elif view == "one":
    one_scenario(portfolio, *results)
else:
    show_both(results[0], results[1], portfolio)
own_files.own_files(Sort.SCENARIO)
