"""Two scenarios side by side on the same portfolio, both in the address."""

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.scenarios import hits
from risk.scenarios.results import StressResult
from ui import cached, wording
from ui.charts import stress as charts
from ui.herd_panel import show_herd
from ui.page import card, chart, metric, open_startup, palette
from ui.render.page import table
from ui.rows import stress as rows
from ui.scenario_words import settings_in_words


def show_both(first: StressResult, second: StressResult, portfolio: PortfolioSummary) -> None:
    """Show both in figures, as they grow, and startup by startup."""
    for column, result, name in zip(
        st.columns(2), (first, second), ("First", "Second"), strict=True
    ):
        with column:
            _figures(result, name)
    with card("The loss as it grows", note=charts.compared_alt(first, second)):
        chart(
            charts.compared_figure(first, second, palette=palette()),
            alt=charts.compared_alt(first, second),
            key="compared",
        )
    st.subheader("Startup by startup", anchor=False)
    compared = rows.comparison_table(first, second)
    names = list(compared["Startup"]) if len(compared) else []
    table(
        compared,
        key="comparison",
        file_name=f"{portfolio.name}-comparison.csv",
        columns=rows.comparison_columns(),
        open_row=lambda position: open_startup(names[position], portfolio.name),
        alt=f"{len(names)} startups with their loss under both scenarios.",
    )
    for column, result, name in zip(
        st.columns(2), (first, second), ("first", "second"), strict=True
    ):
        with column:
            show_herd(result, portfolio.name, key=f"herd_{name}", name=name)


def _figures(result: StressResult, name: str) -> None:
    scenario = result.scenario
    words = [one for one in settings_in_words(scenario) if one != scenario.title]
    settings = wording.sentence_case(", ".join(words))
    st.markdown(
        f"**{name}: {wording.escaped(scenario.title)}.** {wording.escaped(settings)}".rstrip()
    )
    hit = hits.hit(result)
    hidden = rows.only_through_others(hit, scenario.root, cached.catalog())
    with st.grid(3, min_column_width=120):
        metric(
            "Loss if it happens",
            wording.money(result.total_median_usd),
            note=f"{wording.money(result.total_low_usd)} to {wording.money(result.total_high_usd)}",
        )
        metric("Startups hit", f"{len(hit):,}", note=f"{hidden} only through others")
        metric("Newly out of cash", f"{result.newly_out_of_cash:,}", note="in 12 months")
