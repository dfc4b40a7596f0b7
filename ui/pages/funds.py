"""Funds: what those may lose of their value who own parts of the portfolio's startups."""

import streamlit as st

from db.services.funds import FundsAnswer
from db.services.portfolios import PortfolioSummary
from risk.portfolio.funds import FundLoss
from ui import cached, links, wording
from ui.page import card, chosen_summary, empty_state, metric, open_startup, page_header
from ui.panels.holdings_import import import_card, say_done, value_card
from ui.render.page import column_table
from ui.tables import fund, holding
from ui.uncertainty import Spread
from ui.words import fund_words, marks

#: The choice of all funds together, in the address.
ALL = "all"


def ask_fund(answer: FundsAnswer) -> FundLoss:
    """Ask which fund is shown where there are several; what is chosen lives in the address."""
    losses = {one.fund or "": one for one in answer.losses.funds}
    if len(losses) == 1:
        return next(iter(losses.values()))
    chosen = links.select(
        "Fund",
        [ALL, *losses],
        name="fund",
        default=ALL,
        shown=lambda name: fund.TOGETHER if name == ALL else name,
    )
    return answer.losses.together if chosen == ALL else losses[chosen]


def four_figures(one: FundLoss) -> None:
    """Show what the fund may lose, in how bad a year, and what it rests on."""
    figures = (
        ("Expected loss a year", one.median_usd, one.interval_usd, one.expected_of_nav),
        ("Worst 5 % of years", one.tvar95_usd, one.tvar95_interval_usd, one.tail_of_nav),
    )
    with st.grid(4, min_column_width=155):
        for label, usd, range_usd, of_nav in figures:
            if one.is_unknown:
                metric(label, wording.UNKNOWN, "nothing it holds is in the register")
                continue
            spread = Spread(low=range_usd.low, median=usd, high=range_usd.high)
            metric(label, wording.money(usd), _of_nav(of_nav), spread=spread)
        nav = "Net asset value: " + wording.money(one.nav_usd)
        value = wording.money(one.value_usd) if one.holdings else wording.UNKNOWN
        metric("Fair value held", value, nav)
        known = one.holdings - one.outside
        metric("Holdings valued", f"{known:,}", f"of {one.holdings:,}")
    if (unknown := fund_words.unknown_of(one)) is not None:
        st.caption(wording.escaped(unknown))


def _of_nav(share: float | None) -> str:
    return f"Mean: {wording.percent(share)} of NAV" if share is not None else "NAV not stated"


def the_parts(chosen: PortfolioSummary, answer: FundsAnswer, one: FundLoss) -> None:
    """Show the funds beside each other, through whom value is lost, and the companies."""
    rows = fund.rows_of(answer.losses, answer.funds)
    if len(rows) > 1:
        with card("Funds", note="A company that several hold counts once in all together."):
            column_table(
                fund.SHOWN,
                rows,
                files=fund.VALUES,
                key="funds",
                file_name=f"{chosen.name}-funds.csv",
                workbook="Funds",
                alt=f"{len(rows)} funds with what each may lose.",
            )
    if not one.stakes:
        return
    with card("Through whom value is lost", note="Providers and models, largest loss first."):
        column_table(
            fund.POINTS,
            fund.points_of(one.points),
            widths={"root": 235},
            bars=("aal_usd",),
            key="value_points",
            file_name=f"{chosen.name}-value-points.csv",
            workbook="Through whom",
            alt=f"{len(one.points)} providers and models through which value is lost.",
        )
    with card("Companies", note="Each once, with what all stakes shown may lose of their value."):
        column_table(
            holding.SHOWN,
            holding.rows_of(one.stakes),
            files=holding.VALUES,
            widths={"company": "medium", "worst": "medium"},
            key="companies",
            file_name=f"{chosen.name}-companies.csv",
            workbook="Companies",
            open_row=lambda row: (
                open_startup(row["startup"], chosen.name) if row["startup"] else None
            ),
            alt=f"{len(one.stakes)} companies with what is lost of each.",
        )


chosen = chosen_summary()
page_header(
    "Funds",
    chosen,
    description="What those may lose who own parts of these startups: the part that they own of "
    "the margin lost times a multiple, at most what it is worth.",
    rests_on=f"Ranges are {marks.RANGE_MEANING}.",
)
say_done()
answer = cached.fund_losses(chosen.name)
day = cached.view().as_of
if answer.funds and not answer.losses.together.holdings and day is not None:
    empty_state(
        f"No holdings were known on {wording.day(day)}.",
        "What funds hold is known from the day on which it was imported. Choose a later day.",
    )
elif answer.funds:
    shown = ask_fund(answer)
    four_figures(shown)
    the_parts(chosen, answer, shown)
else:
    empty_state(
        "No fund is known yet.",
        "Import a table of what funds hold of which company: its columns are told below.",
    )
with st.grid(2, min_column_width=300):
    import_card(chosen.name, has_any=any(one.holdings for one in answer.funds))
    value_card(chosen.name, tuple(one.name for one in answer.funds))
