"""The currency in which a portfolio's money is shown, and the choice of another."""

import streamlit as st

from db.services.access import Action
from db.services.portfolios import PortfolioSummary, set_currency
from risk.money.currencies import currencies
from risk.money.rates import quoted_on
from ui import cached, money, wording
from ui.page import card

_NOTE = "Figures are worked out in USD and written in this currency, by the ECB's rate of the day"


def currency_card(portfolio: PortfolioSummary) -> None:
    """Show the currency and its rate; whoever may change the portfolio chooses another."""
    key = f"currency_of_{portfolio.name}"

    def chosen() -> None:
        cached.asked(set_currency, portfolio.name, st.session_state[key])

    with card("Currency", note=_NOTE):
        st.session_state[key] = portfolio.currency
        st.selectbox(
            "Show money in",
            quoted_on(),
            key=key,
            format_func=lambda code: f"{code}: {currencies()[code].name}",
            on_change=chosen,
            disabled=not cached.may(Action.SAVE_PORTFOLIO),
        )
        if money.shown().rate is not None:
            st.caption(
                wording.escaped(f"Amounts on pages, in reports and links {money.shown().said}.")
            )
        st.caption("Files of tables and JSON keep USD, as their columns say.")
