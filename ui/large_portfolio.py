"""The answer for a portfolio too large to be read whole, from the scores kept in the store."""

import streamlit as st

from db.services.access import NotAllowed
from db.services.kept_answers import KeptAnswer, latest_answer
from db.services.portfolios import PortfolioSummary
from db.services.scoring_in_parts import ThisProcess
from db.services.startup_pages import StartupOrder, startups_page
from db.services.stored_scores import store_scores
from ui import cached, headlines, large_register, links, wording
from ui.charts import portfolio as charts
from ui.charts import tail
from ui.charts.bands import band_bars, bands_alt
from ui.page import card, chart, empty_state, link, metric, open_startup, page_header, palette
from ui.rows import concentration
from ui.tables import small_table, table

#: What one processor takes for a startup, roughly (docs/performance.md).
SECONDS_A_STARTUP = 0.015
#: Startups listed of those that carry most of the worst years.
LISTED = 20
#: Divisions of the worst years that need no startup.
DIVISIONS = [by for by in headlines.DIVISIONS if by != "startup"]


def show(chosen: PortfolioSummary) -> None:
    """Show what the last kept scoring says of the whole, or how to make one."""
    kept = latest_answer(cached.store(), cached.actor(), chosen.name)
    if kept is None:
        page_header("Portfolio", description=_about(chosen), state={"portfolio": chosen.name})
        empty_state(
            "This portfolio is not scored yet.",
            f"That takes a while for so many startups: about {_how_long(chosen.startups)} here. "
            f"It can be spread over processes and machines in the terminal: “downstream scores "
            f"keep --portfolio {chosen.name} --cluster local”.",
        )
        _score_button(chosen)
        return
    whole = kept.whole
    page_header(
        "Portfolio",
        description=f"{_about(chosen)} Scored {wording.day(kept.run.as_of)}, "
        f"{str(whole.confidence).lower()} confidence.",
        stands_on=headlines.provenance(whole),
        state={"portfolio": chosen.name},
    )
    if not kept.run.current:
        st.warning("The portfolio has changed since it was scored.", icon=":material/update:")
        _score_button(chosen)
    _figures(kept)
    st.caption(wording.escaped(headlines.provenance(whole)))
    _where_it_stands(kept)
    _who_carries_it(kept)
    _how_far_it_is_spread(kept)
    _first_startups(chosen)


def _about(chosen: PortfolioSummary) -> str:
    return f"{chosen.name}: {chosen.startups:,} startups."


def _how_long(startups: int) -> str:
    return wording.days(startups * SECONDS_A_STARTUP / 86_400)


def _score_button(chosen: PortfolioSummary) -> None:
    """Score all of it here, behind a bar."""
    if not st.button("Score it now", icon=":material/calculate:", type="primary"):
        return
    bar = st.progress(0.0, "Scoring every startup…")

    def tell(done: float) -> None:
        bar.progress(min(done, 1.0), "Scoring every startup…")

    try:
        with ThisProcess() as workers:
            store_scores(
                cached.store(),
                cached.actor(),
                chosen.name,
                workers=workers,
                today=cached.today(),
                progress=tell,
            )
    except NotAllowed as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return
    st.rerun()


def _figures(kept: KeptAnswer) -> None:
    whole = kept.whole
    with st.grid(5, min_column_width=155):
        metric(
            "Expected loss a year",
            wording.money(whole.aal_usd),
            note=headlines.share_of_gross_profit(whole),
        )
        metric(
            "1-in-20-year loss",
            wording.money(whole.var95_usd),
            note=f"{wording.money(whole.tvar95_usd)} on average beyond",
        )
        metric("Biggest dependence", *headlines.biggest_dependence(whole))
        metric("Independent providers", *headlines.independent_providers(whole))
        metric(
            "Out of cash in 12 months",
            wording.counted(whole.cash_out_startups, "startup")
            if kept.runway_known
            else wording.UNKNOWN,
            note=f"if their lead developer wound down; runway known of {kept.runway_known:,}",
        )


def _where_it_stands(kept: KeptAnswer) -> None:
    whole, colours = kept.whole, palette()
    left, right = st.columns([1.25, 1])
    with left, card("Margin at risk", note="By developer and host, USD a year"):
        chart(
            charts.dependence_treemap(whole.dependence, palette=colours),
            alt=charts.dependence_treemap_alt(whole.dependence),
            key="treemap",
        )
    with right, card("How bad a year can get", note=charts.exceedance_curve_alt(whole)):
        chart(
            charts.exceedance_curve(whole, palette=colours, height=370),
            alt=charts.exceedance_curve_alt(whole),
            key="exceedance",
        )


def _who_carries_it(kept: KeptAnswer) -> None:
    whole, colours, catalog = kept.whole, palette(), cached.catalog()
    left, right = st.columns(2)
    with left, card("Who carries the worst years"):
        by = links.select(
            "Worst years by",
            DIVISIONS,
            name="tail",
            default=DIVISIONS[0],
            shown=headlines.DIVISIONS.__getitem__,
            what="division of the worst years",
        )
        st.caption(wording.escaped(tail.tail_note(whole, by)))
        chart(
            tail.tail_bars(whole, by, catalog=catalog, palette=colours, height=340),
            alt=tail.tail_alt(whole, by),
            key="tail_bars",
        )
    with right, card("Startups by band", note=bands_alt(kept.bands)):
        chart(band_bars(kept.bands, palette=colours), alt=bands_alt(kept.bands), key="bands")


def _how_far_it_is_spread(kept: KeptAnswer) -> None:
    whole = kept.whole
    left, right = st.columns(2)
    with left, card("How far it is spread"):
        st.markdown(wording.escaped(headlines.independence(whole)))
        small_table(concentration.concentration_table(whole), right=("HHI", "In effect"))
    with right, card("Single points of failure", note=concentration.points_note(whole)):
        if whole.single_points:
            small_table(
                concentration.points_table(whole.single_points[: concentration.SHOWN_POINTS]),
                right=("Startups", "Of AI margin", "Loss a year"),
                key="points",
                file_name=f"{whole.portfolio}-single-points.csv",
                download=concentration.points_download(whole.single_points),
            )


def _first_startups(chosen: PortfolioSummary) -> None:
    """List those that carry most of the worst years; all are on the page Startups."""
    found = startups_page(
        cached.store(),
        cached.actor(),
        chosen.name,
        order=StartupOrder.TAIL,
        descending=True,
        limit=LISTED,
    )
    st.subheader("Startups that carry most of the worst years", anchor=False)
    table(
        large_register.rows(found),
        key="first-startups",
        file_name=f"{chosen.name}-first-startups.csv",
        columns=large_register.columns(),
        open_row=lambda position: open_startup(found.startups[position].name, chosen.name),
        alt=f"{len(found.startups)} startups with their facts and scores.",
    )
    link("startups.py", "All startups", portfolio=chosen.name)
