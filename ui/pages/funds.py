"""Funds: what those may lose of their value who own parts of the portfolio's companies."""

import streamlit as st

from db.services.funds import FundsAnswer
from db.services.portfolios import PortfolioSummary
from risk.portfolio.funds import FundLoss
from ui import cached, links, wording
from ui.charts import drawn
from ui.page import (
    card,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.panels.holdings_import import import_card, say_done, value_card
from ui.render.cards import Cards
from ui.render.page import column_table
from ui.tables import fund, holding
from ui.uncertainty import OF_TEN, Spread
from ui.words import fund_words, marks

#: The choice of all funds together, in the address.
ALL = "all"
#: What stands below the chart, one at a time.
SECTIONS = {
    "companies": "Companies",
    "through": "Through whom value is lost",
    "funds": "Funds side by side",
    "data": "Import and net asset value",
}


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
            note = f"{wording.money_range(range_usd)} {OF_TEN}; {_of_nav(of_nav)}"
            metric(label, wording.money(usd), note, spread=spread)
        nav = "Net asset value: " + wording.money(one.nav_usd)
        value = wording.money(one.value_usd) if one.holdings else wording.UNKNOWN
        metric("Fair value held", value, nav)
        known = one.holdings - one.outside
        metric("Holdings valued", f"{known:,}", f"of {one.holdings:,}")
    if (unknown := fund_words.unknown_of(one)) is not None:
        st.caption(wording.escaped(unknown))


def _of_nav(share: float | None) -> str:
    if share is None:
        return "net asset value not stated"
    return f"mean {wording.percent(share)} of net asset value"


def who_loses(chosen: PortfolioSummary, one: FundLoss) -> None:
    """Draw what the largest stakes may lose, each with its range; a name opens the company."""
    known = fund_words.largest_stakes(one)
    if len(known) < 2:
        return
    bars = [
        drawn.ranged(
            stake.company,
            Spread(low=reach.low, median=expected, high=reach.high),
            href=None
            if stake.startup is None
            else drawn.address("startup", portfolio=chosen.name, startup=stake.startup),
        )
        for stake, expected, reach in known
    ]
    with card(
        fund_words.few_carry(one),
        note=f"Value lost a year: the mark is what is expected, the bar its range {OF_TEN}.",
    ):
        st.html(drawn.bars_html(bars, palette=palette(), alt=fund_words.few_carry(one)))


def beside_each_other(chosen: PortfolioSummary, answer: FundsAnswer) -> None:
    """Show the funds beside each other."""
    rows = fund.rows_of(answer.losses, answer.funds)
    st.caption("A company that several hold counts once in all together.")
    column_table(
        fund.SHOWN,
        rows,
        files=fund.VALUES,
        key="funds",
        file_name=f"{chosen.name}-funds.csv",
        workbook="Funds",
        alt=f"{len(rows)} funds with what each may lose.",
    )


def through_whom(chosen: PortfolioSummary, one: FundLoss) -> None:
    """Show the providers and models through which value is lost, largest loss first."""
    column_table(
        fund.POINTS,
        fund.points_of(one.points),
        widths={"root": 235},
        key="value_points",
        file_name=f"{chosen.name}-value-points.csv",
        workbook="Through whom",
        alt=f"{len(one.points)} providers and models through which value is lost.",
    )


def companies(chosen: PortfolioSummary, one: FundLoss) -> None:
    """Show each company once, with what all stakes shown may lose of their value."""
    column_table(
        holding.SHOWN,
        holding.rows_of(one.stakes),
        files=holding.VALUES,
        widths={"company": "medium", "worst": 280},
        key="companies",
        file_name=f"{chosen.name}-companies.csv",
        workbook="Companies",
        open_row=lambda row: open_startup(row["startup"], chosen.name) if row["startup"] else None,
        alt=f"{len(one.stakes)} companies with what is lost of each.",
        cards=Cards(
            heading="company",
            aside="loss",
            below=("worst",),
            address=drawn.company_address(chosen.name),
            palette=palette(),
        ),
    )


def forms(chosen: PortfolioSummary, answer: FundsAnswer) -> None:
    """Show the import of holdings, and where a net asset value is stated."""
    with st.grid(2, min_column_width=300):
        import_card(chosen.name, has_any=any(one.holdings for one in answer.funds))
        value_card(chosen.name, tuple(one.name for one in answer.funds))


def the_rest(chosen: PortfolioSummary, answer: FundsAnswer, one: FundLoss) -> None:
    """Show one section at a time."""
    absent = {"funds"} if len(answer.losses.funds) < 2 else set()
    if not one.stakes:
        absent |= {"companies", "through"}
    known = [name for name in SECTIONS if name not in absent]
    section = links.sections(
        "More", known, name="section", default=known[0], shown=SECTIONS.__getitem__
    )
    if section == "companies":
        companies(chosen, one)
    elif section == "through":
        through_whom(chosen, one)
    elif section == "funds":
        beside_each_other(chosen, answer)
    else:
        forms(chosen, answer)


chosen = chosen_summary()
header = st.container()
say_done()
answer = cached.fund_losses(chosen.name)
day = cached.view().as_of
shown: FundLoss | None = None
if answer.funds and not answer.losses.together.holdings and day is not None:
    empty_state(
        f"No holdings were known on {wording.day(day)}.",
        "What funds hold is known from the day on which it was imported. Choose a later day.",
    )
elif answer.funds:
    shown = ask_fund(answer)
    four_figures(shown)
    who_loses(chosen, shown)
    the_rest(chosen, answer, shown)
else:
    empty_state(
        "No fund is known yet.",
        "Import a table of what funds hold of which company: its columns are told below.",
    )
    forms(chosen, answer)
with header:
    page_header(
        "Funds" if shown is None else fund_words.in_short(shown),
        chosen,
        rests_on=f"Ranges are {marks.RANGE_MEANING}.",
    )
st.caption(
    "What those may lose who own parts of these companies: the part that they own of the margin "
    "lost times a multiple, at most what it is worth."
)
