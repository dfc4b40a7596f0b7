"""Cards of the page Overview, for a portfolio of any size."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.results import Lever, PortfolioAssessment
from risk.portfolio.startups import Assessed, assessed_of
from ui import cached, links, wording
from ui.charts import portfolio as charts
from ui.charts import tail
from ui.charts.drawn import dotted_bar_html
from ui.page import card, chart, link, metric, palette
from ui.render.frames import frame
from ui.render.page import configured, short_table
from ui.startup_filters import Places
from ui.tables import concentration, startup
from ui.theme import Palette
from ui.uncertainty import (
    OF_TEN,
    Spread,
    bar_html,
    bar_picture,
    dots_html,
    shares_html,
    widest,
)
from ui.words import headlines, marks

#: Companies that are named as those that carry a bad year.
CARRIERS = 10
#: Single points of failure on the page; the downloaded file has all.
SHOWN_POINTS = 6


def figures(assessment: PortfolioAssessment, ranges: MarginRanges | None) -> None:
    """Show the headline: a typical year and a bad one with their ranges, and the concentration.

    Where amounts are placeholders, shares come first and the amount is its range. ``ranges`` None:
    those of the shares are still to come.
    """
    shares_first = headlines.placeholder(assessment) is not None
    with st.grid(3, min_column_width=155):
        if shares_first:
            _concentration(assessment, ranges)
        _loss(assessment, placeholder=shares_first)
        _bad_year(assessment, placeholder=shares_first)
        if not shares_first:
            _concentration(assessment, ranges)


def _loss(assessment: PortfolioAssessment, *, placeholder: bool) -> None:
    spread = headlines.loss_spread(assessment)
    of_profit = headlines.share_of_gross_profit(assessment)
    mean = wording.money(assessment.aal_usd)
    hint = (
        f"Shown is the median of the worlds. The mean, for adding up, is "
        f"{mean}{f', {of_profit}' if of_profit else ''}."
    )
    if placeholder:
        value = wording.money_range(assessment.aal_interval_usd)
        note = headlines.PLACEHOLDER
    elif not spread.median and spread.high:
        value, note = (
            f"up to {wording.money(spread.high)}",
            "should the open questions turn out badly",
        )
    else:
        value, note = wording.money(spread.median), headlines.range_words(assessment)
        note = f"{note} · {of_profit}" if of_profit else note
    metric("Loss in a typical year", value, note, hint=hint, spread=spread)


def _bad_year(assessment: PortfolioAssessment, *, placeholder: bool) -> None:
    found = assessment.var95_interval_usd
    average = marks.median_and_range(assessment.tvar95_usd, assessment.tvar95_interval_usd)
    value, note = f"{wording.money(assessment.var95_usd)} or more", f"{average} on average then"
    spread = None
    if not assessment.var95_usd and assessment.aal_interval_usd.high:
        value, note = (
            wording.sentence_case(wording.UNKNOWN),
            "no dependence is known that could cause one",
        )
    elif placeholder:
        value = wording.money_range(found) if found else value
        note = "or more; placeholder"
    elif found:
        note = f"{wording.money_range(found)} {OF_TEN}"
        spread = Spread(low=found.low, median=assessment.var95_usd, high=found.high)
    hint = (
        "Bad worlds and good ones are taken together; the range is what it would be if one knew in "
        f"which world one is. The mean of such years is {average}."
    )
    metric("One year in twenty", value, note, hint=hint, spread=spread)


def _concentration(assessment: PortfolioAssessment, ranges: MarginRanges | None) -> None:
    colours = palette()
    value, note = headlines.concentration(assessment, ranges)
    shares = assessment.concentration["developer"].shares
    drawn = shares_html(
        [(share, colours.provider(name)) for name, share in shares.items()],
        palette=colours,
        label=headlines.concentration_told(assessment, ranges),
    ) + dots_html(
        [
            (
                colours.provider(name),
                f"{wording.provider(name)} {headlines.share_reach(name, share, ranges)}",
            )
            for name, share in headlines.leading(assessment)
        ],
        palette=colours,
    )
    spread = headlines.concentration_spread(assessment, ranges)
    if spread is not None:
        drawn += bar_html(spread, palette=colours, label=note)
    hint = (
        "Counted are providers of equal size that are disrupted independently, by the margin that "
        "needs AI. "
    )
    hint += (
        "The ranges of 8 in 10 worlds are not worked out yet: unknown facts count at their mean."
        if ranges is None
        else "Shares, the lower bar and the figures in brackets are the ranges of 8 in 10 worlds; "
        "how often two fail together counts at its mean."
    )
    metric("Concentration", value, note, hint=hint, drawn=drawn if shares else None)


def who_carries(assessment: PortfolioAssessment) -> None:
    """Show those that carry most of a bad year, each with its share and main AI developer.

    Nothing of a portfolio of one company, or without a loss.
    """
    title = headlines.carriers(assessment, CARRIERS)
    if title is None:
        return
    table, colours = assessed_of(assessment).table, palette()
    tail = np.nan_to_num(table.tail)
    rows = [row for row in headlines.largest(tail, CARRIERS) if tail[row] > 0]
    with card(title), st.container(gap=None, key="carriers"):
        for row in rows:
            lead = int(table.answers.lead[row])
            developer = table.developers[lead] if lead >= 0 else None
            name, usd = table.names[row], float(tail[row])
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    "pages/startup.py",
                    label=wording.escaped(wording.brief(name, 60)),
                    query_params={"portfolio": assessment.portfolio, "startup": name},
                    width=160,
                )
                st.html(
                    dotted_bar_html(
                        usd / float(tail[rows[0]]),
                        dot=colours.provider(developer),
                        palette=colours,
                        label=f"{name}: {wording.money(usd)}, mostly on "
                        f"{wording.provider(developer)}",
                    ),
                    width="stretch",
                )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("Dot: main AI developer.", width="content")
            link("startups.py", "All companies", portfolio=assessment.portfolio)


def what_would_narrow(assessment: PortfolioAssessment, levers: Sequence[Lever] | None) -> None:
    """Show what, were it known, would narrow the range most, and whom to ask for which fact first.

    None: it was not worked out; whom to ask is told all the same.
    """
    with card("What would narrow the range most", note=marks.ENDS_MEANING if levers else None):
        if levers is not None and not levers:
            st.markdown("Nothing by itself.")
        for one in levers or ():
            st.markdown(f"- {wording.escaped(marks.pulled_by(one))}")
        asked = [(name, one.what) for one in levers or () for name in one.largest]
        first: dict[str, str] = {}
        for startup, fact in asked or headlines.first_questions(assessment):
            first.setdefault(startup, fact)
        if first:
            st.caption("Whom to ask first:" if asked else "Of single facts these narrow it most:")
        for startup, fact in first.items():
            label = wording.brief(f"{wording.brief(startup, 30)}: {wording.field(fact)}", 46)
            link("startup.py", label, portfolio=assessment.portfolio, startup=startup)
        link("assumptions.py", "The numbers of the model", portfolio=assessment.portfolio)


def margin_at_risk(assessment: PortfolioAssessment) -> None:
    """Show on whom the margin depends."""
    shown = charts.shown_dependence(assessment.dependence)
    with card("Margin at risk", note="By developer, host and company, a year"):
        chart(
            charts.dependence_treemap(shown, palette=palette()),
            alt=charts.dependence_treemap_alt(shown),
            key="treemap",
        )


def bad_years(assessment: PortfolioAssessment) -> None:
    """Show how bad a year can get."""
    with card("How bad a year can get", note=charts.exceedance_curve_alt(assessment)):
        chart(
            charts.exceedance_curve(assessment, palette=palette(), height=370),
            alt=charts.exceedance_curve_alt(assessment),
            key="exceedance",
        )


def worst_years(
    assessment: PortfolioAssessment,
    divisions: Sequence[str],
    *,
    opens: Callable[[str], Mapping[str, Callable[[], None]]] | None = None,
) -> None:
    """Divide the worst years as the reader asks; ``opens`` says where its bars lead."""
    with card("Who drives the worst years"):
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
    with card("Single points of failure", note=headlines.points_note(assessment)):
        if points:
            short_table(
                concentration.POINT,
                concentration.point_rows(points[:SHOWN_POINTS]),
                key="points",
                file_name=f"{assessment.portfolio}-single-points.csv",
                files=concentration.POINT_VALUES,
                file_rows=concentration.point_rows(points),
            )


def startup_table(assessed: Assessed, places: Places, *, colours: Palette) -> pd.DataFrame:
    """Return the table of answers, one row a startup in the given order, with its bar."""
    spreads = [headlines.loss_spread(assessed[place]) for place in places.tolist()]
    end = widest(spreads)
    found = frame(startup.PAGE, startup.rows_of(assessed, places.tolist()))
    bars = [bar_picture(one, palette=colours, end=end) for one in spreads]
    found.insert(list(found.columns).index("10–90 % range") + 1, "Range", bars)
    return found


def startup_columns() -> dict[str, object]:
    """Return how the table of :func:`startup_table` is shown."""
    picture = st.column_config.ImageColumn(
        width=160,
        help="From $0 on one scale for the page. The mark is the median; full colour is "
        "what unknown facts alone leave open, hatched is what open questions could add.",
    )
    widths = {"startup": 190, "sector": 120, "band": 60, "worst": 240, "next_action": "large"}
    return {**configured(startup.PAGE, pinned="startup", widths=widths), "Range": picture}
