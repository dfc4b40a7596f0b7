"""What the page Portfolio shows of a portfolio of any size, calculated now or kept."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from risk.portfolio.results import PortfolioAssessment
from ui import cached, headlines, links, wording
from ui.charts import portfolio as charts
from ui.charts import tail
from ui.page import card, chart, metric, palette
from ui.rows import concentration
from ui.tables import small_table


def five_figures(assessment: PortfolioAssessment, *, out_of_cash: tuple[str, str]) -> None:
    """Show the headline: money, probability, and through whom."""
    with st.grid(5, min_column_width=155):
        metric(
            "Expected loss a year",
            wording.money(assessment.aal_usd),
            note=headlines.share_of_gross_profit(assessment),
            hint=f"10–90 % range over the unknown facts: "
            f"{wording.money_range(assessment.aal_interval_usd)}.",
        )
        metric(
            "1-in-20-year loss",
            wording.money(assessment.var95_usd),
            note=f"{wording.money(assessment.tvar95_usd)} on average beyond",
        )
        metric("Biggest dependence", *headlines.biggest_dependence(assessment))
        metric("Independent providers", *headlines.independent_providers(assessment))
        metric("Out of cash in 12 months", *out_of_cash)


def where_it_stands(assessment: PortfolioAssessment, *, margin_by: str) -> None:
    """Show on whom the margin stands beside how bad a year can get."""
    colours = palette()
    left, right = st.columns([1.25, 1])
    with left, card("Margin at risk", note=margin_by):
        chart(
            charts.dependence_treemap(assessment.dependence, palette=colours),
            alt=charts.dependence_treemap_alt(assessment.dependence),
            key="treemap",
        )
    with right, card("How bad a year can get", note=charts.exceedance_curve_alt(assessment)):
        chart(
            charts.exceedance_curve(assessment, palette=colours, height=370),
            alt=charts.exceedance_curve_alt(assessment),
            key="exceedance",
        )


def worst_years(
    assessment: PortfolioAssessment,
    divisions: Sequence[str],
    *,
    anchor: str | None = None,
    opens: Callable[[str], Mapping[str, Callable[[], None]]] | None = None,
) -> None:
    """Divide the worst years as the reader asks; ``opens`` says where its bars lead."""
    with card("Who carries the worst years", anchor=anchor):
        by = links.select(
            "Worst years by",
            divisions,
            name="tail",
            default=divisions[0],
            shown=headlines.DIVISIONS.__getitem__,
            what="division of the worst years",
        )
        st.caption(wording.escaped(tail.tail_note(assessment, by)))
        chart(
            tail.tail_bars(assessment, by, catalog=cached.catalog(), palette=palette(), height=340),
            alt=tail.tail_alt(assessment, by),
            key=f"tail_by_{by}",
            opens=opens(by) if opens else None,
        )


def single_points(assessment: PortfolioAssessment) -> None:
    """List the roots whose loss alone stops use cases."""
    points = assessment.single_points
    with card("Single points of failure", note=concentration.points_note(assessment)):
        if points:
            small_table(
                concentration.points_table(points[: concentration.SHOWN_POINTS]),
                right=("Startups", "Of AI margin", "Loss a year"),
                key="points",
                file_name=f"{assessment.portfolio}-single-points.csv",
                download=concentration.points_download(points),
            )
