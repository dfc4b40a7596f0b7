"""Stress test: one provider falters today; who loses what, through whom, day by day."""

import streamlit as st

from risk.inventory.records import Portfolio
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.roots import UnknownRoot
from ui import cached, stress_settings, wording
from ui.charts import stress as charts
from ui.herd_panel import show_herd
from ui.page import (
    card,
    chart,
    chosen_portfolio,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.rows import stress as rows
from ui.tables import table


def lead_developer(assessment: PortfolioAssessment) -> str | None:
    """Name the developer on whom most of the margin stands, or None."""
    shares = assessment.concentration["developer"].shares
    return max(shares, key=lambda name: shares[name]) if shares else None


def run(portfolio: Portfolio, scenario: Scenario) -> StressResult:
    """Return the answer; a root that nobody knows ends the page with a sentence."""
    try:
        return cached.stress_result(portfolio.name, scenario)
    except UnknownRoot as problem:
        empty_state(str(problem), "Choose another provider, service or model above.")
        st.stop()


def what_is_tested(result: StressResult) -> None:
    """Say in words what is tested and what the reader must know."""
    title = result.scenario.title
    words = [one for one in stress_settings.settings_in_words(result.scenario) if one != title]
    settings = wording.sentence_case(", ".join(words))
    st.markdown(
        f"**{wording.escaped(title)}.**" + (f" {wording.escaped(settings)}." if settings else "")
    )
    if result.scenario.summary:
        st.markdown(wording.escaped(result.scenario.summary))
    if result.note:
        st.caption(wording.escaped(result.note))


def figures(result: StressResult, hit: tuple[StressedStartup, ...]) -> None:
    """Show the headline: how much, how many, through others, out of cash."""
    total = len(hit) + len(rows.spared(result))
    hidden = rows.only_through_others(hit, result.scenario.root, cached.catalog())
    broke = rows.newly_out_of_cash(hit)
    with st.grid(4, min_column_width=155):
        metric("Expected loss", wording.money(result.total_usd), note="if it happens today")
        metric(
            "Startups hit",
            f"{len(hit)} of {total}",
            note=f"{hidden} only through someone else" if hidden else "all directly",
        )
        metric(
            "Largest single loss",
            wording.money(hit[0].loss_usd if hit else 0.0),
            note=hit[0].startup if hit else "nobody",
        )
        metric(
            "Out of cash in 12 months",
            wording.counted(broke, "startup"),
            note="that would not be otherwise",
        )


def how_it_grows(result: StressResult, hit: tuple[StressedStartup, ...]) -> None:
    """Show the loss as it grows beside what it is made of."""
    colours = palette()
    left, right = st.columns([1, 1.25])
    with left, card("The loss as it grows", note=charts.by_day_alt(result)):
        chart(
            charts.by_day_figure(result, palette=colours, height=charts.parts_height(hit)),
            alt=charts.by_day_alt(result),
            key="by_day",
        )
    with right, card("What it is made of", note=charts.parts_alt(hit)):
        chart(charts.parts_figure(hit, palette=colours), alt=charts.parts_alt(hit), key="parts")


def who_is_hit(result: StressResult, hit: tuple[StressedStartup, ...], portfolio: str) -> None:
    """Show every startup hit; a click on a row opens it. Then those that are not."""
    st.subheader("Startups hit", anchor=False)
    table(
        rows.stress_table(hit),
        key="stress",
        file_name=f"{portfolio}-stress.csv",
        columns=rows.stress_columns(hit),
        download=rows.stress_download(hit),
        open_row=lambda position: open_startup(hit[position].startup, portfolio),
        alt=f"{len(hit)} startups with loss, path, switching day, runway and cash-out probability.",
    )
    spared = rows.spared(result)
    with st.expander(f"Not affected ({len(spared)})"):
        st.markdown(wording.escaped(", ".join(spared) or "Nobody."))


def where_it_comes_from(scenario: Scenario) -> None:
    """Show the sources of a named scenario and what the model leaves out."""
    if not scenario.sources and not scenario.not_modelled:
        return
    with card("Where this comes from"):
        if scenario.not_modelled:
            st.markdown(f"**Not modelled:** {wording.escaped(scenario.not_modelled)}")
        for source in scenario.sources:
            st.markdown(f"- {wording.escaped(source)}")


portfolio = chosen_portfolio()
answer = cached.assessment(portfolio.name)
page_header("Stress test", portfolio, as_of=answer.as_of)
scenario = stress_settings.ask_scenario(
    cached.scenarios(), portfolio, cached.catalog(), lead_developer(answer)
)
result = run(portfolio, scenario)
hit = rows.hit(result)
what_is_tested(result)
figures(result, hit)
if hit:
    how_it_grows(result, hit)
    who_is_hit(result, hit, portfolio.name)
    show_herd(result, portfolio.name)
else:
    empty_state(
        "Nobody in this portfolio loses anything.",
        "Try another provider or kind, or look up who stands on whom on the Providers page.",
        page="pages/providers.py",
        label="Providers",
    )
where_it_comes_from(result.scenario)
